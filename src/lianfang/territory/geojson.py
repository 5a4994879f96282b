"""GeoJSON as somebody uploads it: checked before anything is kept. No Django."""

import json
import math
from dataclasses import dataclass
from typing import Any

#: What a map of a subdistrict needs many times over.
MOST_FEATURES, MOST_POINTS = 50_000, 1_000_000
MOST_BYTES = 20_000_000
_DECIMALS = 6  # a hand's breadth


class GeoJsonError(ValueError):
    """The file cannot be drawn; the message names the place in it."""


@dataclass(frozen=True)
class Feature:
    """One shape: its properties as texts, its geometry with coordinates rounded."""

    properties: dict[str, str]
    geometry: dict[str, Any]


def features(text: bytes) -> list[Feature]:
    """The features of a FeatureCollection: points and polygons, and lines of paths.

    Raises GeoJsonError for anything else: no JSON, another coordinate system, open rings, numbers that are no degrees.
    """
    try:
        data = json.loads(text.decode("utf-8-sig"), parse_constant=_refuse)
    except (UnicodeDecodeError, ValueError, RecursionError) as problem:
        raise GeoJsonError(f"no JSON: {str(problem)[:120]}") from problem
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection":
        raise GeoJsonError("no FeatureCollection")
    crs = json.dumps(data.get("crs") or "")
    if "crs" in data and not any(name in crs for name in ("CRS84", "4326", '""')):
        raise GeoJsonError("another coordinate system than WGS 84 (EPSG:4326)")
    found = data.get("features")
    if not isinstance(found, list) or len(found) > MOST_FEATURES:
        raise GeoJsonError(f"features must be a list of at most {MOST_FEATURES}")
    left = [MOST_POINTS]
    return [_feature(one, f"feature {number}", left) for number, one in enumerate(found, start=1)]


def _refuse(word: str) -> float:
    raise ValueError(f"{word} is no number")


def _feature(one: object, where: str, left: list[int]) -> Feature:
    if not isinstance(one, dict) or one.get("type") != "Feature":
        raise GeoJsonError(f"{where}: no Feature")
    properties = one.get("properties") or {}
    if not isinstance(properties, dict):
        raise GeoJsonError(f"{where}: properties are no object")
    told = {str(name)[:40]: _text(value) for name, value in properties.items()}
    given = {name: value for name, value in told.items() if value is not None}
    return Feature(given, _geometry(one.get("geometry"), where, left))


def _text(value: object) -> str | None:
    """A property as a text; a list of texts with commas, yes and no as true and false; None for anything else."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value[:20]):
        value = ",".join(value[:20])
    if isinstance(value, bool):
        value = str(value).lower()
    return str(value).strip()[:200] if isinstance(value, str | int) else None


def _geometry(shape: object, where: str, left: list[int]) -> dict[str, Any]:
    if not isinstance(shape, dict):
        raise GeoJsonError(f"{where}: no geometry")
    kind, at = shape.get("type"), shape.get("coordinates")
    if kind == "Point":
        return {"type": kind, "coordinates": _position(at, where)}
    if kind == "LineString":
        return {"type": kind, "coordinates": _line(at, where, left)}
    if kind == "Polygon":
        return {"type": kind, "coordinates": _polygon(at, where, left)}
    if kind == "MultiPolygon" and isinstance(at, list) and at:
        return {"type": kind, "coordinates": [_polygon(part, where, left) for part in at]}
    raise GeoJsonError(f"{where}: {str(kind)[:30]} is no Point, LineString, Polygon or MultiPolygon")


def _line(at: object, where: str, left: list[int]) -> list[list[float]]:
    if not isinstance(at, list) or len(at) < 2:
        raise GeoJsonError(f"{where}: a line has at least two positions")
    left[0] -= len(at)
    if left[0] < 0:
        raise GeoJsonError(f"more than {MOST_POINTS} positions")
    return [_position(one, where) for one in at]


def _polygon(rings: object, where: str, left: list[int]) -> list[list[list[float]]]:
    if not isinstance(rings, list) or not rings:
        raise GeoJsonError(f"{where}: a polygon without rings")
    return [_ring(ring, where, left) for ring in rings]


def _ring(ring: object, where: str, left: list[int]) -> list[list[float]]:
    if not isinstance(ring, list) or len(ring) < 4:
        raise GeoJsonError(f"{where}: a ring has at least four positions")
    left[0] -= len(ring)
    if left[0] < 0:
        raise GeoJsonError(f"more than {MOST_POINTS} positions")
    points = [_position(one, where) for one in ring]
    if points[0] != points[-1]:
        raise GeoJsonError(f"{where}: a ring must end where it begins")
    return points


def _position(at: object, where: str) -> list[float]:
    if not isinstance(at, list) or len(at) < 2:
        raise GeoJsonError(f"{where}: a position has longitude and latitude")
    east, north = at[0], at[1]
    for number, most in ((east, 180), (north, 90)):
        if isinstance(number, bool) or not isinstance(number, int | float) or not abs(number) <= most:
            raise GeoJsonError(f"{where}: {str(number)[:30]} is no longitude or latitude in degrees")
        if not math.isfinite(number):
            raise GeoJsonError(f"{where}: {number} is no number")
    return [round(float(east), _DECIMALS), round(float(north), _DECIMALS)]
