"""Finding places while somebody types: areas by name or code."""

from dataclasses import dataclass

from lianfang.kernel.actor import Actor
from lianfang.territory.access import visible_areas

_MOST = 8


@dataclass(frozen=True)
class FoundPlace:
    """`kind`: level of an area, or compound, building, door. `within`: what it lies in, in words."""

    kind: str
    id: int
    name: str
    within: str
    path: str


def find_places(actor: Actor, text: str) -> list[FoundPlace]:
    """Places in the actor's area whose name holds `text` or whose code begins with it, larger ones first.

    Raises forbidden.
    """
    words = text.strip()
    if not words:
        return []
    areas = visible_areas(actor).select_related("parent")
    by_code = words.isdigit() and len(words) >= 6
    found = areas.filter(code__startswith=words) if by_code else areas.filter(name__icontains=words)
    return [
        FoundPlace(area.level, area.pk, area.name, area.parent.name if area.parent else "", area.path)
        for area in found.order_by("path")[:_MOST]
    ]
