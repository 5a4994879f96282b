"""The lists that people keep by hand: gate books, household visit forms, self-reports."""
# ruff: noqa: SIM905 -- tables of words read better as text than as lists of quotes

import numpy as np
import polars as pl

from outsideworld.kinship import (
    CHILD,
    CHILD2,
    DORMITORY,
    EPOCH_DAY,
    FATHER,
    HEAD,
    MOTHER,
    SHARED,
    SINGLE,
    SPOUSE,
    Bools,
    Ints,
)
from outsideworld.people import Town
from outsideworld.places import HOODS, STYLES, compound_names, write_address
from outsideworld.rates import PhoneRates
from outsideworld.registers import column, dates, styled
from outsideworld.writing import Texts, nicknames, write_ids, write_names, write_phones

GATE_STYLES = (
    "bare_room", "bare_dashes", "plain", "compound_building", "full", "building", "compound", "nothing"
)  # fmt: skip
HOMEWARD = "武汉 温州 合肥 南昌 信阳 贵阳 老家 安徽阜阳 河南商丘 江西上饶".split()


def _present(town: Town) -> Ints:
    return np.flatnonzero(~town.former & ~town.outsider)


def gate(rng: np.random.Generator, town: Town, people: int) -> pl.DataFrame:
    """Crossings by the hour; the same people come back, and often the guard copies yesterday's line."""
    who = _crossings(rng, town, people)
    names, phones = _gate_names_and_phones(rng, town, who)
    address = _gate_addresses(rng, town, who)
    n = len(who)
    day = EPOCH_DAY - rng.integers(0, 12, n)
    morning, evening = rng.random(n) < 0.5, rng.normal(1050, 130, n)
    minute = np.clip(np.where(morning, rng.normal(540, 110, n), evening), 300, 1430).astype(np.int64)
    heat = np.round(rng.normal(36.4, 0.22, n), 1).astype("U5")
    visitors = rng.choice(["送快递", "维修", "访客", "外卖", ""], n)
    residents = rng.choice(["", "买菜", "上班", "返杭"], n, p=[0.8, 0.1, 0.07, 0.03])
    frame = pl.DataFrame(
        {
            "日期": dates(day, np.where(rng.random(n) < 0.8, 3, 0)),
            "时间": [f"{m // 60}:{m % 60:02d}" for m in minute.tolist()],
            "姓名": column(names),
            "所在楼栋": address,
            "手机": column(phones),
            "体温": np.where(rng.random(n) < 0.05, "正常", heat),
            "备注": np.where(town.outsider[who], visitors, residents),
            "person": who,
            "order": day * 1440 + minute,
        }
    )
    return frame.sort("order", maintain_order=True).drop("order")


def _crossings(rng: np.random.Generator, town: Town, people: int) -> Ints:
    """The person of each crossing, ascending."""
    here = np.flatnonzero(~town.former & (town.age >= 5))
    goers = here[rng.random(len(here)) < np.where(town.outsider[here], 0.8, 0.21)]
    times = np.minimum(rng.geometric(0.42, len(goers)), 12)
    target = round(town.rates.gate_rows * people)
    who = np.repeat(goers, times)
    if len(who) > target:
        return np.sort(rng.permutation(who)[:target])
    return np.sort(np.concatenate([who, rng.choice(goers, target - len(who))]))


def _gate_names_and_phones(rng: np.random.Generator, town: Town, who: Ints) -> tuple[Texts, Texts]:
    rates, n = town.rates, len(who)
    # one drawing per person that sticks, one per crossing
    first = np.concatenate([[0], np.flatnonzero(np.diff(who)) + 1])
    group = np.cumsum(np.concatenate([[0], np.diff(who) > 0]))
    sticks = (rng.random(n) < rates.gate_sticks) & (np.arange(n) != first[group])
    inclined = rng.beta(0.6, 0.6 / rates.gate_nickname - 0.6, len(first))[group]
    nick = rng.random(n) < inclined
    names = np.where(nick, nicknames(rng, town, who), write_names(rng, town, who, rates.gate_name))
    married = town.husband[who]
    after_him = (married >= 0) & (rng.random(n) < rates.gate_husband)
    names = np.where(after_him, write_names(rng, town, np.maximum(married, 0), rates.gate_name), names)
    phones = write_phones(rng, town, who, rates.gate_phone)
    yesterday = first[group]
    return np.where(sticks, names[yesterday], names), np.where(sticks, phones[yesterday], phones)


