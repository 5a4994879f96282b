"""Log-linear (Poisson) models of three or more sources: Fienberg 1972; Cormack 1989.

A model has an effect for each source and interactions of some pairs of sources (one source has people because another
has them, or has them not). All such models are fitted (from five sources on those that a search finds), weighed by
BIC, and the interval of the unseen is that of the weighted profile likelihoods, so that not knowing the model widens
it. Only numpy and scipy; matrices are small (2^k cells).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import scipy  # its parts are loaded when they are used: most processes reckon nothing

from lianfang.screening.engine.estimate.histories import Histories

Floats = npt.NDArray[np.float64]
Pair = tuple[int, int]

#: A pair interacts in a model only if so many people are in both sources: fewer say nothing of it.
FEWEST_IN_BOTH = 5
#: Models whose BIC is larger than the best by more than this are left out (Raftery 1995: "strong" evidence).
WINDOW = 6.0
_STEPS, _ENOUGH = 60, 1e-9


@dataclass(frozen=True)
class Fit:
    """One fitted model. `unseen` by maximum likelihood; `spread` is the standard error of its logarithm."""

    pairs: tuple[Pair, ...]
    unseen: float
    spread: float
    bic: float
    deviance: float
    freedom: int
    strengths: tuple[float, ...] = ()  # of each pair: logarithm of an odds ratio

    @property
    def fits(self) -> float:
        """The probability of a deviance as large as this if the model were true; 1 for a saturated model."""
        return float(scipy.stats.chi2.sf(self.deviance, self.freedom)) if self.freedom > 0 else 1.0

    def named(self, sources: Sequence[str]) -> str:
        """ "A + B + C + A×B"."""
        return " + ".join([*sources, *(f"{sources[i]}×{sources[j]}" for i, j in self.pairs)])


@dataclass(frozen=True)
class Weighed:
    """All models that count, the best first, their weights, and what they say together of the unseen."""

    fits: tuple[Fit, ...]
    weights: tuple[float, ...]
    unseen: float
    low: float
    high: float


def design(sources: int, pairs: Sequence[Pair]) -> Floats:
    """One row for each history (0 first), columns: 1, one for each source, one for each pair."""
    bits = np.array([[h >> i & 1 for i in range(sources)] for h in range(1 << sources)], dtype=float)
    columns = [np.ones(len(bits)), *bits.T, *(bits[:, i] * bits[:, j] for i, j in pairs)]
    return np.stack(columns, axis=1)


def fit(histories: Histories, pairs: Sequence[Pair]) -> Fit | None:
    """One model by Newton's method on the observed cells; None if it has no finite estimate."""
    matrix = design(len(histories.sources), pairs)[1:]
    counts = np.array(histories.counts[1:], dtype=float)
    fitted = _newton(matrix, counts[None, :])
    if fitted is None:
        return None
    effects, means = fitted[0][0], fitted[1][0]
    information = matrix.T @ (means[:, None] * matrix)
    if np.linalg.cond(information) > 1e12:
        return None
    unseen, spread = math.exp(min(effects[0], 50.0)), math.sqrt(np.linalg.inv(information)[0, 0])
    if unseen > 100 * histories.seen or spread > 6:
        return None
    positive = counts > 0
    deviance = 2 * float(
        np.sum(counts[positive] * np.log(counts[positive] / means[positive])) - (counts - means).sum()
    )
    likelihood = float(np.sum(counts * np.log(means) - means - scipy.special.gammaln(counts + 1)))
    bic = -2 * likelihood + matrix.shape[1] * math.log(max(histories.seen, 2))
    strengths = tuple(effects[1 + len(histories.sources) :].tolist())
    return Fit(
        tuple(pairs), unseen, spread, bic, max(deviance, 0.0), len(counts) - matrix.shape[1], strengths
    )


def _newton(matrix: Floats, counts: Floats) -> tuple[Floats, Floats] | None:
    """Poisson regressions of many tables (rows of `counts`) on one design: effects and means, one row a table."""
    start = np.log(counts + 0.5)
    effects: Floats = np.asarray(np.linalg.lstsq(matrix, start.T, rcond=None)[0].T)
    before = np.full(len(counts), np.inf)
    for _ in range(_STEPS):
        scores = np.clip(effects @ matrix.T, -30, 30)
        means: Floats = np.asarray(np.exp(scores))
        loss = (means - counts * scores).sum(axis=1)
        if np.all(np.abs(before - loss) <= _ENOUGH * (1 + np.abs(loss))):
            return effects, means
        before = loss
        information = np.einsum("cp,gc,cq->gpq", matrix, means, matrix)
        information += 1e-10 * np.eye(matrix.shape[1])
        gradient = (counts - means) @ matrix
        step = np.linalg.solve(information, gradient[:, :, None])[:, :, 0]
        effects = np.asarray(effects + np.clip(step, -4, 4))
    return None


