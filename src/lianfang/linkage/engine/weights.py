"""What each level is worth: a latent class model of pairs, learnt from the lists by expectation maximisation.

Fellegi and Sunter (1969) know two kinds of pairs, matches and non-matches, and judge fields as independent within
each. Lists of people break that: father and son share room, phone and surname without being one person. So pairs
have more classes here: `same`, `household` (two people of one home), `stranger`, and those that a model file adds
(a phone registered on a relative). Fields are independent within a *class*, and the weight of a pair is

    log2  (sum over classes that mean one person)  /  (sum over classes that mean two)

`stranger` is measured on random pairs, `household` on pairs behind one door of the register, `same` and the shares
of the classes by EM on candidate pairs; each with priors from the model, which decide alone on very small lists.
A stratum is a pair of list kinds: a gate book errs otherwise than a register.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lianfang.linkage.engine.comparisons.base import NULL
from lianfang.linkage.engine.model import HOUSEHOLD, SAME, STRANGER, Model, PairClass
from lianfang.linkage.engine.patterns import unpack

Array = NDArray[np.float64]
ROUNDS = 40
#: EM stops when no probability moves by more than this.
SETTLED = 1e-3
#: Pseudo-pairs behind the priors: of the model for all lists together, and of all lists together for one stratum.
POOL_STRENGTH, STRATUM_STRENGTH = 50.0, 200.0
STRANGER_STRENGTH = 1e5
HOUSEHOLD_STRENGTH = 200.0


@dataclass(frozen=True)
class Strata:
    """Pairs of list kinds and how many pairs of rows each has in all, compared or not."""

    kinds: tuple[tuple[str, str], ...]
    all_pairs: Array  # (strata,)
    expected_same: Array  # (strata,) pairs of one person expected before looking
    sizes: Array  # (kinds,) rows of each kind

    @property
    def across(self) -> Array:
        """1 where the two kinds differ, or where there is only one kind at all."""
        kinds = {
            kind for pair, count in zip(self.kinds, self.all_pairs, strict=True) for kind in pair if count > 1
        }
        return np.array([float(x != y or len(kinds) == 1) for x, y in self.kinds])


@dataclass(frozen=True)
class Weights:
    """Learnt parameters. Level probabilities: (strata, comparisons, 15)."""

    model: Model
    strata: tuple[tuple[str, str], ...]
    same: Array
    household: Array  # (comparisons, 15)
    stranger: Array  # (comparisons, 15)
    prior: Array  # (strata, classes): share of all pairs
    sizes: Array  # (kinds,): rows of each kind of list

    @cached_property
    def explained(self) -> dict[tuple[int, int], object]:
        """What `explain` has worked out, by pattern and stratum."""
        return {}

    def log_classes(self, levels: NDArray[np.uint8], stratum: NDArray[np.intp]) -> Array:
        """Natural log of prior × likelihood, shape (patterns, classes)."""
        total = self.log_prior[stratum]
        for column, table in enumerate(self.log_tables):
            total += table[stratum, levels[:, column]]
        return total

    @cached_property
    def log_prior(self) -> Array:
        """Natural log of the prior; -inf for classes that a stratum does not have."""
        with np.errstate(divide="ignore"):
            return np.log(self.prior)

    @cached_property
    def log_tables(self) -> tuple[Array, ...]:
        """For each comparison the log probabilities (strata, 16, classes); an unknown level says nothing."""
        shape = (len(self.strata), NULL)
        tables = []
        for column, item in enumerate(self.model.evidence):
            base = {
                SAME: np.log(self.same[:, column]),
                HOUSEHOLD: np.broadcast_to(np.log(self.household[column]), shape),
                STRANGER: np.broadcast_to(np.log(self.stranger[column]), shape),
            }
            table = np.zeros((len(self.strata), NULL + 1, len(self.model.classes)))
            for index, pair_class in enumerate(self.model.classes):
                table[:, :NULL, index] = base[pair_class.base(item.comparison.name)]
            tables.append(table)
        return tuple(tables)

    def repeat_bits(self) -> Array:
        """For each kind of list log2 of: a row's chance of belonging to somebody already on it, against to anybody.

        Never positive: a gate book that repeats people is no reason to join them.
        """
        kinds = len(self.sizes)
        same = self.prior[:, [c.name for c in self.model.classes].index(SAME)].reshape(kinds, kinds)
        again = np.diag(same) * self.sizes
        filled = self.sizes > 1
        across = np.where(np.outer(filled, filled) & ~np.eye(kinds, dtype=bool), same, 0.0)
        first = across.max(axis=0) * self.sizes
        with np.errstate(divide="ignore", invalid="ignore"):
            bits = np.log2(again / first)
        return np.where(filled & (first > 0), np.clip(bits, -8.0, 0.0), 0.0)

    def weigh(
        self, patterns: NDArray[np.uint64], stratum: NDArray[np.intp], missing: float = 1.0
    ) -> NDArray[np.float32]:
        """log2 odds that a pair is one person.

        `missing` is the share of people whom the lists compared with do not have. Where every listed person has
        been looked at by himself, only those can still be the stranger or the housemate who is meant instead.
        """
        logs = self.log_classes(unpack(patterns, len(self.model.evidence)), stratum)
        unlisted = [c.name in (HOUSEHOLD, STRANGER) for c in self.model.classes]
        logs[:, unlisted] += np.log(missing)
        means_one = np.array([c.same for c in self.model.classes])
        odds = _log_sum(logs[:, means_one]) - _log_sum(logs[:, ~means_one])
        bits: NDArray[np.float32] = (odds / np.log(2)).astype(np.float32)
        return bits


def _log_sum(logs: Array) -> Array:
    top = np.maximum(logs.max(axis=1), -1e300)
    summed: Array = top + np.log(np.exp(logs - top[:, None]).sum(axis=1))
    return summed


def prior_table(model: Model, base: str) -> Array:
    """Prior level probabilities (comparisons, 15); beyond a comparison's levels 0."""
    table = np.zeros((len(model.evidence), NULL))
    for row, item in enumerate(model.evidence):
        table[row, : len(item.priors[base])] = item.priors[base]
    return table