def _gate_addresses(rng: np.random.Generator, town: Town, who: Ints) -> pl.Series:
    rates, n = town.rates, len(who)
    home = town.dwelling[who].copy()
    visiting = town.outsider[who]
    home[visiting] = rng.choice(town.dwelling[_present(town)], int(visiting.sum()))
    wrong = np.flatnonzero(rng.random(n) < rates.gate_room_wrong)
    home[wrong] = rng.choice(town.dwelling, len(wrong))
    style = styled(rng, n, **dict(zip(GATE_STYLES, rates.gate_address, strict=True)))
    style = np.where(visiting & (rng.random(n) < 0.7), STYLES.index("compound"), style)
    names = compound_names(rng, town.places, home, rates.compound_misspelt, 0.5)
    return write_address(rng, town.places, home, style, names)


def _relation(town: Town, who: Ints) -> Texts:
    slot, kind, male = town.slot[who], town.kind[who], town.male[who]
    spouse, child = np.where(male, "丈夫", "妻子"), np.where(male, "儿子", "女儿")
    return np.select(
        [
            kind == DORMITORY, (kind == SHARED) & (slot == HEAD), kind == SHARED, kind == SINGLE,
            slot == HEAD, slot == SPOUSE, (slot == CHILD) | (slot == CHILD2), slot == FATHER, slot == MOTHER,
        ],
        [*(np.full(len(who), w) for w in ("工友", "租户", "合租", "本人", "户主")), spouse, child,
         np.full(len(who), "父亲"), np.full(len(who), "母亲")],
        "其他",
    )  # fmt: skip


def visits(rng: np.random.Generator, town: Town, people: int) -> pl.DataFrame:
    """Household visit forms; number and address on the first row only; `person` null where nobody opened."""
    rates = town.rates
    homes = int(town.household[-1]) + 1
    seen = rng.random(homes) < town.chance(
        rates.visit_rows / (0.94 * (1 + rates.visit_again) * 0.94), rates.returned_visit
    )
    again = seen & (rng.random(homes) < rates.visit_again)
    here = _present(town)
    first, second = here[seen[town.household[here]]], here[again[town.household[here]]]
    who = np.concatenate([first, second])
    call = np.concatenate([town.household[first], town.household[second] + homes])
    # now and then the form lists the household in another order, but the one who opened stands first
    order = np.lexsort((town.slot[who], call))
    who, call = who[order], call[order]
    partial = (rng.random(2 * homes) < rates.visit_partial)[call]
    top = np.concatenate([[True], np.diff(call) != 0])
    keep = top | ~partial
    who, call, top = who[keep], call[keep], top[keep]
    refused = (rng.random(2 * homes) < rates.visit_refused)[call] & top
    nobody = (rng.random(2 * homes) < rates.visit_no_answer)[call] & top
    shut = (refused | nobody)[np.maximum.accumulate(np.where(top, np.arange(len(who)), 0))]
    keep = top | ~shut
    who, call, top, refused, nobody = who[keep], call[keep], top[keep], refused[keep], nobody[keep]
    return _visit_frame(rng, town, who, call, top, refused & ~nobody, nobody)


def _visit_frame(
    rng: np.random.Generator, town: Town, who: Ints, call: Ints, top: Bools, refused: Bools, nobody: Bools
) -> pl.DataFrame:
    rates, n, places = town.rates, len(who), town.places
    names = write_names(rng, town, who, rates.visit_name)
    names = np.where(refused, np.strings.add(names.astype("U1"), "某"), np.where(nobody, "", names))
    ids = np.where(refused | nobody, "", write_ids(rng, town, who, rates.visit_id))
    own = PhoneRates(0.0, 0.03, 0.02, rates.visit_phone_digit)
    phones = write_phones(rng, town, who, own)
    rated = np.where(top, rates.visit_phone_head, rates.visit_phone_member)
    phones = np.where((rng.random(n) < rated) & ~nobody, phones, "")
    ages = np.where(refused | nobody, "", _written_ages(rng, town, who, call))
    flat = town.dwelling[who]
    style = styled(rng, int(call.max()) + 1, full=0.5, plain=0.2, numbered=0.15, no_unit=0.1, gate=0.05)[call]
    address = write_address(rng, places, flat, style, compound_names(rng, places, flat, 0.01, 0.3))
    homes = int(town.household[-1]) + 1
    hood = np.array(HOODS)[places.hood[places.compound[flat]]]
    number = np.array([f"{h}-{c % homes + 1:06d}" for h, c in zip(hood.tolist(), call.tolist(), strict=True)])
    sexes = np.where((rng.random(n) < 0.03) | nobody, "", np.where(town.male[who], "男", "女"))
    frame = pl.DataFrame(
        {
            "户编号": column(np.where(top, number, "")),
            "门牌号": address.set(pl.Series(~top), None),
            "姓名": column(names),
            "与户主关系": column(np.where(refused | nobody, "", _relation(town, who))),
            "性别": column(sexes),
            "年龄": column(ages),
            "身份证号": column(ids),
            "联系电话": column(phones),
            "走访情况": column(np.where(nobody, "敲门无人", np.where(refused, "拒绝登记", ""))),
            "person": pl.Series(who).set(pl.Series(nobody), None),
            "order": places.compound[flat] * 10**7 + call,
        }
    )
    return frame.sort("order", maintain_order=True).drop("order")