def candidates(histories: Histories) -> list[Fit]:
    """Every model with a finite estimate: all sets of pairs up to four sources, else those that a search finds."""
    pairs = [
        pair
        for pair in combinations(range(len(histories.sources)), 2)
        if histories.overlap(*pair) >= FEWEST_IN_BOTH
    ]
    most = min(len(pairs), (1 << len(histories.sources)) - 2 - len(histories.sources))
    if len(histories.sources) <= 4:
        sets = [chosen for size in range(most + 1) for chosen in combinations(pairs, size)]
        return [found for chosen in sets if (found := fit(histories, chosen)) is not None]
    return _searched(histories, pairs)


def _searched(histories: Histories, pairs: list[Pair]) -> list[Fit]:
    """Models on the way of a search that adds or drops one pair at a time as long as BIC falls."""
    found: dict[tuple[Pair, ...], Fit | None] = {(): fit(histories, ())}
    here: tuple[Pair, ...] = ()
    while True:
        beside = [tuple(sorted({*here} ^ {pair})) for pair in pairs]
        for chosen in beside:
            if chosen not in found:
                found[chosen] = fit(histories, chosen)
        finite = {chosen: one.bic for chosen in (here, *beside) if (one := found[chosen]) is not None}
        if not finite:
            return []
        best = min(finite, key=lambda chosen: finite[chosen])
        if best == here or (found[here] is None and best == here):
            return [one for one in found.values() if one is not None]
        here = best


def weigh(histories: Histories, level: float = 0.95) -> Weighed | None:
    """The models within WINDOW of the best and what they say together; None if no model has a finite estimate."""
    fits = sorted(candidates(histories), key=lambda one: one.bic)
    if not fits:
        return None
    fits = [one for one in fits if one.bic - fits[0].bic <= WINDOW]
    raw = np.exp([-(one.bic - fits[0].bic) / 2 for one in fits])
    weights = raw / raw.sum()
    grid = _grid(fits)
    density = np.zeros(len(grid))
    for one, weight in zip(fits, weights, strict=True):
        profile = _profile(histories, one.pairs, grid)
        density += weight * profile / np.trapezoid(profile, np.log(grid + 0.5))
    cumulative = np.concatenate(
        [[0.0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(np.log(grid + 0.5)))]
    )
    cumulative /= cumulative[-1]
    low, middle, high = (
        float(np.interp(share, cumulative, grid)) for share in ((1 - level) / 2, 0.5, (1 + level) / 2)
    )
    return Weighed(tuple(fits), tuple(weights.tolist()), middle, low, high)


def _grid(fits: Sequence[Fit]) -> Floats:
    """Numbers of unseen people on which the profiles are computed: even steps of the logarithm, from 0 on."""
    low = min(math.log(one.unseen + 0.5) - 5 * one.spread for one in fits)
    high = max(math.log(one.unseen + 0.5) + 5 * one.spread for one in fits)
    return np.exp(np.linspace(max(low, math.log(0.5)), high, 160)) - 0.5


def _profile(histories: Histories, pairs: Sequence[Pair], grid: Floats) -> Floats:
    """The likelihood of each number of unseen people, maximised over the effects, largest 1."""
    matrix = design(len(histories.sources), pairs)
    counts = np.tile(np.array(histories.counts, dtype=float), (len(grid), 1))
    counts[:, 0] = grid
    fitted = _newton(matrix, counts)
    if fitted is None:
        raise ArithmeticError("a model that has an estimate has no profile")
    totals = counts.sum(axis=1)
    shares = fitted[1] / fitted[1].sum(axis=1, keepdims=True)
    log_factorial = scipy.special.gammaln
    likelihood = log_factorial(totals + 1) - log_factorial(grid + 1) + (counts * np.log(shares)).sum(axis=1)
    return np.asarray(np.exp(likelihood - likelihood.max()))
