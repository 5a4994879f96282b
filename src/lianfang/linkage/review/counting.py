"""The run's figures move by the difference of the rows that changed: every screen's counts agree with its rows."""

from collections import Counter
from collections.abc import Collection, Iterable

import polars as pl
from django.db.models import F

from lianfang.linkage.doors import states
from lianfang.linkage.fields import KIND_BITS
from lianfang.linkage.models import Run, RunBuilding, RunFigure, RunPerson, RunPlace
from lianfang.territory.models import Dwelling

_WHY = "figures are counted over everybody"
_NOBODY = dict.fromkeys(("people", "known", "seen", "conflicting"), 0)
#: path, place, sources, on_register, has conflicts, kinds
Counted = tuple[str, int, int, bool, bool, int]


def persons(run: Run, numbers: Iterable[int]) -> Counter[Counted]:
    """What is counted of the persons shown now."""
    shown = RunPerson.objects.unscoped(reason=_WHY).filter(run=run, hidden=False, person__in=list(numbers))
    rows = shown.values_list("path", "place", "sources", "on_register", "conflicts", "kinds")
    return Counter((path, place, sources, listed, c > 0, on) for path, place, sources, listed, c, on in rows)


def homes(run: Run, numbers: Iterable[int]) -> set[int]:
    """The doors of these persons, as shown now and as the engine has them."""
    found = RunPerson.objects.unscoped(reason=_WHY).filter(run=run, person__in=list(numbers))
    return {home for home in found.values_list("dwelling", flat=True) if home is not None}


def doors(run: Run, dwellings: Collection[int]) -> pl.DataFrame:
    """dwelling, people and state (as `doors.states`) of these doors now."""
    shown = RunPerson.objects.unscoped(reason=_WHY).filter(run=run, hidden=False, dwelling__in=dwellings)
    rows = shown.values_list("dwelling", "on_register", "sources", "conflicts")
    people = pl.DataFrame(
        list(rows),
        schema={"dwelling": pl.Int64, "on_register": pl.Boolean, "sources": pl.Int64, "conflicts": pl.Int64},
        orient="row",
    )
    return states(people, "dwelling").select("dwelling", "people", "state")


def adjust_doors(run: Run, before: pl.DataFrame, after: pl.DataFrame) -> None:
    """Buildings count their doors by state; a door that changed its state moves from one figure to another."""
    change: dict[int, Counter[str]] = {}
    for frame, sign in ((before, -1), (after, 1)):
        for dwelling, people, state in frame.iter_rows():
            counted = change.setdefault(dwelling, Counter())
            counted["people"] += sign * people
            counted[state] += sign
    changed = {dwelling: counted for dwelling, counted in change.items() if any(counted.values())}
    places = Dwelling.objects.unscoped(reason=_WHY).filter(pk__in=changed)
    for dwelling, building, compound, path in places.values_list(
        "pk", "building", "building__compound", "path"
    ):
        figures = {name: F(name) + n for name, n in changed[dwelling].items() if n}
        rows = RunBuilding.objects.unscoped(reason=_WHY).filter(run=run, building=building, path=path)
        if not rows.update(**figures):
            RunBuilding.objects.create(
                run=run, building=building, compound=compound, path=path, **{**_NOBODY, **changed[dwelling]}
            )
        rows.filter(**_NOBODY).delete()


def adjust(
    run: Run,
    before: Counter[Counted],
    after: Counter[Counted],
    findings: Counter[tuple[str, str, str, int]],
    records: Counter[tuple[int, str]],
    tasks: Counter[int],
    since: Counter[tuple[str, str]],
) -> None:
    """findings: code, severity, path, place -> how many more; records: list, path; tasks: place; since: when, path."""
    figures: Counter[tuple[str, str, str, str]] = Counter()
    places: dict[str, Counter[int]] = {
        name: Counter() for name in ("people", "registered", "seen", "unregistered", "findings")
    }
    places["tasks"] = tasks
    change = Counter(after)
    change.subtract(before)
    for (path, place, sources, listed, conflicting, kinds), n in change.items():
        figures["people", str(sources), "", path] += n
        figures["conflicts", "", "", path] += n * conflicting
        figures["registered", "", "", path] += n * listed
        for kind, bit in KIND_BITS.items():
            figures["kinds", kind.value, "", path] += n * bool(kinds & bit)
        places["people"][place] += n
        places["registered"][place] += n * listed
        places["seen"][place] += n * (listed and sources > 1)
        places["unregistered"][place] += n * (not listed)
    for (code, severity, path, place), n in findings.items():
        figures["findings", code, severity, path] += n
        places["findings"][place] += n
    for (when, path), n in since.items():
        figures["since", when, "", path] += n
    for (number, path), n in records.items():
        figures["records", str(number), "", path] += n
    _add_figures(run, figures)
    _add_places(run, places)


def _add_figures(run: Run, figures: Counter[tuple[str, str, str, str]]) -> None:
    rows = RunFigure.objects.unscoped(reason=_WHY).filter(run=run)
    for (measure, a, b, path), n in figures.items():
        this = rows.filter(measure=measure, a=a, b=b, path=path)
        if n and not this.update(n=F("n") + n):
            RunFigure.objects.create(run=run, measure=measure, a=a, b=b, path=path, n=n)
        if n < 0:
            this.filter(n=0).delete()


def _add_places(run: Run, places: dict[str, Counter[int]]) -> None:
    rows = RunPlace.objects.unscoped(reason=_WHY).filter(run=run)
    numbers = {number for counted in places.values() for number in counted}
    for number in numbers:
        change = {name: F(name) + counted[number] for name, counted in places.items() if counted[number]}
        if change:
            rows.filter(number=number).update(**change)
    nobody = dict.fromkeys(places, 0)
    rows.filter(derived=True, number__in=numbers, **nobody).delete()
