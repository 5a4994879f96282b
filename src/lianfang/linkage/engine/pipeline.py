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
from lianfang.linkage.engine.comparisons.base import Indices
from lianfang.linkage.engine.edges import rank_of_kinds
from lianfang.linkage.engine.model import Model
from lianfang.linkage.engine.model_file import load_model
from lianfang.linkage.engine.patterns import compare_pairs, pack
from lianfang.linkage.engine.resolve import Resolver
from lianfang.linkage.engine.rows import (
    across_lists,
    corpus_of,
    distinct_rows,
    identities,
    lists_without_repeats,
    prepare,
    standard_table,
)
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
MULTIPLICITY: Mapping[str, float] = {
    ListKind.REGISTER: 0.02,
    ListKind.GATE: 0.3,
    ListKind.CARRIER: 0.05,
    ListKind.VISIT: 0.02,
}


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
    """Records of several lists → one person for every record.

    `records` has the columns of RECORD_SCHEMA for the Chinese model, for any other `record`, `list` and the model's
    columns as `engine.columns.table.read_columns` gives them.
    """
    model = model or load_model()
    clock = Clock(progress)
    standard = standard_table(model, records, lists, as_of)
    clock.done("standardise", 0.25)
    table, twin = distinct_rows(model, standard, lists)
    rows = prepare(model, table, corpus_of(model, table))
    clock.done("prepare", 0.35)
    a, b, passed_over = candidate_pairs(table, model.blocks, model.home.door if model.home else ())
    if model.within_lists == "no":
        a, b = across_lists(table, a, b)
    clock.done("block", 0.45)
    weights = train(model, rows, a, b, MULTIPLICITY)
    clock.done("learn", 0.6)
    a, b, weight = score(weights, rows, a, b)
    clock.done("weigh", 0.75)
    alone = lists_without_repeats(model, table, a, b, weight)
    resolver = Resolver(weights, rows, rank_of_kinds(rows.kinds, TRUST), identities(model, table), alone)
    resolution = resolver.resolve(a, b, weight, model.costs.link_at)
    clock.done("resolve", 0.95)
    links = links_of(standard, twin, resolution, weights)
    reviews = reviews_of(table, resolution, weights)
    clock.done("answer", 1.0)
    return Linkage(standard, links, reviews, weights, tuple(passed_over), clock.seconds)


#: Pairs less likely than this are not even remembered.
FLOOR = -12.0


def score(
    weights: Weights, rows: Rows, a: Indices, b: Indices
) -> tuple[Indices, Indices, NDArray[np.float64]]:
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
    joined = frame.join(
        distinct.with_columns(weight=pl.Series(weight)),
        on=["pattern", "stratum"],
        how="left",
        maintain_order="left",
    )
    found = joined["weight"].to_numpy()
    keep = found > FLOOR
    return a[keep], b[keep], found[keep].astype(float)
