"""Compounds, villages and dormitories, their dwellings, and the many ways to write an address."""
# ruff: noqa: SIM905 -- tables of words read better as text than as lists of quotes

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from outsideworld.characters import codes, sounds, text, traditional

Ints = NDArray[np.int64]
Texts = NDArray[np.str_]

#: Names as on the gate; pairs that sound or look alike are there on purpose, as in any real town.
ESTATES = (
    "云滨湾小区 云滨苑 春江花园 春江花苑 江南豪园 江南名府 锦绣江南 西浦苑 西溥佳苑 滨康小区"
    " 滨康二苑 缤康公寓 月明苑 明月江南 中兴花园 中兴和园 钱塘春晓 钱塘山水 白马湖畔 白金海岸"
    " 彩虹城 彩虹豪庭 铂金时代 风雅钱塘 观邸国际 国信嘉园 海威新界 和瑞家园 华立星洲花园 怡和家园"
    " 金盛曼城 金色江南 晶都花园 六和天城 龙禧小区 绿茵馨园 浦沿新村 浦乐苑 浦联公寓 倾城之恋"
    " 瑞立江河汇 盛元慧谷 水晶城 天鸿香榭里 伟业风情 温馨人家 文鼎苑 文景苑 西兴花苑 襄七房小区"
    " 协安蓝郡 新州花苑 星光国际 阳光嘉苑 逸天广场 迎春小区 映翠园 御江南 长江小区 之江家园"
    " 临江花园 滨江新寓 清水湾 碧水豪园 碧水湾 东方郡 东信大公馆 丽都花园 枫桦西苑 枫华府第"
    " 康乐新村 官河锦庭 古塘苑 湖畔里 花半里 湘溪苑 香溪苑"
).split()
VILLAGES = (
    "沈家村 沈加坝村 东冠村 冠一村 山二村 联庄村 新生村 杨家墩村 杨家埭村 傅家峙村 孔家里村"
    " 湖头陈村 塘子堰村 马湖村 庙后王村 来家湾村"
).split()
DORMS = ("创业园宿舍 宏达蓝领公寓 高新人才公寓 恒通职工宿舍 万轮工地宿舍 物联网园区宿舍").split()
HOODS = (
    "滨河 浦沿 长河 西兴 江一 江二 春波 月明 白马湖 冠山 温馨 钱塘 彩虹 联庄 马湖 新生 六和 迎春"
    " 文鼎 中兴 湘云 官河 古塘 清水 星光"
).split()

SLAB, NUMBERED, TOWER, VILLAGE, DORM = range(5)  # 3幢2单元501室, 3号楼2单元501, 3幢501, 3组12号, 2号楼305
DIGITS = "零一二三四五六七八九"


