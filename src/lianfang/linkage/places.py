"""What a run says of places: coverage by area, doors by their state, who lives behind one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl
from django.db.models import Count, Q, Sum

from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.linkage import access
from lianfang.linkage.doors import DoorState, states
from lianfang.linkage.models import Run, RunBuilding, RunPerson
from lianfang.linkage.work.figures import by_path as open_findings
from lianfang.territory import access as territory
from lianfang.territory.models import Building, Compound, Dwelling
from lianfang.territory.rules import ancestors

#: Counted when the run was loaded; findings are those that wait for somebody now.
_OF_PLACES = ("people", "registered", "seen", "unregistered", "tasks")
FIGURES = (*_OF_PLACES, "findings")
DOORS = ("people", "known", "seen", "conflicting")
_IN_ORDER = ("path", "name", "pk")


def run_or_none(actor: Actor) -> Run | None:
    """The current run, if there is one and the actor may see runs."""
    if not actor.can(Permission.RUN_VIEW):
        return None
    return access.runs(actor).filter(current=True).first()


def coverage(actor: Actor, run: Run) -> list[dict[str, Any]]:
    """FIGURES of every area in scope that people live in, added up from the run's places, parents first.

    The last row holds what lies in no area (`area` null). A parent's figures are the sums of what the actor sees.
    """
    added: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(FIGURES, 0))
    outside = dict.fromkeys(FIGURES, 0)
    for place in access.places(actor, run):
        for figures in [added[path] for path in ancestors(place.path)] or [outside]:
            for name in _OF_PLACES:
                figures[name] += getattr(place, name)
    for where, waiting in open_findings(actor, run).items():
        for figures in [added[path] for path in ancestors(where)] or [outside]:
            figures["findings"] += waiting
    areas = territory.visible_areas(actor).filter(path__in=list(added)).defer("geometry")
    rows = [{"area": area, **added[area.path]} for area in areas.order_by("path")]
    return [*rows, {"area": None, **outside}] if any(outside.values()) else rows


def compounds(actor: Actor, *, path: str = "", text: str = "") -> list[dict[str, Any]]:
    """Compounds in scope below `path` whose name holds `text`, with DOORS, `doors` and `empty` as far as seen."""
    rows = territory.compounds(actor).defer("geometry").order_by(*_IN_ORDER)
    total = _total(actor, "building__compound", path=path)
    if path:
        rows = rows.filter(Q(path__gte=path, path__lt=f"{path}~") | Q(pk__in=list(total)))
    if text:
        rows = rows.filter(name__icontains=text)
    counted = _counted(actor, "compound", path=path)
    return [_with_doors(row, total.get(row.pk, 0), counted.get(row.pk)) for row in rows]


def buildings(actor: Actor, compound: Compound) -> list[dict[str, Any]]:
    """The compound's buildings in scope, in the order of their numbers, with DOORS, `doors` and `empty`."""
    rows = list(territory.buildings(actor).filter(compound=compound))
    counted = _counted(actor, "building", compound=compound.pk)
    total = _total(actor, "building", compound=compound.pk)
    rows.sort(key=lambda row: by_number(row.name))
    return [_with_doors(row, total.get(row.pk, 0), counted.get(row.pk)) for row in rows]


def _total(actor: Actor, by: str, *, path: str = "", compound: int | None = None) -> dict[int, int]:
    """How many doors in scope each building or compound has. Counted ahead where everything is asked for."""
    scope = actor.require(Permission.AREA_VIEW)
    if scope.everywhere and not path and compound is None:
        sums = Building.objects.within(scope).order_by().values_list("compound").annotate(n=Sum("doors"))
        return {pk: n for pk, n in sums if n}
    rows = Dwelling.objects.within(scope).filter(removed_at=None)
    if path:
        rows = rows.filter(path__gte=path, path__lt=f"{path}~")
    if compound is not None:
        own = Building.objects.unscoped(reason="of a compound; the doors are cut to the scope")
        rows = rows.filter(building__in=list(own.filter(compound=compound).values_list("pk", flat=True)))
    counted = dict(rows.order_by().values_list("building").annotate(n=Count("building")))
    if by == "building":
        return counted
    # Joined here: two thousand houses are quickly added up, two hundred thousand doors are not quickly joined.
    houses = Building.objects.unscoped(reason="which compound a house of the scope belongs to")
    total: dict[int, int] = defaultdict(int)
    for house, estate in houses.values_list("pk", "compound"):
        total[estate] += counted.get(house, 0)
    return {estate: n for estate, n in total.items() if n}


