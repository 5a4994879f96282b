"""Loading a run's result, taking a run away, revealing what is masked, exporting."""

from datetime import datetime

from django.db import connection, transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor, system
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.linkage import access, bulk, identity, models, run_rows
from lianfang.linkage.area_paths import paths
from lianfang.linkage.errors import REASON_SHORT, RESULT_UNFIT
from lianfang.linkage.models import Run, RunGround, RunList
from lianfang.linkage.result import ResultError, RunResult, check, ground_as_json
from lianfang.linkage.review import cases
from lianfang.linkage.rules import MASKED_FIELDS, MIN_REASON


def load_result(*, actor: Actor, now: datetime, result: RunResult, title: str) -> Run:
    """Put a finished run into the database, all or nothing: it is the current one from then on.

    Raises result.unfit when the frames do not fit one another, forbidden without run.start everywhere.
    """
    actor.require(Permission.RUN_START, "")
    try:
        check(result)
    except ResultError as problem:
        raise ProblemError(RESULT_UNFIT, detail=problem.detail) from problem
    frames = run_rows.build(result, paths())
    with transaction.atomic():
        uids = identity.settle(
            actor=system("load"), now=now, persons=frames["RunPerson"], records=frames["RunRecord"],
            descriptions=run_rows.described(result),
        )  # fmt: skip
        frames["RunPerson"] = run_rows.numbered(frames["RunPerson"], uids)
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
        kept = ground_as_json(result.ground) if result.ground else {}
        RunGround.objects.create(run=run, people=result.people.height, kept=kept)
        frames["RunReview"] = cases.opened(frames["RunReview"], now)
        for name, frame in frames.items():
            bulk.insert(getattr(models, name), frame, run=run.pk)
        audit.record(
            actor=actor, action="run.loaded", now=now, kind="run", object_id=run.pk,
            details={"records": result.records.height, "people": result.people.height},
        )  # fmt: skip
    _analyse()
    return run


def _lists(run: Run, result: RunResult) -> list[RunList]:
    read = dict(result.records.group_by("list").len().iter_rows())
    refused = dict(result.rejected.group_by("file").len().iter_rows())
    return [
        RunList(
            run=run,
            number=number,
            label=one.label,
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


def reveal(
    *, actor: Actor, now: datetime, run: Run, person: int, reason: str
) -> dict[int, dict[str, str | None]]:
    """ID numbers and phones of one person as received, by record. Recorded with the reason.

    Raises reveal.reason for a reason of less than MIN_REASON characters, forbidden, not_found.
    """
    words = reason.strip()
    found = access.revealable(actor, run).filter(person=person).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    if len(words) < MIN_REASON:
        raise ProblemError(REASON_SHORT, least=MIN_REASON)
    with transaction.atomic():
        audit.record(
            actor=actor, action="person.revealed", now=now, kind="run_person", object_id=f"{run.pk}/{person}",
            path=found.path, details={"reason": words[:500], "fields": sorted(MASKED_FIELDS)},
        )  # fmt: skip
    rows = access.records(actor, run).filter(person=person).values("record", *MASKED_FIELDS)
    return {row.pop("record"): row for row in rows}


def record_export(*, actor: Actor, now: datetime, run: Run, what: str, rows: int) -> None:
    """Note that somebody took rows out of the system. Raises forbidden."""
    actor.require(Permission.EXPORT)
    audit.record(
        actor=actor,
        action="run.exported",
        now=now,
        kind="run",
        object_id=run.pk,
        details={"what": what, "rows": rows},
    )
