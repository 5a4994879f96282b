"""Risk areas from tables and from announcements. Every row and every named place is an area or is kept with its
reason.
"""

import re
from collections.abc import Mapping, Sequence

from lianfang.screening.engine import tables
from lianfang.screening.engine.dates import Period, read_days, read_period
from lianfang.screening.engine.risk.announcements import read_announcement
from lianfang.screening.engine.risk.areas import RiskArea
from lianfang.screening.engine.risk.given import Given, Reading, Unread, level_of
from lianfang.screening.engine.risk.places import Place, Unplaced, divisions, find_place
from lianfang.screening.engine.words import clean

#: Field of an area → header words, the surest first.
HEADERS: Mapping[str, Sequence[str]] = {
    "code": ("code", "代码", "区划代码", "行政区划代码", "adcode"),
    "province": ("province", "省", "省份", "省级"),
    "city": ("city", "市", "城市", "地市", "市级", "地级市"),
    "county": ("county", "区县", "县", "区", "区/县", "县区", "县(市、区)", "district"),
    "street": ("street", "街道", "乡镇", "街道乡镇", "乡镇街道", "街道(乡镇)"),
    "place": ("place", "地区", "区域", "名称", "地点", "范围", "具体范围", "风险地区", "重点地区", "小区",
              "area", "community"),
    "level": ("level", "等级", "风险等级", "风险级别", "级别", "risk"),
    "first": ("first", "开始", "开始日期", "起始日期", "生效日期", "公布日期", "调整日期", "起", "from", "start",
              "date", "日期"),
    "last": ("last", "结束", "结束日期", "截止日期", "解除日期", "止", "to", "until", "end"),
    "period": ("period", "时段", "期间", "起止日期", "时间"),
    "source": ("source", "来源", "数据来源", "发布单位"),
}  # fmt: skip


def read_file(name: str, content: bytes, given: Given) -> Reading:
    """A published list as a file. Raises tables.TableError."""
    readings = [_sheet(sheet.rows, given) for sheet in tables.open_table(name, content)]
    return Reading(
        tuple(area for reading in readings for area in reading.areas),
        tuple(row for reading in readings for row in reading.unread),
        next((reading.columns for reading in readings if reading.columns), ()),
    )


def read_text(text: str, given: Given) -> Reading:
    """A table with a header as pasted from a page, or an announcement in words."""
    rows = [
        (number, cells) for number, cells in tables.split_lines(text) if any(clean(cell) for cell in cells)
    ]
    if len(rows) > tables.MOST_ROWS:
        raise tables.TableError("file.too_long")
    if _placed(tables.find_header(rows, HEADERS)):
        return _sheet(rows, given)
    return read_announcement(text, given)


def _placed(header: tables.Header | None) -> bool:
    return header is not None and bool({"place", "code", "city", "province", "county"} & set(header.columns))


def _sheet(rows: Sequence[tuple[int, tuple[str, ...]]], given: Given) -> Reading:
    header = tables.find_header(rows, HEADERS)
    if header is None or not _placed(header):
        return read_announcement("\n".join(" ".join(cells) for _, cells in rows), given)
    areas: list[RiskArea] = []
    unread: list[Unread] = []
    for number, cells in rows[header.place + 1 :]:
        fields = {name: clean(cells[i]) if i < len(cells) else "" for name, i in header.columns.items()}
        found = _row(fields, given)
        if isinstance(found, RiskArea):
            areas.append(found)
        else:
            unread.append(Unread(given.source, number, " | ".join(cells), found.code, found.candidates))
    names = rows[header.place][1]
    return Reading(tuple(areas), tuple(unread), tuple((names[i], name) for name, i in header.columns.items()))


def _row(fields: Mapping[str, str], given: Given) -> RiskArea | Unplaced:
    place = _place_of(fields, given)
    if isinstance(place, Unplaced):
        return place
    written = fields.get("level", "")
    level = level_of(written) if written else given.level
    if level is None:
        return Unplaced("level.unknown" if written else "level.missing")
    period = _period_of(fields, given)
    if isinstance(period, str):
        return Unplaced(period)
    return RiskArea(place, level, period.first, period.last, (fields.get("source") or given.source,))


def _place_of(fields: Mapping[str, str], given: Given) -> Place | Unplaced:
    named = ""
    for name in ("province", "city", "county", "street", "place"):
        part = fields.get(name, "")
        if part and not named.endswith(part):
            named += part
    code = re.sub(r"\D", "", fields.get("code", ""))[:6]
    found = find_place(named, within=given.home) if named else Unplaced("place.missing")
    if code in divisions():
        return Place(
            code,
            found.detail if isinstance(found, Place) and found.code == code else fields.get("street", ""),
        )
    return found


def _period_of(fields: Mapping[str, str], given: Given) -> Period | str:
    if fields.get("period"):
        return read_period(fields["period"], given.year) or "period.unreadable"
    written = [fields.get("first", ""), fields.get("last", "")]
    days = [read_days(text, given.year) if text else None for text in written]
    if any(text and not (day and len(day.days) == 1) for text, day in zip(written, days, strict=True)):
        return "period.unreadable"
    first = days[0].days[0] if days[0] else given.first
    last = days[1].days[0] if days[1] else None
    if first is None:
        return "period.missing"
    return Period(first, last) if last is None or last >= first else "period.unreadable"
