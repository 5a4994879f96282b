"""What every comparison offers: columns prepared once per row, and one level per pair of rows.

A comparison never looks at strings pair by pair. `prepare` turns the standardised values into small integer arrays
(hashes, digits, code points); `compare` gathers them for both sides of a batch of pairs and answers with a level, an
index into `levels`, ordered from the strongest agreement to the strongest disagreement. That order is a promise:
for two *persons* with several rows each the smallest level over all pairs of their rows is the best evidence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

#: The level of a pair of which at least one side is unknown. Four bits a level, so at most 15 levels.
NULL = 15

Columns = Mapping[str, NDArray[np.generic]]
Indices = NDArray[np.uint32]
Levels = NDArray[np.uint8]


@dataclass(frozen=True)
class Corpus:
    """What one value means depends on how many others share it: counts over the whole run, or the stored ones.

    Tables have the column `value` (string) and mostly `count`; `rows` is the number of rows counted.
    """

    rows: int
    tables: Mapping[str, pl.DataFrame]

    def count_of(self, table: str, values: pl.Series) -> NDArray[np.uint32]:
        """How often each of `values` occurs in the corpus; 0 for null and for unheard-of values."""
        counts = self.tables[table]
        if counts.is_empty():
            return np.zeros(len(values), np.uint32)
        joined = values.rename("value").to_frame().join(counts, on="value", how="left", maintain_order="left")
        return joined["count"].fill_null(0).cast(pl.UInt32).to_numpy()


class Comparison(Protocol):
    """One kind of evidence."""

    name: str
    levels: tuple[str, ...]
    #: Levels that compete with one another because the same parts are known; together they are all of `levels`.
    #: Whether a gate book gives a whole name says nothing about who it is; which level it then shows does.
    groups: tuple[tuple[str, ...], ...]

    def needs(self) -> Sequence[str]:
        """The columns of the standardised table that it reads."""
        ...

    def count(self, standard: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
        """The corpus tables that it wants, as `value`, `count`."""
        ...

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        """One entry a row, in the order of `standard`."""
        ...

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        """The level of each pair (a[i], b[i])."""
        ...


def hashed(values: pl.Series) -> NDArray[np.uint64]:
    """64-bit hashes; 0 stands for null and for the empty string."""
    hashes = values.hash(seed=20200123).to_numpy().astype(np.uint64)
    missing = (values.is_null() | (values == "")).fill_null(True).to_numpy()
    return np.where(missing, np.uint64(0), np.maximum(hashes, np.uint64(1)))


def count_values(values: pl.Series) -> pl.DataFrame:
    """A corpus table of the non-null values."""
    return (
        values.drop_nulls()
        .rename("value")
        .to_frame()
        .group_by("value")
        .len()
        .select("value", pl.col("len").cast(pl.UInt32).alias("count"))
    )


def characters(values: pl.Series, width: int) -> NDArray[np.uint32]:
    """Code points of the first `width` characters, one row each; 0 where the text is shorter or null."""
    packed = values.fill_null("").str.slice(0, width).str.pad_end(width, "\x00").to_numpy()
    return np.asarray(packed, dtype=f"<U{width}").view(np.uint32).reshape(len(values), width)


def differences(x: NDArray[np.generic], y: NDArray[np.generic]) -> tuple[NDArray[np.int8], NDArray[np.bool_]]:
    """For rows of two equally long codes: in how many places they differ, and whether it is one swap of neighbours."""
    unequal = x != y
    count = unequal.sum(axis=1).astype(np.int8)
    swapped = (
        unequal[:, :-1] & unequal[:, 1:] & (x[:, :-1] == y[:, 1:]) & (x[:, 1:] == y[:, :-1])
    ).any(axis=1) & (count == 2)
    return count, swapped
