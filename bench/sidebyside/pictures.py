"""The bench's pictures as Vega-Lite specifications, and their SVG."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import vl_convert

Spec = dict[str, Any]
NAMES = {"ours": "Lianfang", "splink": "Splink", "recordlinkage": "recordlinkage", "exact": "exact keys"}
COLOURS = {"Lianfang": "#1f6f8b", "Splink": "#c8553d", "recordlinkage": "#8f8f8f", "exact keys": "#333333"}
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
    scale = {"domain": [odds(0.2), odds(0.9999)]}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        **SIZE,
        "layer": [
            {
                "data": {"values": [{"x": odds(0.2)}, {"x": odds(0.9999)}]},
                "mark": {"type": "line", "strokeDash": [4, 4], "color": "#999"},
                "encoding": {
                    "x": {"field": "x", "type": "quantitative"},
                    "y": {"field": "x", "type": "quantitative"},
                },
            },
            {
                "data": {"values": values},
                "mark": {"type": "line", "point": True},
                "encoding": {
                    "x": {
                        "field": "predicted",
                        "type": "quantitative",
                        "scale": scale,
                        "axis": {**axis, "title": "probability given"},
                    },
                    "y": {
                        "field": "right",
                        "type": "quantitative",
                        "scale": scale,
                        "axis": {**axis, "title": "share that was right"},
                    },
                    "color": {
                        "field": "kind",
                        "type": "nominal",
                        "title": None,
                        "legend": {"orient": "bottom"},
                    },
                },
            },
        ],
    }


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
    x = {"field": "recall", "type": "quantitative", "scale": {"domain": [0.6, 1]}, "title": "recall (pairs)"}
    y = {
        "field": "precision",
        "type": "quantitative",
        "scale": {"domain": [0.6, 1]},
        "title": "precision (pairs)",
    }
    color = {
        "field": "who",
        "type": "nominal",
        "title": None,
        "scale": {"domain": list(COLOURS), "range": list(COLOURS.values())},
        "legend": {"orient": "bottom"},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        **SIZE,
        "layer": [
            {
                "data": {"values": lines},
                "mark": {"type": "line", "clip": True},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": color,
                    "order": {"field": "order", "type": "quantitative"},
                },
            },
            {
                "data": {"values": dots},
                "mark": {"type": "point", "filled": True, "size": 90, "clip": True},
                "encoding": {"x": x, "y": y, "color": color},
            },
        ],
    }


def svg(spec: Spec) -> str:
    """The picture; fonts are the reader's own."""
    return str(vl_convert.vegalite_to_svg(spec, vl_version="5.21"))
