"""Numbers that identify people: ID numbers with check digits, telephones and in whose name they are
registered."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np

from lianfang.demo.households import Role, Skeleton
from lianfang.demo.tables import Bools, Digits, Ints, chance

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])  # GB 11643-1999
_CHECK = np.frombuffer(b"10X98765432", dtype=np.uint8)
_PREFIXES = (
    "134 135 136 137 138 139 147 150 151 152 157 158 159 178 182 183 184 187 188 198 "
    "130 131 132 155 156 166 176 185 186 133 153 173 177 180 181 189 199"
)


class Registrant(IntEnum):
    """In whose name a number is registered."""

    SELF = 0
    SPOUSE = 1
    FAMILY = 2
    COMPANY = 3
    NOBODY = 4


@dataclass(frozen=True)
class Phones:
    """One row per number; `user` uses it, `registrant` (a person, or -1) stands for it at the carrier."""

    number: Ints
    user: Ints
    how: Ints
    registrant: Ints
    contact: Ints  # per person: row of the number he is reached at, -1 for none
    second: Ints  # per person: row of his second number, -1 for none


def digits_of(number: Ints, width: int) -> Digits:
    """Numbers as rows of ASCII digits, with leading zeros."""
    power = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return ((number[:, None] // power) % 10 + 48).astype(np.uint8)


def id_numbers(rng: np.random.Generator, county: Ints, birth: Ints, male: Bools, twin: Bools) -> Digits:
    """Valid, distinct 18-digit numbers (n, 18); `county` six digits, `birth` yyyymmdd, twins one number
    apart."""
    n = len(county)
    order = (500 * rng.random(n) ** 1.7).astype(np.int64)
    twins = np.flatnonzero(twin)
    for _ in range(60):
        # Twins are entered one after the other: the next odd (even) number, or the even one after an odd one.
        order[twins] = np.minimum(499, order[twins - 1] + (male[twins] == male[twins - 1]))
        sequence = 2 * order + np.where(male, 1, 2)
        key = (county * 100_000_000 + birth) * 1000 + sequence
        _, first = np.unique(key, return_index=True)
        again = np.ones(n, dtype=bool)
        again[first] = False
        if not again.any():
            break
        again[twins - 1] |= again[twins]
        order[again] = rng.integers(0, 499, int(again.sum()))
    body = np.concatenate([digits_of(county, 6), digits_of(birth, 8), digits_of(sequence, 3)], axis=1)
    return np.concatenate([body, check_characters(body)[:, None]], axis=1)


def check_characters(body: Digits) -> Digits:
    """The eighteenth character for 17 ASCII digits (n, 17), after ISO 7064 MOD 11-2."""
    total = (body.astype(np.int64) - 48) @ _WEIGHTS
    found: Digits = _CHECK[total % 11]
    return found


def draw_phones(rng: np.random.Generator, people: dict[str, Any], bones: Skeleton) -> Phones:
    """Own and second numbers, the number each person is reached at, and the registrants."""
    rates = people["phones"]
    n = len(bones.role)
    age = bones.age
    rate = np.select(
        [age < 12, age < 16, age < 70], [0.02, rates["from_12"], rates["from_16"]], rates["from_70"]
    )
    own = rng.random(n) < rate
    more = own & (age >= 18) & chance(rng, rates["second"], n)
    user = np.concatenate([np.flatnonzero(own), np.flatnonzero(more)])
    row_of = np.full(n, -1, dtype=np.int64)
    row_of[own] = np.arange(int(own.sum()))
    second = np.full(n, -1, dtype=np.int64)
    second[more] = int(own.sum()) + np.arange(int(more.sum()))
    how, registrant = _registrants(rng, rates, bones, user)
    return Phones(_numbers(rng, len(user)), user, how, registrant, _contacts(rng, bones, row_of), second)


def _numbers(rng: np.random.Generator, n: int) -> Ints:
    prefix = np.array([int(p) for p in _PREFIXES.split()], dtype=np.int64)
    number = np.zeros(n, dtype=np.int64)
    again = np.ones(n, dtype=bool)
    while again.any():
        count = int(again.sum())
        number[again] = prefix[rng.integers(0, len(prefix), count)] * 10**8 + rng.integers(0, 10**8, count)
        _, first = np.unique(number, return_index=True)
        again = np.ones(n, dtype=bool)
        again[first] = False
    return number


def _family(bones: Skeleton) -> Bools:
    return ~np.isin(bones.role, (Role.MATE, Role.WORKER))


def _contacts(rng: np.random.Generator, bones: Skeleton, row_of: Ints) -> Ints:
    """Own number, else the head's, else the spouse's: half of the children are reached at their mother's."""
    head = bones.head
    spouse = np.where(bones.has_spouse, head + 1, head)
    swap = chance(rng, 0.5, len(head))
    near = np.where(swap, row_of[spouse], row_of[head])
    far = np.where(swap, row_of[head], row_of[spouse])
    shared = np.where(near >= 0, near, far)
    return np.where(row_of >= 0, row_of, np.where(_family(bones), shared, -1))


def _registrants(
    rng: np.random.Generator, rates: dict[str, float], bones: Skeleton, user: Ints
) -> tuple[Ints, Ints]:
    role, age, head = bones.role[user], bones.age[user], bones.head[user]
    has_spouse = bones.has_spouse[user]
    n = len(user)
    dormitory = np.isin(role, (Role.WORKER,)) | (
        (role == Role.HEAD) & (bones.role[np.minimum(user + 1, len(bones.role) - 1)] == Role.WORKER)
    )
    company = np.where(dormitory, rates["registered_company_dormitory"], rates["registered_company"])
    roll = rng.random(n)
    how = np.full(n, Registrant.SELF, dtype=np.int64)
    how[roll < company] = Registrant.COMPANY
    how[(roll >= 0.2) & (roll < 0.2 + rates["registered_nobody"])] = Registrant.NOBODY
    couple = ((role == Role.HEAD) & has_spouse) | (role == Role.SPOUSE)
    # Rates are shares of all people; they fall on those who have a spouse, or a child or parent in the home.
    how[couple & (roll >= 0.3) & (roll < 0.3 + 1.9 * rates["registered_spouse"])] = Registrant.SPOUSE
    relative = np.isin(role, (Role.CHILD, Role.FATHER, Role.MOTHER, Role.IN_LAW_FATHER, Role.IN_LAW_MOTHER))
    how[relative & (roll >= 0.4) & (roll < 0.4 + 4 * rates["registered_parent"])] = Registrant.FAMILY
    tied = relative & ((age < 18) | (age >= 70))
    how[tied & (roll < rates["registered_family_old_or_young"])] = Registrant.FAMILY
    how[(how == Registrant.COMPANY) & (age < 18)] = Registrant.SELF
    registrant = np.where(how == Registrant.SELF, user, -1)
    registrant = np.where(how == Registrant.SPOUSE, np.where(role == Role.HEAD, head + 1, head), registrant)
    parent = np.where(has_spouse & chance(rng, 0.4, n), head + 1, head)
    return how, np.where(how == Registrant.FAMILY, parent, registrant)


def permit_text(rng: np.random.Generator, taiwan: bool) -> str:
    """Home-return permit (H or M and eight digits) or Taiwan compatriot permit (eight digits)."""
    letter = "" if taiwan else ("H" if rng.random() < 0.8 else "M")
    return f"{letter}{int(rng.integers(10**7, 10**8)):08d}"
