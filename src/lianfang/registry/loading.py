"""Many people at once: what a run of all lists found out becomes the registry."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

import polars as pl
from django.db import connection, transaction

from lianfang.kernel import audit, bulk
from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.registry import rows
from lianfang.registry.keys import NEEDED, search_keys
from lianfang.registry.models import Identifier, IdentifierKind, Person, PersonKey, Residence

#: One line a person. `path` is the area of his home, empty outside every area.
PEOPLE: Mapping[str, pl.DataType] = {
    "person": pl.Int64(), "path": pl.String(), "name": pl.String(), "sex": pl.String(), "birth": pl.Date(),
    "id_number": pl.String(), "phone": pl.String(), "address": pl.String(),
}  # fmt: skip

#: How many values one query asks for: both databases take them, and no statement grows without bound.
PORTION = 10_000
#: How many people are made into rows at once: their keys are many times as many.
PEOPLE_AT_ONCE = 10_000
#: Rows written in one transaction: on SQLite nobody else waits longer; PostgreSQL looks for the person of each when it
#: is committed, and says nothing meanwhile.
ROWS_AT_ONCE = 10_000


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

    Nobody sees these people before `publish`; whoever is met meanwhile is recognised as soon as all is written.
    """
    ids = [pl.DataFrame(schema={"person": pl.Int64, "id": pl.Int64})]
    found = Found()
    for start in range(0, people.height, PEOPLE_AT_ONCE):
        tell(0.4 * start / people.height)
        portion = people.slice(start, PEOPLE_AT_ONCE)
        with transaction.atomic():
            ids.append(_insert(found, now, portion, descriptions, pending=True))
    found.write(lambda share: tell(0.4 + 0.6 * share))
    return pl.concat(ids)


def publish() -> None:
    """Whoever was staged is there from now on."""
    Person.objects.unscoped(reason="all of a run at once").filter(pending=True).update(pending=False)


def add_people(
    *, now: datetime, people: pl.DataFrame, descriptions: pl.LazyFrame, pending: bool = False
) -> pl.DataFrame:
    """`load_people` for those who have checked and record: inside their transaction."""
    found = Found()
    ids = _insert(found, now, people, descriptions, pending=pending)
    found.write(lambda share: None)
    return ids


def _insert(
    found: "Found", now: datetime, people: pl.DataFrame, descriptions: pl.LazyFrame, *, pending: bool
) -> pl.DataFrame:
    """The people with their homes; by what they are found goes into `found`."""
    first = _next_person()
    numbered = people.with_columns(id=pl.int_range(first, first + pl.len(), dtype=pl.Int64))
    said = said_of(numbered, descriptions)
    bulk.insert(Person, rows.persons(numbered, said, now, pending=pending))
    bulk.insert(Residence, rows.residences(numbered, said, now))
    bulk.advance(Person)
    found.add(said, numbered.select("id", pl.col("path").fill_null("")))
    return numbered.select(pl.col("person").cast(pl.Int64), "id")


class Found:
    """By what many people are found, gathered and then written in the order of the indexes.

    Both databases build an index several times as fast so; and of keys in memory only what is needed is kept.
    """

    def __init__(self) -> None:
        self._keys: list[pl.DataFrame] = []
        self._identifiers: list[pl.DataFrame] = []
        self._paths: list[pl.DataFrame] = []

    def add(self, said: pl.DataFrame, paths: pl.DataFrame) -> None:
        """`said`: person (the id) and descriptions; `paths`: id, path."""
        self._keys.append(search_keys(said.select("person", *NEEDED)).sort("key", "person"))
        identifiers = rows.identifiers(said).with_columns(pl.col("kind").cast(pl.Categorical))
        self._identifiers.append(identifiers.sort("value", "person_id"))
        self._paths.append(paths.rename({"id": "person"}))

    def write(self, tell: Callable[[float], None]) -> None:
        """Keys first: nobody is recognised, and then changed, by an identifier before the last key stands."""
        if not self._keys:
            return
        paths = pl.concat(self._paths)
        for share, some in _in_order(self._keys, "key", "person"):
            tell(0.7 * share)
            portion = some.join(paths, on="person", maintain_order="left")
            with transaction.atomic():
                bulk.insert(PersonKey, portion.select("key", "path", "person"))
        self._keys.clear()
        for share, some in _in_order(self._identifiers, "value", "person_id"):
            tell(0.7 + 0.3 * share)
            once = rows.each_number_once(some.with_columns(pl.col("kind").cast(pl.String)))
            with transaction.atomic():
                bulk.insert(Identifier, without_taken(once.sort("value", "person_id")))
        self._identifiers.clear()


