"""Questions that are asked at every scan: put into SQL once, afterwards only their values are given.

Django puts a question together anew each time it is asked, which takes ten times as long as a database needs to answer
one about a single row. Here the query set is built once for each kind of database, with `Given` in the place of what
differs from time to time:

    _BY_TOKEN = Prepared(lambda: Device.objects.filter(token_hash=Given("token", str)))
    found = _BY_TOKEN(token=secret)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import repeat
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.models import BooleanField, DateField, DateTimeField, Field, QuerySet
from django.db.models.expressions import Expression
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.models.sql import UpdateQuery

from lianfang.kernel.scoping import ScopedQuerySet

_FIELDS: Mapping[type, type[Field[Any, Any]]] = {
    int: models.BigIntegerField, str: models.TextField, UUID: models.UUIDField, bool: BooleanField, date: DateField,
    datetime: DateTimeField, float: models.FloatField,
}  # fmt: skip
Way = Callable[[Any], Any]


@dataclass(frozen=True)
class Hole:
    """Stands among the parameters of a statement where a value is to come, and says how the driver wants it."""

    name: str
    way: Way | None


class Given(Expression):
    """A value that comes with each asking, of one of the types above."""

    def __init__(self, name: str, kind: type) -> None:
        super().__init__(output_field=_FIELDS[kind]())
        self.name, self.kind = name, kind

    def as_sql(self, compiler: Any, connection: Any, *rest: Any, **extra: Any) -> tuple[str, Any]:
        return "%s", [Hole(self.name, _way(self.output_field))]


def _way(field: Field[Any, Any]) -> Way | None:
    """How the driver of this database wants the field's values; None: as they are."""
    if connection.vendor == "postgresql" or not isinstance(
        field, DateTimeField | DateField | models.UUIDField
    ):
        return None
    return lambda value: field.get_db_prep_value(value, connection)


@dataclass(frozen=True)
class _Statement:
    """`ways`: for every column that does not come as it is, its place and what Django makes of its value."""

    sql: str
    parameters: Sequence[Any]
    ways: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]] = ()
    finish: Callable[[list[Any]], list[Any]] | None = None

    def filled(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Raises KeyError for a value that is missing."""
        return tuple(
            (one.way(values[one.name]) if one.way and values[one.name] is not None else values[one.name])
            if isinstance(one, Hole)
            else one
            for one in self.parameters
        )


class _OnceEach:
    """A statement for each kind of database, made when it is needed."""

    def __init__(self) -> None:
        self._made: dict[str, _Statement] = {}

    def _statement(self, vendor: str) -> _Statement:
        made = self._made.get(vendor)
        if made is None:
            made = self._made[vendor] = self._make()
        return made

    def _make(self) -> _Statement:
        raise NotImplementedError


class Prepared(_OnceEach):
    """A query set whose answers are model objects, tuples (`values_list`) or single values (`flat=True`)."""

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        super().__init__()
        self._build = build

    def __call__(self, **values: Any) -> list[Any]:
        """All rows, with these values in the places of what is `Given`."""
        own = connections[DEFAULT_DB_ALIAS]  # the thread's: looking it up costs as much as a short answer
        statement = self._statement(own.vendor)
        with own.cursor() as cursor:
            cursor.execute(statement.sql, statement.filled(values))
            rows = cursor.fetchall()
        if statement.ways and rows:
            rows = _turned(rows, statement.ways, own)
        return statement.finish(rows) if statement.finish else rows

    def _make(self) -> _Statement:
        rows = self._build()
        if isinstance(rows, ScopedQuerySet):
            rows.demand_scope()
        compiler = rows.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        columns = [one[0] for one in compiler.select]
        found = compiler.get_converters(columns)
        ways = [(place, *found[place]) for place in sorted(found)]
        return _Statement(sql, parameters, ways, _finish(rows, compiler))


class PreparedUpdate(_OnceEach):
    """An update of a query set; says how many rows it has changed."""

    def __init__(self, build: Callable[[], tuple[QuerySet[Any, Any], Mapping[str, Any]]]) -> None:
        super().__init__()
        self._build = build

    def __call__(self, **values: Any) -> int:
        own = connections[DEFAULT_DB_ALIAS]
        statement = self._statement(own.vendor)
        with own.cursor() as cursor:
            cursor.execute(statement.sql, statement.filled(values))
            return int(cursor.rowcount)

    def _make(self) -> _Statement:
        rows, changes = self._build()
        if isinstance(rows, ScopedQuerySet):
            rows.demand_scope()
        query: UpdateQuery = rows.query.chain(UpdateQuery)  # type: ignore[assignment]
        query.add_update_values(dict(changes))
        sql, parameters = query.get_compiler(connection=connection).as_sql()
        return _Statement(sql, parameters)


def _turned(
    rows: Sequence[Sequence[Any]], ways: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]], own: Any
) -> list[tuple[Any, ...]]:
    """Column by column what Django makes of the values that the driver brings."""
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place, steps, column in ways:
        for step in steps:
            columns[place] = list(map(step, columns[place], repeat(column), repeat(own)))
    return list(zip(*columns, strict=True))


def _finish(rows: QuerySet[Any, Any], compiler: Any) -> Callable[[list[Any]], list[Any]] | None:
    """What makes answers of rows, as the query set itself would."""
    kind = rows._iterable_class
    if kind is ValuesListIterable:
        return None
    if kind is FlatValuesListIterable:
        return lambda found: [row[0] for row in found]
    if kind is not ModelIterable:
        raise TypeError("a prepared question answers with objects, tuples or single values")
    places = compiler.klass_info["select_fields"]
    own = slice(places[0], places[-1] + 1)
    names = [one[0].target.attname for one in compiler.select[own]]
    related = get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # stubs of a later one

    def finish(found: list[Any]) -> list[Any]:
        made = [rows.model.from_db(DEFAULT_DB_ALIAS, names, row[own]) for row in found]
        for populator in related:
            for row, one in zip(found, made, strict=True):
                populator.populate(row, one)
        return made

    return finish
