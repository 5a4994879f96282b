"""Lists become files as offices send them; for every data row, its file, row number and person are kept."""

from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lianfang.demo.lists.sheet import Book, Sheet
from lianfang.demo.tables import Ints

_LARGE = 40_000  # rows from which a workbook is written row by row, to save memory


def write_book(book: Book, folder: Path) -> pl.DataFrame:
    """Write one file; returns file, row, person: what each data row is called, and whom it means."""
    path = folder / book.file
    if path.suffix == ".csv":
        (sheet,) = book.sheets
        _write_csv(sheet.frame, path, book.encoding)
        return _rows(book.file, 2, sheet.person)
    first = _write_workbook(book, path)
    several = len(book.sheets) > 1
    labels = [f"{book.file}#{s.name}" if several else book.file for s in book.sheets]
    return pl.concat(
        [
            _rows(label, row, sheet.person)
            for label, row, sheet in zip(labels, first, book.sheets, strict=True)
        ]
    )


def _rows(label: str, first: int, person: Ints) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "file": pl.Series([label], dtype=pl.String).new_from_index(0, len(person)),
            "row": np.arange(first, first + len(person), dtype=np.uint32),
            "person": person.astype(np.uint32),
        }
    )


def _write_csv(frame: pl.DataFrame, path: Path, encoding: str) -> None:
    if encoding == "gb18030":
        text = frame.write_csv(line_terminator="\r\n")
        path.write_bytes(text.encode("gb18030"))
    else:
        frame.write_csv(path, include_bom=encoding == "utf-8-sig")


def _write_workbook(book: Book, path: Path) -> list[int]:
    """Returns the spreadsheet row of each sheet's first person."""
    large = sum(len(s.person) for s in book.sheets) > _LARGE
    workbook = xlsxwriter.Workbook(
        path, {"constant_memory": large, "strings_to_formulas": False, "strings_to_urls": False}
    )
    workbook.set_properties({"created": datetime(2020, 2, 20, 18, 0)})
    bold = workbook.add_format({"bold": True, "border": 1})
    title = workbook.add_format({"bold": True, "font_size": 14})
    middle = workbook.add_format({"valign": "vcenter", "border": 1, "text_wrap": True})
    day = workbook.add_format({"num_format": "yyyy/m/d"})
    first = [_write_sheet(workbook.add_worksheet(s.name), s, (title, bold, middle, day)) for s in book.sheets]
    for name, lines in book.extra:
        worksheet = workbook.add_worksheet(name)
        for row, line in enumerate(lines):
            worksheet.write_string(row, 0, line)
    workbook.close()
    return first


def _write_sheet(worksheet: Worksheet, sheet: Sheet, formats: tuple[Format, Format, Format, Format]) -> int:
    title, bold, middle, day = formats
    worksheet.set_column(0, sheet.frame.width - 1, 14)
    for row, line in enumerate(sheet.titles):
        worksheet.write_string(row, 0, line, title)
    header = len(sheet.titles)
    for column, name in enumerate(sheet.frame.columns):
        worksheet.write_string(header, column, name, bold)
    numeric = _numeric_cells(sheet)
    days = {sheet.frame.columns.index(name) for name in sheet.dates}
    top = header + 1
    for row, values in enumerate(sheet.frame.iter_rows()):
        for column, value in enumerate(values):
            if value is None:
                continue
            if column in days:
                worksheet.write_datetime(top + row, column, datetime.fromisoformat(value), day)
            elif (row, column) in numeric:
                worksheet.write_number(top + row, column, float(value))
            else:
                worksheet.write_string(top + row, column, value)
    for start, length in sheet.spans:
        for column in range(sheet.merged):
            value = sheet.frame[start, column]
            worksheet.merge_range(top + start, column, top + start + length - 1, column, value or "", middle)
            if value and (start, column) in numeric:
                worksheet.write_number(top + start, column, float(value), middle)
    bottom = top + len(sheet.person) + 1
    for row, line in enumerate(sheet.notes):
        worksheet.write_string(bottom + row, 0, line)
    return top + 1


def _numeric_cells(sheet: Sheet) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    for name, rows in sheet.numbers.items():
        column = sheet.frame.columns.index(name)
        found.update((row, column) for row in rows.tolist())
    return found
