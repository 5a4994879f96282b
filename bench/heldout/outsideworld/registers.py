"""The lists that offices keep by number: resident register, carrier's list, transport and police lists."""
# ruff: noqa: SIM905 -- tables of words read better as text than as lists of quotes

import numpy as np
import polars as pl

from outsideworld.documents import COMPANIES
from outsideworld.kinship import ALONE, EPOCH_DAY, Bools, Ints
from outsideworld.people import Town
from outsideworld.places import HOODS, STYLES, Places, compound_names, write_address
from outsideworld.rates import NameRates
from outsideworld.writing import Texts, as_text, mask_ids, write_ids, write_names, write_phones

SELF, FAMILY, FORMER, COMPANY, NOBODY = range(-1, 4)  # on whom a number is registered
SECOND_ENTRY = NameRates(0.25, 0.05, 0.03, 0.3)  # the same resident typed in again, often from hearing
AIRLINES = ("CA", "MU", "CZ", "HU", "3U")
ORIGINS = (
    "武汉 汉口 黄冈 孝感 温州 台州 合肥 阜阳 南昌 郑州 信阳"
    " 长沙 贵阳 重庆 成都 北京 上海虹桥 广州南 深圳 西安 兰州"
).split()


def column(texts: Texts) -> pl.Series:
    """Strings as a Polars column, "" as null."""
    series = pl.Series(texts.tolist(), dtype=pl.String)
    return series.set(series == "", None)


def styled(rng: np.random.Generator, count: int, **weights: float) -> Ints:
    """A style of address (index into STYLES) for each row."""
    keys = [STYLES.index(k) for k in weights]
    share = np.array(list(weights.values()))
    return np.array(keys)[rng.choice(len(keys), count, p=share / share.sum())]


def dates(days: Ints, style: Ints) -> Texts:
    """Days since 1970 as text: 0 → 1985-03-12, 1 → 1985/3/12, 2 → 19850312, 3 → 1985.3.12, 4 → 1985年…"""
    iso = days.astype("datetime64[D]").astype("U10")
    year, month, day = (np.array([t[a:b] for t in iso.tolist()]) for a, b in ((0, 4), (5, 7), (8, 10)))
    m, d = np.strings.lstrip(month, "0"), np.strings.lstrip(day, "0")

    def joined(*parts: Texts | str) -> Texts:
        out = np.zeros(len(days), "U1")
        for part in parts:
            out = np.strings.add(out, part)
        return out

    texts = [iso, joined(year, "/", m, "/", d), joined(year, month, day), joined(year, ".", m, ".", d),
             joined(year, "年", m, "月", d, "日")]  # fmt: skip
    return np.select([style == i for i in range(5)], texts, iso)


def register(rng: np.random.Generator, town: Town) -> pl.DataFrame:
    """The resident register, by address; column `person` is the truth."""
    rates = town.rates
    once = np.flatnonzero(town.registered)
    twice = once[rng.random(len(once)) < rates.register_duplicate]
    who = np.concatenate([once, twice])
    again = np.arange(len(who)) >= len(once)
    flat = _listed_flats(rng, town, who, again)
    ids = write_ids(rng, town, who, rates.register_id)
    ids[again & (rng.random(len(who)) < 0.25)] = ""
    names = write_names(rng, town, who, rates.register_name)
    names[again] = write_names(rng, town, who[again], SECOND_ENTRY)
    birth = town.birth[who].copy()
    wrong = rng.random(len(who)) < rates.register_birth_wrong
    birth[wrong] += rng.choice([-365, 366, 30, -31, 1, 10, 9], int(wrong.sum()))
    male = town.male[who] ^ (rng.random(len(who)) < rates.register_sex_wrong)
    places = town.places
    kind = places.kind[places.compound[flat]]
    # each community types dates its own way
    style = rng.choice(5, len(HOODS) + 1, p=[0.55, 0.15, 0.15, 0.1, 0.05])[places.hood[places.compound[flat]]]
    phones = write_phones(rng, town, who, rates.register_phone)
    written = styled(rng, len(who), full=0.86, plain=0.07, numbered=0.04, compound_building=0.03)
    frame = pl.DataFrame(
        {
            "社区": np.array(HOODS)[places.hood[places.compound[flat]]],
            "户籍人口姓名": column(names),
            "性别": np.where(male, "男", "女"),
            "公民身份号码": column(ids),
            "出生日期": dates(birth, style),
            "联系电话": column(phones),
            "现住址": write_address(rng, places, flat, written, compound_names(rng, places, flat, 0.002)),
            "人员类别": np.where(rng.random(len(who)) < 0.02, "", np.where(kind == 3, "村民", "居民")),
            "person": who,
            "order": _by_address(places, flat) + again,
        }
    )
    return frame.sort("order", maintain_order=True).drop("order").with_row_index("序号", offset=1)


