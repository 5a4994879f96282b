"""Places over HTTP: coverage, compounds with gates, buildings as doors, who lives behind one."""

from typing import Any

from ninja import Status

from lianfang.api import places_schemas as out
from lianfang.api.routing import ActingRequest, GuardedRouter, Key, Words
from lianfang.kernel import clock
from lianfang.kernel.permissions import Permission
from lianfang.linkage import access as runs
from lianfang.linkage import places
from lianfang.territory import access, doors, gates, queries
from lianfang.territory.models import Building, Dwelling

router = GuardedRouter(tags=["places"])
MANAGE = Permission.AREA_MANAGE


@router.get("/coverage", permission=Permission.RUN_VIEW, response=list[out.CoverageOut])
def coverage(request: ActingRequest) -> Any:
    """Figures of the current run by area, parents first; what lies in no area last. Errors: not_found (no run)."""
    rows = places.coverage(request.actor, runs.current(request.actor))
    nowhere = {"id": None, "code": "", "name": "", "level": None, "path": ""}
    return [{**(_named(row["area"]) if row["area"] else nowhere), **row} for row in rows]


def _named(area: Any) -> dict[str, Any]:
    return {name: getattr(area, name) for name in ("id", "code", "name", "level", "path")}


@router.get("/compounds", permission=Permission.AREA_VIEW, response=list[out.CompoundOut])
def list_compounds(request: ActingRequest, path: Words = "", text: Words = "") -> Any:
    """Compounds below an area's path, with their doors by state as the current run has them."""
    return [_flat(row) for row in places.compounds(request.actor, path=path, text=text.strip())]


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    place = row.pop("row")
    names = ("id", "name", "path", "version", "geometry")
    return {**row, **{name: getattr(place, name) for name in names if name in place.__dict__}}


@router.post("/compounds", permission=MANAGE, response=out.CompoundDetailOut)
def add_compound(request: ActingRequest, body: out.CompoundIn) -> Any:
    """Errors: compound.taken, not_found."""
    area = access.area_for(request.actor, MANAGE, body.area)
    made = doors.add_compound(actor=request.actor, now=clock.now(), area=area, name=body.name)
    return _compound(request, made.pk)


@router.get("/compounds/{compound}", permission=Permission.AREA_VIEW, response=out.CompoundDetailOut)
def show_compound(request: ActingRequest, compound: Key) -> Any:
    """A compound with its buildings. Errors: not_found."""
    return _compound(request, compound)


@router.post("/compounds/{compound}", permission=MANAGE, response=out.CompoundDetailOut)
def change_compound(request: ActingRequest, compound: Key, body: out.CompoundChangeIn) -> Any:
    """Another name, another area. Errors: conflict, not_found."""
    found = access.one(access.compounds(request.actor, MANAGE), compound)
    area = access.area_for(request.actor, MANAGE, body.area) if body.area is not None else None
    doors.change_compound(
        actor=request.actor, now=clock.now(), compound=found, name=body.name, area=area, version=body.version
    )
    return _compound(request, compound)


@router.post("/compounds/{compound}/buildings", permission=MANAGE, response=out.BuildingDetailOut)
def add_building(request: ActingRequest, compound: Key, body: out.PlanIn) -> Any:
    """A building with its doors, or more doors for one that is there. Errors: dwelling.many, not_found."""
    found = access.one(access.compounds(request.actor, MANAGE), compound)
    area = access.area_for(request.actor, MANAGE, body.area) if body.area is not None else None
    plan = doors.Plan(units=body.units, floors=body.floors, across=body.across)
    made = doors.add_building(
        actor=request.actor, now=clock.now(), compound=found, area=area, name=body.name, plan=plan
    )
    return _building(request, made)


def _compound(request: ActingRequest, pk: int) -> dict[str, Any]:
    found = access.one(access.compounds(request.actor), pk)
    rows = [_flat(row) for row in places.buildings(request.actor, found)]
    names = ("id", "name", "path", "version", "geometry")
    entrances = queries.gates(request.actor).filter(compound=found)
    return {**{name: getattr(found, name) for name in names}, "buildings": rows, "gates": list(entrances)}


