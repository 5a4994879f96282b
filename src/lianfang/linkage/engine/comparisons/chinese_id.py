"""ID numbers: equal, mistyped, masked, or two different valid ones (which are almost never one person)."""

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
    differences,
    hashed,
)

STAR = ord("*")


class ChineseId:
    """Levels from "the same valid number" to "two different valid numbers"."""

    levels = ("equal", "equal_text", "near", "masked_agrees", "masked_differs", "doubtful_differs", "differs")
    groups = (("equal", "equal_text", "near", "doubtful_differs", "differs"), ("masked_agrees", "masked_differs"))

    def __init__(self, name: str) -> None:
        self.name = name

    def needs(self) -> Sequence[str]:
        return ("id18", "id_text", "id_form", "id_mask")

    def count(self, standard: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
        return {}

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
        valid_a, valid_b = columns["valid"][a], columns["valid"][b]
        text_a, text_b = columns["text"][a], columns["text"][b]
        masked = columns["masked"][a] | columns["masked"][b]
        chars_a, chars_b = columns["chars"][a], columns["chars"][b]
        known = (text_a != 0) & (text_b != 0) & (chars_a[:, 0] != 0) & (chars_b[:, 0] != 0)
        open_both = (chars_a != STAR) & (chars_b != STAR)
        consistent = ~((chars_a != chars_b) & open_both).any(axis=1)
        visible = (open_both & (chars_a != 0)).sum(axis=1) >= 4
        count, swapped = differences(chars_a, chars_b)
        return np.select(
            [
                ~known,
                (valid_a == valid_b) & (valid_a != 0),
                ~masked & (text_a == text_b),
                ~masked & (valid_a != 0) & (valid_b != 0),
                ~masked & ((count == 1) | swapped | one_missing(chars_a, chars_b)),
                masked & ~visible,
                masked & consistent,
                masked,
            ],
            [NULL, 0, 1, 6, 2, NULL, 3, 4],
            5,
        ).astype(np.uint8)


def one_missing(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Whether one code is the other with one character left out (rows are padded with zeros)."""
    length_x, length_y = (x != 0).sum(axis=1), (y != 0).sum(axis=1)
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
