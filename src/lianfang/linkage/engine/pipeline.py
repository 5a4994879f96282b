"""The whole way from records to persons. See `link`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lianfang.linkage.engine.answer import links_of, reviews_of, second_looks
from lianfang.linkage.engine.basis import Basis
from lianfang.linkage.engine.blocking import PassedOver, candidate_pairs
from lianfang.linkage.engine.checkpoint import Arrays, Checkpoint, question
from lianfang.linkage.engine.clock import Clock, Progress, Tell
from lianfang.linkage.engine.comparisons.base import Corpus, Indices
from lianfang.linkage.engine.edges import Resolution, rank_of_kinds
from lianfang.linkage.engine.memory import give_back
from lianfang.linkage.engine.model import Model
from lianfang.linkage.engine.model_file import load_model
from lianfang.linkage.engine.parts import (
    arrays_of_resolution,
    arrays_of_weights,
    resolution_of_arrays,
    weights_of_arrays,
)
from lianfang.linkage.engine.patterns import compare_pairs, pack
from lianfang.linkage.engine.resolve import Resolver
from lianfang.linkage.engine.rows import (
    across_lists,
    corpus_of,
    distinct_rows,
    identities,
    lists_without_repeats,
    prepare,
    said_columns,
    standard_table,
)
from lianfang.linkage.engine.samples import Rows, home_keys
from lianfang.linkage.engine.settled import Decision, Settled, held_apart, rulings
from lianfang.linkage.engine.training import train
from lianfang.linkage.engine.weights import Weights
from lianfang.linkage.fields import ListKind, PersonList

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
    refused: tuple[Decision, ...] = ()  # decisions that contradict others
    looks: pl.DataFrame | None = None  # see `answer.second_looks`; None: no sample was drawn


def link(
    records: pl.DataFrame,
    lists: Sequence[PersonList],
    *,
    as_of: date,
    model: Model | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    decisions: Sequence[Decision] = (),
    retrain: bool = False,
    work_dir: Path | None = None,
    keep: Callable[[Basis], None] | None = None,
) -> Linkage:
    """Records of several lists → one person for every record.

    `records` has the columns of RECORD_SCHEMA for the Chinese model, for any other `record`, `list` and the model's
    columns as `engine.columns.table.read_columns` gives them.

    `decisions` of people are followed whatever the evidence says (those that contradict others come back in
    `refused`); with `retrain` they also teach the weights. A run with a `work_dir` that was killed goes on there.
    `cancelled` is asked between steps and rounds: Cancelled is raised when it says so. `keep` gets everything that a
    later list can be compared with (`known.save_known`).
    """
    model = model or load_model()
    clock = Clock(progress, cancelled)
    kept = _kept(work_dir, records, lists, as_of, model.text or model, tuple(decisions), retrain)
    reading = clock.within("begin", 0.0, 0.25)
    standardised = partial(
        kept.frame, "standard", lambda: standard_table(model, records, lists, as_of, tell=reading)
    )
    standard = standardised()
    # What lies in the work folder need not lie in memory too while rows are prepared, paired and weighed.
    compared = [standard.select(said_columns(model))]
    standard = standard.clear() if work_dir else standard
    _done(clock, "standardise", 0.25)
    work = _prepare(model, compared, lists, decisions, clock.within("standardise", 0.25, 0.35))
    _done(clock, "prepare", 0.35)
    weights, passed_over = _weights(kept, work, model, retrain, clock, texts=keep is not None)
    alone, resolution = _resolution(kept, work, weights, clock)
    _done(clock, "resolve", 0.95)
    links, refused = links_of(work.number, work.twin, resolution, weights), work.refused
    reviews, looks = _cases(work.rows.table, resolution, weights, clock)
    if keep is not None:
        keep(work.basis(standardised() if work_dir else standard, lists, weights, resolution, alone))
    del work, resolution, alone
    give_back()
    standard = standardised() if work_dir else standard
    clock.done("answer", 1.0)
    return Linkage(standard, links, reviews, weights, passed_over, clock.seconds, refused, looks)


def _done(clock: Clock, step: str, share: float) -> None:
    """A step has ended, and does not keep what it needed. Raises Cancelled."""
    give_back()
    clock.done(step, share)


@dataclass
class _Work:
    """What a run works on. Parts that are needed no more are let go, so that the next ones find room."""

    number: NDArray[np.uint32]  # of each record
    twin: NDArray[np.uint32]  # the row of each record
    rows: Rows
    identity: NDArray[np.uint64]
    corpus: Corpus
    settled: Settled
    refused: tuple[Decision, ...]
    weighed: Arrays = field(default_factory=dict)

    def basis(
        self,
        standard: pl.DataFrame,
        lists: Sequence[PersonList],
        weights: Weights,
        resolution: Resolution,
        alone: NDArray[np.uint16],
    ) -> Basis:
        """What a later list can be compared with."""
        apart = self.settled.apart
        return Basis(standard, lists, self.rows, self.twin, self.corpus, weights, resolution, alone, apart)


def _prepare(
    model: Model,
    standard: list[pl.DataFrame],
    lists: Sequence[PersonList],
    decisions: Sequence[Decision],
    tell: Tell,
) -> _Work:
    """Equal rows once, ready to be compared; of the one table in `standard`, which is taken out and let go."""
    number = standard[0]["record"].to_numpy()
    table, twin = distinct_rows(model, standard.pop(), lists, own=held_apart(decisions))
    give_back()
    settled, refused = _settled(decisions, number, twin)
    corpus = corpus_of(model.comparisons, table, lambda share: tell(0.2 + 0.3 * share))
    rows = prepare(model, table, corpus, lambda share: tell(0.5 + 0.5 * share))
    identity = identities(model, table)
    return _Work(number, twin, rows, identity, corpus, settled, refused)


def _weights(
    kept: Checkpoint, work: _Work, model: Model, retrain: bool, clock: Clock, texts: bool
) -> tuple[Weights, tuple[PassedOver, ...]]:
    """Weights, and `work.weighed`: all pairs worth remembering. The rows lose their columns but for `texts`."""
    blocked = kept.arrays("blocked", partial(_block, work.rows, model, clock))
    if not texts:
        work.rows = replace(work.rows, table=work.rows.table.select("record", "list"))
    decided = work.settled if retrain else None
    work.weighed = kept.arrays(
        "weighed", partial(_weigh, work.rows, work.corpus, model, blocked, decided, clock)
    )
    return weights_of_arrays(model, work.weighed), _passed_over(blocked)


def _resolution(
    kept: Checkpoint, work: _Work, weights: Weights, clock: Clock
) -> tuple[NDArray[np.uint16], Resolution]:
    """The lists that hold everybody once (see Resolver.alone), and the persons."""
    pairs = (work.weighed[part] for part in ("a", "b", "weight"))
    alone = lists_without_repeats(weights.model, work.rows.table, *pairs)
    rank = rank_of_kinds(work.rows.kinds, TRUST)
    rounds = _Rounds(clock.within("weigh", 0.75, 0.95))
    resolver = Resolver(weights, work.rows, rank, work.identity, alone, work.settled, rounds.next)
    arrays = kept.arrays("resolved", partial(_resolve, resolver, work.weighed))
    work.weighed = {}
    return alone, resolution_of_arrays(arrays)


def _cases(
    table: pl.DataFrame, resolution: Resolution, weights: Weights, clock: Clock
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Doubts, and the sample for a second look."""
    clock.going("resolve", 0.96)
    reviews = reviews_of(table, resolution, weights)
    clock.going("resolve", 0.97)
    looks = second_looks(table, resolution, weights)
    clock.going("resolve", 0.98)
    return reviews, looks


