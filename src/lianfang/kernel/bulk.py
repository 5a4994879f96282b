"""Filling tables: COPY on PostgreSQL, prepared inserts on SQLite. Frames, or objects by the hundred."""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import repeat
from operator import attrgetter
from typing import Any
from uuid import UUID

import polars as pl
from django.db import DEFAULT_DB_ALIAS, connection, connections, models

from lianfang.kernel.fields import PathField

_CHUNK = 50_000
_NULL = r"\N"
#: Fields whose values the drivers of both databases take as they are; and those that PostgreSQL's takes besides.
#: Exactly these: a field of our own that derives from one may change the value.
_AS_THEY_ARE: frozenset[type] = frozenset({
    models.CharField, PathField, models.TextField, models.BooleanField, models.FloatField, models.IntegerField,
    models.BigIntegerField, models.SmallIntegerField, models.PositiveIntegerField, models.PositiveSmallIntegerField,
    models.AutoField, models.BigAutoField,
})  # fmt: skip
_BY_PSYCOPG: frozenset[type] = frozenset({models.DateTimeField, models.DateField, models.UUIDField})
#: Rows in one statement of SQLite's. Between two statements other threads get in, and each time a little is lost.
_TOGETHER = 50
Way = Callable[[Any], Any]
Making = Callable[["models.Field[Any, Any]", Any], Way]


def insert(model: type[models.Model], frame: pl.DataFrame) -> None:
    """Insert the frame's rows; its columns bear the names of the table's columns, an automatic `id` may be missing.

    Must run inside a transaction. Raises ValueError if a column is missing or unknown, so that a new field of
    the model cannot stay empty unnoticed.
    """
    columns = [str(field.column) for field in model._meta.concrete_fields]
    wanted = [column for column in columns if column != "id" or "id" in frame.columns]
    if set(wanted) != set(frame.columns):
        raise ValueError(f"{model.__name__}: {sorted(set(wanted) ^ set(frame.columns))}")
    clean = _without_nul(frame.select(wanted))
    names = ", ".join(connection.ops.quote_name(column) for column in wanted)
    target = f"{connection.ops.quote_name(model._meta.db_table)} ({names})"
    if connection.vendor == "postgresql":
        _copy(target, clean)
    else:
        _insert(target, clean)


def append(rows: Sequence[object], into: type[models.Model] | None = None) -> None:
    """Insert new objects of one model, several times as fast as `bulk_create`: their values go to the driver without a
    field's method for each. Automatic numbers are not read back. Must run inside a transaction.

    `into`: the model, where the rows are other objects with its attributes.
    """
    if not rows:
        return
    model = into or type(rows[0])
    assert issubclass(model, models.Model)
    names = [one.attname for one in _written(model)]
    put(model, dict(zip(names, zip(*map(attrgetter(*names), rows), strict=True), strict=True)))


def put(
    model: type[models.Model],
    columns: Mapping[str, Sequence[Any]],
    same: Mapping[str, Any] | None = None,
    *,
    once: bool = False,
) -> None:
    """Insert rows given as columns of equal length, by the attributes of the model. `same`: values that all rows share;
    what is in neither gets the field's default. `once`: what is there already, by a unique column, stays as it is. Must
    run inside a transaction. Raises ValueError for other names.
    """
    _put(model, columns, same, " ON CONFLICT DO NOTHING" if once else "")


def add(
    model: type[models.Model],
    columns: Mapping[str, Sequence[Any]],
    *,
    key: Sequence[str],
    sums: Sequence[str],
) -> None:
    """Like `put`, but where there is a row with this `key` (a unique constraint) its `sums` grow by those given. Give
    each key once, and sorted: the rows stay locked until the caller's transaction ends.
    """
    quoted, ways = connection.ops.quote_name, _table(model, connection.vendor).ways
    of = {name: quoted(str(ways[name][0].column)) for name in (*key, *sums)}
    table = quoted(model._meta.db_table)
    grown = ", ".join(f"{of[name]} = {table}.{of[name]} + excluded.{of[name]}" for name in sums)
    _put(model, columns, None, f" ON CONFLICT ({', '.join(of[name] for name in key)}) DO UPDATE SET {grown}")


def _put(
    model: type[models.Model],
    columns: Mapping[str, Sequence[Any]],
    same: Mapping[str, Any] | None,
    ending: str,
) -> None:
    own = connections[DEFAULT_DB_ALIAS]  # the thread's: looking it up costs as much as a seal
    table, shared = _table(model, own.vendor), same or {}
    unknown = {*columns, *shared} - table.ways.keys()
    if unknown or not columns:
        raise ValueError(f"{model.__name__}: {sorted(unknown)}")
    count = len(next(iter(columns.values())))
    ready: list[Iterable[Any]] = []
    for name, (field, made) in table.ways.items():
        way = made(field, own) if made else None
        if name in columns:
            ready.append(columns[name] if way is None else list(map(way, columns[name])))
        else:
            value = shared[name] if name in shared else field.get_default()
            ready.append(repeat(value if way is None else way(value), count))
    _write(own, table.target, len(ready), list(zip(*ready, strict=True)), ending)


