"""One person at a door or gate against a handful who may be the same: the comparison of the lists, for one row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

from lianfang.linkage.engine.comparisons.base import Corpus, Counts, hashed
from lianfang.linkage.engine.model import Model
from lianfang.linkage.engine.model_file import load_model
from lianfang.linkage.engine.patterns import compare_pairs, pack
from lianfang.linkage.engine.pipeline import MULTIPLICITY
from lianfang.linkage.engine.rows import corpus_of, distinct_rows, prepare
from lianfang.linkage.engine.samples import Rows, pair_of_kinds
from lianfang.linkage.engine.settled import Floats
from lianfang.linkage.engine.standardise import STANDARD_SCHEMA, standardise
from lianfang.linkage.engine.training import strata_of
from lianfang.linkage.engine.weights import Weights, prior_table, start_weights
from lianfang.linkage.fields import RECORD_SCHEMA, ListKind, PersonList

_KINDS = tuple(kind.value for kind in ListKind)
_LISTS = (PersonList(0, "known", ListKind.REGISTER), PersonList(1, "new", ListKind.SELF_REPORT))

#: One description of a person: the standardised columns (dates as ISO text), as `standardise` fills them.
Description = Mapping[str, Any]


@dataclass(frozen=True)
class Frequency:
    """How common the stranger's name is: people of that name, of that sound, and people in all."""

    name: int
    sound: int
    people: int


@dataclass(frozen=True)
class Verdict:
    """`probability` that a candidate is the stranger, against nobody and all other candidates.

    `link` and `ask`: whether that is enough to take him for the same, or to ask somebody.
    """

    probability: float
    weight: float
    link: bool
    ask: bool


#: The columns of a description: what the Chinese model compares, and what its folded names are made of.
COLUMNS: tuple[str, ...] = (
    "name", "name_form", "given", "surname_py", "given_py", "name_py", "surname_pyf", "given_pyf", "id18",
    "id_text", "id_form", "id_mask", "birth", "birth_year", "sex", "phone", "phone2", "phone_text", "phone_form",
    "compound", "building", "unit", "room", "place", "cell_area", "community", "relation", "name_sex",
)  # fmt: skip


def describe(values: Mapping[str, str | None], on: date) -> dict[str, Any]:
    """What somebody says of himself (names as in fields.FIELDS), standardised: the COLUMNS that are known."""
    row = {name: values.get(name) for name in RECORD_SCHEMA if name not in ("record", "list", "row")}
    records = pl.DataFrame([{"record": 0, "list": 1, "row": 1, **row}], schema=RECORD_SCHEMA)
    said = standardise(records, _LISTS, on).row(0, named=True)
    return {name: _plain(said[name]) for name in COLUMNS if said[name] is not None}


def judge(
    stranger: Description, candidates: Sequence[Sequence[Description]], frequency: Frequency
) -> list[Verdict]:
    """For each candidate, given by everything that is known of him, whether he is the stranger."""
    if not candidates:
        return []
    model = load_default()
    known = [description for candidate in candidates for description in candidate]
    rows = _prepared(model, [stranger, *known], frequency)
    owner = np.repeat(np.arange(len(candidates)), [len(candidate) for candidate in candidates])
    a = np.zeros(len(known), np.uint32)
    levels = compare_pairs(model.comparisons, rows.columns, a, np.arange(1, len(known) + 1, dtype=np.uint32))
    start = np.searchsorted(owner, np.arange(len(candidates)))
    best = np.minimum.reduceat(
        levels, start, axis=0
    )  # of several descriptions the best evidence, as for lists
    stratum = pair_of_kinds(rows.kind[:1], rows.kind[1:2], len(_KINDS))
    weights = _weights(1 << max(frequency.people, 1).bit_length())
    weight = weights.weigh(pack(best), np.repeat(stratum, len(best))).astype(float)
    forbidden = np.zeros(len(best), bool)
    for column, item in enumerate(model.evidence):
        forbidden |= np.isin(best[:, column], [item.comparison.levels.index(level) for level in item.forbids])
    weight[forbidden] = -60.0
    return _verdicts(model, weight)


def _verdicts(model: Model, weight: Floats) -> list[Verdict]:
    odds = np.exp2(np.clip(weight, -60, 60))
    share = odds / (1 + odds.sum())
    best = int(np.argmax(share))
    return [
        Verdict(
            probability=float(chance),
            weight=float(weight[i]),
            link=i == best and bool(chance >= model.costs.link_at),
            ask=bool(chance >= model.costs.review_from),
        )
        for i, chance in enumerate(share)
    ]


def _prepared(model: Model, descriptions: Sequence[Description], frequency: Frequency) -> Rows:
    columns = {name: kind for name, kind in STANDARD_SCHEMA.items() if name not in ("record", "list")}
    days = [name for name, kind in columns.items() if kind == pl.Date]
    texts = {name: pl.String() if name in days else kind for name, kind in columns.items()}
    frame = pl.DataFrame([{name: one.get(name) for name in texts} for one in descriptions], schema=texts)
    lists = np.ones(len(frame), np.uint16)
    lists[1:] = 0
    number = pl.int_range(pl.len(), dtype=pl.UInt32).alias("record")
    standard = frame.with_columns(pl.col(days).str.to_date()).select(
        number, pl.Series("list", lists), *columns
    )
    table, _ = distinct_rows(model, standard, _LISTS, own=range(len(standard)))
    return prepare(model, table, _corpus(model, table, frequency))


def _corpus(model: Model, table: pl.DataFrame, frequency: Frequency) -> Corpus:
    """Counts over the few rows at hand, but for the stranger's name what is known of all people."""
    tables = dict(corpus_of(model.comparisons, table).tables)
    for column, bearers in (("name", frequency.name), ("name_py", frequency.sound)):
        key = hashed(table[column].head(1))
        tables[column] = Counts(key, np.array([max(bearers, 1)], np.uint64))
    return Corpus(frequency.people, tables)


@lru_cache(maxsize=1)
def load_default() -> Model:
    """The Chinese model, read once."""
    return load_model()


@lru_cache(maxsize=32)
def _weights(people: int) -> Weights:
    """What the model says before any list has taught it, among so many people."""
    model = load_default()
    sizes = np.zeros(len(_KINDS))
    sizes[_KINDS.index(ListKind.REGISTER)] = people
    sizes[_KINDS.index(ListKind.SELF_REPORT)] = max(people / 10, 1)
    household, stranger = (np.maximum(prior_table(model, base), 1e-12) for base in ("household", "stranger"))
    ratio = model.home.ratio if model.home else 0.0
    return start_weights(model, strata_of(sizes, _KINDS, MULTIPLICITY), household, ratio, stranger)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
