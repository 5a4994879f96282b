"""Many people at once: what a run of all lists found out becomes the registry."""

from collections.abc import Callable, Mapping
from datetime import datetime

import polars as pl
from django.db import connection, transaction

from lianfang.kernel import audit, bulk
from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.registry import rows
from lianfang.registry.models import Identifier, IdentifierKind, Person, PersonKey, Residence

#: One line a person. `path` is the area of his home, empty outside every area.
PEOPLE: Mapping[str, pl.DataType] = {
    "person": pl.Int64(), "path": pl.String(), "name": pl.String(), "sex": pl.String(), "birth": pl.Date(),
    "id_number": pl.String(), "phone": pl.String(), "address": pl.String(),
}  # fmt: skip

#: How many values one query asks for: both databases take them, and no statement grows without bound.
PORTION = 10_000
#: How many people are made into rows at once: their keys are many times as many.
PEOPLE_AT_ONCE = 100_000


def load_people(
    *, actor: Actor, now: datetime, people: pl.DataFrame, descriptions: pl.LazyFrame
) -> pl.DataFrame:
    """Loads persons into an empty registry or behind those there; answers person (as given), id (in the registry).

    `people` has the columns of PEOPLE; `descriptions` `person` and the standardised columns of the linkage engine,
    one to six lines a person; they may lie in a file, and are read in portions. Persons are not compared with those
    there: that is what a run is for. Raises forbidden without person.register everywhere, ValueError where a column
    is missing.
    """
    actor.require(Permission.PERSON_REGISTER, "")
    with transaction.atomic():
        ids = stage_people(now=now, people=people, descriptions=descriptions)
        publish()
        details = {"people": len(people)}
        audit.record(actor=actor, action="people.loaded", now=now, kind="person", details=details)
    analyse()
    return ids


def stage_people(
    *,
    now: datetime,
    people: pl.DataFrame,
    descriptions: pl.LazyFrame,
    tell: Callable[[float], None] = lambda share: None,
) -> pl.DataFrame:
    """`load_people` in portions, each in a transaction of its own: others write between them.

    Nobody sees these people before `publish`; whoever is met meanwhile is recognised all the same.
    """
    ids = [pl.DataFrame(schema={"person": pl.Int64, "id": pl.Int64})]
    for start in range(0, people.height, PEOPLE_AT_ONCE):
        tell(start / people.height)
        portion = people.slice(start, PEOPLE_AT_ONCE)
        with transaction.atomic():
            ids.append(add_people(now=now, people=portion, descriptions=descriptions, pending=True))
    return pl.concat(ids)


def publish() -> None:
    """Whoever was staged is there from now on."""
    Person.objects.unscoped(reason="all of a run at once").filter(pending=True).update(pending=False)


def add_people(
    *, now: datetime, people: pl.DataFrame, descriptions: pl.LazyFrame, pending: bool = False
) -> pl.DataFrame:
    """`load_people` for those who have checked and record: inside their transaction."""
    first = _next_person()
    numbered = people.with_columns(id=pl.int_range(first, first + pl.len(), dtype=pl.Int64))
    said = said_of(numbered, descriptions)
    bulk.insert(Person, rows.persons(numbered, said, now, pending=pending))
    bulk.insert(Residence, rows.residences(numbered, said, now))
    bulk.insert(Identifier, without_taken(rows.identifiers(said)))
    paths = numbered.select(pl.col("path").fill_null(""), person="id")
    bulk.insert(PersonKey, rows.keys(said, paths))
    bulk.advance(Person)
    return numbered.select(pl.col("person").cast(pl.Int64), "id")


def said_of(people: pl.DataFrame, descriptions: pl.LazyFrame) -> pl.DataFrame:
    """The descriptions of these people (person, id), under their ids."""
    mine = descriptions.join(people.lazy().select("person", "id"), on="person")
    return mine.drop("person").rename({"id": "person"}).collect()


def _next_person() -> int:
    """An id behind all there are; until the transaction ends nobody else makes persons."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Person._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    newest = Person.objects.unscoped(reason="a number, no person").order_by("-pk").first()
    return newest.pk + 1 if newest else 1


def without_taken(found: pl.DataFrame) -> pl.DataFrame:
    """Rows of Identifier without valid ID numbers that somebody in the registry has: a case for the review."""
    numbers = found.filter(pl.col("kind") == IdentifierKind.ID_NUMBER.value)["value"]
    taken: list[str] = []
    for portion in numbers.to_frame("value").iter_slices(PORTION):
        held = Identifier.objects.filter(kind=IdentifierKind.ID_NUMBER, value__in=portion["value"].to_list())
        taken += held.values_list("value", flat=True)
    free = ~pl.col("value").is_in(taken)
    return found.filter((pl.col("kind") != IdentifierKind.ID_NUMBER.value) | free)


def analyse() -> None:
    """Tell the planner how large the tables have become."""
    with connection.cursor() as cursor:
        for model in (Person, Residence, Identifier, PersonKey):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
