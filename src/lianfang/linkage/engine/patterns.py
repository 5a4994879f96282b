"""A pair of rows as a pattern: the levels of all comparisons, four bits each, in one 64-bit number.

However many pairs there are, there are only some ten thousand patterns; weights are worked out for patterns.
"""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from lianfang.linkage.engine.comparisons.base import Columns, Comparison, Indices

Patterns = NDArray[np.uint64]
#: Pairs compared at once: large enough for NumPy, small enough for the cache and the memory bar.
CHUNK = 100_000
THREADS = os.cpu_count() or 1


def compare_pairs(
    comparisons: Sequence[Comparison], columns: Mapping[str, Columns], a: Indices, b: Indices
) -> NDArray[np.uint8]:
    """Levels of each pair, shape (pairs, comparisons)."""
    levels = np.empty((len(a), len(comparisons)), np.uint8)

    def fill(start: int) -> None:
        part = slice(start, start + CHUNK)
        for position, comparison in enumerate(comparisons):
            levels[part, position] = comparison.compare(columns[comparison.name], a[part], b[part])

    if len(a) <= CHUNK:
        fill(0)
        return levels
    # NumPy lets go of the interpreter while it gathers and compares, so threads do share the work.
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(fill, range(0, len(a), CHUNK)))
    return levels


def pack(levels: NDArray[np.uint8]) -> Patterns:
    """(pairs, comparisons) levels to one number a pair."""
    packed = np.zeros(len(levels), np.uint64)
    for position in range(levels.shape[1]):
        packed |= levels[:, position].astype(np.uint64) << np.uint64(4 * position)
    return packed


def unpack(patterns: Patterns, comparisons: int) -> NDArray[np.uint8]:
    """The reverse of `pack`."""
    shifts = np.uint64(4) * np.arange(comparisons, dtype=np.uint64)
    return ((patterns[:, None] >> shifts) & np.uint64(15)).astype(np.uint8)