def _counted(
    actor: Actor, by: str, *, path: str = "", compound: int | None = None
) -> dict[int, dict[str, int]]:
    run = run_or_none(actor)
    if run is None:
        return {}
    rows = RunBuilding.objects.within(actor.require(Permission.RUN_VIEW)).filter(run=run)
    if path:
        rows = rows.filter(path__gte=path, path__lt=f"{path}~")
    if compound is not None:
        rows = rows.filter(compound=compound)
    sums = rows.order_by().values(by).annotate(**{f"sum_{name}": Sum(name) for name in DOORS})
    return {row[by]: {name: row[f"sum_{name}"] for name in DOORS} for row in sums}


def _with_doors(row: Compound | Building, doors: int, counted: dict[str, int] | None) -> dict[str, Any]:
    figures = counted or dict.fromkeys(DOORS, 0)
    lived_in = sum(figures[name] for name in DOORS[1:])
    return {"row": row, "doors": max(doors, lived_in), "empty": max(0, doors - lived_in), **figures}


def by_number(text: str) -> list[tuple[int, int, str]]:
    """A key that puts 2 before 10, and 1组9 before 1组18."""
    parts: list[tuple[int, int, str]] = []
    digits = ""
    for character in f"{text}\0":
        if character.isdigit() and character.isascii():
            digits += character
            continue
        if digits:
            parts.append((0, int(digits), ""))
            digits = ""
        parts.append((1, 0, character))
    return parts


def doors(actor: Actor, building: Building) -> list[dict[str, Any]]:
    """Every door of a building in scope with its state and counts; `removed` ones only where somebody lives."""
    own = territory.dwellings(actor).filter(building=building)
    dwellings = sorted(own, key=lambda one: (by_number(one.unit), one.floor or 0, by_number(one.room)))
    found = _states(actor, [one.pk for one in dwellings])
    rows = [{"dwelling": one, **found.get(one.pk, _EMPTY)} for one in dwellings]
    return [row for row in rows if row["dwelling"].removed_at is None or row["people"]]


_EMPTY: dict[str, Any] = {
    "people": 0, "registered": 0, "seen": 0, "unregistered": 0, "conflicts": 0, "state": DoorState.EMPTY.value,
}  # fmt: skip


def _states(actor: Actor, dwellings: Iterable[int]) -> dict[int, dict[str, Any]]:
    run = run_or_none(actor)
    if run is None:
        return {}
    columns = ("dwelling", "on_register", "sources", "conflicts")
    people = access.people(actor, run).filter(dwelling__in=list(dwellings)).values_list(*columns)
    kinds = (pl.Int64, pl.Boolean, pl.Int64, pl.Int64)
    frame = pl.DataFrame(list(people), schema=dict(zip(columns, kinds, strict=True)), orient="row")
    return {row.pop("dwelling"): row for row in states(frame, "dwelling").to_dicts()}


def door(actor: Actor, dwelling: Dwelling) -> dict[str, Any]:
    """One door with its state and the people behind it by the current run."""
    run = run_or_none(actor)
    people: Sequence[RunPerson] = []
    if run:
        people = list(access.people(actor, run).filter(dwelling=dwelling.pk).order_by("household", "person"))
    state = _states(actor, [dwelling.pk]).get(dwelling.pk, _EMPTY)
    return {"dwelling": dwelling, "run": run, "residents": people, **state}
