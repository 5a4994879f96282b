"""What screens ask of the territory."""

from typing import Any

from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.territory import access
from lianfang.territory.models import Area


def area_tree(actor: Actor, permission: Permission) -> ScopedQuerySet[Area]:
    """The areas over which the actor holds `permission`, parents before children. Raises `forbidden`."""
    return access.areas_for(actor, permission).defer("geometry").order_by("path")


def shapes(actor: Actor) -> list[dict[str, Any]]:
    """Areas and compounds in scope that have a geometry: kind, id, name, level, path, geometry."""
    columns = ("id", "name", "path", "geometry")
    areas = access.visible_areas(actor).filter(geometry__isnull=False).order_by("path")
    compounds = access.compounds(actor).filter(geometry__isnull=False).order_by("path", "name")
    return [
        *({"kind": "area", **row} for row in areas.values("level", *columns)),
        *({"kind": "compound", "level": None, **row} for row in compounds.values(*columns)),
    ]
