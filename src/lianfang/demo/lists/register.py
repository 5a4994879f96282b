"""List 1: the resident register 底册, complete but for those who came lately, and with those who left."""

import numpy as np
import polars as pl

from lianfang.demo.addresses import places_of
from lianfang.demo.households import Kind
from lianfang.demo.lists.sheet import (
    Book,
    Sheet,
    dates,
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

FILE = "1_居民底册.csv"


def make(world: World) -> Book:
    """CSV in UTF-8 with BOM, sorted by address."""
    rng = stream(world.seed, "register")
    person, dwelling = _entries(rng, world)
    places, _ = places_of(rng, world.land, dwelling, rates_of("register", "address"))
    address = places.frame
    household = pl.Series(world.bones.household[person] + 100_001).cast(pl.String)
    ids, _ = written_ids(rng, world, person, "register")
    frame = pl.DataFrame(
        {
            "社区": address["community_name"],
            "网格": address["grid"],
            "小区": address["official"],
            "楼栋": address["building"],
            "单元": address["unit"],
            "室": address["room"],
            "户号": household,
            "姓名": written_names(rng, world, person, "register"),
            "性别": sexes(rng, world, person, "register"),
            "身份证号": ids,
            "出生日期": _births(rng, world, person),
            "电话": written_phones(rng, world, person, "register"),
            "与户主关系": relations(world, person),
        }
    )
    return Book(FILE, (Sheet("", frame, person),), encoding="utf-8-sig")


def _entries(rng: np.random.Generator, world: World) -> tuple[Ints, Ints]:
    """People on the register with the dwelling each entry names, in order of address."""
    rates = table("errors")["register"]
    bones = world.bones
    here = (world.kind == Kind.RESIDENT) & ~_missing(rng, world, rates)
    stays = chance(rng, rates["departed"], len(bones.start))[bones.household]
    here |= (world.kind == Kind.DEPARTED) & stays
    person = np.flatnonzero(here)
    late = chance(rng, rates["old_home"], len(bones.start))[bones.household]
    dwelling = np.where((world.old_dwelling >= 0) & late, world.old_dwelling, world.dwelling)[person]
    again = repeat_some(rng, np.arange(len(person)), rates["duplicate"])[len(person) :]
    twice = chance(rng, rates["second_home"], len(bones.start))[bones.household]
    other = person[(world.second_dwelling[person] >= 0) & twice[person]]
    person, dwelling = (
        np.concatenate([person, person[again], other]),
        np.concatenate([dwelling, dwelling[again], world.second_dwelling[other]]),
    )
    order = np.lexsort((person, dwelling))
    return person[order], dwelling[order]


def _missing(rng: np.random.Generator, world: World, rates: dict[str, float]) -> Bools:
    """Whole households that came lately, above all tenants who followed others, and single people."""
    bones = world.bones
    successor = np.isin(world.dwelling[bones.start], world.dwelling[world.kind == Kind.DEPARTED])
    factor = np.where(successor, rates["missing_successor"], rates["missing_tenant"])
    factor = np.where(bones.tenant, factor, rates["missing_owner"])
    household = rng.random(len(bones.start)) < rates["missing"] * factor
    return household[bones.household] | chance(rng, rates["missing"] * rates["missing_single"], world.size)


def _births(rng: np.random.Generator, world: World, person: Ints) -> pl.Series:
    falls = outcomes(rng, rates_of("register", "birth"), len(person))
    birth = world.birth[person].copy()
    wrong = falls["wrong"]
    birth[wrong] += rng.choice(np.array([-3652, -365, 1, 9, 30, 366]), len(wrong))
    return put(dates(birth, "%Y-%m-%d"), falls["blank"], None)