def chinese_number(number: int) -> str:
    """1 … 99 in Chinese: 12 → 十二."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十"
    return head + (DIGITS[ones] if ones or not tens else "")


NUMERALS = np.array(["", *[chinese_number(i) for i in range(1, 100)]])


@dataclass(frozen=True)
class Places:
    """Compounds by index, and dwellings as columns of equal length."""

    name: Texts  # per compound
    kind: Ints
    hood: Ints
    compound: Ints  # per dwelling
    building: Ints
    unit: Ints  # 0: there are no units
    room: Ints


def build_places(
    rng: np.random.Generator, people: int, village: float, households: Ints
) -> tuple[Places, Ints]:
    """Places, and a dwelling for each of `households` (1: dormitory, 0: other)."""
    estates = min(len(ESTATES), max(7, round(people * 64 / 470_000)))
    villages = min(len(VILLAGES), max(2, estates // 5))
    dorms = min(len(DORMS), max(1, estates // 10))
    pairs = np.concatenate([np.arange(0, 8), 8 + rng.permutation(len(ESTATES) - 8)])[:estates]
    name = np.array([ESTATES[i] for i in pairs] + list(VILLAGES[:villages]) + list(DORMS[:dorms]))
    kind = np.concatenate(
        [
            rng.choice([SLAB, NUMBERED, TOWER], estates, p=[0.55, 0.30, 0.15]),
            [VILLAGE] * villages,
            [DORM] * dorms,
        ]
    ).astype(np.int64)
    hood = rng.integers(0, min(len(HOODS), max(3, estates // 3)), len(name))
    weights = np.where(kind == VILLAGE, village / villages, (1 - village) / estates) * rng.uniform(
        0.5, 1.6, len(name)
    )
    weights[kind == DORM] = 0
    count = len(households)
    where = rng.choice(len(name), count, p=weights / weights.sum())
    where = np.where(households == 1, len(name) - 1 - rng.integers(0, dorms, count), where)
    compound, position = where, np.zeros(count, np.int64)
    for index in range(len(name)):
        mine = np.flatnonzero(where == index)
        # one dwelling in eight stands empty or has not been seen by anybody
        position[mine] = rng.permutation(int(len(mine) * 1.14) + 1)[: len(mine)]
    building, unit, room = layout(rng, kind, compound, position)
    return Places(name, kind, hood, compound, building, unit, room), np.arange(count)


def layout(rng: np.random.Generator, kind: Ints, compound: Ints, position: Ints) -> tuple[Ints, Ints, Ints]:
    """Building, unit and room number of the `position`-th dwelling of its compound."""
    floors = rng.choice([6, 7, 11, 18, 24], len(kind), p=[0.25, 0.1, 0.25, 0.3, 0.1])
    doors = rng.choice([2, 3, 4], len(kind), p=[0.6, 0.1, 0.3])
    units = np.where(
        kind == SLAB,
        rng.integers(2, 5, len(kind)),
        np.where(kind == NUMBERED, rng.integers(1, 4, len(kind)), 1),
    )
    doors = np.where(kind == TOWER, 6, np.where(kind == DORM, 20, doors))
    f, d, u, k = floors[compound], doors[compound], units[compound], kind[compound]
    rest, door = np.divmod(position, d)
    rest, floor = np.divmod(rest, f)
    building, unit = np.divmod(rest, u)
    room = (floor + 1) * 100 + door + 1
    house, group = np.divmod(position, 14)
    building = np.where(k == VILLAGE, group, building) + 1
    room = np.where(k == VILLAGE, house + 1, room)
    return building, np.where(k <= NUMBERED, unit + 1, 0), room


def misspelt(rng: np.random.Generator, name: Texts) -> Texts:
    """Each compound's name with one character heard wrongly, shape as `name`."""
    width = max(len(n) for n in name)
    matrix = np.zeros((len(name), width), np.uint32)
    for i, n in enumerate(name):
        matrix[i, : len(n)] = codes(n)
    at = rng.integers(0, np.array([min(3, len(n)) for n in name]))
    rows = np.arange(len(name))
    matrix[rows, at] = sounds()[0].other(rng, matrix[rows, at])
    return text(matrix)


def compound_names(
    rng: np.random.Generator, places: Places, dwelling: Ints, wrong: float, short: float = 0.0
) -> Texts:
    """The compound's name as a writer writes it: misspelt or without 小区 in a share of cases."""
    count = len(dwelling)
    at = places.compound[dwelling]
    brief = np.array([n.removesuffix("小区").removesuffix("村") if len(n) > 3 else n for n in places.name])
    out = np.where(rng.random(count) < short, brief[at], places.name[at])
    for variant in (misspelt(rng, places.name), misspelt(rng, places.name)):
        out = np.where(rng.random(count) < wrong / 2, variant[at], out)
    return out


STYLES = (
    "full", "plain", "numbered", "chinese", "bare_room", "bare_dashes", "compound", "compound_building",
    "prefixed", "traditional", "no_unit", "hash", "fullwidth", "gate", "building", "nothing",
)  # fmt: skip
PREFIXES = (
    "浙江省杭州市滨江区",
    "杭州市滨江区",
    "浙江杭州滨江",
    "滨江区长河街道",
    "浙江省杭州市滨江区浦沿街道",
    "杭州滨江",
)


def _columns(places: Places, dwelling: Ints, names: Texts, style: Ints, prefix: Texts) -> pl.DataFrame:
    turned = str.maketrans({chr(i): chr(int(c)) for i, c in enumerate(traditional()) if i != c})
    distinct = {n: n.translate(turned) for n in np.unique(names).tolist()}
    building, unit = places.building[dwelling], places.unit[dwelling]
    frame = pl.DataFrame(
        {
            "n": pl.Series(names.tolist(), dtype=pl.String),
            "b": building,
            "u": unit,
            "r": places.room[dwelling],
            "kind": places.kind[places.compound[dwelling]],
            "style": style,
            "prefix": pl.Series(prefix.tolist(), dtype=pl.String),
            "bz": pl.Series(NUMERALS[np.minimum(building, 99)].tolist(), dtype=pl.String),
            "uz": pl.Series(NUMERALS[unit].tolist(), dtype=pl.String),
        }
    )
    return frame.with_columns(pl.col("n").replace(distinct).alias("nt"))


