"""GeoJSON that somebody uploads: what is kept of it, and what is refused."""

import json

import pytest

from lianfang.territory.geojson import GeoJsonError, features

SQUARE = [[[120.1, 30.1], [120.2, 30.1], [120.2, 30.2], [120.1, 30.1]]]


def collection(*geometries: object, **more: object) -> bytes:
    shapes = [{"type": "Feature", "properties": {"name": "甲"}, "geometry": one} for one in geometries]
    return json.dumps({"type": "FeatureCollection", "features": shapes, **more}).encode()


def test_points_and_polygons_are_kept_rounded_and_without_heights() -> None:
    point = {"type": "Point", "coordinates": [120.123456789, 30.1, 12.0]}
    kept = features(b"\xef\xbb\xbf" + collection(point, {"type": "MultiPolygon", "coordinates": [SQUARE]}))
    assert kept[0].geometry == {"type": "Point", "coordinates": [120.123457, 30.1]}
    assert kept[1].geometry["coordinates"] == [SQUARE]
    assert kept[0].properties == {"name": "甲"}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no JSON"),
        (b"\xff\xfe\x00", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"type": "Topology"}', "no FeatureCollection"),
        (b'{"type": "FeatureCollection", "features": {}}', "must be a list"),
        (b'{"type": "FeatureCollection", "features": [7]}', "feature 1: no Feature"),
        (collection(None), "no geometry"),
        (collection({"type": "MultiPoint", "coordinates": SQUARE[0]}), "MultiPoint is no"),
        (collection({"type": "LineString", "coordinates": SQUARE[0][:1]}), "two positions"),
        (collection({"type": "Polygon", "coordinates": [SQUARE[0][:3]]}), "four positions"),
        (collection({"type": "Polygon", "coordinates": [[*SQUARE[0][:3], [1, 1]]]}), "end where it begins"),
        (collection({"type": "Polygon", "coordinates": []}), "without rings"),
        (collection({"type": "Point", "coordinates": [500123.0, 3300456.0]}), "no longitude"),
        (collection({"type": "Point", "coordinates": ["120", "30"]}), "no longitude"),
        (collection({"type": "Point", "coordinates": [True, 30]}), "no longitude"),
        (collection({"type": "Point", "coordinates": [10**400, 30]}), "no longitude"),
        (collection(crs={"properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}), "another coordinate system"),
        (b'{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": '
         b'{"type": "Point", "coordinates": [NaN, 1]}}]}', "no JSON"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_with_its_place(content: bytes, why: str) -> None:
    with pytest.raises(GeoJsonError, match=why):
        features(content)
