"""Alerts of gates: a fever, a forced gate, somebody who has to stay at home going out, somebody who has come back.

They are raised in the transaction that takes the crossing, so that they are known the moment it is. Whoever works at
the compound's gates has them on his phone, whoever answers for the area at the desk.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from lianfang.gates import access, errors, health
from lianfang.gates.crossed import Crossed
from lianfang.gates.crossing_body import Decision
from lianfang.gates.models import GateAlert
from lianfang.gates.rules import LEAST_WORDS
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.territory.access import compounds
from lianfang.territory.models import Gate

_WHY = "alerts of the compounds where the actor works at gates"
#: How long an alert that was dealt with stays on phones.
STAYS = timedelta(hours=12)
_COLUMNS = (
    "id", "kind", "compound", "gate", "gate_name", "at", "known_at", "name", "temperature", "direction", "decision",
    "guard_name", "acknowledged_at", "acknowledged_by_name", "done",
)  # fmt: skip


class AlertKind(StrEnum):
    FEVER = "fever"
    FORCED = "forced"
    HELD_OUT = "held_out"  # somebody who has to stay at home goes out, or tried to
    RETURNEE = "returnee"  # somebody came back and was registered at the gate


def raise_for(rows: Sequence[Crossed], gates: Mapping[int, Gate], *, now: datetime) -> list[GateAlert]:
    """The alerts of crossings that have just been written. Inside the caller's transaction."""
    going = [one.person for one in rows if one.direction == "out" and one.person is not None]
    held = health.known().held(going, now) if going else set()
    made = [
        _alert(row, kind, gates[row.gate], now) for row in rows for kind in _kinds(row, held)
    ]  # fmt: skip
    return GateAlert.objects.bulk_create(made) if made else []


def _kinds(row: Crossed, held: set[int]) -> list[AlertKind]:
    found = []
    if row.fever:
        found.append(AlertKind.FEVER)
    if row.decision == Decision.FORCED:
        found.append(AlertKind.FORCED)
    if row.direction == "out" and row.person in held:
        found.append(AlertKind.HELD_OUT)
    if row.kind == "returnee" and row.decision == Decision.ADMITTED:
        found.append(AlertKind.RETURNEE)
    return found


def _alert(row: Crossed, kind: AlertKind, gate: Gate, now: datetime) -> GateAlert:
    return GateAlert(
        path=row.path, crossing_id=row.id, kind=kind.value, compound=row.compound, gate=row.gate,
        gate_name=f"{gate.compound.name} {gate.name}"[:130], at=row.at, known_at=now, name=row.name, serial=row.serial,
        person=row.person, temperature=row.temperature if kind == AlertKind.FEVER else None, direction=row.direction,
        decision=row.decision, guard_name=row.guard_name,
    )  # fmt: skip


def at_desk(actor: Actor, *, waiting: bool | None = None) -> ScopedQuerySet[GateAlert]:
    """Those of the actor's area, or of the gates where he works; those that wait first, then the newest.

    `waiting`: only those that nobody has dealt with, or only the others.
    """
    rows = GateAlert.objects.within(actor.require(access.VIEW)) if actor.can(access.VIEW) else at_gates(actor)
    rows = rows.order_by(F("acknowledged_at").desc(nulls_first=True), "-at", "-pk")
    return rows if waiting is None else rows.filter(acknowledged_at__isnull=waiting)


def shown(actor: Actor, rows: Iterable[GateAlert]) -> list[GateAlert]:
    """As the actor sees them: who it is leads to a file only for those who see files."""
    found = list(rows)
    if not actor.can(Permission.PERSON_VIEW):
        for one in found:
            one.person = None
    return found


def at_gates(actor: Actor) -> ScopedQuerySet[GateAlert]:
    """Those of the compounds where the actor works at gates."""
    own = compounds(actor, access.GATE).order_by().values("pk")
    return GateAlert.objects.unscoped(reason=_WHY).filter(compound__in=own)


def for_phones(actor: Actor, *, now: datetime) -> list[dict[str, Any]]:
    """What a guard sees of alerts: where, what, the masked name; nothing that leads to a file."""
    rows = at_gates(actor).filter(at__gte=now - STAYS) | at_gates(actor).filter(acknowledged_at=None)
    found = rows.order_by("-at", "-pk").values(*_COLUMNS)[:200]
    return [{name: _plain(value) for name, value in row.items()} for row in found]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


@transaction.atomic
def acknowledge(
    *,
    actor: Actor,
    now: datetime,
    alert: int,
    done: str,
    at: datetime | None = None,
    fact: UUID | None = None,
) -> GateAlert:
    """Say that somebody acts, and what was done. The first one stands; of two at once, one does.

    `at`: when it was on a phone; `fact`: of that phone. Raises forbidden, not_found, pass.words, alert.done.
    """
    found = at_gates(actor).filter(pk=alert).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    if len(done.strip()) < LEAST_WORDS:
        raise ProblemError(errors.WORDS, least=LEAST_WORDS)
    values = {
        "acknowledged_at": min(at or now, now), "acknowledged_by": actor.user_id,
        "acknowledged_by_name": actor.name[:150], "done": done.strip()[:500],
    }  # fmt: skip
    if not at_gates(actor).filter(pk=alert, acknowledged_at=None).update(**values):
        raise ProblemError(errors.ALERT_DONE, by=found.acknowledged_by_name)
    audit.record(
        actor=actor, action="gate.alert_acknowledged", now=now, kind="gate_alert", object_id=alert, path=found.path,
        details={"fact": str(fact)} if fact else {},
    )  # fmt: skip
    found.refresh_from_db()
    return found


class AlertBody(BaseModel):
    """A guard says on his phone what was done about an alert."""

    model_config = ConfigDict(extra="forbid")

    alert: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
    done: Annotated[str, StringConstraints(min_length=LEAST_WORDS, max_length=500, pattern=r"^[^\x00]*$")]


def take_acknowledgements(*, now: datetime, facts: Sequence[Any]) -> list[ProblemError | None]:
    """One answer a fact (sync.kinds.Take): None, or why it is refused. Each stands by itself."""
    told: list[ProblemError | None] = []
    for fact in facts:
        try:
            with transaction.atomic():
                acknowledge(
                    actor=fact.actor, now=now, alert=fact.body.alert, done=fact.body.done, at=fact.corrected_at,
                    fact=fact.id,
                )  # fmt: skip
            told.append(None)
        except ProblemError as problem:
            told.append(problem)
    return told
