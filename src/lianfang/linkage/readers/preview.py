"""How a file would be read, for somebody who may correct it: every sheet, every column, a few rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from lianfang.linkage.fields import ListKind
from lianfang.linkage.readers.assigned import ColumnReading
from lianfang.linkage.readers.columns import assign_columns
from lianfang.linkage.readers.grid import Grid
from lianfang.linkage.readers.layout import find_layout
from lianfang.linkage.readers.limits import Limits
from lianfang.linkage.readers.mapping import ListMapping
from lianfang.linkage.readers.messages import FileError, Note, Unreadable, file_error
from lianfang.linkage.readers.opening import open_grids
from lianfang.linkage.readers.reading import Source
from lianfang.linkage.readers.sheet import SheetContent, read_sheet

#: Rows of a sheet that are shown, and the characters of a cell.
ROWS, CELL = 5, 60


@dataclass(frozen=True)
class ColumnPreview:
    """A column: `field` is what it was taken for (None: unused), `samples` its cells in the rows shown."""

    letter: str
    header: str | None
    field: str | None
    how: str
    samples: tuple[str | None, ...]


@dataclass(frozen=True)
class SheetPreview:
    """A sheet with `records` people; without any it may still be one whose columns nobody has named yet."""

    sheet: str | None
    kind: ListKind | None
    encoding: str | None
    header_rows: tuple[int, ...]  # as a spreadsheet shows them
    columns: tuple[ColumnPreview, ...]
    records: int
    rejected: int
    notes: tuple[Note, ...]
    problems: tuple[FileError, ...]


def preview(
    source: Source, limits: Limits | None = None
) -> tuple[tuple[SheetPreview, ...], tuple[FileError, ...]]:
    """Every sheet with cells, and what is wrong with the file as a whole. Raises nothing that a file causes."""
    name, mapping = source.title, source.mapping
    said = mapping.find(name, None) if mapping else None
    try:
        grids = open_grids(source.path, limits or Limits(), said.encoding if said else None)
    except Unreadable as error:
        return (), (file_error(name, error.code, error.row, **error.params),)
    filled = [grid for grid in grids if grid.height]
    if not filled:
        return (), (file_error(name, "file.blank"),)
    return tuple(
        _sheet(grid, source, mapping.find(name, grid.sheet) if mapping else None) for grid in filled
    ), ()


def _sheet(grid: Grid, source: Source, said: ListMapping | None) -> SheetPreview:
    try:
        content = read_sheet(grid, source.title, source.kind, said)
    except Unreadable as error:
        problem = file_error(source.title, error.code, error.row, **error.params)
        return _unread(grid, None, (problem,))
    if content is None:
        return _unread(grid, said, ())
    rows = [row - 1 for row in content.records["row"].head(ROWS).to_list()]
    row = content.layout.header_rows[-1] + 1 if content.layout.header_rows else None
    return SheetPreview(
        sheet=grid.sheet,
        kind=content.kind.kind,
        encoding=grid.encoding,
        header_rows=tuple(at + 1 for at in content.layout.header_rows),
        columns=_columns(grid, content.columns.readings, rows),
        records=content.records.height,
        rejected=content.rejected.height,
        notes=content.notes,
        problems=_problems(content, source.title, row),
    )


def _problems(content: SheetContent, name: str, row: int | None) -> tuple[FileError, ...]:
    return tuple(file_error(name, one.code, row, **one.params) for one in content.columns.problems)


def _unread(grid: Grid, said: ListMapping | None, problems: tuple[FileError, ...]) -> SheetPreview:
    """A sheet in which nobody can be told, as it stands."""
    layout = find_layout(grid, None)
    start = layout.header_rows[-1] + 1 if layout.header_rows else 0
    readings = assign_columns(grid.cells.slice(start), layout, said).readings
    rows = list(range(start, min(start + ROWS, grid.height)))
    header = tuple(at + 1 for at in layout.header_rows)
    columns = _columns(grid, readings, rows)
    return SheetPreview(grid.sheet, None, grid.encoding, header, columns, 0, 0, (), problems)


def _columns(grid: Grid, readings: Sequence[ColumnReading], rows: Sequence[int]) -> tuple[ColumnPreview, ...]:
    shown = grid.cells[list(rows)] if grid.width else grid.cells
    return tuple(
        ColumnPreview(
            letter=one.letter,
            header=one.header,
            field=one.field,
            how=one.how,
            samples=tuple(cell[:CELL] if cell else None for cell in shown[f"c{one.index}"].to_list()),
        )
        for one in readings
        if f"c{one.index}" in shown.columns
    )
