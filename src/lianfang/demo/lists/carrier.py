"""List 2: a mobile carrier's list. The person meant is the one who uses the number, the name is the
registrant's."""

import numpy as np
import polars as pl

from lianfang.demo.households import Kind
from lianfang.demo.identities import Registrant, digits_of
from lianfang.demo.lists.sheet import Book, Sheet, repeat_some, written_names
from lianfang.demo.noise import digits_text, put
from lianfang.demo.tables import Ints, chance, stream, table
from lianfang.demo.world import World

FILE = "2_运营商名单.csv"


def make(world: World) -> Book:
    """CSV in GB18030, in the order of the carrier's own system: none."""
    rng = stream(world.seed, "carrier")
    rates = table("errors")["carrier"]
    phones = world.phones
    row = _numbers(rng, world, rates)
    user, how, holder = phones.user[row], phones.how[row], phones.registrant[row]
    in_name = np.where(holder >= 0, holder, user)
    names = written_names(rng, world, in_name, "carrier")
    ids = _masked(world.ids(person=in_name))
    ids = put(ids, chance(rng, rates["id"]["blank"], len(row)), None)
    company = how == Registrant.COMPANY
    firms = pl.Series(world.land.companies)
    employer = world.employer[user]
    firm = np.where(employer >= 0, employer, user % len(firms))[company]
    names = put(names, company, firms.gather(firm))
    ids = put(ids, company, _masked(_credit_codes(firm)))
    nobody = how == Registrant.NOBODY
    some = nobody & chance(rng, 0.4, len(row))
    names, ids = put(put(names, nobody, None), some, "未实名"), put(ids, nobody, None)
    frame = pl.DataFrame(
        {
            "手机号": digits_text(digits_of(phones.number[row], 11)),
            "机主姓名": names,
            "证件号码": ids,
            "常驻基站区域": _areas(rng, world, user, rates["other_area"]),
        }
    )
    return Book(FILE, (Sheet("", frame, user),), encoding="gb18030")


def _numbers(rng: np.random.Generator, world: World, rates: dict[str, float]) -> Ints:
    """Numbers seen here: those of residents, of passers-by, of a few who left."""
    phones = world.phones
    kind = world.kind[phones.user]
    residents = int((world.kind == Kind.RESIDENT).sum())
    seen = rng.permutation(len(phones.number))
    weight = np.select([kind == Kind.RESIDENT, kind == Kind.VISITOR], [1.0, 0.35], 0.03)
    seen = seen[rng.random(len(seen)) < weight[seen]]
    count = round(residents * table("errors")["volume"]["carrier"] / (1 + rates["repeated"]))
    return rng.permutation(repeat_some(rng, seen[:count], rates["repeated"]))


def _masked(ids: pl.Series) -> pl.Series:
    """The first four and last four characters of long numbers, the first and last two of short ones."""
    long = ids.str.slice(0, 4) + pl.Series(["**********"]) + ids.str.slice(-4)
    short = ids.str.slice(0, 2) + pl.Series(["*****"]) + ids.str.slice(-2)
    return pl.select(pl.when(ids.str.len_chars() >= 15).then(long).otherwise(short)).to_series()


def _credit_codes(company: Ints) -> pl.Series:
    """Something like the unified social credit code of each company."""
    return pl.Series(
        [f"91330100MA2{(c * 7919 + 1003) % 10**6:06d}X" for c in company.tolist()], dtype=pl.String
    )


def _areas(rng: np.random.Generator, world: World, user: Ints, other: float) -> pl.Series:
    compounds = world.land.compounds
    compound_of = world.land.dwellings["compound"].to_numpy()
    home = compound_of[np.maximum(world.dwelling[user], 0)]
    away = (world.dwelling[user] < 0) | chance(rng, other, len(user))
    home = np.where(away, rng.integers(0, compounds.height, len(user)), home)
    area = compounds.select(
        pl.concat_str(pl.col("community_name").str.strip_suffix("社区"), pl.lit("-"), pl.col("name"))
    ).to_series()
    sector = pl.Series(rng.integers(1, 4, len(user))).cast(pl.String)
    return area.gather(home) + sector
