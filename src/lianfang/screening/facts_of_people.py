"""What visits tell of people, as the rules of a profile want it."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from lianfang.registry.models import Person
from lianfang.screening.engine import cotravel, risk
from lianfang.screening.engine.profile import Profile
from lianfang.screening.engine.risk.places import divisions
from lianfang.screening.engine.rules import Contact, Facts, Ride, Symptom, Told
from lianfang.screening.exposed import Known
from lianfang.screening.models import Statement
from lianfang.screening.visit_body import From, LegSaid, PersonSeen

_WHY = "the system reckons proposals for everybody below a path"


@dataclass(frozen=True)
class Saying:
    """One statement, opened."""

    person: int
    path: str
    dwelling: int | None
    profile: str  # of the campaign it was made for
    at: datetime
    day: date
    fact: str
    said: PersonSeen


def sayings(people: Sequence[int]) -> dict[int, list[Saying]]:
    """Person → what visits tell of him that matters, oldest first; what was decided not to hold is left out."""
    rows = Statement.objects.unscoped(reason=_WHY).filter(person__in=people, matters=True, void=False)
    found: dict[int, list[Saying]] = defaultdict(list)
    for row in rows.select_related("visit__task__screening").order_by("at", "pk"):
        task = row.visit.task
        found[row.person or 0].append(
            Saying(
                person=row.person or 0, path=row.path, dwelling=row.dwelling,
                profile=task.screening.profile if task else "", at=row.at, day=timezone.localdate(row.at),
                fact=str(row.visit_id), said=PersonSeen.model_validate_json(row.body),
            )
        )  # fmt: skip
    return found


def births(people: Sequence[int]) -> dict[int, date]:
    """Person → birth, where it is known."""
    rows = Person.objects.unscoped(reason=_WHY).filter(pk__in=people, birth__isnull=False)
    return {pk: birth for pk, birth in rows.values_list("pk", "birth") if birth}


def facts(said: Sequence[Saying], known: Known, profile: Profile, *, on: date, birth: date | None) -> Facts:
    """All statements about one person together."""
    stays, rides, contacts, symptoms = [], [], [], []
    doses: int | None = None
    for one in said:
        stays += _stays(one)
        rides += [ride for leg in one.said.legs for ride in _rides(leg, known, one)]
        contacts += _contacts(one, profile)
        symptoms += _symptoms(one)
        doses = _doses(one.said.extra, doses)
    age = (on - birth).days * 4 // 1461 if birth else None
    return Facts(on, tuple(stays), tuple(rides), tuple(contacts), tuple(symptoms), age, doses)


def _stays(one: Saying) -> list[Told]:
    """Where somebody says he came from, and where his rides began."""
    found = []
    place = _place(one.said.from_) if one.said.from_ else None
    if place is not None:
        found.append(Told(risk.Stay(place, left=one.said.returned_on or one.day), one.fact))
    for leg in one.said.legs:
        start = risk.find_place(leg.from_) if leg.from_ else None
        if isinstance(start, risk.Place) and leg.date is not None:
            found.append(Told(risk.Stay(start, left=leg.date), one.fact))
    return found


def _place(said: From) -> risk.Place | None:
    named = risk.find_place(said.text) if said.text else None
    code = (said.code or "")[:6].ljust(6, "0")
    if code in divisions():
        inside = isinstance(named, risk.Place) and risk.contains(risk.Place(code), named) == "in"
        return named if inside and isinstance(named, risk.Place) else risk.Place(code)
    return named if isinstance(named, risk.Place) else None


def _rides(leg: LegSaid, known: Known, one: Saying) -> list[Ride]:
    if not leg.number:
        return []
    hits = known.trips.check(cotravel.Leg(leg.number, leg.mode, leg.date, leg.carriage, leg.seat))
    return [Ride(hit, leg.date or hit.trip.dates[-1], one.fact) for hit in hits]


def _contacts(one: Saying, profile: Profile) -> list[Contact]:
    kinds = {contact.code for contact in profile.contact}
    return [
        Contact(told.kind, told.on or one.day, one.fact) for told in one.said.contacts if told.kind in kinds
    ]


def _symptoms(one: Saying) -> list[Symptom]:
    health = one.said.health
    if health is None:
        return []
    found = [Symptom(code, one.day, None, one.fact) for code in health.symptoms]
    if health.temperature is not None:
        found.append(Symptom("", one.day, health.temperature, one.fact))
    return found


def _doses(extra: Mapping[str, str], before: int | None) -> int | None:
    """ "2", "两针" as the field for vaccination says; what says nothing changes nothing."""
    number = re.search(r"\d", extra.get("vaccination", ""))
    return int(number.group()) if number else before
