"""Learning the weights from the lists at hand: random pairs, pairs behind one door, candidate pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lianfang.linkage.engine.blocking import Keys
from lianfang.linkage.engine.clock import Tell, silent
from lianfang.linkage.engine.comparisons.base import Corpus, Indices
from lianfang.linkage.engine.model import HOUSEHOLD, SAME, STRANGER, Model
from lianfang.linkage.engine.patterns import compare_pairs, pack, unpack
from lianfang.linkage.engine.samples import RANDOM_PAIRS, Counted, Rows, Samples, draw_samples
from lianfang.linkage.engine.settled import Settled
from lianfang.linkage.engine.weights import (
    HOUSEHOLD_STRENGTH,
    STRANGER_STRENGTH,
    Strata,
    Weights,
    count_levels,
    learn,
    prior_table,
    same_group,
    smooth,
    start_weights,
)

#: Random pairs of more bits than this, by the priors alone, are not taken for strangers.
SUSPECT = 10.0
#: Rows whose housemates the model's ratio is worth.
RATIO_STRENGTH = 20
#: With fewer pairs behind one door the priors stand.
FEW_HOUSEMATES = 20
#: A pair that somebody decided counts as so many candidate pairs: enough to be heard, too little to outvote the lists.
DECISION_WORTH = 10.0


@dataclass(frozen=True)
class Labelled:
    """Pairs that people decided: 1 one person, -1 two. Each is worth DECISION_WORTH pairs."""

    pattern: NDArray[np.uint64]
    stratum: NDArray[np.intp]
    said: NDArray[np.int8]


def train(
    model: Model,
    rows: Rows,
    homes: Keys,
    pairs: tuple[Indices, Indices],
    multiplicity: Mapping[str, float],
    corpus: Corpus,
    decided: Settled | None = None,
    tell: Tell = silent,
) -> Weights:
    """Weights from all three samples, and from `decided` pairs; deterministic for the same rows.

    `homes`: see `samples.home_keys`; `pairs` are the candidates.
    """
    sizes = np.bincount(rows.kind, minlength=len(rows.kinds)).astype(float)
    labelled = _labelled(model, rows, decided) if decided is not None else None
    strata = strata_of(sizes, rows.kinds, multiplicity)
    samples = draw_samples(model, rows, homes, *pairs, tell=lambda share: tell(0.7 * share))
    tell(0.7)
    return fit(model, strata, samples, corpus, labelled)


def fit(
    model: Model, strata: Strata, samples: Samples, corpus: Corpus, labelled: Labelled | None = None
) -> Weights:
    """Weights from samples that have been compared, here or elsewhere."""
    household, ratio = _measure_household(model, samples)
    stranger = _measure_strangers(model, samples.strangers, int(strata.sizes.sum()))
    count_strangers(model, corpus, stranger)
    start = start_weights(model, strata, household, ratio, stranger)
    seen = samples.candidates
    if not len(seen.pattern):
        return start
    none = np.zeros(0)
    also = labelled or Labelled(none.astype(np.uint64), none.astype(np.intp), none.astype(np.int8))
    return learn(
        start,
        strata,
        np.concatenate([seen.pattern, also.pattern]),
        np.concatenate([seen.stratum, also.stratum]),
        np.concatenate([seen.pairs / samples.share, np.full(len(also.said), DECISION_WORTH)]),
        said=np.concatenate([np.zeros(len(seen.pairs), np.int8), also.said]),
    )


def strata_of(
    sizes: NDArray[np.float64], names: tuple[str, ...], multiplicity: Mapping[str, float]
) -> Strata:
    """Every pair of kinds, with its number of pairs and what is expected of it before looking.

    `sizes` is the number of rows of each kind, `multiplicity` how many further rows of one person a list of that kind
    is expected to hold.
    """
    kinds, every, expected = [], [], []
    for i, first in enumerate(names):
        for j, second in enumerate(names):
            kinds.append((first, second))
            if i == j:
                every.append(max(sizes[i] * (sizes[i] - 1) / 2, 1.0))
                expected.append(sizes[i] * multiplicity.get(first, 0.1))
            else:
                every.append(max(sizes[i] * sizes[j], 1.0))
                expected.append(0.6 * min(sizes[i], sizes[j]))
    least = np.maximum(np.array(expected), 0.01)
    return Strata(tuple(kinds), np.array(every), np.minimum(least, 0.5 * np.array(every)), sizes)


def for_new_kinds(weights: Weights, more: NDArray[np.float64], multiplicity: Mapping[str, float]) -> Weights:
    """Weights for rows (`more` of each kind) of kinds of list that the weights were not learnt from.

    Nothing is learnt: how often such a pair is one person is what was to be expected before looking, how its values
    compare is what all lists together showed.
    """
    fresh = (weights.sizes == 0) & (more > 0)
    if not fresh.any():
        return weights
    model, kinds = weights.model, len(weights.sizes)
    sizes = np.where(fresh, more, weights.sizes)
    names = tuple(second for _, second in weights.strata[:kinds])
    place = [c.name for c in model.classes].index
    ratio = float((weights.prior[:, place(HOUSEHOLD)] / weights.prior[:, place(SAME)]).max())
    start = start_weights(
        model, strata_of(sizes, names, multiplicity), weights.household, ratio, weights.stranger
    )
    concerned = (fresh[:, None] | fresh[None, :]).reshape(-1, 1)
    return replace(weights, prior=np.where(concerned, start.prior, weights.prior), sizes=sizes)


def _labelled(model: Model, rows: Rows, decided: Settled) -> Labelled:
    """Pairs that people decided, as patterns that can mean one thing only."""
    pairs = np.concatenate([decided.same, decided.apart]).astype(np.uint32)
    said = np.repeat(np.array([1, -1], np.int8), [len(decided.same), len(decided.apart)])
    a, b = pairs.min(axis=1), pairs.max(axis=1)
    pattern = pack(compare_pairs(model.comparisons, rows.columns, a, b))
    return Labelled(pattern, rows.stratum(a, b), said)


def _has(levels: NDArray[np.uint8], suspects: Sequence[frozenset[str]], model: Model) -> NDArray[np.bool_]:
    """Pairs that show one of the named levels in some comparison."""
    found = np.zeros(len(levels), bool)
    for column, (comparison, named) in enumerate(zip(model.comparisons, suspects, strict=True)):
        numbers = [i for i, name in enumerate(comparison.levels) if name in named]
        found |= np.isin(levels[:, column], numbers)
    return found


def _suspect(model: Model, levels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Random pairs that may be one person: telling agreements, or (where a model names none) many bits."""
    telling = [item.telling for item in model.evidence]
    if any(telling):
        return _has(levels, telling, model)
    bits = np.log2(
        np.maximum(prior_table(model, SAME), 1e-12) / np.maximum(prior_table(model, STRANGER), 1e-12)
    )
    silent = np.hstack([bits, np.zeros((len(bits), 1))])
    total: NDArray[np.float64] = silent[np.arange(len(bits)), levels].sum(axis=1)
    return total > SUSPECT


