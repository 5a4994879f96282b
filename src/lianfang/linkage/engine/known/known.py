"""`Known`: what earlier runs found out, opened to have new lists compared with it."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from lianfang.linkage.engine.clock import Clock, Progress
from lianfang.linkage.engine.known.answer import (
    Addition,
    KnownLinks,
    Outcome,
    joined_persons,
    new_links,
    new_reviews,
)
from lianfang.linkage.engine.known.append import append
from lianfang.linkage.engine.known.compare import NewRows, Task, alone_of, resolved, weighed
from lianfang.linkage.engine.known.files import Array, read_manifest
from lianfang.linkage.engine.known.near import Near, near_rows
from lianfang.linkage.engine.known.state import KINDS, State, open_state, read_state, verify
from lianfang.linkage.engine.pipeline import MULTIPLICITY
from lianfang.linkage.engine.rows import distinct_rows, standard_table
from lianfang.linkage.engine.settled import Decision, Rulings, held_apart, rulings
from lianfang.linkage.engine.training import for_new_kinds
from lianfang.linkage.engine.unique import distinct
from lianfang.linkage.fields import ListKind, PersonList


class Known:
    """One state of what is known. Opening maps files and reads little; many threads may link at once."""

    def __init__(self, state: State) -> None:
        self.state = state

    @classmethod
    def open(cls, directory: Path) -> "Known":
        """The newest state. Raises KnownError: nothing there, or stored by another version."""
        state = open_state(directory)
        verify(state)
        return cls(state)

    @property
    def records(self) -> int:
        """How many records are known; the next one gets this number."""
        return self.state.records

    @property
    def people(self) -> int:
        return len(distinct(self.state.root))

    @property
    def lists(self) -> list[PersonList]:
        """All lists, in the order in which they became known."""
        described = enumerate(self.state.manifest["lists"])
        return [PersonList(i, entry["label"], ListKind(entry["kind"])) for i, entry in described]

    def links(self) -> pl.DataFrame:
        """record, person: the clusters as they are now."""
        record = np.concatenate([segment.facts["record"] for segment in self.state.segments])
        twin = np.concatenate([segment.twin for segment in self.state.segments])
        return pl.DataFrame(
            {"record": np.arange(len(twin), dtype=np.uint32), "person": record[self.state.root[twin]]}
        )

    def link(
        self,
        records: pl.DataFrame,
        lists: Sequence[PersonList],
        *,
        as_of: date,
        decisions: Sequence[Decision] = (),
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> KnownLinks:
        """Who the people of new lists are. Changes nothing; see `append`.

        `records` as for `pipeline.link`: record and list count from 0 within the new lists. `decisions` name
        records as they will be numbered: those known, or `self.records` + a new one's. Raises Cancelled.
        """
        state, clock = self.state, Clock(progress, cancelled)
        standard = standard_table(state.model, records, lists, as_of, state.spelling)
        clock.done("standardise", 0.4)
        own = {record - state.records for record in held_apart(decisions)}
        table, twin = distinct_rows(state.model, standard, lists, own=own)
        new = NewRows.of(state, _numbered_on(state, table))
        clock.done("prepare", 0.5)
        near = near_rows(state, new.table)
        clock.done("block", 0.6)
        ruled = _ruled(state, decisions, twin)
        sizes = np.bincount(new.kind, minlength=len(KINDS)).astype(float)
        weights = for_new_kinds(state.weights, sizes, MULTIPLICITY)
        task = weighed(new, near.pairs, weights, ruled)
        clock.done("weigh", 0.7)
        alone = alone_of(new, task)
        resolution, before = resolved(new, task, weights, ruled, alone, clock.pause)
        outcome = Outcome(resolution, task.rows.table["record"].to_numpy(), before, len(task.known))
        clock.done("resolve", 0.9)
        links = new_links(standard, twin + len(task.known), state.records, outcome, weights)
        reviews = new_reviews(outcome, weights)
        clock.done("answer", 1.0)
        addition = _addition(new, near, task, outcome, alone, ruled, (tuple(lists), twin))
        persons = outcome.record[joined_persons(outcome)]
        joined = pl.DataFrame({"person": persons[:, 0], "into": persons[:, 1]})
        return KnownLinks(
            state.records, standard, links, reviews, joined, ruled.refused, clock.seconds, addition
        )

    def append(self, links: KnownLinks) -> "Known":
        """Makes the new lists known; answers the state after. Raises KnownChanged, OSError."""
        append(self.state, links.addition)
        directory = self.state.directory
        return Known(read_state(directory, read_manifest(directory), self.state.model))


def _numbered_on(state: State, table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns(
        record=pl.col("record") + pl.lit(state.records, pl.UInt32),
        list=pl.col("list") + pl.lit(len(state.manifest["lists"]), pl.UInt16),
    )


def _ruled(state: State, decisions: Sequence[Decision], twin: Array) -> Rulings:
    """Decisions about records as they will be numbered → about rows."""
    if not decisions:
        return rulings((), {})
    rows = np.concatenate([*(segment.twin for segment in state.segments), twin.astype(np.int64) + state.rows])
    named = {
        r for decision in decisions for r in (decision.record_a, decision.record_b) if 0 <= r < len(rows)
    }
    # Persons that were held apart before stay so, whatever is decided now.
    known = [(int(state.root[x]), int(state.root[y])) for x, y in state.apart]
    return rulings(decisions, {record: int(rows[record]) for record in named}, known, _root_of(state))


def _root_of(state: State) -> Callable[[int], int]:
    return lambda row: int(state.root[row]) if row < state.rows else row


def _addition(
    new: NewRows,
    near: Near,
    task: Task,
    outcome: Outcome,
    alone: Array,
    ruled: Rulings,
    lists: tuple[tuple[PersonList, ...], Array],
) -> Addition:
    first, fresh = new.state.rows, len(task.known)
    edges = outcome.resolution.open
    pairs = np.stack([task.number(edges.x, first), task.number(edges.y, first)], axis=1)
    return Addition(
        generation=int(new.state.manifest["generation"]),
        lists=lists[0],
        table=new.table,
        kind=new.kind,
        alone=alone[fresh:],
        twin=lists[1].astype(np.uint32) + np.uint32(first),
        columns={
            name: {c: new.columns[name][c] for c in names} for name, names in new.state.layout.columns.items()
        },
        blocks=near.blocks,
        doors=near.doors,
        parts=near.parts,
        root=task.number(outcome.resolution.root[fresh:], first),
        moved=task.number(joined_persons(outcome), first),
        open=pairs,
        apart=ruled.apart,
    )
