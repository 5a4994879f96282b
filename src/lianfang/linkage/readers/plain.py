"""A table that is no person list, such as an office's codes of areas: its cells as text, nothing more."""

from pathlib import Path

from lianfang.linkage.readers.limits import MEGABYTE, Limits
from lianfang.linkage.readers.messages import FileError, Unreadable, file_error
from lianfang.linkage.readers.opening import open_grids

#: Far more than the codes of a province.
SMALL = Limits(
    file=10 * MEGABYTE, unpacked=100 * MEGABYTE, cells=2_000_000, memory=1_000 * MEGABYTE, seconds=30
)


class TableError(ValueError):
    """The file is no table that can be read; `error` says why in both languages."""

    def __init__(self, error: FileError) -> None:
        super().__init__(error.en)
        self.error = error


def read_table(path: Path, name: str, limits: Limits = SMALL) -> list[list[str]]:
    """The rows of the first sheet of a CSV or workbook, "" for empty cells; row i is the spreadsheet's row i + 1.

    `name` is what the user calls the file. Raises TableError.
    """
    try:
        grids = open_grids(path, limits)
        if not grids:
            raise Unreadable("file.empty")
    except Unreadable as problem:
        raise TableError(file_error(name, problem.code, problem.row, **problem.params)) from problem
    return [["" if cell is None else cell for cell in row] for row in grids[0].cells.iter_rows()]
