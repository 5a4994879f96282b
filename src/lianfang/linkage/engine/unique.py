"""Distinct values. Polars' hashing is spread over the processors; NumPy's takes thirty times as long for 64 bits."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray


def distinct(values: NDArray[Any]) -> NDArray[Any]:
    """Each value once, in ascending order; the same type as `values`."""
    found: NDArray[Any] = pl.Series(values).unique().sort().to_numpy()
    return found


def numbered(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Each value once, ascending, and for every value its position among them."""
    order = distinct(values)
    return order, np.searchsorted(order, values)


def repeated(groups: NDArray[Any], values: NDArray[Any]) -> NDArray[Any]:
    """The groups that hold more than one different value; `groups` and `values` are of one length."""
    told = pl.DataFrame({"group": groups, "value": values}).unique()
    return told.filter(pl.col("group").is_duplicated())["group"].unique().to_numpy()


def crowded(groups: NDArray[Any], values: NDArray[Any]) -> NDArray[Any]:
    """The groups that hold some value more than once."""
    told = pl.DataFrame({"group": groups, "value": values})
    return told.filter(told.is_duplicated())["group"].unique().to_numpy()


def once(keys: NDArray[np.uint64]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The place where each different key stands first, ascending, and for every key which of those it is.

    `keys` are hashes: their bits must be mixed. Nothing is sorted.
    """
    place = np.empty(len(keys), np.uint32)
    left = np.arange(len(keys), dtype=np.uint32)
    shift = 0
    while len(left):
        here = keys[left]
        slots = 1 << max(int(len(left) * 2 - 1).bit_length(), 4)
        slot = ((here >> np.uint64(shift)) & np.uint64(slots - 1)).astype(np.uint32)
        # Every key writes its place into its slot, the last one first: whose place stays there speaks for its equals.
        written = np.empty(slots, np.uint32)
        written[slot[::-1]] = left[::-1]
        told = written[slot]
        agree = keys[told] == here
        place[left[agree]] = told[agree]
        left = left[~agree]
        shift = (shift + 7) % 40
    chosen = place == np.arange(len(keys), dtype=np.uint32)
    return np.flatnonzero(chosen).astype(np.uint32), (np.cumsum(chosen, dtype=np.uint32) - 1)[place]
