"""Drawing a compound's map: gates, where buildings stand, paths; by hand as a whole, or from GeoJSON and back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from lianfang.gates.plan import Way
from lianfang.gates.planning import access
from lianfang.gates.planning.errors import MAP, MAP_CHANGED
from lianfang.gates.planning.grounds import Drawn, drawn
from lianfang.gates.planning.models import CompoundPath
from lianfang.gates.planning.rules import MOST_LINE, MOST_PATHS
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.territory import gates
from lianfang.territory.geojson import MOST_BYTES, Feature, GeoJsonError, features
from lianfang.territory.models import Building, Compound, Gate
from lianfang.territory.rules import GateKind

Point = tuple[float, float]
_DRIVE_WORDS = frozenset(
    {"drive", "road", "car", "vehicle", "fire", "车", "车行", "车道", "消防", "消防通道"}
)


@dataclass(frozen=True)
class GateAt:
    """A gate as it shall be; `id` None: a new one. `wide`: an ambulance or fire engine gets through."""

    id: int | None
    name: str
    at: Point | None
    wide: bool


@dataclass(frozen=True)
class Drawing:
    """The whole map as it shall be: a gate that is not in it is taken away, and so is a path."""

    gates: Sequence[GateAt]
    buildings: Sequence[tuple[int, Point]]
    paths: Sequence[tuple[Sequence[Point], Way]]


@dataclass
class Imported:
    """What a file brought. `unknown`: names of what fitted nothing."""

    gates: int = 0
    buildings: int = 0
    paths: int = 0
    unknown: list[str] = field(default_factory=list)


def draw(*, actor: Actor, now: datetime, compound: int, drawing: Drawing, digest: str) -> Drawn:
    """Keep a map that was drawn from the one with `digest`.

    Raises plan.map_changed (somebody else drew), plan.map, gate.taken, area.no_name, forbidden, not_found.
    """
    place = access.compound(actor, compound, access.PLAN)
    _bounded([line for line, _ in drawing.paths])
    with transaction.atomic():
        Compound.objects.unscoped(reason="locks its map").select_for_update().get(pk=place.pk)
        there = drawn(place)
        if there.digest != digest:
            raise ProblemError(MAP_CHANGED)
        _gates(actor, now, there, drawing.gates)
        _buildings(actor, now, there, drawing.buildings)
        _paths(place, drawing.paths)
        _record(actor, now, "gate_map.drawn", place, gates=len(drawing.gates), paths=len(drawing.paths))
    return drawn(place)


def _gates(actor: Actor, now: datetime, there: Drawn, wanted: Sequence[GateAt]) -> None:
    known = {one.pk: one for one in there.gates}
    named = [one.id for one in wanted if one.id is not None]
    if set(named) - set(known) or len(set(named)) != len(named):
        raise ProblemError(NOT_FOUND)
    for pk in set(known) - set(named):
        gates.remove_gate(actor=actor, now=now, gate=known[pk], version=known[pk].version)
    for one in wanted:
        if one.id is None:
            kinds = frozenset({GateKind.WALKING} | ({GateKind.EMERGENCY} if one.wide else set()))
            plan = gates.Plan(one.name, kinds, point=one.at)
            gates.add_gate(actor=actor, now=now, compound=there.compound, plan=plan)
        elif _differs(known[one.id], one):
            _change(actor, now, known[one.id], one)


def _differs(gate: Gate, wanted: GateAt) -> bool:
    at = list(wanted.at) if wanted.at else None
    return (gate.name, gate.point, gate.emergency) != (wanted.name, at, wanted.wide)


def _change(actor: Actor, now: datetime, gate: Gate, wanted: GateAt) -> None:
    kinds = (set(gate.kinds) - {GateKind.EMERGENCY}) | ({GateKind.EMERGENCY} if wanted.wide else set())
    plan = gates.Plan(wanted.name, frozenset(kinds), point=wanted.at)
    gates.change_gate(actor=actor, now=now, gate=gate, plan=plan, version=gate.version)


def _buildings(actor: Actor, now: datetime, there: Drawn, wanted: Iterable[tuple[int, Point]]) -> None:
    """Only those that have no shape: a shape is the office's own map."""
    known = {one.pk: one for one in there.buildings}
    for pk, at in wanted:
        building = known.get(pk)
        if building is None:
            raise ProblemError(NOT_FOUND)
        shape = building.geometry or {"type": "Point", "coordinates": None}
        if shape["type"] == "Point" and shape["coordinates"] != list(at):
            building.compound = there.compound
            gates.place_building(actor=actor, now=now, building=building, at=at)


