"""Many people at once: what a run of all lists found out becomes the registry."""

from collections.abc import Mapping
from datetime import datetime

import polars as pl
from django.db import connection, transaction

from lianfang.kernel import audit, bulk
from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.registry.keys import NEEDED, identifiers, search_keys
from lianfang.registry.models import Identifier, Person, PersonKey, Residence

#: One line a person. `path` is the area of his home, empty outside every area.
PEOPLE: Mapping[str, pl.DataType] = {
    "person": pl.Int64(), "path": pl.String(), "name": pl.String(), "sex": pl.String(), "birth": pl.Date(),
    "id_number": pl.String(), "phone": pl.String(), "address": pl.String(),
}  # fmt: skip


def load_people(
    *, actor: Actor, now: datetime, people: pl.DataFrame, descriptions: pl.DataFrame
) -> pl.DataFrame:
    """Loads persons into an empty registry or behind those there; answers person (as given), id (in the registry).

    `people` has the columns of PEOPLE; `descriptions` `person` and the standardised columns of the linkage engine,
    one to six lines a person. Persons are not compared with those there: that is what a run is for. Raises
    forbidden without person.register everywhere, ValueError where a column is missing.
    """
    actor.require(Permission.PERSON_REGISTER, "")
    known = descriptions.filter(pl.col("person").is_in(people["person"].implode()))
    with transaction.atomic():
        first = _next_person()
        ids = people.select("person", id=pl.int_range(first, first + pl.len(), dtype=pl.Int64))
        said = known.join(ids, on="person").drop("person").rename({"id": "person"})
        bulk.insert(Person, _persons(people, ids, said, now))
        bulk.insert(Residence, _residences(people, ids, said, now))
        bulk.insert(Identifier, _identifiers(said))
        bulk.insert(PersonKey, _keys(people, ids, said))
        bulk.advance(Person)
        details = {"people": len(people)}
        audit.record(actor=actor, action="people.loaded", now=now, kind="person", details=details)
    _analyse()
    return ids


def _next_person() -> int:
    """An id behind all there are; until the transaction ends nobody else makes persons."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Person._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    newest = Person.objects.unscoped(reason="a number, no person").order_by("-pk").first()
    return newest.pk + 1 if newest else 1


def _persons(people: pl.DataFrame, ids: pl.DataFrame, said: pl.DataFrame, now: datetime) -> pl.DataFrame:
    columns = [name for name in said.columns if name != "person"]
    days = [name for name, kind in said.schema.items() if kind == pl.Date]
    texts = said.with_columns(pl.col(days).dt.to_string("%Y-%m-%d"))
    # A list of descriptions as JSON text, written without a Python object a person.
    written = texts.select("person", text=_without_null(pl.struct(columns).struct.json_encode()))
    listed = pl.concat_str(pl.lit("["), pl.col("text").str.join(","), pl.lit("]"))
    described = written.group_by("person").agg(listed.alias("text"))
    joined = people.join(ids, on="person").join(described, left_on="id", right_on="person", how="left")
    return joined.select(
        "id",
        name=_short("name", 80),
        sex=pl.col("sex").fill_null(""),
        birth="birth",
        id_number=_short("id_number", 40),
        phone=_short("phone", 40),
        address=_short("address", 200),
        descriptions=pl.col("text").fill_null("[]"),
        version=pl.lit(1),
        created_at=pl.lit(_moment(now)),
    )


def _without_null(text: pl.Expr) -> pl.Expr:
    """JSON objects without the fields that are null; a quotation mark inside a value has a backslash before it."""
    return text.str.replace_all(r',"\w+":null', "").str.replace_all(r'\{"\w+":null,?', "{")


def _residences(people: pl.DataFrame, ids: pl.DataFrame, said: pl.DataFrame, now: datetime) -> pl.DataFrame:
    places = said.group_by("person", maintain_order=True).agg(pl.col("place").drop_nulls().first())
    joined = people.join(ids, on="person").join(places, left_on="id", right_on="person", how="left")
    return joined.select(
        path=pl.col("path").fill_null(""),
        place=_short("place", 160),
        address=_short("address", 200),
        since=pl.lit(_moment(now)),
        until=pl.lit(None, pl.String),
        person_id="id",
    )


def _identifiers(said: pl.DataFrame) -> pl.DataFrame:
    found = identifiers(said)
    # A valid number belongs to the first who has it: whoever else has it is a case for the review.
    mine = pl.col("person") == pl.col("person").first().over("kind", "value")
    once = (pl.col("kind") != "id_number") | mine
    return found.filter(once).select(person_id="person", kind="kind", value="value")


def _keys(people: pl.DataFrame, ids: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    paths = people.join(ids, on="person").select(pl.col("path").fill_null(""), person="id")
    keys = search_keys(said.select("person", *NEEDED)).join(paths, on="person")
    # In the order of the primary key: both databases build its index much faster so.
    return keys.select("key", "path", "person").unique().sort("key", "path", "person")


def _short(column: str, length: int) -> pl.Expr:
    return pl.col(column).fill_null("").str.slice(0, length).alias(column)


def _moment(now: datetime) -> str:
    return now.astimezone().isoformat(sep=" ") if connection.vendor == "postgresql" else _naive(now)


def _naive(now: datetime) -> str:
    """SQLite keeps moments as Django writes them: UTC without a zone."""
    return str(connection.ops.adapt_datetimefield_value(now))


def _analyse() -> None:
    """Tell the planner how large the tables have become."""
    with connection.cursor() as cursor:
        for model in (Person, Residence, Identifier, PersonKey):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
