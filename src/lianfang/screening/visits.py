"""Visits as screens show them: numbers masked, and that somebody looked is recorded."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.registry import access as registry
from lianfang.registry.rules import mask
from lianfang.screening import access
from lianfang.screening.models import ScreeningTask, Statement, TaskStep, Visit, VisitConflict, VisitedPerson
from lianfang.screening.sentences import place
from lianfang.territory.models import Dwelling

_MOST = 200
_WHY = "of a visit that the actor sees"


def read(*, actor: Actor, now: datetime, visit: UUID) -> dict[str, Any]:
    """One visit with all that was said. That somebody looked is recorded. Raises forbidden, not_found."""
    found = access.visit(actor, visit)
    told = {**_line(found), "body": _masked(actor, found), "task": found.task_id}
    told["place"] = places([found.dwelling]).get(found.dwelling or 0, "")
    statements = Statement.objects.unscoped(reason=_WHY).filter(visit=found).order_by("position")
    told["people"] = [
        {
            "position": one.position,
            "uid": one.person,
            "newcomer": one.newcomer,
            "void": one.void,
            "failed": one.failed,
        }
        for one in statements
    ]
    told["contradictions"] = list(_contradictions(found))
    audit.read(
        actor=actor, action="visit.viewed", now=now, kind="visit", object_id=str(visit), path=found.path
    )
    return told


def _contradictions(found: Visit) -> Iterable[int]:
    rows = VisitConflict.objects.unscoped(reason=_WHY)
    return [
        *rows.filter(first=found).values_list("pk", flat=True),
        *rows.filter(second=found).values_list("pk", flat=True),
    ]


def of_person(actor: Actor, uid: int) -> list[dict[str, Any]]:
    """Visits that saw one person or say something of him, newest first."""
    said = access.statements(actor).filter(person=uid).values("visit")
    found = access.visits(actor).filter(Q(pk__in=said) | Q(person=uid) | Q(pk__in=_met(uid)))
    return _lines(list(found.defer("body")))


def _met(uid: int) -> QuerySet[VisitedPerson, Any]:
    return VisitedPerson.objects.unscoped(reason=_WHY).filter(person=uid).values("visit")


def of_door(actor: Actor, dwelling: int) -> list[dict[str, Any]]:
    """Visits to one door, newest first."""
    return _lines(list(access.visits(actor).filter(dwelling=dwelling).defer("body")))


def _lines(visits: Sequence[Visit]) -> list[dict[str, Any]]:
    once = {visit.pk: visit for visit in visits}
    ordered = sorted(once.values(), key=lambda one: one.corrected_at, reverse=True)[:_MOST]
    named = places([one.dwelling for one in ordered])
    return [{**_line(one), "place": named.get(one.dwelling or 0, "")} for one in ordered]


def _line(one: Visit) -> dict[str, Any]:
    names = (
        "id", "path", "dwelling", "person", "worker_name", "typed_by_name", "device", "channel", "outcome", "at",
        "corrected_at", "received_at", "newcomers",
    )  # fmt: skip
    return {**{name: getattr(one, name) for name in names}, "spoken_of": one.people}


def places(dwellings: Sequence[int | None]) -> dict[int, str]:
    """Doors in words."""
    wanted = {one for one in dwellings if one is not None}
    rows = Dwelling.objects.unscoped(reason=_WHY).filter(pk__in=wanted)
    columns = ("pk", "building__compound__name", "building__name", "unit", "room")
    return {
        pk: place(compound, building, unit, room)
        for pk, compound, building, unit, room in rows.values_list(*columns)
    }


def _masked(actor: Actor, found: Visit) -> dict[str, Any]:
    """What was said, with names of known people and without whole numbers."""
    body: dict[str, Any] = json.loads(found.body)
    uids = [seen["uid"] for seen in body.get("people", []) if seen.get("uid")]
    known = dict(registry.people(actor).filter(pk__in=uids).values_list("pk", "name"))
    for seen in body.get("people", []):
        if seen.get("uid"):
            seen["name"] = known.get(seen["uid"], "")
        for part in (seen.get("new") or {}, *seen.get("contacts", [])):
            for name in ("id_number", "phone"):
                if part.get(name):
                    part[name] = mask(part[name])
    return body


def task_file(actor: Actor, pk: int) -> dict[str, Any] | None:
    """One task with its history and visits; None when the actor sees none of this number."""
    task = access.tasks(actor).select_related("screening").filter(pk=pk).first()
    if task is None:
        return None
    steps = TaskStep.objects.filter(task=task).order_by("-at", "-pk")[:_MOST]
    may = actor.can(Permission.PERSON_VIEW)
    visits = _lines(list(access.visits(actor).filter(task=task).defer("body"))) if may else []
    return {"task": task, "steps": list(steps), "visits": visits, "asked": _asked(actor, task)}


def _asked(actor: Actor, task: ScreeningTask) -> list[dict[str, Any]]:
    """Who is asked for, as far as the actor sees people."""
    if not actor.can(Permission.PERSON_VIEW):
        return []
    rows = registry.people(actor).filter(pk__in=task.people).order_by("pk")
    return [
        {"uid": one.pk, "name": one.name, "sex": one.sex, "birth": one.birth, "phone": mask(one.phone)}
        for one in rows.defer("descriptions", "met")
    ]


def contradictions(actor: Actor, *, decided: bool) -> list[dict[str, Any]]:
    """Contradictions in the actor's area, newest first, with what each visit answers to what is asked."""
    rows = access.conflicts(actor).filter(decided_at__isnull=not decided)
    rows = rows.select_related("first", "second").order_by("-pk")[:_MOST]
    found = list(rows)
    named = places([one.dwelling for one in found])
    return [_contradiction(actor, one, named) for one in found]


def contradiction(actor: Actor, one: VisitConflict) -> dict[str, Any]:
    """One of them."""
    return _contradiction(actor, one, places([one.dwelling]))


def _contradiction(actor: Actor, one: VisitConflict, named: dict[int, str]) -> dict[str, Any]:
    names = (
        "id",
        "path",
        "dwelling",
        "about",
        "noticed_at",
        "decided_at",
        "decided_by_name",
        "holds",
        "note",
    )
    uids = [int(name.split(":")[1]) for name in one.about if name.startswith("person:")]
    known = registry.people(actor).filter(pk__in=uids).values_list("pk", "name")
    return {
        **{name: getattr(one, name) for name in names},
        "place": named.get(one.dwelling or 0, ""),
        "people": {str(pk): name for pk, name in known},
        "visits": [
            {**_line(visit), "place": "", "answers": _answers(visit, one.about)}
            for visit in (one.first, one.second)
        ],
    }


def _answers(visit: Visit, about: Sequence[str]) -> dict[str, Any]:
    body = json.loads(visit.body)
    seen = {str(one.get("uid")): one for one in body.get("people", [])}
    found: dict[str, Any] = {}
    for name in about:
        parts = name.split(":")
        found[name] = visit.outcome if len(parts) == 1 else seen.get(parts[1], {}).get(parts[2])
    return found
