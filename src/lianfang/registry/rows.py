"""People as rows of the registry's tables: frames with the columns of each. Polars; no queries."""

from datetime import datetime

import polars as pl
from django.db import connection

from lianfang.registry.keys import NEEDED, search_keys
from lianfang.registry.keys import identifiers as identifiers_of


def persons(
    people: pl.DataFrame, said: pl.DataFrame, now: datetime, *, pending: bool = False
) -> pl.DataFrame:
    """Rows of Person. `people`: id and the columns of loading.PEOPLE; `said`: person (the id) and descriptions.

    `digest` differs when anything is said otherwise than before: whoever has the same need not be written again.
    """
    columns = [name for name in said.columns if name != "person"]
    days = [name for name, kind in said.schema.items() if kind == pl.Date]
    texts = said.with_columns(pl.col(days).dt.to_string("%Y-%m-%d"))
    # A list of descriptions as JSON text, written without a Python object a person.
    written = texts.select("person", text=_without_null(pl.struct(columns).struct.json_encode()))
    listed = pl.concat_str(pl.lit("["), pl.col("text").sort().str.join(","), pl.lit("]"))
    described = written.group_by("person").agg(listed.alias("text"))
    joined = people.join(described, left_on="id", right_on="person", how="left", maintain_order="left")
    shown = joined.select(
        "id",
        name=_short("name", 80),
        sex=pl.col("sex").fill_null(""),
        birth="birth",
        id_number=_short("id_number", 40),
        phone=_short("phone", 40),
        address=_short("address", 200),
        descriptions=pl.col("text").fill_null("[]"),
    )
    digest = pl.struct(pl.exclude("id"), joined["path"].fill_null("")).hash().reinterpret(signed=True)
    return shown.with_columns(
        digest=digest,
        version=pl.lit(1),
        met=pl.lit("[]"),
        pending=pl.lit(pending),
        merged_into=pl.lit(None, pl.Int64),
        created_at=pl.lit(moment(now)),
    )


def _without_null(text: pl.Expr) -> pl.Expr:
    """JSON objects without the fields that are null; a quotation mark inside a value has a backslash before it."""
    return text.str.replace_all(r',"\w+":null', "").str.replace_all(r'\{"\w+":null,?', "{")


def residences(people: pl.DataFrame, said: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """Rows of Residence: where the lists say that each lives."""
    places = said.group_by("person", maintain_order=True).agg(pl.col("place").drop_nulls().first())
    joined = people.join(places, left_on="id", right_on="person", how="left", maintain_order="left")
    return joined.select(
        path=pl.col("path").fill_null(""),
        place=_short("place", 160),
        address=_short("address", 200),
        since=pl.lit(moment(now)),
        until=pl.lit(None, pl.String),
        listed=pl.lit(True),
        review=pl.lit(""),
        person_id="id",
    )


def identifiers(said: pl.DataFrame) -> pl.DataFrame:
    """Rows of Identifier."""
    found = identifiers_of(said).select(person_id="person", kind="kind", value="value")
    # In the order of the largest index, which grows much faster so.
    return each_number_once(found).sort("value")


def each_number_once(identifiers: pl.DataFrame) -> pl.DataFrame:
    """A valid number belongs to the first who has it: whoever else has it is a case for the review."""
    number = pl.col("kind") == "id_number"
    numbers = identifiers.filter(number).sort("person_id", maintain_order=True)
    once = numbers.unique("value", keep="first", maintain_order=True)
    return pl.concat([identifiers.filter(~number), once])


def keys(said: pl.DataFrame, paths: pl.DataFrame) -> pl.DataFrame:
    """Rows of PersonKey. `paths`: person, path of every area where the person lives."""
    made = search_keys(said.select("person", *NEEDED)).join(paths, on="person")
    # In the order of the primary key: both databases build its index much faster so.
    return made.select("key", "path", "person").sort("key", "path", "person")


def _short(column: str, length: int) -> pl.Expr:
    return pl.col(column).fill_null("").str.slice(0, length).alias(column)


def moment(now: datetime) -> str:
    """A moment as the database writes it; SQLite keeps UTC without a zone."""
    if connection.vendor == "postgresql":
        return now.astimezone().isoformat(sep=" ")
    return str(connection.ops.adapt_datetimefield_value(now))
