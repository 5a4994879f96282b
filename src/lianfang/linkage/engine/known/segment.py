"""Rows that are known, as arrays on the disk: what comparisons want of them, and the keys they are found by.

There are at most two segments: `base`, written by the last full run, and `recent`, what was appended since.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from lianfang.linkage.engine.blocking import KeyMaker
from lianfang.linkage.engine.comparisons.base import Columns, combined
from lianfang.linkage.engine.known.files import Array, FolderWriter, load_table
from lianfang.linkage.engine.known.layout import Layout
from lianfang.linkage.engine.model import Model
from lianfang.linkage.engine.rows import identities, named_doors

#: For each row: the first record that says it, its list and its kind, its checked number, Resolver.alone, Rows.door.
FACTS = ("record", "list", "kind", "identity", "alone", "door")


@dataclass(frozen=True)
class Index:
    """Keys, sorted, and for each the number of the row that has it."""

    keys: Array
    rows: Array

    @staticmethod
    def of(keys: Array, rows: Array) -> "Index":
        """An index of the keys that are not missing."""
        present = np.flatnonzero(keys)
        order = present[np.argsort(keys[present])]
        return Index(keys[order], rows[order].astype(np.uint32))

    def __add__(self, other: "Index") -> "Index":
        return Index.of(np.concatenate([self.keys, other.keys]), np.concatenate([self.rows, other.rows]))


@dataclass(frozen=True)
class Segment:
    """Rows number `first`, `first` + 1, …; arrays have one entry a row, except those of the indexes."""

    first: int
    facts: Mapping[str, Array]
    columns: Mapping[str, Mapping[str, Array]]  # of the comparisons that look at each row by itself
    parts: Mapping[str, Array]  # hashed parts of the keys that housemates lend one another
    blocks: tuple[Index, ...]  # one for each rule of the model
    doors: Index
    twin: Array  # for each record that the segment stands for its row (number among all rows)

    @property
    def count(self) -> int:
        return len(self.facts["record"])


def segment_of(
    model: Model,
    layout: Layout,
    table: pl.DataFrame,
    columns: Mapping[str, Columns],
    more: Mapping[str, Array],
) -> Segment:
    """The first segment from its rows (`table`), prepared, and what else is known: kind, alone, twin."""
    maker = KeyMaker(table, layout.door)
    rows = np.arange(len(table), dtype=np.uint32)
    blocks = []
    for rule in model.blocks:
        keys, positions = maker.entries(rule)
        blocks.append(Index.of(keys, rows if positions is None else rows[positions]))
    parts = {part: maker.part(part) for part in layout.parts}
    facts = {
        "record": table["record"].to_numpy(),
        "list": table["list"].to_numpy(),
        "kind": more["kind"],
        "identity": identities(model, table),
        "alone": more["alone"],
        "door": named_doors(model, table),
    }
    kept = {
        comparison: {name: np.asarray(columns[comparison][name]) for name in names}
        for comparison, names in layout.columns.items()
    }
    return Segment(0, facts, kept, parts, tuple(blocks), doors_of(layout, parts, rows), more["twin"])


def doors_of(layout: Layout, parts: Mapping[str, Array], rows: Array) -> Index:
    """Who stands behind which door, where a model asks for it."""
    if not layout.parts:
        return Index(np.zeros(0, np.uint64), np.zeros(0, np.uint32))
    return Index.of(combined([parts[part] for part in layout.door]), rows)


def save_segment(writer: FolderWriter, segment: Segment, table: pl.DataFrame | None) -> None:
    """Writes all arrays, and the rows' own text if some comparison looks at all rows together."""
    for name, array in segment.facts.items():
        writer.array(f"fact.{name}", array)
    for comparison, columns in segment.columns.items():
        for name, array in columns.items():
            writer.array(f"column.{comparison}.{name}", array)
    for name, array in segment.parts.items():
        writer.array(f"part.{name}", array)
    for number, index in enumerate((segment.doors, *segment.blocks)):
        writer.array(f"index.{number}.keys", index.keys)
        writer.array(f"index.{number}.rows", index.rows)
    writer.array("twin", segment.twin)
    if table is not None:
        writer.table("table", table)


def open_segment(arrays: Mapping[str, Array], layout: Layout, model: Model, first: int) -> Segment:
    """The segment whose folder has these arrays."""
    indexes = [
        Index(arrays[f"index.{number}.keys"], arrays[f"index.{number}.rows"])
        for number in range(len(model.blocks) + 1)
    ]
    columns = {
        comparison: {name: arrays[f"column.{comparison}.{name}"] for name in names}
        for comparison, names in layout.columns.items()
    }
    facts = {name: arrays[f"fact.{name}"] for name in FACTS}
    parts = {part: arrays[f"part.{part}"] for part in layout.parts}
    return Segment(first, facts, columns, parts, tuple(indexes[1:]), indexes[0], arrays["twin"])


def folded(segments: Sequence[Segment]) -> Segment:
    """Several segments, one behind the other, as one."""
    first = segments[0]

    def joined(arrays: Sequence[Mapping[str, Array]]) -> Mapping[str, Array]:
        return {name: np.concatenate([array[name] for array in arrays]) for name in arrays[0]}

    blocks, doors = list(first.blocks), first.doors
    for segment in segments[1:]:
        blocks = [mine + theirs for mine, theirs in zip(blocks, segment.blocks, strict=True)]
        doors = doors + segment.doors
    return Segment(
        first.first,
        joined([s.facts for s in segments]),
        {name: joined([s.columns[name] for s in segments]) for name in first.columns},
        joined([s.parts for s in segments]),
        tuple(blocks),
        doors,
        np.concatenate([s.twin for s in segments]),
    )


def tables_of(folders: Sequence[Path], more: Sequence[pl.DataFrame] = ()) -> pl.DataFrame:
    """The rows' text of several segments, and of more."""
    return pl.concat([*(load_table(folder, "table") for folder in folders), *more])