def _listed_flats(rng: np.random.Generator, town: Town, who: Ints, again: Bools) -> Ints:
    """The dwelling a register row names; second entries: the right one more often, or quite another."""
    flat = np.where(again & (rng.random(len(who)) < 0.4), town.dwelling[who], town.registered_dwelling[who])
    moved = again & (rng.random(len(who)) < 0.15)
    flat[moved] = rng.choice(town.dwelling, int(moved.sum()))
    return flat


def _by_address(places: Places, flat: Ints) -> Ints:
    """A number that sorts dwellings by compound, building, unit and room."""
    inside = places.building[flat] * 10**6 + places.unit[flat] * 10**5 + places.room[flat] * 10
    return places.compound[flat] * 10**9 + inside


def carrier(rng: np.random.Generator, town: Town, people: int) -> pl.DataFrame:
    """One row per number; `person` is who uses it, the name and the masked ID are the registrant's."""
    rates = town.rates
    users = np.concatenate([np.flatnonzero(town.has_phone), np.flatnonzero(town.has_second)])
    other_number = np.arange(len(users)) >= int(town.has_phone.sum())
    chance = np.where(town.former[users], 0.3, np.where(town.outsider[users], 0.25, 1.0))
    chance *= rates.carrier_rows * people / chance.sum()
    chosen = rng.random(len(users)) < chance
    who, other_number = users[chosen], other_number[chosen]
    digits = np.where(other_number[:, None], town.second[who], town.phone[who])
    n = len(who)
    how, registrant = _registrants(rng, town, who)
    names = _registered_names(rng, town, how, registrant)
    home = town.places.compound[town.dwelling[who]]
    home = np.where(rng.random(n) < rates.cell_wrong, rng.integers(0, len(town.places.name), n), home)
    hood = np.strings.add(np.array(HOODS)[town.places.hood[home]], "社区")
    frame = pl.DataFrame(
        {
            "手机号码": as_text(digits),
            "机主姓名": column(names),
            "证件号": column(mask_ids(rng, town, registrant)),
            "入网日期": dates(np.int64(18_300) - (rng.gamma(1.5, 900, n)).astype(np.int64), np.full(n, 2)),
            "常驻基站区域": np.where(rng.random(n) < 0.72, town.places.name[home], hood),
            "person": who,
        }
    )
    return frame.sample(fraction=1.0, shuffle=True, seed=int(rng.integers(1 << 31)))


def _registrants(rng: np.random.Generator, town: Town, who: Ints) -> tuple[Ints, Ints]:
    """How each number is registered (SELF … NOBODY) and on which person (-1: on none)."""
    rates, n, age = town.rates, len(who), town.age[who]
    other = rng.random(n) < np.select(
        [age < 16, age >= 75, age >= 65], [1.0, 0.45, 0.25], rates.registrant_other
    )
    how = np.where(other, rng.choice(4, n, p=np.array(rates.registrant_mix)), SELF)
    how = np.where((age < 16), FAMILY, how)
    no_family = (how == FAMILY) & (town.kin[who] < 0)
    how = np.where(no_family, rng.choice([FORMER, COMPANY, NOBODY], n, p=[0.25, 0.5, 0.25]), how)
    before = rng.integers(0, len(town.male), n)
    return how, np.select([how == SELF, how == FAMILY, how == FORMER], [who, town.kin[who], before], -1)


