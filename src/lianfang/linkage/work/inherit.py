"""A new run's findings take over how they stand: state, worker, due date, and since when they are known."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from lianfang.linkage.models import Run, RunFinding
from lianfang.linkage.work import figures
from lianfang.linkage.work.models import FindingWork
from lianfang.linkage.work.rules import WorkState
from lianfang.registry.rows import moment

_CHUNK = 50_000
_PORTION = 500
_WHY = "whosever findings they are, they stand as they stood"


@dataclass(frozen=True)
class Stood:
    """How findings stood before: `work` by key, and `since` when each is known."""

    work: pl.DataFrame
    since: pl.DataFrame
    now: datetime

    @classmethod
    def of(cls, before: Run | None, now: datetime) -> "Stood":
        """As it is in the database; `before` is the run before, if any."""
        columns = {
            "key": pl.Int64,
            "state": pl.String,
            "assignee": pl.Int64,
            "team": pl.String,
            "due": pl.Date,
        }
        rows = FindingWork.objects.unscoped(reason=_WHY).values_list(*columns)
        work = pl.DataFrame(list(rows), schema=columns, orient="row")
        seen = RunFinding.objects.unscoped(reason=_WHY).filter(run=before).values_list("key", "since")
        since = pl.DataFrame(
            [(key, moment(since)) for key, since in seen.iterator(chunk_size=_CHUNK)],
            schema={"key": pl.Int64, "since": pl.String},
            orient="row",
        )
        # While decisions hide what the engine found, the same finding may stand there twice.
        return cls(work, since.group_by("key").agg(pl.col("since").min()), now)

    def taken_over(self, findings: pl.DataFrame) -> pl.DataFrame:
        """Rows of RunFinding with since, state, assignee, team and due."""
        stands = findings.join(self.work, on="key", how="left", maintain_order="left")
        return stands.join(self.since, on="key", how="left", maintain_order="left").with_columns(
            pl.col("state").fill_null(WorkState.OPEN.value), pl.col("since").fill_null(moment(self.now))
        )


def catch_up(run: Run, *, since: datetime) -> None:
    """What was done on findings while the run was written, from `since` on."""
    keys = []
    for work in FindingWork.objects.unscoped(reason=_WHY).filter(changed_at__gte=since).iterator():
        RunFinding.objects.unscoped(reason=_WHY).filter(run=run, key=work.key).update(
            state=work.state, assignee=work.assignee, team=work.team, due=work.due
        )
        keys.append(work.key)
    for start in range(0, len(keys), _PORTION):
        found = RunFinding.objects.unscoped(reason=_WHY).filter(
            run=run, key__in=keys[start : start + _PORTION]
        )
        persons = found.exclude(person=None).values_list("person", flat=True)
        figures.count_again(run, [person for person in persons if person is not None])
