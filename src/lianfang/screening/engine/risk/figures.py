"""Key areas from case figures by city and day, by a rule that is said in words.

The figures are cumulative and come as they were published: totals fall when a case is handed to another
province, cells are empty, rows have no code, cases are "imported" or of unknown origin. So the new cases of a
window are today's total less the smallest total of the window: a correction downwards neither hides cases nor
makes negative ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lianfang.screening.engine import tables
from lianfang.screening.engine.dates import read_days
from lianfang.screening.engine.risk.areas import RiskArea
from lianfang.screening.engine.risk.places import Place, divisions, find_place
from lianfang.screening.engine.words import clean

HEADERS: Mapping[str, Sequence[str]] = {
    "day": ("date", "日期", "day", "时间", "统计日期"),
    "confirmed": ("confirmed", "累计确诊", "确诊", "confirmedcount", "cases", "累计确诊病例"),
    "province": ("province", "省", "省份", "provincename"),
    "city": ("city", "市", "城市", "cityname", "地市"),
    "code": ("citycode", "code", "adcode", "代码", "城市代码"),
    "province_code": ("provincecode", "省代码"),
}  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """When a city is a risk area, after China's guidance of 17 February 2020 (联防联控机制, 分区分级精准防控).

    High: more than `many` cases in all, and `cluster` new ones within `window` days. Medium: at least one new
    case within the window. Low: none. The guidance speaks of an outbreak in one place (聚集性疫情, two cases or
    more), which figures by city do not show: `cluster` new cases in the city stand for it.
    """

    window: int = 14
    many: int = 50
    cluster: int = 2

    def level(self, total: int, new: int) -> str:
        """The level of a city with so many cases in all and so many new ones within the window."""
        if new <= 0:
            return "low"
        return "high" if total > self.many and new >= self.cluster else "medium"

    def words(self, language: str) -> str:
        """The rule in a sentence, "zh" or "en"."""
        if language == "zh":
            return (
                f"累计确诊超过{self.many}例且{self.window}天内新增不少于{self.cluster}例为高风险；"
                f"{self.window}天内有新增为中风险；{self.window}天内无新增为低风险。新增＝当日累计减去{self.window}天内最小累计。"
            )
        return (
            f"High: more than {self.many} cases in all and at least {self.cluster} new within {self.window} days. "
            f"Medium: any new case within {self.window} days. Low: none. "
            f"New = the day's total less the smallest total of the {self.window} days before."
        )


@dataclass(frozen=True)
class Figures:
    """Totals by division and day, and rows that belong to no division, with why."""

    totals: Mapping[str, Mapping[date, int]]
    unread: tuple[tuple[int, str, str], ...] = ()


def read_figures(name: str, content: bytes, *, year: int | None = None) -> Figures:
    """A table of cumulative confirmed cases. Rows of a country or a province as a whole are left out.

    Raises tables.TableError. `unread`: (row, place, code) with place.unknown, place.none (imported cases,
    "unknown origin"), figure.missing, period.unreadable.
    """
    totals: dict[str, dict[date, int]] = defaultdict(dict)
    unread: list[tuple[int, str, str]] = []
    for sheet in tables.open_table(name, content):
        header = tables.find_header(sheet.rows, HEADERS)
        if header is None or not {"day", "confirmed", "city"} <= set(header.columns):
            raise tables.TableError("file.no_figures")
        for number, cells in sheet.rows[header.place + 1 :]:
            row = {field: clean(cells[i]) if i < len(cells) else "" for field, i in header.columns.items()}
            if not row.get("city"):
                continue
            found = _row(row, year)
            if isinstance(found, str):
                unread.append((number, row.get("province", "") + row["city"], found))
            else:
                code, day, total = found
                totals[code][day] = max(total, totals[code].get(day, 0))
    return Figures({code: dict(sorted(days.items())) for code, days in totals.items()}, tuple(unread))


def _row(row: Mapping[str, str], year: int | None) -> tuple[str, date, int] | str:
    days = read_days(row.get("day", ""), year)
    if days is None or len(days.days) != 1:
        return "period.unreadable"
    written = row.get("confirmed", "")
    if not written.isdigit():
        return "figure.missing"
    code = row.get("code", "")
    if code not in divisions():
        place = find_place(row.get("province", "") + row["city"])
        if not isinstance(place, Place):
            return "place.unknown"
        if place.detail or (place.code.endswith("0000") and row["city"] != row.get("province")):
            return "place.none"
        code = place.code
    return code, days.days[0], int(written)


@dataclass(frozen=True)
class DayLevel:
    """One city on one day: total, new cases within the window, level."""

    day: date
    total: int
    new: int
    level: str


def levels_by_day(days: Mapping[date, int], rule: Rule, *, until: date | None = None) -> list[DayLevel]:
    """The level of one city for each day from its first figure on, from what was known on that day.

    A day without a figure keeps the total of the day before. Before the first figure the total is 0.
    """
    if not days:
        return []
    first, last = min(days), until or max(days)
    totals: list[int] = [0]
    result = []
    for step in range((last - first).days + 1):
        day = first + timedelta(days=step)
        totals.append(days.get(day, totals[-1]))
        new = totals[-1] - min(totals[-1 - rule.window :])
        result.append(DayLevel(day, totals[-1], new, rule.level(totals[-1], new)))
    return result


def derive_areas(
    figures: Figures, rule: Rule, *, source: str, levels: Iterable[str] = ("high", "medium")
) -> list[RiskArea]:
    """Risk areas of all cities: one for each unbroken run of days at a level. A run that reaches the last day of
    the figures is still going on (no last day).
    """
    wanted = set(levels)
    newest = max((day for days in figures.totals.values() for day in days), default=None)
    if newest is None:
        return []
    areas = []
    for code, days in sorted(figures.totals.items()):
        start: DayLevel | None = None
        by_day = levels_by_day(days, rule, until=newest)
        for today, tomorrow in zip(by_day, [*by_day[1:], None], strict=True):
            start = start or today
            if tomorrow is not None and tomorrow.level == today.level:
                continue
            if today.level in wanted:
                last = today.day if tomorrow is not None else None
                areas.append(RiskArea(Place(code), today.level, start.day, last, (source,)))
            start = None
    return areas
