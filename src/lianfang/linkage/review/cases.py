"""The cases of a new run: since when each has been open, and what was decided of it before."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import polars as pl

from lianfang.linkage.models import Decision, RunReview
from lianfang.registry.rows import moment

_WHY = "a case is as old as its pair of rows, in whatever run and area"
_PAIR = {"low": pl.Int64, "high": pl.Int64}


def opened(rows: pl.DataFrame, now: datetime) -> pl.DataFrame:
    """Rows of RunReview of a run that is not loaded yet, with opened_at, verdict and nobody looking at them."""
    newest = RunReview.objects.unscoped(reason=_WHY).order_by("-run").values_list("run", flat=True).first()
    before = RunReview.objects.unscoped(reason=_WHY).filter(run=newest)
    since = _by_pair(before.values_list("key_a", "key_b", "opened_at"), "since", pl.Datetime("us", "UTC"))
    decisions = Decision.objects.filter(undone_at=None)
    said = _by_pair(decisions.values_list("record_key_a", "record_key_b", "verdict"), "verdict", pl.String())
    pair = [
        pl.min_horizontal("key_a", "key_b").alias("low"),
        pl.max_horizontal("key_a", "key_b").alias("high"),
    ]
    joined = rows.with_columns(pair)
    for known in (since, said):
        joined = joined.join(known, on=["low", "high"], how="left", maintain_order="left")
    opened_at = [moment(now if one is None else one) for one in joined["since"].to_list()]
    return joined.select(
        *rows.columns,
        pl.col("verdict").fill_null(""),
        opened_at=pl.Series(opened_at, dtype=pl.String),
        held_by=pl.lit(None, pl.Int64),
        held_name=pl.lit(""),
        held_until=pl.lit(None, pl.String),
    )


def _by_pair(found: Iterable[Any], name: str, kind: pl.DataType) -> pl.DataFrame:
    """low, high (keys in order) and `name`, each pair once."""
    rows = [(min(a, b), max(a, b), value) for a, b, value in found]
    return pl.DataFrame(rows, schema={**_PAIR, name: kind}, orient="row").unique(
        ["low", "high"], keep="first"
    )
