"""Numbers: equal, near, far. An age, a year, a size of household."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from lianfang.linkage.engine.comparisons.base import NULL, Columns, Corpus, Indices, Levels, Uncounted


class Number(Uncounted):
    """Levels by the distance of two numbers: 0, up to `near`, up to `far`, more."""

    levels = ("equal", "near", "far", "different")
    groups = (levels,)

    def __init__(self, name: str, column: str, near: float = 1.0, far: float = 5.0) -> None:
        self.name = name
        self.column = column
        self.near, self.far = near, far

    def needs(self) -> Sequence[str]:
        return (self.column,)

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        values = standard[self.column].cast(pl.Float64, strict=False)
        return {"value": values.fill_null(float("nan")).to_numpy()}

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        apart = np.abs(columns["value"][a] - columns["value"][b])
        known = ~np.isnan(apart)
        return np.select(
            [~known, apart == 0, apart <= self.near, apart <= self.far], [NULL, 0, 1, 2], 3
        ).astype(np.uint8)
