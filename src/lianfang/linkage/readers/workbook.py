"""XLSX, XLSB, ODS and XLS into grids, through calamine, after a look at what the container would unpack
to.
"""

import io
from datetime import date, datetime, time, timedelta

import polars as pl
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from lianfang.linkage.readers.container import check_ole, check_zip
from lianfang.linkage.readers.grid import Grid, Range, Traits, tidy
from lianfang.linkage.readers.limits import Limits
from lianfang.linkage.readers.messages import Unreadable, note

_EXACT = 2.0**53
Cell = int | float | str | bool | date | datetime | time | timedelta


def read_workbook(raw: bytes, limits: Limits) -> list[Grid]:
    """One grid for each worksheet that holds anything. Raises Unreadable: encrypted, macros, bomb, broken."""
    if raw.startswith(b"PK"):
        check_zip(raw, limits)
    else:
        check_ole(raw)
    try:
        return _read(raw)
    except PasswordError as error:
        raise Unreadable("workbook.encrypted") from error
    except CalamineError as error:
        raise Unreadable("workbook.broken", detail=str(error)[:200]) from error
    except BaseException as error:
        # A panic of the Rust reader is no Exception; anything else goes its way.
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable("workbook.broken", detail=str(error)[:200]) from error


def _read(raw: bytes) -> list[Grid]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    grids = []
    for place, about in enumerate(book.sheets_metadata):
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        grid = _grid(book.get_sheet_by_index(place), about.name)
        if about.visible != SheetVisibleEnum.Visible and grid.height:
            grid = _with_note(grid, about.name)
        grids.append(grid)
    return grids


def _with_note(grid: Grid, name: str) -> Grid:
    hidden = note("sheet.hidden", sheet=name)
    return Grid(**{**grid.__dict__, "notes": (*grid.notes, hidden)})


def _grid(sheet: CalamineSheet, name: str) -> Grid:
    rows = sheet.to_python(skip_empty_area=False)
    merged: tuple[Range, ...] = tuple((a[0], a[1], b[0], b[1]) for a, b in sheet.merged_cell_ranges or [])
    columns = {f"c{i}": _column(cells) for i, cells in enumerate(zip(*rows, strict=True))}
    return tidy(Grid(name, pl.DataFrame(columns), merged=merged), Traits())


def _column(cells: tuple[Cell, ...]) -> pl.Series:
    if all(type(cell) is str for cell in cells):
        return pl.Series(cells, dtype=pl.String)
    return pl.Series([cell if type(cell) is str else shown(cell) for cell in cells], dtype=pl.String)


def shown(cell: Cell) -> str:
    """A cell as text: numbers as a spreadsheet shows them, dates as ISO.

    A whole number above 2**53 has lost digits: it is given in scientific notation with the 15 that are left.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _number(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    if abs(value) > _EXACT:
        mantissa, exponent = f"{value:.14e}".split("e")
        return f"{mantissa.rstrip('0').rstrip('.')}E+{int(exponent)}"
    if value == int(value):
        return str(int(value))
    return f"{value:.15g}"
