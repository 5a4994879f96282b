"""Codes: ID numbers, phones, post codes, e-mail addresses. Equal, one slip away, in one area, different."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA

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
from lianfang.linkage.engine.comparisons.distinct import Codes, each_distinct, encode, similarity


class Code(Uncounted):
    """Levels from "the same code, which few have" to "another code".

    `few`: a code that at most so many rows have is somebody's own. `area`: a column whose equality says that
    the codes are near each other (the town's part of a post code, an e-mail address before the @).
    """

    levels = ("exact", "exact_shared", "near", "close", "area", "different")
    groups = (levels,)

    def __init__(
        self, name: str, column: str, few: int = 12, area: str | None = None, close: float = 0.7
    ) -> None:
        self.name = name
        self.column = column
        self.few = few
        self.area = area
        self.close = close

    def needs(self) -> Sequence[str]:
        return (self.column,) if self.area is None else (self.column, self.area)

    def facts(self, standard: pl.DataFrame, greatest: Mapping[str, int]) -> Mapping[str, pl.DataFrame]:
        return {self.name: stated(hashed(standard[self.column]))}

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        found = encode(standard[self.column])
        counts = corpus.tables[self.name].find(found.keys)
        area = encode(standard[self.area]).codes if self.area else np.zeros(len(standard), np.uint32)
        return {
            "code": found.codes,
            "texts": found.texts,
            "count": np.minimum(counts, 2**31).astype(np.uint32),
            "area": area,
        }

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        code_a, code_b = columns["code"][a], columns["code"][b]
        area_a, area_b = columns["area"][a], columns["area"][b]
        known = (code_a != 0) & (code_b != 0)
        found = each_distinct(code_a, code_b, known, lambda x, y: [self._values(columns, x, y)])[0]
        level = np.where((found == 5) & (area_a == area_b) & (area_a != 0), 4, found)
        return np.where(known, level, NULL).astype(np.uint8)

    def _values(self, columns: Columns, a: Codes, b: Codes) -> Levels:
        texts, equal = columns["texts"], a == b
        slips = similarity(texts, a, b, OSA.distance, 1)
        close = similarity(texts, a, b, OSA.normalized_similarity, self.close)
        return np.select(
            [equal & (columns["count"][a] <= self.few), equal, slips <= 1, close >= self.close],
            [0, 1, 2, 3],
            5,
        ).astype(np.uint8)
