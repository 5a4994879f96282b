"""Lists for a model with columns of its own: files into tables with the headers as column names."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from lianfang.linkage.engine.columns.spec import Columns
from lianfang.linkage.engine.columns.table import MissingColumn, find_columns
from lianfang.linkage.readers import Limits
from lianfang.linkage.readers.grid import Grid
from lianfang.linkage.readers.messages import Unreadable, file_error
from lianfang.linkage.readers.opening import open_grids

#: A header stands in one of the first rows; above it may be a title.
HEADER_WITHIN = 20


@dataclass(frozen=True)
class Table:
    """One list: `cells` with the headers as column names, `rows` the row numbers that a spreadsheet shows."""

    label: str
    cells: pl.DataFrame
    rows: pl.Series


class UnusableList(Exception):
    """A file that cannot be linked; the message says which and why."""


def read_tables(paths: Sequence[Path], spec: Columns, limits: Limits | None = None) -> list[Table]:
    """All lists of the files, in order. Raises UnusableList for the first file that holds none."""
    found: list[Table] = []
    for path in paths:
        try:
            grids = open_grids(path, limits or Limits())
        except Unreadable as problem:
            error = file_error(path.name, problem.code, problem.row, **problem.params)
            raise UnusableList(f"{path}: {error.en}") from problem
        filled = [grid for grid in grids if grid.height and grid.width]
        if not filled:
            raise UnusableList(f"{path}: the file is empty")
        label = path.name if not any(table.label == path.name for table in found) else str(path)
        several = len(filled) > 1
        found += _tables(filled, label, spec, several)
    return found


def _tables(grids: Sequence[Grid], label: str, spec: Columns, several: bool) -> list[Table]:
    tables, problems = [], []
    for grid in grids:
        name = f"{label}#{grid.sheet}" if several else label
        try:
            tables.append(_table(grid, name, spec))
        except MissingColumn as problem:
            problems.append(problem)
    if not tables:
        raise UnusableList(str(problems[0])) from problems[0]
    return tables


def _table(grid: Grid, label: str, spec: Columns) -> Table:
    """The rows below the header. Raises MissingColumn, with the first row as the header, if none fits."""
    rows = grid.cells.head(HEADER_WITHIN).rows()
    fits = [_fit(spec, row) for row in rows]
    at = fits.index(max(fits)) if max(fits) else next(i for i, row in enumerate(rows) if any(row))
    header = _unique(rows[at])
    find_columns(spec, [name for name, cell in zip(header, rows[at], strict=True) if cell], label)
    below = grid.cells.slice(at + 1).rename(dict(zip(grid.cells.columns, header, strict=True)))
    numbers = pl.int_range(at + 2, at + 2 + len(below), eager=True, dtype=pl.UInt32)
    said = (
        below.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
        if below.width
        else numbers.is_null()
    )
    return Table(label, below.filter(said), numbers.filter(said))


def _fit(spec: Columns, row: Sequence[str | None]) -> int:
    """How many columns of the model a row names as headers; 0 if a needed one is missing."""
    try:
        return len(find_columns(spec, [cell for cell in row if cell], ""))
    except MissingColumn:
        return 0


def _unique(row: Sequence[str | None]) -> list[str]:
    """Names for all columns: unnamed ones and repeated headers get one that no model knows."""
    names: list[str] = []
    for place, cell in enumerate(row):
        names.append(cell if cell and cell not in names else f"\x00{place}")
    return names
