"""worklist.xlsx: one sheet a grid to take along on paper, most urgent doors first, and an overview."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lianfang.linkage.findings.worklist import OLD_POINTS, OLD_YEARS, TRAVEL_DAYS, TRAVEL_POINTS, WorkList
from lianfang.linkage.outputs.cells import neutralised

#: Doors printed for one grid: more than a grid worker visits in a week. What is left out is counted on the
#: sheet.
DOORS_PER_SHEET = 1000

_COLUMNS: tuple[tuple[str, float], ...] = (
    ("序号", 5),
    ("急迫度", 7),
    ("地址", 24),
    ("人员", 26),
    ("要问的事", 50),
    ("急迫度依据", 20),
    ("结果", 11),
    ("核实情况", 22),
    ("日期", 8),
    ("经手人", 9),
)
_OUTCOMES = "□ 已见到\n□ 无人应门\n□ 拒绝\n□ 不住此处"
_LINE = 14.0  # points of height for one printed line
_TALLEST = 400.0  # Excel's limit is 409 points


@dataclass(frozen=True)
class _Formats:
    title: Format
    note: Format
    head: Format
    text: Format
    number: Format
    urgent: Format
    link: Format


def write_worklist(target: Path, work: WorkList, *, made: str, per_sheet: int = DOORS_PER_SHEET) -> None:
    """Write the workbook. `made` is the line under every title: what it was made from, and when."""
    doors = neutralised(work.doors.with_columns(nth=pl.int_range(1, pl.len() + 1).over("area")))
    sheets = list(zip(work.areas, sheet_names(work.areas), strict=True))
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        formats = _formats(book)
        _overview(book.add_worksheet("总览"), formats, work, sheets, made, per_sheet)
        for area, name in sheets:
            own = doors.filter(pl.col("area") == area)
            _sheet(book.add_worksheet(name), formats, area, own, made, per_sheet)


def sheet_names(areas: list[str]) -> list[str]:
    """Names that Excel accepts: no []:*?/\\, 31 characters, no apostrophe at the ends, none twice."""
    taken = {"总览", "history"}
    names = []
    for area in areas:
        plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", area).strip().strip("'")[:31].strip() or "未命名"
        name, again = plain, 1
        while name.lower() in taken:
            again += 1
            name = f"{plain[: 31 - len(str(again)) - 1]}~{again}"
        taken.add(name.lower())
        names.append(name)
    return names


def _formats(book: xlsxwriter.Workbook) -> _Formats:
    cell = {"border": 1, "border_color": "#9AA5B1", "valign": "top", "text_wrap": True, "font_size": 10}
    return _Formats(
        title=book.add_format({"bold": True, "font_size": 16}),
        note=book.add_format({"font_size": 9, "font_color": "#52606D"}),
        head=book.add_format(
            {**cell, "bold": True, "bg_color": "#E4ECF2", "valign": "vcenter", "align": "center"}
        ),
        text=book.add_format(cell),
        number=book.add_format({**cell, "align": "center"}),
        urgent=book.add_format({**cell, "align": "center", "bold": True, "bg_color": "#F9E3DC"}),
        link=book.add_format({**cell, "font_color": "#1F5F8B", "underline": 1}),
    )


def _page(sheet: Worksheet, area: str, header_row: int, columns: tuple[tuple[str, float], ...]) -> None:
    """A4 across, one page wide, the heading on every page, page numbers."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, header_row)
    sheet.freeze_panes(header_row + 1, 0)
    sheet.set_footer(f"&L{area.replace('&', '&&')}&C第 &P 页，共 &N 页&R含个人信息，用后收回")
    for place, (_, width) in enumerate(columns):
        sheet.set_column(place, place, width)