@dataclass
class _Rounds:
    """Nobody knows how many rounds there will be: each tells a part of what is left."""

    tell: Tell
    done: int = 0

    def next(self) -> None:
        self.tell(self.done / (self.done + 10))
        self.done += 1


def _kept(work_dir: Path | None, records: pl.DataFrame, *about: object) -> Checkpoint:
    """Where the steps of this very question are kept."""
    return Checkpoint(work_dir, question(records, *about) if work_dir else "")


def _settled(
    decisions: Sequence[Decision], number: NDArray[np.uint32], twin: NDArray[np.uint32]
) -> tuple[Settled, tuple[Decision, ...]]:
    """What people have decided, as rows; and the decisions that contradict others."""
    ruled = rulings(decisions, _rows_named(decisions, number, twin))
    return Settled(ruled.same, ruled.apart), ruled.refused


def _rows_named(
    decisions: Sequence[Decision], number: NDArray[np.uint32], twin: NDArray[np.uint32]
) -> Mapping[int, int]:
    """The row of each record that some decision names."""
    named = [record for decision in decisions for record in (decision.record_a, decision.record_b)]
    known = pl.DataFrame({"record": number, "row": twin}).filter(pl.col("record").is_in(named))
    return dict(known.rows())


def _block(rows: Rows, model: Model, clock: Clock) -> Arrays:
    """Candidate pairs, who lives where, and the blocks passed over: all that is made of the rows' own texts."""
    door = model.home.door if model.home else ()
    a, b, passed_over = candidate_pairs(rows.table, model.blocks, door, clock.within("prepare", 0.35, 0.45))
    if model.within_lists == "no":
        a, b = across_lists(rows.table, a, b)
    homes = home_keys(model, rows.table, rows.kind, rows.kinds)
    _done(clock, "block", 0.45)
    return {
        "a": a,
        "b": b,
        "homes": homes,
        "over_rule": np.array([over.rule for over in passed_over], dtype=str),
        "over_size": np.array([(over.blocks, over.rows) for over in passed_over], np.int64).reshape(-1, 2),
    }


