"""Telephone numbers: mobiles, landlines, two numbers in one cell, dummies that forms demand."""

from dataclasses import dataclass

import polars as pl

from lianfang.linkage.engine.standardise.text import (
    NOT_BLANK,
    X,
    changed_where,
    clean,
    one_row,
    per_distinct,
    steps,
)

_MOBILE = r"^1[3-9]\d{9}$"
_LANDLINE = r"^(?:0\d{2,3}[2-9]\d{6,7}|[2-8]\d{6,7}|[48]00\d{7}|\+\d{8,15})$"
_DUMMY = r"^(?:0+|1+|2+|3+|4+|5+|6+|7+|8+|9+|1234567890?\d?|0123456789\d?)$"
_FORMS = ("mobile", "landline", "malformed", "none")


@dataclass(frozen=True)
class Phone:
    """What one telephone cell says; see `standardise` for the columns."""

    phone: str | None
    phone2: str | None
    phone_text: str | None
    phone_form: str
    phone_mask: str | None


def phone(value: str | None) -> Phone:
    """One telephone cell, exactly as `phones` reads it inside a column."""
    return Phone(**one_row(phones(pl.Series("phone", [value], dtype=pl.String))))


def phones(column: pl.Series) -> pl.DataFrame:
    """The columns of `Phone` for a column of cells, row for row; a null cell has form "none"."""
    frame = per_distinct(column, _parse)
    return frame.with_columns(pl.col("phone_form").fill_null("none")).select(*Phone.__dataclass_fields__)


def _parse(values: pl.Series) -> pl.DataFrame:
    cells = _cells(values)
    several = cells.str.contains(";", literal=True)
    first = _number(steps(cells, (X.str.extract(r"^;*([^;]{4,})"), X.str.contains(";", literal=True))))
    second = cells.to_frame("x").select(
        pl.when(several).then(X).str.extract(r"^;*[^;]{4,}(?:;+[^;]{0,3})*;+([^;]{4,})")
    )["x"]
    numbers = pl.DataFrame({"phone_text": first, "second": _number(second)})
    numbers = numbers.with_columns(
        _form(pl.col("phone_text")).alias("phone_form"), _form(pl.col("second")).alias("form2")
    )
    return numbers.select(
        pl.when(pl.col("phone_form").is_in(_FORMS[:2])).then(_digits("phone_text")).alias("phone"),
        pl.when(pl.col("form2").is_in(_FORMS[:2])).then(_digits("second")).alias("phone2"),
        "phone_text",
        "phone_form",
        pl.when(
            pl.col("phone_text").str.contains(r"^\d*\*[\d*]*$") & (pl.col("phone_text").str.len_bytes() == 11)
        )
        .then(pl.col("phone_text"))
        .alias("phone_mask"),
    )


def _cells(values: pl.Series) -> pl.Series:
    """Digits, "+" and "*" of each number in the cell, separated by ";"."""
    return changed_where(values, ~X.str.contains(_MOBILE), _tidied)


def _tidied(values: pl.Series) -> pl.Series:
    return steps(
        clean(values),
        X.str.to_lowercase().str.replace(r"^(\d{7,15})\.0+$", "$1").str.replace(r"^\d(?:\.\d+)?e\+?\d+$", ""),
        X.str.replace(r"(\d{7,8})\s*(?:转|分机|ext\.?|x)\s*\d+", "$1").str.replace(
            r"(\d{7,8})-\d{1,5}$", "$1"
        ),
        X.str.replace_all(r"[/、,;，；|\\和或及&]+", ";").str.replace_all(r"[×●○•x＊#?]", "*"),
        (
            X.str.replace_all(r"o", "0").str.replace_all(r"[il]", "1"),
            X.str.contains(r"^[\doil\s+\-]*\d[\doil\s+\-]*$"),
        ),
        X.str.replace_all(r"[^0-9+*;]", ""),
        # two mobiles in one cell with only a space between them have become one run of 22 digits
        (X.str.replace(r"^(1[3-9]\d{9})(1[3-9]\d{9})$", "$1;$2"), X.str.len_bytes() == 22),
        NOT_BLANK,
    )


def _number(parts: pl.Series) -> pl.Series:
    """Each number without the country code of China and without the 0 that some dial before a mobile;
    dummies are null.
    """
    messy = ~X.str.contains(_MOBILE)
    return steps(
        parts,
        (X.str.replace(r"^(?:\+|00)?86(1[3-9]\d{9}|0\d{9,11})$", "$1"), messy),
        (
            X.str.replace(r"^(?:\+|00)86([2-9]\d{8,11}|10\d{8})$", "0$1").str.replace(
                r"^0(1[3-9]\d{9})$", "$1"
            ),
            messy,
        ),
        (X.str.replace(r"^00(\d{8,13})$", "+$1").str.replace_all(r"(.)\++", "$1"), messy),
        pl.when(~X.str.contains(_DUMMY) & X.str.contains(r"\d")).then(X),
    )


def _digits(name: str) -> pl.Expr:
    return pl.col(name).str.replace("+", "", literal=True)


def _form(number: pl.Expr) -> pl.Expr:
    return (
        pl.when(number.is_null()).then(pl.lit("none"))
        .when(number.str.contains(_MOBILE)).then(pl.lit("mobile"))
        .when(number.str.contains(_LANDLINE)).then(pl.lit("landline"))
        .otherwise(pl.lit("malformed"))
    )  # fmt: skip
