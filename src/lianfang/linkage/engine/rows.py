"""From records to rows ready to be compared: standardised, equal ones once, columns of every comparison."""

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lianfang.linkage.engine.clock import Tell, silent
from lianfang.linkage.engine.columns.table import clean_columns
from lianfang.linkage.engine.comparisons.base import Comparison, Corpus, Counts, Indices, hashed
from lianfang.linkage.engine.model import Model
from lianfang.linkage.engine.samples import DOOR_PARTS, Rows
from lianfang.linkage.engine.standardise import standardise
from lianfang.linkage.engine.unique import once
from lianfang.linkage.fields import ListKind, PersonList

Found = TypeVar("Found")
#: A list of this many rows, of which fewer than one in a hundred has a likely second row on it, and ten
#: times as many have one elsewhere, is taken to hold everybody once.
ENOUGH_ROWS, SELDOM, RATHER_ELSEWHERE = 200, 0.01, 10


def standard_table(
    model: Model,
    records: pl.DataFrame,
    lists: Sequence[PersonList],
    as_of: date,
    spelling: pl.DataFrame | None = None,
    tell: Tell = silent,
) -> pl.DataFrame:
    """Standardised values, one row per record, sorted by record; `spelling`: see `standardise`."""
    if model.columns is None:
        return standardise(records, lists, as_of, spelling, tell)
    return clean_columns(model.columns, records, as_of).sort("record")


def corpus_of(comparisons: Sequence[Comparison], table: pl.DataFrame, tell: Tell = silent) -> Corpus:
    """Counts of values over all rows."""
    greatest = greatest_of(comparisons, table)
    tables = {name: Counts.single(number) for name, number in greatest.items()}

    def tallied(comparison: Comparison) -> Mapping[str, Counts]:
        facts = comparison.facts(table, greatest)
        return {name: comparison.tally(name, facts[name]) for name in facts}

    for found in _side_by_side(tallied, comparisons, tell):
        tables.update(found)
    return Corpus(len(table), tables)


def _side_by_side(
    work: Callable[[Comparison], Found], comparisons: Sequence[Comparison], tell: Tell
) -> list[Found]:
    """`work` for each comparison, two at a time: hashing and gathering let go of the interpreter."""
    found = []
    with ThreadPoolExecutor(2) as pool:
        for one in pool.map(work, comparisons):
            found.append(one)
            tell(len(found) / len(comparisons))
    return found


def greatest_of(comparisons: Sequence[Comparison], table: pl.DataFrame) -> Mapping[str, int]:
    """The greatest numbers that comparisons want to know, over these rows."""
    return {name: n for c in comparisons for name, n in c.greatest(table).items()}


def prepare(model: Model, table: pl.DataFrame, corpus: Corpus, tell: Tell = silent) -> Rows:
    """Columns of every comparison, and the kind of list of each row."""
    prepared = _side_by_side(lambda each: each.prepare(table, corpus), model.comparisons, tell)
    columns = {each.name: mine for each, mine in zip(model.comparisons, prepared, strict=True)}
    kinds = tuple(kind.value for kind in ListKind)
    code = table["kind"].replace_strict({kind: i for i, kind in enumerate(kinds)}, return_dtype=pl.UInt8)
    return Rows(table, columns, code.to_numpy(), kinds, named_doors(model, table))


def named_doors(model: Model, table: pl.DataFrame) -> NDArray[np.uint8]:
    """See Rows.door."""
    named = np.zeros(len(table), np.uint8)
    for bit, column in enumerate(model.home.door[:DOOR_PARTS] if model.home else ()):
        named |= table[column].is_not_null().to_numpy().astype(np.uint8) << bit
    return named


