"""Filling the tables of a run from its frames."""

import polars as pl
from django.db import models

from lianfang.kernel import bulk


def insert(model: type[models.Model], frame: pl.DataFrame, *, run: int) -> None:
    """Insert the frame's rows; its columns bear the names of the model's fields but id and run.

    Must run inside a transaction. Raises ValueError if a column is missing or unknown.
    """
    bulk.insert(model, frame.with_columns(pl.lit(run).alias("run_id")))
