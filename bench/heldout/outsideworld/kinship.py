"""Who is whose: places in a household, sex and age, names that run in families, the family's phone."""

from datetime import date

import numpy as np
from numpy.typing import NDArray

from outsideworld import characters
from outsideworld.characters import Codes
from outsideworld.rates import Rates

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

AS_OF = date(2020, 2, 24)
EPOCH_DAY = (AS_OF - date(1970, 1, 1)).days
SINGLE, COUPLE, ONE_CHILD, TWO_CHILDREN, GRAND, LONE_PARENT, SHARED, DORMITORY = range(8)
HEAD, SPOUSE, CHILD, CHILD2, FATHER, MOTHER = range(6)
ALONE = (SINGLE, SHARED, DORMITORY)  # kinds of household without a family


def of_household(household: Ints, slot: Ints, wanted: int) -> Ints:
    """For each person, the person in slot `wanted` of the same household, or -1."""
    table = np.full(int(household[-1]) + 1, -1, np.int64)
    who = np.flatnonzero(slot == wanted)
    table[household[who]] = who
    return table[household]


def sex_and_birth(
    rng: np.random.Generator, household: Ints, slot: Ints, kind: Ints, rates: Rates
) -> tuple[Bools, Ints]:
    n = len(household)
    crowd = np.isin(kind, ALONE)
    head_male = (rng.random(int(household[-1]) + 1) < 0.84)[household]
    male = np.where(slot == HEAD, head_male, np.where(slot == SPOUSE, ~head_male, rng.random(n) < 0.52))
    male = np.where(slot == FATHER, True, np.where(slot == MOTHER, False, male))
    male = np.where(crowd, rng.random(n) < np.where(kind == DORMITORY, 0.8, 0.55), male)
    base = np.select(
        [kind == COUPLE, kind == ONE_CHILD, kind == TWO_CHILDREN, kind == GRAND, kind == LONE_PARENT],
        [rng.choice([28.0, 45.0, 68.0], n, p=[0.45, 0.3, 0.25]) + rng.normal(0, 5, n),
         rng.gamma(9, 4.2, n) + 2,
         rng.normal(37, 6, n), rng.normal(38, 7, n), rng.normal(42, 8, n)],
        np.where(rng.random(n) < 0.12, rng.normal(66, 9, n), 17.5 + rng.gamma(2.6, 5.2, n)),
    )  # fmt: skip
    base = np.clip(
        base,
        np.where(np.isin(kind, (*ALONE, COUPLE)), 18.5, 22.5) + rng.uniform(0, 4, n),
        96,
    )
    head = of_household(household, slot, HEAD)
    head_age = base[head]
    # nobody has a child before 21: where the drawn gap would say so, the child is small
    small = rng.uniform(0.02, 4.5, n)
    gap = rng.uniform(21, 34, n)
    child_age = np.where(head_age - gap < 0.1, small, head_age - gap)
    child = of_household(household, slot, CHILD)
    twins = (rng.random(int(household[-1]) + 1) < rates.twins)[household]
    second_age = np.where(twins, child_age[child], _younger(rng, child_age[child]))
    elder = head_age + rng.uniform(21, 33, n)
    age = np.select(
        [crowd | (slot == HEAD), slot == SPOUSE, slot == CHILD, slot == CHILD2],
        [base, np.clip(head_age + rng.normal(-1, 2.5, n), 18.2, 97), child_age, second_age],
        np.minimum(elder, 99),
    )
    return male, (EPOCH_DAY - age * 365.2425).astype(np.int64)


def _younger(rng: np.random.Generator, age: NDArray[np.float64]) -> NDArray[np.float64]:
    """Age of the second child; a baby where there is no room for another birth."""
    drawn = age - rng.uniform(1.2, 7, len(age))
    return np.where(drawn < 0.1, rng.uniform(0.02, 0.6, len(age)), drawn)


def full_names(
    rng: np.random.Generator, household: Ints, slot: Ints, kind: Ints, male: Bools, birth: Ints, rates: Rates
) -> Codes:
    n = len(household)
    surname = characters.draw_surnames(rng, n)
    years = birth.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    given = characters.draw_given(rng, male, years, rates.rare_character)
    family = ~np.isin(kind, ALONE)
    head, spouse = of_household(household, slot, HEAD), of_household(household, slot, SPOUSE)
    father = np.where(male[head] | (spouse < 0), head, spouse)
    mother = np.where(father == head, spouse, head)
    after_mother = (rng.random(int(household[-1]) + 1) < 0.06)[household] & (mother >= 0)
    children = family & ((slot == CHILD) | (slot == CHILD2))
    surname = np.where((family & (slot == FATHER))[:, None], surname[head], surname)
    surname = np.where(children[:, None], surname[np.where(after_mother, mother, father)], surname)
    elder = of_household(household, slot, CHILD)
    second = family & (slot == CHILD2)
    twin = second & (birth == birth[elder])
    shared = second & (given[elder, 1] > 0) & (rng.random(n) < np.where(twin, 0.65, rates.shared_generation))
    lost = shared & (given[:, 1] == 0)
    given[lost, 1] = given[lost, 0]
    given[shared, 0] = given[elder[shared], 0]
    alike = np.flatnonzero(children & (rng.random(n) < rates.similar_father))
    model = given[father[alike]]
    same, _, _ = characters.sounds()
    given[alike, 0] = model[:, 0]
    given[alike, 1] = np.where(model[:, 1] > 0, same.other(rng, model[:, 1]), given[alike, 1])
    # brothers are never given the same name
    double = np.flatnonzero(second & (given == given[elder]).all(axis=1))
    given[double, 1] = given[double, 0]
    given[double, 0] = np.where(male[double], ord("小"), ord("可"))
    return np.hstack([surname, given])


def make_namesakes(
    rng: np.random.Generator, name: Codes, male: Bools, kind: Ints, compound: Ints, rates: Rates
) -> None:
    """Give some people without family the name of somebody of their compound and sex, in place."""
    free = np.isin(kind, ALONE)
    order = np.lexsort((rng.random(len(kind)), male, compound))
    after = np.roll(order, 7)
    fits = free[order] & (compound[order] == compound[after]) & (male[order] == male[after])
    chosen = fits & (rng.random(len(order)) < rates.namesake / max(float(free.mean()), 0.01))
    name[order[chosen]] = name[after[chosen]]


def family_phones(household: Ints, slot: Ints, kind: Ints, age: Ints, has_phone: Bools) -> Ints:
    """For each member of a family, another adult of it with a phone, or -1."""
    kin = np.full(len(household), -1, np.int64)
    family = ~np.isin(kind, ALONE)
    for wanted in (MOTHER, CHILD, SPOUSE, HEAD):
        other = of_household(household, slot, wanted)
        fits = family & (other >= 0) & (other != np.arange(len(household)))
        fits &= has_phone[np.maximum(other, 0)] & (age[np.maximum(other, 0)] >= 18)
        kin = np.where(fits, other, kin)
    # the younger child's number is more often the mother's
    spouse = of_household(household, slot, SPOUSE)
    return np.where((slot == CHILD2) & family & (spouse >= 0) & has_phone[np.maximum(spouse, 0)], spouse, kin)


def husbands(household: Ints, slot: Ints, male: Bools) -> Ints:
    head, spouse = of_household(household, slot, HEAD), of_household(household, slot, SPOUSE)
    other = np.where(slot == HEAD, spouse, np.where(slot == SPOUSE, head, -1))
    married = (slot <= SPOUSE) & (other >= 0) & ~male & male[np.maximum(other, 0)]
    return np.where(married, other, -1)
