"""List 6: what residents report themselves through a form on the telephone."""

import numpy as np
import polars as pl

from lianfang.demo.addresses import FREE, elsewhere, places_of, write_addresses
from lianfang.demo.households import Kind
from lianfang.demo.lists.sheet import (
    Book,
    Sheet,
    dates,
    repeat_some,
    temperatures,
    written_ids,
    written_names,
    written_phones,
)
from lianfang.demo.noise import phone_styles, put, rates_of
from lianfang.demo.tables import Ints, chance, draw, falling, stream, table
from lianfang.demo.world import World

FILE = "6_居民自主申报.csv"


def make(world: World) -> Book:
    """CSV in UTF-8 as the form tool exports it, in the order of arrival."""
    rng = stream(world.seed, "self_report")
    rates = table("errors")["self_report"]
    person = _reporters(rng, world)
    n = len(person)
    places, falls = places_of(rng, world.land, world.dwelling[person], rates_of("self_report", "address"))
    address = write_addresses(rng, places, FREE)
    address = put(address, falls["compound_only"], places.frame["official"].gather(falls["compound_only"]))
    address = put(address, falls["blank"], None)
    away = world.dwelling[person] < 0
    address = put(address, away, elsewhere(rng, int(away.sum())))
    address = _in_english(rng, world, person, places.frame, address)
    ids, _ = written_ids(rng, world, person, "self_report")
    firms = pl.Series(world.land.companies).gather(np.maximum(world.employer[person], 0))
    sent = np.datetime64(world.day, "ms") - np.sort(rng.integers(0, 10 * 1440, n))[::-1] * np.timedelta64(
        60_000, "ms"
    )
    frame = pl.DataFrame(
        {
            "提交时间": pl.Series(sent).dt.strftime("%Y-%m-%d %H:%M"),
            "您的姓名": written_names(rng, world, person, "self_report"),
            "您的手机号": phone_styles(rng, written_phones(rng, world, person, "self_report")),
            "身份证号(选填)": put(ids, ~chance(rng, rates["id"]["given"], n), None),
            "现住址(请填写到门牌号)": address,
            "工作单位": put(firms, (world.employer[person] < 0) | chance(rng, 0.4, n), None),
            **_journeys(rng, world, n, rates["journey"]),
            "今日体温": temperatures(rng, n),
            "有无发热咳嗽等症状": put(pl.Series(["无"] * n), chance(rng, 0.006, n), "有"),
        }
    )
    return Book(FILE, (Sheet("", frame, person),))


def _reporters(rng: np.random.Generator, world: World) -> Ints:
    rates = table("errors")
    residents = np.flatnonzero(world.kind == Kind.RESIDENT)
    count = round(len(residents) * rates["volume"]["self_report"])
    outside = round(count * rates["self_report"]["visitors"])
    guests = rng.permutation(np.flatnonzero(world.kind == Kind.VISITOR))[:outside]
    once = rng.permutation(residents)[: int((count - len(guests)) / (1 + rates["self_report"]["again"]))]
    return rng.permutation(np.concatenate([repeat_some(rng, once, rates["self_report"]["again"]), guests]))


def _in_english(
    rng: np.random.Generator, world: World, person: Ints, places: pl.DataFrame, address: pl.Series
) -> pl.Series:
    """Half of the people with Latin names write: Room 501, Unit 2, Building 3, 云滨湾."""
    latin = world.names(person=person).str.contains("^[A-Z]").to_numpy() & (world.dwelling[person] >= 0)
    rows = np.flatnonzero(latin & chance(rng, 0.5, len(person)))
    texts = [
        f"Room {p['room']}, {f'Unit {unit}, ' if (unit := p['unit']) else ''}"
        f"Building {p['building']}, {p['compound']}"
        for p in places[rows].iter_rows(named=True)
    ]
    return put(address, rows, pl.Series(texts, dtype=pl.String))


def _journeys(rng: np.random.Generator, world: World, n: int, rate: float) -> dict[str, pl.Series]:
    cities = pl.Series(table("places")["cities"].split())
    still = ~chance(rng, rate, n)
    origin = cities.gather(draw(rng, falling(len(cities), 4.0), n))
    letter = np.array(["G", "D", "K", "G"])[rng.integers(0, 4, n)]
    train = pl.Series(np.char.add(letter, rng.integers(100, 9999, n).astype(str)).tolist())
    train = put(train, chance(rng, 0.35, n), "自驾")
    day = np.datetime64(world.day).astype(np.int64) - rng.integers(10, table("places")["days"], n)
    back = dates(day, "%Y-%m-%d")
    odd = chance(rng, 0.3, n)
    back = put(back, odd, dates(day[odd], "%-m月%-d日"))
    answer = put(pl.Series(["是"] * n), still, "否")
    return {
        "近14天是否离开过本市": answer,
        "从何地返回": put(origin, still, None),
        "返回车次或航班": put(train, still, None),
        "返回日期": put(back, still, None),
    }
