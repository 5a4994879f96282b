"""Filling tables from frames: COPY on PostgreSQL, one prepared insert on SQLite."""

import io

import polars as pl
from django.db import connection, models

_CHUNK = 50_000
_NULL = r"\N"


def insert(model: type[models.Model], frame: pl.DataFrame, *, run: int) -> None:
    """Insert the frame's rows; its columns bear the names of the model's fields but id and run.

    Must run inside a transaction. Raises ValueError if a column is missing or unknown, so that a new field of
    the model cannot stay empty unnoticed.
    """
    fields = [field for field in model._meta.concrete_fields if field.name not in ("id", "run")]
    names = [field.name for field in fields]
    if set(names) != set(frame.columns):
        raise ValueError(f"{model.__name__}: {sorted(set(names) ^ set(frame.columns))}")
    text = [name for name in names if frame.schema[name] in (pl.String, pl.Categorical, pl.Enum)]
    # PostgreSQL keeps no NUL in a text; a list that holds one is read all the same.
    clean = frame.select(names).with_columns(
        pl.col(text).cast(pl.String).str.replace_all("\0", "", literal=True)
    )
    clean = clean.with_columns(pl.lit(run).alias("run_id"))
    columns = [connection.ops.quote_name(str(field.column)) for field in fields] + ["run_id"]
    target = f"{connection.ops.quote_name(model._meta.db_table)} ({', '.join(columns)})"
    if connection.vendor == "postgresql":
        _copy(target, clean)
    else:
        _insert(target, clean)


def _copy(target: str, frame: pl.DataFrame) -> None:
    with connection.cursor() as cursor:
        statement = f"COPY {target} FROM STDIN (FORMAT csv, NULL '{_NULL}')"
        with cursor.copy(statement) as copy:
            for chunk in frame.iter_slices(_CHUNK):
                buffer = io.BytesIO()
                chunk.write_csv(buffer, include_header=False, null_value=_NULL, quote_style="non_numeric")
                copy.write(buffer.getvalue())


def _insert(target: str, frame: pl.DataFrame) -> None:
    days = [name for name, kind in frame.schema.items() if kind == pl.Date]
    frame = frame.with_columns(pl.col(days).dt.to_string("%Y-%m-%d"))
    marks = ", ".join(["%s"] * frame.width)
    with connection.cursor() as cursor:
        for chunk in frame.iter_slices(_CHUNK):
            cursor.executemany(f"INSERT INTO {target} VALUES ({marks})", chunk.rows())
