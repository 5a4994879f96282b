"""A linkage model as data: comparisons, what their levels are worth at first, classes of pairs, blocks, costs.

The file format is described in docs/develop/models.md; `models/chinese.toml` and `models/english.toml` ship.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from lianfang.linkage.engine.blocking import BlockRule
from lianfang.linkage.engine.comparisons.base import Comparison
from lianfang.linkage.engine.comparisons.chinese_id import ChineseId
from lianfang.linkage.engine.comparisons.chinese_name import ChineseName
from lianfang.linkage.engine.comparisons.chinese_place import ChinesePlace
from lianfang.linkage.engine.comparisons.facts import Birth, Cell, Equal, Relation
from lianfang.linkage.engine.comparisons.phone import Phone

SAME, HOUSEHOLD, STRANGER = "same", "household", "stranger"
BASES = (SAME, HOUSEHOLD, STRANGER)


@dataclass(frozen=True)
class Evidence:
    """A comparison with the prior probabilities of its levels in each base class (rows: BASES)."""

    comparison: Comparison
    priors: Mapping[str, tuple[float, ...]]
    learn_stranger: bool
    measure_household: bool
    fixed: tuple[str, ...]  # levels whose probability among pairs of one person the data may not change


@dataclass(frozen=True)
class PairClass:
    """One explanation of a pair of rows: the same person or not, and whom each comparison looks at."""

    name: str
    same: bool
    share: float  # of the pairs of class `same` (for base classes: 1)
    share_within: float  # the same where both rows are of one kind of list
    like: Mapping[str, str]  # comparison -> base class; "default" for the rest
    kinds: frozenset[str]  # only where one of the two lists is of such a kind; empty: everywhere

    def base(self, comparison: str) -> str:
        return self.like.get(comparison, self.like["default"])


@dataclass(frozen=True)
class Costs:
    """What a mistake costs, in units of one case decided by a human."""

    wrong_link: float
    missed_link: float
    review: float

    @property
    def link_at(self) -> float:
        """Probability above which an automatic link costs less than leaving the rows apart."""
        return self.wrong_link / (self.wrong_link + self.missed_link)

    @property
    def review_from(self) -> float:
        """Below this probability a missed link costs less than a human's look."""
        return min(self.review / self.missed_link, self.link_at)

    @property
    def review_to(self) -> float:
        """Above this probability a wrong link costs less than a human's look."""
        return max(1 - self.review / self.wrong_link, self.link_at)


@dataclass(frozen=True)
class Model:
    name: str
    standardise: str
    evidence: tuple[Evidence, ...]
    classes: tuple[PairClass, ...]
    blocks: tuple[BlockRule, ...]
    costs: Costs
    household_ratio: float  # housemates a person, before the register tells

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        return tuple(item.comparison for item in self.evidence)


class ModelError(ValueError):
    """A model file that cannot be used; says which table and why."""


def load_model(source: str | Path = "chinese") -> Model:
    """A shipped model by name, or a TOML file. Raises ModelError."""
    if isinstance(source, str) and "/" not in source and not source.endswith(".toml"):
        text = resources.files("lianfang.linkage.engine").joinpath(f"models/{source}.toml").read_text("utf-8")
    else:
        text = Path(source).read_text("utf-8")
    try:
        return _parse(tomllib.loads(text))
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise ModelError(f"{source}: {error}") from error


def _parse(data: Mapping[str, Any]) -> Model:
    evidence = tuple(_evidence(table) for table in data["comparison"])
    base = tuple(
        PairClass(name, name == SAME, 1.0, 1.0, {"default": name}, frozenset()) for name in BASES
    )
    composite = tuple(
        PairClass(
            t["name"], t["same"], t["share"], t.get("share_within", t["share"]), t["like"], frozenset(t.get("kinds", ()))
        )
        for t in data.get("class", ())
    )
    return Model(
        name=data["name"],
        standardise=data["standardise"],
        evidence=evidence,
        classes=base + composite,
        blocks=tuple(BlockRule(tuple(t["key"]), t["largest"], t.get("home")) for t in data["block"]),
        costs=Costs(**data["costs"]),
        household_ratio=data.get("household_ratio", 1.5),
    )


def _evidence(table: Mapping[str, Any]) -> Evidence:
    comparison = _comparison(table)
    priors = {}
    for base in BASES:
        given = table[base]
        unknown = set(given) - set(comparison.levels)
        if unknown:
            raise ModelError(f"comparison {comparison.name}: no such level {sorted(unknown)}")
        missing = set(comparison.levels) - set(given)
        if missing:
            raise ModelError(f"comparison {comparison.name}, {base}: level {sorted(missing)} has no value")
        total = {level: sum(given[other] for other in group) for group in comparison.groups for level in group}
        priors[base] = tuple(float(given[level]) / total[level] for level in comparison.levels)
    return Evidence(
        comparison,
        priors,
        table.get("learn_stranger", False),
        table.get("measure_household", True),
        tuple(table.get("fixed", ())),
    )


def _comparison(table: Mapping[str, Any]) -> Comparison:
    name = table["name"]
    match table["kind"]:
        case "chinese_name":
            return ChineseName(name)
        case "chinese_id":
            return ChineseId(name)
        case "chinese_place":
            return ChinesePlace(name)
        case "phone":
            return Phone(name)
        case "birth":
            return Birth(name)
        case "cell":
            return Cell(name)
        case "relation":
            return Relation(name)
        case "equal":
            return Equal(name, table["columns"])
        case kind:
            raise ModelError(f"comparison {name}: no such kind {kind!r}")
