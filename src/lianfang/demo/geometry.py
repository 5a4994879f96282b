"""A plain map of the invented ground: communities side by side, compounds in them, buildings and gates in those.

Every community is a block of a size that its dwellings ask for; its compounds stand in it in rows, their buildings in
rows again, and a grid is a run of neighbouring buildings, as the grids of the lists are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import polars as pl

from lianfang.demo.tables import table
from lianfang.demo.territory import Land, Site, codes_of_areas

_METRES = 111_320.0  # of one degree of latitude
_DOOR = 260.0  # square metres of ground for each dwelling, streets included: 55 km² for 470,000 people
_STREET, _GAP = (
    0.06,
    0.32,
)  # of a compound's side left free around it, of a building's cell around the building
_TURN = math.radians(9)  # the invented river does not run from west to east


@dataclass(frozen=True)
class Box:
    """A rectangle in metres, before the map is turned."""

    left: float
    bottom: float
    width: float
    height: float

    def inner(self, share: float) -> "Box":
        """The same with `share` of its sides left free, half of it on each."""
        across, up = self.width * share, self.height * share
        return Box(self.left + across / 2, self.bottom + up / 2, self.width - across, self.height - up)

    def ring(self) -> list[tuple[float, float]]:
        right, top = self.left + self.width, self.bottom + self.height
        return [
            (self.left, self.bottom),
            (right, self.bottom),
            (right, top),
            (self.left, top),
            (self.left, self.bottom),
        ]


def plain_map(land: Land) -> dict[str, Any]:
    """GeoJSON, WGS 84. `kind` is area (with its code), compound or building (polygons), or gate (point)."""
    blocks = land.dwellings.group_by("community", "compound", "building", "grid", maintain_order=True).len()
    codes = codes_of_areas(land)
    side = math.sqrt(land.dwellings.height * _DOOR)
    whole = Box(0.0, 0.0, side, side)
    features = [_area(codes[table("places")["subdistrict"]], [whole.ring()])]
    communities = blocks.partition_by("community", maintain_order=True)
    for part, box in zip(communities, shelves([_weight(one) for one in communities], whole), strict=True):
        features += _community(land, codes, part, box)
    return {"type": "FeatureCollection", "features": features}


def shelves(weights: Sequence[float], box: Box) -> list[Box]:
    """Rectangles that fill `box` in rows, each as large as its weight."""
    rows = max(1, round(math.sqrt(len(weights) * box.height / box.width)))
    total, done, placed = sum(weights), 0.0, []
    filled: list[list[float]] = [[] for _ in range(rows)]
    for weight in weights:
        filled[min(rows - 1, int((done + weight / 2) / total * rows))].append(weight)
        done += weight
    bottom = box.bottom
    for row in filter(None, filled):
        height, left = box.height * sum(row) / total, box.left
        for weight in row:
            width = box.width * weight / sum(row)
            placed.append(Box(left, bottom, width, height))
            left += width
        bottom += height
    return placed


def _weight(blocks: pl.DataFrame) -> float:
    return float(blocks["len"].sum())


def _community(land: Land, codes: dict[str, str], blocks: pl.DataFrame, box: Box) -> list[dict[str, Any]]:
    compounds = blocks.partition_by("compound", maintain_order=True)
    boxes = shelves([_weight(one) for one in compounds], box)
    first = land.compounds.row(blocks["compound"][0], named=True)
    code = codes[first["community_name"]]
    features: list[dict[str, Any]] = []
    grids: dict[str, list[list[tuple[float, float]]]] = {}
    for part, around in zip(compounds, boxes, strict=True):
        about = land.compounds.row(part["compound"][0], named=True)
        own = around.inner(_STREET)
        features += _compound(about, code, own)
        cells = _cells(part.height, own)
        if about["site"] != Site.VILLAGE:
            features += [
                _feature(
                    "building", [cell.inner(_GAP).ring()], compound=about["name"], name=name, dwellings=doors
                )
                for cell, name, doors in zip(cells, part["building"], part["len"], strict=True)
            ]
        numbered = enumerate(part["grid"].to_list())
        for grid, run in groupby(numbered, key=lambda one: one[1]):
            at = [number for number, _ in run]
            grids.setdefault(grid, []).extend(outlines(at[0], at[-1], part.height, around))
    areas = [_area(code, [box.ring()]), *(_area(codes[name], rings) for name, rings in grids.items())]
    return areas + features


def _columns(count: int, box: Box) -> int:
    return max(1, min(count, round(math.sqrt(count * box.width / box.height))))


def _cells(count: int, box: Box) -> list[Box]:
    """A cell for each of `count` buildings, row by row from the bottom."""
    across = _columns(count, box)
    width, height = box.width / across, box.height / math.ceil(count / across)
    return [
        Box(box.left + n % across * width, box.bottom + n // across * height, width, height)
        for n in range(count)
    ]


def outlines(first: int, last: int, count: int, box: Box) -> list[list[tuple[float, float]]]:
    """Rings around the cells `first` to `last` of `count` in a compound's box: one, or two that do not touch."""
    across = _columns(count, box)
    if last == count - 1:
        last = (
            across * math.ceil(count / across) - 1
        )  # what is left of the last row belongs to its last building
    low, high = first // across, last // across
    start, end = first % across, last % across + 1
    width, height = box.width / across, box.height / math.ceil(count / across)

    def at(column: float, row: float) -> tuple[float, float]:
        return box.left + column * width, box.bottom + row * height

    def rectangle(left: int, right: int, bottom: int, top: int) -> list[tuple[float, float]]:
        return [at(left, bottom), at(right, bottom), at(right, top), at(left, top), at(left, bottom)]

    if low == high:
        return [rectangle(start, end, low, low + 1)]
    if high == low + 1 and start >= end:
        return [rectangle(start, across, low, low + 1), rectangle(0, end, high, high + 1)]
    ring = [at(start, low), at(across, low), at(across, high), at(end, high), at(end, high + 1), at(0, high + 1),
            at(0, low + 1), at(start, low + 1), at(start, low)]  # fmt: skip
    return [[point for n, point in enumerate(ring) if n == 0 or point != ring[n - 1]]]


