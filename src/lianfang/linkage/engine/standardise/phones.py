"""Telephone numbers: mobiles, landlines, two numbers in one cell, dummies that forms demand."""

from dataclasses import dataclass

import polars as pl

from lianfang.linkage.engine.standardise.text import blank_to_null, clean, one_row, per_distinct

_MOBILE = r"^1[3-9]\d{9}$"
_LANDLINE = r"^(?:0\d{2,3}[2-9]\d{6,7}|[2-8]\d{6,7}|[48]00\d{7}|\+\d{8,15})$"
_DUMMY = r"^(?:0+|1+|2+|3+|4+|5+|6+|7+|8+|9+|1234567890?\d?|0123456789\d?|1[3-9](?:0{9}|1{9}|2{9}|3{9}|4{9}|5{9}|6{9}|7{9}|8{9}|9{9}))$"
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
    cells = values.alias("given").to_frame().select(_cells(pl.col("given")).alias("cells"))
    # two mobiles in one cell with only a space between them have become one run of 22 digits
    pair = pl.col("cells").str.replace(r"^(1[3-9]\d{9})(1[3-9]\d{9})$", "$1;$2")
    parts = cells.select(pair.str.split(";").list.eval(pl.element().filter(pl.element().str.len_chars() > 3)).alias("parts"))
    numbers = parts.select(
        _number(pl.col("parts").list.get(0, null_on_oob=True)).alias("phone_text"),
        _number(pl.col("parts").list.get(1, null_on_oob=True)).alias("second"),
    )
    return numbers.with_columns(_form(pl.col("phone_text")).alias("phone_form"), _form(pl.col("second")).alias("form2")).select(
        pl.when(pl.col("phone_form").is_in(_FORMS[:2])).then(_digits("phone_text")).alias("phone"),
        pl.when(pl.col("form2").is_in(_FORMS[:2])).then(_digits("second")).alias("phone2"),
        "phone_text",
        "phone_form",
        pl.when(pl.col("phone_text").str.contains(r"^[\d*]{11}$") & pl.col("phone_text").str.contains("*", literal=True))
        .then(pl.col("phone_text"))
        .alias("phone_mask"),
    )


def _cells(given: pl.Expr) -> pl.Expr:
    """Digits, "+" and "*" of each number in the cell, separated by ";"."""
    text = clean(given).str.to_lowercase().str.replace(r"^(\d{7,15})\.0+$", "$1")
    text = text.str.replace(r"^\d(?:\.\d+)?e\+?\d+$", "")
    text = text.str.replace(r"(\d{7,8})\s*(?:转|分机|ext\.?|x)\s*\d+", "$1").str.replace(r"(\d{7,8})-\d{1,5}$", "$1")
    text = text.str.replace_all(r"[/、,;，；|\\和或及&]+", ";").str.replace_all(r"[×●○•x＊#?]", "*")
    text = pl.when(text.str.contains(r"\d")).then(text.str.replace_all("o", "0").str.replace_all(r"[il]", "1")).otherwise(text)
    return blank_to_null(text.str.replace_all(r"[^0-9+*;]", ""))


def _number(part: pl.Expr) -> pl.Expr:
    """One number without the country code of China and without the 0 that some dial before a mobile."""
    plain = part.str.replace(r"^(?:\+|00)?86(1[3-9]\d{9}|0\d{9,11})$", "$1").str.replace(r"^(?:\+|00)86([2-9]\d{8,11}|10\d{8})$", "0$1")
    plain = plain.str.replace(r"^0(1[3-9]\d{9})$", "$1").str.replace(r"^00(\d{8,13})$", "+$1")
    plain = plain.str.replace(r"(.)\++", "$1")
    return pl.when(~plain.str.contains(_DUMMY) & plain.str.contains(r"\d")).then(plain)


def _digits(name: str) -> pl.Expr:
    return pl.col(name).str.replace("+", "", literal=True)


def _form(number: pl.Expr) -> pl.Expr:
    return (
        pl.when(number.is_null()).then(pl.lit("none"))
        .when(number.str.contains(_MOBILE)).then(pl.lit("mobile"))
        .when(number.str.contains(_LANDLINE)).then(pl.lit("landline"))
        .otherwise(pl.lit("malformed"))
    )  # fmt: skip
