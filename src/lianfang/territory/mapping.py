"""Shapes of areas, compounds and buildings, places of gates, from the office's own GeoJSON."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor, Scope
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.territory import gates
from lianfang.territory.errors import FILE_LARGE, GEOMETRY
from lianfang.territory.geojson import MOST_BYTES, Feature, GeoJsonError, features
from lianfang.territory.models import Area, Building, Compound, Dwelling

MOST_UNKNOWN = 50
_UNIQUE = "keys are unique everywhere"


@dataclass
class Mapped:
    """What a map's import did, or would do: shapes by what they are of; names of those that fit nothing."""

    areas: int = 0
    compounds: int = 0
    new_compounds: int = 0
    buildings: int = 0
    gates: int = 0
    left: int = 0
    unknown: list[str] = field(default_factory=list)

    def leave(self, name: str) -> None:
        self.left += 1
        if len(self.unknown) < MOST_UNKNOWN:
            self.unknown.append(name[:80])


def import_map(*, actor: Actor, now: datetime, content: bytes, dry_run: bool = False) -> Mapped:
    """Keep the shapes of a FeatureCollection (WGS 84) with what they are of.

    A feature says by its properties what it is of: `code` an area; `kind` "building" with `compound` and `name` a
    building; `kind` "gate" with `compound` and `name` a gate (a point; its `code`, `kinds`, `state` where given); else
    `name` an area, if only one is called so, or a compound. A compound that is not there yet, or lies in no area, is
    put where `area`, the code of an area, says. What fits nothing is left out and told.
    Raises area.file_large, area.geometry, forbidden.
    """
    scope = actor.require(Permission.AREA_MANAGE)
    if len(content) > MOST_BYTES:
        raise ProblemError(FILE_LARGE, most=MOST_BYTES // 1_000_000)
    try:
        shapes = features(content)
    except GeoJsonError as problem:
        raise ProblemError(GEOMETRY, detail=str(problem)) from problem
    mapped = Mapped()
    with transaction.atomic():
        _Atlas(scope, mapped).keep(shapes)
        if dry_run:
            transaction.set_rollback(True)
        else:
            audit.record(
                actor=actor, action="map.imported", now=now, kind="area",
                details={"areas": mapped.areas, "compounds": mapped.compounds + mapped.new_compounds,
                         "buildings": mapped.buildings, "gates": mapped.gates, "left": mapped.left},
            )  # fmt: skip
    return mapped


class _Atlas:
    """What may be drawn on: everything inside the scope, by code and by name."""

    def __init__(self, scope: Scope, mapped: Mapped) -> None:
        self.scope, self.mapped = scope, mapped
        areas = list(Area.objects.within(scope).defer("geometry"))
        self.by_code = {area.code: area for area in areas}
        named: dict[str, list[Area]] = {}
        for area in areas:
            named.setdefault(area.name, []).append(area)
        self.by_name = {name: some[0] for name, some in named.items() if len(some) == 1}
        self.compounds = {
            name: one
            for one in Compound.objects.within(scope).defer("geometry")
            for name in (one.key, one.name)
        }
        self.buildings = {
            (one.compound_id, one.name): one for one in Building.objects.within(scope).defer("geometry")
        }
        self.drawn: dict[tuple[int, str], Building] = {}
        self.gates: list[tuple[Compound, gates.Plan]] = []

    def keep(self, shapes: list[Feature]) -> None:
        for shape in sorted(shapes, key=lambda one: one.properties.get("kind") in ("building", "gate")):
            kind, code = shape.properties.get("kind", ""), shape.properties.get("code", "")
            name = shape.properties.get("name", "")
            if shape.geometry["type"] == "LineString":
                self.mapped.leave(name or code or kind or "path")  # a path belongs to a gate plan's map
            elif kind == "building":
                self._building(shape, name)
            elif kind == "gate":
                self._gate(shape, name)
            elif kind in ("", "area") and code in self.by_code:
                self._area(self.by_code[code], shape)
            elif kind in ("", "area") and name in self.by_name:
                self._area(self.by_name[name], shape)
            elif kind in ("", "compound") and name:
                self._compound(shape, name)
            else:
                self.mapped.leave(name or code or kind)
        self._keep_buildings()
        self.mapped.gates, refused = gates.draw(self.scope, self.gates)
        for name in refused:
            self.mapped.leave(name)

    def _keep_buildings(self) -> None:
        rows = self.drawn.values()
        Building.objects.within(self.scope).bulk_update(
            [one for one in rows if one.pk], ["geometry"], batch_size=200
        )
        # A building of the compound that lies outside the scope has the same name: it is not this one's to draw.
        Building.objects.bulk_create(
            [one for one in rows if not one.pk], batch_size=200, ignore_conflicts=True
        )

    def _area(self, area: Area, shape: Feature) -> None:
        area.geometry = shape.geometry
        Area.objects.within(self.scope).filter(pk=area.pk).update(
            geometry=shape.geometry, version=area.version + 1
        )
        self.mapped.areas += 1

    def _compound(self, shape: Feature, name: str) -> None:
        area = self.by_code.get(shape.properties.get("area", ""))
        if area:
            self._place(name, area)
        found = self.compounds.get(name)
        if found:
            Compound.objects.within(self.scope).filter(pk=found.pk).update(
                geometry=shape.geometry, version=found.version + 1
            )
            self.mapped.compounds += 1
            return
        taken = Compound.objects.unscoped(reason=_UNIQUE).filter(key=name[:80])
        if area is None or taken.exists():
            self.mapped.leave(name)
            return
        self.compounds[name] = Compound.objects.create(
            name=name[:80], key=name[:80], path=area.path, geometry=shape.geometry
        )
        self.mapped.new_compounds += 1

    def _place(self, name: str, area: Area) -> None:
        """What lists led to before there were areas lies nowhere, and is nobody's: whoever draws it says where."""
        nowhere = Compound.objects.unscoped(reason=_UNIQUE).filter(key=name[:80], path="", derived=True)
        if nowhere.update(path=area.path, derived=False):
            found = Compound.objects.within(self.scope).defer("geometry").get(key=name[:80])
            Dwelling.objects.unscoped(reason=_UNIQUE).filter(building__compound=found, path="").update(
                path=area.path
            )
            Building.objects.unscoped(reason=_UNIQUE).filter(compound=found, path="").update(path=area.path)
            self.compounds[name] = found

    def _gate(self, shape: Feature, name: str) -> None:
        compound = self.compounds.get(shape.properties.get("compound", ""))
        plan = gates.read(shape, compound) if compound else None
        if compound is None or plan is None:
            self.mapped.leave(name)
            return
        self.gates.append((compound, plan))

    def _building(self, shape: Feature, name: str) -> None:
        compound = self.compounds.get(shape.properties.get("compound", ""))
        if compound is None or not name:
            self.mapped.leave(name)
            return
        key = compound.pk, name[:40]
        area = self.by_code.get(shape.properties.get("area", ""))
        path = area.path if area else compound.path
        new = Building(compound=compound, name=key[1], path=path, derived=area is None)
        self.drawn[key] = self.buildings.get(key, new)
        self.drawn[key].geometry = shape.geometry
        self.mapped.buildings += 1
