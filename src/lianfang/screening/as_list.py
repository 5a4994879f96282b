"""Who was met where, as rows of a list: what visits recorded is one of the lists of every reconciliation."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from lianfang.kernel.clock import local_date
from lianfang.registry.models import Person
from lianfang.screening.models import Leg, Statement, VisitedPerson
from lianfang.territory.models import Area, Dwelling
from lianfang.territory.rules import Level, ancestors

FIELDS: tuple[str, ...] = (
    "name", "id_number", "phone", "sex", "birth", "compound", "building", "unit", "room", "community", "grid",
    "date", "vehicle", "seat", "origin",
)  # fmt: skip
_AT_ONCE = 2_000
_WHY = "the reconciliation reads all of them"
_SEX = {"M": "男", "F": "女"}


def rows() -> Iterator[dict[str, str]]:
    """One row for everybody whom the newest visit to his door found there, in the order of their numbers."""
    last: dict[tuple[int, int], tuple[str, Any]] = {}
    seen = VisitedPerson.objects.unscoped(reason=_WHY).filter(void=False, dwelling__isnull=False)
    columns = ("person", "dwelling", "here", "at")
    for person, door, here, at in seen.order_by("at").values_list(*columns).iterator(chunk_size=_AT_ONCE):
        if here != "unknown" and door is not None:
            last[person, door] = (here, at)
    met = [(person, door, at) for (person, door), (here, at) in sorted(last.items()) if here == "yes"]
    places = _Places()
    for start in range(0, len(met), _AT_ONCE):
        portion = met[start : start + _AT_ONCE]
        people = _people([person for person, _, _ in portion])
        came = _came([person for person, _, _ in portion])
        doors = places.of([door for _, door, _ in portion])
        for person, door, at in portion:
            if person in people and door in doors:
                day = {"date": local_date(at).isoformat()}
                yield {**people[person], **doors[door], **day, **came.get(person, {})}


def _people(wanted: Sequence[int]) -> dict[int, dict[str, str]]:
    """What the registry knows of them, whole: this stays inside the server."""
    found = Person.objects.unscoped(reason=_WHY).filter(pk__in=wanted, pending=False)
    return {
        one.pk: {
            "name": one.name,
            "id_number": one.id_number,
            "phone": one.phone,
            "sex": _SEX.get(one.sex, ""),
            "birth": one.birth.isoformat() if one.birth else "",
        }
        for one in found.only("name", "id_number", "phone", "sex", "birth")
    }


def _came(wanted: Sequence[int]) -> dict[int, dict[str, str]]:
    """Where each came from and by what, as told last."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    said = Statement.objects.unscoped(reason=_WHY).filter(person__in=wanted, matters=True, void=False)
    for person, body in said.order_by("at").values_list("person", "body"):
        origin = json.loads(body).get("from") or {}
        if person is not None and origin:
            found[person]["origin"] = origin.get("text") or origin.get("code") or ""
    legs = (
        Leg.objects.unscoped(reason=_WHY).filter(person__in=wanted, statement__void=False).exclude(number="")
    )
    for leg in legs.order_by("date", "pk"):
        if leg.person is not None:
            found[leg.person] |= {
                "vehicle": leg.number,
                "seat": " ".join(filter(None, (leg.carriage, leg.seat))),
            }
    return found


class _Places:
    """Doors with the names of what they lie in."""

    def __init__(self) -> None:
        areas = Area.objects.unscoped(reason=_WHY).filter(level__in=[Level.COMMUNITY, Level.GRID])
        self._names = {
            path: (level, name) for path, level, name in areas.values_list("path", "level", "name")
        }

    def of(self, wanted: Sequence[int]) -> dict[int, dict[str, str]]:
        """dwelling → compound, building, unit, room, community, grid."""
        columns = ("pk", "building__compound__name", "building__name", "unit", "room", "path")
        found = Dwelling.objects.unscoped(reason=_WHY).filter(pk__in=wanted)
        return {
            pk: {"compound": compound, "building": building, "unit": unit, "room": room, **self._within(path)}
            for pk, compound, building, unit, room, path in found.values_list(*columns)
        }

    def _within(self, path: str) -> dict[str, str]:
        named = [self._names[one] for one in ancestors(path) if one in self._names]
        return {str(level): name for level, name in named}
