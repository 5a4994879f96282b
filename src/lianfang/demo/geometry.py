"""A plain map of the invented ground: compounds as squares on a grid, buildings inside, gates on the edge."""

import math
from typing import Any

import polars as pl

from lianfang.demo.tables import table
from lianfang.demo.territory import Land, Site

_METRES = 111_320.0  # of one degree of latitude
_PITCH, _SIDE, _MARGIN = 700.0, 520.0, 20.0  # metres from compound to compound, of its side, inside its wall


def plain_map(land: Land) -> dict[str, Any]:
    """GeoJSON, WGS 84: `kind` is compound or building (polygons) or gate (point)."""
    across = math.ceil(math.sqrt(land.compounds.height))
    blocks = land.dwellings.group_by("compound", "building", maintain_order=True).agg(dwellings=pl.len())
    buildings = {key[0]: part for key, part in blocks.group_by("compound", maintain_order=True)}
    features: list[dict[str, Any]] = []
    for place in land.compounds.iter_rows(named=True):
        x, y = (place["compound"] % across) * _PITCH, (place["compound"] // across) * _PITCH
        site, name = Site(place["site"]), place["name"]
        features.append(
            _feature(
                "compound", _square(x, y, _SIDE), name=name, site=site.name.lower(), gates=place["gates"]
            )
        )
        for number, gate in enumerate(place["gates"]):
            point = {"type": "Point", "coordinates": _degrees(x + 130.0 * (number + 1), y)}
            features.append(_feature("gate", point, name=f"{name}{gate}", compound=name))
        if site is not Site.VILLAGE and place["compound"] in buildings:
            features += _buildings(x, y, name, buildings[place["compound"]])
    return {"type": "FeatureCollection", "features": features}


def _buildings(x: float, y: float, compound: str, blocks: pl.DataFrame) -> list[dict[str, Any]]:
    rows = math.ceil(math.sqrt(blocks.height))
    step = (_SIDE - 2 * _MARGIN) / rows
    found = []
    for number, block in enumerate(blocks.iter_rows(named=True)):
        left, bottom = x + _MARGIN + (number % rows) * step, y + _MARGIN + (number // rows) * step
        shape = _square(left, bottom, 0.6 * step)
        found.append(
            _feature(
                "building", shape, compound=compound, name=block["building"], dwellings=block["dwellings"]
            )
        )
    return found


def _feature(kind: str, geometry: dict[str, Any], **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"kind": kind, **properties}, "geometry": geometry}


def _square(x: float, y: float, side: float) -> dict[str, Any]:
    corners = ((x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y))
    return {"type": "Polygon", "coordinates": [[_degrees(a, b) for a, b in corners]]}


def _degrees(x: float, y: float) -> list[float]:
    """Metres east and north of the map's origin as longitude and latitude."""
    longitude, latitude = table("places")["map_origin"]
    east = x / _METRES / math.cos(math.radians(latitude))
    return [round(longitude + east, 6), round(latitude + y / _METRES, 6)]
