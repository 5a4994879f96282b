"""What each row of a sheet is: a person, blank, header, title, total, note, or unreadable. Every row is
one of these.
"""

import re
from dataclasses import dataclass

import polars as pl

from lianfang.linkage.readers.assigned import IDENTIFYING, PLACE, Columns
from lianfang.linkage.readers.content import looks_like_data
from lianfang.linkage.readers.grid import Grid, as_json
from lianfang.linkage.readers.layout import Layout, Row
from lianfang.linkage.readers.vocabulary import meaning_of

DATA, BLANK, HEADER, TITLE, TOTAL, NOTE = range(6)
CLASS_NAMES = ("data", "blank", "header", "title", "total", "note")
REJECT_CODES: dict[int, str] = {
    10: "row.too_many_columns",
    11: "row.undecodable",
    12: "row.control_characters",
    13: "row.nobody",
    14: "row.other_header",
    15: "row.other_table",
}
_REJECT = {code: number for number, code in REJECT_CODES.items()}
_TOTAL = (
    r"^(?:本页|本户|本组|本栋|全部|各户|以上)?[\s\u3000]*(?:合|小|总|共|累)[\s\u3000]*计|^总[\s\u3000]*(?:人|户)?数"
    r"|^[（(]?共\s*[\d一二三四五六七八九十百]+\s*(?:条|人|户|名|行|例)"
    r"|^(?i:(?:grand |sub)?total)\b"
)
_NOTE = (
    r"^[（(【\[]?(?:注|备注|说明|附注|注意|填表说明|温馨提示|特此说明)\s*\d?\s*[:：]|^注\d|^\*+\s*(?:注|说明)|^※"
    r"|^(?:填表|制表|审核|填报|登记|统计|经办|负责|核对|打印|录入|联系)(?:人|员|单位|日期|时间)\s*[:：]"
    r"|^(?:数据来源|截止|截至|网格员|盖章|签字|(?:单位|社区)(?:[(（]?盖章[)）]?)?)\s*[:：]"
    r"|^\S{0,10}(?:签字|签名|盖章|签章)\s*[:：]"
    r"|^(?:-\s*)?第\s*\d+\s*页|^共\s*\d+\s*页"
    r"|^(?i:notes?|remarks?|source|prepared by|filled in by|page)\b\s*[:\d]"
)


@dataclass(frozen=True)
class Classified:
    """`classes` has one UInt8 per row: a constant of this module, or a key of REJECT_CODES."""

    classes: pl.Series
    overflow: tuple[int, ...]


def title_text(grid: Grid, layout: Layout) -> str:
    """What stands above the header, in one line."""
    if not layout.header_rows:
        return ""
    rows = grid.cells.head(layout.header_rows[0]).rows()
    return " ".join(cell for row in rows for cell in row if cell is not None)[:500]


def classify(grid: Grid, layout: Layout, columns: Columns) -> Classified:
    """Says of every row what it is. The passes over all rows are vectorised; only suspects are looked at
    one by one.
    """
    cells = grid.cells
    overflow = _overflow(grid, layout, columns)
    wrong = pl.lit(False) if not overflow else _shifted(grid, columns, overflow)
    identity = _identity(columns, damaged=grid.damaged)
    any_damage = (
        pl.any_horizontal(pl.all().str.contains("\ufffd", literal=True)) if grid.damaged else pl.lit(False)
    )
    classes = cells.select(
        pl.when(pl.all_horizontal(pl.all().is_null()))
        .then(BLANK)
        .when(wrong)
        .then(_REJECT["row.too_many_columns"])
        .when(identity)
        .then(DATA)
        .when(any_damage.fill_null(value=False))
        .then(_REJECT["row.undecodable"])
        .otherwise(_REJECT["row.nobody"])
        .cast(pl.UInt8)
        .alias("class")
    )["class"]
    changes = dict.fromkeys(grid.only_controls, _REJECT["row.control_characters"])
    changes |= _suspects(grid, layout, columns, classes)
    for row in layout.header_rows:
        changes[row] = HEADER
    if changes:
        rows = pl.Series(sorted(changes), dtype=pl.UInt32)
        classes = classes.scatter(rows, pl.Series([changes[row] for row in sorted(changes)], dtype=pl.UInt8))
    return Classified(classes, overflow)


