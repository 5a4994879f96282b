"""What screens ask of gate plans."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet

from lianfang.gates.planning import access
from lianfang.gates.planning.grounds import drawn
from lianfang.gates.planning.models import GateClosure, GatePlan, PlanOpinion
from lianfang.gates.planning.rules import PlanState
from lianfang.kernel.actor import Actor
from lianfang.kernel.clock import local_date

_LINE = (
    "id", "title", "state", "keep", "reckoned_at", "made_at", "made_by_name", "asked_until", "decided_at",
    "decided_by_name", "chosen", "ended_at", "version",
)  # fmt: skip
_DETAIL = (
    "terms", "gates", "comparison", "job", "asked_at", "asked_by_name", "reason", "text", "ended_by_name", "ended_text",
)  # fmt: skip
_CLOSURE = (
    "id", "gate_name", "reason", "text", "review_on", "exempt", "exempt_text", "decided_at", "decided_by_name",
    "reviewed_at", "reviewed_by_name", "reviewed_text", "reopened_at", "reopened_by_name", "reopened_text", "version",
)  # fmt: skip
_OPINION = ("id", "option", "stance", "text", "door", "channel", "made_at", "by_name")


@dataclass(frozen=True)
class PlanFilter:
    state: str | None = None
    compound: int | None = None
    text: str = ""


def plans(actor: Actor, chosen: PlanFilter, *, page: int, size: int) -> dict[str, Any]:
    """A page of plans, the newest first."""
    rows = access.plans(actor)
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.compound is not None:
        rows = rows.filter(compound=chosen.compound)
    if chosen.text:
        rows = rows.filter(title__icontains=chosen.text) | rows.filter(compound__name__icontains=chosen.text)
    some = rows.select_related("compound").defer("comparison", "compound__geometry").order_by("-pk")
    items = [line(one) for one in some[(page - 1) * size : page * size]]
    return {"items": items, "total": rows.count(), "page": page, "size": size}


def line(one: GatePlan) -> dict[str, Any]:
    kept = len(one.chosen.split("-")) if one.chosen else None
    about = {name: getattr(one, name) for name in _LINE}
    return {**about, "compound": one.compound_id, "compound_name": one.compound.name, "open": kept}


def counts(actor: Actor, now: datetime) -> dict[str, int]:
    """Work that waits: plans that residents were asked about long enough, gates to be looked at again."""
    today = local_date(now)
    asked = access.plans(actor).filter(state=PlanState.ASKING)
    standing = access.closures(actor).filter(reopened_at=None)
    return {
        "asking": asked.count(),
        "to_decide": asked.filter(asked_until__lt=today).count(),
        "closed": standing.count(),
        "due": standing.filter(review_on__lte=today).count(),
    }


def plan(actor: Actor, pk: int, now: datetime) -> dict[str, Any]:
    """Everything of a plan. `stale`: the map is another one than that which was reckoned."""
    one = access.plan(actor, pk)
    said = access.opinions(actor, one).order_by().values("option", "stance").annotate(count=Count("pk"))
    shut = access.closures(actor).filter(plan=one).order_by("pk")
    return {
        **line(one), **{name: getattr(one, name) for name in _DETAIL},
        "opinions": list(said), "closures": closures(shut, now), "stale": _stale(one),
        "may_plan": actor.can(access.PLAN, one.path), "may_hear": actor.can(access.HEAR, one.path),
    }  # fmt: skip


def _stale(one: GatePlan) -> bool:
    """Gates, buildings or paths were moved, added or taken away since; people move in and out all the time."""
    if one.comparison is None:
        return False
    was, seen = one.comparison["ground"], drawn(one.compound)
    gates = [
        [gate.pk, gate.name, gate.point, gate.emergency] for gate in seen.gates if gate.point and gate.walking
    ]
    paths = [{"line": path.line, "way": path.way} for path in seen.paths]
    before = [[gate["id"], gate["name"], gate["at"], gate["wide"]] for gate in was["gates"]]
    placed = sum(1 for house in seen.buildings if house.geometry)
    return gates != before or paths != was["paths"] or placed != len(was["buildings"])


def closures(rows: Iterable[GateClosure], now: datetime) -> list[dict[str, Any]]:
    """`due`: to be looked at again."""
    today = local_date(now)
    return [
        {**{name: getattr(one, name) for name in _CLOSURE}, "plan": one.plan_id, "gate": one.gate_id,
         "compound": one.compound_id,
         "compound_name": one.compound.name, "due": _due(one, today)}
        for one in rows
    ]  # fmt: skip


def _due(one: GateClosure, today: date) -> bool:
    return one.reopened_at is None and one.review_on <= today


def standing(actor: Actor, now: datetime, which: str, compound: int | None = None) -> list[dict[str, Any]]:
    """Gates that are closed ("closed"), those to be looked at again ("due"), or the last hundred opened ("opened");
    of one compound, or of all.
    """
    rows: QuerySet[GateClosure] = access.closures(actor).select_related("compound")
    if compound is not None:
        rows = rows.filter(compound=compound)
    if which == "opened":
        return closures(rows.exclude(reopened_at=None).order_by("-reopened_at")[:100], now)
    rows = rows.filter(reopened_at=None).order_by("review_on", "pk")
    if which == "due":
        rows = rows.filter(review_on__lte=local_date(now))
    return closures(rows[:500], now)


def opinions(actor: Actor, pk: int, *, page: int, size: int) -> dict[str, Any]:
    """What residents said, the newest first."""
    found = access.plan(actor, pk)
    rows = access.opinions(actor, found)
    some = rows.order_by("-pk")[(page - 1) * size : page * size]
    items = [opinion(actor, one) for one in some]
    return {"items": items, "total": rows.count(), "page": page, "size": size}


def opinion(actor: Actor, one: PlanOpinion) -> dict[str, Any]:
    """`mine`: may be taken back."""
    mine = actor.can(access.PLAN, one.path) or (one.by is not None and one.by == actor.user_id)
    return {**{name: getattr(one, name) for name in _OPINION}, "mine": mine}
