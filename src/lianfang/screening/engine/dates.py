"""Dates of published lists: one day, several, ranges, with or without a year, with times. What cannot be read
in one way only is not read.
"""

import itertools
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lianfang.screening.engine.words import NUMERALS, clean, numeral

#: A list that names more days than this for one trip says nothing.
LONGEST_RANGE = 31
_EXCEL = date(1899, 12, 30)

_N = rf"(?:\d{{1,2}}|[{NUMERALS}]{{1,3}})"
_TIME = re.compile(r"(?<!\d)([01]?\d|2[0-4]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(?!\d)")
_DAY = re.compile(
    rf"(?:(?P<y>(?:19|20)\d{{2}})\s?[年./-]\s?)?(?P<m>{_N})\s?(?P<sep>[月./-])\s?(?P<d>{_N})(?!\d)\s?[日号]?"
)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_MORE = re.compile(rf"\s?(?P<to>-|至|到|和|及|与|、|,|/)\s?(?P<d>{_N})(?!\d)\s?[日号]?(?!\s?[月年./:时点])")
_JOIN = re.compile(r"^\s?(?:-|至|到|起?至)\s?$")
_SERIAL = re.compile(r"^[34]\d{4}(?:\.\d+)?$")


@dataclass(frozen=True)
class Days:
    """Days that a field names, in order, and the text that is left beside them."""

    days: tuple[date, ...]
    rest: str = ""


@dataclass(frozen=True)
class Moment:
    """A start or an end: its day, and minutes since midnight where the cell has a time."""

    day: date
    minutes: int | None


def read_days(text: str, year: int | None) -> Days | None:
    """All days of a field: "1月18日", "1月18日-20日", "2020/1/18至1/20", "1月18、19日", a spreadsheet's number.

    `year` is used where none is written; without it such a field is not read (None). None also for days that
    do not exist, ranges that run backwards and ranges of more than LONGEST_RANGE days.
    """
    plain = _TIME.sub(" ", clean(text))
    if _SERIAL.match(plain):
        return Days((_EXCEL + timedelta(days=int(float(plain))),))
    plain = _COMPACT.sub(r"\1-\2-\3", plain)
    spans = _spans(plain, year)
    if not spans:
        return None
    return _joined(plain, spans)


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    days: tuple[date, ...]


def _spans(plain: str, year: int | None) -> list[_Span]:
    """Each written day, with the further days of its month that follow it ("18日-20日", "18、19日")."""
    spans: list[_Span] = []
    place = 0
    while found := _DAY.search(plain, place):
        used_year = int(found["y"]) if found["y"] else (spans[-1].days[-1].year if spans else year)
        first = _day(used_year, found["m"], found["d"])
        if first is None:
            return []
        if spans and not found["y"] and first < spans[-1].days[-1]:
            first = _day(first.year + 1, found["m"], found["d"]) or first
        days, end = [first], found.end()
        while more := _MORE.match(plain, end):
            following = _day(days[-1].year, str(days[-1].month), more["d"])
            if following is None or following <= days[-1]:
                return []
            step = _between(days[-1], following) if more["to"] in ("-", "至", "到") else [following]
            days.extend(step)
            end = more.end()
        spans.append(_Span(found.start(), end, tuple(days)))
        place = end
    return spans


def _joined(plain: str, spans: list[_Span]) -> Days | None:
    days = list(spans[0].days)
    for before, after in itertools.pairwise(spans):
        if _JOIN.match(plain[before.end : after.start]):
            days.extend(_between(before.days[-1], after.days[0]))
        days.extend(after.days)
    if any(late <= early for early, late in itertools.pairwise(days) if late < early):
        return None
    kept = tuple(sorted(set(days)))
    if (kept[-1] - kept[0]).days >= LONGEST_RANGE:
        return None
    rest = plain
    for span in reversed(spans):
        rest = rest[: span.start] + " " + rest[span.end :]
    return Days(kept, re.sub(r"\s+", " ", rest).strip())


def _between(first: date, last: date) -> list[date]:
    """The days after the first up to the last; [] if the last is not later."""
    return [first + timedelta(days=step) for step in range(1, (last - first).days + 1)]


def _day(year: int | None, month: str, day: str) -> date | None:
    if year is None:
        return None
    try:
        return date(year, numeral(month) or 0, numeral(day) or 0)
    except ValueError:
        return None


def read_moment(text: str, year: int | None, day: date | None = None) -> Moment | None:
    """One cell of a start or end column: "2020/01/19 22:55:00", "1月19日 22:55", or "22:55" of the given day.

    None if it names no one day.
    """
    plain = clean(text)
    time = _TIME.search(plain)
    minutes = int(time[1]) * 60 + int(time[2]) if time else None
    days = read_days(plain, year)
    if days is not None and len(days.days) == 1:
        return Moment(days.days[0], minutes)
    return Moment(day, minutes) if day is not None and time and time.group() == plain else None


def as_text(cell: object) -> str:
    """A cell of a workbook as text: dates in ISO form, whole numbers without a fraction."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


@dataclass(frozen=True)
class Period:
    """From a first day to a last one; `last` None: still going on. `rest` is the text beside them."""

    first: date
    last: date | None
    rest: str = ""


_SINCE = re.compile(r"^\s?(?:\d{1,2}时|零时)?\s?(?:起|开始|以来|之后|以后|后)")
_UNTIL = re.compile(r"(?:截至|截止|截止到|至|到|-)\s?$")


def read_period(text: str, year: int | None) -> Period | None:
    """ "3月1日至3月14日", "自2020年3月1日0时起", "2020-03-01" (a first day: nobody says until when).

    None without a date, with dates that do not exist, that run backwards, or more than two of them.
    """
    plain = _COMPACT.sub(r"\1-\2-\3", _TIME.sub(" ", clean(text)))
    spans = _spans(plain, year)
    if not spans or len(spans) > 2:
        return None
    first, last = spans[0].days[0], spans[-1].days[-1]
    rest = plain
    for span in reversed(spans):
        after = _SINCE.sub(" ", rest[span.end :])
        rest = _UNTIL.sub(" ", rest[: span.start]) + " " + after
    rest = re.sub(r"^\s*(?:自|从)|(?<=\s)(?:自|从)(?=\s|$)", " ", rest)
    one_day = len(spans) == 1 and len(spans[0].days) == 1
    if last < first:
        return None
    return Period(first, None if one_day else last, re.sub(r"\s+", " ", rest).strip())
