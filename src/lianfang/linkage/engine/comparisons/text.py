"""Short text: equal (and how rare), nearly equal, similar, different. A town, an occupation."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler

from lianfang.linkage.engine.comparisons.base import (
    NULL,
    Columns,
    Corpus,
    Indices,
    Levels,
    Uncounted,
    hashed,
    stated,
)
from lianfang.linkage.engine.comparisons.distinct import Codes, each_distinct, encode, shares, similarity

#: Small lists would call every value common: as if so many more rows had been seen.
BACKGROUND = 200


class Text(Uncounted):
    """Jaro–Winkler similarity (Winkler 1990) in steps; equal values by what share of the rows has them."""

    levels = ("exact_rare", "exact", "exact_common", "close", "similar", "different")
    groups = (levels,)

    def __init__(
        self,
        name: str,
        column: str,
        rare: float = 2e-3,
        common: float = 3e-2,
        close: float = 0.92,
        similar: float = 0.80,
    ) -> None:
        self.name = name
        self.column = column
        self.rare, self.common = rare, common
        self.close, self.similar = close, similar

    def needs(self) -> Sequence[str]:
        return (self.column,)

    def facts(self, standard: pl.DataFrame, greatest: Mapping[str, int]) -> Mapping[str, pl.DataFrame]:
        return {self.name: stated(hashed(standard[self.column]))}

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        found = encode(standard[self.column])
        counts = corpus.tables[self.name].find(found.keys)
        return {
            "code": found.codes,
            "texts": found.texts,
            "share": shares(counts, corpus.rows, BACKGROUND),
        }

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        code_a, code_b = columns["code"][a], columns["code"][b]
        known = (code_a != 0) & (code_b != 0)
        found = each_distinct(code_a, code_b, known, lambda x, y: [self._values(columns, x, y)])[0]
        return np.where(known, found, NULL).astype(np.uint8)

    def _values(self, columns: Columns, a: Codes, b: Codes) -> Levels:
        texts, equal, share = columns["texts"], a == b, columns["share"][a]
        score = similarity(texts, a, b, JaroWinkler.normalized_similarity, self.similar)
        typed = similarity(texts, a, b, OSA.distance, 1)
        return np.select(
            [
                equal & (share < self.rare),
                equal & (share < self.common),
                equal,
                (score >= self.close) | (typed <= 1),
                score >= self.similar,
            ],
            [0, 1, 2, 3, 4],
            5,
        ).astype(np.uint8)
