"""Reads for screens, exports and phones, always from access."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from lianfang.incidents import access, placing
from lianfang.incidents.models import Tip
from lianfang.incidents.rules import NEAR_IN_TIME, WAITING, Message, TipState, overdue
from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.registry import access as registry
from lianfang.registry.rules import mask
from lianfang.territory.models import Area

_TODO = [one.value for one in WAITING]
MOST_EXPORTED = 20_000


@dataclass(frozen=True)
class TipFilter:
    """state: a TipState, "todo" or "overdue"; None leaves a question open. mine: the asking user's own."""

    state: str | None = None
    channel: str | None = None
    mine: bool = False
    nowhere: bool = False
    path: str = ""
    text: str = ""


def matching(actor: Actor, chosen: TipFilter, *, now: datetime) -> ScopedQuerySet[Tip]:
    rows = _without_state(actor, chosen)
    if chosen.state == "todo":
        return rows.filter(state__in=_TODO)
    if chosen.state == "overdue":
        return rows.filter(state__in=_TODO, due_at__lt=now)
    return rows.filter(state=chosen.state) if chosen.state else rows


def _without_state(actor: Actor, chosen: TipFilter) -> ScopedQuerySet[Tip]:
    rows = access.tips(actor)
    if chosen.channel:
        rows = rows.filter(channel=chosen.channel)
    if chosen.mine:
        rows = rows.filter(worker=actor.user_id, worker__isnull=False)
    if chosen.nowhere:
        rows = rows.filter(place_id=None)
    if chosen.path:
        rows = rows.filter(path__gte=chosen.path, path__lt=f"{chosen.path}~")
    if chosen.text:
        words = Q(text__icontains=chosen.text) | Q(place__icontains=chosen.text)
        words |= Q(text_en__icontains=chosen.text)
        rows = rows.filter(words | Q(place_text__icontains=chosen.text))
    return rows


def page(actor: Actor, chosen: TipFilter, *, now: datetime, number: int, size: int) -> dict[str, Any]:
    """One page: what waits comes first, overdue before all; and how many the other filters leave in each state."""
    rows = _ordered(matching(actor, chosen, now=now))
    every = _without_state(actor, chosen)
    counts = dict(every.order_by().values_list("state").annotate(n=Count("pk")))
    late = every.filter(state__in=_TODO, due_at__lt=now).count()
    counts |= {"todo": sum(counts.get(one, 0) for one in _TODO), "overdue": late}
    start = (number - 1) * size
    items = [line(one, now=now) for one in rows[start : start + size]]
    return {"items": items, "total": rows.count(), "page": number, "size": size, "counts": counts}


