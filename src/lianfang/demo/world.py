"""The true subdistrict: who lives where, under which name and numbers. The lists are seen through this."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from lianfang.demo import names
from lianfang.demo.households import Kind, Role, Skeleton, draw_households
from lianfang.demo.identities import Phones, draw_phones, id_numbers, permit_text
from lianfang.demo.tables import Bools, Codes, Digits, Ints, chance, counties, draw, falling, stream, table
from lianfang.demo.territory import Land, Site, build_land

NO_HOME = -1


@dataclass(frozen=True)
class World:
    """Parallel arrays, one entry per person; dwellings and numbers by index, -1 for none.

    `name` holds Han names as code points (n, 4), zeros for others; `shown` and `id_shown` replace name and
    ID number
    where not null (minorities, foreigners, permits). `birth` counts days since 1970-01-01."""

    day: date
    seed: int
    land: Land
    bones: Skeleton
    kind: Ints
    birth: Ints
    county: Ints
    surname_length: Ints
    name: Codes
    shown: pl.Series
    id_number: Digits
    id_shown: pl.Series
    nationality: pl.Series
    phones: Phones
    dwelling: Ints
    old_dwelling: Ints
    second_dwelling: Ints
    employer: Ints

    @property
    def size(self) -> int:
        """People: residents, departed and visitors."""
        return len(self.kind)

    def names(self, codes: Codes | None = None, person: Ints | None = None) -> pl.Series:
        """Names as text: the true ones of `person`, or given Han codes with other people's names filled
        in."""
        rows = np.arange(self.size) if person is None else person
        han = pl.Series("name", names.text_of(self.name[rows] if codes is None else codes), dtype=pl.String)
        other = self.shown.gather(rows)
        return pl.select(pl.coalesce(other, han)).to_series().alias("name")

    def ids(self, digits: Digits | None = None, person: Ints | None = None) -> pl.Series:
        """ID numbers as text, likewise."""
        rows = np.arange(self.size) if person is None else person
        raw = np.ascontiguousarray(self.id_number[rows] if digits is None else digits).view("S18").ravel()
        text = pl.Series("id", raw.astype("U18").tolist(), dtype=pl.String)
        return pl.select(pl.coalesce(self.id_shown.gather(rows), text)).to_series().alias("id")


def build_world(people: int, seed: int, day: date) -> World:
    """A subdistrict with exactly `people` residents, and the departed and the visitors that go with them."""
    rates = table("people")
    homes = rates["homes"]
    counts = {
        Kind.RESIDENT: people,
        Kind.DEPARTED: round(people * homes["departed"]),
        Kind.VISITOR: round(people * homes["visitors"]),
    }
    bones = draw_households(stream(seed, "households"), rates, counts)
    land, home = _settle(seed, bones, homes, people)
    born = np.datetime64(day) - np.floor(bones.age * 365.25).astype(np.int64) - 1
    born[np.flatnonzero(bones.twin)] = born[np.flatnonzero(bones.twin) - 1]
    county, follows = _origins(stream(seed, "origins"), rates, bones, home["dwelling"])
    name, length = _names(stream(seed, "names"), rates, bones, county, follows, born)
    codes = np.array([int(c) for c in counties()[0]], dtype=np.int64)
    when = born.astype("datetime64[D]")
    stamp = pl.Series(when).dt.strftime("%Y%m%d").cast(pl.Int64).to_numpy()
    numbers = id_numbers(stream(seed, "ids"), codes[county], stamp, bones.male, bones.twin)
    shown, id_shown, nationality = _strangers(
        stream(seed, "strangers"), rates, bones, codes[county] // 10_000
    )
    return World(
        day=day,
        seed=seed,
        land=land,
        bones=bones,
        kind=bones.kind[bones.household],
        birth=when.astype(np.int64),
        county=county,
        surname_length=length,
        name=name,
        shown=shown,
        id_number=numbers,
        id_shown=id_shown,
        nationality=nationality,
        phones=draw_phones(stream(seed, "phones"), rates, bones),
        employer=_employers(stream(seed, "employers"), bones, home["dwelling"], land),
        **home,
    )


def _settle(
    seed: int, bones: Skeleton, homes: dict[str, float], residents: int
) -> tuple[Land, dict[str, Ints]]:
    """Give every resident household a door of its own, and every departed one the door of its successors."""
    rng = stream(seed, "homes")
    count = len(bones.start)
    second = np.minimum(bones.start + 1, len(bones.role) - 1)
    site = np.full(count, int(Site.COMPOUND))
    site[chance(rng, homes["village"], count) & bones.tenant] = Site.VILLAGE
    site[chance(rng, homes["village_owner"], count) & ~bones.tenant] = Site.VILLAGE
    site[bones.role[second] == Role.WORKER] = Site.DORMITORY
    living = bones.kind == Kind.RESIDENT
    room = 1 + homes["vacant"]
    need = {s: int(np.ceil(room * ((site == s) & living).sum())) + 12 for s in Site}
    land = build_land(stream(seed, "land"), need, residents)
    home = np.full(count, NO_HOME, dtype=np.int64)
    vacant: list[Ints] = []
    for s in Site:
        doors = rng.permutation(land.doors(s))
        rows = np.flatnonzero((site == s) & living)
        home[rows] = doors[: len(rows)]
        vacant.append(doors[len(rows) :] if s is not Site.DORMITORY else doors[:0])
    let = home[living & bones.tenant]
    gone = np.flatnonzero(bones.kind == Kind.DEPARTED)
    home[gone] = rng.permutation(let)[: len(gone)] if len(gone) <= len(let) else rng.choice(let, len(gone))
    empty = np.concatenate(vacant)
    old, other = np.full(count, NO_HOME, dtype=np.int64), np.full(count, NO_HOME, dtype=np.int64)
    movers = np.flatnonzero(living & bones.tenant & chance(rng, homes["moved"], count))
    old[movers] = rng.choice(np.concatenate([empty, let]), len(movers))
    rich = np.flatnonzero(living & ~bones.tenant & chance(rng, homes["second_home"], count))
    other[rich] = rng.choice(empty, len(rich))
    old[old == home] = NO_HOME
    return land, {
        "dwelling": home[bones.household],
        "old_dwelling": old[bones.household],
        "second_dwelling": other[bones.household],
    }


def _origins(
    rng: np.random.Generator, rates: dict[str, Any], bones: Skeleton, dwelling: Ints
) -> tuple[Ints, Ints]:
    """Counties of origin, and for each departed head the row of the head who followed him (-1 for others)."""
    codes = np.array(counties()[0])
    province = codes.astype("U2")
    weight = np.array([float(rates["origins"].get(p, 0)) for p in province.tolist()])
    number = {p: int((province == p).sum()) for p in set(province.tolist())}
    weight /= np.array([number[p] for p in province.tolist()])
    weight *= np.exp(1.1 * rng.standard_normal(len(codes)))  # people of one county follow one another
    county = draw(rng, weight, len(bones.role))
    home = np.isin(codes, table("places")["home_counties"])
    owner = ~bones.tenant[bones.household] & chance(rng, 0.7, len(county))
    county[owner] = draw(rng, home.astype(float), int(owner.sum()))
    head, role = bones.head, bones.role
    kin = np.isin(role, (Role.CHILD, Role.FATHER, Role.MOTHER, Role.SIBLING))
    kin |= (role == Role.SPOUSE) & chance(rng, rates["people"]["spouse_same_county"], len(role))
    kin |= np.isin(role, (Role.MATE, Role.WORKER)) & chance(rng, 0.38, len(role))
    follows = _followers(bones, dwelling)
    chain = (follows >= 0) & chance(rng, rates["people"]["follower_same_county"], len(role))
    county[chain] = county[follows[chain]]
    county = np.where(kin, county[head], county)
    in_law = np.isin(role, (Role.IN_LAW_FATHER, Role.IN_LAW_MOTHER))
    county[in_law] = county[np.minimum(head + 1, len(role) - 1)][in_law]
    of_chain = rates["people"]["follower_same_surname"] / rates["people"]["follower_same_county"]
    related = chain & chance(rng, of_chain, len(role))
    return county, np.where(related, follows, -1)


def _followers(bones: Skeleton, dwelling: Ints) -> Ints:
    """For the head of each departed household: row of the head who lives behind that door now; else -1."""
    living = bones.start[bones.kind == Kind.RESIDENT]
    behind = np.full(int(dwelling.max()) + 1, -1, dtype=np.int64)
    behind[dwelling[living]] = living
    out = np.full(len(bones.role), -1, dtype=np.int64)
    gone = bones.start[bones.kind == Kind.DEPARTED]
    out[gone] = behind[dwelling[gone]]
    return out


def _names(
    rng: np.random.Generator, rates: dict[str, Any], bones: Skeleton, county: Ints, follows: Ints, born: Any
) -> tuple[Codes, Ints]:
    codes = np.array([int(c) // 10_000 for c in counties()[0]], dtype=np.int64)
    surname = names.draw_surnames(rng, codes[county])
    role, head, n = bones.role, bones.head, len(bones.role)
    relative = follows >= 0
    surname[relative] = surname[follows[relative]]
    spouse = np.where(bones.has_spouse, head + 1, head)
    father = np.where(bones.male[head], head, spouse)
    mother = np.where(bones.male[head], spouse, head)
    named_after = np.where(chance(rng, rates["people"]["child_mothers_surname"], n), mother, father)
    for roles, source in (
        ((Role.FATHER, Role.SIBLING), head),
        ((Role.IN_LAW_FATHER,), spouse),
        ((Role.CHILD,), named_after),
    ):
        rows = np.isin(role, roles)
        surname[rows] = surname[source[rows]]
    year = born.astype("datetime64[Y]").astype(np.int64) + 1970
    given = names.draw_given(rng, bones.male, year)
    _share_characters(rng, rates["people"]["shared_generation_character"], bones, given)
    return names.join_names(surname, given), 1 + (surname[:, 1] > 0).astype(np.int64)


def _share_characters(rng: np.random.Generator, rate: float, bones: Skeleton, given: Codes) -> None:
    """Siblings often, twins nearly always, share the first character of a given name of two."""
    role, n = bones.role, len(bones.role)
    elder = np.full(n, -1, dtype=np.int64)
    child = np.flatnonzero((role[1:] == Role.CHILD) & (role[:-1] == Role.CHILD)) + 1
    elder[child] = child - 1
    sibling = np.flatnonzero(role == Role.SIBLING)
    elder[sibling] = bones.head[sibling]
    double = (given[:, 1] > 0) & (given[elder, 1] > 0) & (elder >= 0)
    share: Bools = double & (chance(rng, rate, n) | (bones.twin & chance(rng, 0.85, n)))
    given[share, 0] = given[elder[share], 0]
    same = (elder >= 0) & (given == given[elder]).all(axis=1)
    given[same, 1] = np.where(given[same, 1] == ord("明"), ord("华"), ord("明"))


def _strangers(
    rng: np.random.Generator, rates: dict[str, Any], bones: Skeleton, province: Ints
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Names, numbers and nationalities of those who are not Han citizens with an ID number; null for the
    others."""
    n = len(bones.role)
    shown: list[str | None] = [None] * n
    numbers: list[str | None] = [None] * n
    nations: list[str | None] = [None] * n
    frontier = np.isin(province, (65, 54, 63, 15))
    chosen = chance(rng, rates["people"]["minority_name"] * 0.6, n) | (frontier & chance(rng, 0.3, n))
    for row in np.flatnonzero(chosen).tolist():
        shown[row] = names.minority_name(rng, int(province[row]), bool(bones.male[row]))
    small = bones.tenant[bones.household] & np.isin(bones.role, (Role.HEAD, Role.SPOUSE))
    roll = rng.random(len(bones.start))[bones.household]
    for row in np.flatnonzero(small & (roll < rates["people"]["foreigner"] * 1.9)).tolist():
        shown[row], numbers[row], nations[row] = names.foreigner(rng)
    for row in np.flatnonzero(small & (roll > 1 - rates["people"]["permit_holder"] * 1.9)).tolist():
        taiwan = bool(roll[row] > 1 - rates["people"]["permit_holder"] * 0.8)
        numbers[row], nations[row] = permit_text(rng, taiwan), "中国台湾" if taiwan else "中国香港"
    return (
        pl.Series(shown, dtype=pl.String),
        pl.Series(numbers, dtype=pl.String),
        pl.Series(nations, dtype=pl.String),
    )


def _employers(rng: np.random.Generator, bones: Skeleton, dwelling: Ints, land: Land) -> Ints:
    """Company of each person of working age, -1 for none; a dormitory's people work for its company."""
    n = len(bones.role)
    works = (bones.age > 18) & (bones.age < 60) & chance(rng, 0.78, n)
    company = draw(rng, falling(len(land.companies), 8.0), n)
    site = land.dwellings["site"].to_numpy()[dwelling]
    compound = land.dwellings["compound"].to_numpy()[dwelling]
    dormitory = (dwelling >= 0) & (site == Site.DORMITORY)
    first = int(land.compounds.filter(pl.col("site") == int(Site.DORMITORY))["compound"].min() or 0)  # type: ignore[arg-type]
    company[dormitory] = (compound[dormitory] - first) % len(land.companies)
    return np.where(works | dormitory, company, -1).astype(np.int64)


def birth_dates(world: World) -> pl.Series:
    """Dates of birth of everybody."""
    return pl.Series("birth", world.birth.astype("datetime64[D]"))
