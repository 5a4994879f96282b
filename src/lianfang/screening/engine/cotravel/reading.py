"""Rows of published lists → trips. Every row becomes a trip or is kept with its reason; none disappears."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from lianfang.screening.engine import tables
from lianfang.screening.engine.cotravel.trips import Reading, Trip, Unread
from lianfang.screening.engine.cotravel.vehicles import (
    Vehicle,
    mode_of,
    read_carriages,
    read_rows,
    read_vehicles,
)
from lianfang.screening.engine.dates import Moment, read_days, read_moment
from lianfang.screening.engine.words import clean

#: Field of a trip → header words, the surest first.
HEADERS: Mapping[str, Sequence[str]] = {
    "number": ("number", "车次", "航班号", "车次/航班号", "班次", "航班", "车牌", "车牌号", "tno", "no.", "trainno",
               "flightno", "车次航班", "交通工具编号", "号码"),
    "date": ("date", "日期", "乘车日期", "出行日期", "乘坐日期", "出发日期", "tdate", "时间", "乘车时间",
             "day"),
    "start": ("start", "开始时间", "出发时间", "发车时间", "起飞时间", "tstart", "departure", "starttime",
              "上车时间"),
    "end": ("end", "结束时间", "到达时间", "到站时间", "降落时间", "tend", "arrival", "endtime", "下车时间"),
    "mode": ("mode", "类型", "交通类型", "交通方式", "交通工具", "ttype", "type", "transport", "方式"),
    "carriage": ("carriage", "carriageordetail", "车厢", "车厢号", "车厢/座位", "tnosub", "coach", "车厢座位",
                 "车厢(座位)"),
    "seat": ("seat", "座位", "座位号", "席位", "铺位"),
    "from": ("from", "出发地", "始发站", "出发站", "上车站", "起点", "tposstart", "出发", "departurestation", "始发"),
    "to": ("to", "目的地", "终点站", "到达站", "下车站", "终点", "tposend", "到达", "destination"),
    "route": ("route", "区间", "路线", "起止站", "行程", "乘坐区间"),
    "source": ("source", "originlist", "来源", "信息来源", "数据来源", "发布单位", "who", "发布"),
}  # fmt: skip

#: Trains whose numbers begin so run by day; only times that go over midnight say otherwise.
_BY_DAY = ("G", "C")
_NOT_STATED = re.compile(r"^(?:不详|未知|不明|无|/|-)?$")
_PLACE = r"([\u4e00-\u9fff]{2,14}{}(?:\([^)]{1,10}\))?)"
_ROUTE = re.compile(
    _PLACE.replace("{}", "?") + r" ?(?:→|->|-+|至|到|开往|飞往|前往|飞) ?" + _PLACE.replace("{}", "")
)
_NOISE = re.compile(
    r"由|从|乘坐|搭乘|转乘|乘|次列车|列车|航班|车次|次|车厢|火车|高铁|动车|飞机|硬座|硬卧|软卧|二等座|一等座"
)


def read_file(name: str, content: bytes, *, year: int | None) -> Reading:
    """A published list as a file. `year` counts where a date has none. Raises tables.TableError."""
    sheets = [read_rows_of(sheet.rows, source=name, year=year) for sheet in tables.open_table(name, content)]
    return Reading(
        tuple(trip for sheet in sheets for trip in sheet.trips),
        tuple(row for sheet in sheets for row in sheet.unread),
        next((sheet.columns for sheet in sheets if sheet.columns), ()),
    )


def read_text(text: str, *, source: str, year: int | None) -> Reading:
    """A published list as pasted text: a table with a header, or a line per trip."""
    rows = [
        (number, cells) for number, cells in tables.split_lines(text) if any(clean(cell) for cell in cells)
    ]
    if len(rows) > tables.MOST_ROWS:
        raise tables.TableError("file.too_long")
    if tables.find_header(rows, HEADERS) is not None:
        return read_rows_of(rows, source=source, year=year)
    lines = [(number, (line,)) for number, line in enumerate(text.splitlines(), start=1) if clean(line)]
    return read_rows_of(lines, source=source, year=year)


def read_rows_of(rows: Sequence[tuple[int, tuple[str, ...]]], *, source: str, year: int | None) -> Reading:
    """Rows with their numbers; without a header each row is read as one sentence."""
    header = tables.find_header(rows, HEADERS)
    if header is None or "number" not in header.columns:
        return _collect(rows, lambda cells: _read_sentence(" ".join(cells), year, source), source, ())
    names = rows[header.place][1]
    columns = tuple((names[index], field) for field, index in header.columns.items())

    def read(cells: tuple[str, ...]) -> tuple[Trip, ...] | str:
        fields = {field: clean(cells[i]) if i < len(cells) else "" for field, i in header.columns.items()}
        return read_fields(fields, year=year, source=source)

    return _collect(rows[header.place + 1 :], read, source, columns)


def _collect(
    rows: Sequence[tuple[int, tuple[str, ...]]],
    read: Callable[[tuple[str, ...]], tuple[Trip, ...] | str],
    source: str,
    columns: tuple[tuple[str, str], ...],
) -> Reading:
    trips: list[Trip] = []
    unread: list[Unread] = []
    for number, cells in rows:
        found = read(cells)
        if isinstance(found, str):
            unread.append(Unread(source, number, tuple(cells), found))
        else:
            trips.extend(found)
    return Reading(tuple(trips), tuple(unread), columns)


def read_fields(fields: Mapping[str, str], *, year: int | None, source: str) -> tuple[Trip, ...] | str:
    """One row by columns (names as in HEADERS) → its trips, or the code of what makes it unreadable."""
    reading = read_vehicles(fields.get("number", ""), mode_of(fields.get("mode")))
    if reading.code:
        return reading.code
    days = _days(fields, year)
    if isinstance(days, str):
        return days
    dates, crosses, noted = days
    start, end = _stations(fields)
    place = " ".join(fields.get(name, "") for name in ("carriage", "seat"))
    carriages = tuple(
        dict.fromkeys(read_carriages(fields.get("carriage")) + read_carriages(fields.get("seat")))
    )
    if len(reading.vehicles) > 1 and (carriages or read_rows(place)):
        # Whose carriage it is, is not known, and an unknown carriage must not exclude anybody.
        place, carriages, noted = "", (), (*noted, "carriage.unassigned")
    return tuple(
        Trip(
            mode=vehicle.mode, numbers=vehicle.numbers, dates=dates, overnight=_overnight(vehicle, crosses),
            carriages=(vehicle.carriages or carriages) if vehicle.mode == "train" else (),
            rows=(vehicle.rows or read_rows(place)) if vehicle.mode == "flight" else (),
            start=start, end=end, sources=(fields.get("source") or source,), notes=(*reading.notes, *noted),
        )
        for vehicle in reading.vehicles
    )  # fmt: skip


def _days(
    fields: Mapping[str, str], year: int | None
) -> tuple[tuple[date, ...], bool | None, tuple[str, ...]] | str:
    """Dates, whether the ride goes over midnight (None: no times), notes; or a code."""
    written = fields.get("date", "")
    stated = read_days(written, year) if written else None
    # A column of times without days belongs to the one day that the row names.
    day = stated.days[0] if stated is not None and len(stated.days) == 1 else None
    first = read_moment(fields.get("start", ""), year, day)
    last = read_moment(fields.get("end", ""), year, day)
    if stated is None and first is None:
        return "date.unreadable" if written or fields.get("start") else "date.missing"
    ridden = _ridden(first, last)
    if stated is None:
        return ridden[0], ridden[1], ridden[2]
    days, notes = set(stated.days), ridden[2]
    if first is not None:
        if ridden[0][0] not in days:
            notes = (*notes, "date.contradiction")
        days.update(ridden[0])
    return tuple(sorted(days)), ridden[1], notes


def _ridden(
    first: Moment | None, last: Moment | None
) -> tuple[tuple[date, ...], bool | None, tuple[str, ...]]:
    """Days of boarding between two moments. A ride of one night counts for its first day and goes over
    midnight; moments that lie further apart are the publisher's range of days.
    """
    if first is None:
        return (), None, ()
    if last is None or last.minutes is None or first.minutes is None:
        return _range(first.day, last.day if last else first.day), None, ()
    if last.day == first.day:
        if last.minutes < first.minutes and last.minutes > 0:
            return (first.day,), True, ("time.backwards",)
        all_day = first.minutes == 0 and last.minutes in (0, 23 * 60 + 59)
        return (first.day,), None if all_day else False, ()
    end = last.day - timedelta(days=1) if last.minutes == 0 else last.day
    if (last.day - first.day).days == 1 and first.minutes > 0:
        return (first.day,), True, ()
    return _range(first.day, end), None, ()


def _range(first: date, last: date) -> tuple[date, ...]:
    days = max(0, min((last - first).days, 30))
    return tuple(first + timedelta(days=step) for step in range(days + 1))


def _overnight(vehicle: Vehicle, crosses: bool | None) -> bool:
    """Whether the whole run may go over midnight, of which the published ride is often only a part."""
    if vehicle.mode == "train":
        return bool(crosses) or not all(number.startswith(_BY_DAY) for number in vehicle.numbers)
    if vehicle.mode in ("coach", "ship", "other"):
        return crosses is not False
    return bool(crosses)


def _stations(fields: Mapping[str, str]) -> tuple[str, str]:
    start, end = _station(fields.get("from", "")), _station(fields.get("to", ""))
    if not start and not end and fields.get("route"):
        found = _ROUTE.search(clean(fields["route"]))
        if found:
            return _station(found[1]), _station(found[2])
    return start, end


def _station(text: str) -> str:
    plain = clean(text)
    return "" if _NOT_STATED.match(plain) else plain


def _read_sentence(line: str, year: int | None, source: str) -> tuple[Trip, ...] | str:
    """ "1月21日 K446/K447次 11号车厢 西安-深圳" → its trips."""
    plain = clean(line)
    days = read_days(plain, year)
    rest = days.rest if days else plain
    trips = read_vehicles(rest)
    if trips.code:
        return trips.code
    if days is None:
        return "date.unreadable" if re.search(r"\d[月日./-]", plain) else "date.missing"
    route = _ROUTE.search(_NOISE.sub(" ", rest))
    fields = {
        "number": rest,
        "from": route[1] if route else "",
        "to": route[2] if route else "",
        "source": source,
    }
    fields["date"] = " 、".join(day.isoformat() for day in days.days)
    return read_fields(fields, year=year, source=source)
