"""Quotas that were used at two gates (overused.py notices them): whoever is responsible takes note."""

from datetime import datetime

from django.db import transaction

from lianfang.gates import access
from lianfang.gates.models import DoubleUse
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError


@transaction.atomic
def see(*, actor: Actor, now: datetime, double: int) -> DoubleUse:
    """Somebody has taken note. Raises forbidden, not_found."""
    rows = access.double_uses(actor, access.REVOKE).filter(pk=double)
    found = rows.first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    if rows.filter(seen_at=None).update(seen_at=now, seen_by_name=actor.name[:150]):
        audit.record(
            actor=actor,
            action="pass.double_use_seen",
            now=now,
            kind="double_use",
            object_id=double,
            path=found.path,
        )
    found.refresh_from_db()
    return found