def _flat_styles() -> dict[str, list[pl.Expr]]:
    """Parts of an address in a compound, by style."""
    n, b, u, r = (pl.col(x).cast(pl.String) for x in "nbur")
    nt, bz, uz = pl.col("nt"), pl.col("bz"), pl.col("uz")

    def unit(*parts: pl.Expr) -> pl.Expr:
        return pl.when(pl.col("u") > 0).then(pl.concat_str(*parts)).otherwise(pl.lit(""))

    word = pl.when(pl.col("kind").is_in([NUMBERED, DORM])).then(pl.lit("号楼")).otherwise(pl.lit("幢"))
    dash, hao, shi = pl.lit("-"), pl.lit("号楼"), pl.lit("室")
    danyuan = pl.lit("单元")
    return {
        "full": [n, b, word, unit(u, danyuan), r, shi],
        "plain": [n, b, dash, unit(u, dash), r],
        "numbered": [n, b, hao, unit(u, danyuan), r],
        "chinese": [n, bz, hao, unit(uz, danyuan), r],
        "bare_room": [b, word, r],
        "bare_dashes": [b, dash, unit(u, dash), r],
        "compound": [n],
        "compound_building": [n, b, word, r],
        "prefixed": [pl.col("prefix"), n, b, word, unit(u, danyuan), r, shi],
        "traditional": [nt, b, pl.lit("號樓"), unit(u, pl.lit("單元")), r, shi],
        "no_unit": [n, b, word, r, shi],
        "hash": [n, pl.lit(" "), b, pl.lit("#"), unit(u, dash), r],
        "fullwidth": [n, b, hao, unit(u, danyuan), r],
        "gate": [n, b, pl.lit("栋"), unit(u, pl.lit("门")), r],
        "building": [b, word],
    }


def _farm_styles() -> dict[str, list[pl.Expr]]:
    """Parts of an address in a village, by style; styles not named here are written in full."""
    n, b, r = (pl.col(x).cast(pl.String) for x in "nbr")
    dash = pl.lit("-")
    zu, hao_ = pl.lit("组"), pl.lit("号")
    return {
        "full": [n, b, zu, r, hao_],
        "plain": [n, b, dash, r],
        "bare_room": [b, zu, r, hao_],
        "bare_dashes": [r, hao_],
        "compound": [n],
        "compound_building": [n, r, hao_],
        "chinese": [n, pl.col("bz"), zu, r, hao_],
        "prefixed": [pl.col("prefix"), n, b, zu, r, hao_],
        "traditional": [pl.col("nt"), b, pl.lit("組"), r, pl.lit("號")],
        "no_unit": [n, r, hao_],
        "building": [b, zu],
    }


def write_address(
    rng: np.random.Generator, places: Places, dwelling: Ints, style: Ints, names: Texts
) -> pl.Series:
    """One address text a row in the given style (index into STYLES); null for "nothing"."""
    prefix = np.array(PREFIXES)[rng.integers(0, len(PREFIXES), len(dwelling))]
    frame = _columns(places, dwelling, names, style, prefix)
    flat, farm = _flat_styles(), _farm_styles()
    village = pl.col("kind") == VILLAGE
    text_or_null: pl.Expr = pl.lit(None, pl.String)
    for index, key in enumerate(STYLES[:-1]):
        parts = (
            pl.when(village)
            .then(pl.concat_str(farm.get(key, farm["full"])))
            .otherwise(pl.concat_str(flat[key]))
        )
        text_or_null = pl.when(pl.col("style") == index).then(parts).otherwise(text_or_null)
    texts = frame.select(text_or_null.alias("address"))["address"]
    wide = pl.Series(style == STYLES.index("fullwidth"))
    widened = texts.str.replace_many({str(d): chr(0xFF10 + d) for d in range(10)})
    return texts.zip_with(~wide, widened)
