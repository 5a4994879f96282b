"""The whole way from records to persons. See `link`."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lianfang.linkage.engine.answer import links_of, reviews_of
from lianfang.linkage.engine.blocking import PassedOver, candidate_pairs
from lianfang.linkage.engine.comparisons.base import Columns, Corpus, Indices
from lianfang.linkage.engine.model import Model, load_model
from lianfang.linkage.engine.patterns import compare_pairs, pack
from lianfang.linkage.engine.resolve import Resolver, rank_of_kinds
from lianfang.linkage.engine.standardise import standardise
from lianfang.linkage.engine.training import Rows, train
from lianfang.linkage.engine.weights import Weights
from lianfang.linkage.fields import ListKind, PersonList

Progress = Callable[[str, float], None]

#: What says most about a person comes first: a register row is worth more than a name heard at a gate.
TRUST: Mapping[str, int] = {
    kind: rank
    for rank, kind in enumerate(
        (
            ListKind.REGISTER,
            ListKind.VISIT,
            ListKind.TRANSPORT,
            ListKind.SELF_REPORT,
            ListKind.OTHER,
            ListKind.GATE,
            ListKind.CARRIER,
        )
    )
}
#: Further rows of one person that a list of a kind is expected to hold.
MULTIPLICITY = {ListKind.REGISTER: 0.02, ListKind.GATE: 0.3, ListKind.CARRIER: 0.05, ListKind.VISIT: 0.02}


@dataclass(frozen=True)
class Linkage:
    """The result; column lists in `lianfang.linkage.engine`."""

    standard: pl.DataFrame
    links: pl.DataFrame
    reviews: pl.DataFrame
    weights: Weights
    passed_over: tuple[PassedOver, ...]
    seconds: Mapping[str, float]


class Clock:
    """Time spent in each step, and progress for whoever watches."""

    def __init__(self, progress: Progress | None) -> None:
        self.progress = progress
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def done(self, step: str, share: float) -> None:
        now = time.perf_counter()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - self._last
        self._last = now
        if self.progress is not None:
            self.progress(step, share)


def link(
    records: pl.DataFrame,
    lists: Sequence[PersonList],
    *,
    as_of: date,
    model: Model | None = None,
    progress: Progress | None = None,
) -> Linkage:
    """Records of several lists (RECORD_SCHEMA) → one person for every record."""
    model = model or load_model()
    clock = Clock(progress)
    standard = standardise(records, lists, as_of)
    clock.done("standardise", 0.25)
    table, twin = distinct_rows(standard, lists)
    rows = prepare(model, table, corpus_of(model, table))
    clock.done("prepare", 0.35)
    a, b, passed_over = candidate_pairs(table, model.blocks)
    clock.done("block", 0.45)
    weights = train(model, rows, a, b, MULTIPLICITY)
    clock.done("learn", 0.6)
    a, b, weight = score(weights, rows, a, b)
    clock.done("weigh", 0.75)
    resolver = Resolver(weights, rows, rank_of_kinds(rows.kinds, TRUST), rows.columns["id"]["valid"].astype(np.uint64))
    resolution = resolver.resolve(a, b, weight, model.costs.link_at)
    clock.done("resolve", 0.95)
    links = links_of(standard, twin, resolution, weights)
    reviews = reviews_of(table, resolution, weights)
    clock.done("answer", 1.0)
    return Linkage(standard, links, reviews, weights, tuple(passed_over), clock.seconds)


#: Pairs less likely than this are not even remembered.
FLOOR = -12.0


def score(weights: Weights, rows: Rows, a: Indices, b: Indices) -> tuple[Indices, Indices, NDArray[np.float64]]:
    """Weights of candidate pairs; hopeless ones are dropped."""
    model = weights.model
    pattern = np.empty(len(a), np.uint64)
    step = 2_000_000
    for start in range(0, len(a), step):
        part = slice(start, start + step)
        pattern[part] = pack(compare_pairs(model.comparisons, rows.columns, a[part], b[part]))
    frame = pl.DataFrame({"pattern": pattern, "stratum": rows.stratum(a, b).astype(np.uint16)})
    distinct = frame.unique()
    weight = weights.weigh(distinct["pattern"].to_numpy(), distinct["stratum"].to_numpy().astype(np.intp))
    joined = frame.join(distinct.with_columns(weight=pl.Series(weight)), on=["pattern", "stratum"], how="left", maintain_order="left")
    found = joined["weight"].to_numpy()
    keep = found > FLOOR
    return a[keep], b[keep], found[keep].astype(float)


def corpus_of(model: Model, table: pl.DataFrame) -> Corpus:
    """Counts of values over all rows."""
    tables: dict[str, pl.DataFrame] = {}
    for comparison in model.comparisons:
        tables.update(comparison.count(table))
    return Corpus(len(table), tables)


def prepare(model: Model, table: pl.DataFrame, corpus: Corpus) -> Rows:
    """Columns of every comparison, and the kind of list of each row."""
    columns: dict[str, Columns] = {c.name: c.prepare(table, corpus) for c in model.comparisons}
    kinds = tuple(kind.value for kind in ListKind)
    code = table["kind"].replace_strict({kind: i for i, kind in enumerate(kinds)}, return_dtype=pl.UInt8)
    return Rows(table, columns, code.to_numpy(), kinds)


IDENTIFYING = ("id_text", "phone", "place")


def distinct_rows(standard: pl.DataFrame, lists: Sequence[PersonList]) -> tuple[pl.DataFrame, NDArray[np.uint32]]:
    """Rows of one list that say exactly the same of somebody identifiable count once.

    Returns the distinct rows (with `kind`) and for each record the position of its row. Two "小王" without phone,
    number or door are two rows: nothing says that they are one person.
    """
    kinds = pl.Series([person_list.kind.value for person_list in lists], dtype=pl.String)
    table = standard.with_columns(
        kind=kinds.gather(standard["list"]), name_pyf=pl.concat_str("surname_pyf", pl.lit(" "), "given_pyf")
    )
    compared = [c for c in table.columns if c not in ("record", "date", "vehicle", "household", "temperature")]
    telling = table.select(
        (pl.col("id_text").is_not_null() | pl.col("phone").is_not_null() | pl.col("place").is_not_null())
        & pl.col("name").is_not_null()
    ).to_series()
    hashes = table.select(compared).hash_rows(seed=7)
    own = pl.Series(np.arange(len(table), dtype=np.uint64))
    frame = pl.DataFrame({"hash": hashes, "own": own, "telling": telling}).with_columns(
        first=pl.when("telling").then(pl.col("own").min().over("hash", "telling")).otherwise("own")
    )
    first = frame["first"].to_numpy()
    keep = first == np.arange(len(table))
    position = np.cumsum(keep) - 1
    return table.filter(pl.Series(keep)), position[first.astype(np.int64)].astype(np.uint32)
