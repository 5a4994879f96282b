"""The town's people: households, ages, names, ID numbers, phones, and where they live and lived."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from outsideworld.characters import Codes
from outsideworld.documents import Bytes, foreigners, identities, phone_numbers
from outsideworld.kinship import (
    ALONE,
    CHILD,
    CHILD2,
    COUPLE,
    DORMITORY,
    EPOCH_DAY,
    FATHER,
    GRAND,
    HEAD,
    LONE_PARENT,
    MOTHER,
    ONE_CHILD,
    SHARED,
    SINGLE,
    SPOUSE,
    TWO_CHILDREN,
    Bools,
    Ints,
    family_phones,
    full_names,
    husbands,
    make_namesakes,
    sex_and_birth,
)
from outsideworld.places import Places, build_places
from outsideworld.rates import Rates


@dataclass
class Town:
    """People as columns of equal length, households and places."""

    rates: Rates
    places: Places
    household: Ints
    slot: Ints  # place in the household, see HEAD … MOTHER; in shared flats just a number
    kind: Ints  # kind of household
    former: Bools  # moved away
    outsider: Bools  # never lived here
    dwelling: Ints  # where the person lives (or lived last)
    registered_dwelling: Ints  # what the register believes
    male: Bools
    birth: Ints  # days since 1970-01-01
    name: Codes  # (people, 4)
    identity: Bytes  # (people, 18) ASCII
    special: dict[int, tuple[list[str], str]]  # person → (spellings of the name, document number)
    phone: Bytes  # (people, 11) ASCII
    second: Bytes
    before: Bytes  # the number before this one
    has_phone: Bools
    has_second: Bools
    kin: Ints  # another adult of the family with a phone, or -1
    husband: Ints  # of a married woman, or -1
    registered: Bools
    returned: Bools  # per household

    def chance(self, homes: float, weight: float) -> NDArray[np.float64]:
        """Chance of each household to be on a list of a share `homes`; `weight` times that for returnees."""
        weights = np.where(self.returned, weight, 1.0)
        return np.asarray(np.minimum(0.97, weights * homes / weights.mean()))

    @property
    def age(self) -> Ints:
        """Completed years on AS_OF."""
        return ((EPOCH_DAY - self.birth) / 365.2425).astype(np.int64)


def build_town(rng: np.random.Generator, people: int, rates: Rates) -> Town:
    """A town of exactly `people` people, those who moved away and outsiders included."""
    kind, present = _households(rng, people, rates)
    household, slot = np.nonzero(present)
    household, slot = household[:people], slot[:people]
    families = int(household[-1]) + 1
    kind = kind[:families]
    status = _status(rng, kind, np.bincount(household, minlength=families), people, rates)
    places, home = build_places(rng, people, rates.village, (kind == DORMITORY).astype(np.int64))
    home, registered_home = _moves(rng, kind, status, home, rates)
    person_kind = kind[household]
    male, birth = sex_and_birth(rng, household, slot, person_kind, rates)
    name = full_names(rng, household, slot, person_kind, male, birth, rates)
    make_namesakes(rng, name, male, person_kind, places.compound[home[household]], rates)
    identity = identities(rng, household, slot, person_kind, male, birth, rates)
    age = ((EPOCH_DAY - birth) / 365.2425).astype(np.int64)
    phone, second, before = phone_numbers(rng, people)
    has_phone = rng.random(people) < np.select(
        [age < 8, age < 14, age < 65, age < 75], [0.0, 0.15, 0.98, 0.75], 0.5
    )
    kin = family_phones(household, slot, person_kind, age, has_phone)
    former, outsider = status[household] == 1, status[household] == 2
    alone = np.isin(person_kind, ALONE)
    registered = rng.random(people) >= np.where(alone, rates.unregistered_tenant, rates.unregistered)
    registered &= ~((age < 2) & (rng.random(people) < 0.25))
    return Town(
        rates, places, household, slot, person_kind, former, outsider,
        home[household], registered_home[household], male, birth, name, identity,
        foreigners(rng, people, name, rates), phone, second, before, has_phone,
        has_phone & (age >= 18) & (rng.random(people) < rates.second_number), kin,
        husbands(household, slot, male), (registered | former) & ~outsider,
        rng.random(families) < rates.returned,
    )  # fmt: skip


def _households(rng: np.random.Generator, people: int, rates: Rates) -> tuple[Ints, Bools]:
    """Kinds of household and who is present, shape (households, 8); enough for `people` people."""
    mix = np.array(rates.household_mix)
    kind = rng.choice(8, int(people / 2.2) + 50, p=mix / mix.sum())
    n = len(kind)
    present = np.zeros((n, 8), bool)
    present[:, HEAD] = True
    present[:, SPOUSE] = np.isin(kind, (COUPLE, ONE_CHILD, TWO_CHILDREN, GRAND))
    present[:, CHILD] = np.isin(kind, (ONE_CHILD, TWO_CHILDREN, GRAND, LONE_PARENT))
    present[:, CHILD2] = (kind == TWO_CHILDREN) | ((kind == GRAND) & (rng.random(n) < 0.35))
    present[:, FATHER] = (kind == GRAND) & (rng.random(n) < 0.7)
    present[:, MOTHER] = (kind == GRAND) & (~present[:, FATHER] | (rng.random(n) < 0.8))
    size = np.where(kind == DORMITORY, rng.integers(6, 9, n), rng.integers(2, 6, n))
    crowd = np.isin(kind, (SHARED, DORMITORY))
    present[crowd] = np.arange(8) < size[crowd, None]
    return kind, present


def _status(rng: np.random.Generator, kind: Ints, size: Ints, people: int, rates: Rates) -> Ints:
    """0 lives here, 1 moved away, 2 outsider; per household, by shares of people."""
    status = np.zeros(len(kind), np.int64)
    order = rng.permutation(np.flatnonzero(np.isin(kind, (SINGLE, COUPLE, ONE_CHILD, SHARED))))
    left = order[np.cumsum(size[order]) <= rates.former * people]
    status[left] = 1
    single = rng.permutation(np.flatnonzero((kind == SINGLE) & (status == 0)))
    status[single[: round(rates.outsider * people)]] = 2
    return status


def _moves(rng: np.random.Generator, kind: Ints, status: Ints, home: Ints, rates: Rates) -> tuple[Ints, Ints]:
    """Dwelling per household now, and as the register has it: tenants follow one another in the same flat."""
    home = home.copy()
    rented = np.flatnonzero((status == 0) & np.isin(kind, (SINGLE, COUPLE, ONE_CHILD, SHARED)))
    left = np.flatnonzero(status == 1)
    home[left] = home[rng.choice(rented, len(left))]
    registered = home.copy()
    movers = np.flatnonzero(
        (status == 0) & (kind != DORMITORY) & (rng.random(len(kind)) < rates.moved_inside)
    )
    registered[movers] = home[rng.choice(rented, len(movers))]
    return home, registered
