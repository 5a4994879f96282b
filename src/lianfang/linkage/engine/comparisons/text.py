"""Text in an alphabet: equal (and how rare), nearly equal, similar, different. For names and addresses abroad."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from rapidfuzz.distance import JaroWinkler
from rapidfuzz.process import cpdist

from lianfang.linkage.engine.comparisons.base import (
    NULL,
    Columns,
    Corpus,
    Indices,
    Levels,
    count_values,
    hashed,
)

#: Longer texts are compared by their beginning; equality looks at the whole.
WIDTH = 32


class Text:
    """Jaro–Winkler similarity (Winkler 1990) in steps; equal values by how many rows have them."""

    levels = ("exact_rare", "exact", "exact_common", "close", "similar", "different")
    groups = (levels,)

    def __init__(
        self,
        name: str,
        column: str,
        *,
        rare: float = 1e-3,
        common: float = 1e-2,
        close: float = 0.92,
        similar: float = 0.80,
        swapped_with: str | None = None,
    ) -> None:
        self.name = name
        self.column = column
        self.rare, self.common = rare, common
        self.close, self.similar = close, similar
        self.swapped_with = swapped_with

    def needs(self) -> Sequence[str]:
        return (self.column,) if self.swapped_with is None else (self.column, self.swapped_with)

    def count(self, standard: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
        return {self.column: count_values(standard[self.column])}

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        other = self.swapped_with or self.column
        counts = corpus.count_of(self.column, standard[self.column])
        return {
            "value": hashed(standard[self.column]),
            "other": hashed(standard[other]),
            "text": standard[self.column].fill_null("").str.slice(0, WIDTH).to_numpy().astype(f"<U{WIDTH}"),
            "share": (counts / max(corpus.rows, 1)).astype(np.float32),
        }

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        value_a, value_b = columns["value"][a], columns["value"][b]
        known = (value_a != 0) & (value_b != 0)
        exact = known & (value_a == value_b)
        share = columns["share"][a]
        similarity = self._similarity(columns, a, b, known & ~exact)
        swapped = np.zeros(len(a), bool)
        if self.swapped_with is not None:
            swapped = known & (value_a == columns["other"][b]) & (columns["other"][a] == value_b)
        return np.select(
            [
                ~known,
                exact & (share < self.rare),
                exact & (share < self.common),
                exact,
                swapped | (similarity >= self.close),
                similarity >= self.similar,
            ],
            [NULL, 0, 1, 2, 3, 4],
            5,
        ).astype(np.uint8)

    def _similarity(self, columns: Columns, a: Indices, b: Indices, wanted: np.ndarray) -> np.ndarray:
        """Jaro–Winkler where wanted, each distinct pair of values once; 0 elsewhere."""
        result = np.zeros(len(a), np.float32)
        index = np.flatnonzero(wanted)
        if not len(index):
            return result
        hashes = np.stack([columns["value"][a[index]], columns["value"][b[index]]], axis=1)
        _, first, inverse = np.unique(hashes, axis=0, return_index=True, return_inverse=True)
        left = columns["text"][a[index[first]]].tolist()
        right = columns["text"][b[index[first]]].tolist()
        scores = cpdist(left, right, scorer=JaroWinkler.normalized_similarity, dtype=np.float32)
        result[index] = scores[inverse.ravel()]
        return result
