"""Estimates that need two sources (Chapman), or only how often people were seen (Chao's lower bound)."""

import math
from statistics import NormalDist

from lianfang.screening.engine.estimate.histories import Histories


def chapman(histories: Histories) -> float:
    """Total by two sources: (n₁+1)(n₂+1)/(m+1) − 1. Chapman 1951; nearly unbiased, finite without an overlap."""
    first, second = histories.of_source
    return (first + 1) * (second + 1) / (histories.overlap(0, 1) + 1) - 1


def chapman_interval(histories: Histories, level: float = 0.95) -> tuple[float, float]:
    """The transformed logit interval of the total. Sadinle 2009, Communications in Statistics 38:1909–1924."""
    both = histories.overlap(0, 1) + 0.5
    first, second = (size - both + 1 for size in histories.of_source)
    unseen = first * second / both
    spread = math.sqrt(1 / both + 1 / first + 1 / second + both / (first * second))
    z = NormalDist().inv_cdf(0.5 + level / 2)
    base = histories.seen
    return (
        max(float(base), base - 0.5 + unseen * math.exp(-z * spread)),
        base - 0.5 + unseen * math.exp(z * spread),
    )


def chao_lower_bound(histories: Histories) -> float:
    """At least so many in all, however unlike people are: seen + (f₁² − Σ zᵢ²) / (2(f₂+1)), zᵢ in source i only.

    Chao 1989, Biometrics 45:427–438: sources may be of unlike size. They must not keep people from one another
    (negative dependence); positive dependence makes the bound lower, as it should.
    """
    singles, doubles = histories.frequencies[:2]
    alone = [histories.counts[1 << i] for i in range(len(histories.sources))]
    return histories.seen + (singles**2 - sum(one**2 for one in alone)) / (2 * (doubles + 1))


def chao_classic(histories: Histories) -> float:
    """The bound for sources of equal size: seen + (k−1)/k · f₁² / (2 f₂). Needs somebody seen twice. Chao 1987."""
    singles, doubles = histories.frequencies[:2]
    sources = len(histories.sources)
    return histories.seen + (sources - 1) / sources * singles**2 / (2 * doubles)