def _col(index: int) -> pl.Expr:
    return pl.col(f"c{index}")


def _filled(columns: Columns, field: str, damaged: bool) -> pl.Expr:
    found = [_col(index) for index in columns.sources.get(field, ())]
    if field == "name" and columns.name_parts:
        found += [_col(index) for index in columns.name_parts]
    if damaged:
        found = [pl.when(~cell.str.contains("\ufffd", literal=True)).then(cell) for cell in found]
    return pl.any_horizontal([cell.is_not_null() for cell in found]) if found else pl.lit(False)


def _identity(columns: Columns, damaged: bool) -> pl.Expr:
    """A name, ID number or phone; or a place together with anything else that was mapped."""
    names = [_filled(columns, field, damaged) for field in IDENTIFYING]
    place = pl.any_horizontal([_filled(columns, field, damaged) for field in PLACE])
    others = [
        _filled(columns, field, damaged) for field in columns.sources if field not in (*PLACE, *IDENTIFYING)
    ]
    specific = [
        _filled(columns, field, damaged) for field in ("building", "room") if field in columns.sources
    ]
    together = pl.any_horizontal([*others, *specific]) if others or specific else pl.lit(True)
    alone = pl.lit(not any(field in columns.sources for field in IDENTIFYING) and not columns.name_parts)
    return pl.any_horizontal([*names, place & (together | alone)])


def _overflow(grid: Grid, layout: Layout, columns: Columns) -> tuple[int, ...]:
    """Columns to the right of the table: without a heading, and used by few rows only."""
    if not grid.width:
        return ()
    used = grid.cells.select(pl.all().is_not_null().mean()).row(0)
    least = 0.5 if layout.header_rows else 0.1
    mapped = {r.index for r in columns.readings if r.field or r.join}
    last = max(
        (i for i in range(grid.width) if layout.headings[i] or (used[i] or 0) >= least or i in mapped),
        default=0,
    )
    return tuple(range(last + 1, grid.width))


def _shifted(grid: Grid, columns: Columns, overflow: tuple[int, ...]) -> pl.Expr:
    """Rows with cells beyond the table. In a CSV a separator too many moved the rest to the right. In a
    workbook
    somebody may have scribbled beside the table: there the row is only wrong if its values stand wrong."""
    beyond = pl.any_horizontal([_col(index).is_not_null() for index in overflow])
    if grid.ragged:
        return beyond
    checks = [
        (_col(columns.sources[field][0]), pattern)
        for field, pattern in (("id_number", r"\d{6}|^[A-Za-z]{1,2}\d{6,}|\*"), ("phone", r"\d{5}|\*"))
        if field in columns.sources
    ]
    if not checks:
        return pl.lit(False)
    misfit = pl.any_horizontal([cell.is_not_null() & ~cell.str.contains(pattern) for cell, pattern in checks])
    return beyond & misfit.fill_null(value=False)


def _suspects(grid: Grid, layout: Layout, columns: Columns, classes: pl.Series) -> dict[int, int]:
    """Rows that may be something else than a person, looked at one by one."""
    header_rows = [grid.cells.row(row) for row in layout.header_rows]
    start = layout.header_rows[0] if layout.header_rows else 0
    titles = {row for row in grid.cells.head(start).rows() if any(row)}
    first_words = [_first(row) for row in [*header_rows, *titles]]
    name = [_col(index) for index in columns.sources.get("name", ())[:1]]
    first = pl.coalesce(pl.all())
    tests = [first.str.contains(_TOTAL), first.str.contains(_NOTE), first.is_in(first_words)]
    tests += [cell.str.contains(_TOTAL) for cell in name]
    tests += [_col(index).is_in(_HEADING_WORDS) for index in range(min(4, grid.width))]
    found = grid.cells.select(pl.any_horizontal(tests).fill_null(value=False).alias("suspect"))["suspect"]
    rows = set(found.arg_true().to_list()) | set(range(start)) | _banners(grid, layout)
    context = _Context(header_rows, titles, columns, start, _banners(grid, layout))
    changes: dict[int, int] = {}
    for row in sorted(rows):
        if (
            int(classes[row]) not in (BLANK, _REJECT["row.control_characters"])
            and row not in layout.header_rows
        ):
            changed = _judge(row, grid.cells.row(row), context)
            if changed is not None:
                changes[row] = changed
    return _under_other_header(changes, grid, classes)


