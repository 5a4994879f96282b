"""Pairs of groups with their weights, and how rows came to their persons: what resolving works on."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lianfang.linkage.engine.unique import distinct

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass
class Joins:
    """How each row came to its person. A row that founded its person has probability 1 and itself as partner."""

    probability: NDArray[np.float32]
    pattern: NDArray[np.uint64]  # the evidence that decided
    stratum: NDArray[np.uint16]
    partner: Ints  # the first row of the group joined
    certain: NDArray[np.bool_]  # joined by a valid ID number, before anything was weighed
    decided: NDArray[np.bool_]  # joined because somebody said so


@dataclass
class Edges:
    """Judged pairs of groups (by their smallest row), x < y."""

    x: Ints
    y: Ints
    weight: Floats
    pattern: NDArray[np.uint64]
    stratum: NDArray[np.uint16]

    def where(self, chosen: NDArray[np.generic]) -> "Edges":
        """The chosen edges (mask or positions)."""
        return Edges(
            self.x[chosen], self.y[chosen], self.weight[chosen], self.pattern[chosen], self.stratum[chosen]
        )

    def __add__(self, other: "Edges") -> "Edges":
        return Edges(
            np.concatenate([self.x, other.x]),
            np.concatenate([self.y, other.y]),
            np.concatenate([self.weight, other.weight]),
            np.concatenate([self.pattern, other.pattern]),
            np.concatenate([self.stratum, other.stratum]),
        )


@dataclass(frozen=True)
class Resolution:
    root: Ints  # for each row the smallest row of its person
    joins: Joins
    open: Edges  # judged and not joined
    missing: Floats  # for each circle (Rows.circle) the share of rows whose person the best known kind does not have


def distinct_pairs(x: Ints, y: Ints) -> tuple[Ints, Ints]:
    """Unordered pairs of different groups, each once, smaller first."""
    low, high = np.minimum(x, y), np.maximum(x, y)
    differ = low != high
    packed = distinct(low[differ].astype(np.uint64) << np.uint64(32) | high[differ].astype(np.uint64))
    return (packed >> np.uint64(32)).astype(np.int64), (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)


def best_known(rank: NDArray[np.uint8], rows: Ints) -> int:
    """The kind of list that says most about a person, of those that have any rows."""
    return int(np.argmin(np.where(rows > 0, rank, 255)))


def missing_share(outside: Ints, rows: Ints) -> Floats:
    """For each circle the share of its rows whose person is not among the best known (the register)."""
    share: Floats = np.clip((outside + 1) / (np.maximum(rows, 1) + 1), 0.1, 1.0)
    return share


def rank_of_kinds(kinds: tuple[str, ...], order: Mapping[str, int]) -> NDArray[np.uint8]:
    """Position of each kind in an order of trust; unknown kinds come last."""
    return np.array([order.get(kind, len(order)) for kind in kinds], np.uint8)
