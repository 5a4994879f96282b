"""The ways people write where they live."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from lianfang.demo.names import codes_of, text_of
from lianfang.demo.noise import outcomes, put, slips
from lianfang.demo.tables import Floats, Ints, draw, table
from lianfang.demo.territory import Land, chinese_number

_BUILDING = {f"{n}": chinese_number(n) for n in range(1, 100)}
_FULL = str.maketrans("0123456789-", "０１２３４５６７８９－")

#: Ways to write 云滨湾 building 3, unit 2, room 501; the number is the style.
STYLES: tuple[str, ...] = (
    "云滨湾小区3幢2单元501室",
    "云滨湾3-2-501",
    "云滨湾3号楼二单元501",
    "云滨湾3栋2单元501",
    "云滨区云滨街道云滨湾小区3幢2单元501室",
    "滨和社区云滨湾小区3幢2单元501室",
    "云滨湾小区3#2-501",
    "云滨湾小区三幢二单元501室",
    "云滨湾３－２－５０１",
    "云滨湾 3幢 501",
)
FREE: Floats = np.array([24.0, 16, 9, 12, 12, 6, 4, 5, 3, 5])
SHORT: Floats = np.array([8.0, 42, 6, 14, 0, 0, 12, 1, 1, 16])


@dataclass(frozen=True)
class Places:
    """Addresses of rows, part by part, as a writer has them in mind (already misspelt, unit forgotten …)."""

    frame: pl.DataFrame  # compound, official, community_name, grid, building, unit, room, site


def places_of(
    rng: np.random.Generator, land: Land, dwelling: Ints, rates: dict[str, float]
) -> tuple[Places, dict[str, Ints]]:
    """Address parts of each row (null for dwelling -1) with the writer's errors, and the rows these fell
    on."""
    doors = land.dwellings.drop("community").join(
        land.compounds.select("compound", "name", "official", "community_name"),
        on="compound",
        how="left",
        maintain_order="left",
    )
    index = pl.Series(dwelling)
    frame = doors[np.maximum(dwelling, 0)].drop("compound").rename({"name": "compound"})
    away = pl.Series(index < 0)
    frame = frame.with_columns(
        pl.when(~away).then(pl.col(c))
        for c in ("compound", "official", "community_name", "grid", "building", "unit", "room")
    )
    falls = outcomes(rng, rates, len(dwelling))
    none = np.zeros(0, dtype=np.int64)
    frame = frame.with_columns(put(frame["unit"], falls.get("missing_unit", none), None))
    wrong = falls.get("wrong_room", none)
    room = frame["room"].gather(wrong).cast(pl.Int64, strict=False)
    shift = pl.Series(rng.choice(np.array([-1, 1, 2, 100, 200]), len(wrong)))
    frame = frame.with_columns(put(frame["room"], wrong, (room + shift).cast(pl.String)))
    for rows in (falls.get("misspelt", none),):
        for column in ("compound", "official"):
            frame = frame.with_columns(put(frame[column], rows, _misspelt(rng, frame[column].gather(rows))))
    other = falls.get("neighbour", none)
    frame = frame.with_columns(
        put(frame["building"], other, frame["building"].gather((other + 1) % max(1, frame.height)))
    )
    return Places(frame), falls


def _misspelt(rng: np.random.Generator, names: pl.Series) -> pl.Series:
    """One character of the name replaced by one that sounds alike."""
    texts = [name or "" for name in names.to_list()]
    if not texts:
        return names
    codes = codes_of(texts, 12)
    place = np.minimum(
        (rng.random(len(texts)) * 3).astype(np.int64), np.maximum(0, (codes > 0).sum(axis=1) - 1)
    )
    rows = np.arange(len(texts))
    codes[rows, place] = slips("homophone").replace(rng, codes[rows, place])
    return pl.Series([t or None for t in text_of(codes)], dtype=pl.String)


def write_addresses(rng: np.random.Generator, places: Places, weights: Floats) -> pl.Series:
    """Each row's address in a style of its writer."""
    style = pl.Series("style", draw(rng, weights, places.frame.height))
    frame = places.frame.with_columns(style)
    name, official = pl.col("compound"), pl.col("official")
    building, unit, room = pl.col("building"), pl.col("unit"), pl.col("room")
    spoken = building.replace(_BUILDING)
    dashed = _text(building, _after("-", unit), pl.lit("-"), room)
    formal = _text(building, pl.lit("幢"), _before(unit, "单元"), room, pl.lit("室"))
    ways = (
        _text(official, formal),
        _text(name, dashed),
        _text(name, building, pl.lit("号楼"), _before(unit.replace(_BUILDING), "单元"), room),
        _text(name, building, pl.lit("栋"), _before(unit, "单元"), room),
        _text(pl.lit(table("places")["district"] + table("places")["subdistrict"]), official, formal),
        _text(pl.col("community_name"), official, formal),
        _text(official, building, pl.lit("#"), _before(unit, "-"), room),
        _text(official, spoken, pl.lit("幢"), _before(unit.replace(_BUILDING), "单元"), room, pl.lit("室")),
        _text(name, dashed),
        _text(name, pl.lit(" "), building, pl.lit("幢 "), room),
    )
    village = pl.when(pl.col("style") % 2 == 0).then(_text(name, building, room, pl.lit("室")))
    estate = pl.when(pl.col("style") == 0).then(ways[0])
    for number, way in enumerate(ways[1:], start=1):
        estate = estate.when(pl.col("style") == number).then(way)  # type: ignore[assignment]
    text = frame.select(
        address=pl.when(pl.col("site") == 1)
        .then(village.otherwise(_text(name, building, pl.lit("-"), room)))
        .otherwise(estate)
    )["address"]
    wide = np.flatnonzero((frame["style"] == 8).to_numpy() & text.is_not_null().to_numpy())
    return put(
        text, wide, pl.Series([t.translate(_FULL) for t in text.gather(wide).to_list()], dtype=pl.String)
    )


