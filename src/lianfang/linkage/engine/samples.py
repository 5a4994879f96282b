"""Which pairs of rows the weights are learnt from, and what those show.

A sample is a matter of row numbers alone (the position of a row among the distinct rows), never of the order in
which a machine meets the pairs: any number of machines draw the same one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lianfang.linkage.engine.blocking import BlockRule, KeyMaker, Keys, pairs_within
from lianfang.linkage.engine.clock import Tell, silent
from lianfang.linkage.engine.comparisons.base import Columns, Indices
from lianfang.linkage.engine.model import Model
from lianfang.linkage.engine.patterns import compare_pairs, pack

SEED = 20200123
RANDOM_PAIRS = 800_000
HOME_PAIRS = 200_000
CANDIDATE_PAIRS = 600_000
#: Behind a door with more rows than this nobody is taken for a housemate.
CROWDED = 12
#: How many kinds of door there are (Rows.door): at most so many parts of it are told apart.
DOOR_PARTS, DOORS = 4, 16


@dataclass(frozen=True)
class Rows:
    """Distinct rows ready to be compared: prepared columns, the list kind of each row, its stratum arithmetic.

    A circle is a kind of list and which parts of a door its rows name: a gate's book has only the compound of visitors,
    and the room of those who live there.
    """

    table: pl.DataFrame  # record, list, and whatever columns of the rows are still at hand
    columns: Mapping[str, Columns]
    kind: NDArray[np.uint8]
    kinds: tuple[str, ...]
    door: NDArray[np.uint8]  # which parts of a door (see model.Home) each row names, a bit for each

    @property
    def circle(self) -> NDArray[np.uint16]:
        """The circle of each row."""
        return circles(self.kind, self.door)

    def stratum(self, a: Indices, b: Indices) -> NDArray[np.intp]:
        """The stratum of each pair."""
        return pair_of_kinds(self.kind[a], self.kind[b], len(self.kinds))


def circles(kind: NDArray[np.uint8], door: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """See Rows.circle; the numbers are below DOORS × kinds."""
    return DOORS * kind.astype(np.uint16) + door


def pair_of_kinds(x: NDArray[np.uint8], y: NDArray[np.uint8], kinds: int) -> NDArray[np.intp]:
    """One number for an unordered pair of kinds."""
    low, high = np.minimum(x, y).astype(np.intp), np.maximum(x, y).astype(np.intp)
    result: NDArray[np.intp] = low * kinds + high
    return result


@dataclass(frozen=True)
class Counted:
    """Pairs as patterns of evidence: each (pattern, stratum) once, in their order, with the number of its pairs."""

    pattern: NDArray[np.uint64]
    stratum: NDArray[np.intp]
    pairs: NDArray[np.float64]

    @staticmethod
    def of(frame: pl.DataFrame) -> "Counted":
        """From columns pattern, stratum and pairs, in which combinations may repeat."""
        summed = frame.group_by("pattern", "stratum").agg(pl.col("pairs").sum()).sort("pattern", "stratum")
        stratum, pairs = summed["stratum"].to_numpy(), summed["pairs"].to_numpy()
        return Counted(summed["pattern"].to_numpy(), stratum.astype(np.intp), pairs.astype(float))


@dataclass(frozen=True)
class Samples:
    """What training looks at."""

    strangers: Counted
    housemates: Counted
    home_pairs: int  # all of which `housemates` is a sample
    home_rows: int  # rows whose door is known
    candidates: Counted
    share: float  # of the candidate pairs that `candidates` counts


def draw_samples(
    model: Model, rows: Rows, homes: Keys, a: Indices, b: Indices, tell: Tell = silent
) -> Samples:
    """All samples; `homes` are the rows' `home_keys`, `a` and `b` the candidate pairs."""
    strangers = count_patterns(model, rows, *stranger_pairs(rows.kind, rows.kinds))
    tell(0.4)
    packed, _ = pairs_within(homes, CROWDED)
    chosen = packed[drawn(packed, share_of(HOME_PAIRS, len(packed)))]
    housemates = count_patterns(
        model, rows, (chosen >> np.uint64(32)).astype(np.uint32), chosen.astype(np.uint32)
    )
    tell(0.6)
    share = share_of(CANDIDATE_PAIRS, len(a))
    mark = drawn(np.arange(len(rows.table), dtype=np.uint64), share)[a]
    candidates = count_patterns(model, rows, a[mark], b[mark])
    return Samples(strangers, housemates, len(packed), int((homes != 0).sum()), candidates, share)


def stranger_pairs(kind: NDArray[np.uint8], kinds: tuple[str, ...]) -> tuple[Indices, Indices]:
    """Random pairs of different rows; the first one stands in the register where there is one."""
    count = len(kind)
    generator = np.random.default_rng(SEED)
    register = np.flatnonzero(kind == kinds.index("register"))
    first = register if len(register) else np.arange(count)
    draws = RANDOM_PAIRS if count > 1 else 0
    a = first[generator.integers(0, max(len(first), 1), draws)].astype(np.uint32)
    b = generator.integers(0, max(count, 1), draws).astype(np.uint32)
    return a[a != b], b[a != b]


def home_keys(model: Model, table: pl.DataFrame, kind: NDArray[np.uint8], kinds: tuple[str, ...]) -> Keys:
    """The door of each row on the kind of list that tells who lives together; 0 for all other rows."""
    if model.home is None:
        return np.zeros(len(kind), np.uint64)
    keys = KeyMaker(table).keys(BlockRule(model.home.key, 0))
    if model.home.measured_on is None:
        return keys
    return np.where(kind == kinds.index(model.home.measured_on), keys, np.uint64(0))


def share_of(wanted: int, available: int) -> float:
    """The share to draw where so many are wanted."""
    return min(1.0, wanted / max(available, 1))


def drawn(numbers: NDArray[np.uint64], share: float) -> NDArray[np.bool_]:
    """Which numbers are in a fixed pseudo-random share of all numbers (the mixer of SplitMix64, Steele 2014)."""
    mixed = numbers.astype(np.uint64) + np.uint64(SEED * 0x9E3779B97F4A7C15 & (1 << 64) - 1)
    mixed = (mixed ^ mixed >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ mixed >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    chosen: NDArray[np.bool_] = (mixed >> np.uint64(11)).astype(np.float64) < share * 2.0**53
    return chosen


def count_patterns(model: Model, rows: Rows, a: Indices, b: Indices) -> Counted:
    """What these pairs show."""
    pattern = pack(compare_pairs(model.comparisons, rows.columns, a, b))
    stratum = rows.stratum(a, b)
    return Counted.of(pl.DataFrame({"pattern": pattern, "stratum": stratum, "pairs": np.ones(len(a))}))
