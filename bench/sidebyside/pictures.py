"""The bench's pictures as Vega-Lite specifications, and their SVG."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import vl_convert

Spec = dict[str, Any]
NAMES = {
    "ours": "Lianfang",
    "splink": "Splink",
    "splink_rows": "Splink, standardised row by row",
    "recordlinkage": "recordlinkage",
    "exact": "exact keys",
}
COLOURS = {
    "Lianfang": "#1f6f8b",
    "Splink": "#c8553d",
    "Splink, standardised row by row": "#e3a587",
    "recordlinkage": "#8f8f8f",
    "exact keys": "#333333",
}
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
SIZE = {"width": 420, "height": 300}


def reliability(joined: Sequence[Mapping[str, Any]], cases: Sequence[Mapping[str, Any]]) -> Spec:
    """Predicted probability against the share that was right, on the scale of log odds, where both ends can be seen."""
    kinds = (("rows joined automatically", joined), ("cases for review", cases))
    values = [
        {"kind": kind, "predicted": odds(row["predicted"]), "right": odds(row["right"]), "rows": row["rows"]}
        for kind, rows in kinds
        for row in rows
    ]
    ticks = [odds(p) for p in TICKS]
    words = " : ".join(f"abs(datum.value - {odds(p):.4f}) < 0.01 ? '{p:g}'" for p in TICKS) + " : ''"
    axis = {"values": ticks, "labelExpr": words, "grid": True}
    ends = [odds(0.2), odds(0.9999)]
    diagonal = {
        "data": {"values": [{"x": end} for end in ends]},
        "mark": {"type": "line", "strokeDash": [4, 4], "color": "#999"},
        "encoding": {"x": _number("x", None, ends), "y": _number("x", None, ends)},
    }
    shown = {
        "x": _number("predicted", "probability given", ends, axis),
        "y": _number("right", "share that was right", ends, axis),
        "color": _legend("kind"),
    }
    line = {"data": {"values": values}, "mark": {"type": "line", "point": True}, "encoding": shown}
    return {"$schema": SCHEMA, **SIZE, "layer": [diagonal, line]}


def _number(field: str, title: str | None, ends: Sequence[float], axis: Spec | None = None) -> Spec:
    """A numeric axis."""
    channel = {"field": field, "type": "quantitative", "title": title, "scale": {"domain": list(ends)}}
    return {**channel, "axis": axis} if axis else channel


def _legend(field: str, colours: Mapping[str, str] | None = None) -> Spec:
    """Colours by a word, named below the picture."""
    channel = {"field": field, "type": "nominal", "title": None, "legend": {"orient": "bottom"}}
    if colours:
        channel["scale"] = {"domain": list(colours), "range": list(colours.values())}
    return channel


TICKS = (0.2, 0.3, 0.5, 0.7, 0.9, 0.97, 0.99, 0.999, 0.9999)


def odds(probability: float) -> float:
    """log2 odds, within what the picture shows."""
    p = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log2(p / (1 - p))


def precision_recall(
    curves: Mapping[str, Sequence[Mapping[str, float]]], points: Mapping[str, Mapping[str, float]]
) -> Spec:
    """Precision against recall along each contender's threshold; a dot where each works (the peers: at their best)."""
    lines = [
        {"who": NAMES[name], "precision": p["precision"], "recall": p["recall"], "order": i}
        for name, curve in curves.items()
        for i, p in enumerate(curve)
        if p["precision"] > 0.6 and p["recall"] > 0.6
    ]
    dots = [
        {"who": NAMES[name], "precision": p["precision"], "recall": p["recall"]} for name, p in points.items()
    ]
    shown = {
        "x": _number("recall", "recall (pairs)", [0.6, 1]),
        "y": _number("precision", "precision (pairs)", [0.6, 1]),
        "color": _legend("who", COLOURS),
    }
    along = {"order": {"field": "order", "type": "quantitative"}}
    curve = {
        "data": {"values": lines},
        "mark": {"type": "line", "clip": True},
        "encoding": {**shown, **along},
    }
    mark = {"type": "point", "filled": True, "size": 90, "clip": True}
    return {
        "$schema": SCHEMA,
        **SIZE,
        "layer": [curve, {"data": {"values": dots}, "mark": mark, "encoding": shown}],
    }


def svg(spec: Spec) -> str:
    """The picture; fonts are the reader's own."""
    return str(vl_convert.vegalite_to_svg(spec, vl_version="5.21"))
