"""What every comparison offers: columns prepared once per row, and one level per pair of rows.

A comparison never looks at strings pair by pair. `prepare` turns the standardised values into small integer arrays
(hashes, digits, code points); `compare` gathers them for both sides of a batch of pairs and answers with a level, an
index into `levels`, ordered from the strongest agreement to the strongest disagreement. That order is a promise:
for two *persons* with several rows each the smallest level over all pairs of their rows is the best evidence.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

#: The level of a pair of which at least one side is unknown. Four bits a level, so at most 15 levels.
NULL = 15

#: Steps to a hash from where its first bits say; of evenly spread ones the longest way among millions is about ten.
CROWD = 16

#: Arrays of whatever a comparison prepared; most have one entry a row.
Columns = Mapping[str, NDArray[Any]]
Indices = NDArray[np.uint32]
Levels = NDArray[np.uint8]


@dataclass(frozen=True)
class Counts:
    """How often each value occurs: sorted 64-bit hashes (see `hashed`) and a number for each."""

    keys: NDArray[np.uint64]
    numbers: NDArray[np.uint64]

    @staticmethod
    def of(hashes: NDArray[np.uint64]) -> "Counts":
        """Counts of the values that are not missing."""
        counted = pl.DataFrame({"key": hashes[hashes != 0]}).group_by("key").len().sort("key")
        return Counts(counted["key"].to_numpy(), counted["len"].cast(pl.UInt64).to_numpy())

    @staticmethod
    def single(number: int) -> "Counts":
        """A table that holds one number, under the key 1."""
        return Counts(np.ones(1, np.uint64), np.array([number], np.uint64))

    def find(self, hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """The number of each value; 0 for unheard-of and missing ones."""
        if not len(self.keys):
            return np.zeros(len(hashes), np.uint64)
        at = np.minimum(first_not_below(self.keys, hashes), len(self.keys) - 1)
        return np.where(self.keys[at] == hashes, self.numbers[at], np.uint64(0))


@dataclass(frozen=True)
class Corpus:
    """What one value means depends on how many others share it: counts over the whole run, or the stored ones."""

    rows: int
    tables: Mapping[str, Counts]


class Comparison(Protocol):
    """One kind of evidence."""

    name: str

    @property
    def levels(self) -> tuple[str, ...]:
        """All levels, strongest agreement first."""
        ...

    #: Levels that compete with one another because the same parts are known; together they are all of `levels`.
    #: Whether a gate book gives a whole name says nothing about who it is; which level it then shows does.
    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """All of `levels`, by what must be known for them."""
        ...

    def needs(self) -> Sequence[str]:
        """The columns of the standardised table that it reads."""
        ...

    def greatest(self, standard: pl.DataFrame) -> Mapping[str, int]:
        """Corpus tables of one number, the greatest over all rows; here over these rows."""
        ...

    def facts(self, standard: pl.DataFrame, greatest: Mapping[str, int]) -> Mapping[str, pl.DataFrame]:
        """For each corpus table that it wants what these rows say, with a column `key` (u64, never 0).

        No row looks at another one, so that rows may be anywhere; `tally` needs the facts of one key together.
        """
        ...

    def tally(self, table: str, facts: pl.DataFrame) -> Counts:
        """The corpus table made of all facts (of some keys)."""
        ...

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        """One entry a row, in the order of `standard`, which may be any part of the rows of `corpus`."""
        ...

    def by_chance(self, corpus: Corpus) -> Mapping[int, tuple[float, float]]:
        """Levels so rare among strangers that all their pairs are counted: how many show the level, of how many."""
        ...

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        """The level of each pair (a[i], b[i])."""
        ...


class Uncounted:
    """For comparisons that need to know nothing of other rows, or only how many have a value."""

    def greatest(self, standard: pl.DataFrame) -> Mapping[str, int]:
        return {}

    def facts(self, standard: pl.DataFrame, greatest: Mapping[str, int]) -> Mapping[str, pl.DataFrame]:
        return {}

    def tally(self, table: str, facts: pl.DataFrame) -> Counts:
        return Counts.of(facts["key"].to_numpy())

    def by_chance(self, corpus: Corpus) -> Mapping[int, tuple[float, float]]:
        return {}


def stated(keys: NDArray[np.uint64], **columns: NDArray[Any]) -> pl.DataFrame:
    """Facts of the rows that have a key."""
    return pl.DataFrame({"key": keys, **columns}).filter(pl.col("key") != 0)


#: Every hash of a text is made with it.
SEED = 20200123


def hashed(values: pl.Series) -> NDArray[np.uint64]:
    """64-bit hashes; 0 stands for null and for the empty string."""
    hashes: NDArray[np.uint64] = np.maximum(values.hash(SEED).to_numpy(), np.uint64(1))
    for nothing in _hashes_of_nothing(values.dtype):
        hashes[hashes == nothing] = 0
    return hashes


def _hashes_of_nothing(kind: pl.DataType) -> Iterator[np.uint64]:
    """What null and the empty string are hashed to."""
    nothing = pl.Series([None, ""] if kind == pl.String else [None], dtype=kind)
    yield from nothing.hash(SEED).to_numpy()


def combined(parts: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """One hash of several, row by row; 0 where any of them is missing."""
    mixed = np.zeros(len(parts[0]), np.uint64)
    missing = np.zeros(len(parts[0]), bool)
    for part in parts:
        mixed = (mixed ^ part) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
        missing |= part == 0
    return np.where(missing, np.uint64(0), np.maximum(mixed, np.uint64(1)))


def characters(values: pl.Series, width: int) -> NDArray[Any]:
    """Code points of the first `width` characters, one row each; 0 where the text is shorter or null.

    Bytes where all texts are ASCII.
    """
    # One long text instead of a Python string for each row.
    text = values.fill_null("").str.slice(0, width).str.pad_end(width, "\x00").str.join("").item() or ""
    points = (
        np.frombuffer(text.encode("ascii"), np.uint8)
        if text.isascii()
        else np.frombuffer(text.encode("utf-32-le"), np.uint32)
    )
    return points.reshape(len(values), width)


class Undecided:
    """Pairs whose level is still open. Each step looks only at those that the steps before left, so that dear
    comparisons (characters, homes) are made for the few pairs that need them.
    """

    def __init__(self, a: Indices, b: Indices) -> None:
        self.levels: Levels = np.full(len(a), NULL, np.uint8)
        self.a, self.b = a, b
        self._where = np.arange(len(a))

    def both(self, column: NDArray[np.generic]) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
        """The values of the open pairs on both sides."""
        return column[self.a], column[self.b]

    def same(self, column: NDArray[np.generic]) -> NDArray[np.bool_]:
        """Whether both sides of the open pairs have the same value, and one at all."""
        left, right = self.both(column)
        equal: NDArray[np.bool_] = (left == right) & (left != 0)
        return equal

    def either(self, column: NDArray[np.generic]) -> NDArray[np.bool_]:
        """Whether a mark is set on at least one side of the open pairs."""
        left, right = self.both(column)
        marked: NDArray[np.bool_] = np.logical_or(left, right)
        return marked

    def decide(self, chosen: NDArray[np.bool_], level: int | NDArray[np.uint8]) -> None:
        """Gives the chosen open pairs their level (one for all, or one each) and closes them."""
        if chosen.any():
            self.levels[self._where[chosen]] = level if isinstance(level, int) else level[chosen]
            self._leave(np.flatnonzero(~chosen))

    def decide_with(self, chosen: NDArray[np.bool_], tell: Callable[[Indices, Indices], Levels]) -> None:
        """Gives the chosen open pairs the levels that `tell` finds for them, and closes them."""
        at = np.flatnonzero(chosen)
        if len(at):
            self.levels[self._where[at]] = tell(self.a[at], self.b[at])
            self._leave(np.flatnonzero(~chosen))

    def _leave(self, rest: NDArray[np.intp]) -> None:
        self.a, self.b, self._where = self.a[rest], self.b[rest], self._where[rest]


def first_not_below(keys: NDArray[np.uint64], hashes: NDArray[np.uint64]) -> NDArray[np.intp]:
    """`np.searchsorted(keys, hashes)` for sorted hashes, four times as fast where many are asked for.

    Hashes lie evenly: their first bits tell where to look within a step or two, and halving misses the cache at every
    step. Keys that crowd together, as hashes do not, are left to the halving.
    """
    bits = len(keys).bit_length()
    if len(hashes) * 4 < len(keys) or not bits:
        return np.searchsorted(keys, hashes)
    rest = np.uint64(64 - bits)
    begin = np.searchsorted(keys, np.arange(1 << bits, dtype=np.uint64) << rest)
    at: NDArray[np.intp] = begin[hashes >> rest]
    ended = np.append(keys, np.uint64(2**64 - 1))  # so that every place has a key
    below = np.flatnonzero(ended[at] < hashes)
    for _ in range(CROWD):
        at[below] += 1
        below = below[ended[at[below]] < hashes[below]]
    at[below] = np.searchsorted(keys, hashes[below])
    return at


def places(marks: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """How many of the marks in each row are set. Sums along short rows are what NumPy is slow at."""
    counts = np.bitwise_count(np.packbits(marks, axis=1))
    total: NDArray[np.uint8] = counts[:, 0]
    for column in range(1, counts.shape[1]):
        total = total + counts[:, column]
    return total


def differences(
    x: NDArray[np.generic], y: NDArray[np.generic]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """For rows of two equally long codes: in how many places they differ, and whether it is one swap of neighbours."""
    unequal = x != y
    count = places(unequal)
    swapped = np.zeros(len(x), bool)
    two = np.flatnonzero(count == 2)
    beside, x, y = unequal[two], x[two], y[two]
    swapped[two] = (beside[:, :-1] & beside[:, 1:] & (x[:, :-1] == y[:, 1:]) & (x[:, 1:] == y[:, :-1])).any(
        axis=1
    )
    return count, swapped
