"""Finding places while somebody types: areas by name or code, compounds, buildings and doors by address."""

import re
import unicodedata
from dataclasses import dataclass

from lianfang.kernel.actor import Actor
from lianfang.territory import access
from lianfang.territory.models import Building, Compound, Dwelling

_MOST = 6
_DOOR = re.compile(r"号楼|栋|幢|座|单元|号|#|室|楼|—|–|\s")
_ADDRESS = re.compile(r"^(?P<compound>\D+?)-?(?P<rest>\d[\w-]*)?-*$")


@dataclass(frozen=True)
class FoundPlace:
    """`kind`: level of an area, or compound, building, door. `within`: what it lies in, in words."""

    kind: str
    id: int
    name: str
    within: str
    path: str


def find_places(actor: Actor, text: str) -> list[FoundPlace]:
    """Places in the actor's area, larger ones first: 湘云, 330109005001, 云滨湾, 云滨湾3幢, 云滨湾3-2-501.

    Raises forbidden.
    """
    words = unicodedata.normalize("NFKC", text).strip()
    if not words:
        return []
    return [*_areas(actor, words), *_addresses(actor, words)]


def _areas(actor: Actor, words: str) -> list[FoundPlace]:
    areas = access.visible_areas(actor).select_related("parent").defer("geometry")
    by_code = words.isdigit() and len(words) >= 6
    found = areas.filter(code__startswith=words) if by_code else areas.filter(name__icontains=words)
    return [
        FoundPlace(area.level, area.pk, area.name, area.parent.name if area.parent else "", area.path)
        for area in found.order_by("path")[:_MOST]
    ]


def _addresses(actor: Actor, words: str) -> list[FoundPlace]:
    read = _ADDRESS.match(_DOOR.sub("-", words.replace("小区", "")))
    if read is None:
        return []
    name, rest = read["compound"].strip("-"), [part for part in (read["rest"] or "").split("-") if part]
    if not name:
        return []
    compounds = access.compounds(actor).filter(name__icontains=name).defer("geometry").order_by("name")
    if not rest:
        return [_compound(one) for one in compounds[:_MOST]]
    near = compounds.values("pk")
    buildings = access.buildings(actor).filter(compound__in=near, name=rest[0]).select_related("compound")
    found = [_building(one) for one in buildings.order_by("compound__name")[:_MOST]]
    if len(rest) == 1:
        return found
    doors = access.dwellings(actor).filter(building__in=buildings.values("pk"), room__startswith=rest[-1])
    if len(rest) > 2:
        doors = doors.filter(unit=rest[1])
    named = doors.select_related("building__compound").order_by("key")[:_MOST]
    return [_door(one) for one in named] or found


def _compound(one: Compound) -> FoundPlace:
    return FoundPlace("compound", one.pk, one.name, "", one.path)


def _building(one: Building) -> FoundPlace:
    return FoundPlace("building", one.pk, f"{one.compound.name}{one.name}", "", one.path)


def _door(one: Dwelling) -> FoundPlace:
    numbers = "-".join(part for part in (one.building.name, one.unit, one.room) if part)
    return FoundPlace("door", one.pk, f"{one.building.compound.name}{numbers}", "", one.path)