def _measure_strangers(model: Model, sample: Counted, rows: int) -> NDArray[np.float64]:
    prior = prior_table(model, STRANGER)
    if rows < 2:
        return np.maximum(prior, 1e-12)
    levels = unpack(sample.pattern, len(model.evidence))
    keep = ~_suspect(model, levels)
    counts = count_levels(levels[keep], sample.pairs[keep], len(model.evidence))
    # A few rows give the same few pairs again and again: they must not outvote the prior.
    worth = min(1.0, rows * rows / 4 / RANDOM_PAIRS)
    return smooth(counts * worth, prior, STRANGER_STRENGTH * max(worth, 0.01), same_group(model))


def count_strangers(model: Model, corpus: Corpus, stranger: NDArray[np.float64]) -> None:
    """Puts in the levels of which all pairs can be counted, in place: random ones are too few for them."""
    prior = prior_table(model, STRANGER)
    for row, item in enumerate(model.evidence):
        for level, (pairs, of) in item.comparison.by_chance(corpus).items():
            expected = STRANGER_STRENGTH * prior[row, level]
            stranger[row, level] = max((pairs + expected) / (of + STRANGER_STRENGTH), 1e-12)


def _measure_household(model: Model, samples: Samples) -> tuple[NDArray[np.float64], float]:
    """Levels among rows behind one door, and how many housemates a row has on average."""
    prior = prior_table(model, HOUSEHOLD)
    home, pairs, doors = model.home, samples.home_pairs, max(samples.home_rows, 1)
    if home is None or pairs < FEW_HOUSEMATES:
        return np.maximum(prior, 1e-12), home.ratio if home else 0.0
    levels, counts = unpack(samples.housemates.pattern, len(model.evidence)), samples.housemates.pairs
    two = ~_has(levels, [item.twice for item in model.evidence], model)
    ratio = max(2 * pairs / doors, 0.2)
    if home.measured_on is None:
        # Most who share a door may be one person listed twice: only who is left then is a housemate.
        left = float(counts[two].sum() / counts.sum())
        ratio = (2 * pairs * left + home.ratio * RATIO_STRENGTH) / (doors + RATIO_STRENGTH)
    seen = count_levels(levels[two], counts[two], len(model.evidence))
    seen *= np.array([item.measure_household for item in model.evidence])[:, None]
    return smooth(seen, prior, HOUSEHOLD_STRENGTH, same_group(model)), ratio
