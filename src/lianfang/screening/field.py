"""What a phone needs of its own area: doors, people, open work, campaigns. Plain values, ready to be sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from lianfang.kernel.actor import Actor, Scope
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.registry.models import Person
from lianfang.registry.rules import mask
from lianfang.screening import errors, progress
from lianfang.screening.households import Dweller, Households, households
from lianfang.screening.models import Screening, ScreeningTask
from lianfang.screening.rules import EXTRA_FIELDS, OPEN_STATES
from lianfang.territory.models import Area, Dwelling

#: A community of 4,800 households fits several times; a subdistrict does not belong on a phone.
MOST_DOORS = 25_000
_WHY = "of the phone's own area"


def area_of(actor: Actor) -> Scope:
    """The area that the phone holds. Raises forbidden; screening.doors_many for more than a phone should hold."""
    scope = actor.require(Permission.FIELD_WORK)
    if Dwelling.objects.within(scope).filter(removed_at=None).count() > MOST_DOORS:
        raise ProblemError(errors.DOORS_MANY, most=MOST_DOORS)
    return scope


def areas(scope: Scope) -> list[dict[str, Any]]:
    """The areas that the scope consists of."""
    rows = Area.objects.within(scope).defer("geometry").order_by("path")
    return [{"id": one.pk, "name": one.name, "level": one.level, "path": one.path} for one in rows]


def doors(scope: Scope) -> list[list[Any]]:
    """[id, compound, building, unit, floor, room, path] of every door, in the order of their numbers."""
    rows = Dwelling.objects.within(scope).filter(removed_at=None).order_by("pk")
    columns = ("pk", "building__compound__name", "building__name", "unit", "floor", "room", "path")
    return [list(row) for row in rows.values_list(*columns)]


def people(behind: Households) -> dict[str, list[dict[str, Any]]]:
    """Door → people now there: number, name, sex, birth year, relation, masked phone, masked ID number; never more."""
    return {str(door): [_person(one) for one in found.values()] for door, found in sorted(behind.items())}


def doorless(scope: Scope) -> dict[str, list[dict[str, Any]]]:
    """Whoever is asked for by open work and has no door, under "0", which no door bears."""
    work = _open_work(scope).filter(person__isnull=False)
    found = Person.objects.within(scope).filter(pk__in=work.values("person")).distinct().order_by("pk")
    people = [
        Dweller(
            one.pk, one.name, one.sex, one.birth, "", mask(one.phone), mask(one.id_number), on_register=False
        )
        for one in found
    ]
    return {"0": [_person(one) for one in people]} if people else {}


def _person(one: Dweller) -> dict[str, Any]:
    return {
        "uid": one.uid, "name": one.name, "sex": one.sex, "birth": one.birth.year if one.birth else None,
        "relation": one.relation, "phone": one.phone, "id_number": one.id_number,
    }  # fmt: skip


def work(scope: Scope, user: int | None) -> list[dict[str, Any]]:
    """Open tasks of running campaigns, most urgent first, then as somebody walks; `mine`: the user's own."""
    return [_task(one, user) for one in _open_work(scope).order_by("-urgency", "order", "pk")]


def _open_work(scope: Scope) -> ScopedQuerySet[ScreeningTask]:
    return ScreeningTask.objects.within(scope).filter(
        state__in=[one.value for one in OPEN_STATES],
        screening__ended_at=None,
        screening__made_at__isnull=False,
    )


def _task(one: ScreeningTask, user: int | None) -> dict[str, Any]:
    names = ("code", "uid", "zh", "en")
    return {
        "id": one.pk, "campaign": one.screening_id, "door": one.dwelling, "person": one.person,
        "people": one.people, "place": one.place, "order": one.order, "path": one.path,
        "reasons": [{name: reason.get(name) for name in names} for reason in one.reasons],
        "urgency": one.urgency, "due": _text(one.due_at), "state": one.state, "tries": one.tries,
        "last_outcome": one.last_outcome, "last_at": _text(one.last_at), "next": one.hint,
        "mine": one.worker == user and user is not None, "worker": one.worker_name, "version": one.version,
    }  # fmt: skip


def campaigns(scope: Scope, user: int | None, *, now: datetime) -> list[dict[str, Any]]:
    """Running campaigns with work in the area: why, on what ground, what is asked, how far it is here."""
    tasks = ScreeningTask.objects.within(scope).filter(screening__ended_at=None)
    mine = Count("pk", filter=Q(worker=user, state__in=[one.value for one in OPEN_STATES]))
    own = dict(tasks.order_by().values_list("screening").annotate(n=mine))
    rows = Screening.objects.unscoped(reason=_WHY).filter(pk__in=list(own), made_at__isnull=False)
    return [
        {
            "id": one.pk,
            "title": one.title,
            "kind": one.kind,
            "purpose": one.purpose,
            "legal_basis": one.legal_basis,
            "extra_fields": one.extra_fields,
            "starts": _text(one.starts_at),
            "due": _text(one.due_at),
            "tries": one.tries,
            "hours": one.hours,
            "profile": one.profile,
            "progress": {**progress.figures(one, scope, now=now).as_json(), "mine": own[one.pk]},
        }
        for one in rows.order_by("due_at", "pk")
    ]


def forms() -> dict[str, Any]:
    """What a visit asks, whatever the campaign."""
    return {
        "version": 1, "fever": FEVER, "symptoms": list(SYMPTOMS), "extra_fields": list(EXTRA_FIELDS),
    }  # fmt: skip


FEVER = 37.3  # °C, as the notices of 2020 say
SYMPTOMS: Sequence[str] = (
    "fever", "cough", "fatigue", "sore_throat", "runny_nose", "headache", "muscle_ache", "breathless",
    "diarrhoea", "rash", "loss_of_smell",
)  # fmt: skip


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def behind(scope: Scope) -> Households:
    """People by door in the area."""
    return households(scope)
