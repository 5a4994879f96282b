"""Filling tables from frames: COPY on PostgreSQL, one prepared insert on SQLite."""

import io

import polars as pl
from django.db import connection, models

_CHUNK = 50_000
_NULL = r"\N"


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
