"""Per-person arithmetic on millions of rows: sort once, reduce runs. Everything here is in NumPy for that
reason."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

_EPOCH_DAYS = 25567  # from 1900-01-01 to 1970-01-01, so that every sensible day is positive
_RECORDS = np.uint64(2**32 - 1)


def best_records(rows: pl.DataFrame, column: str, valid: pl.Expr, speaks: pl.Expr, persons: int) -> pl.Series:
    """For each person the record that gives the best value of `column`, null if nobody gives one.

    Order: valid, then given by more lists, then trust of the kind of list, then later, then read first.
    `valid` and
    `speaks` are Boolean expressions over `rows`; a row that does not speak is not asked.
    """
    given = (
        rows.lazy()
        .filter(pl.col(column).is_not_null() & speaks)
        .select(
            "person",
            "list",
            "trust",
            "record",
            value=pl.col(column).hash(7) % 2**32,
            valid=valid.fill_null(False),
            days=(pl.col("date").cast(pl.Int32) + _EPOCH_DAYS).clip(0, 2**16 - 1).fill_null(0),
        )
        .collect()
    )
    if not given.height:
        return pl.Series([None] * persons, dtype=pl.UInt32)
    key = (_column(given, "person") << np.uint64(32)) | _column(given, "value")
    order = np.argsort(key, kind="stable")
    key = key[order]
    starts = _starts(key)

    def run(name: str, reduce: np.ufunc) -> NDArray[np.uint64]:
        reduced: NDArray[np.uint64] = reduce.reduceat(_column(given, name)[order], starts)
        return reduced

    # Lists beyond the 64th share a bit with an earlier one: then two lists count as one, which only weakens
    # a vote.
    bits = np.left_shift(np.uint64(1), _column(given, "list")[order] % np.uint64(64))
    lists = np.bitwise_count(np.bitwise_or.reduceat(bits, starts)).astype(np.uint64)
    # One integer holds the whole order, so that the best of a person is a plain maximum: 1+7+4+16+32 bits.
    score = run("valid", np.maximum)
    for part, width in ((lists, 7), (run("trust", np.maximum), 4), (run("days", np.maximum), 16)):
        score = (score << np.uint64(width)) | part
    score = (score << np.uint64(32)) | (_RECORDS - run("record", np.minimum))
    person = key[starts] >> np.uint64(32)
    firsts = _starts(person)
    best = _RECORDS - (np.maximum.reduceat(score, firsts) & _RECORDS)
    return scattered(person[firsts], best, persons)


def extreme_records(person: pl.Series, score: pl.Series, record: pl.Series, persons: int) -> pl.Series:
    """For each person the record with the highest score (0 … 2**31), the first one among equals; null if
    none."""
    packed = (score.to_numpy().astype(np.uint64) << np.uint64(32)) | (
        _RECORDS - record.to_numpy().astype(np.uint64)
    )
    best = np.zeros(persons, dtype=np.uint64)
    np.maximum.at(best, person.to_numpy(), packed)
    known = np.flatnonzero(best)
    return scattered(known, _RECORDS - (best[known] & _RECORDS), persons)


def scattered(person: NDArray[np.integer], record: NDArray[np.uint64], persons: int) -> pl.Series:
    """A nullable column of records, one place per person."""
    values = np.zeros(persons, dtype=np.uint32)
    known = np.zeros(persons, dtype=bool)
    values[person], known[person] = record, True
    return pl.select(pl.when(pl.Series(known)).then(pl.Series(values))).to_series()


def varied(rows: pl.LazyFrame, group: str, column: str) -> pl.LazyFrame:
    """The rows of those groups (persons, phones …) in which `column` has more than one value."""
    given = rows.filter(pl.col(group).is_not_null() & pl.col(column).is_not_null())
    keys = given.select(key=_number(group), value=_number(column))
    differing = keys.group_by("key").agg(low=pl.col("value").min(), high=pl.col("value").max())
    differing = differing.filter(pl.col("low") != pl.col("high")).select("key")
    return given.with_columns(key=_number(group)).join(differing, on="key", how="semi").drop("key")


def _number(column: str) -> pl.Expr:
    return pl.col(column) if column == "person" else pl.col(column).hash(11)


def _column(frame: pl.DataFrame, name: str) -> NDArray[np.uint64]:
    return frame.get_column(name).to_numpy().astype(np.uint64)


def _starts(sorted_keys: NDArray[np.uint64]) -> NDArray[np.intp]:
    return np.flatnonzero(np.concatenate([[True], sorted_keys[1:] != sorted_keys[:-1]]))


class Stands:
    """Where each person stands: `first[person, list]` is the first record there, or -1; `counts` the
    number."""

    def __init__(self, rows: pl.DataFrame, persons: int, lists: int) -> None:
        person = rows.get_column("person").to_numpy().astype(np.int64)
        cell = person * lists + rows.get_column("list").to_numpy()
        first = np.full(persons * lists, -1, dtype=np.int64)
        first[cell[::-1]] = rows.get_column("record").to_numpy()[
            ::-1
        ]  # the last write wins: the first record
        self.first = first.reshape(persons, lists)
        self.counts = np.bincount(cell, minlength=persons * lists).astype(np.uint32).reshape(persons, lists)
        self._cell = cell

    def count_of_row(self) -> pl.Series:
        """For each row: how many rows the same person has in the same list."""
        return pl.Series(self.counts.reshape(-1)[self._cell])

    def labels(self, labels: list[str], persons: NDArray[np.integer] | None = None) -> pl.Series:
        """For each person (or those chosen) the names of their lists, as a list column in the order of
        input."""
        present = self.first >= 0 if persons is None else self.first[persons] >= 0
        patterns, inverse = np.unique(np.packbits(present, axis=1), axis=0, return_inverse=True)
        width = present.shape[1]
        names = [
            [label for label, there in zip(labels, np.unpackbits(pattern, count=width), strict=True) if there]
            for pattern in patterns
        ]
        return pl.Series(names, dtype=pl.List(pl.String)).gather(pl.Series(inverse.reshape(-1)))
