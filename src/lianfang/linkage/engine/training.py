"""Learning the weights from the lists at hand: random pairs, pairs behind one door, candidate pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lianfang.linkage.engine.blocking import BlockRule, KeyMaker, pairs_within
from lianfang.linkage.engine.comparisons.base import Columns, Indices
from lianfang.linkage.engine.model import HOUSEHOLD, SAME, STRANGER, Model
from lianfang.linkage.engine.patterns import compare_pairs, pack
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

SEED = 20200123
#: Random pairs of more bits than this, by the priors alone, are not taken for strangers.
SUSPECT = 10.0
#: Rows whose housemates the model's ratio is worth.
RATIO_STRENGTH = 20
RANDOM_PAIRS = 800_000
HOME_PAIRS = 200_000
CANDIDATE_PAIRS = 600_000
#: A pair that somebody decided counts as so many candidate pairs: enough to be heard, too little to outvote the lists.
DECISION_WORTH = 10.0


@dataclass(frozen=True)
class Rows:
    """Distinct rows ready to be compared: prepared columns, the list kind of each row, its stratum arithmetic."""

    table: pl.DataFrame
    columns: Mapping[str, Columns]
    kind: NDArray[np.uint8]
    kinds: tuple[str, ...]

    def stratum(self, a: Indices, b: Indices) -> NDArray[np.intp]:
        """The stratum of each pair."""
        return pair_of_kinds(self.kind[a], self.kind[b], len(self.kinds))


def pair_of_kinds(x: NDArray[np.uint8], y: NDArray[np.uint8], kinds: int) -> NDArray[np.intp]:
    """One number for an unordered pair of kinds."""
    low, high = np.minimum(x, y).astype(np.intp), np.maximum(x, y).astype(np.intp)
    result: NDArray[np.intp] = low * kinds + high
    return result


def all_strata(rows: Rows, multiplicity: Mapping[str, float]) -> Strata:
    """Every pair of kinds, with its number of pairs and what is expected of it before looking.

    `multiplicity` is how many further rows of one person a list of that kind is expected to hold.
    """
    return strata_of(
        np.bincount(rows.kind, minlength=len(rows.kinds)).astype(float), rows.kinds, multiplicity
    )


def strata_of(
    sizes: NDArray[np.float64], names: tuple[str, ...], multiplicity: Mapping[str, float]
) -> Strata:
    """The same from the number of rows of each kind."""
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


def train(
    model: Model,
    rows: Rows,
    a: Indices,
    b: Indices,
    multiplicity: Mapping[str, float],
    decided: Settled | None = None,
) -> Weights:
    """Weights from all three samples, and from `decided` pairs; deterministic for the same rows."""
    strata = all_strata(rows, multiplicity)
    household, ratio = _measure_household(model, rows)
    stranger = _measure_strangers(model, rows)
    start = start_weights(model, strata, household, ratio, stranger)
    if not len(a):
        return start
    fraction = min(1.0, CANDIDATE_PAIRS / len(a))
    chosen = _sampled(rows, a, fraction)
    a, b = a[chosen], b[chosen]
    levels = compare_pairs(model.comparisons, rows.columns, a, b)
    keyed = pl.DataFrame({"pattern": pack(levels), "stratum": rows.stratum(a, b)})
    counted = keyed.group_by("pattern", "stratum").len().sort("pattern", "stratum")
    counted = counted.select("pattern", "stratum", pl.col("len") / fraction, said=pl.lit(0, pl.Int8))
    if decided is not None:
        counted = pl.concat([counted, _labelled(model, rows, decided)])
    return learn(
        start,
        strata,
        counted["pattern"].to_numpy(),
        counted["stratum"].to_numpy().astype(np.intp),
        counted["len"].to_numpy(),
        said=counted["said"].to_numpy(),
    )


def _labelled(model: Model, rows: Rows, decided: Settled) -> pl.DataFrame:
    """Pairs that people decided, as patterns that can mean one thing only, each worth DECISION_WORTH pairs."""
    pairs = np.concatenate([decided.same, decided.apart]).astype(np.uint32)
    said = np.repeat(np.array([1, -1], np.int8), [len(decided.same), len(decided.apart)])
    a, b = pairs.min(axis=1), pairs.max(axis=1)
    pattern = pack(compare_pairs(model.comparisons, rows.columns, a, b))
    stratum = rows.stratum(a, b)
    return pl.DataFrame(
        {"pattern": pattern, "stratum": stratum, "len": np.full(len(a), DECISION_WORTH), "said": said}
    )


def _sampled(rows: Rows, a: Indices, fraction: float) -> NDArray[np.bool_]:
    """Pairs whose first row is in a fixed pseudo-random share of the rows."""
    generator = np.random.default_rng(SEED)
    return np.asarray(generator.random(len(rows.table)) < fraction)[a]


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


def _measure_strangers(model: Model, rows: Rows) -> NDArray[np.float64]:
    prior = prior_table(model, STRANGER)
    count = len(rows.table)
    if count < 2:
        return np.maximum(prior, 1e-12)
    generator = np.random.default_rng(SEED)
    register = np.flatnonzero(rows.kind == rows.kinds.index("register"))
    first = register if len(register) else np.arange(count)
    a = first[generator.integers(0, len(first), RANDOM_PAIRS)].astype(np.uint32)
    b = generator.integers(0, count, RANDOM_PAIRS).astype(np.uint32)
    levels = compare_pairs(model.comparisons, rows.columns, a, b)
    keep = (a != b) & ~_suspect(model, levels)
    counts = count_levels(levels[keep], np.ones(int(keep.sum())), len(model.evidence))
    # A few rows give the same few pairs again and again: they must not outvote the prior.
    worth = min(1.0, count * count / 4 / RANDOM_PAIRS)
    return smooth(counts * worth, prior, STRANGER_STRENGTH * max(worth, 0.01), same_group(model))


def _measure_household(model: Model, rows: Rows) -> tuple[NDArray[np.float64], float]:
    """Levels among rows behind one door, and how many housemates a row has on average."""
    prior = prior_table(model, HOUSEHOLD)
    home = model.home
    if home is None:
        return np.maximum(prior, 1e-12), 0.0
    everywhere = home.measured_on is None
    telling = np.ones(len(rows.kind), bool) if everywhere else rows.kind == rows.kinds.index(home.measured_on)
    keys = KeyMaker(rows.table).keys(BlockRule(home.key, 0))
    packed, _ = pairs_within(np.where(telling, keys, np.uint64(0)), 12)
    if len(packed) < 20:
        return np.maximum(prior, 1e-12), home.ratio
    pairs, doors = len(packed), max(int((telling & (keys != 0)).sum()), 1)
    ratio = max(2 * len(packed) / doors, 0.2)
    if len(packed) > HOME_PAIRS:
        packed = packed[np.random.default_rng(SEED).choice(len(packed), HOME_PAIRS, replace=False)]
    a = (packed >> np.uint64(32)).astype(np.uint32)
    b = (packed & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    levels = compare_pairs(model.comparisons, rows.columns, a, b)
    seen = len(levels)
    levels = levels[~_has(levels, [item.twice for item in model.evidence], model)]
    if everywhere:
        # Most who share a door may be one person listed twice: only who is left then is a housemate.
        ratio = (2 * pairs * len(levels) / seen + home.ratio * RATIO_STRENGTH) / (doors + RATIO_STRENGTH)
    counts = count_levels(levels, np.ones(len(levels)), len(model.evidence))
    counts *= np.array([item.measure_household for item in model.evidence])[:, None]
    return smooth(counts, prior, HOUSEHOLD_STRENGTH, same_group(model)), ratio
