"""Passes of the town: on both sides a key signs, three passes were issued, two withdrawn, one objected to."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction

from lianfang.gates import budgets, hourly, issuing, keys, lists, objecting, own, withdrawing
from lianfang.gates.crossed import Crossed
from lianfang.gates.holders import For
from lianfang.gates.models import Crossing, DoubleUse, GateAlert
from lianfang.gates.rules import Reason
from lianfang.kernel import bulk, clock
from lianfang.kernel.actor import system
from lianfang.territory.models import Gate

ACTOR = system("test")


def issue_some(community: int, compound: int) -> dict[str, int | str]:
    """The numbers of one of each kind of thing."""
    now = clock.now()
    key = keys.make_key(actor=ACTOR, now=now, area=community, days=300)
    order = issuing.Order("visitor", (compound,))
    people = [For(f"访客{name}", "13900001111") for name in "甲乙丙"]
    plain, held, argued = issuing.issue(actor=ACTOR, now=now, order=order, to=people)
    until = now + timedelta(hours=10)
    first, second = (
        withdrawing.revoke(
            actor=ACTOR, now=now, pass_=one.pk, reason=Reason.LENT, text="借给他人使用", until=until
        )
        for one in (held, argued)
    )
    objection = objecting.object_to(now=now, revocation=second, text="没有借给别人")
    day = clock.local_date(now)
    budget = budgets.make_budget(
        actor=ACTOR, now=now, area=community, code="temporary", first_on=day, last_on=day, allowed=10, note=""
    )
    batch = lists.start(actor=ACTOR, now=now, order=order, to=[For("访客丁")], title="名单")
    double = DoubleUse.objects.create(
        path=plain.path, subject=plain.subject, of=plain, reason="exits_used", first=uuid4(), second=uuid4(),
        first_gate=1, second_gate=2, first_at=now, second_at=now, noticed_at=now,
    )  # fmt: skip
    alert = _alert(plain.path, compound)
    return {
        "alert": alert.pk, "crossing": str(alert.crossing_id),
        "pass": plain.pk, "pass_key": key.pk, "revocation": first.pk, "objection": objection.pk, "budget": budget.pk,
        "batch": batch.pk, "double": double.pk, "pass_token": own.token_of(held),
    }  # fmt: skip


def _alert(path: str, compound: int) -> GateAlert:
    """Somebody with a fever at a gate."""
    now = clock.now()
    gate = Gate.objects.unscoped(reason="the town is made for everybody").filter(compound=compound)[0]
    shared: dict[str, Any] = {
        "path": path, "compound": compound, "gate": gate.pk, "at": now, "direction": "in", "decision": "refused",
        "name": "王*明", "temperature": 38.0, "guard_name": "顾卫",
    }  # fmt: skip
    row = Crossed(
        **shared, id=uuid4(), received_at=now, kind="visitor", reasons=["fever"], fever=True, guard=None
    )
    with transaction.atomic():
        hourly.count([row])
        bulk.append([row], into=Crossing)
    return GateAlert.objects.create(
        **shared,
        crossing_id=row.id,
        kind="fever",
        gate_name=f"{gate.compound.name} {gate.name}",
        known_at=now,
    )
