"""Loading a run's result, taking a run away, revealing what is masked, exporting."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.linkage import access, people_table, reasons
from lianfang.linkage.errors import EXPORT_TOO_LARGE
from lianfang.linkage.importing import loaded
from lianfang.linkage.importing.loaded import Ground
from lianfang.linkage.models import Run
from lianfang.linkage.people_table import PeopleFilter
from lianfang.linkage.result import RunResult
from lianfang.linkage.rules import MASKED_FIELDS


def load_result(
    *,
    actor: Actor,
    now: datetime,
    result: RunResult,
    title: str,
    folder: Path | None = None,
    ground: Ground | None = None,
    replace: bool = False,
) -> Run:
    """Put a finished run into the database, all or nothing: it is the current one from then on, and its lists are live.

    `folder` is where the result was kept, with the files of its lists. Raises result.unfit when the frames do not fit
    one another, forbidden without run.start everywhere, lists.others (see importing.loaded).
    """
    actor.require(Permission.RUN_START, "")
    return loaded.load(
        actor=actor, now=now, result=result, folder=folder, title=title, ground=ground or Ground(),
        replace=replace,
    )  # fmt: skip


def reveal(
    *, actor: Actor, now: datetime, run: Run, person: int, reason: str
) -> dict[int, dict[str, str | None]]:
    """ID numbers and phones of one person as received, by record. Recorded with the reason.

    Raises reveal.reason for a reason of less than MIN_REASON characters, forbidden, not_found.
    """
    found = access.revealable(actor, run).filter(person=person).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    words = reasons.given(reason)
    with transaction.atomic():
        audit.record(
            actor=actor, action="person.revealed", now=now, kind="person", object_id=found.uid,
            path=found.path, details={"reason": words, "fields": sorted(MASKED_FIELDS), "run": run.pk},
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


def record_people_export(
    *,
    actor: Actor,
    now: datetime,
    run: Run,
    chosen: PeopleFilter,
    columns: Sequence[str],
    kind: str,
    reason: str | None,
) -> None:
    """Note that somebody takes people out of the system. With a reason: with ID numbers and phones as they are.

    Raises forbidden, reveal.reason, export.too_large (`kind` "xlsx").
    """
    actor.require(Permission.EXPORT)
    words = ""
    if reason is not None:
        actor.require(Permission.PERSON_REVEAL)
        words = reasons.given(reason)
    rows = people_table.count(actor, run, chosen)
    if kind == "xlsx" and rows > people_table.MOST_IN_WORKBOOK:
        raise ProblemError(EXPORT_TOO_LARGE, most=people_table.MOST_IN_WORKBOOK)
    audit.record(
        actor=actor, action="people.exported", now=now, kind="run", object_id=run.pk,
        details={
            "rows": rows, "columns": list(columns), "format": kind, "masked": reason is None,
            "reason": words,
        },
    )  # fmt: skip