def _written(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    return [one for one in model._meta.concrete_fields if not isinstance(one, models.AutoField)]


@dataclass(frozen=True)
class _Table:
    """Where rows are written to; for every column its field, and what makes the way in which a value is prepared (None:
    it is not).
    """

    target: str
    ways: "dict[str, tuple[models.Field[Any, Any], Making | None]]"


@cache
def _table(model: type[models.Model], vendor: str) -> _Table:
    fields = _written(model)
    names = ", ".join(connection.ops.quote_name(str(one.column)) for one in fields)
    target = f"{connection.ops.quote_name(model._meta.db_table)} ({names})"
    return _Table(target, {one.attname: (one, _making(one, vendor)) for one in fields})


def _write(own: Any, target: str, width: int, rows: Sequence[tuple[Any, ...]], ending: str) -> None:
    """`ending`: what happens to rows that are there already; "": there are none."""
    if own.vendor == "postgresql":
        with own.cursor() as cursor:
            if ending:
                row = f"({', '.join(['%s'] * width)})"
                cursor.executemany(f"INSERT INTO {target} VALUES {row}{ending}", rows)
                return
            with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for one in rows:
                    copy.write_row(one)
        return
    row = f"({', '.join('?' * width)})"
    whole = len(rows) - len(rows) % _TOGETHER
    own.ensure_connection()
    with own.wrap_database_errors:
        # Straight to the driver: Django would look through such a long statement for its own marks each time.
        driver = own.connection
        for start in range(0, whole, _TOGETHER):
            values = [value for one in rows[start : start + _TOGETHER] for value in one]
            driver.execute(f"INSERT INTO {target} VALUES {', '.join([row] * _TOGETHER)}{ending}", values)
        driver.executemany(f"INSERT INTO {target} VALUES {row}{ending}", rows[whole:])


def _making(field: "models.Field[Any, Any]", vendor: str) -> "Making | None":
    """What makes the way in which the field's values are prepared for one statement; None: they are not."""
    kind = type(field.target_field if isinstance(field, models.ForeignKey) else field)
    if kind in _AS_THEY_ARE or (vendor == "postgresql" and kind in _BY_PSYCOPG):
        return None
    if kind is models.UUIDField:
        return lambda _field, _own: _hexadecimal
    if kind is models.DateTimeField:
        return lambda _field, _own: _Moments()
    return _Prepared


def _hexadecimal(value: UUID | None) -> str | None:
    """As Django keeps it in SQLite."""
    return None if value is None else value.hex


class _Prepared:
    """Whatever the field makes of a value; of what is empty ("", [], None) only once."""

    def __init__(self, field: "models.Field[Any, Any]", own: Any) -> None:
        self._prepare, self._empty, self._connection = field.get_db_prep_save, dict[type, Any](), own

    def __call__(self, value: Any) -> Any:
        if value:
            return self._prepare(value, self._connection)
        if type(value) not in self._empty:
            self._empty[type(value)] = self._prepare(value, self._connection)
        return self._empty[type(value)]


class _Moments(dict[datetime | None, str | None]):
    """Times as Django keeps them in SQLite; the same ones come often."""

    def __call__(self, value: datetime | None) -> str | None:
        return self[value]

    def __missing__(self, value: datetime | None) -> str | None:
        self[value] = text = None if value is None else str(value.astimezone(UTC).replace(tzinfo=None))
        return text


def update(model: type[models.Model], frame: pl.DataFrame) -> None:
    """Set the frame's other columns in the rows whose `id` it names. Must run inside a transaction."""
    wanted = [column for column in frame.columns if column != "id"]
    sets = ", ".join(f"{connection.ops.quote_name(column)} = %s" for column in wanted)
    table = connection.ops.quote_name(model._meta.db_table)
    _each(f"UPDATE {table} SET {sets} WHERE id = %s", _without_nul(frame.select(*wanted, "id")))


def delete(model: type[models.Model], frame: pl.DataFrame) -> None:
    """Delete the rows that equal a row of the frame in all its columns. Must run inside a transaction."""
    where = " AND ".join(f"{connection.ops.quote_name(column)} = %s" for column in frame.columns)
    _each(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)} WHERE {where}", frame)


def advance(model: type[models.Model]) -> None:
    """After rows with ids of their own: the next automatic id comes behind them (SQLite sees to it by itself)."""
    if connection.vendor == "postgresql":
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, 'id'), COALESCE(MAX(id), 1)) FROM {table}",
                [model._meta.db_table],
            )


def _without_nul(frame: pl.DataFrame) -> pl.DataFrame:
    """PostgreSQL keeps no NUL in a text; a list that holds one is read all the same."""
    text = [name for name, kind in frame.schema.items() if kind in (pl.String, pl.Categorical, pl.Enum)]
    return frame.with_columns(pl.col(text).cast(pl.String).str.replace_all("\0", "", literal=True))


def _copy(target: str, frame: pl.DataFrame) -> None:
    with connection.cursor() as cursor:
        statement = f"COPY {target} FROM STDIN (FORMAT csv, NULL '{_NULL}')"
        with cursor.copy(statement) as copy:
            for chunk in frame.iter_slices(_CHUNK):
                buffer = io.BytesIO()
                chunk.write_csv(buffer, include_header=False, null_value=_NULL, quote_style="non_numeric")
                copy.write(buffer.getvalue())


def _insert(target: str, frame: pl.DataFrame) -> None:
    _each(f"INSERT INTO {target} VALUES ({', '.join(['%s'] * frame.width)})", frame)


def _each(statement: str, frame: pl.DataFrame) -> None:
    """The statement once for every row."""
    days = [name for name, kind in frame.schema.items() if kind == pl.Date]
    frame = frame.with_columns(pl.col(days).dt.to_string("%Y-%m-%d"))
    with connection.cursor() as cursor:
        for chunk in frame.iter_slices(_CHUNK):
            cursor.executemany(statement, chunk.rows())
