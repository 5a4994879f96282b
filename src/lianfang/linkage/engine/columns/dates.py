"""Dates as people and programs write them → eight digits YYYYMMDD, 00 where month or day is not given.

Dates that cannot be (31 April, month 14) keep their digits: mistyped, they still say much about a person.
"""

from datetime import date

import polars as pl

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(MONTHS)})[a-z]*"
_BETWEEN = r"[\s./\-,]+"
_FORMS: dict[str, tuple[str, str]] = {
    # what the three groups are, and the expression; tried in this order
    "ymd": (r"^(\d{4})[\s./\-](\d{1,2})[\s./\-](\d{1,2})(?:\D|$)", "ymd"),
    "packed": (r"^(\d{4})(\d{2})(\d{2})(?:\.0)?$", "ymd"),
    "day_month": (rf"^(\d{{1,2}})(?:st|nd|rd|th)?{_BETWEEN}{_MONTH}{_BETWEEN}(\d{{4}}|\d{{2}})$", "dmy"),
    "month_day": (rf"^{_MONTH}{_BETWEEN}(\d{{1,2}})(?:st|nd|rd|th)?{_BETWEEN}(\d{{4}}|\d{{2}})$", "mdy"),
    "numbers": (r"^(\d{1,2})[\s./\-](\d{1,2})[\s./\-](\d{4}|\d{2})(?:\s|$)", "xxy"),
    "month_year": (rf"^()(?:{_MONTH}){_BETWEEN}(\d{{4}})$", "dmy"),
    "year_month": (r"^(\d{4})[./\-](\d{1,2})()$", "ymd"),
    "year": (r"^(\d{4})(?:\.0)?()()$", "ymd"),
}


class Balances:
    """Which comes first in the dates of a list, day or month: what its other dates show.

    On one machine the dates at hand tell. Where a list lies in parts, a first reading of each gives the balance of
    its dates (`seen`), and a second one goes by the sum of all (`known`: where, list, balance).
    """

    def __init__(self, known: pl.DataFrame | None = None) -> None:
        self.known = known
        self.seen: list[pl.DataFrame] = []

    def of(self, where: str, here: pl.DataFrame) -> pl.DataFrame:
        """list, balance: the dates above twelve first, less those above twelve second; `here` is that of these."""
        self.seen.append(here.select(pl.lit(where).alias("where"), "list", "balance"))
        if self.known is None:
            return here
        return self.known.filter(pl.col("where") == where).select("list", "balance")


def dates(
    values: pl.Series, lists: pl.Series, as_of: date, day_first: str, where: str, balances: Balances
) -> pl.Series:
    """Eight digits for each text, null where nothing is like a date; `lists`: the list of each (parallel).

    `where` names these values among all dates of a run.
    """
    text = values.str.to_lowercase().str.strip_chars().rename("text")
    distinct = pl.DataFrame({"text": text, "list": lists}).group_by("text", "list", maintain_order=True).len()
    forms = {name: pl.col("text").str.extract_groups(pattern) for name, (pattern, _) in _FORMS.items()}
    found = distinct.with_columns(**forms)
    found = found.join(balances.of(where, _balance(found)), on="list", how="left", maintain_order="left")
    # A list that never tells is British.
    first_is_day = pl.col("balance") >= 0 if day_first == "auto" else pl.lit(day_first == "yes")
    parts = [_parts(name, order, first_is_day) for name, (_, order) in _FORMS.items()]
    read = pl.coalesce(_eight(part, as_of) for part in parts)
    digits = pl.col("text").str.replace_all(r"\D", "").str.head(8)
    # Anything of eight digits that is no date is a mistyped one.
    answer = found.select(
        "text", "list", day=pl.coalesce(read, pl.when(digits.str.len_chars() == 8).then(digits))
    )
    asked = pl.DataFrame({"text": text, "list": lists})
    return asked.join(answer, on=["text", "list"], how="left", maintain_order="left", nulls_equal=True)["day"]


def _balance(found: pl.DataFrame) -> pl.DataFrame:
    """list, balance: how many more rows of a list have a first than a second number beyond twelve."""
    first = pl.col("numbers").struct[0].cast(pl.Int16, strict=False)
    second = pl.col("numbers").struct[1].cast(pl.Int16, strict=False)
    more = (first > 12).fill_null(False).cast(pl.Int64) - (second > 12).fill_null(False).cast(pl.Int64)
    return found.group_by("list").agg((more * pl.col("len")).sum().alias("balance"))


def _parts(name: str, order: str, first_is_day: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Year, month and day as text."""
    groups = [pl.col(name).struct[i] for i in range(3)]
    if order == "xxy":
        month = pl.when(first_is_day).then(groups[1]).otherwise(groups[0])
        day = pl.when(first_is_day).then(groups[0]).otherwise(groups[1])
        return groups[2], month, day
    at = {letter: groups[i] for i, letter in enumerate(order)}
    return at["y"], at["m"], at["d"]


def _eight(parts: tuple[pl.Expr, pl.Expr, pl.Expr], as_of: date) -> pl.Expr:
    year, month, day = parts
    number = month.replace({name: str(i + 1) for i, name in enumerate(MONTHS)})
    short = year.cast(pl.Int32, strict=False)
    century = pl.when(short > as_of.year % 100).then(pl.lit("19")).otherwise(pl.lit("20"))
    whole = pl.when(year.str.len_chars() == 2).then(pl.concat_str(century, year)).otherwise(year)
    padded = [part.fill_null("").str.zfill(2) for part in (number, day)]
    return pl.concat_str(whole, *padded)
