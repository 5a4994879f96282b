"""A line of address: its words in any order, some missing or mistyped, and its house number."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from rapidfuzz import fuzz

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

#: An address of more rows than this share, if it is not a handful of rows, is a home or a hostel.
CROWDED, HANDFUL = 0.002, 30


class Address(Uncounted):
    """Levels from "the same address" to "another one".

    Similarity is that of the words sorted (RapidFuzz token sort ratio), or, where words are missing, of the
    words in common (token set ratio, which counts less). House numbers are the first numbers in the texts.
    """

    levels = (
        "exact",
        "exact_crowded",
        "close",
        "part",
        "similar",
        "close_other_number",
        "same_number",
        "some_words",
        "different",
    )
    groups = (levels,)

    def __init__(
        self, name: str, column: str, close: float = 85.0, similar: float = 70.0, some: float = 50.0
    ) -> None:
        self.name = name
        self.column = column
        self.close, self.similar, self.some = close, similar, some

    def needs(self) -> Sequence[str]:
        return (self.column,)

    def facts(self, standard: pl.DataFrame, greatest: Mapping[str, int]) -> Mapping[str, pl.DataFrame]:
        return {self.name: stated(hashed(standard[self.column]))}

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        found = encode(standard[self.column])
        number = pl.Series(found.texts, dtype=pl.String).str.extract(r"(?:^|\s)(\d+[a-z]?)(?:\s|$)")
        counts = corpus.tables[self.name].find(found.keys)
        crowded = (shares(counts, corpus.rows, 0) > CROWDED) & (counts > HANDFUL)
        return {
            "code": found.codes,
            "texts": found.texts,
            "number": encode(number).codes,
            "crowded": crowded,
        }

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        code_a, code_b = columns["code"][a], columns["code"][b]
        known = (code_a != 0) & (code_b != 0)
        found = each_distinct(code_a, code_b, known, lambda x, y: [self._values(columns, x, y)])[0]
        return np.where(known, found, NULL).astype(np.uint8)

    def _values(self, columns: Columns, a: Codes, b: Codes) -> Levels:
        texts, equal = columns["texts"], a == b
        ordered = similarity(texts, a, b, fuzz.token_sort_ratio, self.some)
        common = similarity(texts, a, b, fuzz.token_set_ratio, self.close)
        number_a, number_b = columns["number"][a], columns["number"][b]
        same_number = (number_a == number_b) & (number_a != 0)
        other_number = (number_a != number_b) & (number_a != 0) & (number_b != 0)
        return np.select(
            [
                equal & ~columns["crowded"][a],
                equal,
                (ordered >= self.close) & ~other_number,
                (common >= self.close) & ~other_number,
                (ordered >= self.similar) & ~other_number,
                ordered >= self.similar,
                same_number,
                ordered >= self.some,
            ],
            list(range(8)),
            8,
        ).astype(np.uint8)