def _paths(place: Compound, wanted: Iterable[tuple[Sequence[Point], Way]]) -> None:
    CompoundPath.objects.unscoped(reason="of a compound that may be drawn").filter(compound=place).delete()
    CompoundPath.objects.bulk_create(
        CompoundPath(path=place.path, compound=place, line=[list(at) for at in line], way=way.value)
        for line, way in wanted
    )


def _bounded(lines: Sequence[Sequence[Point]]) -> None:
    if len(lines) > MOST_PATHS:
        raise ProblemError(MAP, detail=f"more than {MOST_PATHS} paths")
    if any(not 2 <= len(line) <= MOST_LINE for line in lines):
        raise ProblemError(MAP, detail=f"a path has 2 to {MOST_LINE} points")


def import_map(
    *, actor: Actor, now: datetime, compound: int, content: bytes, dry_run: bool = False
) -> Imported:
    """Gates (points), buildings (points or shapes) and paths (lines) of one compound from GeoJSON.

    Points are gates unless `kind` says "building"; shapes are buildings, by `name`. Lines replace the paths that are
    there; `way`: drive for those that a fire engine takes. Raises plan.map, forbidden, not_found.
    """
    place = access.compound(actor, compound, access.PLAN)
    if len(content) > MOST_BYTES:
        raise ProblemError(MAP, detail=f"more than {MOST_BYTES // 1_000_000} MB")
    try:
        shapes = features(content)
    except GeoJsonError as problem:
        raise ProblemError(MAP, detail=str(problem)) from problem
    with transaction.atomic():
        found = _import(actor, now, place, shapes)
        if dry_run:
            transaction.set_rollback(True)
    return found


def _import(actor: Actor, now: datetime, place: Compound, shapes: Sequence[Feature]) -> Imported:
    found, lines = Imported(), [one for one in shapes if one.geometry["type"] == "LineString"]
    _bounded([one.geometry["coordinates"] for one in lines])
    if lines:
        _paths(place, [([(at[0], at[1]) for at in one.geometry["coordinates"]], _way(one)) for one in lines])
        found.paths = len(lines)
    houses = {one.name: one for one in drawn(place).buildings}
    plans = []
    for shape in (one for one in shapes if one.geometry["type"] != "LineString"):
        name, kind = shape.properties.get("name", ""), shape.properties.get("kind", "")
        if kind == "building" or (shape.geometry["type"] != "Point" and kind in ("", "building")):
            if name in houses:
                rows = Building.objects.unscoped(reason="of a compound that may be drawn")
                rows.filter(pk=houses[name].pk).update(geometry=shape.geometry)
                found.buildings += 1
                continue
        elif kind in ("", "gate") and (plan := gates.read(shape, place)):
            plans.append((place, replace(plan, is_open=None)))  # closing one is a decision, not a drawing
            continue
        found.unknown.append(name[:80] or kind[:20])
    found.gates, refused = gates.draw(actor.require(access.PLAN), plans)
    found.unknown = (found.unknown + refused)[:50]
    _record(actor, now, "gate_map.imported", place, gates=found.gates, paths=found.paths)
    return found


def _way(shape: Feature) -> Way:
    said = shape.properties.get("way") or shape.properties.get("use") or ""
    return Way.DRIVE if said.strip().lower() in _DRIVE_WORDS else Way.FOOT


def as_geojson(seen: Drawn) -> dict[str, Any]:
    """The map as a FeatureCollection that `import_map` takes again."""
    told: list[dict[str, Any]] = []
    for gate in (one for one in seen.gates if one.point):
        kinds = ",".join(kind.value for kind in gate.kinds)
        about = {"kind": "gate", "compound": seen.compound.name, "name": gate.name, "code": gate.code,
                 "kinds": kinds, "state": "open" if gate.is_open else "closed"}  # fmt: skip
        told.append(_feature(about, {"type": "Point", "coordinates": gate.point}))
    for house in (one for one in seen.buildings if one.geometry):
        about = {"kind": "building", "compound": seen.compound.name, "name": house.name}
        told.append(_feature(about, house.geometry))
    told += [
        _feature(
            {"kind": "path", "compound": seen.compound.name, "way": one.way},
            {"type": "LineString", "coordinates": one.line},
        )
        for one in seen.paths
    ]
    return {"type": "FeatureCollection", "features": told}


def _feature(properties: dict[str, str], geometry: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _record(actor: Actor, now: datetime, action: str, place: Compound, **details: int) -> None:
    audit.record(
        actor=actor, action=action, now=now, kind="compound", object_id=place.pk, path=place.path,
        details=details,
    )  # fmt: skip
