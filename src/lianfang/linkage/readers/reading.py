"""`read_lists`: paths in, records, rejected rows and errors out. Nothing that a file holds raises an
exception.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import polars as pl

from lianfang.linkage.fields import RECORD_SCHEMA, ListKind, PersonList
from lianfang.linkage.readers.assigned import ColumnReading
from lianfang.linkage.readers.grid import Grid
from lianfang.linkage.readers.limits import Limits
from lianfang.linkage.readers.mapping import ListMapping, Mapping
from lianfang.linkage.readers.messages import FileError, Note, Unreadable, file_error, note
from lianfang.linkage.readers.opening import open_grids
from lianfang.linkage.readers.sheet import Account, SheetContent, read_sheet

#: Two files are read at once only if they are not larger than that together: both lie in memory. Bytes.
TWO_AT_ONCE = 200_000_000
REJECTED_SCHEMA: dict[str, pl.DataType] = {
    "file": pl.String(),
    "row": pl.UInt32(),
    "reason": pl.String(),
    "reason_zh": pl.String(),
    "reason_en": pl.String(),
    "content": pl.String(),
}


@dataclass(frozen=True)
class Source:
    """A file to read. `kind` is what the user knows of it (REGISTER for --register), or None: find out.

    `name`: what the file is called, where that is not its name on the disk; `mapping`: said of this file alone;
    `skip`: names of sheets that are not read; `key`: names the list's source for good, whatever its files are called.
    """

    path: Path
    kind: ListKind | None = None
    name: str = ""
    mapping: Mapping | None = None
    skip: frozenset[str] = frozenset()
    key: str = ""

    @property
    def title(self) -> str:
        return self.name or self.path.name


@dataclass(frozen=True)
class Progress:
    """How far the reading is. Bytes are those of the files; rows are those read so far."""

    file: str
    bytes_done: int
    bytes_total: int
    rows: int


ProgressCallback = Callable[[Progress], None]


@dataclass(frozen=True)
class SheetReading:
    """How one list was understood. Row numbers are those a spreadsheet shows."""

    index: int
    file: str
    sheet: str | None
    label: str
    kind: ListKind
    kind_zh: str
    kind_en: str
    encoding: str | None
    delimiter: str | None
    header_rows: tuple[int, ...]
    columns: tuple[ColumnReading, ...]
    account: Account
    skipped: pl.DataFrame  # header, title, total and note rows: row, what, content
    notes: tuple[Note, ...]
    source: str  # Source.key


@dataclass(frozen=True)
class Reading:
    """All lists of a run. `sheets` is parallel to `lists`; `records` has RECORD_SCHEMA, `rejected`
    REJECTED_SCHEMA.
    """

    lists: tuple[PersonList, ...]
    sheets: tuple[SheetReading, ...]
    records: pl.DataFrame
    rejected: pl.DataFrame
    errors: tuple[FileError, ...]


@dataclass
class _Found:
    source: Source
    content: SheetContent
    label: str
    extra: tuple[Note, ...] = ()


def read_lists(
    paths: Sequence[Source],
    *,
    mapping: Mapping | None = None,
    progress: ProgressCallback | None = None,
    limits: Limits | None = None,
) -> Reading:
    """Reads person lists. What is wrong with a file is in `errors` and stops no other file.

    A source in which nobody can be told gives an error and no list. Lists are numbered in the
    order of `paths`.
    """
    found: list[_Found] = []
    errors: list[FileError] = []
    sizes = [_size(source.path) for source in paths]
    works = [_Work(source, mapping, limits or Limits()) for source in paths]
    # Most of the time a file keeps one processor busy, outside the interpreter. Progress is told by this thread alone.
    pool = ThreadPoolExecutor(2 if sum(sorted(sizes)[-2:]) <= TWO_AT_ONCE else 1)
    try:
        running = [pool.submit(work.run) for work in works]
        for place, (work, run) in enumerate(zip(works, running, strict=True)):
            _tell(progress, work.source, sizes, place, found)
            work.begun.wait()
            if work.opened:
                _tell(progress, work.source, sizes, place, found, sizes[place] // 2)
            found.extend(run.result())
            errors.extend(work.errors)
    finally:
        pool.shutdown(cancel_futures=True)
    if paths:
        _tell(progress, paths[-1], sizes, len(paths), found)
    if mapping is not None:
        errors.extend(_unused(mapping, paths))
    _label(found)
    return _reading(found, errors)


class _Work:
    """The reading of one source, in another thread."""

    def __init__(self, source: Source, mapping: Mapping | None, limits: Limits) -> None:
        self.source, self.mapping, self.limits = source, mapping, limits
        self.errors: list[FileError] = []
        self.opened = False
        self.begun = Event()  # set when the file is open, or will never be

    def run(self) -> list["_Found"]:
        try:
            return _read_source(self.source, self.mapping, self.limits, self.errors, self._open)
        finally:
            self.begun.set()

    def _open(self) -> None:
        self.opened = True
        self.begun.set()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # the error is reported when the file is opened


def _tell(
    progress: ProgressCallback | None,
    source: Source,
    sizes: list[int],
    place: int,
    found: list[_Found],
    more: int = 0,
) -> None:
    if progress is not None:
        rows = sum(item.content.account.total for item in found)
        progress(Progress(source.title, sum(sizes[:place]) + more, sum(sizes), rows))


def _unused(mapping: Mapping, paths: Sequence[Source]) -> list[FileError]:
    names = [source.title for source in paths]
    unused = [
        entry
        for entry in mapping.lists
        if not any(Mapping((entry,)).find(name, entry.sheet) for name in names)
    ]
    return [file_error("--map", "map.no_such_file", name=entry.name) for entry in unused]


def _read_source(
    source: Source,
    mapping: Mapping | None,
    limits: Limits,
    errors: list[FileError],
    opened: Callable[[], None],
) -> list[_Found]:
    name = source.title
    mapping = source.mapping or mapping
    said = mapping.find(name, None) if mapping else None
    try:
        grids = open_grids(source.path, limits, said.encoding if said else None)
    except Unreadable as error:
        errors.append(file_error(name, error.code, error.row, **error.params))
        return []
    opened()
    filled = [grid for grid in grids if grid.height and grid.sheet not in source.skip]
    if not filled:
        errors.append(file_error(name, "file.blank"))
        return []
    found: list[_Found] = []
    skipped: list[Grid] = []
    for grid in filled:
        label = name if grid.sheet is None or len(filled) == 1 else f"{name}#{grid.sheet}"
        content = _read_grid(grid, source, label, mapping.find(name, grid.sheet) if mapping else None, errors)
        if content is not None:
            found.append(_Found(source, content, name))
        else:
            skipped.append(grid)
    if not found and not any(error.file.startswith(name) for error in errors):
        errors.append(file_error(name, "header.no_person", headers=_headings_seen(filled[0])))
    if found:
        found[0].extra = tuple(
            note("sheet.skipped", sheet=grid.sheet or "", rows=grid.height) for grid in skipped
        )
    if len(found) > 1:
        for item in found:
            item.label = f"{name}#{item.content.grid.sheet}"
    return found


def _read_grid(
    grid: Grid, source: Source, label: str, said: ListMapping | None, errors: list[FileError]
) -> SheetContent | None:
    try:
        content = read_sheet(grid, source.title, source.kind, said)
    except Unreadable as error:
        errors.append(file_error(label, error.code, error.row, **error.params))
        return None
    if content is not None:
        row = content.layout.header_rows[-1] + 1 if content.layout.header_rows else None
        errors.extend(file_error(label, p.code, row, **p.params) for p in content.columns.problems)
    return content


def _headings_seen(grid: Grid) -> str:
    rows = grid.cells.head(20).rows()
    fullest = max(rows, key=lambda row: sum(cell is not None for cell in row))
    return "、".join(cell for cell in fullest if cell is not None)[:300]


def _label(found: list[_Found]) -> None:
    """Two lists never have the same label: links.csv could not tell their rows apart."""
    counts = Counter(item.label for item in found)
    seen: Counter[str] = Counter()
    for item in found:
        if counts[item.label] > 1:
            seen[item.label] += 1
            if seen[item.label] > 1:
                item.label = f"{item.label} ({seen[item.label]})"
                item.extra = (*item.extra, note("list.same_name", label=item.label))


def _reading(found: list[_Found], errors: list[FileError]) -> Reading:
    lists, sheets, records, rejected = [], [], [], []
    offset = 0
    for index, item in enumerate(found):
        content = item.content
        lists.append(PersonList(index, item.label, content.kind.kind))
        sheets.append(_sheet_reading(index, item))
        height = content.records.height
        numbers = pl.int_range(offset, offset + height, dtype=pl.UInt32, eager=True).alias("record")
        records.append(
            content.records.select(
                numbers, pl.lit(index, dtype=pl.UInt16).alias("list"), *list(RECORD_SCHEMA)[2:]
            )
        )
        rejected.append(content.rejected.select(pl.lit(item.label).alias("file"), pl.all()))
        offset += height
    return Reading(
        tuple(lists),
        tuple(sheets),
        pl.concat(records, rechunk=False) if records else pl.DataFrame(schema=RECORD_SCHEMA),
        pl.concat(rejected) if rejected else pl.DataFrame(schema=REJECTED_SCHEMA),
        tuple(errors),
    )


def _sheet_reading(index: int, item: _Found) -> SheetReading:
    content = item.content
    return SheetReading(
        index=index,
        file=item.source.title,
        sheet=content.grid.sheet,
        label=item.label,
        kind=content.kind.kind,
        kind_zh=content.kind.zh,
        kind_en=content.kind.en,
        encoding=content.grid.encoding,
        delimiter=content.grid.delimiter,
        header_rows=tuple(row + 1 for row in content.layout.header_rows),
        columns=content.columns.readings,
        account=content.account,
        skipped=content.skipped,
        notes=(*content.notes, *item.extra),
        source=item.source.key,
    )


def mapping_found(reading: Reading) -> Mapping:
    """The mapping that was found, in the form that --map takes: edit it, pass it back, and it is followed."""
    return Mapping(tuple(_entry(sheet, reading) for sheet in reading.sheets))


def _entry(sheet: SheetReading, reading: Reading) -> ListMapping:
    headers = Counter(column.header for column in sheet.columns)
    several = sum(other.file == sheet.file for other in reading.sheets) > 1

    def key(column: ColumnReading) -> str:
        plain = (
            column.header is not None and headers[column.header] == 1 and not column.header.startswith("@")
        )
        return str(column.header) if plain else f"@{column.letter}"

    mapped = sorted((c for c in sheet.columns if c.field), key=lambda c: (c.rank, c.index))
    return ListMapping(
        file=sheet.file,
        sheet=sheet.sheet if several else None,
        kind=sheet.kind,
        header_row=sheet.header_rows,
        columns={key(column): str(column.field) for column in mapped},
        ignore=tuple(key(c) for c in sheet.columns if not c.field and not c.join),
    )
