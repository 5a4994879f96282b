"""New rows against those known: find, weigh, resolve."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from lianfang.linkage.engine.comparisons.base import Columns
from lianfang.linkage.engine.edges import Resolution, rank_of_kinds
from lianfang.linkage.engine.known.files import Array
from lianfang.linkage.engine.known.segment import Segment
from lianfang.linkage.engine.known.state import HIGH, KINDS, LOW, State
from lianfang.linkage.engine.pipeline import TRUST, score
from lianfang.linkage.engine.resolve import Resolver
from lianfang.linkage.engine.rows import identities, lists_without_repeats, named_doors
from lianfang.linkage.engine.samples import Rows
from lianfang.linkage.engine.settled import Rulings, Settled
from lianfang.linkage.engine.unique import distinct
from lianfang.linkage.engine.weights import Weights

#: Weight of pairs that are judged as groups only.
UNWEIGHED = -60.0


@dataclass(frozen=True)
class NewRows:
    """Distinct rows of new lists; record and list are numbered on from those known."""

    state: State
    table: pl.DataFrame
    kind: Array
    columns: dict[str, Columns]  # of the comparisons that look at each row by itself

    @staticmethod
    def of(state: State, table: pl.DataFrame) -> "NewRows":
        """Prepares rows with the frequencies that are known."""
        kind = table["kind"].replace_strict({name: i for i, name in enumerate(KINDS)}, return_dtype=pl.UInt8)
        comparisons = [c for c in state.model.comparisons if c.name in state.layout.columns]
        columns = {c.name: c.prepare(table, state.corpus) for c in comparisons}
        return NewRows(state, table, kind.to_numpy(), columns)

    def behind(self, known: Array) -> Rows:
        """Known rows (sorted numbers) and behind them the new ones, ready to be compared."""
        state = self.state
        columns: dict[str, Columns] = {}
        together = [c for c in state.model.comparisons if c.name not in state.layout.columns]
        if together:
            both = pl.concat([state.texts(known).select(self.table.columns), self.table])
            columns = {c.name: c.prepare(both, state.corpus) for c in together}
        for name, arrays in state.layout.columns.items():
            mine = dict(
                self.columns[name]
            )  # what has not one entry a row is looked up, and the same for all rows
            for column in arrays:
                theirs = state.gather(known, _column(name, column))
                mine[column] = np.concatenate([theirs, mine[column]])
            columns[name] = mine
        kind = np.concatenate([state.gather(known, lambda s: s.facts["kind"]), self.kind])
        numbers = [
            np.concatenate([self.fact(known, name), self.table[name].to_numpy()])
            for name in ("record", "list")
        ]
        door = np.concatenate([self.fact(known, "door"), named_doors(state.model, self.table)])
        return Rows(pl.DataFrame({"record": numbers[0], "list": numbers[1]}), columns, kind, KINDS, door)

    def fact(self, known: Array, name: str) -> Array:
        """One of the facts about known rows."""
        return self.state.gather(known, lambda segment: segment.facts[name])


def _column(comparison: str, name: str) -> Callable[[Segment], Array]:
    return lambda segment: segment.columns[comparison][name]


@dataclass(frozen=True)
class Task:
    """Rows to be resolved: `known` ones (sorted numbers) and behind them the new ones; a, b are positions."""

    rows: Rows
    known: Array
    a: Array
    b: Array
    weight: Array

    def place(self, rows: Array, first: int) -> Array:
        """Positions of rows by their numbers, new ones counting from `first`; -1 of known ones not here."""
        rows = rows.astype(np.int64)
        at = np.minimum(np.searchsorted(self.known, rows), max(len(self.known) - 1, 0))
        here = self.known[at] == rows if len(self.known) else np.zeros(len(rows), bool)
        position: Array = np.where(rows >= first, rows - first + len(self.known), np.where(here, at, -1))
        return position

    def number(self, positions: Array, first: int) -> Array:
        """The reverse of `place`."""
        numbers = np.concatenate(
            [self.known.astype(np.int64), first + np.arange(len(self.rows.kind) - len(self.known))]
        )
        chosen: Array = numbers[positions]
        return chosen


def weighed(new: NewRows, pairs: Array, weights: Weights, ruled: Rulings) -> Task:
    """Candidate pairs → those worth resolving, with all rows of the known persons that they touch."""
    state, first = new.state, new.state.rows
    a, b = pairs >> HIGH, pairs & LOW
    known = distinct(a[a < first]).astype(np.uint32)
    rows = new.behind(known)
    task = Task(rows, known, a, b, np.zeros(len(a)))
    a, b = (task.place(side, first).astype(np.uint32) for side in (a, b))
    if state.model.within_lists == "no":
        number = rows.table["list"].to_numpy()
        a, b = a[number[a] != number[b]], b[number[a] != number[b]]
    a, b, weight = score(weights, rows, a, b)
    a, b = task.number(a, first), task.number(b, first)
    decided = np.concatenate([ruled.same, ruled.apart]).ravel()
    touched = distinct(np.concatenate([a[a < first], decided[decided < first]]))
    members = state.members_of(distinct(state.root[touched]))
    a, b, weight = _with_opponents(state, members, a, b, weight)
    task = Task(new.behind(members), members, a, b, weight)
    return Task(
        task.rows,
        members,
        task.place(a, first).astype(np.uint32),
        task.place(b, first).astype(np.uint32),
        weight,
    )


def _with_opponents(
    state: State, members: Array, a: Array, b: Array, weight: Array
) -> tuple[Array, Array, Array]:
    """Known persons that were left apart are judged again where a new row may be either of them, or both."""
    pairs = state.opponents_of(members)
    x, y = (pairs >> HIGH).astype(np.int64), (pairs & LOW).astype(np.int64)
    at = np.minimum(np.searchsorted(members, y), max(len(members) - 1, 0))
    both = members[at] == y if len(members) else np.zeros(len(y), bool)
    x, y = x[both], y[both]
    nothing = np.full(len(x), UNWEIGHED)
    return np.concatenate([a, x]), np.concatenate([b, y]), np.concatenate([weight, nothing])


def resolved(
    new: NewRows, task: Task, weights: Weights, ruled: Rulings, alone: Array, pause: Callable[[], None]
) -> tuple[Resolution, Array]:
    """The resolution of a task's rows, and the roots that they had before (positions)."""
    state, first = new.state, new.state.rows
    fresh = np.arange(len(task.known), len(task.rows.kind))
    before = np.concatenate([task.place(state.root[task.known], first), fresh])
    apart = np.concatenate([state.apart, ruled.apart]).astype(np.int64)
    places = np.stack([task.place(apart[:, 0], first), task.place(apart[:, 1], first)], axis=1)
    same = np.stack([task.place(ruled.same[:, 0], first), task.place(ruled.same[:, 1], first)], axis=1)
    missing = np.array(state.manifest["missing"])
    settled = Settled(same, places[(places >= 0).all(axis=1)], before, missing)
    identity = np.concatenate([new.fact(task.known, "identity"), identities(state.model, new.table)])
    rank = rank_of_kinds(KINDS, TRUST)
    resolver = Resolver(weights, task.rows, rank, identity, alone, settled, pause)
    return resolver.resolve(task.a, task.b, task.weight, state.model.costs.link_at), before


def alone_of(new: NewRows, task: Task) -> Array:
    """See Resolver.alone: of known lists as it was found then, of new ones as their pairs show."""
    known = new.fact(task.known, "alone")
    found = lists_without_repeats(new.state.model, task.rows.table, task.a, task.b, task.weight)
    return np.concatenate([known, found[len(task.known) :]]).astype(np.uint16)
