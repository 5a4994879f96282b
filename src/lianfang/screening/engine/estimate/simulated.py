"""Communities of known size with sources that depend on one another in pairs: what the estimate must stand up to.

Used by the tests and by bench/estimate.py.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from lianfang.screening.engine.estimate.histories import Histories
from lianfang.screening.engine.estimate.loglinear import design


@dataclass(frozen=True)
class Community:
    """A simulated community: what its sources have, and how many people none of them has."""

    histories: Histories
    unseen: int


def community(random: np.random.Generator, sources: int, people: tuple[int, int]) -> Community:
    """One community under the assumptions: each source has 23 to 77 % of those whom no other has, each pair of
    sources depends with probability 0.3 (odds ratio 1.6 to 3.3, or its inverse), three sources on two pairs at most.
    Two sources are independent.
    """
    size = int(random.integers(*people))
    main = random.uniform(-1.2, 1.2, sources)
    pairs = [pair for pair in combinations(range(sources), 2) if sources > 2 and random.random() < 0.3]
    pairs = pairs[:2] if sources == 3 else pairs
    strengths = random.choice([-1.0, 1.0], len(pairs)) * random.uniform(0.5, 1.2, len(pairs))
    weights = np.exp(design(sources, pairs) @ np.concatenate([[0.0], main, strengths]))
    counts = random.multinomial(size, weights / weights.sum()).tolist()
    names = tuple("ABCDEF"[:sources])
    return Community(Histories(names, (0, *counts[1:])), int(counts[0]))


def unlike(random: np.random.Generator, sources: int, size: int) -> Community:
    """A community against the assumptions: a quarter of its people are far harder to see, in every source."""
    shy = random.random(size) < 0.25
    chances = np.where(shy[:, None], 0.12, 0.6) * random.uniform(0.8, 1.2, sources)[None, :]
    seen = random.random((size, sources)) < chances
    histories = (seen @ (1 << np.arange(sources))).astype(int)
    counts = np.bincount(histories, minlength=1 << sources).tolist()
    return Community(Histories(tuple("ABCDEF"[:sources]), (0, *counts[1:])), int(counts[0]))
