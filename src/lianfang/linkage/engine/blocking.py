"""Which pairs of rows are worth comparing: those that share a key which few rows have.

Rules are data (model file). Keys are hashed once; pairs of a block come from one sort and a few shifted comparisons,
never from a join that would first build every pair of a large block. Blocks larger than their rule allows are passed
over, because other rules cut the same rows finer; how many were is reported, never hidden.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lianfang.linkage.engine.clock import Tell, silent
from lianfang.linkage.engine.comparisons.base import combined, hashed

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


class KeyMaker:
    """Keys of the rules for one table of rows; every part is hashed once, however many rules use it.

    Of many rows hashes take room: with `often` only those of the parts named there are kept for the next rule.
    """

    def __init__(
        self, rows: pl.DataFrame, door: Sequence[str] = (), often: Collection[str] | None = None
    ) -> None:
        self.rows = rows
        self.door = door  # columns that name a door
        self.often = often
        self._parts: dict[str, Keys] = {}

    @classmethod
    def of_parts(cls, parts: Mapping[str, Keys], door: Sequence[str]) -> "KeyMaker":
        """For rows of which only the hashed parts are at hand."""
        maker = cls(pl.DataFrame(), door)
        maker._parts = dict(parts)
        return maker

    def part(self, part: str) -> Keys:
        """Hashes of `phone`, `phone[:7]`, `id_text[-4:]`: a column or a piece of it; 0 where there is no such piece."""
        if part in self._parts:
            return self._parts[part]
        keys = hashed(self.rows.select(part_expression(part)).to_series())
        if self.often is None or part in self.often:
            self._parts[part] = keys
        return keys

    def keys(self, rule: BlockRule) -> Keys:
        """One key a row; 0 where a part is missing."""
        return combined([self.part(part) for part in rule.parts])

    def doors(self, rule: BlockRule) -> pl.DataFrame:
        """Hashes of door, `home` value and other parts of the key, and the row's position; see `borrowed_keys`."""
        assert rule.home is not None
        door = combined([self.part(part) for part in self.door])
        others = [self.part(part) for part in rule.parts if part != rule.home]
        frame = pl.DataFrame({"door": door, "value": self.part(rule.home), "other": combined(others)})
        return frame.with_row_index("position").filter(pl.col("door") != 0)

    def entries(self, rule: BlockRule) -> tuple[Keys, NDArray[np.uint64] | None]:
        """All keys by which rows enter blocks of a rule, and the rows' positions (None: one key each, in order)."""
        if rule.home is None or not self.door:
            return self.keys(rule), None
        keys, (borrowed, at) = self.home_own_keys(rule), borrowed_keys(self.doors(rule))
        return np.concatenate([keys, borrowed]), np.concatenate([np.arange(len(keys), dtype=np.uint64), at])

    def home_own_keys(self, rule: BlockRule) -> Keys:
        """The keys of `rule` in the form that borrowed ones have."""
        assert rule.home is not None
        others = [self.part(part) for part in rule.parts if part != rule.home]
        return combined([combined(others), self.part(rule.home)])


def borrowed_keys(doors: pl.DataFrame) -> tuple[Keys, NDArray[np.uint64]]:
    """Keys of rows with the `home` values of all who live behind their door, and the rows' positions.

    `doors` (see `KeyMaker.doors`) must hold all rows of each door.
    """
    given = doors.filter(pl.col("value") != 0).select("door", "value").unique()
    given = given.filter(pl.len().over("door") <= HOME)
    wanting = doors.filter(pl.col("other") != 0).select("door", "other", "position")
    borrowed = wanting.join(given, on="door")
    keys = combined([borrowed["other"].to_numpy(), borrowed["value"].to_numpy()])
    return keys, borrowed["position"].to_numpy().astype(np.uint64)


def part_expression(part: str) -> pl.Expr:
    """A column, or a piece of it where it is at least as long as the piece and nothing in it is masked."""
    match = _PART.match(part)
    if match is None:
        raise ValueError(f"not a block key part: {part!r}")
    column = pl.col(match["column"]).cast(pl.String)
    start, stop = match["start"], match["stop"]
    if start is None and stop is None:
        return column
    wanted = abs(int(start)) if start is not None else int(stop)
    piece = column.str.tail(wanted) if start is not None else column.str.head(wanted)
    return pl.when((column.str.len_chars() >= wanted) & ~piece.str.contains("*", literal=True)).then(piece)


def by_key(keys: Keys) -> NDArray[np.uint32]:
    """Places of the keys that are there (not 0) and not alone, equal keys beside one another."""
    present = np.flatnonzero(keys).astype(np.uint32)
    # Sorting numbers is several times as fast as sorting places by them: the place stands in the lowest bits.
    low = np.uint64((1 << max(len(keys), 1).bit_length()) - 1)
    mixed = pl.Series((keys[present] & ~low) | present).sort(multithreaded=False).to_numpy()
    order = (mixed & low).astype(np.uint32)
    if not len(order):
        return order
    ordered, head = keys[order], mixed & ~low
    equal = ordered[1:] == ordered[:-1]
    if ((head[1:] == head[:-1]) & ~equal).any():  # two keys alike but for those bits
        order = order[np.argsort(ordered, kind="stable")]
        ordered = keys[order]
        equal = ordered[1:] == ordered[:-1]
    shared = np.zeros(len(order), bool)
    shared[1:] = equal
    shared[:-1] |= equal
    return order[shared]


def pairs_within(
    keys: Keys, largest: int, positions: NDArray[np.uint64] | None = None
) -> tuple[NDArray[np.uint64], tuple[int, int]]:
    """Pairs (a < b, packed as a << 32 | b) of rows with one key; and (blocks, rows) passed over as too large."""
    place = by_key(keys)
    ordered = keys[place]
    order = (positions[place] if positions is not None else place).astype(np.uint64)
    if not len(order):
        return np.zeros(0, np.uint64), (0, 0)
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    sizes = np.diff(np.append(starts, len(ordered)))
    over = sizes > largest
    keep = np.repeat(~over, sizes)
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
    rows: pl.DataFrame, rules: Sequence[BlockRule], door: Sequence[str] = (), tell: Tell = silent
) -> tuple[NDArray[np.uint32], NDArray[np.uint32], list[PassedOver]]:
    """All distinct pairs of row positions (a < b) that some rule puts into one block."""
    uses = Counter(part for rule in rules for part in (*rule.parts, *(door if rule.home else ())))
    maker = KeyMaker(rows, door, often={part for part, count in uses.items() if count > 1})

    def pairs_of(rule: BlockRule) -> tuple[NDArray[np.uint64], tuple[int, int]]:
        keys, positions = maker.entries(rule)
        return pairs_within(keys, rule.largest, positions)

    with ThreadPoolExecutor(2) as pool:
        found = []
        for one in pool.map(pairs_of, rules):
            found.append(one)
            tell(0.9 * len(found) / len(rules))
    passed_over = [
        PassedOver(rule.name, blocks, count)
        for rule, (_, (blocks, count)) in zip(rules, found, strict=True)
        if blocks
    ]
    merged = np.concatenate([np.zeros(0, np.uint64), *(pairs for pairs, _ in found)])
    del found
    merged = pl.Series(merged).sort().to_numpy()
    merged = merged[np.concatenate((np.ones(min(len(merged), 1), bool), merged[1:] != merged[:-1]))]
    return (merged >> np.uint64(32)).astype(np.uint32), merged.astype(np.uint32), passed_over
