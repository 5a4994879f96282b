"""Dates of eight digits YYYYMMDD: mistyped, with day and month exchanged, near each other, or half known."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lianfang.linkage.engine.comparisons.base import (
    NULL,
    Columns,
    Corpus,
    Indices,
    Levels,
    Uncounted,
    characters,
    differences,
    hashed,
    stated,
)

#: A date of more than this share of rows, and of more than a handful, is a stand-in (1 January 1900).
STAND_IN, HANDFUL = 0.005, 20


class DateDigits(Uncounted):
    """Levels from "the same day" to "years apart"; dates without month or day count by what they have."""

    levels = (
        "day",
        "stand_in",
        "typo",
        "exchanged",
        "month_day",
        "year_month",
        "within_90_days",
        "partial",
        "year",
        "partial_near",
        "two_typos",
        "within_a_year",
        "near_years",
        "different",
        "partial_differs",
    )
    groups = ((*levels[:7], "year", *levels[10:14]), ("partial", "partial_near", "partial_differs"))

    def __init__(self, name: str, column: str) -> None:
        self.name = name
        self.column = column

    def needs(self) -> Sequence[str]:
        return (self.column,)

    def facts(self, standard: pl.DataFrame, greatest: Mapping[str, int]) -> Mapping[str, pl.DataFrame]:
        return {self.name: stated(hashed(standard[self.column]))}

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        value = standard[self.column]
        digits = (characters(value, 8) - ord("0")).astype(np.uint8)
        keys = hashed(value)
        digits[keys == 0] = 0
        counts = corpus.tables[self.name].find(keys)
        year = digits[:, :4] @ np.array([1000, 100, 10, 1])
        month, day = digits[:, 4:6] @ np.array([10, 1]), digits[:, 6:] @ np.array([10, 1])
        return {
            "digits": digits,
            "year": year.astype(np.int32),
            "month": month.astype(np.int32),
            "day": day.astype(np.int32),
            "number": (year * 372 + month * 31 + day).astype(np.int32),
            "known": keys != 0,
            "often": (counts > HANDFUL) & (counts > STAND_IN * max(corpus.rows, 1)),
        }

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        known = columns["known"][a] & columns["known"][b]
        whole = (
            (columns["day"][a] > 0)
            & (columns["day"][b] > 0)
            & (columns["month"][a] > 0)
            & (columns["month"][b] > 0)
        )
        return np.where(
            known, np.where(whole, self._whole(columns, a, b), _partial(columns, a, b)), NULL
        ).astype(np.uint8)

    def _whole(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        count, swapped = differences(columns["digits"][a], columns["digits"][b])
        year_a, year_b = columns["year"][a], columns["year"][b]
        month_a, month_b, day_a, day_b = (
            columns["month"][a],
            columns["month"][b],
            columns["day"][a],
            columns["day"][b],
        )
        apart = np.abs(columns["number"][a] - columns["number"][b])
        year = year_a == year_b
        return np.select(
            [
                (count == 0) & ~columns["often"][a],
                count == 0,
                (count == 1) | swapped,
                year & (month_a == day_b) & (day_a == month_b),
                (month_a == month_b) & (day_a == day_b),
                year & (month_a == month_b),
                apart <= 93,
                year,
                count == 2,
                apart <= 372,
                np.abs(year_a - year_b) <= 2,
            ],
            [0, 1, 2, 3, 4, 5, 6, 8, 10, 11, 12],
            13,
        ).astype(np.uint8)


def _partial(columns: Columns, a: Indices, b: Indices) -> NDArray[np.uint8]:
    """Where one side lacks the day, or also the month."""
    apart = np.abs(columns["year"][a] - columns["year"][b])
    month_a, month_b = columns["month"][a], columns["month"][b]
    months = (month_a == month_b) | (month_a == 0) | (month_b == 0)
    return np.select([(apart == 0) & months, apart <= 1], [7, 9], 14).astype(np.uint8)
