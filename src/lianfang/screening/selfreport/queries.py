"""Reads: for whoever reported, and for the desk."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from lianfang.kernel.actor import Actor
from lianfang.kernel.clock import local_date
from lianfang.registry.rules import mask
from lianfang.screening import diseases
from lianfang.screening.field import SYMPTOMS
from lianfang.screening.models import Visit
from lianfang.screening.queries import Page
from lianfang.screening.selfreport import access
from lianfang.screening.selfreport.body import masked
from lianfang.screening.selfreport.models import ReportLink, SelfReport
from lianfang.screening.selfreport.rules import UNHANDLED, ReportState
from lianfang.screening.selfreport.sending import said_in
from lianfang.territory.models import Dwelling


def ground(link: ReportLink) -> dict[str, Any]:
    """What is said before anything is typed: who collects what for, on what basis, until when."""
    names = ("collector", "contact", "purpose", "legal_basis", "kept_until")
    return {
        **{name: getattr(link, name) for name in names},
        "compound": link.compound_name,
        "expires_on": local_date(link.expires_at),
        "symptoms": list(SYMPTOMS),
        "contacts": [one.model_dump() for one in diseases.contacts(link.path)],
    }


def own(report: SelfReport) -> dict[str, Any]:
    """A report as whoever holds its receipt sees it: his own words and what became of them, nobody else's."""
    said = said_in(report)
    return {
        "kind": report.kind, "state": report.state, "version": report.version, "place": report.place,
        "received_at": report.received_at, "changed_at": report.changed_at, "planned_on": report.planned_on,
        "visited_on": _visited_on(report), "answer": report.answer, "changeable": report.state in UNHANDLED,
        "said": masked(said, mask) if said else None, **ground(report.link),
    }  # fmt: skip


def _visited_on(report: SelfReport) -> date | None:
    """When somebody was at the door afterwards. Only of a report that the community has taken for true: else anybody
    could ask about any door.
    """
    if report.state not in (ReportState.PLANNED, ReportState.TAKEN) or report.dwelling is None:
        return None
    rows = Visit.objects.unscoped(reason="at the door of the report")
    rows = rows.filter(dwelling=report.dwelling, corrected_at__gt=report.received_at)
    rows = rows.exclude(pk=report.visit) if report.visit else rows
    first: datetime | None = rows.order_by("corrected_at").values_list("corrected_at", flat=True).first()
    return local_date(first) if first else None


def links(actor: Actor, *, now: datetime, compound: int | None) -> list[dict[str, Any]]:
    """The links in one's area, those that work first."""
    rows = access.links(actor)
    if compound is not None:
        rows = rows.filter(compound=compound)
    waiting = Count(
        "reports", filter=Q(reports__state__in=[ReportState.RECEIVED.value, ReportState.LOOKING.value])
    )
    found = rows.annotate(received=Count("reports"), waiting=waiting).order_by("-pk")[:500]
    told = [told_link(one, now=now) for one in found]
    return sorted(told, key=lambda one: not one["works"])


def told_link(one: ReportLink, *, now: datetime) -> dict[str, Any]:
    names = (
        "collector", "contact", "purpose", "legal_basis", "kept_until", "created_at", "created_by_name",
        "expires_at", "withdrawn_at", "withdrawn_by_name", "compound", "compound_name",
    )  # fmt: skip
    return {
        "id": one.pk,
        **{name: getattr(one, name) for name in names},
        "works": one.withdrawn_at is None and one.expires_at > now,
        "received": getattr(one, "received", 0),
        "waiting": getattr(one, "waiting", 0),
    }


@dataclass(frozen=True)
class ReportFilter:
    """state: a ReportState, or "todo". text: part of the door or the compound."""

    state: str | None = None
    kind: str | None = None
    text: str = ""


def reports(actor: Actor, chosen: ReportFilter, *, page: int, size: int) -> tuple[Page, dict[str, int]]:
    """Reports in one's area, arrivals by their day and the oldest first; and how many are in which state."""
    rows = access.reports(actor).select_related("link")
    if chosen.text:
        rows = rows.filter(Q(place__icontains=chosen.text) | Q(link__compound_name__icontains=chosen.text))
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    counts = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    if chosen.state == "todo":
        rows = rows.filter(state__in=[ReportState.RECEIVED.value, ReportState.LOOKING.value])
    elif chosen.state:
        rows = rows.filter(state=chosen.state)
    start = (page - 1) * size
    order = ("received_at", "pk") if chosen.state == "todo" else ("-received_at", "-pk")
    items = [line(one) for one in rows.order_by(*order)[start : start + size]]
    return Page(items, rows.count(), page, size), counts


def line(one: SelfReport) -> dict[str, Any]:
    """One row of the desk's table."""
    names = (
        "kind", "means", "state", "place", "dwelling", "people", "arrives_on", "planned_on", "answer", "task",
        "visit", "received_at", "changed_at", "corrected", "handled_by_name", "version",
    )  # fmt: skip
    return {
        "id": one.pk,
        **{name: getattr(one, name) for name in names},
        "compound": one.link.compound,
        "compound_name": one.link.compound_name,
    }


def detail(one: SelfReport) -> dict[str, Any]:
    """A report with what it says, ID numbers and phones masked."""
    said = said_in(one)
    return {**line(one), "said": masked(said, mask) if said else None, "door": _door(one.dwelling)}


def _door(pk: int | None) -> str:
    rows = Dwelling.objects.unscoped(reason="the door of a report that the actor sees")
    found = rows.filter(pk=pk).select_related("building__compound").first() if pk else None
    if found is None:
        return ""
    numbers = "-".join(part for part in (found.building.name, found.unit, found.room) if part)
    return f"{found.building.compound.name}{numbers}"