@router.post("/compounds/{compound}/gates", permission=MANAGE, response=out.GateOut)
def add_gate(request: ActingRequest, compound: Key, body: out.GateIn) -> Any:
    """A gate by hand; maps bring many. Errors: gate.taken, area.no_name, not_found."""
    found = access.one(access.compounds(request.actor, MANAGE), compound)
    return gates.add_gate(actor=request.actor, now=clock.now(), compound=found, plan=_plan(body))


@router.post("/gates/{gate}", permission=MANAGE, response=out.GateOut)
def change_gate(request: ActingRequest, gate: Key, body: out.GateChangeIn) -> Any:
    """Name, kinds, place. Errors: gate.taken, area.no_name, conflict, not_found."""
    found = access.one(access.gates(request.actor, MANAGE).select_related("compound"), gate)
    return gates.change_gate(
        actor=request.actor, now=clock.now(), gate=found, plan=_plan(body), version=body.version
    )


@router.post("/gates/{gate}/remove", permission=MANAGE, response={204: None})
def remove_gate(request: ActingRequest, gate: Key, body: out.VersionIn) -> Status[None]:
    """Take away a gate that was drawn by mistake. Errors: conflict, not_found."""
    found = access.one(access.gates(request.actor, MANAGE).select_related("compound"), gate)
    gates.remove_gate(actor=request.actor, now=clock.now(), gate=found, version=body.version)
    return Status(204, None)


def _plan(body: out.GateIn) -> gates.Plan:
    return gates.Plan(body.name, frozenset(body.kinds), None, body.point, body.code)


@router.get("/buildings/{building}", permission=Permission.PERSON_VIEW, response=out.BuildingDetailOut)
def show_building(request: ActingRequest, building: Key) -> Any:
    """A building's doors by unit, floor and room, each with its state. Errors: not_found."""
    return _building(
        request, access.one(access.buildings(request.actor).select_related("compound"), building)
    )


def _building(request: ActingRequest, building: Building) -> dict[str, Any]:
    rows = places.doors(request.actor, building)
    return {
        "id": building.pk,
        "name": building.name,
        "path": building.path,
        "compound": building.compound_id,
        "compound_name": building.compound.name,
        "doors": [{**row, **_door(row["dwelling"])} for row in rows],
    }


def _door(dwelling: Dwelling) -> dict[str, Any]:
    names = ("id", "unit", "room", "floor")
    return {**{name: getattr(dwelling, name) for name in names}, "removed": dwelling.removed_at is not None}


@router.get("/dwellings/{dwelling}", permission=Permission.PERSON_VIEW, response=out.DwellingOut)
def show_dwelling(request: ActingRequest, dwelling: Key) -> Any:
    """A door and the people behind it, numbers masked. Errors: not_found."""
    return _dwelling(request, dwelling)


@router.post("/dwellings/{dwelling}", permission=MANAGE, response=out.DwellingOut)
def set_door(request: ActingRequest, dwelling: Key, body: out.DoorIn) -> Any:
    """Say that there is no such door, or that there is one after all. Errors: not_found."""
    found = access.one(access.dwellings(request.actor, MANAGE), dwelling)
    doors.set_door(actor=request.actor, now=clock.now(), dwelling=found, exists=body.exists)
    return _dwelling(request, dwelling)


def _dwelling(request: ActingRequest, pk: int) -> dict[str, Any]:
    found = access.one(access.dwellings(request.actor).select_related("building__compound"), pk)
    row = places.door(request.actor, found)
    return {
        "door": {**row, **_door(found)},
        "building": found.building_id,
        "building_name": found.building.name,
        "compound": found.building.compound_id,
        "compound_name": found.building.compound.name,
        "run": row["run"].pk if row["run"] else None,
        "residents": row["residents"],
    }
