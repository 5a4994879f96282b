"""A published trip in normal form, and rows that could not be read. Everything is a value."""

import hashlib
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Trip:
    """One ride of one or more published cases.

    `numbers` name the run as published, `also` what other rows call the same run (K446 where K446/K447 stands
    elsewhere). `dates` are all days that the publication allows. `overnight`: the run may go over midnight, so
    that somebody with the day before or after may have sat in it. Empty `carriages` and `rows` mean unknown.
    """

    mode: str
    numbers: tuple[str, ...]
    dates: tuple[date, ...]
    overnight: bool
    carriages: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    start: str = ""
    end: str = ""
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Ten hex digits of what the trip is, without who published it: the same trip has the same key."""
        days = " ".join(day.isoformat() for day in self.dates)
        text = "|".join(
            [
                self.mode,
                "/".join(sorted(self.numbers)),
                days,
                ",".join(self.carriages),
                ",".join(map(str, self.rows)),
                self.start,
                self.end,
            ]
        )
        return hashlib.sha256(text.encode()).hexdigest()[:10]


@dataclass(frozen=True)
class Unread:
    """A row from which no trip could be made: where it stood, its cells as they were, and why (a code)."""

    source: str
    row: int
    cells: tuple[str, ...]
    code: str


@dataclass(frozen=True)
class Reading:
    """All rows of a list: trips, what could not be read, and which column was taken for what."""

    trips: tuple[Trip, ...]
    unread: tuple[Unread, ...]
    columns: tuple[tuple[str, str], ...] = ()


#: Why a row gives no trip, and what was mended or doubtful in one that does: code → (Chinese, English).
WORDS: dict[str, tuple[str, str]] = {
    "number.missing": ("没有车次、航班号或车牌", "no train, flight or plate number"),
    "number.unknown": ("车次不详", "the number is given as unknown"),
    "number.no_airline": ("航班号缺航空公司代码", "the flight number lacks its airline"),
    "number.unreadable": ("车次、航班号或车牌无法识别", "the number cannot be read"),
    "date.missing": ("没有日期", "no date"),
    "date.unreadable": ("日期无法识别", "the date cannot be read"),
    "mode.corrected": ("按号码改正了交通方式", "the means of transport was corrected after the number"),
    "number.zero_for_o": ("航班号中的数字0按字母O读", "a digit 0 was read as the letter O"),
    "date.contradiction": ("日期与起止时间不一致，均保留", "date and times disagree; all days are kept"),
    "carriage.unassigned": (
        "一栏多个车次，车厢属于哪一个不明",
        "several numbers share one carriage; whose it is is unknown",
    ),
    "time.backwards": (
        "到达时间早于出发时间，按次日到达处理",
        "arrival before departure, taken as the next day",
    ),
}