def count_levels(levels: NDArray[np.uint8], counts: Array, comparisons: int) -> Array:
    """Weighted counts of each level (comparisons, 15), unknown ones left out."""
    table = np.zeros((comparisons, NULL))
    for column in range(comparisons):
        table[column] = np.bincount(levels[:, column], weights=counts, minlength=NULL + 1)[:NULL]
    return table


def same_group(model: Model) -> NDArray[np.bool_]:
    """(comparisons, 15, 15): which levels compete with which."""
    together = np.zeros((len(model.evidence), NULL, NULL), bool)
    for row, item in enumerate(model.evidence):
        for group in item.comparison.groups:
            members = [item.comparison.levels.index(level) for level in group]
            together[row][np.ix_(members, members)] = True
    return together


def smooth(counts: Array, prior: Array, strength: float, together: NDArray[np.bool_]) -> Array:
    """Counts and a prior worth `strength` observations, as probabilities within each group of levels."""
    weighted = counts + strength * prior
    totals = np.einsum("...cl,clm->...cm", weighted, together.astype(float))
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(totals > 0, weighted / totals, 0.0)
    return np.maximum(shares, 1e-12)


def start_weights(
    model: Model, strata: Strata, household: Array, household_ratio: float, stranger: Array
) -> Weights:
    """Weights before EM: measured household and stranger levels, `same` as the model says."""
    at_first = np.maximum(prior_table(model, SAME), 1e-12)
    same = np.broadcast_to(at_first, (len(strata.kinds), *at_first.shape)).copy()
    share = strata.expected_same / strata.all_pairs
    prior = np.stack([_class_share(c, strata, share, household_ratio) for c in model.classes], axis=1)
    return Weights(model, strata.kinds, same, household, stranger, prior, strata.sizes)


def _class_share(pair_class: PairClass, strata: Strata, share: Array, household_ratio: float) -> Array:
    if pair_class.name == SAME:
        return share
    if pair_class.name == HOUSEHOLD:
        return share * household_ratio
    if pair_class.name == STRANGER:
        return np.maximum(1 - share * (1 + household_ratio), 0.5)
    applies = np.array(
        [not pair_class.kinds or bool(pair_class.kinds & set(kinds)) for kinds in strata.kinds]
    )
    within = np.array([x == y for x, y in strata.kinds])
    return np.where(applies, share * np.where(within, pair_class.share_within, pair_class.share), 0.0)


def learn(
    start: Weights,
    strata: Strata,
    patterns: NDArray[np.uint64],
    stratum: NDArray[np.intp],
    counts: Array,
    rounds: int = ROUNDS,
    said: NDArray[np.int8] | None = None,
) -> Weights:
    """EM over distinct patterns with their counts, scaled to `strata.all_pairs`.

    `said` is what people decided of the pairs behind each pattern: 1 one person, -1 two, 0 nothing.
    """
    levels = unpack(patterns, len(start.model.evidence))
    impossible = 0.0 if said is None else _impossible(start.model, said)
    weights = start
    for _ in range(rounds):
        logs = weights.log_classes(levels, stratum) + impossible
        posterior = np.exp(logs - _log_sum(logs)[:, None]) * counts[:, None]
        before, weights = weights, _maximise(weights, start, strata, levels, stratum, posterior)
        if np.abs(weights.same - before.same).max() < SETTLED:
            break
    return weights


