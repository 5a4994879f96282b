"""Findings about single values: ages, dates and phones that cannot be, and phones on too many people."""

import polars as pl

from lianfang.linkage.findings.catalogue import CATALOGUE
from lianfang.linkage.findings.evidence import Evidence
from lianfang.linkage.findings.sentences import Found

#: Nobody in the register is older; a date of birth that says so is a slip.
OLDEST_YEARS = 120
#: Traditional counting (虚岁) makes a person up to two years older than the calendar does.
AGE_SLACK = (1, 2)
#: A phone is shared by too many from this number of people on …
SHARED_BY = 6
#: … if they live in this many homes or have this many surnames; fewer may be one family, however large.
SHARED_HOMES, SHARED_SURNAMES = 3, 4

_BASE = ("record", "person")


def values(evidence: Evidence, people: pl.DataFrame) -> list[Found]:
    """All findings about single values. `people` gives the homes behind a shared phone."""
    rows = evidence.rows
    return [
        _age(evidence),
        _impossible(evidence),
        *_dates(rows),
        _malformed(rows),
        _shared(rows, people),
    ]


def years_between(birth: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Completed years, as birthdays count; negative if `day` comes first."""
    today, birthday = (d.dt.month().cast(pl.Int32) * 100 + d.dt.day() for d in (day, birth))
    not_yet = today < birthday
    return day.dt.year() - birth.dt.year() - not_yet.cast(pl.Int32)


def _age(evidence: Evidence) -> Found:
    """A written age against the same row's date of birth, on the day of the entry (else on the run's day)."""
    age = (
        pl.col("age_text")
        .str.extract(r"^\s*(\d{1,3})(?:\.0+)?\s*(?:周?岁)?\s*$")
        .cast(pl.Int32, strict=False)
    )
    day = pl.coalesce(pl.col("date"), pl.lit(evidence.as_of))
    rows = evidence.rows.filter(pl.col("age_text").is_not_null() & pl.col("birth").is_not_null())
    rows = rows.select(*_BASE, "birth", age=age, years=years_between(pl.col("birth"), day))
    low, high = AGE_SLACK
    return Found(
        CATALOGUE["birth.age"],
        rows.filter((pl.col("age") < pl.col("years") - low) | (pl.col("age") > pl.col("years") + high)),
    )


def _impossible(evidence: Evidence) -> Found:
    today = pl.lit(evidence.as_of)
    rows = evidence.rows.filter(pl.col("birth_given").is_not_null())
    rows = rows.select(
        *_BASE, birth="birth_given", as_of=today, years=years_between(pl.col("birth_given"), today)
    )
    return Found(
        CATALOGUE["birth.impossible"], rows.filter((pl.col("years") < 0) | (pl.col("years") > OLDEST_YEARS))
    )


def _dates(rows: pl.DataFrame) -> list[Found]:
    """Dates that were given but not understood; the standardiser marks those that can be read in several
    ways."""
    doubt = pl.col("birth_doubt").fill_null(False)
    half_read = (pl.col("birth_year_from") == "birth").fill_null(False)  # "1980年" is short, not wrong
    lost_birth = rows.filter(
        pl.col("birth_text").is_not_null() & pl.col("birth_given").is_null() & ~half_read
    )
    lost_date = rows.filter(
        pl.col("date_text").is_not_null() & pl.col("date").is_null() & pl.col("date_doubt")
    )
    text = [*_BASE, pl.col("birth_text").alias("text")]
    return [
        Found(CATALOGUE["birth.ambiguous"], lost_birth.filter(doubt).select(text)),
        Found(CATALOGUE["birth.unreadable"], lost_birth.filter(~doubt).select(text)),
        Found(CATALOGUE["date.ambiguous"], lost_date.select(*_BASE, text="date_text")),
    ]


def _malformed(rows: pl.DataFrame) -> Found:
    bad = rows.filter(pl.col("phone_form") == "malformed")
    return Found(CATALOGUE["phone.malformed"], bad.select(*_BASE, phone="phone_given"))


def _shared(rows: pl.DataFrame, people: pl.DataFrame) -> Found:
    """One finding for a phone that more people use than one family would."""
    pairs = rows.lazy().filter(pl.col("phone").is_not_null())
    pairs = pairs.select("person", "record", "phone", key=pl.col("phone").hash()).unique(
        ["key", "person"], keep="first"
    )
    many = pairs.group_by("key").len().filter(pl.col("len") >= SHARED_BY)
    users = pairs.join(many, on="key", how="semi").collect()
    known = people.select("person", "name", "place", "first_record")
    users = users.join(known, on="person", how="left").sort("record")
    surnames = rows.select("record", "surname").rename({"record": "first_record"})
    users = users.join(surnames, on="first_record", how="left", maintain_order="left")
    shared = users.group_by("phone", maintain_order=True).agg(
        pl.col("record", "person").first(),
        n=pl.len(),
        homes=pl.col("place").drop_nulls().n_unique(),
        surnames=pl.col("surname").drop_nulls().n_unique(),
        people=pl.col("name").drop_nulls().head(20),
    )
    several = (pl.col("homes") >= SHARED_HOMES) | (pl.col("surnames") >= SHARED_SURNAMES)
    return Found(CATALOGUE["phone.shared"], shared.filter(several))
