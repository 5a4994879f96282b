"""The whole state of a run and of the registry, to be compared."""

from collections import Counter
from typing import Any

from lianfang.linkage.models import (
    Run,
    RunBuilding,
    RunFigure,
    RunFinding,
    RunMoved,
    RunPerson,
    RunPlace,
    RunRecord,
    RunReview,
)
from lianfang.registry.models import Identifier, Person, PersonKey, Residence

WHY = "the test compares everything"
#: Numbers that a database gives out, and that mean nothing.
_HANDED_OUT = frozenset({"id"})


def rows(model: Any, leave: frozenset[str] = frozenset(), **where: Any) -> Counter[tuple[Any, ...]]:
    """Every row of a table."""
    manager = model.objects
    found = manager.unscoped(reason=WHY) if hasattr(manager, "unscoped") else manager.all()
    names = [f.attname for f in model._meta.concrete_fields if f.attname not in leave]
    return Counter(tuple(map(str, row)) for row in found.filter(**where).values_list(*names))


def state(run: Run) -> dict[str, Counter[tuple[Any, ...]]]:
    """What the engine's rows are (with their ids), and what is shown."""
    of_run: dict[str, Any] = {"run": run}
    shown = {**of_run, "hidden": False}
    return {
        "engine persons": rows(RunPerson, frozenset({"findings", "conflicts"}), derived=False, **of_run),
        "engine findings": rows(RunFinding, derived=False, **of_run),
        "persons": rows(RunPerson, _HANDED_OUT | {"uid"}, **shown),
        "findings": rows(RunFinding, _HANDED_OUT | {"number"}, **shown),
        "records": rows(RunRecord, **of_run),
        "reviews": rows(RunReview, **of_run),
        "moved": rows(RunMoved, _HANDED_OUT, **of_run),
        "figures": rows(RunFigure, _HANDED_OUT, **of_run),
        "buildings": rows(RunBuilding, _HANDED_OUT, **of_run),
        "places": rows(RunPlace, _HANDED_OUT, **of_run),
    }


def registry() -> dict[str, Counter[tuple[Any, ...]]]:
    """Who is found, by what, and where they live now."""
    return {
        "people": rows(Person, frozenset({"version", "digest", "created_at"})),
        "identifiers": rows(Identifier, _HANDED_OUT),
        "residences": rows(Residence, _HANDED_OUT | {"since"}, until=None),
        "keys": rows(PersonKey, frozenset({"pk"})),
    }


def differences(before: dict[str, Counter[Any]], after: dict[str, Counter[Any]]) -> dict[str, Any]:
    """Tables that differ: what went, what came."""
    return {
        name: {"gone": list(before[name] - after[name])[:4], "come": list(after[name] - before[name])[:4]}
        for name in before
        if before[name] != after[name]
    }
