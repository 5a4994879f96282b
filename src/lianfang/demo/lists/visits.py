"""List 5: household visit forms. Number and address of a household stand on its first row only."""

import numpy as np
import polars as pl

from lianfang.demo.addresses import FREE, places_of, write_addresses
from lianfang.demo.households import Kind, Role
from lianfang.demo.lists.sheet import (
    Book,
    Sheet,
    relations,
    repeat_some,
    sexes,
    written_ids,
    written_names,
    written_phones,
)
from lianfang.demo.noise import outcomes, put, rates_of
from lianfang.demo.tables import Bools, Ints, chance, stream, table
from lianfang.demo.world import World

FILE = "5_入户走访登记表.xlsx"
LARGEST_MERGED = 20_000  # rows; larger workbooks come from a programme that merges no cells


def make(world: World) -> Book:
    """One sheet a community, households in the order of their doors."""
    rng = stream(world.seed, "visits")
    person, visit = _visited(rng, world)
    first = np.concatenate([[True], visit[1:] != visit[:-1]])
    places, _ = places_of(rng, world.land, world.dwelling[person], rates_of("visits", "address"))
    address = put(write_addresses(rng, places, FREE), ~first, None)
    ids, _ = written_ids(rng, world, person, "visits")
    away = chance(rng, 0.07, len(person))
    cities = pl.Series(table("places")["cities"].split())
    frame = pl.DataFrame(
        {
            "户编号": pl.Series([None] * len(person), dtype=pl.String),
            "居住地址": address,
            "姓名": written_names(rng, world, person, "visits"),
            "与户主关系": relations(world, person),
            "性别": sexes(rng, world, person, "visits"),
            "年龄": _ages(rng, world, person),
            "身份证号": ids,
            "联系电话": written_phones(rng, world, person, "visits"),
            "从何地返回": put(cities.gather(rng.integers(0, len(cities), len(person))), ~away, None),
            "备注": put(
                pl.Series([None] * len(person), dtype=pl.String), chance(rng, 0.01, len(person)), "无异常"
            ),
        }
    )
    return Book(FILE, _sheets(world, frame, person, first))


def _visited(rng: np.random.Generator, world: World) -> tuple[Ints, Ints]:
    """Members met at each visit, by address, and the number of the visit."""
    rates = table("errors")
    bones = world.bones
    living = np.flatnonzero(bones.kind == Kind.RESIDENT)
    size = np.bincount(bones.household, minlength=len(bones.start))
    count = round(len(world.kind[world.kind == Kind.RESIDENT]) * rates["volume"]["visits"])
    chosen = repeat_some(rng, rng.permutation(living), rates["visits"]["again"])
    chosen = rng.permutation(chosen)
    chosen = chosen[np.cumsum(size[chosen]) * (1 - rates["visits"]["absent"]) <= count]
    chosen = chosen[np.argsort(world.dwelling[bones.start[chosen]], kind="stable")]
    length = size[chosen]
    visit = np.repeat(np.arange(len(chosen)), length)
    offset = np.arange(len(visit)) - np.repeat(np.cumsum(length) - length, length)
    person = bones.start[chosen][visit] + offset
    met = ~chance(rng, rates["visits"]["absent"], len(person)) | (bones.role[person] == Role.HEAD)
    return person[met], visit[met]


def _ages(rng: np.random.Generator, world: World, person: Ints) -> pl.Series:
    falls = outcomes(rng, rates_of("visits", "age"), len(person))
    age = np.floor(world.bones.age[person]).astype(np.int64)
    age[falls["counted_from_one"]] += 1
    age[falls["off"]] = np.maximum(
        0, age[falls["off"]] + rng.choice(np.array([-2, -1, 1, 2, 10]), len(falls["off"]))
    )
    return put(pl.Series(age).cast(pl.String), falls["blank"], None)


def _sheets(world: World, frame: pl.DataFrame, person: Ints, first: Bools) -> tuple[Sheet, ...]:
    compounds = world.land.compounds
    community = compounds["community"].to_numpy()[
        world.land.dwellings["compound"].to_numpy()[world.dwelling[person]]
    ]
    names = compounds.unique("community", keep="first").sort("community")["community_name"].to_list()
    sheets = []
    for number in np.unique(community).tolist():
        rows = np.flatnonzero(community == number)
        starts, every = np.flatnonzero(first[rows]), np.arange(len(rows))
        part = frame[rows]
        numbers = pl.Series(np.arange(1, len(starts) + 1)).cast(pl.String)
        part = part.with_columns(put(part["户编号"], starts, numbers))
        ends = np.append(starts[1:], len(rows))
        spans = tuple((int(a), int(b - a)) for a, b in zip(starts, ends, strict=True) if b - a > 1)
        sheets.append(
            Sheet(
                names[number],
                part,
                person[rows],
                titles=(f"{names[number]}入户走访登记表",),
                notes=("填表人:            审核人:",),
                numbers={"户编号": starts, "年龄": every} | ({"联系电话": every} if number % 2 else {}),
                spans=spans if len(person) <= LARGEST_MERGED else (),
                merged=2,
            )
        )
    return tuple(sheets)
