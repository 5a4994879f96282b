"""A grid: the cells of one sheet as text, before anybody knows what the columns mean."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import polars as pl

from lianfang.linkage.readers.messages import Note

#: Cells longer than this are cut, and a note says so: no field of a person is longer.
MAX_CELL = 10_000
#: Characters that carry no text: C0 and C1 controls, zero-width characters, byte order marks.
_INVISIBLE = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
_REPLACEMENT = "\ufffd"

Range: TypeAlias = tuple[
    int, int, int, int
]  # first row, first column, last row, last column; from 0, inclusive


@dataclass(frozen=True)
class Traits:
    """What the raw bytes can contain. False spares a pass over millions of cells."""

    apostrophes: bool = True
    formulas: bool = True
    floats: bool = True
    controls: bool = True
    line_breaks: bool = True
    damaged: bool = True


@dataclass(frozen=True)
class Grid:
    """`cells` has String columns c0, c1 …; row i is the spreadsheet's row i + 1; "" and blanks are null."""

    sheet: str | None
    cells: pl.DataFrame
    ragged: bool = False  # rows have their own lengths (CSV): a row longer than the header is shifted
    merged: tuple[Range, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    damaged: bool = False  # some cell holds U+FFFD
    only_controls: tuple[int, ...] = ()  # rows (from 0) in which nothing but control characters stood
    originals: dict[int, str] = field(default_factory=dict)  # their content as JSON
    notes: tuple[Note, ...] = ()

    @property
    def width(self) -> int:
        return self.cells.width

    @property
    def height(self) -> int:
        return self.cells.height


def column_letter(index: int) -> str:
    """The letter(s) a spreadsheet shows for a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def as_json(values: Sequence[str | None]) -> str:
    """A whole row as JSON array text, without the empty cells at its end."""
    cells = list(values)
    while cells and cells[-1] is None:
        cells.pop()
    return json.dumps(cells, ensure_ascii=False)


def tidy(grid: Grid, traits: Traits | None = None) -> Grid:
    """The same grid with every cell as a spreadsheet shows it: stripped, "" null, `13800000000.0` without
    `.0`,
    leading apostrophes and `="…"` wrappers off, invisible characters out. Trailing blank rows are dropped."""
    traits = traits or Traits()
    cells = grid.cells.select(_blank_to_null(pl.all().str.strip_chars()))
    only_controls: tuple[int, ...] = ()
    originals: dict[int, str] = {}
    if traits.controls:
        before = cells
        cells = cells.select(_blank_to_null(pl.all().str.replace_all(_INVISIBLE, "").str.strip_chars()))
        lost = ~_all_null(before) & _all_null(cells)
        only_controls = tuple(lost.arg_true().to_list())
        originals = {row: as_json(before.row(row)) for row in only_controls}
    cells = cells.select([_clean_column(cells[name], traits) for name in cells.columns])
    cells = _without_trailing_blanks(cells, only_controls)
    damaged = traits.damaged and bool(
        cells.select(pl.any_horizontal(pl.all().str.contains(_REPLACEMENT, literal=True).any())).item()
        if cells.width and cells.height
        else False
    )
    return replace(grid, cells=cells, only_controls=only_controls, originals=originals, damaged=damaged)


def _blank_to_null(expr: pl.Expr) -> pl.Expr:
    return pl.when(expr != "").then(expr)


def _all_null(cells: pl.DataFrame) -> pl.Series:
    return cells.select(pl.all_horizontal(pl.all().is_null()).alias("blank"))["blank"]


def _clean_column(column: pl.Series, traits: Traits) -> pl.Series:
    if traits.line_breaks and column.str.contains("\n", literal=True).any():
        column = column.str.replace_all(r"\s*[\r\n]+\s*", " ")
    if traits.formulas and column.str.starts_with('="').any():
        column = column.str.replace(r'^="(.*)"$', "$1")
    if traits.apostrophes and column.str.contains(r"^['‘’`]").any():
        column = column.str.replace(r"^['‘’`]+\s*", "")
    if traits.floats and column.str.ends_with(".0").any():
        column = column.str.replace(r"^(\d+)\.0$", "$1")
    frame = column.to_frame()
    return frame.select(_blank_to_null(pl.col(column.name))).to_series()


def _without_trailing_blanks(cells: pl.DataFrame, keep: tuple[int, ...]) -> pl.DataFrame:
    if not cells.width:
        return cells.clear()
    filled = (~_all_null(cells)).arg_true()
    last = max(int(filled[-1]) if len(filled) else -1, keep[-1] if keep else -1)
    return cells.head(last + 1)
