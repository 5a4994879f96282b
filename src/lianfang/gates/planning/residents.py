"""What residents are shown of the plans that they are asked about, and what they say, by the link of their compound."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from lianfang.gates.planning import actions
from lianfang.gates.planning.models import GatePlan, PlanOpinion
from lianfang.gates.planning.rules import HeardBy, PlanState
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.clock import local_date
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.scoping import ScopedQuerySet

RESIDENT = Actor(user_id=None, name="resident")
_LINK = "whoever holds the link of the compound; only what its residents are asked about"


def asked(compound: int, *, now: datetime) -> list[dict[str, Any]]:
    """Plans about which the residents of a compound are asked today: the options by the names of gates, with the walk
    in metres. Nothing of who lives where, nothing of what others said.
    """
    return [_told(one) for one in _asking(compound, now).order_by("asked_until", "pk")]


@transaction.atomic
def hear(*, now: datetime, compound: int, plan: int, key: UUID, said: actions.Said) -> PlanOpinion:
    """Keep what a resident says; sent again (the same `key`) it is kept once. Raises not_found, plan.option."""
    found = _asking(compound, now).filter(pk=plan).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    actions.option_of(found, said.option)
    made, fresh = PlanOpinion.objects.unscoped(reason=_LINK).get_or_create(
        key=key,
        defaults={
            "path": found.path, "plan": found, "option": said.option, "stance": said.stance.value,
            "text": said.text.strip(), "door": said.door.strip(), "channel": HeardBy.PAGE.value, "made_at": now,
            "by_name": "",
        },
    )  # fmt: skip
    if fresh:
        audit.record(
            actor=RESIDENT, action="gate_plan.heard", now=now, kind="gate_plan", object_id=found.pk, path=found.path,
            details={"stance": made.stance, "channel": made.channel},
        )  # fmt: skip
    return made


def _asking(compound: int, now: datetime) -> ScopedQuerySet[GatePlan]:
    rows = GatePlan.objects.unscoped(reason=_LINK)
    return rows.filter(compound=compound, state=PlanState.ASKING.value, asked_until__gte=local_date(now))


def _told(one: GatePlan) -> dict[str, Any]:
    comparison = one.comparison or {"options": [], "ground": {"gates": []}, "proposed": None}
    names = [gate["name"] for gate in comparison["ground"]["gates"]]
    options = [
        {
            "key": option["key"], "open": [names[at] for at in option["open"]],
            "closed": [name for at, name in enumerate(names) if at not in option["open"]],
            "walk_mean": option["walk_mean"], "walk_longest": option["walk_longest"],
            "proposed": place == comparison["proposed"],
        }
        for place, option in enumerate(comparison["options"])
    ]  # fmt: skip
    options.sort(key=lambda option: not option["proposed"])
    return {"id": one.pk, "title": one.title, "until": one.asked_until, "options": options}
