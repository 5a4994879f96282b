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
