"""What screens ask of the territory."""

from typing import Any

from django.db.models import QuerySet

from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.territory import access
from lianfang.territory.models import Area, Gate


def area_tree(actor: Actor, permission: Permission) -> ScopedQuerySet[Area]:
    """The areas over which the actor holds `permission`, parents before children. Raises `forbidden`."""
    return access.areas_for(actor, permission).defer("geometry").order_by("path")


def shapes(actor: Actor) -> list[dict[str, Any]]:
    """Areas, compounds and gates in scope that have a place on the map.

    kind, id, name, level, path, geometry; of a gate also `compound` and whether it is `open`.
    """
    columns = ("id", "name", "path", "geometry")
    areas = access.visible_areas(actor).filter(geometry__isnull=False).order_by("path")
    compounds = access.compounds(actor).filter(geometry__isnull=False).order_by("path", "name")
    return [
        *({"kind": "area", **row} for row in areas.values("level", *columns)),
        *({"kind": "compound", "level": None, **row} for row in compounds.values(*columns)),
        *(_gate(one) for one in gates(actor).filter(point__isnull=False)),
    ]


def gates(actor: Actor) -> QuerySet[Gate]:
    """Gates in scope with their compounds, in the order of the compounds and the gates' codes."""
    rows = access.gates(actor).select_related("compound").defer("compound__geometry")
    return rows.order_by("compound__path", "compound__name", "code")


def _gate(one: Gate) -> dict[str, Any]:
    return {
        "kind": "gate", "id": one.pk, "name": one.name, "level": None, "path": one.compound.path,
        "geometry": {"type": "Point", "coordinates": one.point}, "compound": one.compound_id, "open": one.is_open,
    }  # fmt: skip
