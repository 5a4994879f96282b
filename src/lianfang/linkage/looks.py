"""Who looked at a person's file, changed it, or saw its numbers: recorded, and told to those who may know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.models import AuditRecord
from lianfang.linkage import access, actions, person_file, reasons
from lianfang.linkage.models import RunPerson
from lianfang.registry import corrections

_MOST = 300


@dataclass(frozen=True)
class Revealed:
    """ID numbers and phones as they are: of each row, of what is shown, and of the patches by their numbers."""

    person: RunPerson
    records: Mapping[int, Mapping[str, str | None]]
    patches: Mapping[int, Mapping[str, str]]


def view(*, actor: Actor, now: datetime, uid: int) -> dict[str, Any]:
    """The file of the person, or of whoever he has been merged into; the look is recorded. Raises not_found."""
    file = person_file.read(actor, uid)
    person = file["person"]
    audit.read(
        actor=actor, action="person.viewed", now=now, kind="person", object_id=person.uid, path=person.path
    )
    return file


def reveal(*, actor: Actor, now: datetime, uid: int, reason: str) -> Revealed:
    """ID numbers and phones of a person, with a reason that is recorded. Raises not_found, forbidden, reveal.reason."""
    run, person = person_file.find(actor, uid)
    records = actions.reveal(actor=actor, now=now, run=run, person=person.person, reason=reason)
    masked = [one for one in corrections.patches([person.uid]) if one.field in ("id_number", "phone")]
    return Revealed(person, records, {one.pk: {"before": one.was, "after": one.value} for one in masked})


def record_print(*, actor: Actor, now: datetime, uid: int, reason: str) -> None:
    """Note that the whole file was put on paper, with its numbers. Raises not_found, forbidden, reveal.reason."""
    person = access.revealable(actor, access.current(actor)).filter(uid=uid).first()
    if person is None:
        raise ProblemError(NOT_FOUND)
    words = reasons.given(reason)
    audit.record(
        actor=actor, action="person.printed", now=now, kind="person", object_id=uid, path=person.path,
        details={"reason": words},
    )  # fmt: skip


def looks(actor: Actor, uid: int) -> list[dict[str, Any]]:
    """Who did what with the file, newest first, at most 300. Raises not_found, forbidden."""
    if not access.traceable(actor).filter(uid=uid).exists():
        raise ProblemError(NOT_FOUND)
    found = AuditRecord.objects.filter(kind="person", object_id=str(uid)).order_by("-pk")[:_MOST]
    return [
        {
            "at": one.at,
            "by": one.actor_name,
            "action": one.action,
            "reason": str(one.details.get("reason", "")),
            "field": str(one.details.get("field", "")),
        }
        for one in found
    ]