def _impossible(model: Model, said: NDArray[np.int8]) -> Array:
    """-inf for the classes that contradict what was decided, else 0; shape (patterns, classes)."""
    means_one = np.array([c.same for c in model.classes])
    against = (said[:, None] == 1) & ~means_one | (said[:, None] == -1) & means_one
    return np.where(against, -np.inf, 0.0)


def _maximise(
    weights: Weights,
    start: Weights,
    strata: Strata,
    levels: NDArray[np.uint8],
    stratum: NDArray[np.intp],
    posterior: Array,
) -> Weights:
    model = weights.model
    per_stratum = _base_counts(model, SAME, levels, posterior, stratum, len(strata.kinds))
    together = same_group(model)
    pooled = smooth(
        (per_stratum * strata.across[:, None, None]).sum(axis=0),
        prior_table(model, SAME),
        POOL_STRENGTH,
        together,
    )
    # Within one list nearly all who look alike are relatives, not repeats: what errors look like is learnt elsewhere.
    same = smooth(per_stratum * strata.across[:, None, None], pooled[None], STRATUM_STRENGTH, together)
    _hold(same, start, strata)
    household = weights.household.copy()
    stranger = weights.stranger.copy()
    random_counts = _base_counts(model, STRANGER, levels, posterior, np.zeros_like(stratum), 1)[0]
    for row, item in enumerate(model.evidence):
        if item.alike_at_home:  # housemates' addresses err as one person's do
            household[row] = pooled[row]
        if item.learn_stranger:
            # Every pair that agrees here is a candidate, so what EM calls strangers among them is the whole count.
            share = random_counts[row] / strata.all_pairs.sum()
            agreeing = start.stranger[row] < 1e-3
            stranger[row] = np.where(agreeing, np.maximum(share, start.stranger[row] / 10), stranger[row])
    return replace(
        weights,
        same=same,
        household=household,
        stranger=stranger,
        prior=_priors(weights, start, strata, stratum, posterior),
    )


def _hold(same: Array, start: Weights, strata: Strata) -> None:
    """Keeps what is not learnt at its prior, and the levels that a model fixes from rising above theirs, in place."""
    for row, item in enumerate(start.model.evidence):
        held = np.array([not item.fixed_on or bool(item.fixed_on & set(kinds)) for kinds in strata.kinds])
        if not item.learn_same:
            same[held, row] = start.same[held, row]
        for level in (item.comparison.levels.index(name) for name in item.fixed):
            same[held, row, level] = np.minimum(same[held, row, level], start.same[held, row, level])


def _base_counts(
    model: Model,
    base: str,
    levels: NDArray[np.uint8],
    posterior: Array,
    stratum: NDArray[np.intp],
    strata: int,
) -> Array:
    """Expected counts of levels among pairs that look at `base`, shape (strata, comparisons, 15)."""
    table = np.zeros((strata, len(model.evidence), NULL))
    for row, item in enumerate(model.evidence):
        classes = [c.base(item.comparison.name) == base for c in model.classes]
        share = posterior[:, classes].sum(axis=1)
        cell = stratum * (NULL + 1) + levels[:, row]
        counted = np.bincount(cell, weights=share, minlength=strata * (NULL + 1))
        table[:, row] = counted.reshape(strata, NULL + 1)[:, :NULL]
    return table


def _priors(
    weights: Weights, start: Weights, strata: Strata, stratum: NDArray[np.intp], posterior: Array
) -> Array:
    model = weights.model
    found = np.stack(
        [np.bincount(stratum, weights=p, minlength=len(strata.kinds)) for p in posterior.T], axis=1
    )
    names = [c.name for c in model.classes]
    same, household, stranger = (names.index(n) for n in (SAME, HOUSEHOLD, STRANGER))
    prior = start.prior.copy()
    expected = strata.expected_same
    # A stratum with few pairs stays near what was expected of it.
    prior[:, same] = (found[:, same] + 0.1 * expected + 0.5) / (1.1 * strata.all_pairs + 1.0)
    ratio = start.prior[:, household] / start.prior[:, same]
    prior[:, household] = prior[:, same] * ratio
    for index in range(len(names)):
        if index in (same, household, stranger):
            continue
        # Not learnt: whether the registrant or somebody at home uses a number, single pairs cannot tell.
        prior[:, index] = prior[:, same] * start.prior[:, index] / start.prior[:, same]
    prior[:, stranger] = np.maximum(1 - prior.sum(axis=1) + prior[:, stranger], 0.5)
    return prior
