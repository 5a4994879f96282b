"""What a hit means, in a sentence for people. The twin on the phone writes the same ones (shared vectors)."""

from lianfang.screening.engine.cotravel.index import Hit

_MODE_ZH = {
    "train": "次列车",
    "flight": "航班",
    "coach": "客车",
    "bus": "公交",
    "ship": "号客轮",
    "metro": "",
    "car": "",
    "other": "",
}
_MODE_EN = {
    "train": "train",
    "flight": "flight",
    "coach": "coach",
    "bus": "bus",
    "ship": "ship",
    "metro": "metro",
    "car": "car",
    "other": "vehicle",
}
_WHERE_ZH = {
    ("train", "close"): "同一车厢",
    ("train", "apart"): "不同车厢",
    ("flight", "close"): "前后三排以内",
    ("flight", "apart"): "相隔三排以上",
}
_WHERE_EN = {
    ("train", "close"): "in the same carriage",
    ("train", "apart"): "in another carriage",
    ("flight", "close"): "within three rows",
    ("flight", "apart"): "more than three rows away",
}
_DAY_ZH = {"same": "同日", "night": "相差一天，该车可能跨夜", "unknown": "乘坐日期不详"}
_DAY_EN = {
    "same": "on the same day",
    "night": "a day apart, but it may run over midnight",
    "unknown": "day of travel unknown",
}


def sentence(hit: Hit, language: str) -> str:
    """One sentence in "zh" or "en": what was published, and how near the leg was to it."""
    return _chinese(hit) if language == "zh" else _english(hit)


def _days(hit: Hit) -> tuple[str, str]:
    days = hit.trip.dates
    return days[0].isoformat(), days[-1].isoformat()


def _chinese(hit: Hit) -> str:
    trip = hit.trip
    first, last = _days(hit)
    period = first if first == last else f"{first}至{last}"
    seat = ""
    if trip.carriages:
        seat = "、".join(trip.carriages) + "号车厢"
    elif trip.rows:
        seat = "第" + "、".join(str(row) for row in trip.rows) + "排"
    route = f"{trip.start or '？'}→{trip.end or '？'}" if trip.start or trip.end else ""
    details = "，".join(part for part in (seat, route) if part)
    where = (
        _WHERE_ZH.get((trip.mode, hit.where)) or "车厢或座位不详" if trip.mode in ("train", "flight") else ""
    )
    nearness = "，".join(part for part in (_DAY_ZH[hit.day], where) if part)
    published = "/".join(trip.numbers) + _MODE_ZH[trip.mode]
    bracketed = f"（{details}）" if details else ""
    return f"{period} {published}有已公布病例{bracketed}：{nearness}。来源：{'、'.join(trip.sources)}。"


def _english(hit: Hit) -> str:
    trip = hit.trip
    first, last = _days(hit)
    period = f"on {first}" if first == last else f"from {first} to {last}"
    seat = ""
    if trip.carriages:
        seat = ("carriage " if len(trip.carriages) == 1 else "carriages ") + ", ".join(trip.carriages)
    elif trip.rows:
        seat = ("row " if len(trip.rows) == 1 else "rows ") + ", ".join(str(row) for row in trip.rows)
    route = f"{trip.start or '?'} → {trip.end or '?'}" if trip.start or trip.end else ""
    details = "; ".join(part for part in (seat, route) if part)
    where = (
        _WHERE_EN.get((trip.mode, hit.where)) or "carriage or seat unknown"
        if trip.mode in ("train", "flight")
        else ""
    )
    nearness = ", ".join(part for part in (_DAY_EN[hit.day], where) if part)
    published = f"{_MODE_EN[trip.mode]} {'/'.join(trip.numbers)}"
    return (
        f"A case was published {period} on {published}{f' ({details})' if details else ''}: {nearness}. "
        f"Source: {', '.join(trip.sources)}."
    )
