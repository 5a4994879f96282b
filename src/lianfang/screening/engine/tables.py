"""Tables from files and pasted text, and which column means what. For published lists, which nobody formats
for machines: titles above the header, header words of many kinds, columns nobody asked for.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook

from lianfang.screening.engine.dates import as_text
from lianfang.screening.engine.words import clean

#: No published list is longer; what is, is somebody's mistake and would hold up everybody else.
MOST_ROWS = 200_000
#: A header stands within so many rows.
_HEADER_WITHIN = 15


class TableError(ValueError):
    """A file that cannot be opened as a table: `code` is file.empty, file.kind, file.broken or file.too_long."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Sheet:
    """Cells as text with the row numbers that a spreadsheet shows (the first row is 1)."""

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def open_table(name: str, content: bytes) -> list[Sheet]:
    """The sheets of a .csv, .tsv, .txt, .xlsx, .xls or .ods file. Raises TableError."""
    if not content.strip():
        raise TableError("file.empty")
    if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        return _workbook(content)
    text = _decoded(content)
    if text is None:
        raise TableError("file.kind")
    return [Sheet(name, tuple(_limited(split_lines(text))))]


def _workbook(content: bytes) -> list[Sheet]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = []
        for title in book.sheet_names:
            rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
            numbered = (
                (number, tuple(as_text(cell) for cell in row)) for number, row in enumerate(rows, start=1)
            )
            sheets.append(Sheet(title, tuple(_limited(numbered))))
    except (CalamineError, ValueError) as error:
        if isinstance(error, TableError):
            raise
        raise TableError("file.broken") from error
    return sheets


def _decoded(content: bytes) -> str | None:
    """The text of a file in UTF-8, UTF-16 with a mark, or GB 18030; None if it is none of them."""
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text if "\0" not in text else None
    return None


def split_lines(text: str) -> list[tuple[int, tuple[str, ...]]]:
    """Lines of text as cells: cut at tabs, or else as CSV."""
    lines = text.splitlines()
    if any("\t" in line for line in lines):
        return [(number, tuple(line.split("\t"))) for number, line in enumerate(lines, start=1)]
    reader = csv.reader(io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")))
    rows: list[tuple[int, tuple[str, ...]]] = []
    try:
        for cells in reader:
            rows.append((reader.line_num, tuple(cells)))
    except csv.Error as error:
        raise TableError("file.broken") from error
    return rows


def _limited(rows: Iterable[tuple[int, tuple[str, ...]]]) -> list[tuple[int, tuple[str, ...]]]:
    kept = []
    for number, cells in rows:
        if any(clean(cell) for cell in cells):
            kept.append((number, cells))
        if len(kept) > MOST_ROWS:
            raise TableError("file.too_long")
    return kept


@dataclass(frozen=True)
class Header:
    """Where the header stands (0-based among the rows; -1: there is none) and field → column."""

    place: int
    columns: Mapping[str, int]


def find_header(
    rows: Sequence[tuple[int, tuple[str, ...]]], words: Mapping[str, Sequence[str]]
) -> Header | None:
    """The row that names most fields (two at least), and which column each field is; None without one.

    `words`: field → header words, the surest first; a header cell is a field if it equals a word, or else
    contains one. A column is one field only, a field has one column only.
    """
    best: Header | None = None
    for place, (_, cells) in enumerate(rows[:_HEADER_WITHIN]):
        columns = _columns(cells, words)
        if len(columns) >= 2 and (best is None or len(columns) > len(best.columns)):
            best = Header(place, columns)
    return best


def _columns(cells: Sequence[str], words: Mapping[str, Sequence[str]]) -> dict[str, int]:
    plain = [clean(cell).lower().replace(" ", "").replace("_", "") for cell in cells]
    columns: dict[str, int] = {}
    for exact in (True, False):
        for name, known in words.items():
            for word in known:
                if name in columns:
                    break
                for index, cell in enumerate(plain):
                    fits = cell == word if exact else (len(word) > 1 and word in cell and len(cell) <= 20)
                    if fits and index not in columns.values():
                        columns[name] = index
                        break
    return columns
