"""Many tasks changed at once: one statement, executed for all of them together."""

import json
from collections.abc import Sequence

import polars as pl

from lianfang.kernel import bulk
from lianfang.registry.rows import moment
from lianfang.screening.models import ScreeningTask


def save_tasks(tasks: Sequence[ScreeningTask]) -> None:
    """Write how the tasks stand. Inside the caller's transaction, which has locked them."""
    if not tasks:
        return
    rows = [
        {
            "id": task.pk,
            "state": str(task.state),
            "tries": task.tries,
            "last_outcome": task.last_outcome,
            "last_at": moment(task.last_at) if task.last_at else None,
            "hint": json.dumps(task.hint, ensure_ascii=False),
            "done_on": task.done_on,
            "version": task.version,
        }
        for task in tasks
    ]
    kinds = {
        "id": pl.Int64, "state": pl.String, "tries": pl.Int64, "last_outcome": pl.String, "last_at": pl.String,
        "hint": pl.String, "done_on": pl.Date, "version": pl.Int64,
    }  # fmt: skip
    bulk.update(ScreeningTask, pl.DataFrame(rows, schema=kinds))
