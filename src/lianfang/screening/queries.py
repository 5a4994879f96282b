"""Reads for screens, always from access."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from lianfang.kernel.actor import Actor, Scope
from lianfang.kernel.permissions import Permission
from lianfang.screening import access, progress
from lianfang.screening.models import Screening, ScreeningTask
from lianfang.screening.rules import OPEN_STATES

#: More work than this is read in the order of its index; less is sorted.
_LARGE = 20_000


@dataclass(frozen=True)
class Page:
    """One page of a longer list, counted from 1."""

    items: Sequence[Any]
    total: int
    page: int
    size: int


@dataclass(frozen=True)
class TaskFilter:
    """Which work; None leaves a question open. state: a TaskState, or "todo". worker: a number, or 0 for nobody's."""

    state: str | None = None
    worker: int | None = None
    path: str | None = None
    text: str = ""


def campaigns(actor: Actor, *, running: bool | None) -> list[Screening]:
    """Campaigns that concern the actor, newest first; `running`: only those that have (not) ended."""
    rows = access.campaigns(actor)
    if running is not None:
        rows = rows.filter(ended_at__isnull=running)
    return list(rows.order_by("-pk")[:200])


def told(actor: Actor, campaign: Screening, *, now: datetime) -> dict[str, Any]:
    """A campaign with its figures as far as the actor sees."""
    names = [field.name for field in Screening._meta.concrete_fields if field.name != "choice"]
    return {
        **{name: getattr(campaign, name) for name in names},
        "manageable": actor.can(Permission.SCREENING_MANAGE, campaign.path),
        "figures": progress.figures(campaign, actor.scope(Permission.FINDING_VIEW), now=now),
    }


def tasks_page(actor: Actor, campaign: Screening, chosen: TaskFilter, *, page: int, size: int) -> Page:
    """Work of a campaign, most urgent first, then as somebody walks."""
    total = tasks_matching(actor, campaign, chosen).count()
    rows = tasks_matching(actor, campaign, chosen, walked=total > _LARGE)
    start = (page - 1) * size
    return Page(list(rows.order_by("-urgency", "order", "pk")[start : start + size]), total, page, size)


def tasks_matching(
    actor: Actor, campaign: Screening, chosen: TaskFilter, *, walked: bool = False
) -> QuerySet[ScreeningTask]:
    """`walked`: to be read in the order of urgency (see ScopedQuerySet.within)."""
    found = access.tasks(actor, walked=walked)
    if chosen.path:
        found = found.within(Scope((chosen.path,)), walked=walked)
    rows: QuerySet[ScreeningTask] = found.filter(screening=campaign)
    if chosen.state == "todo":
        rows = rows.filter(state__in=[one.value for one in OPEN_STATES])
    elif chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.worker is not None:
        rows = rows.filter(worker=chosen.worker or None)
    if chosen.text:
        rows = rows.filter(place__icontains=chosen.text)
    return rows
