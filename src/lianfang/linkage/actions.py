"""Loading a run's result, taking a run away, revealing what is masked, exporting."""

from datetime import datetime

from django.db import transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.linkage import access, loading
from lianfang.linkage.errors import REASON_SHORT
from lianfang.linkage.models import Run
from lianfang.linkage.result import RunResult
from lianfang.linkage.rules import MASKED_FIELDS, MIN_REASON


def load_result(*, actor: Actor, now: datetime, result: RunResult, title: str) -> Run:
    """Put a finished run into the database, all or nothing: it is the current one from then on.

    Raises result.unfit when the frames do not fit one another, forbidden without run.start everywhere.
    """
    actor.require(Permission.RUN_START, "")
    return loading.store(actor=actor, now=now, prepared=loading.prepare(result), title=title)


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