def _written_ages(rng: np.random.Generator, town: Town, who: Ints, call: Ints) -> Texts:
    """Ages, now and then nominal; some interviewers ask for the year of birth instead."""
    n = len(who)
    off = rng.random(n) < town.rates.visit_age_off
    age = town.age[who] + np.where(off, rng.integers(1, 3, n), 0)
    year = town.birth[who].astype("datetime64[D]").astype("datetime64[Y]").astype("U4")
    by_year = (rng.random(int(call.max()) + 1) < 0.2)[call]
    ages = np.where(by_year, np.strings.add(year, "年"), age.astype("U4"))
    return np.where(rng.random(n) < 0.04, "", ages)


def self_reports(rng: np.random.Generator, town: Town, people: int) -> pl.DataFrame:
    """What residents send in themselves, by time; parents report their children with their own phone."""
    rates = town.rates
    who = _reporters(rng, town, people)
    n = len(who)
    home = town.dwelling[who]
    style = styled(
        rng, n, full=0.26, plain=0.14, numbered=0.1, chinese=0.07, prefixed=0.1, traditional=0.02,
        no_unit=0.1, hash=0.04, fullwidth=0.02, gate=0.05, bare_dashes=0.04, compound_building=0.04,
        compound=0.02,
    )  # fmt: skip
    minute = np.sort(rng.integers(0, 20 * 1440, n))
    minute = minute[rng.permutation(n)]
    stamp = dates(EPOCH_DAY - 19 + minute // 1440, np.zeros(n, np.int64))
    clock = np.array([f" {m % 1440 // 60:02d}:{m % 60:02d}" for m in minute.tolist()])
    went = rng.random(n) < 0.35
    from_where = np.array(HOMEWARD)[rng.integers(0, len(HOMEWARD), n)]
    trip = np.strings.add(from_where, rng.choice(["自驾返杭", "乘高铁返杭", "坐大巴回来", "飞机返杭"], n))
    known_as = compound_names(rng, town.places, home, 0.01, 0.4)
    frame = pl.DataFrame(
        {
            "提交时间": np.strings.add(stamp, clock),
            "您的姓名": column(write_names(rng, town, who, rates.self_name)),
            "证件号": column(write_ids(rng, town, who, rates.self_id)),
            "联系方式": column(write_phones(rng, town, who, rates.self_phone)),
            "居住地址": write_address(rng, town.places, home, style, known_as),
            "近14天行程": np.where(went, trip, "无"),
            "person": who,
            "order": minute,
        }
    )
    return frame.sort("order", maintain_order=True).drop("order")


def _reporters(rng: np.random.Generator, town: Town, people: int) -> Ints:
    """The person whom each report is about."""
    rates = town.rates
    here = _present(town)
    adult = here[(town.age[here] >= 16) & (town.age[here] < 78)]
    children = here[np.isin(town.slot[here], (CHILD, CHILD2)) & (town.age[here] < 16) & (town.kin[here] >= 0)]
    target = rates.self_rows * people / (1 + rates.self_twice)
    share = min(0.95, target / (len(adult) + rates.self_children * len(children)))
    chance = town.chance(share, rates.returned_self)[town.household]
    reporting = adult[rng.random(len(adult)) < chance[adult]]
    along = children[rng.random(len(children)) < rates.self_children * chance[children]]
    once = np.concatenate([reporting, along])
    twice = once[rng.random(len(once)) < rates.self_twice]
    return np.concatenate([once, twice])
