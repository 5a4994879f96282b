"""The run's figures move by the difference of the rows that changed: every screen's counts agree with its rows."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import F

from lianfang.linkage.models import Run, RunFigure, RunPerson, RunPlace

_WHY = "figures are counted over everybody"
#: path, place, sources, on_register, has conflicts
Counted = tuple[str, int, int, bool, bool]


def persons(run: Run, numbers: Iterable[int]) -> Counter[Counted]:
    """What is counted of the persons shown now."""
    shown = RunPerson.objects.unscoped(reason=_WHY).filter(run=run, hidden=False, person__in=list(numbers))
    rows = shown.values_list("path", "place", "sources", "on_register", "conflicts")
    return Counter((path, place, sources, listed, c > 0) for path, place, sources, listed, c in rows)


def adjust(
    run: Run,
    before: Counter[Counted],
    after: Counter[Counted],
    findings: Counter[tuple[str, str, str, int]],
    records: Counter[tuple[int, str]],
) -> None:
    """findings: code, severity, path, place -> how many more; records: list, path -> how many more."""
    figures: Counter[tuple[str, str, str, str]] = Counter()
    places: dict[str, Counter[int]] = {
        name: Counter() for name in ("people", "registered", "seen", "unregistered", "findings")
    }
    change = Counter(after)
    change.subtract(before)
    for (path, place, sources, listed, conflicting), n in change.items():
        figures["people", str(sources), "", path] += n
        figures["conflicts", "", "", path] += n * conflicting
        places["people"][place] += n
        places["registered"][place] += n * listed
        places["seen"][place] += n * (listed and sources > 1)
        places["unregistered"][place] += n * (not listed)
    for (code, severity, path, place), n in findings.items():
        figures["findings", code, severity, path] += n
        places["findings"][place] += n
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
    nobody = {name: 0 for name in (*places, "tasks")}
    rows.filter(derived=True, number__in=numbers, **nobody).delete()
