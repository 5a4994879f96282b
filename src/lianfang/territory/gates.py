"""Gates of compounds: made, changed and taken away by hand, or drawn from GeoJSON."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor, Scope
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.territory.actions import claim
from lianfang.territory.errors import GATE_TAKEN, NO_NAME
from lianfang.territory.geojson import Feature
from lianfang.territory.models import Building, Compound, Gate
from lianfang.territory.rules import GateKind

#: What offices call the kinds and states of gates, in the properties of a feature.
KIND_WORDS = {
    GateKind.WALKING: ("walking", "walk", "foot", "pedestrian", "people", "步行", "行人", "人行", "人"),
    GateKind.VEHICLE: ("vehicle", "vehicles", "car", "cars", "车", "车辆", "车行", "机动车"),
    GateKind.EMERGENCY: ("emergency", "ambulance", "fire", "应急", "消防", "救护", "消防通道"),
}
CLOSED_WORDS = frozenset({"closed", "close", "false", "no", "0", "关", "关闭", "封闭", "已封闭", "否"})
OPEN_WORDS = frozenset({"open", "true", "yes", "1", "开", "开放", "开启", "是"})
_KINDS = {word: kind for kind, words in KIND_WORDS.items() for word in words}


@dataclass(frozen=True)
class Plan:
    """A gate as it shall be. What is not said (no kinds, None, "") stays as it is; a new gate is open, to walk through,
    and gets a code. `is_open`: of a new gate only. `point`: longitude, latitude."""

    name: str
    kinds: frozenset[GateKind] = frozenset()
    is_open: bool | None = None
    point: tuple[float, float] | None = None
    code: str = ""

    def columns(self) -> dict[str, object]:
        said: dict[str, object] = {"name": self.name}
        if self.kinds:
            said |= {kind.value: kind in self.kinds for kind in GateKind}
        if self.is_open is not None:
            said["is_open"] = self.is_open
        if self.point:
            said["point"] = list(self.point)
        if self.code:
            said["code"] = self.code
        return said


def add_gate(*, actor: Actor, now: datetime, compound: Compound, plan: Plan) -> Gate:
    """Add a gate to a compound. Raises gate.taken, area.no_name, not_found."""
    _let_in(actor, compound.path)
    with transaction.atomic():
        made = _make(compound, _checked(plan))
        _record(actor, "gate.added", now, made)
    return made


def change_gate(*, actor: Actor, now: datetime, gate: Gate, plan: Plan, version: int) -> Gate:
    """Give a gate another name, place, kinds. Closing and opening are decisions with a reason (gates.planning.closing),
    which this leaves alone. Raises gate.taken, area.no_name, conflict, not_found.
    """
    _let_in(actor, gate.compound.path)
    plan = replace(plan, is_open=None)
    with transaction.atomic():
        try:
            with transaction.atomic():
                claim(gate, version, **_checked(plan).columns())
        except IntegrityError as taken:
            raise ProblemError(GATE_TAKEN) from taken
        _record(actor, "gate.changed", now, gate)
    return gate


def remove_gate(*, actor: Actor, now: datetime, gate: Gate, version: int) -> None:
    """Take away a gate that was never there. One that is shut for a time is changed instead. Raises conflict."""
    _let_in(actor, gate.compound.path)
    with transaction.atomic():
        claim(gate, version)
        _record(actor, "gate.removed", now, gate)
        gate.delete()


def set_open(*, actor: Actor, now: datetime, gate: Gate, is_open: bool, why: str = "") -> None:
    """Open a gate or close it; one that is so already stays as it is. `why` is recorded. Raises conflict, not_found."""
    _let_in(actor, gate.compound.path)
    if gate.is_open == is_open:
        return
    with transaction.atomic():
        claim(gate, gate.version, is_open=is_open)
        _record(actor, "gate.opened" if is_open else "gate.closed", now, gate, why=why.strip()[:500])


def place_building(*, actor: Actor, now: datetime, building: Building, at: tuple[float, float]) -> None:
    """Say where a building stands that has no shape of its own, as longitude and latitude. Raises not_found."""
    _let_in(actor, building.compound.path)
    point = {"type": "Point", "coordinates": list(at)}
    with transaction.atomic():
        rows = Building.objects.unscoped(reason="the caller has been let in")
        rows.filter(pk=building.pk).update(geometry=point)
        audit.record(
            actor=actor, action="building.placed", now=now, kind="building", object_id=building.pk,
            path=building.compound.path, details={"name": building.name},
        )  # fmt: skip
    building.geometry = point


def _let_in(actor: Actor, path: str) -> None:
    """Whoever manages the territory there, or plans its gates. Raises forbidden, not_found."""
    if not actor.can(Permission.GATE_PLAN, path):
        actor.require(Permission.AREA_MANAGE, path)


def read(shape: Feature, compound: Compound) -> Plan | None:
    """The gate that a feature of GeoJSON draws; None where it is no point or has no name."""
    told = shape.properties
    name = told.get("name", "")
    name = name.removeprefix(compound.name).removeprefix(compound.key).strip(" -·") or name
    at = shape.geometry["coordinates"]
    if shape.geometry["type"] != "Point" or not name:
        return None
    kinds = _kinds(told.get("kinds") or told.get("use") or "")
    state = (told.get("state") or told.get("status") or told.get("open") or "").lower()
    is_open = False if state in CLOSED_WORDS else True if state in OPEN_WORDS else None
    return Plan(name[:40], kinds, is_open, (at[0], at[1]), told.get("code", "")[:24])


def draw(scope: Scope, plans: Iterable[tuple[Compound, Plan]]) -> tuple[int, list[str]]:
    """Make or change the gates of an imported map, found by code or else by name. Inside the caller's transaction.

    How many were drawn, and the names of those that were not: another gate has their name or code.
    """
    known = list(Gate.objects.within(scope))
    by_code = {one.code: one for one in known}
    by_name = {(one.compound_id, one.name): one for one in known}
    drawn: set[int] = set()
    refused = []
    for compound, plan in plans:
        found = by_code.get(plan.code) or by_name.get((compound.pk, plan.name))
        gate = _drawn(compound, plan, found)
        if gate is None:
            refused.append(f"{compound.name}{plan.name}")
            continue
        by_code[gate.code] = by_name[compound.pk, gate.name] = gate
        drawn.add(gate.pk)
    return len(drawn), refused


def _drawn(compound: Compound, plan: Plan, found: Gate | None) -> Gate | None:
    if found is not None and found.compound_id != compound.pk:
        return None
    try:
        with transaction.atomic():
            if found is None:
                return _make(compound, plan)
            # A map does not say why a gate that is known is closed or open, so it does not change that.
            claim(found, found.version, **replace(plan, is_open=None).columns())
    except (ProblemError, IntegrityError):
        return None
    return found


def _make(compound: Compound, plan: Plan) -> Gate:
    rows = Gate.objects.unscoped(reason="codes are unique everywhere")
    taken = set(rows.filter(compound=compound).values_list("code", flat=True))
    number = 1
    while f"{compound.pk}-{number}" in taken:
        number += 1
    columns = {"code": f"{compound.pk}-{number}", **plan.columns()}
    try:
        with transaction.atomic():
            return Gate.objects.create(compound=compound, **columns)
    except IntegrityError as problem:
        raise ProblemError(GATE_TAKEN) from problem


def _kinds(text: str) -> frozenset[GateKind]:
    words = re.split(r"[\s,;/、，；+&]+", text.lower())
    return frozenset(_KINDS[word] for word in words if word in _KINDS)


def _checked(plan: Plan) -> Plan:
    name = " ".join(plan.name.split())[:40]
    if not name:
        raise ProblemError(NO_NAME)
    return replace(plan, name=name, code=plan.code.strip()[:24])


def _record(actor: Actor, action: str, now: datetime, gate: Gate, why: str = "") -> None:
    details = {"name": gate.name, "open": gate.is_open, **({"why": why} if why else {})}
    path = gate.compound.path
    audit.record(
        actor=actor, action=action, now=now, kind="gate", object_id=gate.pk, path=path, details=details
    )
