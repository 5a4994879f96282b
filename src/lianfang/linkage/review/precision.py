"""How right the automatic links are, from a sample that people looked at again. No Django."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

#: The normal quantile of a 95 % interval.
Z = 1.959963984540054


@dataclass(frozen=True)
class Looked:
    """One kind of evidence: how many links it made, and what people said of those drawn from it."""

    stratum: str
    links: int
    drawn: int
    right: int
    wrong: int
    unsure: int


@dataclass(frozen=True)
class Precision:
    """Share of right links and its 95 % interval (Wilson 1927); None while nobody has looked."""

    share: float | None
    low: float | None
    high: float | None


NOTHING = Precision(None, None, None)


def of_stratum(looked: Looked) -> Precision:
    """Of one kind of evidence; who was unsure says nothing."""
    n = looked.right + looked.wrong
    return wilson(looked.right / n, n) if n else NOTHING


def overall(strata: Sequence[Looked]) -> Precision:
    """Of all kinds that somebody has looked at, each by the number of its links.

    The interval is that of as many simple draws as the weighted sample is worth: 1 / sum of (weight² / draws), which
    stays honest where every look so far found the link right.
    """
    known = [(one, one.right + one.wrong) for one in strata if one.right + one.wrong and one.links]
    total = sum(one.links for one, _ in known)
    if not total:
        return NOTHING
    share = sum(one.links / total * one.right / n for one, n in known)
    return wilson(share, 1 / sum((one.links / total) ** 2 / n for one, n in known))


def wilson(share: float, n: float) -> Precision:
    """The interval of a share among `n` draws; `n` need not be whole."""
    centre = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return Precision(share, max(0.0, centre - half), min(1.0, centre + half))
