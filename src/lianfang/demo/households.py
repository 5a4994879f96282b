"""Households and the bare people in them: role, sex, age. Names, numbers and homes come later."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from lianfang.demo.tables import Bools, Floats, Ints, chance, draw


class Role(IntEnum):
    HEAD = 0
    SPOUSE = 1
    CHILD = 2
    FATHER = 3
    MOTHER = 4
    IN_LAW_FATHER = 5
    IN_LAW_MOTHER = 6
    SIBLING = 7
    MATE = 8
    WORKER = 9


class Kind(IntEnum):
    """How a person belongs to the subdistrict."""

    RESIDENT = 0
    DEPARTED = 1  # left, still on the register
    VISITOR = 2  # lives elsewhere, passes through


@dataclass(frozen=True)
class Skeleton:
    """One row per person, members of a household together, the head first; ages in years with fractions."""

    household: Ints
    role: Ints
    male: Bools
    age: Floats
    twin: Bools  # true for the second of two twins; the first is the row before
    start: Ints  # per household: row of its head
    tenant: Bools  # per household
    kind: Ints  # per household

    @property
    def head(self) -> Ints:
        """Per person: row of the household's head."""
        return self.start[self.household]

    @property
    def has_spouse(self) -> Bools:
        """Per person: whether the row after the head is the head's spouse."""
        after = np.minimum(self.head + 1, len(self.role) - 1)
        spouse: Bools = (self.role[after] == Role.SPOUSE) & (self.household[after] == self.household)
        return spouse


def draw_households(rng: np.random.Generator, people: dict[str, Any], counts: dict[Kind, int]) -> Skeleton:
    """Households until each kind of people has exactly so many; the last household of a kind may be cut
    short."""
    templates = people["household"]
    roles = [[Role.HEAD, *(Role[m.upper()] for m in t["members"].split())] for t in templates]
    sizes = np.array([len(r) for r in roles])
    share = np.array([t["people"] for t in templates]) / sizes
    tenant = np.array([t["tenure"] == "tenant" for t in templates])
    types: list[Ints] = []
    kinds: list[Ints] = []
    lengths: list[Ints] = []
    for kind, count in counts.items():
        weights = share * tenant if kind is Kind.DEPARTED else share
        chosen, length = _fill(rng, weights, sizes, count)
        types.append(chosen)
        lengths.append(length)
        kinds.append(np.full(len(chosen), kind, dtype=np.int64))
    template, length = np.concatenate(types), np.concatenate(lengths)
    start = np.concatenate([[0], np.cumsum(length)[:-1]]).astype(np.int64)
    household = np.repeat(np.arange(len(template)), length)
    role_table = np.zeros((len(roles), sizes.max()), dtype=np.int64)
    for row, members in enumerate(roles):
        role_table[row, : len(members)] = members
    role = role_table[template[household], np.arange(len(household)) - start[household]]
    bounds = np.array([t["age"] for t in templates], dtype=float)[template]
    head_age = bounds[:, 0] + rng.random(len(template)) * (bounds[:, 1] - bounds[:, 0])
    male = _sexes(rng, role, household, start)
    age = _ages(rng, role, male, head_age[household], start[household])
    twin = _twins(rng, people["people"]["twins"], role, household)
    age[twin] = age[np.flatnonzero(twin) - 1]
    same = twin & chance(rng, 0.65, len(twin))
    male[same] = male[np.flatnonzero(same) - 1]
    return Skeleton(household, role, male, age, twin, start, tenant[template], np.concatenate(kinds))


def _fill(rng: np.random.Generator, weights: Floats, sizes: Ints, count: int) -> tuple[Ints, Ints]:
    """Types and lengths of households that hold exactly `count` people."""
    chosen = draw(rng, weights, count + 1)
    ends = np.cumsum(sizes[chosen])
    chosen = chosen[: int(np.searchsorted(ends, count)) + 1] if count else chosen[:0]
    length = sizes[chosen].astype(np.int64)
    if count:
        length[-1] -= length.sum() - count
    return chosen, length


def _sexes(rng: np.random.Generator, role: Ints, household: Ints, start: Ints) -> Bools:
    head_male = chance(rng, 0.62, len(start))[household]
    male = chance(rng, 0.53, len(role))
    male[role == Role.HEAD] = head_male[role == Role.HEAD]
    male[role == Role.SPOUSE] = ~head_male[role == Role.SPOUSE]
    male[np.isin(role, (Role.FATHER, Role.IN_LAW_FATHER))] = True
    male[np.isin(role, (Role.MOTHER, Role.IN_LAW_MOTHER))] = False
    together = (role == Role.WORKER) | ((role == Role.MATE) & chance(rng, 0.6, len(role)))
    male[together] = head_male[together]
    return male


def _ages(rng: np.random.Generator, role: Ints, male: Bools, head_age: Floats, head: Ints) -> Floats:
    n = len(role)
    age = head_age.copy()
    noise = rng.standard_normal(n)
    spouse = role == Role.SPOUSE
    age[spouse] += (np.where(male, 2.0, -2.0) + 2.5 * noise)[spouse]
    age[spouse] = np.maximum(age[spouse], 20.5)
    spouse_row = np.minimum(head + 1, n - 1)
    spouse_age = np.where(role[spouse_row] == Role.SPOUSE, age[spouse_row], head_age)
    mother_age = np.where(male[head], spouse_age, head_age)
    child = role == Role.CHILD
    second = child & np.concatenate([[False], child[:-1]]) & (np.arange(n) - head > 2)
    grown = mother_age - (26.5 + 3.5 * noise)
    possible = (grown > 0) & (grown < 26) & (mother_age - grown > 18)
    age[child] = np.where(possible, grown, rng.random(n) * np.clip(mother_age - 20, 0.5, 18))[child]
    later = np.flatnonzero(second)
    gap = 1.2 + 2.2 * np.abs(noise[later])
    elder = age[later - 1]
    age[later] = np.where(elder - gap > 0, elder - gap, elder + gap)
    for parents, base in (
        ((Role.FATHER, Role.MOTHER), head_age),
        ((Role.IN_LAW_FATHER, Role.IN_LAW_MOTHER), spouse_age),
    ):
        rows = np.isin(role, parents)
        age[rows] = (base + np.clip(26 + 3.5 * noise + 2 * male, 18, 42))[rows]
    near = np.isin(role, (Role.SIBLING, Role.MATE))
    age[near] = np.maximum(16.5, head_age + 4.0 * noise)[near]
    worker = role == Role.WORKER
    age[worker] = 18 + rng.random(int(worker.sum())) * 34
    return np.clip(age, 0.02, 99.0)


def _twins(rng: np.random.Generator, rate: float, role: Ints, household: Ints) -> Bools:
    child = role == Role.CHILD
    second = np.zeros(len(role), dtype=bool)
    second[1:] = child[1:] & child[:-1] & (household[1:] == household[:-1])
    return second & chance(rng, rate, len(role))
