"""Why two rows, or two groups of rows, are held to be one person: a waterfall of weights, and a sentence."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import cast

import numpy as np
from numpy.typing import NDArray

from lianfang.linkage.engine.comparisons.base import NULL
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


def explain(weights: Weights, asked: Sequence[tuple[int, int]]) -> list[Explanation]:
    """The waterfalls of patterns, each in its stratum; what has been asked before is not worked out again."""
    kept = weights.explained
    if len(kept) >= KEPT:
        kept.clear()
    new = [one for one in dict.fromkeys(asked) if one not in kept]
    kept.update(zip(new, _waterfalls(weights, new), strict=True))
    return [cast("Explanation", kept[one]) for one in asked]


def _waterfalls(weights: Weights, asked: Sequence[tuple[int, int]]) -> list[Explanation]:
    if not asked:
        return []
    model = weights.model
    patterns = np.array([pattern for pattern, _ in asked], np.uint64)
    stratum: NDArray[np.intp] = np.array([number for _, number in asked], np.intp)
    levels, every = unpack(patterns, len(model.evidence)), np.arange(len(asked))
    logs = weights.log_classes(levels, stratum)
    same = np.array([c.same for c in model.classes])
    one, other = (np.where(wanted, logs, -np.inf).argmax(axis=1) for wanted in (same, ~same))
    steps: list[list[Step]] = [[] for _ in asked]
    for column, item in enumerate(model.evidence):
        chances = weights.log_tables[column][stratum, levels[:, column]] / np.log(2)
        strange = np.append(np.log2(weights.stranger[column]), 0.0)[levels[:, column]]
        bits, likeness = chances[every, one] - chances[every, other], chances[every, one] - strange
        words = [_words(item.comparison.name, label) for label in item.comparison.levels]
        for place in np.flatnonzero(levels[:, column] != NULL).tolist():
            level = int(levels[place, column])
            label = item.comparison.levels[level]
            told = float(bits[place]), float(likeness[place])
            steps[place].append(Step(item.comparison.name, label, *told, *words[level]))
    weight = weights.weigh(patterns, stratum).astype(float)
    prior = (weights.log_prior[stratum, one] - weights.log_prior[stratum, other]) / np.log(2)
    chance = 1 / (1 + 2.0**-weight)
    instead = [model.classes[number].name for number in other.tolist()]
    columns = prior.tolist(), map(tuple, steps), weight.tolist(), chance.tolist(), instead
    return [Explanation(*row) for row in zip(*columns, strict=True)]


def _words(comparison: str, label: str) -> tuple[str, str]:
    """What a level is called, in Chinese and English."""
    nothing = f"{comparison}.{label}", f"{comparison}: {label}".replace("_", " ")
    return phrases().get(comparison, {}).get(label, nothing)
