"""Dates as people write them. What can be read in two ways is not read: it is null and marked as doubtful."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from lianfang.linkage.engine.standardise.text import NUMERAL, X, clean, numerals, one_row, per_distinct, steps

_MONTHS = {
    m: str(i)
    for i, m in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*"
_TIME = r"(?:[t日号 ]*\d{1,2}[:时点].*|\s.*)?"
_SEP = r"\s*[-/._,\\]\s*"
#: Days between Excel's day 0 and 1970-01-01.
_EXCEL_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True)
class Day:
    """What one date cell says: the day, at least its year, and whether it can be read in several ways."""

    day: date | None
    year: int | None
    doubt: bool


def day(value: str | None, as_of: date, *, birth: bool = False) -> Day:
    """One date cell, exactly as `days` reads it inside a column."""
    return Day(**one_row(days(pl.Series("date", [value], dtype=pl.String), as_of, birth=birth)))


def days(column: pl.Series, as_of: date, *, birth: bool = False) -> pl.DataFrame:
    """Columns day (date), year (i16), doubt (bool) for a column of cells, row for row.

    `birth` says which days are possible: births from 1880 to as_of; events from ten years before as_of to
    one year
    after it, and an event without a year is the latest such day that is not more than a month ahead.
    """
    frame = per_distinct(column, lambda distinct: _parse(distinct, as_of, birth))
    return frame.with_columns(pl.col("doubt").fill_null(False)).select(*Day.__dataclass_fields__)


def _parse(values: pl.Series, as_of: date, birth: bool) -> pl.DataFrame:
    text = X.str.to_lowercase().str.strip_chars("'\"` :")
    text = text.str.replace(r"^(?:出生|生日|日期|时间)[^0-9]*", "").str.replace(
        r"^(\d{5}|\d{8}|\d{6})\.0+$", "$1"
    )
    frame = steps(clean(values), text).to_frame("text")
    parts = frame.select(_parts().alias("p")).unnest("p")
    parts = parts.with_columns(numerals(parts[name]) for name in ("y", "m", "d"))
    short = pl.col("y").str.len_chars() <= 2
    century = pl.when(pl.col("y").cast(pl.Int32) > as_of.year % 100).then(1900).otherwise(2000)
    year = pl.when(short).then(pl.col("y").cast(pl.Int32) + century).otherwise(pl.col("y").cast(pl.Int32))
    full = _date(year, pl.col("m"), pl.col("d"))
    this_year = _date(pl.lit(as_of.year), pl.col("m"), pl.col("d"))
    last_year = _date(pl.lit(as_of.year - 1), pl.col("m"), pl.col("d"))
    recent = pl.when(this_year <= as_of + timedelta(days=31)).then(this_year).otherwise(last_year)
    no_year = pl.lit(None, dtype=pl.Date) if birth else pl.when(pl.col("y").is_null()).then(recent)
    found = pl.coalesce(full, no_year, _serial())
    first, last = (
        (date(1880, 1, 1), as_of) if birth else (date(as_of.year - 10, 1, 1), as_of + timedelta(days=366))
    )
    possible = pl.when(found.is_between(first, last)).then(found)
    return parts.select(possible.alias("day"), year.alias("year"), "doubt").select(
        "day",
        pl.when(pl.col("day").is_not_null()).then(pl.col("day").dt.year())
        .when(pl.col("year").is_between(first.year, last.year)).then(pl.col("year"))
        .cast(pl.Int16).alias("year"),
        pl.col("doubt").fill_null(False),
    )  # fmt: skip


def _date(year: pl.Expr, month: pl.Expr, day_of: pl.Expr) -> pl.Expr:
    written = pl.concat_str(
        year.cast(pl.String), month.str.pad_start(2, "0"), day_of.str.pad_start(2, "0"), separator="-"
    )
    return written.str.to_date("%Y-%m-%d", strict=False)


def _serial() -> pl.Expr:
    """A day number of a spreadsheet; five digits only, births from 1927 on."""
    return pl.lit(_EXCEL_EPOCH) + pl.duration(days=pl.col("serial").cast(pl.Int64))


def _groups(pattern: str, order: str) -> pl.Expr:
    """A struct of y, m, d, serial, doubt from a pattern whose groups come in the given order ("y", "m",
    "d", "s").
    """
    groups = pl.col("text").str.extract_groups(pattern)
    where = {letter: str(index) for index, letter in enumerate(order, start=1)}
    field = {
        letter: groups.struct.field(where[letter]) if letter in where else pl.lit(None, dtype=pl.String)
        for letter in "ymds"
    }
    return pl.when(pl.col("text").str.contains(pattern)).then(
        _struct(field["y"], field["m"], field["d"], field["s"])
    )


def _struct(
    y: pl.Expr, m: pl.Expr, d: pl.Expr, s: pl.Expr | None = None, doubt: pl.Expr | None = None
) -> pl.Expr:
    nothing = pl.lit(None, dtype=pl.String)
    no_doubt = pl.lit(False)
    return pl.struct(
        y.alias("y"),
        m.alias("m"),
        d.alias("d"),
        (nothing if s is None else s).alias("serial"),
        (no_doubt if doubt is None else doubt).alias("doubt"),
    )


def _parts() -> pl.Expr:
    n = f"[{NUMERAL}]"
    return pl.coalesce(
        _groups(rf"^(\d{{4}}){_SEP}(\d{{1,2}}){_SEP}(\d{{1,2}}){_TIME}$", "ymd"),
        _groups(rf"^({n}{{4}}|\d{{2}})\s*年\s*({n}{{1,3}})\s*月\s*({n}{{1,3}})\s*[日号]?{_TIME}$", "ymd"),
        _groups(r"^((?:19|20)\d{2})(\d{2})(\d{2})(?:\d{4}|\d{6})?$", "ymd"),
        _groups(rf"^({n}{{1,3}})\s*月\s*({n}{{1,3}})\s*[日号]?{_TIME}$", "md"),
        _english(),
        _slashes(),
        _groups(rf"^(\d{{1,2}}){_SEP}(\d{{1,2}})(?:\s+\d{{1,2}}:.*)?$", "md"),
        _groups(rf"^((?:18|19|20)\d{{2}})(?:{_SEP})?(0?[1-9]|1[0-2])$", "ym"),
        _groups(rf"^({n}{{4}}|\d{{2}})\s*年\s*(?:({n}{{1,3}})\s*月)?(?:生|出生)?$", "ym"),
        _groups(r"^((?:18|19|20)\d{2})(?:年|生|年生)?$", "y"),
        _groups(r"^([1-6]\d{4})(?:\.\d+)?$", "s"),
    )


def _english() -> pl.Expr:
    """23-Jan-2020, Jan 23, 2020, 23 January."""
    day_first = pl.col("text").str.extract_groups(
        rf"^(\d{{1,2}})(?:st|nd|rd|th)?[-/ .]*{_MONTH}[-/ .,]*(\d{{4}}|\d{{2}})?{_TIME}$"
    )
    month_first = pl.col("text").str.extract_groups(
        rf"^{_MONTH}[-/ .]*(\d{{1,2}})(?:st|nd|rd|th)?[-/ .,]*(\d{{4}})?{_TIME}$"
    )
    year = pl.coalesce(day_first.struct.field("3"), month_first.struct.field("3"))
    month = pl.coalesce(day_first.struct.field("2"), month_first.struct.field("1")).replace(_MONTHS)
    of_month = pl.coalesce(day_first.struct.field("1"), month_first.struct.field("2"))
    return pl.when(of_month.is_not_null()).then(_struct(year, month, of_month))


def _slashes() -> pl.Expr:
    """Three short numbers. The order is known only if just one reading is possible; else the day is in
    doubt.
    """
    groups = pl.col("text").str.extract_groups(
        rf"^(\d{{1,2}}){_SEP}(\d{{1,2}}){_SEP}(\d{{4}}|\d{{1,2}}){_TIME}$"
    )
    a, b, c = (groups.struct.field(str(i)) for i in (1, 2, 3))
    x, y, z = (part.cast(pl.Int32) for part in (a, b, c))
    nothing = pl.lit(None, dtype=pl.String)
    year_last = (c.str.len_chars() == 4) | (z > 31)
    return (
        pl.when(a.is_null()).then(None)
        .when((x > 31) & (c.str.len_chars() <= 2)).then(_struct(a, b, c))
        .when(year_last & (x > 12)).then(_struct(c, b, a))
        .when(year_last & ((y > 12) | (x == y))).then(_struct(c, a, b))
        .when(year_last).then(_struct(c, nothing, nothing, doubt=pl.lit(True)))
        .otherwise(_struct(nothing, nothing, nothing, doubt=pl.lit(True)))
    )  # fmt: skip


def ages(column: pl.Series) -> pl.Series:
    """Age in years (i16) from "35", "35岁", "8个月" (0); null if it is not between 0 and 120."""
    text = X.str.to_lowercase()
    years = text.str.extract(r"^(?:约)?(\d{1,3})(?:\.\d+)?\s*(?:周?岁.*|years?.*|y)?$").cast(pl.Int16)
    months = pl.when(text.str.contains(r"^\d{1,2}\s*个?(?:月|月龄|months?|天|days?)")).then(
        pl.lit(0, dtype=pl.Int16)
    )
    found = pl.coalesce(years, months)
    return per_distinct(
        column,
        lambda given: (
            steps(clean(given), found, pl.when(X.is_between(0, 120)).then(X)).cast(pl.Int16).to_frame("age")
        ),
    )["age"]