_HEADING_WORDS = [
    "姓名",
    "名字",
    "姓 名",
    "证件号码",
    "证件号",
    "身份证号",
    "身份证号码",
    "手机号",
    "手机号码",
    "联系电话",
    "电话",
    "name",
    "Name",
    "phone",
    "Phone",
    "序号",
]


@dataclass(frozen=True)
class _Context:
    headers: list[Row]
    titles: set[Row]
    columns: Columns
    start: int
    banners: set[int]


def _judge(row: int, cells: Row, context: _Context) -> int | None:
    """The class of a suspect, or None if it is what it seemed."""
    filled = [cell for cell in cells if cell is not None]
    if any(_same(cells, header) for header in context.headers):
        return HEADER
    if cells in context.titles and row >= context.start:
        return TITLE
    if row < context.start:
        values = sum(looks_like_data(cell) for cell in filled)
        return None if len(filled) >= 2 and values >= 2 and _has_number(cells, context.columns) else TITLE
    if row in context.banners:
        return NOTE
    if _is_other_header(filled):
        return _REJECT["row.other_header"]
    if _has_number(cells, context.columns):
        return None
    names = [cells[index] for index in context.columns.sources.get("name", ())[:1]]
    if any(cell is not None and re.search(_TOTAL, cell) for cell in [filled[0], *names]):
        return TOTAL
    if re.search(_NOTE, filled[0]) and len(filled) <= max(4, len(cells) // 3):
        return NOTE
    return None


def _same(cells: Row, header: Row) -> bool:
    filled = [(cell, other) for cell, other in zip(cells, header, strict=True) if cell is not None]
    equal = sum(cell == other for cell, other in filled)
    return equal >= max(1, 0.8 * len(filled)) and equal >= 0.5 * sum(cell is not None for cell in header)


def _has_number(cells: Row, columns: Columns) -> bool:
    """An ID number or phone stands where the list has it."""
    places = (*columns.sources.get("id_number", ()), *columns.sources.get("phone", ()))
    return any(re.search(r"\d{5}|\d\*{2,}", cells[index] or "") for index in places)


def _is_other_header(filled: list[str]) -> bool:
    known = sum(bool(meaning_of(cell).role != "unknown") for cell in filled if len(cell) <= 30)
    fields = sum(bool(meaning_of(cell).fields) for cell in filled if len(cell) <= 30)
    return fields >= 2 and known >= 3 and known >= 0.6 * len(filled)


def _first(row: Row) -> str | None:
    return next((cell for cell in row if cell is not None), None)


def _banners(grid: Grid, layout: Layout) -> set[int]:
    """Rows below the header that one merged cell covers for the most part: headings of a section, notes."""
    start = layout.header_rows[-1] + 1 if layout.header_rows else 0
    wide = max(3, 0.6 * grid.width)
    return {r[0] for r in grid.merged if start <= r[0] < grid.height and r[3] - r[1] + 1 >= wide}


def _under_other_header(changes: dict[int, int], grid: Grid, classes: pl.Series) -> dict[int, int]:
    """Below the header of another table the columns mean something else: those rows are not read as
    people.
    """
    starts = [row for row, changed in changes.items() if changed == _REJECT["row.other_header"]]
    for start in starts:
        back = min(
            (row for row, changed in changes.items() if changed == HEADER and row > start),
            default=grid.height,
        )
        for row in range(start + 1, back):
            if int(classes[row]) != BLANK and row not in changes:
                changes[row] = _REJECT["row.other_table"]
    return changes


def row_content(grid: Grid, row: int) -> str:
    """A whole row as JSON array text."""
    return grid.originals.get(row) or as_json(grid.cells.row(row))
