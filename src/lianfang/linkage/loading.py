"""A finished run comes into the database. What can be worked out before is worked out before the transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from django.db import connection, transaction

from lianfang.kernel import audit
from lianfang.kernel import bulk as tables
from lianfang.kernel.actor import Actor, system
from lianfang.kernel.errors import CONFLICT, ProblemError
from lianfang.kernel.scoping import ScopedManager
from lianfang.linkage import bulk, corrections, doors, identity, models, run_rows
from lianfang.linkage.changes import compare, standing
from lianfang.linkage.changes.models import RunChange
from lianfang.linkage.errors import RESULT_UNFIT
from lianfang.linkage.models import Run, RunList, RunPart
from lianfang.linkage.result import ResultError, RunResult, check
from lianfang.linkage.work import inherit
from lianfang.registry.rows import moment
from lianfang.territory.models import Area
from lianfang.territory.rules import Level

#: Told what is being written and how much of it is, 0 … 1.
Watcher = Callable[[str, float], None]

#: How many earlier runs are kept beside the current one, to be compared with it.
KEPT = 1
_WHY = "a run belongs to the whole territory"


@dataclass(frozen=True)
class Prepared:
    """The rows of every table, and what is said of each person for the registry."""

    result: RunResult
    frames: Mapping[str, pl.DataFrame]
    descriptions: pl.LazyFrame

    @property
    def sources(self) -> list[str]:
        """By the lists' numbers."""
        return [one.source or one.label for one in self.result.lists]


def prepare(result: RunResult) -> Prepared:
    """Raises result.unfit when the frames do not fit one another."""
    try:
        check(result)
    except ResultError as problem:
        raise ProblemError(RESULT_UNFIT, detail=problem.detail) from problem
    return Prepared(result, run_rows.build(result, _paths()), run_rows.described(result))


def compared(prepared: Prepared) -> tuple[compare.Standing, compare.Standing]:
    """The current run and the one that would take its place; whoever is new in it has no number yet."""
    before = standing.of_run(Run.objects.filter(current=True).first())
    keys = before.records.select("key", "uid").drop_nulls()
    known = identity.recognised(prepared.frames["RunRecord"], prepared.descriptions, keys)
    return before, standing.of_frames(prepared.frames, prepared.sources, known)


def store(
    *,
    actor: Actor,
    now: datetime,
    prepared: Prepared,
    title: str,
    kept: int = KEPT,
    tell: Watcher = lambda step, share: None,
) -> Run:
    """Put a prepared run into the database, all or nothing: it is the current one from then on.

    What it changes against the run before is noted; of the runs before, `kept` stay. Permissions are for the caller.
    Raises conflict when another run became current meanwhile.
    """
    tell("compare", 0.0)
    former = Run.objects.filter(current=True).first()
    before = standing.of_run(former)
    frames = dict(prepared.frames)
    with transaction.atomic():
        if Run.objects.filter(current=True).first() != former:
            raise ProblemError(CONFLICT)
        tell("people", 0.1)
        uids = identity.settle(
            actor=system("load"), now=now, persons=frames["RunPerson"], records=frames["RunRecord"],
            descriptions=prepared.descriptions,
        )  # fmt: skip
        frames["RunPerson"] = run_rows.numbered(frames["RunPerson"], uids)
        tell("doors", 0.4)
        frames |= doors.behind(frames["RunPerson"], run_rows.addresses(prepared.result))
        frames["RunFinding"] = inherit.standing(frames["RunFinding"], before=former, now=now)
        run = _current(actor, now, prepared.result, title)
        for number, (name, frame) in enumerate(frames.items()):
            tell("rows", 0.5 + 0.4 * number / len(frames))
            bulk.insert(getattr(models, name), frame, run=run.pk)
        corrections.carry_over(run)
        tell("changes", 0.92)
        if former is not None:
            _note(run, before, standing.of_frames(frames, prepared.sources, uids))
        _forget(kept)
        audit.record(
            actor=actor, action="run.loaded", now=now, kind="run", object_id=run.pk,
            details={name: getattr(prepared.result, name).height for name in ("records", "people")},
        )  # fmt: skip
    _analyse()
    return run


def _current(actor: Actor, now: datetime, result: RunResult, title: str) -> Run:
    """The run and its lists; no other is current from now on."""
    Run.objects.filter(current=True).update(current=False)
    run = Run.objects.create(
        title=title[:120],
        as_of=result.as_of,
        loaded_at=now,
        loaded_by=actor.user_id,
        problems=list(result.problems),
        summary=result.summary,
        current=True,
    )
    RunList.objects.bulk_create(_lists(run, result))
    return run


def _note(run: Run, before: compare.Standing, after: compare.Standing) -> None:
    found = compare.changes(before, after).drop("person")
    short = [pl.col(name).str.slice(0, 120) for name in ("community", "grid")]
    at = pl.lit(moment(run.loaded_at))
    tables.insert(RunChange, found.with_columns(*short, run=pl.lit(run.pk), at=at))


def _forget(kept: int) -> None:
    """Earlier runs hold personal data; what they changed stays noted."""
    old = list(Run.objects.filter(current=False).order_by("-id").values_list("pk", flat=True)[kept:])
    for model in RunPart.__subclasses__():
        manager: ScopedManager[RunPart] = model.objects
        manager.unscoped(reason=_WHY).filter(run__in=old).delete()
    RunList.objects.filter(run__in=old).delete()
    Run.objects.filter(pk__in=old).delete()


def _lists(run: Run, result: RunResult) -> list[RunList]:
    read = dict(result.records.group_by("list").len().iter_rows())
    refused = dict(result.rejected.group_by("file").len().iter_rows())
    return [
        RunList(
            run=run,
            number=number,
            label=one.label,
            source=one.source,
            kind=one.kind.value,
            records=read.get(number, 0),
            rejected=refused.get(one.label, 0),
            encoding=one.encoding,
            header_row=one.header_row,
            columns=list(one.columns),
            notes=list(one.notes),
        )
        for number, one in enumerate(result.lists)
    ]


def _paths() -> dict[str, str]:
    """Names of communities and grids -> path, as the territory is now; names used twice are left out."""
    areas = Area.objects.unscoped(reason="a run's rows are placed wherever they belong")
    found: dict[str, str] = {}
    for name, path in areas.filter(level__in=[Level.COMMUNITY, Level.GRID]).values_list("name", "path"):
        found[name] = "" if name in found else path
    return found


def _analyse() -> None:
    """Tell the planner what has just been filled; without this the first screens are slow."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