def _weigh(
    rows: Rows, corpus: Corpus, model: Model, blocked: Arrays, decided: Settled | None, clock: Clock
) -> Arrays:
    """Candidate pairs with their weights, and the weights' parameters."""
    a, b = blocked["a"], blocked["b"]
    telling = clock.within("block", 0.45, 0.6)
    weights = train(model, rows, blocked["homes"], (a, b), MULTIPLICITY, corpus, decided, telling)
    clock.done("learn", 0.6)
    a, b, weight = score(weights, rows, a, b, lambda share: clock.going("learn", 0.6 + 0.15 * share))
    _done(clock, "weigh", 0.75)
    return {**arrays_of_weights(weights), "a": a, "b": b, "weight": weight}


def _resolve(resolver: Resolver, weighed: Arrays) -> Arrays:
    """Persons from weighed pairs."""
    link_at = resolver.weights.model.costs.link_at
    found = resolver.resolve(weighed["a"], weighed["b"], weighed["weight"], link_at)
    return arrays_of_resolution(found)


def _passed_over(blocked: Arrays) -> tuple[PassedOver, ...]:
    sizes = zip(blocked["over_rule"].tolist(), blocked["over_size"].tolist(), strict=True)
    return tuple(PassedOver(rule, blocks, rows) for rule, (blocks, rows) in sizes)


#: Pairs less likely than this are not even remembered.
FLOOR = -12.0


def score(
    weights: Weights, rows: Rows, a: Indices, b: Indices, tell: Callable[[float], None] = lambda share: None
) -> tuple[Indices, Indices, NDArray[np.float64]]:
    """Weights of candidate pairs; hopeless ones are dropped. `tell` hears how far it is, 0 … 1."""
    model = weights.model
    pattern = np.empty(len(a), np.uint64)
    step = 1_000_000
    for start in range(0, len(a), step):
        tell(0.8 * start / len(a))
        part = slice(start, start + step)
        pattern[part] = pack(compare_pairs(model.comparisons, rows.columns, a[part], b[part]))
    tell(0.8)
    frame = pl.DataFrame({"pattern": pattern, "stratum": rows.stratum(a, b).astype(np.uint16)})
    distinct = weigh_patterns(weights, frame.unique())
    joined = frame.join(distinct, on=["pattern", "stratum"], how="left", maintain_order="left")
    found = joined["weight"].to_numpy()
    keep = found > FLOOR
    return a[keep], b[keep], found[keep]


def weigh_patterns(weights: Weights, distinct: pl.DataFrame) -> pl.DataFrame:
    """Distinct `pattern` and `stratum` with their `weight` (f64)."""
    pattern, stratum = distinct["pattern"].to_numpy(), distinct["stratum"].to_numpy().astype(np.intp)
    return distinct.with_columns(weight=weights.weigh(pattern, stratum).astype(float))
