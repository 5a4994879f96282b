"""Connected components of scored pairs at falling thresholds."""

from collections.abc import Iterator, Sequence

import numba
import numpy as np
from numpy.typing import NDArray


@numba.njit
def _root(parent, node):  # type: ignore[no-untyped-def]
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@numba.njit
def _join(parent, a, b):  # type: ignore[no-untyped-def]
    for i in range(len(a)):
        x, y = _root(parent, a[i]), _root(parent, b[i])
        if x < y:
            parent[y] = x
        else:
            parent[x] = y


@numba.njit
def _roots(parent):  # type: ignore[no-untyped-def]
    out = np.empty_like(parent)
    for i in range(len(parent)):
        out[i] = _root(parent, i)
    return out


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
    parent = np.arange(size, dtype=np.uint32)
    done = 0
    for threshold in sorted(thresholds, reverse=True):
        upto = int(np.searchsorted(-weight, -threshold, side="right"))
        _join(parent, a[done:upto], b[done:upto])
        done = upto
        yield threshold, _roots(parent)