def half_addresses(places: Places) -> pl.Series:
    """Without the compound, as at its own gate: 3-2-501, or 3组12号201."""
    building, unit, room = pl.col("building"), pl.col("unit"), pl.col("room")
    dashed = _text(building, _after("-", unit), pl.lit("-"), room)
    village = pl.col("site") == 1
    return places.frame.select(half=pl.when(village).then(_text(building, room)).otherwise(dashed))["half"]


def elsewhere(rng: np.random.Generator, n: int) -> pl.Series:
    """Addresses outside the subdistrict."""
    places = table("places")
    streets = ["西兴街道", "长河街道", "浦沿街道", "闻堰街道", "九堡街道"]
    heads, tails = places["compound_heads"].split(), places["compound_tails"].split()
    texts = [
        f"{streets[s]}{heads[h]}{tails[t]}{b}-{r}"
        for s, h, t, b, r in zip(
            rng.integers(0, len(streets), n).tolist(),
            rng.integers(0, len(heads), n).tolist(),
            rng.integers(0, len(tails), n).tolist(),
            rng.integers(1, 30, n).tolist(),
            (rng.integers(1, 18, n) * 100 + rng.integers(1, 5, n)).tolist(),
            strict=True,
        )
    ]
    return pl.Series("elsewhere", texts, dtype=pl.String)


def _text(*parts: pl.Expr) -> pl.Expr:
    return pl.concat_str(*parts)


def _before(value: pl.Expr, word: str) -> pl.Expr:
    """'2单元', or nothing where there is no unit."""
    return pl.when(value.is_null()).then(pl.lit("")).otherwise(value + pl.lit(word))


def _after(word: str, value: pl.Expr) -> pl.Expr:
    return pl.when(value.is_null()).then(pl.lit("")).otherwise(pl.lit(word) + value)
