"""Which pairs of rows are worth comparing: those that share a key which few rows have.

Rules are data (model file). Keys are hashed once; pairs of a block come from one sort and a few shifted comparisons,
never from a join that would first build every pair of a large block. Blocks larger than their rule allows are passed
over, because other rules cut the same rows finer; how many were is reported, never hidden.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
#: Behind a door with more different values than this nobody's value says anything about the others.
HOME = 12
_PART = re.compile(r"^(?P<column>\w+)(\[(?P<start>-?\d+)?:(?P<stop>-?\d+)?\])?$")


@dataclass(frozen=True)
class BlockRule:
    """Rows that agree on all `parts` form a block, unless it holds more than `largest` rows."""

    parts: tuple[str, ...]
    largest: int
    home: str | None = None  # this part may also be the value of somebody else behind the same door

    @property
    def name(self) -> str:
        return " + ".join(self.parts)


@dataclass(frozen=True)
class PassedOver:
    """A block too large to be compared."""

    rule: str
    blocks: int
    rows: int


def part_expression(part: str) -> pl.Expr:
    """`phone`, `phone[:7]`, `id_text[-4:]`: a column, or a piece of it where it is longer than the piece."""
    match = _PART.match(part)
    if match is None:
        raise ValueError(f"not a block key part: {part!r}")
    column = pl.col(match["column"]).cast(pl.String)
    start, stop = match["start"], match["stop"]
    if start is None and stop is None:
        return pl.when(column != "").then(column)
    wanted = abs(int(start)) if start is not None else int(stop)
    piece = column.str.tail(wanted) if start is not None else column.str.head(wanted)
    return pl.when((column.str.len_chars() >= wanted) & ~piece.str.contains("*", literal=True)).then(piece)


def block_keys(rows: pl.DataFrame, rule: BlockRule) -> Keys:
    """One key a row; 0 where a part is missing."""
    parts = rows.select(part_expression(part).alias(str(i)) for i, part in enumerate(rule.parts))
    complete = parts.select(pl.all_horizontal(pl.all().is_not_null())).to_series().to_numpy()
    hashes = parts.hash_rows(seed=20200123).to_numpy()
    return np.where(complete, np.maximum(hashes, np.uint64(1)), np.uint64(0))


def home_keys(rows: pl.DataFrame, rule: BlockRule) -> tuple[Keys, NDArray[np.uint64]]:
    """Keys of rows with `rule.home` borrowed from others behind their door, and the rows' positions."""
    assert rule.home is not None
    place = pl.concat_str("compound", pl.lit("|"), "building", pl.lit("|"), "room").alias("door")
    at_door = rows.select(place, pl.col(rule.home)).drop_nulls().unique().filter(pl.len().over("door") <= HOME)
    own = rows.select(place, *[p for p in rule.parts if p != rule.home]).with_row_index("position")
    borrowed = own.drop_nulls("door").join(at_door, on="door")
    return block_keys(borrowed, rule), borrowed["position"].to_numpy().astype(np.uint64)


def pairs_within(
    keys: Keys, largest: int, positions: NDArray[np.uint64] | None = None
) -> tuple[NDArray[np.uint64], tuple[int, int]]:
    """Pairs (a < b, packed as a << 32 | b) of rows with one key; and (blocks, rows) passed over as too large."""
    present = np.flatnonzero(keys)
    order = present[np.argsort(keys[present], kind="stable")]
    ordered = keys[order]
    order = (positions[order] if positions is not None else order).astype(np.uint64)
    if not len(order):
        return np.zeros(0, np.uint64), (0, 0)
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    sizes = np.diff(np.append(starts, len(ordered)))
    over = sizes > largest
    keep = np.repeat(~over & (sizes > 1), sizes)
    passed_over = (int(over.sum()), int(sizes[over].sum()))
    order, ordered = order[keep], ordered[keep]
    found = []
    here = np.arange(len(order))
    for step in range(1, largest):
        here = here[here + step < len(order)]
        here = here[ordered[here] == ordered[here + step]]
        if not len(here):
            break
        left, right = order[here], order[here + step]
        left, right = left[left != right], right[left != right]
        found.append(np.minimum(left, right) << np.uint64(32) | np.maximum(left, right))
    return (np.concatenate(found) if found else np.zeros(0, np.uint64)), passed_over


def candidate_pairs(
    rows: pl.DataFrame, rules: Sequence[BlockRule]
) -> tuple[NDArray[np.uint32], NDArray[np.uint32], list[PassedOver]]:
    """All distinct pairs of row positions (a < b) that some rule puts into one block."""
    merged = np.zeros(0, np.uint64)
    passed_over = []
    for rule in rules:
        keys, positions = block_keys(rows, rule), None
        if rule.home is not None:
            borrowed, at = home_keys(rows, rule)
            positions = np.concatenate([np.arange(len(keys), dtype=np.uint64), at])
            keys = np.concatenate([keys, borrowed])
        found, (blocks, count) = pairs_within(keys, rule.largest, positions)
        merged = pl.concat([pl.Series(merged), pl.Series(found)]).unique().to_numpy()
        if blocks:
            passed_over.append(PassedOver(rule.name, blocks, count))
    merged = np.sort(merged)
    return (merged >> np.uint64(32)).astype(np.uint32), (merged & np.uint64(0xFFFFFFFF)).astype(np.uint32), passed_over