def _registered_names(rng: np.random.Generator, town: Town, how: Ints, registrant: Ints) -> Texts:
    n = len(how)
    names = write_names(
        rng, town, np.maximum(registrant, 0), NameRates(0.001, traditional=0.001, rare_lost=0.3)
    )
    for row in np.flatnonzero(rng.random(n) < town.rates.carrier_masked_name).tolist():
        name = str(names[row])
        names[row] = f"{name[0]}*{name[-1]}" if len(name) > 2 else f"{name[0]}*"
    companies = np.array(COMPANIES)[rng.integers(0, len(COMPANIES), n)]
    return np.select([how == COMPANY, how == NOBODY], [companies, ""], names)


def transport(rng: np.random.Generator, town: Town, people: int) -> pl.DataFrame:
    """Journeys by train and plane, by date; families travel together, most of them out and back."""
    rates = town.rates
    homes = int(town.household[-1]) + 1
    goes = rng.random(homes) < town.chance(rates.transport_rows * 0.75, rates.returned_transport)
    along = goes[town.household] & (rng.random(len(town.male)) < np.where(town.slot == 0, 0.9, 0.62))
    along &= ~town.former | (rng.random(len(along)) < 0.3)
    out = np.flatnonzero(along)
    alone = np.isin(town.kind[out], ALONE)
    more = max(0.0, rates.transport_rows * people / max(len(out), 1) - 1)
    back = out[rng.random(len(out)) < min(0.98, more)]
    who = np.concatenate([out, back])
    n = len(who)
    trip = np.where(np.isin(who, out[alone]), who, town.household[who]) * 2 + (np.arange(n) >= len(out))
    train, origin, day = _trips(rng, trip)
    coach, bench = (trip * 7919 % 16 + 1).tolist(), (trip * 104729 % 17 + 1).tolist()
    letters = rng.choice(list("ABCDF"), n).tolist()
    seat = np.array([f"{c:02d}车{s:02d}{x}号" for c, s, x in zip(coach, bench, letters, strict=True)])
    flight = np.isin(train.astype("U2"), AIRLINES)
    frame = pl.DataFrame(
        {
            "旅客姓名": column(write_names(rng, town, who, rates.transport_name)),
            "证件号码": column(write_ids(rng, town, who, rates.transport_id)),
            "车次/航班": train,
            "乘车日期": dates(day, rng.choice([0, 2], n, p=[0.9, 0.1])),
            "始发地": origin,
            "座位": np.where(flight, "", seat),
            "联系方式": column(write_phones(rng, town, who, rates.transport_phone)),
            "person": who,
            "day": day,
            "trip": trip,
        }
    ).sort("day", "trip", maintain_order=True).drop("day", "trip")  # fmt: skip
    return frame.with_columns(
        _ruined(rng, frame["证件号码"], rates.transport_scientific, rates.transport_zeroed)
    )


def _trips(rng: np.random.Generator, trip: Ints) -> tuple[Texts, Texts, Ints]:
    """Train or flight, where from, and day of each trip number."""
    distinct, at = np.unique(trip, return_inverse=True)
    n = len(distinct)
    rails = rng.choice(["G", "D", "K", "T", "Z"], 220, p=[0.5, 0.2, 0.2, 0.05, 0.05])
    numbers = rng.integers(2, 3000, 220).astype("U4")
    lines = rng.choice(AIRLINES, 50)
    flights = rng.integers(1000, 9000, 50).astype("U4")
    trains = np.concatenate([np.strings.add(rails, numbers), np.strings.add(lines, flights)])
    towns = np.array(ORIGINS)
    train = rng.integers(0, len(trains), n)
    day = EPOCH_DAY - 45 + np.minimum((rng.gamma(2.5, 9, n)).astype(np.int64), 45)
    return trains[train[at]], towns[(train * 31 % len(towns))[at]], day[at]


def _ruined(rng: np.random.Generator, ids: pl.Series, scientific: float, zeroed: float) -> pl.Series:
    """Blocks of ID numbers that went through a spreadsheet as numbers."""
    values = ids.to_list()
    size = max(20, len(values) // 400)
    for share, form in ((scientific, 0), (zeroed, 1)):
        blocks = max(1, round(share * len(values) / size))
        for start in rng.integers(0, max(1, len(values) - size), blocks).tolist():
            for row in range(start, min(start + size, len(values))):
                v = values[row]
                if v and len(v) == 18 and v.isascii() and v.isdigit():
                    values[row] = f"{int(v):.5E}" if form == 0 else v[:15] + "000"
    return pl.Series(ids.name, values, dtype=pl.String)
