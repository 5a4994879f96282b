"""What a visitor said at a gate, and who else was in a vehicle: sealed, and shown for a reason that is recorded."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from lianfang.gates import access, errors
from lianfang.gates.models import Crossing
from lianfang.gates.rules import LEAST_WORDS
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission

_VISITOR = ("name", "phone", "id_number", "from", "to", "purpose", "returned_on")


def reveal(*, actor: Actor, now: datetime, crossing: UUID, reason: str) -> dict[str, Any]:
    """In full, as it was typed. Raises forbidden, not_found, pass.words."""
    actor.require(access.VIEW)
    rows = Crossing.objects.within(actor.require(Permission.PERSON_REVEAL))
    found = rows.filter(pk=crossing).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    if len(reason.strip()) < LEAST_WORDS:
        raise ProblemError(errors.WORDS, least=LEAST_WORDS)
    with transaction.atomic():
        audit.record(
            actor=actor, action="gate.crossing_shown", now=now, kind="crossing", object_id=str(crossing),
            path=found.path, details={"reason": reason.strip()[:300]},
        )  # fmt: skip
    said = json.loads(found.said) if found.said else {}
    visitor = said.get("visitor") or {}
    return {
        "visitor": {name: str(visitor.get(name) or "") for name in _VISITOR} if visitor else None,
        "occupants": [
            {
                "name": one.get("name", ""),
                "temperature": one.get("temperature"),
                "document_seen": one.get("document_seen"),
            }
            for one in said.get("occupants", [])
        ],
    }
