"""A given name or a surname: mistyped, shortened, cut to its initial, or standing in the other's column."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA, JaroWinkler

from lianfang.linkage.engine.columns.nicknames import formal_names
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
from lianfang.linkage.engine.comparisons.distinct import (
    Codes,
    Flags,
    each_distinct,
    encode,
    shares,
    similarity,
)

#: A nickname stands for at most so many formal names that matter.
FORMALS = 4
#: Shares of rows that have a name: below the first it is rare, above the last common.
STEPS = (1e-4, 1e-3, 1e-2)
#: Small lists would call every name common: as if so many more rows had been seen.
BACKGROUND = 1_000


class NamePart(Uncounted):
    """Levels from "the same rare name" to "another name".

    `swapped_with` is the column into which the name may have been put by mistake. A swap shows in both columns
    but is one event: the comparison of the other column has `silent_if_swapped`.
    """

    levels = (
        "exact_rarest",
        "exact_rare",
        "exact",
        "exact_common",
        "swapped",
        "variant",
        "close",
        "swapped_close",
        "initial",
        "similar",
        "remote",
        "different",
        "initial_differs",
    )
    groups = ((*levels[:8], *levels[9:12]), ("initial", "initial_differs"))

    def __init__(
        self,
        name: str,
        column: str,
        swapped_with: str | None = None,
        silent_if_swapped: bool = False,
        nicknames: bool = False,
        close: float = 0.90,
        similar: float = 0.78,
        remote: float = 0.65,
    ) -> None:
        self.name = name
        self.column = column
        self.swapped_with = swapped_with
        self.silent_if_swapped = silent_if_swapped
        self.nicknames = nicknames
        self.close, self.similar, self.remote = close, similar, remote

    def needs(self) -> Sequence[str]:
        return (self.column,) if self.swapped_with is None else (self.column, self.swapped_with)

    def facts(self, standard: pl.DataFrame, greatest: Mapping[str, int]) -> Mapping[str, pl.DataFrame]:
        return {self.name: stated(hashed(standard[self.column]))}

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        other = standard[self.swapped_with or self.column]
        found = encode(pl.concat([standard[self.column], other.rename(self.column)]))
        own, swapped = found.codes[: len(standard)], found.codes[len(standard) :]
        texts = found.texts
        values = pl.Series(texts, dtype=pl.String)
        first = values.str.extract(r"^(\S{2,})")
        return {
            "code": own,
            "other": swapped,
            "texts": texts,
            "share": shares(corpus.tables[self.name].find(found.keys), corpus.rows, BACKGROUND),
            "letter": (values.str.len_chars() == 1).to_numpy(),
            "initial": encode(values.str.head(1)).codes,
            "first": encode(first).codes,
            "formal": formals(first) if self.nicknames else np.zeros((len(texts), 1), np.uint32),
        }

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        code_a, code_b = columns["code"][a], columns["code"][b]
        known = (code_a != 0) & (code_b != 0)
        straight = each_distinct(code_a, code_b, known, lambda x, y: [self._straight(columns, x, y)])[0]
        level = np.where(known, straight.astype(np.uint8), NULL).astype(np.uint8)
        if self.swapped_with is None:
            return level
        return self._with_swaps(columns, a, b, level)

    def _straight(self, columns: Columns, a: Codes, b: Codes) -> Levels:
        """Levels of pairs of distinct values, apart from swaps."""
        texts = columns["texts"]
        close = similarity(texts, a, b, JaroWinkler.normalized_similarity, self.remote)
        typed = similarity(texts, a, b, OSA.distance, 2)
        equal = a == b
        share = columns["share"][a]
        letter = columns["letter"][a] | columns["letter"][b]
        first = columns["first"][a]
        formal_a, formal_b = columns["formal"][a], columns["formal"][b]
        nickname = ((formal_a[:, :, None] == formal_b[:, None, :]) & (formal_a[:, :, None] != 0)).any(
            axis=(1, 2)
        )
        return np.select(
            [
                letter & (columns["initial"][a] == columns["initial"][b]),
                letter,
                *[equal & (share < step) for step in STEPS],
                equal,
                nickname | ((first == columns["first"][b]) & (first != 0)),
                (close >= self.close) | (typed <= 1),
                (close >= self.similar) | (typed <= 2),
                close >= self.remote,
            ],
            [8, 12, 0, 1, 2, 3, 5, 6, 9, 10],
            11,
        ).astype(np.uint8)

    def _with_swaps(self, columns: Columns, a: Indices, b: Indices, level: Levels) -> Levels:
        """Where the names look much better crosswise, the level says so."""
        weak = (level >= self.levels.index("similar")) | (level == NULL)
        own_a, own_b, other_a, other_b = (columns[key][i] for key in ("code", "other") for i in (a, b))
        across, back = (
            self._crossing(columns, own_a, other_b, weak),
            self._crossing(columns, other_a, own_b, weak),
        )
        # Both halves must agree crosswise, or one where the other is unknown; once is a coincidence.
        half_known = ((own_a == 0) | (other_b == 0), (other_a == 0) | (own_b == 0))
        exact = (
            ((across == 2) | half_known[0]) & ((back == 2) | half_known[1]) & ((across == 2) | (back == 2))
        )
        close = (
            ((across >= 1) | half_known[0]) & ((back >= 1) | half_known[1]) & ((across >= 1) | (back >= 1))
        )
        swapped = weak & close & (own_a != 0) & (own_b != 0)
        whole = (other_a != 0) & (other_b != 0)
        seen_there = whole if self.silent_if_swapped else np.zeros(len(a), bool)
        named = np.where(seen_there, NULL, np.where(exact & whole, 4, 7))
        return np.where(swapped, named, level).astype(np.uint8)

    def _crossing(self, columns: Columns, a: Codes, b: Codes, wanted: Flags) -> Levels:
        """2 where the values are equal, 1 where they are close."""

        def compare(x: Codes, y: Codes) -> list[Levels]:
            score = similarity(columns["texts"], x, y, JaroWinkler.normalized_similarity, self.close)
            return [np.where(x == y, 2, np.where(score >= self.close, 1, 0)).astype(np.uint8)]

        return np.asarray(each_distinct(a, b, wanted & (a != 0) & (b != 0), compare)[0], np.uint8)


def formals(first: pl.Series) -> Codes:
    """The formal names that each first name may stand for, as numbers; (values, FORMALS), 0 for none."""
    table = formal_names()
    number = {name: i + 1 for i, name in enumerate(sorted({f for formal in table.values() for f in formal}))}
    found = np.zeros((len(first), FORMALS), np.uint32)
    for row, name in enumerate(first):
        for place, formal in enumerate(table.get(name, ())[:FORMALS]):
            found[row, place] = number[formal]
    return found
