"""What has happened at the gates lately, for the phones there: crossings, who is to stay at home, alerts.

In two parts, because phones ask every minute: what came before the current hour stays the same for an hour.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from lianfang.gates import access, alerts, health
from lianfang.gates.crossing_body import Decision
from lianfang.gates.models import Crossing, DoubleUse, Pass
from lianfang.kernel.actor import Actor, Scope
from lianfang.kernel.clock import LOCAL
from lianfang.territory.access import compounds
from lianfang.territory.models import Compound, Gate

_WHY = "of compounds where the phone's user works at gates"
#: Days whose crossings count: those of the shipped quotas. A longer window is checked when the crossings come in.
DAYS = 2
COLUMNS = ("id", "pass", "subject", "gate", "direction", "at")
#: After so long whatever came before the hour has been written.
SETTLED = timedelta(minutes=5)
#: How long gates are told of a quota that was used twice, unless the desk has seen it before; and of how many.
TOLD, MOST_DOUBLES = timedelta(hours=12), 1_000


def past(actor: Actor, *, now: datetime) -> dict[str, Any]:
    """Crossings of the last days that the server knew at the beginning of this hour."""
    return {"columns": list(COLUMNS), "rows": _rows(actor, now, Q(received_at__lt=_hour(now)))}


def past_mark(actor: Actor, *, now: datetime) -> tuple[object, ...] | None:
    """What `past` would be made of, in short: while it is the same, that is. None in the first minutes of an hour: what
    came just before may be on its way into the table.
    """
    if now < _hour(now) + SETTLED:
        return None
    own = compounds(actor, access.GATE).order_by("pk").values_list("pk", flat=True)
    return (tuple(own), _hour(now), now.astimezone(LOCAL).date())


def present(actor: Actor, scope: Scope, *, now: datetime) -> dict[str, Any]:
    """Crossings since then; °C of a fever by compound; serials of passes whose holders stay at home; alerts; quotas
    that two gates let through.
    """
    own = list(compounds(actor, access.GATE).defer("geometry").order_by("pk"))
    return {
        "rows": _rows(actor, now, Q(received_at__gte=_hour(now))),
        "fever": {str(one.pk): health.known().fever(one.path) for one in own},
        "held": _held(own, scope, now),
        "alerts": alerts.for_phones(actor, now=now),
        "doubles": _doubles(own, now),
    }


def _doubles(own: Iterable[Compound], now: datetime) -> list[dict[str, Any]]:
    """Told to both gates: masked name or plate, which crossing was one too many, and the gates with their moments."""
    gates = Gate.objects.unscoped(reason=_WHY).filter(compound__in=[one.pk for one in own]).values("pk")
    rows = DoubleUse.objects.unscoped(reason=_WHY).filter(
        Q(first_gate__in=gates) | Q(second_gate__in=gates), seen_at=None, noticed_at__gte=now - TOLD
    )
    columns = (
        "id",
        "second",
        "reason",
        "of__name",
        "of__plate",
        "first_gate",
        "second_gate",
        "first_at",
        "second_at",
    )
    return [
        {
            "id": pk, "second": str(second), "reason": reason, "name": plate or name or "", "first_gate": first_gate,
            "second_gate": second_gate, "first_at": int(first_at.timestamp()), "second_at": int(second_at.timestamp()),
        }
        for pk, second, reason, name, plate, first_gate, second_gate, first_at, second_at in rows.order_by(
            "-second_at", "-pk"
        ).values_list(*columns)[:MOST_DOUBLES]
    ]  # fmt: skip


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def _rows(actor: Actor, now: datetime, received: Q) -> list[list[Any]]:
    """[id, serial or visitor, subject, gate, direction, seconds since 1970] of each who went through."""
    midnight = now.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    own = compounds(actor, access.GATE).order_by().values("pk")
    rows = Crossing.objects.unscoped(reason=_WHY).filter(
        received, compound__in=own, at__gte=midnight - timedelta(days=DAYS - 1)
    )
    columns = ("id", "serial", "who", "subject", "gate", "direction", "at")
    return [
        [str(pk), serial or who, subject, gate, direction, int(at.timestamp())]
        for pk, serial, who, subject, gate, direction, at in rows.exclude(decision=Decision.REFUSED)
        .order_by("at", "pk")
        .values_list(*columns)
        .iterator(chunk_size=5_000)
    ]


def _held(own: Iterable[Compound], scope: Scope, now: datetime) -> list[str]:
    """Passes of people who stay at home now. A phone learns no more than that such a pass does not go out."""
    people = health.known().held_in(scope, now)
    if not people:
        return []
    numbers = [one.pk for one in own]
    rows = Pass.objects.unscoped(reason=_WHY).filter(compound__in=numbers, valid_until__gt=now)
    found = rows.exclude(person=None).values_list("serial", "person")
    return sorted(serial for serial, person in found.iterator(chunk_size=5_000) if person in people)
