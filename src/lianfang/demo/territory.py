"""The ground: communities, grids, compounds, villages, dormitories, and every door in them."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import polars as pl

from lianfang.demo.tables import Floats, Ints, table

_FLOORS = (6, 7, 11, 18, 26, 33)
_DIGITS = "零一二三四五六七八九十"


class Site(IntEnum):
    """What kind of place a dwelling stands in."""

    COMPOUND = 0
    VILLAGE = 1
    DORMITORY = 2


@dataclass(frozen=True)
class Land:
    """`dwellings`: dwelling, site, compound, building, unit, room (texts; unit null where there is none),
    community,
    grid. `compounds`: compound, site, name, official, community, community_name, gates (list of texts). Both
    are
    sorted by their index; companies are texts."""

    dwellings: pl.DataFrame
    compounds: pl.DataFrame
    companies: list[str]

    def doors(self, site: Site) -> Ints:
        """Indices of the dwellings of one kind."""
        found: Ints = (
            self.dwellings.filter(pl.col("site") == int(site))["dwelling"].to_numpy().astype(np.int64)
        )
        return found


def build_land(rng: np.random.Generator, need: dict[Site, int], residents: int) -> Land:
    """Ground with at least `need` dwellings of each kind, as many places as a subdistrict of that size
    has."""
    places = table("places")
    scale = residents / 470_000
    counts = {
        Site.COMPOUND: min(400, max(2, round(64 * scale**0.6))),
        Site.VILLAGE: min(18, max(1, round(16 * scale**0.6))),
        Site.DORMITORY: min(60, max(1, round(30 * scale**0.7))),
    }
    communities = places["communities"].split()
    communities = communities[: max(1, min(len(communities), round(25 * scale**0.5)))]
    companies = _companies(rng, max(8, min(1200, residents // 130)))
    compounds = _compounds(rng, counts, len(communities), companies)
    doors = [_doors(rng, site, compounds, count) for site, count in need.items()]
    columns = {key: np.concatenate([d[key] for d in doors]) for key in doors[0]}
    frame = pl.DataFrame(columns).join(compounds.select("compound", "community"), on="compound", how="left")
    frame = _with_grids(frame, communities, max(len(communities), round(99 * scale**0.8)))
    names = pl.Series("community_name", [f"{communities[c]}社区" for c in compounds["community"]])
    return Land(_as_text(frame), compounds.with_columns(names), companies)


def _companies(rng: np.random.Generator, count: int) -> list[str]:
    places = table("places")
    heads, trades, forms = (places[f"companies_{part}"].split() for part in ("head", "trade", "form"))
    every = [f"{h}{t}" for h in heads for t in trades]
    chosen = rng.permutation(len(every))[: min(count, len(every))]
    return [every[i] + forms[int(rng.integers(len(forms)))] for i in chosen]


def _compounds(
    rng: np.random.Generator, counts: dict[Site, int], communities: int, companies: list[str]
) -> pl.DataFrame:
    places = table("places")
    every = [h + t for h in places["compound_heads"].split() for t in places["compound_tails"].split()]
    estates = [every[i] for i in rng.permutation(len(every))[: counts[Site.COMPOUND] - 1]]
    estates = ["云滨湾", *(name for name in estates if name != "云滨湾")]
    villages = places["villages"].split()[: counts[Site.VILLAGE]]
    dormitories = [f"{name[:4]}宿舍" for name in companies[: counts[Site.DORMITORY]]]
    names = estates + villages + list(dict.fromkeys(dormitories))
    site = [Site.COMPOUND] * len(estates) + [Site.VILLAGE] * len(villages)
    site += [Site.DORMITORY] * (len(names) - len(site))
    community = np.concatenate([np.arange(communities), rng.integers(0, communities, len(names))])[
        : len(names)
    ]
    gates = places["gates"].split()
    kept = [["村口卡口"] if s == Site.VILLAGE else gates[: int(rng.integers(1, 4))] for s in site]
    return pl.DataFrame(
        {
            "compound": np.arange(len(names)),
            "site": [int(s) for s in site],
            "name": names,
            "official": [
                f"{n}小区" if s == Site.COMPOUND and len(n) <= 3 else n
                for n, s in zip(names, site, strict=True)
            ],
            "community": community,
            "gates": kept,
        }
    )


def _shares(rng: np.random.Generator, places: int, count: int) -> Ints:
    """Split `count` dwellings over places of unequal size, at least eight each."""
    weights: Floats = np.exp(0.6 * rng.standard_normal(places))
    found: Ints = np.maximum(8, np.ceil(count * weights / weights.sum())).astype(np.int64)
    return found


def _doors(rng: np.random.Generator, site: Site, compounds: pl.DataFrame, count: int) -> dict[str, Ints]:
    """Dwellings of one kind as numbers: compound, group (of a village), building, unit (0: none), room."""
    parts: list[Ints] = []
    here = compounds.filter(pl.col("site") == int(site))["compound"].to_list()
    for compound, size in zip(here, _shares(rng, len(here), count), strict=True):
        floors = int(rng.choice(_FLOORS)) if site is Site.COMPOUND else int(rng.integers(2, 6))
        across = int(rng.integers(2, 5)) if site is Site.COMPOUND else int(rng.integers(2, 4))
        units = int(rng.integers(1, 5 if floors < 20 else 3)) if site is Site.COMPOUND else 1
        if site is Site.COMPOUND and size > 1200:
            floors, across = (
                max(11, floors),
                max(3, across),
            )  # a large estate has towers, not two hundred houses
        if site is Site.DORMITORY:
            across = 14
        number = np.arange(size, dtype=np.int64)
        building, rest = np.divmod(number, floors * across * units)
        unit, rest = np.divmod(rest, floors * across)
        floor, position = np.divmod(rest, across)
        room = (floor + 1) * 100 + position + 1
        group = building % 9 + 1 if site is Site.VILLAGE else np.zeros(size, dtype=np.int64)
        house = building // 9 + 1 if site is Site.VILLAGE else building + 1
        without_unit = site is not Site.COMPOUND or (units == 1 and rng.random() < 0.6)
        unit = np.zeros(size, dtype=np.int64) if without_unit else unit + 1
        parts.append(np.stack([np.full(size, compound), group, house, unit, room], axis=1))
    table_ = np.concatenate(parts)
    keys = ("compound", "group", "house", "unit", "room")
    return {"site": np.full(len(table_), int(site))} | {key: table_[:, i] for i, key in enumerate(keys)}


def _with_grids(frame: pl.DataFrame, communities: list[str], grids: int) -> pl.DataFrame:
    """Cut each community into grids of neighbouring buildings; large communities get more of them."""
    frame = frame.sort("community", "compound", "group", "house", "unit", "room").with_columns(
        position=pl.int_range(pl.len()).over("community"), size=pl.len().over("community")
    )
    total = frame.height
    count = (pl.col("size") * grids / total).round().clip(1)
    first = pl.col("position").min().over("community", "compound", "group", "house")
    number = (first * count / pl.col("size")).floor().cast(pl.Int64) + 1
    name = pl.Series(communities).gather(frame["community"])
    return frame.with_columns(
        grid=pl.concat_str(pl.lit(name), pl.lit("第"), number.cast(pl.String), pl.lit("网格"))
    )


def _as_text(frame: pl.DataFrame) -> pl.DataFrame:
    house = pl.col("house").cast(pl.String)
    village = pl.concat_str(pl.col("group").cast(pl.String), pl.lit("组"), house, pl.lit("号"))
    return frame.select(
        dwelling=pl.int_range(pl.len()),
        site="site",
        compound="compound",
        community="community",
        grid="grid",
        building=pl.when(pl.col("group") > 0).then(village).otherwise(house),
        unit=pl.when(pl.col("unit") > 0).then(pl.col("unit").cast(pl.String)),
        room=pl.col("room").cast(pl.String),
    )


def chinese_number(number: int) -> str:
    """1 … 99 in Chinese characters, as people write a unit or a building."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def codes_of_areas(land: Land) -> dict[str, str]:
    """Name → code of every area, parents first, in the pattern of GB/T 2260; the district's code is nobody's."""
    places = table("places")
    found = {places["district"]: places["district_code"]}
    found[places["subdistrict"]] = street = f"{places['district_code']}001"
    here = land.compounds.select("community", "community_name").unique().sort("community")
    for number, name in here.iter_rows():
        found[name] = f"{street}{number + 1:03d}"
    of_grid = land.dwellings.select("community", "grid").unique(maintain_order=True)
    for community, grid in of_grid.iter_rows():
        number = int(grid.rpartition("第")[2].removesuffix("网格"))
        found[grid] = f"{street}{community + 1:03d}{number:03d}"
    return found