def distinct_rows(
    model: Model, standard: pl.DataFrame, lists: Sequence[PersonList], own: Collection[int] = ()
) -> tuple[pl.DataFrame, NDArray[np.uint32]]:
    """Rows of one list that say exactly the same of somebody identifiable (see `repeats`) count once.

    Returns the distinct rows (with `kind`, and the columns that the model needs) and for each record the
    position of its row. Two "小王" without phone, number or door are two rows: nothing says they are one.
    The records in `own` have a row of their own in any case.
    """
    table, said = compared_columns(model, standard, lists)
    del standard
    if own:
        said[table["record"].is_in(list(own)).to_numpy()] = 0
    single = np.arange(len(table), dtype=np.uint32)
    index = np.flatnonzero(said)
    first, place = once(said[index])
    leader = single.copy()
    leader[index] = index[first][place]
    keep = leader == single
    position = np.cumsum(keep, dtype=np.uint32) - np.uint32(1)
    if keep.all():
        return table, position[leader]
    # Column by column, so that the table is not held twice.
    columns, chosen = table.get_columns()[::-1], []
    del table
    while columns:
        chosen.append(columns.pop().filter(pl.Series(keep)))
    return pl.DataFrame(chosen), position[leader]


def said_columns(model: Model) -> list[str]:
    """The columns of the standardised table that `compared_columns` looks at."""
    wanted = {"record", "list", *model.compared}
    if model.columns is None:
        wanted |= {"surname_pyf", "given_pyf", "id_form", "id_text"}
        wanted -= {"kind", "name_pyf", "id_whole"}
    return sorted(wanted)


def compared_columns(
    model: Model, standard: pl.DataFrame, lists: Sequence[PersonList]
) -> tuple[pl.DataFrame, NDArray[np.uint64]]:
    """The columns that linking looks at, and a hash of all that a row says, 0 where it identifies nobody."""
    kinds = pl.Series([person_list.kind.value for person_list in lists], dtype=pl.String)
    table = standard.with_columns(kind=kinds.gather(standard["list"]))
    if model.columns is None:
        table = table.with_columns(
            name_pyf=pl.concat_str("surname_pyf", pl.lit(" "), "given_pyf"),
            id_whole=pl.when(pl.col("id_form") != "masked").then("id_text"),
        )
    table = table.select("record", "list", "kind", *model.compared)
    said = np.zeros(len(table), np.uint64)
    for column in ("list", *model.compared):
        said = (said ^ table[column].hash(seed=7).to_numpy()) * np.uint64(0x9E3779B97F4A7C15)
    telling = np.zeros(len(table), bool)
    for columns in model.repeats:
        telling |= table.select(pl.all_horizontal(pl.col(columns).is_not_null())).to_series().to_numpy()
    return table, np.where(telling, np.maximum(said, np.uint64(1)), np.uint64(0))


def identities(model: Model, table: pl.DataFrame) -> NDArray[np.uint64]:
    """Hash of the number that nobody has two of; 0 for none."""
    return hashed(table[model.identity]) if model.identity else np.zeros(len(table), np.uint64)


def across_lists(table: pl.DataFrame, a: Indices, b: Indices) -> tuple[Indices, Indices]:
    """The pairs whose rows stand on different lists."""
    number = table["list"].to_numpy()
    keep = number[a] != number[b]
    return a[keep], b[keep]


def lists_without_repeats(
    model: Model, table: pl.DataFrame, a: Indices, b: Indices, weight: NDArray[np.float64]
) -> NDArray[np.uint16]:
    """For each row the number (from 1) of its list if that holds everybody once, else 0.

    What the model leaves to the lists ("auto") is seen from the likely pairs: on a list without repeats hardly
    any row has a likely partner, while many have one on another list.
    """
    number = table["list"].to_numpy().astype(np.int64)
    if model.within_lists == "yes" or not len(table) or number.min() == number.max():
        return np.zeros(len(table), np.uint16)
    if model.within_lists == "no":
        return (number + 1).astype(np.uint16)
    likely = weight > 0
    within = likely & (number[a] == number[b])
    repeated, elsewhere = np.zeros(len(table), bool), np.zeros(len(table), bool)
    repeated[a[within]] = repeated[b[within]] = True
    elsewhere[a[likely & ~within]] = elsewhere[b[likely & ~within]] = True
    rows = np.maximum(np.bincount(number), 1)
    share = np.bincount(number, weights=repeated) / rows
    clean = (rows >= ENOUGH_ROWS) & (share < SELDOM)
    clean &= np.bincount(number, weights=elsewhere) / rows >= RATHER_ELSEWHERE * share
    return np.where(clean[number], number + 1, 0).astype(np.uint16)
