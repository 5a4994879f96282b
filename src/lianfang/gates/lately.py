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
MOST_DOUBLES = 50
COLUMNS = ("id", "pass", "subject", "gate", "direction", "at")


def past(actor: Actor, *, now: datetime) -> dict[str, Any]:
    """Crossings of the last days that the server knew at the beginning of this hour."""
    return {"columns": list(COLUMNS), "rows": _rows(actor, now, Q(received_at__lt=_hour(now)))}


def present(actor: Actor, scope: Scope, *, now: datetime) -> dict[str, Any]:
    """Crossings since then; °C of a fever by compound; serials of passes whose holders stay at home; alerts; quotas
    that were used at two gates.
    """
    own = list(compounds(actor, access.GATE).defer("geometry").order_by("pk"))
    return {
        "rows": _rows(actor, now, Q(received_at__gte=_hour(now))),
        "fever": {str(one.pk): health.known().fever(one.path) for one in own},
        "held": _held(own, scope, now),
        "alerts": alerts.for_phones(actor, now=now),
        "doubles": _doubles(own, now),
    }


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


def _doubles(own: Iterable[Compound], now: datetime) -> list[dict[str, Any]]:
    """Quotas lately used at two gates, told to both; of a gate elsewhere no more than that it is another one."""
    gates = Gate.objects.unscoped(reason=_WHY).filter(compound__in=[one.pk for one in own])
    names = {
        pk: f"{compound} {name}" for pk, compound, name in gates.values_list("pk", "compound__name", "name")
    }
    rows = DoubleUse.objects.unscoped(reason=_WHY).filter(noticed_at__gte=now - alerts.STAYS)
    rows = rows.filter(Q(first_gate__in=list(names)) | Q(second_gate__in=list(names)))
    return [
        {
            "id": one.pk, "name": (one.of.plate or one.of.name) if one.of else "", "reason": one.reason,
            "first_gate": names.get(one.first_gate, ""), "first_at": one.first_at.isoformat(),
            "second_gate": names.get(one.second_gate, ""), "second_at": one.second_at.isoformat(),
        }
        for one in rows.select_related("of").order_by("-pk")[:MOST_DOUBLES]
    ]  # fmt: skip


def _held(own: Iterable[Compound], scope: Scope, now: datetime) -> list[str]:
    """Passes of people who stay at home now. A phone learns no more than that such a pass does not go out."""
    people = health.known().held_in(scope, now)
    if not people:
        return []
    numbers = [one.pk for one in own]
    rows = Pass.objects.unscoped(reason=_WHY).filter(compound__in=numbers, valid_until__gt=now)
    found = rows.exclude(person=None).values_list("serial", "person")
    return sorted(serial for serial, person in found.iterator(chunk_size=5_000) if person in people)
