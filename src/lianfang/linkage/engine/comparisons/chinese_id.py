"""ID numbers: equal, mistyped, masked, or two different valid ones (which are almost never one person)."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from lianfang.linkage.engine.comparisons.base import (
    NULL,
    Columns,
    Corpus,
    Indices,
    Levels,
    Uncounted,
    Undecided,
    characters,
    differences,
    hashed,
    places,
)

STAR = ord("*")
#: With fewer digits shown on both sides a masked number says nothing.
SHOWN = 4


class ChineseId(Uncounted):
    """Levels from "the same valid number" to "two different valid numbers"."""

    levels = ("equal", "equal_text", "near", "masked_agrees", "masked_differs", "doubtful_differs", "differs")
    groups = (
        ("equal", "equal_text", "near", "doubtful_differs", "differs"),
        ("masked_agrees", "masked_differs"),
    )

    def __init__(self, name: str) -> None:
        self.name = name

    def needs(self) -> Sequence[str]:
        return ("id18", "id_text", "id_form", "id_mask")

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        usable = standard["id_form"].is_in(["valid", "checksum", "malformed", "masked", "foreign"])
        text = standard.select(pl.when(usable).then("id_text"))["id_text"]
        eighteen = standard.select(pl.coalesce("id18", "id_mask", pl.when(usable).then("id_text")))["id18"]
        return {
            "valid": hashed(standard["id18"]),
            "text": hashed(text),
            "masked": (standard["id_form"] == "masked").fill_null(False).to_numpy(),
            "chars": characters(eighteen, 19).astype(np.uint8),
        }

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        open_pairs = Undecided(a, b)
        text_a, text_b = open_pairs.both(columns["text"])
        open_pairs.decide((text_a == 0) | (text_b == 0), NULL)
        open_pairs.decide(open_pairs.same(columns["valid"]), 0)
        valid_a, valid_b = open_pairs.both(columns["valid"])
        open_pairs.decide((valid_a != 0) & (valid_b != 0), 6)
        open_pairs.decide(~open_pairs.either(columns["masked"]) & open_pairs.same(columns["text"]), 1)
        masked = open_pairs.either(columns["masked"])
        chars_a, chars_b = (np.take(columns["chars"], side, axis=0) for side in (open_pairs.a, open_pairs.b))
        shown = (chars_a != STAR) & (chars_b != STAR)
        consistent = places((chars_a != chars_b) & shown) == 0
        enough = places(shown & (chars_a != 0) & (chars_b != 0)) >= SHOWN
        count, swapped = differences(chars_a, chars_b)
        near = (count == 1) | swapped | one_missing(chars_a, chars_b)
        level = np.where(masked, np.where(enough, np.where(consistent, 3, 4), NULL), np.where(near, 2, 5))
        open_pairs.decide(np.ones(len(level), bool), level.astype(np.uint8))
        return open_pairs.levels


def one_missing(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Whether one code is the other with one character left out (rows are padded with zeros)."""
    length_x, length_y = places(x != 0).astype(np.int8), places(y != 0).astype(np.int8)
    candidates = np.flatnonzero(np.abs(length_x - length_y) == 1)
    result = np.zeros(len(x), bool)
    if not len(candidates):
        return result
    swap = length_x[candidates] < length_y[candidates]
    long = np.where(swap[:, None], y[candidates], x[candidates])
    short = np.where(swap[:, None], x[candidates], y[candidates])
    forward = np.cumprod(long == short, axis=1).sum(axis=1)  # how many leading characters agree
    shifted = np.zeros_like(long)
    shifted[:, :-1] = long[:, 1:]
    behind = np.arange(long.shape[1]) >= forward[:, None]
    result[candidates] = ~((shifted != short) & behind).any(axis=1)
    return result
