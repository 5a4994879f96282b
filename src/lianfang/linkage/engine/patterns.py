"""A pair of rows as a pattern: the levels of all comparisons, four bits each, in one 64-bit number.

However many pairs there are, there are only some ten thousand patterns; weights are worked out for patterns.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lianfang.linkage.engine.comparisons.base import Columns, Comparison, Indices

Patterns = NDArray[np.uint64]
#: Pairs compared at once: large enough for NumPy, small enough for the cache and the memory bar.
CHUNK = 400_000


def compare_pairs(
    comparisons: Sequence[Comparison], columns: Mapping[str, Columns], a: Indices, b: Indices
) -> NDArray[np.uint8]:
    """Levels of each pair, shape (pairs, comparisons)."""
    levels = np.empty((len(a), len(comparisons)), np.uint8)
    for start in range(0, len(a), CHUNK):
        part = slice(start, start + CHUNK)
        for position, comparison in enumerate(comparisons):
            levels[part, position] = comparison.compare(columns[comparison.name], a[part], b[part])
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
