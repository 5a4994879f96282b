"""Steps that clean a value, by the names under which model files ask for them: a column in, a column out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from lianfang.linkage.engine.columns.dates import Balances, dates
from lianfang.linkage.engine.columns.full_names import GIVEN, SURNAME, named
from lianfang.linkage.engine.columns.nicknames import formal_name


@dataclass(frozen=True)
class Setting:
    """What steps may know besides the values."""

    lists: pl.Series  # the list of each value: its other dates may tell how to read one
    as_of: date
    day_first: str
    where: str  # the column and whether these are its own values or joined ones
    balances: Balances


Step = Callable[[pl.Series, Setting], pl.Series]


def simple(change: Callable[[pl.Expr], pl.Expr]) -> Step:
    """A step that is one expression; what is empty after it becomes null."""

    def step(values: pl.Series, setting: Setting) -> pl.Series:
        changed = change(pl.col("value"))
        frame = values.rename("value").to_frame()
        return frame.select(pl.when(changed != "").then(changed)).to_series()

    return step


def _words(value: pl.Expr, other: str) -> pl.Expr:
    # O'Brien is one word, Smith-Jones two.
    return value.str.replace_all(r"['’`´]", "").str.replace_all(other, " ").str.strip_chars()


def _soundex(value: pl.Expr) -> pl.Expr:
    """The American Soundex code (Russell 1918) of the first word, so that Smyth is found near Smith."""
    word = value.str.extract(r"^([a-z]+)")
    body = word.str.replace_all(r"[hw]", "")
    for letters, digit in (
        ("bfpv", "1"),
        ("cgjkqsxz", "2"),
        ("dt", "3"),
        ("l", "4"),
        ("mn", "5"),
        ("r", "6"),
    ):
        body = body.str.replace_all(f"[{letters}]+", digit)
    rest = body.str.slice(1).str.replace_all("[aeiouy]", "")
    return pl.concat_str(word.str.head(1), rest.str.head(3).str.pad_end(3, "0"))


def _postcode_area(value: pl.Expr) -> pl.Expr:
    """The town's part of a post code: `sw1a` of "sw1a 1aa", the first three digits of a numeric one."""
    packed = value.str.replace_all(r"[^a-z0-9]", "")
    return pl.coalesce(packed.str.extract(r"^([a-z]{1,2}\d[a-z\d]?)\d[a-z]{2}$"), packed.str.head(3))


def _sorted_words(value: pl.Expr) -> pl.Expr:
    return value.str.split(" ").list.sort().list.join(" ")


STEPS: Mapping[str, Step] = {
    "lower": simple(lambda v: v.str.to_lowercase()),
    "ascii": simple(lambda v: v.str.normalize("NFKD").str.replace_all(r"[^\x20-\x7e]", "")),
    "letters": simple(lambda v: _words(v, r"[^\p{L}]+")),
    "words": simple(lambda v: _words(v, r"[^\p{L}\p{N}]+")),
    "letters_digits": simple(lambda v: v.str.replace_all(r"[^\p{L}\p{N}]", "")),
    "digits": simple(lambda v: v.str.replace_all(r"\D", "")),
    "no_leading_zeros": simple(lambda v: v.str.strip_chars_start("0")),
    "last_nine": simple(lambda v: v.str.tail(9)),
    "first_word": simple(lambda v: v.str.extract(r"^(\S+)")),
    "first_letter": simple(lambda v: v.str.head(1)),
    "sorted_words": simple(_sorted_words),
    "sorted_letters": simple(lambda v: v.str.replace_all(" ", "").str.split("").list.sort().list.join("")),
    "soundex": simple(_soundex),
    "formal_name": lambda values, setting: formal_name(values),
    "given_of_name": simple(lambda v: named(v, GIVEN)),
    "surname_of_name": simple(lambda v: named(v, SURNAME)),
    "before_at": simple(lambda v: v.str.extract(r"^([^@]+)@")),
    "postcode_area": simple(_postcode_area),
    "house_number": simple(lambda v: v.str.extract(r"(?:^|\s)(\d+)")),
    "date": lambda values, setting: dates(
        values, setting.lists, setting.as_of, setting.day_first, setting.where, setting.balances
    ),
}
