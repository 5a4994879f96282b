"""XLSX, XLSB, ODS and XLS into grids, through calamine, after a look at what the container would unpack
to."""

import pickle
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import polars as pl
from python_calamine import CalamineError, PasswordError

from lianfang.linkage.readers import calamine_child
from lianfang.linkage.readers.calamine_child import Sheet
from lianfang.linkage.readers.container import check_ole, check_zip
from lianfang.linkage.readers.grid import Grid, Traits, tidy
from lianfang.linkage.readers.limits import Limits
from lianfang.linkage.readers.messages import Unreadable, note

_EXACT = 2.0**53


def read_workbook(raw: bytes, limits: Limits) -> list[Grid]:
    """One grid for each worksheet. Raises Unreadable: encrypted, macros, bomb, broken."""
    if raw.startswith(b"PK"):
        check_zip(raw, limits)
    else:
        check_ole(raw)
    is_xlsx = raw.startswith(b"PK") and b"xl/workbook.xml" in raw
    sheets = _here(raw) if is_xlsx else _in_child(raw, limits)
    return [_grid(sheet) for sheet in sheets]


def _here(raw: bytes) -> list[Sheet]:
    """Parses an XLSX in this process; `check_zip` has bounded what it can take."""
    try:
        return calamine_child.sheets(raw)
    except PasswordError as error:
        raise Unreadable("workbook.encrypted") from error
    except CalamineError as error:
        raise Unreadable("workbook.broken", detail=str(error)[:200]) from error
    except BaseException as error:
        # A panic of the Rust reader is no Exception; anything else goes its way.
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable("workbook.broken", detail=str(error)[:200]) from error


def _in_child(raw: bytes, limits: Limits) -> list[Sheet]:
    """Parses the binary formats in a process of their own: a damaged one may ask for any amount of memory."""
    command = [sys.executable, "-I", str(Path(calamine_child.__file__)), str(limits.memory)]
    try:
        done = subprocess.run(command, input=raw, capture_output=True, timeout=limits.seconds, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unreadable("workbook.broken", detail=f"{limits.seconds} s") from error
    if done.returncode:
        raise Unreadable("workbook.broken", detail=f"parser ended with {done.returncode}")
    kind, content = pickle.loads(done.stdout)
    if kind != "sheets":
        raise Unreadable(kind, None, detail=content)
    return list(content)


def _grid(sheet: Sheet) -> Grid:
    name, shown_to_users, rows, areas = sheet
    merged = tuple((a[0], a[1], b[0], b[1]) for a, b in areas)
    columns = {f"c{i}": _column(cells) for i, cells in enumerate(zip(*rows, strict=True))}
    grid = tidy(Grid(name, pl.DataFrame(columns), merged=merged), Traits())
    if not shown_to_users and grid.height:
        return replace(grid, notes=(*grid.notes, note("sheet.hidden", sheet=name)))
    return grid


def _column(cells: tuple[object, ...]) -> pl.Series:
    if all(type(cell) is str for cell in cells):
        return pl.Series(cells, dtype=pl.String)
    return pl.Series([cell if type(cell) is str else shown(cell) for cell in cells], dtype=pl.String)


def shown(cell: object) -> str:
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
