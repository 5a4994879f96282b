"""Connected components, named after their smallest member. SciPy's take longer to load than new rows to be linked."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def connected(count: int, x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.int64]:
    """For each of 0 … count - 1 the smallest that it is connected with by pairs x[i] ~ y[i].

    Names hook onto smaller ones and follow them to the end (Shiloach and Vishkin, 1982); what is one name by then
    needs no further look, so that the rounds are as many as the logarithm of the longest chain.
    """
    name = np.arange(count)
    while True:
        x, y = name[x], name[y]
        apart = x != y
        if not apart.any():
            return name
        x, y = x[apart], y[apart]
        np.minimum.at(name, np.maximum(x, y), np.minimum(x, y))
        _follow(name)


def _follow(name: NDArray[np.int64]) -> None:
    """Every entry becomes the end of the chain that it begins, in place."""
    while not np.array_equal(further := name[name], name):
        name[:] = further
