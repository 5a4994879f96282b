"""List 4: the books kept by hand at the gates: what a guard hears through a mask at seven in the morning."""

import numpy as np
import polars as pl

from lianfang.demo.addresses import SHORT, elsewhere, half_addresses, places_of, write_addresses
from lianfang.demo.households import Kind
from lianfang.demo.lists.sheet import (
    Book,
    Sheet,
    dates,
    temperatures,
    written_ids,
    written_names,
    written_phones,
)
from lianfang.demo.noise import phone_styles, put, rates_of
from lianfang.demo.tables import Ints, chance, stream, table
from lianfang.demo.world import NO_HOME, World

XLSX = "4_卡口登记簿.xlsx"
CSV = "4_卡口登记簿.csv"
LARGEST_WORKBOOK = 200_000  # rows; larger books come as CSV from the scanning company
_DAY_STYLES = ("%Y-%m-%d", "%Y/%-m/%-d", "%-m月%-d日", "%Y.%-m.%-d", "%Y年%-m月%-d日")


def make(world: World) -> Book:
    """One sheet a gate, or one CSV file where there are too many rows for a workbook."""
    rng = stream(world.seed, "gate")
    person = _passers(rng, world)
    text = _written_once_or_anew(rng, _entries(rng, world, person), person)
    gates, gate = _gates(rng, world, person)
    day = np.datetime64(world.day).astype(np.int64) - rng.integers(0, 7, len(person))
    minute = rng.triangular(330, 560, 1380, len(person)).astype(np.int64)
    order = np.lexsort((minute, day, gate))
    person, gate, day, minute, text = person[order], gate[order], day[order], minute[order], text[order]
    if len(person) > LARGEST_WORKBOOK:
        frame = text.insert_column(0, pl.Series("卡口", gates).gather(gate))
        frame = frame.insert_column(1, dates(day, "%Y-%m-%d").alias("日期"))
        frame = frame.insert_column(2, _clock(minute, 0).alias("时间"))
        return Book(CSV, (Sheet("", frame, person),), encoding="utf-8-sig")
    edges = np.searchsorted(gate, np.arange(len(gates) + 1))
    sheets = []
    for number, name in enumerate(gates):
        rows = slice(int(edges[number]), int(edges[number + 1]))
        if rows.stop == rows.start:
            continue
        part = text[rows]
        part = part.insert_column(0, dates(day[rows], _DAY_STYLES[number % 5]).alias("日期"))
        part = part.insert_column(1, _clock(minute[rows], number % 3).alias("时间"))
        sheets.append(
            Sheet(name, part, person[rows], titles=(f"{name}出入登记簿",), notes=("值守人员签字:",))
        )
    return Book(XLSX, tuple(sheets))


def _passers(rng: np.random.Generator, world: World) -> Ints:
    """People in the order of the books' persons; each as often as he passed."""
    rates = table("errors")
    residents = int((world.kind == Kind.RESIDENT).sum())
    count = round(residents * rates["volume"]["gate"])
    outside = round(count * rates["gate"]["visitors"])
    parts = []
    for kind, rows in ((Kind.RESIDENT, count - outside), (Kind.VISITOR, outside)):
        pool = rng.permutation(np.flatnonzero((world.kind == kind) & (world.bones.age > 6)))
        times = rng.geometric(1 / rates["gate"]["crossings"], len(pool))
        parts.append(np.repeat(pool, times)[:rows])
    return np.concatenate(parts)


def _entries(rng: np.random.Generator, world: World, person: Ints) -> pl.DataFrame:
    n = len(person)
    rates = table("errors")["gate"]
    places, falls = places_of(rng, world.land, world.dwelling[person], rates_of("gate", "address"))
    address = write_addresses(rng, places, SHORT)
    half = falls["half"]
    address = put(address, half, half_addresses(places).gather(half))
    address = put(address, falls["compound_only"], places.frame["compound"].gather(falls["compound_only"]))
    address = put(address, falls["blank"], None)
    away = world.dwelling[person] == NO_HOME
    address = put(address, away, elsewhere(rng, int(away.sum())))
    ids, _ = written_ids(rng, world, person, "gate")
    ids = put(ids, ~chance(rng, rates["id"]["present"], n), None)
    cities = pl.Series(table("places")["cities"].split())
    came = pl.Series(rng.integers(0, len(cities), n))
    origin = put(cities.gather(came), chance(rng, 0.88, n), None)
    return pl.DataFrame(
        {
            "姓名": written_names(rng, world, person, "gate"),
            "联系方式": phone_styles(rng, written_phones(rng, world, person, "gate")),
            "住址": address,
            "体温": temperatures(rng, n),
            "从何处来": origin,
            "身份证号": ids,
            "备注": put(pl.Series([None] * n, dtype=pl.String), away & chance(rng, 0.5, n), "访客"),
        }
    )


def _written_once_or_anew(rng: np.random.Generator, text: pl.DataFrame, person: Ints) -> pl.DataFrame:
    """Often the same guard writes the same person in the same way."""
    own = np.arange(len(person))
    new = np.concatenate([[True], person[1:] != person[:-1]]) if len(person) else np.zeros(0, dtype=bool)
    first = np.maximum.accumulate(np.where(new, own, 0))
    same = chance(rng, table("errors")["gate"]["same_hand"], len(person))
    source = np.where(same, first, own)
    copied = text.select("姓名", "联系方式", "住址", "身份证号", "备注")[source]
    return text.with_columns(copied)


def _gates(rng: np.random.Generator, world: World, person: Ints) -> tuple[list[str], Ints]:
    """Names of all gates, and the gate of each row: one of the person's compound, anywhere for visitors."""
    compounds = world.land.compounds
    names = [f"{c['name']}{g}" for c in compounds.iter_rows(named=True) for g in c["gates"]]
    count = compounds["gates"].list.len().to_numpy().astype(np.int64)
    start = np.cumsum(count) - count
    home = world.land.dwellings["compound"].to_numpy()[np.maximum(world.dwelling[person], 0)]
    home = np.where(world.dwelling[person] < 0, rng.integers(0, compounds.height, len(person)), home)
    choice = (rng.random(len(person)) ** 2 * count[home]).astype(np.int64)
    return names, start[home] + choice


def _clock(minute: Ints, style: int) -> pl.Series:
    hour = pl.Series(minute // 60).cast(pl.String)
    rest = pl.Series(minute % 60).cast(pl.String)
    if style == 1:
        return hour + "点" + rest + "分"
    if style == 2:
        return hour + "." + rest.str.zfill(2)
    return hour.str.zfill(2) + ":" + rest.str.zfill(2)
