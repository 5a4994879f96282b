"""The report's plots: Vega-Lite specifications turned into inline SVG, in Chinese and in English. No
network."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import vl_convert

from lianfang.linkage.outputs.summary import Summary

#: One accent for quantities, three greys-to-warm steps for severity and coverage; legible in black and
#: white print.
INK, MUTED, GRID = "#1F2933", "#616E7C", "#E4E7EB"
BLUE, TEAL, AMBER, RED, SLATE = "#2B6CB0", "#2C7A7B", "#C98A1B", "#B83A2E", "#8FA3B5"
_FONT = "system-ui, -apple-system, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
_WIDTH = 330  # of the plotting area in pixels; labels come on top, so that a phone shows all of it
_STEP = 22  # height of one bar
_AREAS = 120  # bars that can still be told apart

Spec = dict[str, Any]
Texts = Mapping[str, str]

_CONFIG: Spec = {
    "font": _FONT,
    "background": None,
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": MUTED,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": GRID,
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
    },
    "axisY": {"titlePadding": 14},
    "legend": {
        "labelColor": INK,
        "labelFontSize": 12,
        "title": None,
        "orient": "top",
        "symbolType": "square",
        "columnPadding": 24,
    },
}
#: Marks of a logarithmic axis that still shows nothing as nothing.
_POWERS = [0, 10, 100, 1000, 10000, 100000, 1000000]

_WORDS: dict[str, tuple[str, str]] = {
    "rows": ("行数", "rows"),
    "count": ("条数", "findings"),
    "people": ("人数", "people"),
    "lists": ("所在名单数", "number of lists"),
    "probability": ("匹配概率", "match probability"),
    "linked": ("并入的行", "rows linked"),
    "rejected": ("未读入", "rejected"),
    "seen": ("已登记且出现", "registered and seen"),
    "unseen": ("已登记未出现", "registered, not seen"),
    "unregistered": ("未登记", "not registered"),
    "error": ("错误", "error"),
    "warning": ("需核实", "to check"),
    "info": ("提示", "for information"),
}
_ZH: Texts = {key: zh for key, (zh, _) in _WORDS.items()}
_EN: Texts = {key: en for key, (_, en) in _WORDS.items()}


def plots(summary: Summary) -> dict[str, dict[str, str]]:
    """name → {"zh": SVG, "en": SVG}; a plot without data is left out. The SVG names no outside resource."""
    makers: dict[str, Callable[[Summary, Texts], Spec | None]] = {
        "rows": _rows,
        "findings": _findings,
        "lists": _lists_per_person,
        "combinations": _combinations,
        "probability": _probability,
        "coverage": _coverage,
    }
    drawn: dict[str, dict[str, str]] = {}
    for name, make in makers.items():
        specs = {"zh": make(summary, _ZH), "en": make(summary, _EN)}
        drawn[name] = {language: _svg(spec, f"{name}-{language}") for language, spec in specs.items() if spec}
    return {name: pair for name, pair in drawn.items() if pair}


def _svg(spec: Spec, name: str) -> str:
    """Vega-Lite to SVG that scales with its column and needs no namespace, because it stands inside HTML."""
    svg: str = vl_convert.vegalite_to_svg({**spec, "config": _CONFIG})
    svg = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", svg)
    # Every SVG numbers its clip paths from the same start; on one page they need names of their own.
    svg = re.sub(r'(\bid="|url\(#)', rf"\1{name}-", svg)
    width = re.search(r'<svg[^>]*?\swidth="([\d.]+)"', svg)
    wide = float(width.group(1)) if width else 0.0
    return re.sub(
        r'(<svg[^>]*?)\swidth="[\d.]+" height="[\d.]+"',
        rf'\1 style="max-width:{wide * 1.25:.0f}px"',
        svg,
        count=1,
    )


def _axis(title: str) -> Spec:
    return {"title": title, "format": ",.0f", "tickCount": 4}


def _labels(order: list[str], *, limit: int = 190) -> Spec:
    return {"type": "nominal", "sort": order, "title": None, "axis": {"grid": False, "labelLimit": limit}}


def _rows(summary: Summary, text: Texts) -> Spec | None:
    """Rows of every list: those linked and, if there are any, those that could not be read."""
    parts = [
        ("linked", BLUE, _by_file(summary, {one.account.file: one.account.rows for one in summary.lists}))
    ]
    rejected = _by_file(summary, {one.account.file: one.account.rejected for one in summary.lists})
    if any(rejected.values()):
        parts.append(("rejected", RED, rejected))
    values = [
        {"list": file, "what": text[what], "rows": count, "order": place}
        for place, (what, _, counts) in enumerate(parts)
        for file, count in counts.items()
    ]
    if not values:
        return None
    colour = _colours([text[what] for what, _, _ in parts], [colour for _, colour, _ in parts], "what")
    if len(parts) == 1:
        colour = {**colour, "legend": None}
    return {
        "data": {"values": values},
        "width": _WIDTH,
        "height": {"step": _STEP},
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "y": {"field": "list", **_labels(list(summary.compared))},
            "x": {"field": "rows", "type": "quantitative", "axis": _axis(text["rows"])},
            "color": colour,
            "order": {"field": "order"},
        },
    }


def _by_file(summary: Summary, counts: Mapping[str, int]) -> dict[str, int]:
    """Counts of lists added up to what the plots compare: the lists themselves, or their files."""
    added = dict.fromkeys(summary.compared, 0)
    for label, count in counts.items():
        added[label if label in added else label.partition("#")[0]] += count
    return added


def _colours(names: list[str], colours: list[str], field: str) -> Spec:
    return {"field": field, "type": "nominal", "scale": {"domain": names, "range": colours}}


def _findings(summary: Summary, text: Texts) -> Spec | None:
    """Findings by kind, coloured by severity; on a logarithmic scale, because infos outnumber errors a
    thousandfold."""
    kinds = [kind for kind in summary.findings if kind.count]
    if not kinds:
        return None
    severities = [text[severity] for severity in ("error", "warning", "info")]
    title = "title_zh" if text is _ZH else "title_en"
    values = [{"kind": getattr(k, title), "severity": text[k.severity], "count": k.count} for k in kinds]
    return {
        "data": {"values": values},
        "width": _WIDTH - 70,
        "height": {"step": _STEP},
        "encoding": {
            "y": {"field": "kind", **_labels([v["kind"] for v in values], limit=290)},
            "x": {
                "field": "count", "type": "quantitative", "scale": {"type": "symlog", "constant": 5},
                "axis": {**_axis(text["count"]), "values": _POWERS},
            },
        },
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 2},
                "encoding": {"color": _colours(severities, [RED, AMBER, SLATE], "severity")},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "fontSize": 11, "color": INK},
                "encoding": {"text": {"field": "count", "format": ","}},
            },
        ],
    }  # fmt: skip


def _lists_per_person(summary: Summary, text: Texts) -> Spec | None:
    values = [{"lists": str(n), "people": people} for n, people in summary.lists_per_person.items()]
    if not values:
        return None
    across = {"labelAngle": 0, "grid": False}
    label = {"text": {"field": "people", "format": ","}}
    return {
        "data": {"values": values},
        "width": _WIDTH,
        "height": 190,
        "encoding": {
            "x": {"field": "lists", "type": "ordinal", "sort": None, "title": text["lists"], "axis": across},
            "y": {"field": "people", "type": "quantitative", "axis": _axis(text["people"])},
        },
        "layer": [
            {"mark": {"type": "bar", "color": TEAL, "width": {"band": 0.6}, "cornerRadiusEnd": 2}},
            {"mark": {"type": "text", "dy": -7, "fontSize": 11, "color": INK}, "encoding": label},
        ],
    }


def _combinations(summary: Summary, text: Texts) -> Spec | None:
    """Who stands in which lists: a bar for each set of lists, and below it the dots that say which lists
    these are."""
    if not summary.combinations:
        return None
    labels = list(summary.compared)
    sets = [{"set": place, "people": one["people"]} for place, one in enumerate(summary.combinations)]
    dots = [
        {"set": place, "list": label, "in": label in one["lists"]}
        for place, one in enumerate(summary.combinations)
        for label in labels
    ]
    across = {"field": "set", "type": "ordinal", "axis": None}
    width = max(22 * len(sets), 120)
    bars = {
        "data": {"values": sets},
        "width": width,
        "height": 120,
        "mark": {"type": "bar", "color": BLUE, "cornerRadiusEnd": 2},
        "encoding": {
            "x": across,
            "y": {"field": "people", "type": "quantitative", "axis": _axis(text["people"])},
        },
    }
    member = {"condition": {"test": "datum.in", "value": INK}, "value": GRID}
    matrix = {
        "data": {"values": dots},
        "width": width,
        "height": {"step": 20},
        "mark": {"type": "circle", "size": 90, "opacity": 1},
        "encoding": {"x": across, "y": {"field": "list", **_labels(labels)}, "color": member},
    }
    return {"vconcat": [bars, matrix], "spacing": 6}


def _probability(summary: Summary, text: Texts) -> Spec | None:
    values = [dict(one) for one in summary.probability]
    if not any(one["rows"] for one in values):
        return None
    across = {"grid": False, "format": ".0%", "values": [0, 0.25, 0.5, 0.75, 1]}
    step = values[0]["to"] - values[0]["from"]
    return {
        "data": {"values": values},
        "width": _WIDTH,
        "height": 190,
        "mark": {"type": "bar", "color": BLUE, "binSpacing": 1},
        "encoding": {
            "x": {
                "field": "from",
                "bin": {"binned": True, "step": step},
                "title": text["probability"],
                "axis": across,
            },
            "x2": {"field": "to"},
            "y": {
                "field": "rows",
                "type": "quantitative",
                "scale": {"type": "symlog", "constant": 10},
                "axis": {**_axis(text["rows"]), "values": _POWERS},
            },
        },
    }


def _coverage(summary: Summary, text: Texts) -> Spec | None:
    """People of every area: registered and seen, registered only, not registered."""
    areas = summary.areas[:_AREAS]
    states = ("seen", "unseen", "unregistered")
    values = [
        {"area": one.area, "state": text[state], "people": getattr(one, state), "order": place}
        for one in areas
        for place, state in enumerate(states)
    ]
    if not values:
        return None
    return {
        "data": {"values": values},
        "width": _WIDTH,
        "height": {"step": _STEP if len(areas) <= 40 else 15},
        "mark": {"type": "bar"},
        "encoding": {
            "y": {"field": "area", **_labels([one.area for one in areas])},
            "x": {"field": "people", "type": "quantitative", "axis": _axis(text["people"])},
            "color": _colours([text[state] for state in states], [TEAL, "#A9C7C7", RED], "state"),
            "order": {"field": "order"},
        },
    }
