"""Who appears in which sources, counted: the only thing that the estimators look at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

#: More sources than this are not modelled: the smallest are left out.
MOST_SOURCES = 6
#: A source with fewer people than this in a place does not work there.
FEWEST_OF_A_SOURCE = 5


@dataclass(frozen=True)
class Histories:
    """`counts[h]`: people whose sources are the bits of `h` (source i is bit i). `counts[0]` is unknown and 0."""

    sources: tuple[str, ...]
    counts: tuple[int, ...]

    @property
    def seen(self) -> int:
        """People whom at least one source has."""
        return sum(self.counts)

    @property
    def of_source(self) -> tuple[int, ...]:
        """People of each source."""
        return tuple(
            sum(n for h, n in enumerate(self.counts) if h >> i & 1) for i in range(len(self.sources))
        )

    @property
    def frequencies(self) -> tuple[int, ...]:
        """People whom exactly 1, 2, … sources have."""
        found = [0] * len(self.sources)
        for h, n in enumerate(self.counts):
            if h:
                found[h.bit_count() - 1] += n
        return tuple(found)

    def overlap(self, first: int, second: int) -> int:
        """People whom both sources have."""
        return sum(n for h, n in enumerate(self.counts) if h >> first & 1 and h >> second & 1)

    def only(self, kept: Sequence[int]) -> "Histories":
        """The same people by these sources alone; whoever is in none of them is no longer seen."""
        counts = [0] * (1 << len(kept))
        for h, n in enumerate(self.counts):
            counts[sum(1 << place for place, i in enumerate(kept) if h >> i & 1)] += n
        counts[0] = 0
        return Histories(tuple(self.sources[i] for i in kept), tuple(counts))

    def __add__(self, other: "Histories") -> "Histories":
        if self.sources != other.sources:
            raise ValueError("only places with the same sources can be added")
        return Histories(self.sources, tuple(np.add(self.counts, other.counts).tolist()))


def count(people: Iterable[Iterable[str]], sources: Sequence[str]) -> Histories:
    """Each person is the names of the sources that have him; names that are not in `sources` do not count."""
    place = {name: i for i, name in enumerate(sources)}
    counts = [0] * (1 << len(sources))
    for person in people:
        counts[sum(1 << i for i in {place[name] for name in person if name in place})] += 1
    counts[0] = 0
    return Histories(tuple(sources), tuple(counts))


def of_cells(sources: Sequence[str], cells: Mapping[str, int]) -> Histories:
    """From a published table: "110" → people whom the first two of three sources have."""
    counts = [0] * (1 << len(sources))
    for pattern, n in cells.items():
        counts[sum(1 << i for i, mark in enumerate(pattern) if mark == "1")] += n
    return Histories(tuple(sources), tuple(counts))


def working(histories: Histories) -> tuple[Histories, tuple[str, ...]]:
    """Only the sources that work in this place, MOST_SOURCES at most, and the names of those left out."""
    sizes = histories.of_source
    kept = [i for i, size in enumerate(sizes) if size >= FEWEST_OF_A_SOURCE]
    kept = sorted(sorted(kept, key=lambda i: -sizes[i])[:MOST_SOURCES])
    left_out = tuple(name for i, name in enumerate(histories.sources) if i not in kept)
    return histories.only(kept), left_out