def _sheet(
    sheet: Worksheet, formats: _Formats, area: str, doors: pl.DataFrame, made: str, per_sheet: int
) -> None:
    header_row = 2
    _page(sheet, area, header_row, _COLUMNS)
    people = sum(len(ids.split()) for ids in doors.get_column("person_ids"))
    sheet.set_row(0, 24)
    sheet.write_string(0, 0, f"{area}　摸排工作单", formats.title)
    sheet.write_string(1, 0, f"{made}　共{doors.height}户、{people}人，按急迫度排列。", formats.note)
    for place, (head, _) in enumerate(_COLUMNS):
        sheet.write_string(header_row, place, head, formats.head)
    row = header_row
    for row, door in enumerate(_printed(doors, per_sheet), header_row + 1):
        _door(sheet, formats, row, door)
    if doors.height > per_sheet:
        left = doors.height - per_sheet
        text = f"本表列出最急的{per_sheet}户；另有{left}户（急迫度较低）未印出，见 findings.csv。"
        sheet.write_string(row + 1, 0, text, formats.note)


_Door = tuple[int, int, str, str, str, str]


def _printed(doors: pl.DataFrame, per_sheet: int) -> Iterator[_Door]:
    columns = ("nth", "urgency", "address", "people_zh", "todo_zh", "why_zh")
    return doors.head(per_sheet).select(columns).fill_null("").iter_rows()


def _door(sheet: Worksheet, formats: _Formats, row: int, door: _Door) -> None:
    nth, urgency, *texts = door
    lines = max(4, *(_lines(text, width) for text, (_, width) in zip(texts, _COLUMNS[2:6], strict=True)))
    sheet.set_row(row, min(lines * _LINE, _TALLEST))
    sheet.write_number(row, 0, nth, formats.number)
    sheet.write_number(row, 1, urgency, formats.urgent if urgency >= 50 else formats.number)
    for place, text in enumerate(texts, 2):
        sheet.write_string(row, place, text, formats.text)
    sheet.write_string(row, 6, _OUTCOMES, formats.text)
    for place in (7, 8, 9):
        sheet.write_blank(row, place, None, formats.text)


def _lines(text: str, width: float) -> int:
    """Printed lines of a wrapped cell; a Chinese character is two columns wide, a digit one."""
    return sum(ceil(max(1, _columns(line)) / width) for line in text.split("\n"))


def _columns(line: str) -> int:
    wide = len(line.encode("utf-8")) - len(line)  # a Chinese character has three bytes
    return len(line) + wide // 2


def _overview(
    sheet: Worksheet,
    formats: _Formats,
    work: WorkList,
    sheets: list[tuple[str, str]],
    made: str,
    per_sheet: int,
) -> None:
    columns = (
        ("网格／社区", 28),
        ("户数", 9),
        ("事项", 9),
        ("急迫度50以上的户", 18),
        ("最高急迫度", 12),
        ("本次印出", 10),
    )
    _page(sheet, "总览", 2, columns)
    sheet.write_string(0, 0, "摸排工作单　总览", formats.title)
    sheet.write_string(1, 0, made, formats.note)
    for place, (head, _) in enumerate(columns):
        sheet.write_string(2, place, head, formats.head)
    figures = work.doors.group_by("area", maintain_order=True).agg(
        pl.len().alias("doors"),
        pl.col("tasks").sum(),
        (pl.col("urgency") >= 50).sum().alias("urgent"),
        pl.col("urgency").max(),
    )
    row = 2
    for row, ((_, name), figure) in enumerate(zip(sheets, figures.iter_rows(), strict=True), 3):
        area, doors, *rest = figure
        sheet.write_url(row, 0, f"internal:'{name.replace(chr(39), chr(39) * 2)}'!A1", formats.link, area)
        for place, number in enumerate((doors, *rest, min(doors, per_sheet)), 1):
            sheet.write_number(row, place, number, formats.number)
    for place, line in enumerate(_explanation(), row + 2):
        sheet.write_string(place, 0, line, formats.note)


def _explanation() -> list[str]:
    return [
        "急迫度怎么来的：取该户最急事项的分数（如：孩子独自一户80、未登记50、搬迁30、在册未出现5），",
        f"每多一项加2、最多加10；最近{TRAVEL_DAYS}天有行程加{TRAVEL_POINTS}；"
        f"有{OLD_YEARS}岁以上老人加{OLD_POINTS}。每户的算法写在“急迫度依据”一栏。",
        "只列出有事要问的户；没有事项的户不在表中。没有网格的按社区、再按小区归表。",
    ]
