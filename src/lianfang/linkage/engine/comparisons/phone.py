"""Phone numbers: the same, one digit off, and how many names share it."""

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
from lianfang.linkage.engine.comparisons.chinese_id import one_missing

#: One person's number stands under at most two names (hearsay counts), a family's under a handful.
OWN, FAMILY = 2, 8


class Phone:
    """Levels from "the same number, which nobody else gave" to "another number"."""

    levels = ("equal_own", "equal_family", "equal_many", "near", "different")

    def __init__(self, name: str) -> None:
        self.name = name

    def needs(self) -> Sequence[str]:
        return ("phone", "phone2", "phone_text", "phone_form", "name_py")

    def count(self, standard: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
        """Under how many names a number stands."""
        holders = (
            standard.filter(pl.col("phone").is_not_null() & (pl.col("name_form") == "full"))
            .select(pl.col("phone").alias("value"), pl.col("name_py").hash().alias("name"))
            .unique()
            .group_by("value")
            .len()
            .select("value", pl.col("len").cast(pl.UInt32).alias("count"))
        )
        return {"phone": holders}

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        text = standard.select(
            pl.when(pl.col("phone_form").is_in(["mobile", "landline", "malformed"])).then(
                pl.coalesce("phone", "phone_text")
            )
        ).to_series()
        return {
            "phone": hashed(text),
            "phone2": hashed(standard["phone2"]),
            "digits": characters(text, 12).astype(np.uint8),
            "holders": corpus.count_of("phone", standard["phone"]).astype(np.uint16),
        }

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        phone_a, phone_b = columns["phone"][a], columns["phone"][b]
        second_a, second_b = columns["phone2"][a], columns["phone2"][b]
        equal = (
            (phone_a == phone_b)
            | ((second_a == phone_b) & (second_a != 0))
            | ((phone_a == second_b) & (second_b != 0))
        )
        holders = np.maximum(columns["holders"][a], columns["holders"][b])
        known = (phone_a != 0) & (phone_b != 0)
        near = np.zeros(len(a), bool)
        doubtful = np.flatnonzero(known & ~equal)
        digits_a, digits_b = columns["digits"][a[doubtful]], columns["digits"][b[doubtful]]
        count, swapped = differences(digits_a, digits_b)
        near[doubtful] = (count == 1) | swapped | one_missing(digits_a, digits_b)
        return np.select(
            [~known, equal & (holders <= OWN), equal & (holders <= FAMILY), equal, near],
            [NULL, 0, 1, 2, 3],
            4,
        ).astype(np.uint8)
