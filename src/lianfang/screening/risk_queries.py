"""Reads of published lists and proposals for screens, always from access."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.registry import access as registry
from lianfang.screening import access, exposed, profiles
from lianfang.screening.engine import cotravel, risk
from lianfang.screening.engine.profile import ProfileError
from lianfang.screening.models import MeasureProposal, PublishedList
from lianfang.screening.published import MOST_SHOWN, Understood
from lianfang.screening.queries import Page
from lianfang.territory.models import Dwelling

_FIGURE_WORDS = {
    "place.none": (
        "没有归属地的病例（境外输入、未公布来源等）",
        "cases of no place (imported, unknown origin)",
    ),
    "figure.missing": ("没有病例数", "no number of cases"),
}
WORDS: Mapping[str, tuple[str, str]] = {**cotravel.WORDS, **risk.WORDS, **_FIGURE_WORDS}


def told_area(area: risk.RiskArea) -> dict[str, Any]:
    return {
        "code": area.place.code, "name": area.place.name, "level": area.level, "first": area.first, "last": area.last,
        "source": "、".join(area.sources),
    }  # fmt: skip


def told_trip(trip: cotravel.Trip) -> dict[str, Any]:
    data = cotravel.as_data(trip)
    return {**data, "start": data["from"], "end": data["to"]}


def told_unread(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, "zh": WORDS[row["code"]][0], "en": WORDS[row["code"]][1]} for row in rows]


def told_understood(found: Understood) -> dict[str, Any]:
    """What a list says, for its preview."""
    return {
        "area_count": len(found.areas),
        "trip_count": len(found.trips),
        "unread_count": len(found.unread),
        "areas": [told_area(area) for area in found.areas[:MOST_SHOWN]],
        "trips": [told_trip(trip) for trip in found.trips[:MOST_SHOWN]],
        "unread": told_unread(found.unread[:MOST_SHOWN]),
        "columns": found.columns,
    }


def told_list(actor: Actor, one: PublishedList) -> dict[str, Any]:
    names = [field.name for field in PublishedList._meta.concrete_fields if field.name != "content"]
    return {
        **{name: getattr(one, name) for name in names},
        "manageable": one.withdrawn_at is None and actor.can(Permission.SCREENING_MANAGE, one.path),
    }


def lists(actor: Actor) -> list[dict[str, Any]]:
    """Published lists that concern the actor, newest first."""
    rows = access.published_lists(actor).defer("content").order_by("-pk")[:500]
    return [told_list(actor, one) for one in rows]


def full_list(actor: Actor, number: int) -> dict[str, Any]:
    """One list with the first entries of it."""
    one = access.published_list(actor, number)
    known = exposed.known([one.pk])
    understood = {
        "area_count": len(known.areas),
        "trip_count": len(known.trips.trips),
        "unread_count": one.unread_count,
        "areas": [told_area(area) for area in known.areas[:MOST_SHOWN]],
        "trips": [told_trip(trip) for trip in known.trips.trips[:MOST_SHOWN]],
        "unread": told_unread(one.unread),
        "columns": one.columns,
    }
    return {**told_list(actor, one), "understood": understood}


def in_force(actor: Actor, day: date) -> list[dict[str, Any]]:
    """Risk areas of all lists that concern the actor, as they stand on a day, the gravest first."""
    numbers = access.published_lists(actor).filter(withdrawn_at=None).values_list("pk", flat=True)
    areas = [area for area in exposed.known(list(numbers)).areas if area.covers(day)]
    return [told_area(area) for area in sorted(areas, key=lambda one: -risk.LEVELS.index(one.level))]


def history(actor: Actor, place: str, until: date) -> dict[str, Any]:
    """Levels of a place by day, from all lists that concern the actor."""
    found = risk.find_place(place)
    if not isinstance(found, risk.Place):
        return {"code": "", "name": place, "spans": []}
    numbers = access.published_lists(actor).filter(withdrawn_at=None).values_list("pk", flat=True)
    spans = risk.history(exposed.known(list(numbers)).areas, found, until)
    told = [{"first": first, "last": last, "level": level} for first, last, level in spans]
    return {"code": found.code, "name": found.name, "spans": told}


def told_profiles() -> list[dict[str, Any]]:
    """The disease profiles that there are, those of the data folder too."""
    found: list[dict[str, Any]] = []
    for name in profiles.names():
        try:
            one = profiles.profile(name)
        except ProfileError as error:
            blank: dict[str, Any] = {
                "zh": name,
                "en": name,
                "version": "",
                "fever": None,
                "symptoms": [],
                "contacts": [],
            }
            found.append({"id": name, **blank, "mistakes": str(error)})
            continue
        found.append(
            {
                "id": name, "zh": one.zh, "en": one.en, "version": one.version, "fever": one.fever.threshold,
                "symptoms": [two.model_dump() for two in one.symptom],
                "contacts": [two.model_dump() for two in one.contact], "mistakes": "",
            }
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class MeasureFilter:
    """Which proposals; None leaves a question open."""

    state: str | None = None
    measure: str | None = None
    person: int | None = None
    path: str | None = None


def measures_page(actor: Actor, chosen: MeasureFilter, *, now: datetime, page: int, size: int) -> Page:
    """Proposals of the actor's area, those that end last first. That they were looked at is recorded."""
    rows = access.proposals(actor)
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.measure:
        rows = rows.filter(measure=chosen.measure)
    if chosen.person:
        rows = rows.filter(person=chosen.person)
    if chosen.path:
        rows = rows.filter(path__gte=chosen.path, path__lt=f"{chosen.path}~")
    start = (page - 1) * size
    found = list(rows.order_by("-until", "-made_at", "pk")[start : start + size])
    if found:
        audit.read(
            actor=actor, action="measure.viewed", now=now, kind="measure",
            object_id=",".join(str(one.person) for one in found)[:60], path=chosen.path or "",
        )  # fmt: skip
    return Page(told_measures(actor, found), rows.count(), page, size)


def told_measures(actor: Actor, rows: Sequence[MeasureProposal]) -> list[dict[str, Any]]:
    """Proposals with the people's names, as far as the actor sees them."""
    seen = registry.people(actor).filter(pk__in={row.person for row in rows})
    names = dict(seen.values_list("pk", "name"))
    doors = Dwelling.objects.unscoped(reason="doors of proposals that the actor sees")
    doors = doors.filter(pk__in={row.dwelling for row in rows}).select_related("building__compound")
    places = {door.pk: _place(door) for door in doors}
    return [_told_measure(row, names.get(row.person, ""), places.get(row.dwelling or 0, "")) for row in rows]


def _place(door: Dwelling) -> str:
    unit = f"{door.unit}-" if door.unit else ""
    return f"{door.building.compound.name} {door.building.name}-{unit}{door.room}"


def _told_measure(row: MeasureProposal, name: str, place: str) -> dict[str, Any]:
    profile = profiles.usable(row.profile)
    cited = profile.cited(tuple(row.sources)) if profile else ()
    fields = [
        field.name for field in MeasureProposal._meta.concrete_fields if field.name not in ("told", "sources")
    ]
    return {
        **{field: getattr(row, field) for field in fields},
        **json.loads(row.told),
        "name": name,
        "place": place,
        "sources": [one.model_dump(exclude={"id"}) for one in cited],
    }
