"""Reads a model file (TOML). The format is documented in docs/develop/models.md; a test compares the keys."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from lianfang.linkage.engine.blocking import BlockRule
from lianfang.linkage.engine.columns.spec import Column, Columns
from lianfang.linkage.engine.columns.steps import STEPS
from lianfang.linkage.engine.comparisons.base import Comparison
from lianfang.linkage.engine.comparisons.kinds import KINDS, options_of
from lianfang.linkage.engine.model import (
    BASES,
    HOUSEHOLD,
    SAME,
    Costs,
    Evidence,
    Home,
    Model,
    ModelError,
    PairClass,
)

#: Tables of a model file and the keys each may have ("": the top of the file). True: must be there.
KEYS: Mapping[str, Mapping[str, bool]] = {
    "": {
        "name": True,
        "standardise": True,
        "within_lists": False,
        "identity": False,
        "repeats": False,
        "costs": True,
        "household": False,
        "columns": False,
        "column": False,
        "comparison": True,
        "class": False,
        "block": True,
    },
    "costs": {"wrong_link": True, "missed_link": True, "review": True},
    "household": {"door": True, "key": True, "ratio": True, "measured_on": False},
    "columns": {"needed": False, "nothing": False, "day_first": False},
    "column": {"name": True, "headers": False, "from": False, "by": False, "clean": False},
    "comparison": {
        "name": True,
        "kind": True,
        "same": True,
        "household": False,
        "stranger": True,
        "learn_same": False,
        "learn_stranger": False,
        "measure_household": False,
        "alike_at_home": False,
        "fixed": False,
        "fixed_on": False,
        "telling": False,
        "twice": False,
        "forbids": False,
        "moot_on_repeat": False,
        "echoes": False,
    },
    "class": {"name": True, "same": True, "share": True, "share_within": False, "kinds": False, "like": True},
    "block": {"key": True, "largest": True, "home": False},
}
NAMED_LEVELS = ("fixed", "telling", "twice", "forbids", "moot_on_repeat")
WITHIN_LISTS = ("yes", "no", "auto")


def load_model(source: str | Path = "chinese") -> Model:
    """A shipped model by name, or a TOML file. Raises ModelError."""
    try:
        if isinstance(source, str) and "/" not in source and not source.endswith(".toml"):
            file = resources.files("lianfang.linkage.engine").joinpath(f"models/{source}.toml")
            text = file.read_text("utf-8")
        else:
            text = Path(source).read_text("utf-8")
        return replace(parse(tomllib.loads(text)), text=text)
    except OSError as error:
        raise ModelError(f"model {source}: cannot be read ({error.strerror})") from error
    except (ModelError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"model {source}: {error}") from error


def parse(data: Mapping[str, Any]) -> Model:
    """A model from the tables of its file. Raises ModelError."""
    _check(data, "", "the file")
    home = _home(data.get("household"))
    evidence = tuple(_evidence(table, home is not None) for table in data["comparison"])
    names = [item.comparison.name for item in evidence]
    if len(set(names)) < len(names) or len(names) > 16:
        raise ModelError("comparisons need different names, and there may be at most 16")
    model = Model(
        name=data["name"],
        columns=_columns(data),
        within_lists=_one_of(data.get("within_lists", "yes"), WITHIN_LISTS, "within_lists"),
        evidence=evidence,
        classes=_classes(data.get("class", ())),
        blocks=tuple(_block(table) for table in data["block"]),
        costs=_costs(data["costs"]),
        home=home,
        identity=data.get("identity"),
        repeats=tuple(tuple(columns) for columns in data.get("repeats", ())),
    )
    _check_columns(model)
    _check_echoes(model)
    return model


def _check(table: Any, kind: str, where: str, also: Collection[str] = ()) -> None:
    if not isinstance(table, Mapping):
        raise ModelError(f"{where}: a table is wanted")
    known = {*KEYS[kind], *also}
    if unknown := sorted(set(table) - known):
        raise ModelError(f"{where}: no such key {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    if missing := sorted(key for key, needed in KEYS[kind].items() if needed and key not in table):
        raise ModelError(f"{where}: {', '.join(missing)} is missing")


def _one_of(value: Any, allowed: Collection[str], where: str) -> str:
    if value not in allowed:
        raise ModelError(f"{where}: {value!r} is not one of {', '.join(allowed)}")
    return str(value)


def _costs(table: Any) -> Costs:
    _check(table, "costs", "[costs]")
    return Costs(**{key: float(value) for key, value in table.items()})


def _home(table: Any) -> Home | None:
    if table is None:
        return None
    _check(table, "household", "[household]")
    return Home(tuple(table["door"]), tuple(table["key"]), float(table["ratio"]), table.get("measured_on"))


def _block(table: Any) -> BlockRule:
    _check(table, "block", "[[block]]")
    return BlockRule(tuple(table["key"]), int(table["largest"]), table.get("home"))


def _classes(tables: Any) -> tuple[PairClass, ...]:
    base = [PairClass(name, name == SAME, 1.0, 1.0, {"default": name}, frozenset()) for name in BASES]
    for t in tables:
        _check(t, "class", "[[class]]")
        within = t.get("share_within", t["share"])
        base.append(
            PairClass(t["name"], t["same"], t["share"], within, t["like"], frozenset(t.get("kinds", ())))
        )
    return tuple(base)


def _columns(data: Mapping[str, Any]) -> Columns | None:
    if _one_of(data["standardise"], ("chinese", "columns"), "standardise") == "chinese":
        return None
    table = data.get("columns", {})
    _check(table, "columns", "[columns]")
    columns = tuple(_column(given) for given in data.get("column", ()))
    names = [column.name for column in columns]
    for column in columns:
        # A column may only be made from those above it: then one pass fills all, and no circle is possible.
        if unknown := [n for n in column.sources if n not in names[: names.index(column.name)]]:
            raise ModelError(f"column {column.name}: {', '.join(unknown)} is not a column above it")
    if unknown := [n for n in table.get("needed", ()) if n not in names]:
        raise ModelError(f"[columns] needed: {', '.join(unknown)} is not a column")
    first = _one_of(table.get("day_first", "auto"), ("yes", "no", "auto"), "[columns] day_first")
    return Columns(columns, tuple(table.get("needed", ())), tuple(table.get("nothing", ())), first)


def _column(table: Any) -> Column:
    _check(table, "column", "[[column]]")
    by, clean = tuple(table.get("by", ())), tuple(table.get("clean", ()))
    if unknown := [step for step in (*by, *clean) if step not in STEPS]:
        raise ModelError(
            f"column {table['name']}: no such step {', '.join(unknown)}; known: {', '.join(STEPS)}"
        )
    return Column(table["name"], tuple(table.get("headers", ())), tuple(table.get("from", ())), by, clean)


def _evidence(table: Any, with_home: bool) -> Evidence:
    where = f"comparison {table.get('name', '?')}" if isinstance(table, Mapping) else "[[comparison]]"
    options = _options(table, where)
    _check(table, "comparison", where, options)
    comparison: Comparison = KINDS[table["kind"]](
        table["name"], **{k: table[k] for k in options if k in table}
    )
    if with_home and HOUSEHOLD not in table:
        raise ModelError(f"{where}: household is missing, because the model has a table [household]")
    priors = {
        base: _priors(comparison, table.get(base, table["stranger"]), f"{where}, {base}") for base in BASES
    }
    named = {key: frozenset(table.get(key, ())) for key in NAMED_LEVELS}
    if unknown := sorted(set().union(*named.values()) - set(comparison.levels)):
        raise ModelError(
            f"{where}: no such level {', '.join(unknown)}; levels: {', '.join(comparison.levels)}"
        )
    return Evidence(
        comparison,
        priors,
        table.get("learn_same", True),
        table.get("learn_stranger", False),
        table.get("measure_household", True),
        table.get("alike_at_home", False),
        tuple(sorted(named["fixed"])),
        frozenset(table.get("fixed_on", ())),
        named["telling"],
        named["twice"],
        named["forbids"],
        named["moot_on_repeat"],
        _echoes(comparison, table.get("echoes", {}), where),
    )


def _echoes(comparison: Comparison, table: Any, where: str) -> Mapping[str, frozenset[str]]:
    levels = comparison.levels
    if unknown := sorted(set(table) - set(levels)):
        raise ModelError(f"{where}, echoes: no such level {', '.join(unknown)}; levels: {', '.join(levels)}")
    return {level: frozenset(heard) for level, heard in table.items()}


def _check_echoes(model: Model) -> None:
    """Whatever a level may be an echo of is a level of some comparison."""
    known = {f"{c.name}.{level}" for c in model.comparisons for level in c.levels}
    named = {heard for item in model.evidence for heard in set().union(*item.echoes.values())}
    if unknown := sorted(named - known):
        raise ModelError(f"echoes: no such level {', '.join(unknown)}")


def _options(table: Any, where: str) -> Mapping[str, bool]:
    kind = str(table.get("kind")) if isinstance(table, Mapping) else ""
    if kind not in KINDS:
        raise ModelError(f"{where}: no such kind {kind!r}; known: {', '.join(KINDS)}")
    options = options_of(kind)
    if missing := [key for key, needed in options.items() if needed and key not in table]:
        raise ModelError(f"{where}: {', '.join(missing)} is missing")
    return options


def _priors(comparison: Comparison, given: Mapping[str, Any], where: str) -> tuple[float, ...]:
    levels = comparison.levels
    if unknown := sorted(set(given) - set(levels)):
        raise ModelError(f"{where}: no such level {', '.join(unknown)}; levels: {', '.join(levels)}")
    if missing := [level for level in levels if level not in given]:
        raise ModelError(f"{where}: level {', '.join(missing)} has no value")
    if wrong := [level for level in levels if not isinstance(given[level], int | float) or given[level] < 0]:
        raise ModelError(f"{where}: {', '.join(wrong)} is not a number of at least 0")
    total = {level: sum(given[other] for other in group) for group in comparison.groups for level in group}
    return tuple(float(given[level]) / (total[level] or 1.0) for level in levels)


def _check_columns(model: Model) -> None:
    """Every column that is compared or blocked on is defined (the Chinese standardiser's are fixed)."""
    if model.columns is None:
        return
    known = {column.name for column in model.columns.columns}
    doors = {*model.home.door, *model.home.key} if model.home else set()
    if unknown := sorted({*model.compared, *doors} - known):
        raise ModelError(f"compared or blocked on, but not defined as [[column]]: {', '.join(unknown)}")