def _in_order(parts: Sequence[pl.DataFrame], first: str, then: str) -> Iterator[tuple[float, pl.DataFrame]]:
    """The rows of parts each of which is in this order, all in this order, about ROWS_AT_ONCE at a time; the share that
    went before. Rows that are alike in `first` come together. Sorting all at once would take as much room again."""
    height = sum(part.height for part in parts)
    pieces = max(1, height // ROWS_AT_ONCE)
    step = max(1, height // (pieces * 40))  # enough to know where a piece should end
    sample = pl.concat([part[first].gather_every(step) for part in parts]).sort()
    ends = [sample[len(sample) * place // pieces] for place in range(1, pieces)]
    cuts = [
        [0, *(part[first].search_sorted(end, side="left") for end in ends), part.height] for part in parts
    ]
    for piece in range(pieces):
        mine = [
            part.slice(cut[piece], cut[piece + 1] - cut[piece]) for part, cut in zip(parts, cuts, strict=True)
        ]
        yield piece / pieces, pl.concat(mine).sort(first, then)


def said_of(people: pl.DataFrame, descriptions: pl.LazyFrame) -> pl.DataFrame:
    """The descriptions of these people (person, id), under their ids and in the order given."""
    # Of descriptions in the order of persons only a part of the file is read so.
    near = descriptions.filter(pl.col("person").is_between(people["person"].min(), people["person"].max()))
    # The first one says where somebody lives: their order counts.
    mine = near.join(people.lazy().select("person", "id"), on="person", maintain_order="left")
    return mine.drop("person").rename({"id": "person"}).collect()


def _next_person() -> int:
    """An id behind all there are; until the transaction ends nobody else makes persons."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {Person._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    newest = Person.objects.unscoped(reason="a number, no person").order_by("-pk").first()
    return newest.pk + 1 if newest else 1


def holders(numbers: pl.Series) -> pl.DataFrame:
    """value, person: who in the registry has which of these valid ID numbers."""
    held: list[tuple[str, int]] = []
    wanted = numbers.drop_nulls().unique().sort()
    identifiers = Identifier.objects.filter(kind=IdentifierKind.ID_NUMBER)
    for portion in wanted.to_frame("value").iter_slices(PORTION):
        values = portion["value"]
        # Of many numbers a range of the index is read; of a few, these only.
        asked = (
            {"value__range": (values[0], values[-1])}
            if len(wanted) > PORTION
            else {"value__in": values.to_list()}
        )
        held += identifiers.filter(**asked).values_list("value", "person_id")
    known = pl.DataFrame(held, schema={"value": pl.String, "person": pl.Int64}, orient="row")
    return known.filter(pl.col("value").is_in(wanted.implode()))


def without_taken(found: pl.DataFrame) -> pl.DataFrame:
    """Rows of Identifier without valid ID numbers that somebody in the registry has: a case for the review."""
    a_number = pl.col("kind") == IdentifierKind.ID_NUMBER.value
    taken = holders(found.filter(a_number)["value"])["value"]
    return found.filter(~a_number | ~pl.col("value").is_in(taken.implode()))


def claimed_by_number(people: pl.DataFrame, *, taken: pl.Series) -> pl.DataFrame:
    """person, uid: who of `people` (person, id18) bears a valid ID number that somebody in the registry has.

    Somebody registered at a door or gate is known before any list names him. `taken`: uids that are somebody's already.
    """
    numbers = people.drop_nulls("id18").unique("id18", keep="first", maintain_order=True)
    known = holders(numbers["id18"]).rename({"value": "id18", "person": "uid"})
    free = known.filter(~pl.col("uid").is_in(taken.implode()))
    claims = numbers.join(free, on="id18").sort("person", "uid")
    once = pl.col("uid").is_first_distinct() & pl.col("person").is_first_distinct()
    return claims.filter(once).select(pl.col("person").cast(pl.Int64), "uid")


def analyse() -> None:
    """Tell the planner how large the tables have become."""
    with connection.cursor() as cursor:
        for model in (Person, Residence, Identifier, PersonKey):
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
