"""Of two visits that contradict one another, somebody decides what holds. Neither is changed."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.screening import access, errors
from lianfang.screening.models import Statement, VisitConflict, VisitedPerson

_WHY = "of the two visits that are decided about"


def decide(
    *, actor: Actor, now: datetime, conflict: int, holds: Mapping[str, UUID], note: str
) -> VisitConflict:
    """Say for everything contradictory which of the two visits holds. What the other says of that person is void.

    Raises forbidden, not_found, contradiction.decided, contradiction.choice.
    """
    with transaction.atomic():
        found = access.conflicts(actor).select_for_update().filter(pk=conflict).first()
        if found is None:
            raise ProblemError(NOT_FOUND)
        if found.decided_at is not None:
            raise ProblemError(errors.CONFLICT_DECIDED)
        pair = {found.first_id, found.second_id}
        if set(holds) != set(found.about) or not set(holds.values()) <= pair:
            raise ProblemError(errors.CONFLICT_CHOICE)
        found.holds = {name: str(visit) for name, visit in holds.items()}
        found.decided_at, found.decided_by, found.decided_by_name = now, actor.user_id, actor.name[:150]
        found.note = note.strip()[:300]
        found.save()
        _void(found, holds)
        audit.record(
            actor=actor, action="contradiction.decided", now=now, kind="contradiction", object_id=conflict,
            path=found.path, details={"about": len(found.about)},
        )  # fmt: skip
    return found


def _void(found: VisitConflict, holds: Mapping[str, UUID]) -> None:
    """Where somebody is (or not), only one visit can be right; the other's statement about him counts no more."""
    for name, visit in holds.items():
        parts = name.split(":")
        if len(parts) != 3 or parts[2] != "here":
            continue
        other = found.second_id if visit == found.first_id else found.first_id
        for model in (Statement, VisitedPerson):
            rows = model.objects.unscoped(reason=_WHY).filter(visit=other, person=int(parts[1]))
            rows.update(void=True)
