"""A finished run comes into the database. What can be worked out before is worked out before the transaction."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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
from lianfang.linkage.area_paths import paths
from lianfang.linkage.changes import compare, standing
from lianfang.linkage.changes.models import RunChange
from lianfang.linkage.errors import RESULT_UNFIT
from lianfang.linkage.models import Regrouped, Run, RunGround, RunList, RunPart
from lianfang.linkage.result import ResultError, RunResult, check, ground_as_json
from lianfang.linkage.review import cases
from lianfang.linkage.review.catching_up import catch_up
from lianfang.linkage.work import inherit
from lianfang.registry.renewing import drop_staged
from lianfang.registry.rows import moment

#: Told what is being written and how much of it is, 0 … 1.
Watcher = Callable[[str, float], None]

#: How many earlier runs are kept beside the current one, to be compared with it.
KEPT = 1
#: Rows written in one transaction: on SQLite nobody else waits longer.
ROWS_AT_ONCE = 50_000
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
    return Prepared(result, run_rows.build(result, paths()), run_rows.described(result))


def compared(prepared: Prepared) -> tuple[compare.Standing, compare.Standing]:
    """The current run and the one that would take its place; whoever is new in it has no number yet."""
    before = standing.of_run(Run.objects.filter(current=True).first())
    keys = before.records.select("key", "uid").drop_nulls()
    known = identity.recognised(prepared.frames["RunRecord"], prepared.descriptions, keys)
    return before, standing.of_frames(prepared.frames, prepared.sources, known)


@dataclass(frozen=True)
class Staged:
    """A run whose rows are all there, and that nobody sees yet."""

    run: Run
    former: Run | None
    found: identity.Identities
    changes: pl.DataFrame | None
    descriptions: pl.LazyFrame


def store(
    *,
    actor: Actor,
    now: datetime,
    prepared: Prepared,
    title: str,
    kept: int = KEPT,
    tell: Watcher = lambda step, share: None,
) -> Run:
    """Put a prepared run into the database, all or nothing: it is the current one from then on."""
    with (
        staged(actor=actor, now=now, prepared=prepared, title=title, tell=tell) as waiting,
        transaction.atomic(),
    ):
        activate(actor=actor, now=now, waiting=waiting, kept=kept)
    return waiting.run


@contextmanager
def staged(
    *, actor: Actor, now: datetime, prepared: Prepared, title: str, tell: Watcher = lambda step, share: None
) -> Iterator[Staged]:
    """Write all that nobody sees yet, in many short transactions: on SQLite others write between them.

    `activate` makes it the current run. Whatever is raised in between, nothing is left; a process that was killed
    leaves rows that the next call takes away.
    """
    clear_leftovers(now)
    tell("compare", 0.0)
    former = Run.objects.filter(current=True).first()
    before = standing.of_run(former)
    run = _begun(actor, now, prepared.result, title)
    try:
        found, frames = _placed(prepared, former, now, tell)
        _fill(run, frames, tell)
        tell("changes", 0.9)
        after = standing.of_frames(frames, prepared.sources, found.uids) if former else None
        changes = compare.changes(before, after) if after else None
        yield Staged(run, former, found, changes, prepared.descriptions)
    except BaseException:
        clear_leftovers(now)
        raise
    clear_leftovers(now)
    _analyse()


def activate(*, actor: Actor, now: datetime, waiting: Staged, kept: int = KEPT) -> None:
    """Make a staged run the current one, inside the caller's transaction. Permissions are for the caller.

    What it changes against the run before is noted; of the runs before, `kept` stay. Raises conflict when another run
    became current meanwhile.
    """
    run = waiting.run
    if Run.objects.filter(current=True).first() != waiting.former:
        raise ProblemError(CONFLICT)
    identity.settle(actor=system("load"), now=now, found=waiting.found, descriptions=waiting.descriptions)
    inherit.catch_up(run, since=now)
    Run.objects.filter(current=True).update(current=False)
    Run.objects.filter(pk=run.pk).update(current=True, complete=True)
    run.refresh_from_db()
    corrections.carry_over(run)
    catch_up(run, now)
    if waiting.changes is not None:
        _note(run, waiting.changes)
    _forget(kept)
    audit.record(
        actor=actor, action="run.loaded", now=now, kind="run", object_id=run.pk,
        details={"records": waiting.found.records, "people": waiting.found.uids.height},
    )  # fmt: skip


def clear_leftovers(now: datetime) -> None:
    """Takes away the rows of runs that nobody sees: forgotten ones, and those whose loading was killed with the people
    whom they staged."""
    _remove(list(Run.objects.filter(complete=False).values_list("pk", flat=True)))
    drop_staged(now)


def _placed(
    prepared: Prepared, former: Run | None, now: datetime, tell: Watcher
) -> tuple[identity.Identities, dict[str, pl.DataFrame]]:
    """The rows of every table with what only the database knows: numbers of people, doors, how findings stand."""
    tell("people", 0.05)
    frames = dict(prepared.frames)
    found = identity.stage(
        now=now,
        before=former,
        persons=frames["RunPerson"],
        records=frames["RunRecord"],
        descriptions=prepared.descriptions,
        tell=lambda share: tell("people", 0.05 + 0.4 * share),
    )
    frames["RunPerson"] = run_rows.numbered(frames["RunPerson"], found.uids)
    tell("doors", 0.45)
    frames |= doors.behind(frames["RunPerson"], run_rows.addresses(prepared.result))
    frames["RunFinding"] = inherit.standing(frames["RunFinding"], before=former, now=now)
    frames["RunReview"] = cases.opened(frames["RunReview"], now)
    return found, frames


def _fill(run: Run, frames: Mapping[str, pl.DataFrame], tell: Watcher) -> None:
    total = sum(frame.height for frame in frames.values()) or 1
    done = 0
    for name, frame in frames.items():
        for portion in frame.iter_slices(ROWS_AT_ONCE):
            tell("rows", 0.5 + 0.4 * done / total)
            with transaction.atomic():
                bulk.insert(getattr(models, name), portion, run=run.pk)
            done += portion.height


def _begun(actor: Actor, now: datetime, result: RunResult, title: str) -> Run:
    """The run and its lists; not complete yet."""
    with transaction.atomic():
        run = Run.objects.create(
            title=title[:120],
            as_of=result.as_of,
            loaded_at=now,
            loaded_by=actor.user_id,
            problems=list(result.problems),
            summary=result.summary,
            complete=False,
        )
        RunList.objects.bulk_create(_lists(run, result))
        kept = ground_as_json(result.ground) if result.ground else {}
        RunGround.objects.create(run=run, people=result.people.height, kept=kept)
    return run


def _note(run: Run, changes: pl.DataFrame) -> None:
    found = changes.drop("person")
    short = [pl.col(name).str.slice(0, 120) for name in ("community", "grid")]
    at = pl.lit(moment(run.loaded_at))
    tables.insert(RunChange, found.with_columns(*short, run=pl.lit(run.pk), at=at))


def _forget(kept: int) -> None:
    """Earlier runs hold personal data; what they changed stays noted. Their rows go when the transaction is over."""
    earlier = Run.objects.filter(current=False, complete=True).order_by("-id")
    old = list(earlier.values_list("pk", flat=True)[kept:])
    Run.objects.filter(pk__in=old).update(complete=False)


def _remove(runs: Sequence[int]) -> None:
    if not runs:
        return
    parts = [*RunPart.__subclasses__(), *Regrouped.__subclasses__()]
    for model in (part for part in parts if not part._meta.abstract):
        manager: ScopedManager[RunPart] = model.objects
        rows = manager.unscoped(reason=_WHY).filter(run__in=runs).order_by("pk")
        while ids := list(rows.values_list("pk", flat=True)[:ROWS_AT_ONCE]):
            rows.filter(pk__gte=ids[0], pk__lte=ids[-1]).order_by().delete()
    with transaction.atomic():
        RunList.objects.filter(run__in=runs).delete()
        Run.objects.filter(pk__in=runs).delete()


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


def _analyse() -> None:
    """Tell the planner what has just been filled; without this the first screens are slow."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
