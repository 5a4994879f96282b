"""Filling tables: COPY on PostgreSQL, one prepared insert on SQLite. From frames, and from objects by the hundred."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import polars as pl
from django.db import connection, models

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


def append(rows: Sequence[models.Model]) -> None:
    """Insert new objects of one model, two to three times as fast as `bulk_create`: their values go to the driver
    without a field's method for each. Automatic numbers are not read back. Must run inside a transaction.
    """
    if not rows:
        return
    model = type(rows[0])
    fields = [one for one in model._meta.concrete_fields if not isinstance(one, models.AutoField)]
    ways = [(one.attname, _way(one)) for one in fields]
    values = [
        [getattr(row, name) if way is None else way(getattr(row, name)) for name, way in ways] for row in rows
    ]
    names = ", ".join(connection.ops.quote_name(str(one.column)) for one in fields)
    target = f"{connection.ops.quote_name(model._meta.db_table)} ({names})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {target} FROM STDIN") as copy:
                for one in values:
                    copy.write_row(one)
        else:
            cursor.executemany(f"INSERT INTO {target} VALUES ({', '.join(['%s'] * len(fields))})", values)


def _way(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    """How a value of the field is prepared; None: not at all."""
    kind = type(field.target_field if isinstance(field, models.ForeignKey) else field)
    if kind in _AS_THEY_ARE or (connection.vendor == "postgresql" and kind in _BY_PSYCOPG):
        return None
    return lambda value: field.get_db_prep_save(value, connection)


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
