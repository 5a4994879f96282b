"""Connected components of scored pairs at falling thresholds."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def at_thresholds(
    size: int,
    a: NDArray[np.uint32],
    b: NDArray[np.uint32],
    weight: NDArray[np.float64],
    thresholds: Sequence[float],
) -> Iterator[tuple[float, NDArray[np.uint32]]]:
    """For each threshold, highest first: itself, and the smallest record of the component of each of `size` records.

    Pairs count from a weight equal to the threshold.
    """
    order = np.argsort(-weight, kind="stable")
    a, b, weight = a[order], b[order], weight[order]
    smallest = np.arange(size, dtype=np.uint32)
    done = 0
    for threshold in sorted(thresholds, reverse=True):
        upto = int(np.searchsorted(-weight, -threshold, side="right"))
        smallest = _joined(smallest, a[done:upto], b[done:upto])
        done = upto
        yield threshold, smallest


def _joined(smallest: NDArray[np.uint32], a: NDArray[np.uint32], b: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The smallest record of each record's component, with these pairs besides."""
    size = len(smallest)
    ends = (smallest[a], smallest[b])
    graph = coo_array((np.ones(len(a), np.uint8), ends), shape=(size, size))
    number = connected_components(graph, directed=False)[1][smallest]
    # Records come in their order: the first of a component is its smallest.
    _, first, component = np.unique(number, return_index=True, return_inverse=True)
    return first.astype(np.uint32)[component]
