"""The truth behind the lists, for whoever measures; never an input of the product itself."""

import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl

from lianfang.demo.geometry import plain_map
from lianfang.demo.households import Kind, Role
from lianfang.demo.identities import digits_of
from lianfang.demo.noise import digits_text, put
from lianfang.demo.tables import Ints, counties
from lianfang.demo.territory import Land, codes_of_areas
from lianfang.demo.world import World, birth_dates


def write_truth(world: World, rows: pl.DataFrame, folder: Path) -> None:
    """rows, people, residences, phones, dwellings, compounds (CSV), errors.toml."""
    named = rows.with_columns(person_id=_person_ids(rows["person"])).select("file", "row", "person_id")
    named.write_csv(folder / "rows.csv")
    _people(world).write_csv(folder / "people.csv")
    _residences(world).write_csv(folder / "residences.csv")
    _phones(world).write_csv(folder / "phones.csv")
    world.land.dwellings.write_csv(folder / "dwellings.csv")
    world.land.compounds.with_columns(pl.col("gates").list.join(";")).write_csv(folder / "compounds.csv")
    model = (files("lianfang.demo") / "data" / "errors.toml").read_text(encoding="utf-8")
    (folder / "errors.toml").write_text(model, encoding="utf-8")


def write_territory(land: Land, folder: Path) -> None:
    """areas.csv, map.geojson and gates.geojson: what the subdistrict's own office would import."""
    codes = codes_of_areas(land)
    pl.DataFrame({"代码": codes.values(), "名称": codes.keys()}).write_csv(
        folder / "areas.csv", include_bom=True
    )
    drawn = plain_map(land)["features"]
    gates = [one for one in drawn if one["properties"]["kind"] == "gate"]
    for file, features in (
        ("map", [one for one in drawn if one["properties"]["kind"] != "gate"]),
        ("gates", gates),
    ):
        collection = {"type": "FeatureCollection", "features": features}
        text = json.dumps(collection, ensure_ascii=False, separators=(",", ":"))
        (folder / f"{file}.geojson").write_text(text, encoding="utf-8")


def _person_ids(index: pl.Series) -> pl.Series:
    return pl.Series(["P"]).new_from_index(0, len(index)) + (index + 1).cast(pl.String).str.zfill(7)


def _number(world: World, row: Ints) -> pl.Series:
    text = digits_text(digits_of(world.phones.number[np.maximum(row, 0)], 11))
    return put(text, row < 0, None)


def _people(world: World) -> pl.DataFrame:
    places = pl.Series(counties()[1])
    role = pl.Series([r.name.lower() for r in Role])
    kind = pl.Series([k.name.lower() for k in Kind])
    return pl.DataFrame(
        {
            "person_id": _person_ids(pl.Series(np.arange(world.size))),
            "kind": kind.gather(world.kind),
            "name": world.names(),
            "sex": pl.Series(["F", "M"]).gather(world.bones.male.astype(np.int64)),
            "birth": birth_dates(world),
            "id_number": world.ids(),
            "nationality": world.nationality.fill_null("中国"),
            "origin": places.gather(world.county),
            "phone": _number(world, world.phones.contact),
            "second_phone": _number(world, world.phones.second),
            "household": world.bones.household + 100_001,
            "role": role.gather(world.bones.role),
            "tenure": pl.Series(["owner", "tenant"]).gather(
                world.bones.tenant[world.bones.household].astype(np.int64)
            ),
            "dwelling": put(pl.Series(world.dwelling).cast(pl.String), world.dwelling < 0, None),
            "twin": world.bones.twin,
        }
    )


def _residences(world: World) -> pl.DataFrame:
    """person × dwelling × kind: home, former (moved or departed), second."""
    parts = []
    for kind, dwelling, who in (
        ("home", world.dwelling, world.kind == Kind.RESIDENT),
        ("former", world.dwelling, world.kind == Kind.DEPARTED),
        ("former", world.old_dwelling, world.old_dwelling >= 0),
        ("second", world.second_dwelling, world.second_dwelling >= 0),
    ):
        rows = np.flatnonzero(who & (dwelling >= 0))
        parts.append(pl.DataFrame({"person": rows, "dwelling": dwelling[rows], "kind": [kind] * len(rows)}))
    frame = pl.concat(parts).sort("person", "kind", "dwelling")
    return frame.select(person_id=_person_ids(frame["person"]), dwelling="dwelling", kind="kind")


def _phones(world: World) -> pl.DataFrame:
    phones = world.phones
    how = pl.Series(["self", "spouse", "family", "company", "nobody"])
    holder = _person_ids(pl.Series(np.maximum(phones.registrant, 0)))
    return pl.DataFrame(
        {
            "phone": digits_text(digits_of(phones.number, 11)),
            "user": _person_ids(pl.Series(phones.user)),
            "registered": how.gather(phones.how),
            "registrant": put(holder, phones.registrant < 0, None),
        }
    )
