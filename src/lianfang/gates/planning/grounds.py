"""A compound as its map has it: gates, buildings with their people, paths; for screens, and for the engine."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lianfang.gates import plan as engine
from lianfang.gates.planning.errors import GROUND
from lianfang.gates.planning.models import CompoundPath
from lianfang.gates.planning.rules import MOST_LANES, middle
from lianfang.kernel.errors import ProblemError
from lianfang.registry.counting import people_by_building
from lianfang.territory.models import Building, Compound, Gate

_WHY = "of a compound that the caller has been let in to"


@dataclass(frozen=True)
class Drawn:
    """Everything of a compound that a plan looks at. `people`: of buildings, by their ids."""

    compound: Compound
    gates: tuple[Gate, ...]
    buildings: tuple[Building, ...]
    paths: tuple[CompoundPath, ...]
    people: Mapping[int, int]

    @property
    def digest(self) -> str:
        """Another one whenever something on the map is another."""
        seen = [
            [[one.pk, one.name, one.point, one.walking, one.emergency] for one in self.gates],
            [[one.pk, middle(one.geometry)] for one in self.buildings],
            [[one.line, one.way] for one in self.paths],
        ]
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:16]


def drawn(compound: Compound) -> Drawn:
    """What is known of a compound's map now."""
    return Drawn(
        compound,
        tuple(Gate.objects.unscoped(reason=_WHY).filter(compound=compound).order_by("pk")),
        tuple(Building.objects.unscoped(reason=_WHY).filter(compound=compound).order_by("pk")),
        tuple(CompoundPath.objects.unscoped(reason=_WHY).filter(compound=compound).order_by("pk")),
        people_by_building(compound),
    )


def told(seen: Drawn) -> dict[str, Any]:
    """The map as screens draw it."""
    return {
        "compound": seen.compound.pk, "name": seen.compound.name, "shape": seen.compound.geometry,
        "digest": seen.digest,
        "gates": [_gate(one) for one in seen.gates],
        "buildings": [_building(one, seen.people) for one in seen.buildings],
        "paths": [{"line": one.line, "way": one.way} for one in seen.paths],
    }  # fmt: skip


def _gate(one: Gate) -> dict[str, Any]:
    return {
        "id": one.pk, "name": one.name, "at": one.point, "walking": one.walking, "wide": one.emergency,
        "open": one.is_open,
    }  # fmt: skip


def _building(one: Building, people: Mapping[int, int]) -> dict[str, Any]:
    shape = one.geometry if (one.geometry or {}).get("type") != "Point" else None
    return {
        "id": one.pk, "name": one.name, "at": middle(one.geometry), "shape": shape,
        "people": people.get(one.pk, 0),
    }  # fmt: skip


def ground(seen: Drawn, choices: Mapping[str, Mapping[str, Any]]) -> engine.Ground:
    """For the engine: gates to walk through and buildings that are on the map. Keys are ids. Raises plan.ground."""
    gates = tuple(
        engine.Gate(
            str(one.pk),
            (one.point[0], one.point[1]),
            engine.Way.DRIVE if one.emergency else engine.Way.FOOT,
            min(max(int(choices.get(str(one.pk), {}).get("lanes", 1)), 1), MOST_LANES),
            choices.get(str(one.pk), {}).get("fixed"),
        )
        for one in seen.gates
        if one.point and one.walking
    )
    buildings = tuple(
        engine.Building(str(one.pk), at, seen.people.get(one.pk, 0))
        for one in seen.buildings
        if (at := middle(one.geometry)) is not None
    )
    paths = tuple(
        engine.Path(tuple((at[0], at[1]) for at in one.line), engine.Way(one.way)) for one in seen.paths
    )
    try:
        return engine.Ground(gates, buildings, paths)
    except engine.GroundError as problem:
        raise ProblemError(GROUND, gates=len(gates), buildings=len(buildings)) from problem