def _ordered(rows: ScopedQuerySet[Tip]) -> QuerySet[Any]:
    waiting = Case(When(state__in=_TODO, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.annotate(waiting=waiting).order_by("waiting", "due_at", "pk")


def line(one: Tip, *, now: datetime) -> dict[str, Any]:
    """One row: everything but who told it and the history."""
    names = (
        "version", "channel", "text", "text_en", "said_at", "received_at", "received_by_name", "place_text",
        "place_kind", "place_id", "place", "person", "state", "worker", "worker_name", "due_at", "found", "told",
        "told_at", "passed_to", "settled_at", "path",
    )  # fmt: skip
    return {
        "id": one.pk,
        **{name: getattr(one, name) for name in names},
        "named": bool(one.teller),
        "overdue": overdue(TipState(one.state), one.due_at, now=now),
        "duplicate_of": one.duplicate_of_id,
    }


def detail(actor: Actor, one: Tip, *, now: datetime) -> dict[str, Any]:
    """A tip with its history, its duplicates, and those that may tell the same."""
    duplicates = access.tips(actor).filter(duplicate_of=one.pk).order_by("pk")
    steps = list(one.steps.order_by("at", "pk").values("at", "act", "by_name", "to_name", "text"))
    return {
        **line(one, now=now),
        "person_name": _person(actor, one.person),
        "manageable": actor.can(Permission.TIP_WORK, one.path),
        "steps": steps,
        "duplicates": [line(tip, now=now) for tip in duplicates[:50]],
        "alike": [line(tip, now=now) for tip in alike(actor, one)],
    }


def alike(actor: Actor, one: Tip) -> Sequence[Tip]:
    """Tips of the same place or person of about the same time, which may tell the same; those that wait first."""
    same = Q(pk__in=[])
    if one.place_id is not None:
        same |= Q(place_kind=one.place_kind, place_id=one.place_id)
    if one.person is not None:
        same |= Q(person=one.person)
    near = Q(said_at__range=(one.said_at - NEAR_IN_TIME, one.said_at + NEAR_IN_TIME))
    mine = [one.pk, *([one.duplicate_of_id] if one.duplicate_of_id else [])]
    rows = access.tips(actor).filter(same & near, duplicate_of=None).exclude(pk__in=mine)
    return list(_ordered(rows)[:5])


def _person(actor: Actor, pk: int | None) -> str:
    if pk is None or not actor.can(Permission.PERSON_VIEW):
        return ""
    name = registry.people(actor).filter(pk=pk).values_list("name", flat=True).first()
    return str(name or "")


def suggested(actor: Actor, messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Each message with the places that it may mean."""
    return [
        {
            "text": one.text,
            "said_at": one.said_at,
            "name": one.name,
            "places": placing.suggest(actor, one.text),
        }
        for one in messages
    ]


def tips_of(actor: Actor) -> list[dict[str, Any]]:
    """The waiting tips that were given to the actor, the most urgent first: for his phone. Without who told them.

    [] for whoever may not see tips.
    """
    if not actor.can(Permission.TIP_VIEW) or actor.user_id is None:
        return []
    rows = access.tips(actor).filter(worker=actor.user_id, state__in=_TODO).order_by("due_at", "pk")
    return [
        {
            "id": one.pk, "version": one.version, "text": one.text, "text_en": one.text_en,
            "said_at": one.said_at.isoformat(),
            "place": one.place or one.place_text, "door": one.place_id if one.place_kind == "door" else None,
            "person": one.person, "due": one.due_at.isoformat(), "path": one.path,
        }
        for one in rows
    ]  # fmt: skip


def exported(actor: Actor, chosen: TipFilter, *, now: datetime, zh: bool) -> Iterator[list[str]]:
    """The heading and a row for each tip; without who told it."""
    yield list(_HEADINGS["zh" if zh else "en"])
    names = dict(Area.objects.within(actor.require(Permission.TIP_VIEW)).values_list("path", "name"))
    for one in _ordered(matching(actor, chosen, now=now))[:MOST_EXPORTED]:
        yield [
            str(one.pk), one.channel, one.said_at.isoformat(timespec="minutes"),
            mask_numbers(one.text if zh else one.text_en or one.text),
            names.get(one.path, ""), one.place or one.place_text, one.state, one.worker_name,
            one.due_at.isoformat(timespec="minutes"), one.found, one.told,
            one.told_at.isoformat(timespec="minutes") if one.told_at else "", one.passed_to,
            str(one.duplicate_of_id or ""),
        ]  # fmt: skip


_HEADINGS = {
    "zh": (
        "编号", "来源", "反映时间", "内容", "区域", "地点", "状态", "经办人", "期限", "核查结果", "答复内容",
        "答复时间", "转交单位", "重复于",
    ),
    "en": (
        "number", "channel", "said at", "text", "area", "place", "state", "worker", "due", "found", "told",
        "told at", "passed on to", "duplicate of",
    ),
}  # fmt: skip


def mask_numbers(text: str) -> str:
    """A sentence with the ID numbers and mobile numbers in it masked."""
    words = []
    digits = ""
    for character in f"{text}\0":
        if character.isascii() and (character.isdigit() or (character in "xX" and len(digits) == 17)):
            digits += character
            continue
        words.append(mask(digits) if len(digits) in (11, 15, 18) else digits)
        words.append(character)
        digits = ""
    return "".join(words)[:-1]
