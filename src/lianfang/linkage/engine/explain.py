"""Why two rows, or two groups of rows, are held to be one person: a waterfall of weights, and a sentence."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from lianfang.linkage.engine.comparisons.base import NULL
from lianfang.linkage.engine.model import STRANGER
from lianfang.linkage.engine.patterns import unpack
from lianfang.linkage.engine.weights import Weights

#: Evidence of fewer bits than this is not worth a word.
WORTH_TELLING = 1.0
BETWEEN = {"zh": "，", "en": "; "}


@dataclass(frozen=True)
class Step:
    """One bar of the waterfall: `bits` in favour of one person (negative: against), over what would explain it else.

    `likeness` is the same against strangers: what speaks for the pair at all, even where it cannot decide between
    two people of one household.
    """

    comparison: str
    level: str
    bits: float
    likeness: float
    zh: str
    en: str


@dataclass(frozen=True)
class Explanation:
    """Prior and evidence add up to `weight` (log2 odds) against the most likely other explanation."""

    prior: float
    steps: tuple[Step, ...]
    weight: float
    probability: float
    instead: str  # the class of pairs that would otherwise explain it best: household, stranger, …

    @property
    def rule(self) -> str:
        """What spoke for it, strongest first: `phone.equal_own+name.exact`."""
        telling = sorted((s for s in self.steps if s.likeness >= WORTH_TELLING), key=lambda s: -s.likeness)
        return "+".join(f"{step.comparison}.{step.level}" for step in telling)

    def sentence(self, language: str) -> str:
        """What spoke for it and what against, in words."""
        told = [s for s in self.steps if max(abs(s.bits), abs(s.likeness)) >= WORTH_TELLING]
        return BETWEEN[language].join(
            getattr(step, language) for step in sorted(told, key=lambda s: -s.likeness)
        )


@cache
def phrases() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """comparison → level → (Chinese, English)."""
    text = resources.files("lianfang.linkage.engine").joinpath("models/words.toml").read_text("utf-8")
    return {
        c: {level: (zh, en) for level, (zh, en) in table.items()} for c, table in tomllib.loads(text).items()
    }


#: Explanations that weights keep: links, cases and samples show the same patterns again.
KEPT = 50_000


def explain(weights: Weights, pattern: int, stratum: int) -> Explanation:
    """The waterfall of one pattern of evidence in one stratum (pair of list kinds)."""
    kept = weights.explained
    found = kept.get((pattern, stratum))
    if not isinstance(found, Explanation):
        if len(kept) >= KEPT:
            kept.clear()
        found = kept[pattern, stratum] = _waterfall(weights, pattern, stratum)
    return found


def _waterfall(weights: Weights, pattern: int, stratum: int) -> Explanation:
    model = weights.model
    levels = unpack(np.array([pattern], np.uint64), len(model.evidence))
    where: NDArray[np.intp] = np.array([stratum], np.intp)
    logs = weights.log_classes(levels, where)[0] / np.log(2)
    same = np.array([c.same for c in model.classes])
    one = int(np.flatnonzero(same)[np.argmax(logs[same])])
    other = int(np.flatnonzero(~same)[np.argmax(logs[~same])])
    steps = []
    for column, item in enumerate(model.evidence):
        level = int(levels[0, column])
        if level == NULL:
            continue
        name = item.comparison.name
        likelihood = weights.level_probability(model.classes[one].base(name), stratum, column, level)
        instead = weights.level_probability(model.classes[other].base(name), stratum, column, level)
        unlike = weights.level_probability(STRANGER, stratum, column, level)
        label = item.comparison.levels[level]
        zh, en = phrases().get(name, {}).get(label, (f"{name}.{label}", f"{name}: {label}".replace("_", " ")))
        steps.append(
            Step(
                name, label, float(np.log2(likelihood / instead)), float(np.log2(likelihood / unlike)), zh, en
            )
        )
    weight = float(weights.weigh(np.array([pattern], np.uint64), where)[0])
    prior = float(np.log2(weights.prior[stratum, one] / weights.prior[stratum, other]))
    return Explanation(prior, tuple(steps), weight, 1 / (1 + 2.0**-weight), model.classes[other].name)
