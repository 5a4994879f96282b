"""Pairs of a new row and a known one, or of two new rows, that share a key which few rows have."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from lianfang.linkage.engine.blocking import BlockRule, KeyMaker, borrowed_keys, pairs_within
from lianfang.linkage.engine.comparisons.base import combined
from lianfang.linkage.engine.known.files import Array
from lianfang.linkage.engine.known.segment import Index, Segment
from lianfang.linkage.engine.known.state import State, spread
from lianfang.linkage.engine.unique import distinct


@dataclass(frozen=True)
class Near:
    """`pairs` are packed (row << 32 | new row), rows numbered on from the known ones.

    `blocks`, `doors` and `parts` are what the segment of the new rows will have when they become known.
    """

    pairs: Array
    blocks: tuple[Index, ...]
    doors: Index
    parts: dict[str, Array]


def near_rows(state: State, table: pl.DataFrame) -> Near:
    """All candidate pairs of the new rows `table`."""
    first, layout = state.rows, state.layout
    rows = np.arange(first, first + len(table), dtype=np.uint32)
    maker = KeyMaker(table, layout.door)
    parts = {part: maker.part(part) for part in layout.parts}
    doors = Index(np.zeros(0, np.uint64), np.zeros(0, np.uint32))
    home = None
    if layout.parts:
        doors = Index.of(combined([parts[part] for part in layout.door]), rows)
        home = _Home(state, parts, doors, rows)
    found, blocks = [], []
    for number, rule in enumerate(state.model.blocks):
        own = home is None or rule.home is None
        entries = Index.of(maker.keys(rule), rows) if own or home is None else home.entries(rule)
        blocks.append(entries)
        found.append(
            _pairs(entries, [segment.blocks[number] for segment in state.segments], rule.largest, first)
        )
    return Near(distinct(np.concatenate(found)), tuple(blocks), doors, parts)


class _Home:
    """Those who live where the new rows say that somebody lives: they lend one another their numbers."""

    def __init__(self, state: State, parts: dict[str, Array], doors: Index, rows: Array) -> None:
        layout, there = state.layout, []
        wanted = distinct(doors.keys)
        for segment in state.segments:
            low, high = (np.searchsorted(segment.doors.keys, wanted, side) for side in ("left", "right"))
            there.append(segment.doors.rows[spread(low, high - low)])
        self.known = np.sort(np.concatenate(there)).astype(np.uint32)
        before = {part: state.gather(self.known, _part(part)) for part in layout.parts}
        both = {part: np.concatenate([before[part], parts[part]]) for part in layout.parts}
        self.before, self.fresh, self.after = (
            KeyMaker.of_parts(each, layout.door) for each in (before, parts, both)
        )
        self.rows = np.concatenate([self.known, rows])

    def entries(self, rule: BlockRule) -> Index:
        """Keys of the new rows, and those that known rows borrow only now."""
        own = self.fresh.home_own_keys(rule)
        keys, at = borrowed_keys(self.after.doors(rule))
        known_keys, known_at = borrowed_keys(self.before.doors(rule))
        before = pl.Series(combined([known_keys, known_at + np.uint64(1)]))
        now = ~pl.Series(combined([keys, at + np.uint64(1)])).is_in(before.implode()).to_numpy()
        rows = np.concatenate([self.rows[len(self.known) :], self.rows[at[now]]])
        return Index.of(np.concatenate([own, keys[now]]), rows)


def _part(part: str) -> Callable[[Segment], Array]:
    return lambda segment: segment.parts[part]


def _pairs(entries: Index, known: Sequence[Index], largest: int, first: int) -> Array:
    """Pairs within the blocks that hold at least one new row and are not too large."""
    keys, count = np.unique(entries.keys, return_counts=True)
    ranges = [[np.searchsorted(index.keys, keys, side) for side in ("left", "right")] for index in known]
    size = count + sum(high - low for low, high in ranges)
    size[(size > largest) | (size < 2)] = 0
    block = np.repeat(np.arange(len(keys)), count)  # of each entry
    entry = np.flatnonzero(size[block])
    found = []
    for index, (low, high) in zip(known, ranges, strict=True):
        each = (high - low)[block[entry]]
        other = index.rows[spread(low[block[entry]], each)].astype(np.uint64)
        found.append(_packed(np.repeat(entries.rows[entry], each).astype(np.uint64), other))
    within, _ = pairs_within(entries.keys[entry], largest, entries.rows[entry].astype(np.uint64))
    pairs = np.concatenate([*found, within])
    newer, older = pairs & np.uint64(0xFFFFFFFF), pairs >> np.uint64(32)
    chosen: Array = pairs[(newer >= first) & (newer != older)]
    return chosen


def _packed(x: Array, y: Array) -> Array:
    packed: Array = np.minimum(x, y) << np.uint64(32) | np.maximum(x, y)
    return packed
