"""List 3: what the police and the railway send: who came by which train or flight, when, in which
carriage."""

import numpy as np
import polars as pl

from lianfang.demo.households import Kind
from lianfang.demo.lists.sheet import (
    Book,
    Sheet,
    dates,
    repeat_some,
    written_ids,
    written_names,
    written_phones,
)
from lianfang.demo.noise import put
from lianfang.demo.tables import Ints, chance, draw, falling, stream, table
from lianfang.demo.world import World

FILE = "3_交通公安推送名单.xlsx"


def make(world: World) -> Book:
    """A workbook with two title lines, ID numbers partly turned into numbers, and a sheet of explanations."""
    rng = stream(world.seed, "transport")
    person = _travellers(rng, world)
    ids, falls = written_ids(rng, world, person, "transport")
    digits = ids.str.contains("^[0-9]{18}$").fill_null(False).to_numpy()
    as_number = falls["float"][digits[falls["float"]]]
    ruined = falls["scientific"][digits[falls["scientific"]]]
    ids = put(ids, ruined, pl.Series([f"{float(v):.5E}" for v in ids.gather(ruined)], dtype=pl.String))
    phone = written_phones(rng, world, person, "transport")
    phone = put(phone, ~chance(rng, table("errors")["transport"]["phone"]["given"], len(person)), None)
    trip = _trips(rng, world, len(person))
    frame = pl.DataFrame(
        {
            "序号": pl.Series(np.arange(1, len(person) + 1)).cast(pl.String),
            "旅客姓名": written_names(rng, world, person, "transport"),
            "证件号码": ids,
            "车次/航班": trip["vehicle"],
            "乘车日期": trip["date"],
            "车厢/座位": trip["seat"],
            "出发地": trip["origin"],
            "联系电话": phone,
        }
    )
    every = np.arange(len(person))
    day = world.day
    sheet = Sheet(
        "名单",
        frame,
        person,
        titles=(
            f"重点地区来返人员推送名单({day.month}月{day.day}日)",
            "来源:公安、铁路、民航 此表涉及个人信息,请勿外传",
        ),
        notes=(f"共{len(person)}条",),
        dates=("乘车日期",),
        numbers={"序号": every, "证件号码": as_number},
    )
    return Book(FILE, (sheet,), extra=(("说明", ("一、请于当日完成核查。", "二、核查结果报数据管理中心。")),))


def _travellers(rng: np.random.Generator, world: World) -> Ints:
    rates = table("errors")
    residents = int((world.kind == Kind.RESIDENT).sum())
    count = round(residents * rates["volume"]["transport"])
    outside = round(count * rates["transport"]["visitors"])
    tenants = world.bones.tenant[world.bones.household]
    able = (world.kind == Kind.RESIDENT) & (world.bones.age > 3) & (tenants | chance(rng, 0.5, world.size))
    pool = rng.permutation(np.flatnonzero(able))
    guests = rng.permutation(np.flatnonzero(world.kind == Kind.VISITOR))[:outside]
    once = pool[: int((count - len(guests)) / (1 + rates["transport"]["again"]))]
    return rng.permutation(np.concatenate([repeat_some(rng, once, rates["transport"]["again"]), guests]))


def _trips(rng: np.random.Generator, world: World, n: int) -> pl.DataFrame:
    """Vehicles with their day and origin, shared by many; the seat in one of the usual ways."""
    pool = max(12, n // 14)
    flight = chance(rng, 0.18, pool)
    letter = np.array(["G", "G", "D", "D", "K", "Z", "T"])[rng.integers(0, 7, pool)]
    line = np.array(["CA", "MU", "CZ", "HU", "MF", "3U", "ZH"])[rng.integers(0, 7, pool)]
    number = rng.integers(100, 9999, pool)
    names = pl.Series(np.char.add(np.where(flight, line, letter), number.astype(str)).tolist())
    cities = pl.Series(table("places")["cities"].split())
    origin = draw(rng, falling(len(cities), 3.0), pool)
    day = (np.datetime64(world.day).astype(np.int64) - rng.integers(1, table("places")["days"], pool)).astype(
        np.int64
    )
    chosen = rng.integers(0, pool, n)
    carriage = pl.Series(rng.integers(1, 17, n)).cast(pl.String)
    seat = pl.Series(rng.integers(1, 20, n)).cast(pl.String) + pl.Series(
        np.array(["A", "B", "C", "D", "F"])[rng.integers(0, 5, n)].tolist()
    )
    style = rng.random(n)
    place = put(carriage + "车" + seat, style < 0.4, (carriage + "号车厢").filter(pl.Series(style < 0.4)))
    place = put(place, flight[chosen], seat.filter(pl.Series(flight[chosen])))
    return pl.DataFrame(
        {
            "vehicle": names.gather(chosen),
            "date": dates(day[chosen], "%Y-%m-%d"),
            "seat": put(place, style > 0.9, None),
            "origin": cities.gather(origin[chosen]),
        }
    )
