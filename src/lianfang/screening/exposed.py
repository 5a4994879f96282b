"""The published lists that count in an area, as the engine wants them, and as phones hold them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lianfang.kernel.actor import Scope
from lianfang.screening import profiles
from lianfang.screening.engine import cotravel, risk
from lianfang.screening.engine.profile import Profile
from lianfang.screening.models import PublishedList, PublishedTrip, RiskArea
from lianfang.territory.rules import ancestors

#: Phones hold what ended within so many days: no incubation is longer.
ON_PHONES = timedelta(days=60)
_WHY = "lists for the area or for one that it lies in: decided here"


@dataclass(frozen=True)
class Known:
    """Risk areas and trips that count somewhere."""

    areas: tuple[risk.RiskArea, ...]
    trips: cotravel.Index


def lists_for(path: str) -> list[int]:
    """Numbers of the lists in force for the area at `path` and for all that it lies in."""
    rows = PublishedList.objects.unscoped(reason=_WHY).filter(withdrawn_at=None)
    return list(rows.filter(path__in=["", *ancestors(path)]).order_by("pk").values_list("pk", flat=True))


def known(lists: Sequence[int], since: date | None = None) -> Known:
    """What those lists say, merged; of trips and areas only those that did not end before `since`."""
    rows = RiskArea.objects.filter(list__in=lists).order_by("pk")
    areas = risk.merge(
        risk.RiskArea(
            risk.Place(row.code, row.detail), row.level, row.first, row.last, tuple(row.source.split("、"))
        )
        for row in rows
        if since is None or row.last is None or row.last >= since
    )
    trips = PublishedTrip.objects.filter(list__in=lists).order_by("pk")
    if since is not None:
        trips = trips.filter(last__gte=since)
    found = cotravel.merge(cotravel.from_data(row.data) for row in trips)
    return Known(tuple(areas), cotravel.Index(found))


def for_phones(scope: Scope, today: date) -> dict[str, Any]:
    """The `risk` part of a phone: areas, trips of cases, and what the profiles ask for."""
    paths: Iterable[str] = scope.paths or ("",)
    lists = sorted({number for path in paths for number in lists_for(path)})
    found = known(lists, today - ON_PHONES)
    return {
        "areas": [risk.as_data(area) for area in found.areas],
        "trips": [cotravel.as_data(trip) for trip in found.trips.trips],
        "profiles": {name: asked_of(one) for name in profiles.names() if (one := profiles.usable(name))},
    }


def asked_of(one: Profile) -> dict[str, Any]:
    """What a form asks because of the profile, and from which °C on a temperature is a fever."""
    return {
        "zh": one.zh,
        "en": one.en,
        "fever": one.fever.threshold,
        "days": one.incubation.longest,
        "symptoms": [symptom.model_dump() for symptom in one.symptom],
        "contacts": [contact.model_dump() for contact in one.contact],
    }
