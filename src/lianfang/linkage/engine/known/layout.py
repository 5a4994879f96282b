"""Which prepared columns can be kept row by row, and how to tell that they still mean what they meant."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from lianfang.linkage.engine.blocking import KeyMaker
from lianfang.linkage.engine.comparisons.base import Columns, Corpus
from lianfang.linkage.engine.known.files import Array
from lianfang.linkage.engine.model import Model

#: Rows that are prepared a second time to see whether the result is the same.
SAMPLE = 64


@dataclass(frozen=True)
class Layout:
    """`columns`: for each comparison that looks at rows singly the names of its arrays with one entry a row.

    The other comparisons number the values of all rows that they are given (texts in an alphabet): they are
    prepared for the rows concerned each time. `parts` and `door`: see `Segment.parts`.
    """

    columns: Mapping[str, tuple[str, ...]]
    parts: tuple[str, ...]
    door: tuple[str, ...]

    def texts(self, model: Model) -> bool:
        """Whether the rows' own text is needed, because some comparison looks at all rows together."""
        return any(comparison.name not in self.columns for comparison in model.comparisons)

    def prepare(self, model: Model, table: pl.DataFrame, corpus: Corpus) -> dict[str, dict[str, Array]]:
        """The arrays that can be kept."""
        kept = {}
        for comparison in model.comparisons:
            if names := self.columns.get(comparison.name):
                columns = comparison.prepare(table, corpus)
                kept[comparison.name] = {name: np.asarray(columns[name]) for name in names}
        return kept


def layout_of(model: Model, table: pl.DataFrame, columns: Mapping[str, Columns], corpus: Corpus) -> Layout:
    """Finds out by trying: what a few rows give by themselves must be what they gave among all."""
    positions = sample_of(len(table))
    sample = table[positions]
    by_row = {}
    for comparison in model.comparisons:
        alone, whole = comparison.prepare(sample, corpus), columns[comparison.name]
        lookups = {name for name in alone if _same(alone[name], whole[name])}
        rows = {name for name in alone if name not in lookups and _is_row(alone, whole, name, positions)}
        if rows and rows | lookups == set(alone):
            by_row[comparison.name] = tuple(sorted(rows))
    lent = [rule for rule in model.blocks if rule.home is not None and model.home is not None]
    door = model.home.door if lent and model.home else ()
    parts = {part for rule in lent for part in rule.parts} | set(door)
    return Layout(by_row, tuple(sorted(parts)), tuple(door))


def _same(mine: object, theirs: object) -> bool:
    both = isinstance(mine, np.ndarray) and isinstance(theirs, np.ndarray)
    return both and np.array_equal(mine, theirs)  # type: ignore[arg-type]  # just looked at


def _is_row(alone: Columns, whole: Columns, name: str, positions: Array) -> bool:
    mine, theirs = alone[name], whole[name]
    if not isinstance(theirs, np.ndarray) or len(mine) != len(positions) or len(theirs) <= len(positions):
        return False
    return np.array_equal(mine, theirs[positions])


def sample_of(count: int) -> Array:
    """Positions of the rows that are tried: spread over all, and fewer than all."""
    return np.unique(np.linspace(0, max(count - 1, 0), min(SAMPLE, max(count - 1, 0))).astype(np.int64))


def fingerprint(model: Model, layout: Layout, sample: pl.DataFrame, corpus: Corpus) -> dict[str, Array]:
    """The sample's rows, prepared, and their keys: equal as long as nothing changes what they mean."""
    prints = {
        f"{comparison}.{name}": array
        for comparison, columns in layout.prepare(model, sample, corpus).items()
        for name, array in columns.items()
    }
    maker = KeyMaker(sample)
    for number, rule in enumerate(model.blocks):
        prints[f"block.{number}"] = maker.keys(rule)
    return prints
