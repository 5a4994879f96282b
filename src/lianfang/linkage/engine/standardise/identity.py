"""ID numbers: GB 11643 (18 digits with a check digit), the old 15 digits, masked and ruined ones, passports and permits."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from lianfang.linkage.engine.standardise.text import blank_to_null, clean, one_row, per_distinct

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int32)
_CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)
#: GB/T 2260 provinces; 81-83 residence permits of Hong Kong, Macau and Taiwan people; 9.. foreigners' permanent residence.
_PROVINCE = r"^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[123]|9\d)"
_NOTHING = (
    r"^(?:无|无证|无证件|没有|不详|不清楚|不知道|未知|未登记|未提供|未带|待补|待查|暂无|空|忘记|拒绝提供|不便提供|NULL|NONE|NA|N/A|NIL|UNKNOWN"
    r"|[\W_]*|0+|1+|X+|\*+|9+|1234567890?\d*)$"
)
_FOREIGN = (
    r"^(?:[A-Z]{1,2}\d{6,10}[A-Z0-9]?|[A-Z]{1,3}[A-Z0-9]{0,3}\d{4,12}[A-Z]?|\d{7,9}[A-Z]{0,2}|[A-Z]{3}\d{12}|\d{2}[A-Z]{2}\d{5})$"
)


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


def identity(value: str | None, as_of: date) -> Identity:
    """One ID number, exactly as `identities` reads it inside a column."""
    return Identity(**one_row(identities(pl.Series("id_number", [value], dtype=pl.String), as_of)))


def identities(column: pl.Series, as_of: date) -> pl.DataFrame:
    """The columns of `Identity` for a column of ID cells, row for row; a null cell has form "none"."""
    frame = per_distinct(column, lambda distinct: _parse(distinct, as_of))
    return frame.with_columns(pl.col("id_form").fill_null("none")).select(*Identity.__dataclass_fields__)


def _parse(values: pl.Series, as_of: date) -> pl.DataFrame:
    frame = values.alias("given").to_frame().select(_id_text(pl.col("given")).alias("id_text"))
    text = pl.col("id_text")
    frame = frame.with_columns(
        pl.when(text.str.contains(r"^[1-9]\d{14}$")).then(pl.concat_str(text.str.slice(0, 6), pl.lit("19"), text.str.slice(6))).alias("_old"),
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
            text.str.extract(r"^([0-9A-Z]+)").alias("_head"),
            text.str.extract(r"([0-9A-Z]+)$").alias("_tail"),
            _sex_of(pl.col("id_mask")).alias("id_sex"),
        )
        .with_columns(_visible("head", pl.col("id_mask").str.slice(0, 6)), _visible("tail", pl.col("id_mask").str.slice(14)))
        .select(*Identity.__dataclass_fields__)
    )


def _visible(end: str, of_full: pl.Expr) -> pl.Expr:
    form = pl.col("id_form")
    masked = pl.when(form == "masked").then(pl.col(f"_{end}"))
    return masked.when(form.is_in(["valid", "checksum"])).then(of_full).alias(f"id_{end}")


def _sex_of(eighteen: pl.Expr) -> pl.Expr:
    odd = eighteen.str.slice(16, 1).str.to_integer(strict=False) % 2
    return pl.when(odd == 1).then(pl.lit("M")).when(odd == 0).then(pl.lit("F"))


def _id_text(given: pl.Expr) -> pl.Expr:
    """Upper case, labels and separators gone, every masking character as "*"; placeholders become null."""
    text = clean(given).str.to_uppercase().str.strip_chars("'\"`“”‘’:： ")
    text = pl.when(~text.str.contains(_NOTHING)).then(text)
    ruined = text.str.contains(r"^\d(?:\.\d+)?E\+?\d{1,2}$")
    two_numbers = text.str.extract(r"([1-9]\d{16}[\dX])[^0-9A-Z*].*\d{14}")
    plain = pl.coalesce(two_numbers, text).str.replace(r"^(\d{15,18})\.0$", "$1")
    plain = plain.str.replace_all(r"\.{2,}|…", "*").str.replace_all(r"[×✕✖╳●○•■□◆★☆#_?﹡∗※]", "*")
    plain = plain.str.replace_all(r"[^0-9A-Z*]", "")
    # a lower-case x is a common mask; a single X counts only where a check digit cannot stand
    masked = plain.str.replace_all("XX", "**", literal=True).str.replace_all("*X", "**", literal=True)
    plain = pl.when(plain.str.contains("XX", literal=True)).then(masked).otherwise(plain)
    plain = plain.str.replace(r"^(\d+)X([\d*])", "$1*$2")
    plain = pl.when(_mistyped(plain)).then(_digits_for_letters(plain)).otherwise(plain)
    return blank_to_null(pl.when(ruined).then(text).otherwise(plain))


def _mistyped(plain: pl.Expr) -> pl.Expr:
    """Fifteen or eighteen places, nearly all digits, with letters that look like digits."""
    shaped = plain.str.contains(r"^[0-9OILX*]{15}$|^[0-9OILX*]{18}$") & plain.str.contains(r"[OIL]")
    return shaped & (plain.str.count_matches(r"\d") >= 11)


def _digits_for_letters(plain: pl.Expr) -> pl.Expr:
    return plain.str.replace_all("O", "0", literal=True).str.replace_all(r"[IL]", "1")


def _id_mask() -> pl.Expr:
    """The number as 18 places with "*" where it does not show; null where its length cannot be known."""
    text = pl.col("id_text")
    whole = text.str.contains(r"^[1-9*][0-9*]{16}[0-9X*]$") & (text.str.count_matches(r"\d") >= 3)
    # one run of mask characters in a national number stands for all that is missing, however long it was typed
    head, tail = text.str.extract(r"^([1-9]\d*)\*"), text.str.extract(r"^[0-9]*\*+(\d*[\dX]?)$").fill_null("")
    hidden = 18 - head.str.len_chars() - tail.str.len_chars()
    one_run = text.str.contains(_PROVINCE) & text.str.contains(r"^\d{2,17}\*+\d*X?$") & (hidden > 0)
    stretched = pl.concat_str(head, pl.lit("*").repeat_by(hidden.clip(0, 18)).list.join(""), tail)
    # a spreadsheet keeps 15 digits: the mantissa shows the first ones, its last digit may be rounded
    mantissa = text.str.extract(r"^(\d(?:\.\d+)?)E\+?17$").str.replace(".", "", literal=True)
    shown = mantissa.str.slice(0, mantissa.str.len_chars().cast(pl.Int64) - 1).str.slice(0, 15)
    ruined = shown.str.pad_end(18, "*")
    zeros = pl.concat_str(text.str.slice(0, 15), pl.lit("***"))
    return (
        pl.when(_ends_in_lost_digits()).then(zeros)
        .when(pl.col("_eighteen").is_not_null()).then(pl.col("_eighteen"))
        .when(mantissa.str.len_chars() >= 4).then(ruined)
        .when(whole).then(text)
        .when(one_run).then(stretched)
    )  # fmt: skip


def _ends_in_lost_digits() -> pl.Expr:
    """Eighteen digits ending in 000 with a wrong check digit: a spreadsheet kept fifteen and filled up."""
    return pl.col("_full").str.ends_with("000") & (pl.col("_full_check") != "0")


def _id_form() -> pl.Expr:
    text, full = pl.col("id_text"), pl.col("_eighteen")
    real = pl.col("id_birth").is_not_null() & full.str.contains(_PROVINCE)
    return (
        pl.when(text.is_null()).then(pl.lit("none"))
        .when(text.str.contains(r"^\d(?:\.\d+)?E\+?\d") | _ends_in_lost_digits()).then(pl.lit("ruined"))
        .when(text.str.contains("*", literal=True)).then(pl.lit("masked"))
        .when(real & (pl.col("_full").is_null() | (pl.col("_full_check") == text.str.slice(17)))).then(pl.lit("valid"))
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
