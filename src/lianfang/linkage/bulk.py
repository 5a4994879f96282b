"""Filling the tables of a run from its frames."""

from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl
from django.db import connection, models

from lianfang.kernel import bulk

_ROOM = 262_144  # kilobytes


def insert(model: type[models.Model], frame: pl.DataFrame, *, run: int) -> None:
    """Insert the frame's rows; its columns bear the names of the model's fields but id and run.

    Must run inside a transaction. Raises ValueError if a column is missing or unknown.
    """
    bulk.insert(model, frame.with_columns(pl.lit(run).alias("run_id")))


@contextmanager
def roomy() -> Iterator[None]:
    """More room for SQLite's pages while many rows are written: indexes grow in memory, not on the disk."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        usual = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = -{_ROOM}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size = {usual}")
