"""Names in Latin script: foreigners ("Smith, John"), and Chinese names written in pinyin ("Zhang Wei",
"zhangwei").
"""

import polars as pl

from lianfang.linkage.engine.standardise.pinyin import readings, surname_syllables, syllable_pattern
from lianfang.linkage.engine.standardise.surnames import FREQUENT, READINGS
from lianfang.linkage.engine.standardise.text import blank_to_null

_TITLES = r"\b(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam)\b\.?"


def latin_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """name, surname_py, given_py, name_py, name_sex for the column `text` of names in Latin script (null
    elsewhere).

    Pinyin gets the order of Chinese names ("wei zhang" → "zhang wei"); other names have their tokens sorted
    in
    name_py, so that "Smith, John" and "John Smith" agree.
    """
    plain = pl.col("text").str.replace_all(r"[üÜ]", "v").str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    plain = plain.str.replace_all(r"\([^)]*\)?", " ").str.replace_all(r"[0-9]+", " ")
    lower = plain.str.to_lowercase()
    frame = frame.select(
        pl.when(lower.str.contains(r"\b(?:mrs|ms|miss|madam)\b")).then(pl.lit("F"))
        .when(lower.str.contains(r"\b(?:mr|sir)\b")).then(pl.lit("M")).alias("name_sex"),
        lower.str.extract(r"^\s*([^,]+?)\s*,\s*\p{L}").alias("before_comma"),
        plain.str.extract(r"^\s*\p{L}*\p{Ll}\p{L}*\s+(\p{Lu}{2,})\s*$").str.to_lowercase().alias("capital_last"),
        lower.str.replace_all(_TITLES, " ").str.replace_all(r"['’`]", "").str.replace_all(r"[^\p{L}]+", " ")
        .str.strip_chars().alias("name"),
    )  # fmt: skip
    frame = frame.with_columns(blank_to_null(pl.col("name")).alias("name"))
    frame = _pinyin_parts(frame.with_columns(pl.col("name").str.split(" ").alias("tokens")))
    last = pl.col("tokens").list.last()
    surname = pl.coalesce(_tidy("before_comma"), last)
    rest = pl.col("tokens").list.set_difference(surname.str.split(" "))
    return frame.select(
        "name",
        pl.coalesce("chinese_surname", surname).alias("surname_py"),
        pl.coalesce("chinese_given", blank_to_null(rest.list.join(" "))).alias("given_py"),
        pl.coalesce(
            pl.concat_str("chinese_surname", "chinese_given", separator=" "),
            pl.col("tokens").list.sort().list.join(" "),
        ).alias("name_py"),
        "name_sex",
    )


def _tidy(column: str) -> pl.Expr:
    return blank_to_null(pl.col(column).str.replace_all(r"[^\p{L}]+", " ").str.strip_chars())


def _pinyin_parts(frame: pl.DataFrame) -> pl.DataFrame:
    """chinese_surname and chinese_given where the whole name can be read as pinyin with a surname, else null."""
    syllable = syllable_pattern()
    surnames = sorted(surname_syllables(), key=lambda s: (-len(s), s))
    any_surname = rf"^(?:{'|'.join(surnames)})$"
    first, second, third = (pl.col("tokens").list.get(i, null_on_oob=True) for i in range(3))
    one_token = pl.col("tokens").list.len() == 1
    whole = pl.col("name").str.contains(
        rf"^{syllable}{{1,2}}(?: {syllable}{{1,2}}){{0,2}}$|^{syllable}{{2,4}}$"
    )
    joined = pl.col("name").str.extract_groups(rf"^({'|'.join(surnames)})({syllable}{{1,2}})$")
    last = _surname_is_last(first, second, any_surname, rf"^{syllable}$")
    rest = pl.concat_str(second, third, separator="", ignore_nulls=True)
    surname = pl.when(one_token).then(joined.struct.field("1")).when(last).then(second).otherwise(first)
    given = pl.when(one_token).then(joined.struct.field("2")).when(last).then(first).otherwise(rest)
    readable = whole & surname.str.contains(any_surname)
    return frame.with_columns(
        pl.when(readable).then(_spaced(surname)).alias("chinese_surname"),
        pl.when(readable).then(_spaced(given)).alias("chinese_given"),
    )


def _surname_is_last(first: pl.Expr, second: pl.Expr, any_surname: str, one: str) -> pl.Expr:
    """Of two tokens: is the second the surname? By comma or capitals, else by what only a surname can be.

    `any_surname` is the pattern of a surname, `one` that of a single syllable.
    """
    frequent = rf"^(?:{'|'.join(sorted({READINGS.get(c, readings()[c]) for c in FREQUENT[:40]}))})$"
    told = (_tidy("before_comma") == second) | (pl.col("capital_last") == second)
    only_second = second.str.contains(any_surname) & ~first.str.contains(any_surname)
    both_short = first.str.contains(one) & second.str.contains(one)
    commoner = second.str.contains(frequent) & ~first.str.contains(frequent) & both_short
    return (told | only_second | commoner).fill_null(False) & (pl.col("tokens").list.len() == 2)


def _spaced(run: pl.Expr) -> pl.Expr:
    """ "jianguo" → "jian guo": at most three syllables, longest first."""
    syllable = syllable_pattern()
    parts = run.str.extract_groups(rf"^({syllable})({syllable})?({syllable})?$")
    spaced = pl.concat_str([parts.struct.field(str(i)) for i in (1, 2, 3)], separator=" ", ignore_nulls=True)
    return blank_to_null(spaced.str.strip_chars().str.replace_all(r"\b([nl])yu\b", "${1}v"))