def _compound(about: dict[str, Any], area: str, box: Box) -> list[dict[str, Any]]:
    name, site = about["name"], Site(about["site"]).name.lower()
    found = [_feature("compound", [box.ring()], name=name, site=site, area=area, gates=about["gates"])]
    for number, gate in enumerate(about["gates"], start=1):
        x = box.left + box.width * number / (len(about["gates"]) + 1)
        point = {"type": "Point", "coordinates": _degrees(x, box.bottom)}
        told = {"kind": "gate", "name": f"{name}{gate}", "compound": name}
        found.append({"type": "Feature", "properties": told, "geometry": point})
    return found


def _area(code: str, rings: Sequence[list[tuple[float, float]]]) -> dict[str, Any]:
    return _feature("area", rings, code=code)


def _feature(kind: str, rings: Sequence[list[tuple[float, float]]], **properties: object) -> dict[str, Any]:
    polygons = [[[_degrees(x, y) for x, y in ring]] for ring in rings]
    geometry: dict[str, Any] = {"type": "MultiPolygon", "coordinates": polygons}
    if len(polygons) == 1:
        geometry = {"type": "Polygon", "coordinates": polygons[0]}
    return {"type": "Feature", "properties": {"kind": kind, **properties}, "geometry": geometry}


def _degrees(x: float, y: float) -> list[float]:
    """Metres east and north of the map's origin, turned, as longitude and latitude."""
    longitude, latitude = table("places")["map_origin"]
    east = x * math.cos(_TURN) - y * math.sin(_TURN)
    north = x * math.sin(_TURN) + y * math.cos(_TURN)
    return [
        round(longitude + east / _METRES / math.cos(math.radians(latitude)), 6),
        round(latitude + north / _METRES, 6),
    ]
