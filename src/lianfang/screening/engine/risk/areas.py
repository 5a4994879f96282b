"""Risk areas: place × period × level, and what a stay in one means."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from lianfang.screening.engine.risk.places import Place, contains, full_name, parents

#: Levels from the mildest on. "key" is 重点地区 of early 2020, before levels were published.
LEVELS = ("low", "medium", "key", "high")

#: Level → (Chinese, English).
LEVEL_WORDS = {
    "low": ("低风险", "low risk"),
    "medium": ("中风险", "medium risk"),
    "key": ("重点地区", "key area"),
    "high": ("高风险", "high risk"),
}


@dataclass(frozen=True)
class RiskArea:
    """A place at a level from `first` to `last` (None: until further notice)."""

    place: Place
    level: str
    first: date
    last: date | None
    sources: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Ten hex digits of what the area is, without who published it."""
        parts = [self.place.code, self.place.detail, self.level, self.first.isoformat(), str(self.last)]
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:10]

    def covers(self, day: date) -> bool:
        """Whether the area was at its level on that day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Stay:
    """A person was in a place: until `left` (None: still there), from `came` on (None: nobody knows)."""

    place: Place
    came: date | None = None
    left: date | None = None


@dataclass(frozen=True)
class Exposure:
    """A stay that meets a risk area. `sure`: False where the place was named less exactly than the area.

    `last_day` is the last day on which both hold, from which observation is counted.
    """

    area: RiskArea
    stay: Stay
    sure: bool
    last_day: date


def merge(areas: Iterable[RiskArea]) -> list[RiskArea]:
    """Areas said twice (same place, level and period) made one, with all their sources; in order."""
    found: dict[str, RiskArea] = {}
    for area in areas:
        known = found.get(area.key)
        sources = tuple(sorted({*area.sources, *(known.sources if known else ())}))
        found[area.key] = RiskArea(area.place, area.level, area.first, area.last, sources)
    return sorted(
        found.values(),
        key=lambda area: (area.place.code, area.place.detail, area.first, area.level, area.key),
    )


def exposures(
    areas: Iterable[RiskArea], stay: Stay, *, on: date, days_back: int, days_before: int = 0
) -> list[Exposure]:
    """The risk areas that a stay met within the `days_back` days before `on`, the gravest and latest first.

    `days_before`: how many days before its publication an area counts as well, for cases come first and the
    level afterwards. A stay without an end lasts until `on`; without a beginning it is taken as long enough.
    """
    since = on - timedelta(days=days_back)
    came, left = stay.came or since, stay.left or on
    found = []
    for area in areas:
        certainty = contains(area.place, stay.place)
        if certainty is None:
            continue
        begins = max(came, since, area.first - timedelta(days=days_before))
        ends = min(left, on, area.last or on)
        if begins <= ends:
            found.append(Exposure(area, stay, certainty == "in", ends))
    return sorted(
        found,
        key=lambda one: (
            -LEVELS.index(one.area.level),
            not one.sure,
            -one.last_day.toordinal(),
            one.area.key,
        ),
    )


def level_on(areas: Iterable[RiskArea], place: Place, day: date) -> str | None:
    """The gravest level that is published for the place, or for what it lies in, on that day."""
    levels = [area.level for area in areas if area.covers(day) and contains(area.place, place) == "in"]
    return max(levels, key=LEVELS.index, default=None)


def history(areas: Sequence[RiskArea], place: Place, until: date) -> list[tuple[date, date, str]]:
    """(first day, last day, level) of a place, one after another, up to `until`; days without a level are left out."""
    mine = [area for area in areas if contains(area.place, place) == "in" and area.first <= until]
    edges = {area.first for area in mine} | {
        area.last + timedelta(days=1) for area in mine if area.last is not None and area.last < until
    }
    spans: list[tuple[date, date, str]] = []
    for first, after in pairwise([*sorted(edges), until + timedelta(days=1)]):
        level = level_on(mine, place, first)
        if level is None:
            continue
        last = after - timedelta(days=1)
        if spans and spans[-1][2] == level and spans[-1][1] + timedelta(days=1) == first:
            spans[-1] = (spans[-1][0], last, level)
        else:
            spans.append((first, last, level))
    return spans


def sentence(exposure: Exposure, language: str) -> str:
    """One sentence in "zh" or "en": which area, when, and how sure it is."""
    area, stay = exposure.area, exposure.stay
    zh, en = LEVEL_WORDS[area.level]
    if language == "zh":
        period = f"{area.first}起" if area.last is None else f"{area.first}至{area.last}"
        left = f"{stay.left}离开{stay.place.name}" if stay.left else f"在{stay.place.name}"
        doubt = "" if exposure.sure else "；具体地点不详，需核实"
        return f"{left}；{area.place.name}{period}为{zh}{doubt}。来源：{'、'.join(area.sources)}。"
    period = f"from {area.first} on" if area.last is None else f"from {area.first} to {area.last}"
    left = f"Left {stay.place.name} on {stay.left}" if stay.left else f"In {stay.place.name}"
    doubt = "" if exposure.sure else "; the exact place is unknown and has to be asked"
    return f"{left}; {area.place.name} was {en} {period}{doubt}. Source: {', '.join(area.sources)}."


def as_data(area: RiskArea) -> dict[str, Any]:
    """An area as JSON, as phones keep it."""
    return {
        "key": area.key,
        "code": area.place.code,
        "detail": area.place.detail,
        "name": area.place.name,
        "within": [full_name(code) for code in parents(area.place.code)[1:]],
        "level": area.level,
        "first": area.first.isoformat(),
        "last": area.last.isoformat() if area.last else None,
        "sources": list(area.sources),
    }
