"""Chinese names: homophones, mishearings, nicknames, and how many people bear the name."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from lianfang.linkage.engine.comparisons.base import (
    NULL,
    Columns,
    Corpus,
    Indices,
    Levels,
    characters,
    count_values,
    hashed,
)

FULL, PARTIAL, UNKNOWN = 1, 2, 0
#: A name is rare when fewer than one in 100,000 bears it, common when more than one in 6,000 does.
RARE, COMMON = 1 / 100_000, 1 / 6_000
#: Background: what one more bearer would mean if this list were all we knew. Keeps small lists from calling
#: every name common (one of twenty rows is not a share of five per cent).
BACKGROUND_ROWS = 50_000


class ChineseName:
    """Levels from "the same rare name" to "another name"."""

    levels = (
        "exact_rare",
        "exact",
        "exact_common",
        "homophone_rare",
        "homophone",
        "misheard",
        "called",
        "partial",
        "given_only",
        "surname_only",
        "different",
        "called_otherwise",
    )
    groups = (
        (*levels[:6], "partial", "given_only", "surname_only", "different"),
        ("called", "called_otherwise"),
    )

    def __init__(self, name: str) -> None:
        self.name = name

    def needs(self) -> Sequence[str]:
        return ("name", "name_form", "surname_py", "given_py", "name_py", "name_pyf")

    def count(self, standard: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
        whole = standard.filter(pl.col("name_form").is_in(["full", "latin"]))
        return {"name": count_values(whole["name"]), "name_py": count_values(whole["name_py"])}

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        form = standard["name_form"]
        whole = form.is_in(["full", "latin"]).to_numpy()
        part = form.is_in(["nickname", "masked"]).to_numpy()
        share = corpus.rows + BACKGROUND_ROWS
        return {
            "form": np.select([whole, part], [FULL, PARTIAL], UNKNOWN).astype(np.uint8),
            "name": hashed(standard["name"]),
            "py": hashed(standard["name_py"]),
            "pyf": hashed(standard["name_pyf"]),
            "surname": hashed(standard["surname_py"]),
            "given": hashed(standard["given_py"]),
            "given_chars": characters(standard["given"], 2),
            "syllable1": hashed(standard["given_py"].str.extract(r"^(\S+) \S+")),
            "syllable2": hashed(standard["given_py"].str.extract(r"^\S+ (\S+)")),
            "share": (corpus.count_of("name", standard["name"]) / share).astype(np.float32),
            "share_py": (corpus.count_of("name_py", standard["name_py"]) / share).astype(np.float32),
        }

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        def same(key: str) -> np.ndarray:
            left = columns[key][a]
            return (left == columns[key][b]) & (left != 0)

        form_a, form_b = columns["form"][a], columns["form"][b]
        known = (form_a != UNKNOWN) & (form_b != UNKNOWN)
        whole = (form_a == FULL) & (form_b == FULL)
        share, share_py = columns["share"][a], columns["share_py"][a]
        exact = same("name") & whole
        homophone = same("py") & whole
        surname = same("surname")
        chars_a, chars_b = columns["given_chars"][a], columns["given_chars"][b]
        shared_char = ((chars_a == chars_b) & (chars_a != 0)).any(axis=1)
        partial = whole & surname & (same("syllable1") | same("syllable2") | shared_char)
        return np.select(
            [
                ~known,
                exact & (share < RARE),
                exact & (share < COMMON),
                exact,
                homophone & (share_py < RARE),
                homophone,
                same("pyf") & whole,
                ~whole & (surname | same("name")),
                ~whole,
                partial,
                same("given"),
                surname,
            ],
            [NULL, 0, 1, 2, 3, 4, 5, 6, 11, 7, 8, 9],
            10,
        ).astype(np.uint8)
