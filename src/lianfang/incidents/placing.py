"""Which place a tip is about: named by whoever types it in, checked here, suggested from what was said."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from lianfang.incidents import rules
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.territory import access
from lianfang.territory.models import Building, Compound, Dwelling
from lianfang.territory.rules import Level
from lianfang.territory.search import FoundPlace, find_places

WORK = Permission.TIP_WORK
MOST = 6


@dataclass(frozen=True)
class Place:
    kind: str
    id: int
    name: str
    path: str


def place(actor: Actor, kind: str, pk: int) -> Place:
    """The place that is meant, if it lies where the actor works on tips. Raises forbidden, not_found."""
    if kind in set(Level):
        area = access.area_for(actor, WORK, pk)
        return _checked(actor, Place(area.level, area.pk, area.name, area.path), Level(kind))
    finders: dict[str, Callable[[], Place]] = {
        "compound": lambda: _compound(access.one(access.compounds(actor, WORK), pk)),
        "building": lambda: _building(
            access.one(access.buildings(actor, WORK).select_related("compound"), pk)
        ),
        "door": lambda: _door(
            access.one(access.dwellings(actor, WORK).select_related("building__compound"), pk)
        ),
    }
    if kind not in finders:
        raise ProblemError(NOT_FOUND)
    return _inside(actor, finders[kind]())


def _checked(actor: Actor, found: Place, level: Level) -> Place:
    if found.kind != level.value:
        raise ProblemError(NOT_FOUND)
    actor.require(WORK, found.path)
    return found


def _inside(actor: Actor, found: Place) -> Place:
    """Of a compound or building that other grids share: as much of it as is the actor's."""
    scope = actor.require(WORK)
    if scope.covers(found.path):
        return found
    column = "building__compound" if found.kind == "compound" else "building"
    doors = Dwelling.objects.within(scope).filter(**{column: found.id}) if found.kind != "door" else None
    path = doors.order_by("path").values_list("path", flat=True).first() if doors is not None else None
    if path is None:
        raise ProblemError(NOT_FOUND)
    return replace(found, path=path)


def _compound(one: Compound) -> Place:
    return Place("compound", one.pk, one.name, one.path)


def _building(one: Building) -> Place:
    return Place("building", one.pk, f"{one.compound.name}{one.name}", one.path)


def _door(one: Dwelling) -> Place:
    numbers = "-".join(part for part in (one.building.name, one.unit, one.room) if part)
    return Place("door", one.pk, f"{one.building.compound.name}{numbers}", one.path)


def suggest(actor: Actor, text: str) -> list[FoundPlace]:
    """Places of the actor's area that a sentence may mean, the nearest first. Raises forbidden."""
    names = list(access.compounds(actor).order_by("name").values_list("name", flat=True))
    found: dict[tuple[str, int], FoundPlace] = {}
    for address in rules.addresses(text, names):
        for one in find_places(actor, address):
            found[one.kind, one.id] = one
    return list(found.values())[:MOST]


def columns(chosen: Place | None) -> dict[str, Any]:
    """The columns of a tip that say its place."""
    if chosen is None:
        return {"place_kind": "", "place_id": None, "place": ""}
    return {"place_kind": chosen.kind, "place_id": chosen.id, "place": chosen.name[:200], "path": chosen.path}
