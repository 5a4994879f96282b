"""Where the rest of a person goes when two of its rows are told apart: to whom it is more alike. No Django."""

from datetime import date

import polars as pl

from lianfang.linkage.engine.stranger import COLUMNS, Frequency, judge
from lianfang.linkage.review.grouping import Group, Likeness


def likeness_of(standard: pl.DataFrame, numbers: pl.Series, people: int) -> Likeness:
    """Log2 odds by the engine's comparison. `standard`: the engine's table of the rows whose numbers are `numbers`."""
    said = {
        number: {name: _plain(value) for name, value in row.items() if value is not None}
        for number, row in zip(numbers.to_list(), standard.select(COLUMNS).iter_rows(named=True), strict=True)
    }
    frequency = Frequency(name=1, sound=1, people=max(people, 1))

    def alike(record: int, group: Group) -> float:
        return judge(said[record], [[said[other] for other in group]], frequency)[0].weight

    return alike


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
