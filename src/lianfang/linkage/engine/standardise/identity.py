"""ID numbers: GB 11643 (18 digits with a check digit), the old 15 digits, masked and ruined ones, passports
and permits.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
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

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int32)
_CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)
#: GB/T 2260 provinces; 81-83 residence permits of Hong Kong, Macau and Taiwan people; 9.. foreigners'
#: permanent residence.
_PROVINCE = r"^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[123]|9\d)"
_NOTHING = (
    r"^(?:无|无证|无证件|没有|不详|不清楚|不知道|未知|未登记|未提供|未带|待补|待查|暂无|空|"
    r"忘记|拒绝提供|不便提供|NULL|NONE|NA|N/A|NIL|UNKNOWN"
    r"|[\W_]*|0+|1+|X+|\*+|9+|1234567890?\d*)$"
)
_FOREIGN = (
    r"^(?:[A-Z]{1,2}\d{6,10}[A-Z0-9]?|[A-Z]{1,3}[A-Z0-9]{0,3}\d{4,12}[A-Z]?|\d{7,9}[A-Z]{0,2}|"
    r"[A-Z]{3}\d{12}|\d{2}[A-Z]{2}\d{5})$"
)


#: Numbers as they should be, whole or masked: most cells, and nothing is to be done about them.
_NEAT = r"^[1-9][0-9]{5}[0-9*]{11}[0-9X]$|^[1-9][0-9]{3,13}\*{1,18}[0-9]{1,14}X?$"
_MESSY = ~X.str.contains(_NEAT) | X.str.contains(r"^(\d)[\d*]*0{9}")


@dataclass(frozen=True)
class Identity:
    """What one ID cell says; see `standardise` for the columns."""

    id18: str | None
    id_text: str | None
    id_form: str
    id_mask: str | None
    id_head: str | None
    id_tail: str | None
    id_birth: date | None
    id_sex: str | None


def id_number(value: str | None, as_of: date) -> Identity:
    """One ID number, exactly as `identities` reads it inside a column."""
    return Identity(**one_row(identities(pl.Series("id_number", [value], dtype=pl.String), as_of)))


def identities(column: pl.Series, as_of: date) -> pl.DataFrame:
    """The columns of `Identity` for a column of ID cells, row for row; a null cell has form "none"."""
    frame = per_distinct(column, lambda distinct: _parse(distinct, as_of))
    return frame.with_columns(pl.col("id_form").fill_null("none")).select(*Identity.__dataclass_fields__)


def _parse(values: pl.Series, as_of: date) -> pl.DataFrame:
    text = pl.col("id_text")
    frame = _id_text(values).alias("id_text").to_frame()
    frame = frame.with_columns(
        pl.when(text.str.contains(r"^[1-9]\d{14}$"))
        .then(pl.concat_str(text.str.slice(0, 6), pl.lit("19"), text.str.slice(6)))
        .alias("_old"),
        pl.when(text.str.contains(r"^[1-9]\d{16}[\dX]$")).then(text).alias("_full"),
    )
    frame = frame.with_columns(
        _check_digits(frame["_old"]).alias("_old_check"), _check_digits(frame["_full"]).alias("_full_check")
    ).with_columns(pl.coalesce(pl.col("_full"), pl.concat_str("_old", "_old_check")).alias("_eighteen"))
    frame = frame.with_columns(_id_mask().alias("id_mask")).with_columns(
        pl.col("id_mask").str.slice(6, 8).str.to_date("%Y%m%d", strict=False).alias("id_birth")
    )
    believable = pl.col("id_birth").is_between(date(1880, 1, 1), as_of)
    return (
        frame.with_columns(pl.when(believable).then(pl.col("id_birth")).alias("id_birth"))
        .with_columns(_id_form().alias("id_form"))
        .with_columns(
            pl.when(pl.col("id_form") == "valid").then(pl.col("_eighteen")).alias("id18"),
            pl.when(pl.col("id_form") == "masked").then(text).alias("_masked"),
            _sex_of(pl.col("id_mask")).alias("id_sex"),
        )
        .with_columns(
            _visible(r"^([0-9A-Z]+)", pl.col("id_mask").str.slice(0, 6)).alias("id_head"),
            _visible(r"([0-9A-Z]+)$", pl.col("id_mask").str.slice(14)).alias("id_tail"),
        )
        .select(*Identity.__dataclass_fields__)
    )


def _visible(end: str, of_full: pl.Expr) -> pl.Expr:
    """One end of a number: where it is masked, what the mask leaves."""
    whole = pl.when(pl.col("id_form").is_in(["valid", "checksum"])).then(of_full)
    return pl.coalesce(pl.col("_masked").str.extract(end), whole)


def _sex_of(eighteen: pl.Expr) -> pl.Expr:
    odd = eighteen.str.slice(16, 1).str.to_integer(strict=False) % 2
    return pl.when(odd == 1).then(pl.lit("M")).when(odd == 0).then(pl.lit("F"))


def _id_text(values: pl.Series) -> pl.Series:
    """Upper case, labels and separators gone, every masking character as "*"; placeholders become null."""
    return changed_where(values, _MESSY, _tidied)


def _tidied(values: pl.Series) -> pl.Series:
    text = steps(
        clean(values),
        X.str.to_uppercase().str.strip_chars("'\"`“”‘’:： "),
        (pl.when(~X.str.contains(_NOTHING)).then(X), _MESSY),
    )
    ruined = text.str.contains(r"^\d(?:\.\d+)?E\+?\d{1,2}$")
    two_numbers = X.str.extract(r"([1-9]\d{16}[\dX])[^0-9A-Z*].*\d{14}")
    odd = X.str.contains(r"[^0-9]")
    plain = steps(
        text,
        (two_numbers, X.str.contains(r"[1-9]\d{16}[\dX][^0-9A-Z*].*\d{14}")),
        (X.str.replace(r"^(\d{15,18})\.0$", "$1"), odd),
        (
            X.str.replace_all(r"\.{2,}|…", "*").str.replace_all(r"[×✕✖╳●○•■□◆★☆#_?﹡∗※]", "*"),
            X.str.contains(r"[^0-9A-Z]"),
        ),
        (X.str.replace_all(r"[^0-9A-Z*]", ""), X.str.contains(r"[^0-9A-Z*]")),
        # a lower-case x is a common mask; a single X counts only where a check digit cannot stand
        (
            X.str.replace_all("XX", "**", literal=True).str.replace_all("*X", "**", literal=True),
            X.str.contains("XX", literal=True),
        ),
        (X.str.replace(r"^(\d+)X([\d*])", "$1*$2"), X.str.contains(r"^\d+X[\d*]")),
        (X.str.replace_all("O", "0", literal=True).str.replace_all(r"[IL]", "1"), _mistyped()),
        NOT_BLANK,
    )
    return text.zip_with(ruined.fill_null(False), plain) if ruined.any() else plain


def _mistyped() -> pl.Expr:
    """Fifteen or eighteen places, nearly all digits, with letters that look like digits."""
    shaped = X.str.contains(r"^[0-9OILX*]{15}$|^[0-9OILX*]{18}$") & X.str.contains(r"[OIL]")
    return shaped & (X.str.count_matches(r"\d") >= 11)


def _id_mask() -> pl.Expr:
    """The number as 18 places with "*" where it does not show; null where its length cannot be known."""
    text = pl.col("id_text")
    whole = text.str.contains(r"^[1-9*][0-9*]{16}[0-9X*]$") & (text.str.count_matches(r"\d") >= 3)
    # one run of mask characters in a national number stands for all that is missing, however long it was
    # typed
    short = pl.when(text.str.contains(r"^[1-9]\d{1,16}\*+\d*X?$") & text.str.contains(_PROVINCE)).then(text)
    head, tail = short.str.extract(r"^(\d+)"), short.str.extract(r"\*(\d*X?)$")
    fits = head.str.len_chars() + tail.str.len_chars() < 18
    stretched = (
        pl.concat_str(head, pl.lit("*" * 18)).str.head(18 - tail.str.len_chars().cast(pl.Int64)) + tail
    )
    # a spreadsheet keeps 15 digits: the mantissa shows the first ones, its last digit may be rounded
    mantissa = (
        pl.when(text.str.contains("E", literal=True))
        .then(text)
        .str.extract(r"^(\d(?:\.\d+)?)E\+?17$")
        .str.replace(".", "", literal=True)
    )
    shown = mantissa.str.slice(0, mantissa.str.len_chars().cast(pl.Int64) - 1).str.slice(0, 15)
    ruined = shown.str.pad_end(18, "*")
    zeros = pl.concat_str(text.str.slice(0, 15), pl.lit("***"))
    return (
        pl.when(_ends_in_lost_digits()).then(zeros)
        .when(pl.col("_eighteen").is_not_null()).then(pl.col("_eighteen"))
        .when(mantissa.str.len_chars() >= 4).then(ruined)
        .when(whole).then(text)
        .when(fits).then(stretched)
    )  # fmt: skip


def _ends_in_lost_digits() -> pl.Expr:
    """Eighteen digits ending in 000 with a wrong check digit: a spreadsheet kept fifteen and filled up."""
    return pl.col("_full").str.ends_with("000") & (pl.col("_full_check") != "0")


def _id_form() -> pl.Expr:
    text, full = pl.col("id_text"), pl.col("_eighteen")
    agrees = pl.col("_full").is_null() | (pl.col("_full_check") == text.str.slice(17))
    real = pl.col("id_birth").is_not_null() & full.str.contains(_PROVINCE)
    return (
        pl.when(text.is_null()).then(pl.lit("none"))
        .when(text.str.contains(r"^\d(?:\.\d+)?E\+?\d") | _ends_in_lost_digits()).then(pl.lit("ruined"))
        .when(text.str.contains("*", literal=True)).then(pl.lit("masked"))
        .when(real & agrees).then(pl.lit("valid"))
        .when(real & full.is_not_null()).then(pl.lit("checksum"))
        .when(full.is_null() & text.str.contains(_FOREIGN)).then(pl.lit("foreign"))
        .otherwise(pl.lit("malformed"))
    )  # fmt: skip


def _check_digits(column: pl.Series) -> pl.Series:
    """The check digit that the first 17 digits ask for; null stays null."""
    numbers = column.drop_nulls()
    if numbers.is_empty():
        return pl.Series(column.name, [None] * len(column), dtype=pl.String)
    body = numbers.str.slice(0, 17).str.join("").item()
    digits = np.frombuffer(body.encode("ascii"), dtype=np.uint8).reshape(-1, 17).astype(np.int32) - ord("0")
    checks = _CHECKS[(digits @ _WEIGHTS) % 11].tobytes().decode("ascii")
    found = pl.Series(checks_list := list(checks), dtype=pl.String)
    places = column.is_not_null().arg_true()
    result = pl.Series(column.name, [None], dtype=pl.String).new_from_index(0, len(column))
    return result.scatter(places, found) if checks_list else result
