"""Compounds, buildings and doors made or changed by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.territory.actions import claim
from lianfang.territory.deriving import count_doors
from lianfang.territory.errors import COMPOUND_TAKEN, DOORS_MANY, NO_NAME
from lianfang.territory.models import Area, Building, Compound, Dwelling
from lianfang.territory.rules import compound_and_group, dwelling_key

MOST_DOORS = 2_000
_UNIQUE = "keys are unique everywhere"


@dataclass(frozen=True)
class Plan:
    """The doors of a building: units × floors × doors on a floor; 0 units: the doors have none."""

    units: int
    floors: int
    across: int

    def doors(self) -> Iterator[tuple[str, str, int]]:
        """unit, room, floor: 501 is the first door of the fifth floor."""
        for unit in range(1, max(1, self.units) + 1):
            for floor in range(1, self.floors + 1):
                for number in range(1, self.across + 1):
                    yield str(unit) if self.units else "", f"{floor}{number:02d}", floor


def add_compound(*, actor: Actor, now: datetime, area: Area, name: str) -> Compound:
    """Add a compound to an area. Raises compound.taken, area.no_name, not_found."""
    actor.require(Permission.AREA_MANAGE, area.path)
    name = _name(name, 80)
    with transaction.atomic():
        if Compound.objects.unscoped(reason=_UNIQUE).filter(key=name).exists():
            raise ProblemError(COMPOUND_TAKEN)
        made = Compound.objects.create(name=name, key=name, path=area.path)
        _record(actor, "compound.added", now, made, made.path)
    return made


def change_compound(
    *, actor: Actor, now: datetime, compound: Compound, name: str, area: Area | None, version: int
) -> Compound:
    """Rename a compound and, if `area` is another one, put it there with its buildings that lie outside of it.

    The lists go on finding it by its key. Raises conflict, area.no_name, not_found.
    """
    actor.require(Permission.AREA_MANAGE, compound.path)
    path = area.path if area else compound.path
    actor.require(Permission.AREA_MANAGE, path)
    with transaction.atomic():
        claim(compound, version, name=_name(name, 80), path=path, derived=False)
        outside = Building.objects.unscoped(reason="of this compound").filter(compound=compound)
        outside = outside.exclude(path__startswith=path)
        Dwelling.objects.unscoped(reason="of this compound").filter(building__in=outside).update(
            path=path, derived=False
        )
        outside.update(path=path, derived=False)
        _record(actor, "compound.changed", now, compound, path)
    return compound


def add_building(
    *, actor: Actor, now: datetime, compound: Compound, area: Area | None, name: str, plan: Plan
) -> Building:
    """Add the doors of `plan` to a building, which is made if it is not there; doors that are there stay as they are.

    Raises dwelling.many, area.no_name, not_found.
    """
    path = area.path if area else compound.path
    actor.require(Permission.AREA_MANAGE, path)
    name = _name(name, 40)
    if max(1, plan.units) * plan.floors * plan.across > MOST_DOORS:
        raise ProblemError(DOORS_MANY, most=MOST_DOORS)
    with transaction.atomic():
        everything = Building.objects.unscoped(reason="names are unique in a compound")
        building = everything.filter(compound=compound, name=name).first()
        if building is None:
            building = Building.objects.create(compound=compound, name=name, path=path)
        actor.require(Permission.AREA_MANAGE, building.path)
        group, number = _group(name)
        made = [
            Dwelling(
                building=building, path=building.path, unit=unit, room=room, floor=floor,
                key=dwelling_key(compound.key + group, number, unit, room),
            )
            for unit, room, floor in plan.doors()
        ]  # fmt: skip
        Dwelling.objects.bulk_create(made, batch_size=500, ignore_conflicts=True)
        count_doors(building.pk)
        _record(actor, "building.added", now, building, building.path)
    return building


def set_door(*, actor: Actor, now: datetime, dwelling: Dwelling, exists: bool) -> Dwelling:
    """Say that there is no such door, or that there is one after all. Nothing of it is lost. Raises not_found."""
    actor.require(Permission.AREA_MANAGE, dwelling.path)
    with transaction.atomic():
        dwelling.removed_at = None if exists else now
        rows = Dwelling.objects.unscoped(reason="the actor has been let in").filter(pk=dwelling.pk)
        rows.update(removed_at=dwelling.removed_at, derived=False)
        count_doors(dwelling.building_id)
        _record(
            actor,
            "dwelling.restored" if exists else "dwelling.removed",
            now,
            dwelling,
            dwelling.path,
        )
    return dwelling


def _group(name: str) -> tuple[str, str]:
    """1组18 → 1组, 18, as the linkage engine keeps them apart."""
    number = name.rpartition("组")[2]
    group = name[: len(name) - len(number)]
    known = compound_and_group(f"xx{group}")[1]
    return (group, number) if group and known == group else ("", name)


def _name(text: str, most: int) -> str:
    name = " ".join(text.split()).replace("|", " ")[:most]
    if not name:
        raise ProblemError(NO_NAME)
    return name


def _record(actor: Actor, action: str, now: datetime, row: Compound | Building | Dwelling, path: str) -> None:
    audit.record(
        actor=actor, action=action, now=now, kind=type(row).__name__.lower(), object_id=row.pk, path=path
    )
