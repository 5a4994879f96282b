"""The whole state of a run and of the registry, to be compared."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.apps import apps

from lianfang.linkage.models import Decision

WHY = "the test compares everything"
_APPS = ("linkage", "registry", "territory")
#: What is no part of the state: decisions themselves, versions that only ever grow, and numbers that nothing refers to.
_LEFT_OUT = {"Decision"}
_COLUMNS_LEFT_OUT = {
    "Person": frozenset({"version"}),
    "Identifier": frozenset({"id"}),
    "Residence": frozenset({"id"}),
    "RunFigure": frozenset({"id"}),
    "RunBuilding": frozenset({"id"}),
}

#: Between two decisions derived rows may have other numbers than before.
HANDED_OUT = {
    "RunPerson": frozenset({"id"}),
    "RunFinding": frozenset({"id", "number"}),
    "RunTask": frozenset({"id", "position"}),
}

_NONE: frozenset[str] = frozenset()
_NOTHING: Mapping[str, frozenset[str]] = {}
Rows = Counter[tuple[Any, ...]]
State = dict[str, Rows]


def rows(model: Any, leave: frozenset[str] = frozenset(), **where: Any) -> Rows:
    """Every row of a table."""
    manager = model.objects
    found = manager.unscoped(reason=WHY) if hasattr(manager, "unscoped") else manager.all()
    names = [f.attname for f in model._meta.concrete_fields if f.attname not in leave and f.name != "pk"]
    return Counter(tuple(map(str, row)) for row in found.filter(**where).order_by().values_list(*names))


def state(leave: Mapping[str, frozenset[str]] = _NOTHING) -> State:
    """Every row of every table that a decision could touch, without the columns in `leave`."""
    models = [model for app in _APPS for model in apps.get_app_config(app).get_models()]
    return {
        model.__name__: rows(
            model, _COLUMNS_LEFT_OUT.get(model.__name__, _NONE) | leave.get(model.__name__, _NONE)
        )
        for model in models
        if model.__name__ not in _LEFT_OUT
    }


def differences(before: State, after: State) -> dict[str, Any]:
    """Tables that differ: what went, what came."""
    return {
        name: {"gone": list(before[name] - after[name])[:4], "come": list(after[name] - before[name])[:4]}
        for name in before
        if before[name] != after[name]
    }


def in_force() -> int:
    return Decision.objects.filter(undone_at=None).count()
