"""One grid into records: layout, columns, kind, rows, households, in this order; every row is accounted
for.
"""

from dataclasses import dataclass

import polars as pl

from lianfang.linkage.fields import FIELD_NAMES, FIELDS, ListKind
from lianfang.linkage.readers.assigned import Columns
from lianfang.linkage.readers.columns import assign_columns
from lianfang.linkage.readers.grid import MAX_CELL, Grid
from lianfang.linkage.readers.households import fill_down, fill_merged, find_pattern
from lianfang.linkage.readers.kinds import KindGuess, given_kind, guess_kind
from lianfang.linkage.readers.layout import Layout, find_layout
from lianfang.linkage.readers.mapping import ListMapping
from lianfang.linkage.readers.messages import Note, Unreadable, note, reject_reason
from lianfang.linkage.readers.rows import CLASS_NAMES, DATA, REJECT_CODES, classify, row_content, title_text

_ZH = {field.name: field.zh for field in FIELDS}
_EN = {field.name: field.en for field in FIELDS}
_WIDE = 100  # columns
_RUINED = r"^\d(?:\.\d+)?[eE]\+?1[0-9]$"


@dataclass(frozen=True)
class Account:
    """Where the rows of a sheet went. `total` is the sum of the others."""

    total: int
    data: int
    rejected: int
    blank: int
    header: int
    title: int
    totals: int
    note: int


@dataclass(frozen=True)
class SheetContent:
    """What one sheet gave. `records`: row and the fields. `rejected`: row, reason, content.
    `skipped`: rows of headers, titles, totals and notes: row, what, content."""

    grid: Grid
    layout: Layout
    columns: Columns
    kind: KindGuess
    records: pl.DataFrame
    rejected: pl.DataFrame
    skipped: pl.DataFrame
    account: Account
    notes: tuple[Note, ...]


def read_sheet(grid: Grid, file: str, kind: ListKind | None, said: ListMapping | None) -> SheetContent | None:
    """The people of a sheet; None if no column tells anybody. Raises Unreadable if the mapping does not
    fit.
    """
    layout = find_layout(grid, _header_rows(grid, said))
    start = layout.header_rows[-1] + 1 if layout.header_rows else 0
    columns = assign_columns(grid.cells.slice(start), layout, said)
    if not columns.identifies:
        return None
    notes = list(grid.notes)
    if len(layout.header_rows) > 1:
        notes.append(note("header.two_lines", rows="、".join(str(row + 1) for row in layout.header_rows)))
    notes.extend(columns.notes)
    classes = classify(grid, layout, columns).classes
    cells, merged, fields = fill_merged(grid, columns, start)
    if merged:
        notes.append(_inherited("rows.merged", merged, fields))
    guess = _kind(grid, file, kind, said, layout, columns, pattern=False)
    pattern = find_pattern(cells, classes, columns, guess.kind == ListKind.VISIT)
    if pattern is not None:
        cells, count = fill_down(cells, classes, columns, pattern)
        by_index = {index: field for field, found in columns.sources.items() for index in found}
        notes.append(
            _inherited("rows.filled_down", count, [by_index.get(i, "address") for i in pattern.inherited])
        )
    if pattern is not None or "household" in fields:
        guess = _kind(grid, file, kind, said, layout, columns, pattern=True)
    records = _records(cells, classes, columns, damaged=grid.damaged)
    records = _cut(records, notes)
    notes.extend(_about(grid, records, columns))
    rejected, skipped = _rejected(grid, classes), _skipped(grid, classes)
    account = _account(classes)
    if account.rejected > max(3, 0.05 * account.total):
        notes.append(note("rows.many_rejected", count=account.rejected, rows=account.total))
    return SheetContent(grid, layout, columns, guess, records, rejected, skipped, account, tuple(notes))


def _header_rows(grid: Grid, said: ListMapping | None) -> tuple[int, ...] | None:
    if said is None or said.header_row is None:
        return None
    if any(row > grid.height for row in said.header_row):
        shown = ", ".join(map(str, said.header_row))
        raise Unreadable("map.no_such_row", header_row=shown, rows=grid.height)
    return tuple(row - 1 for row in said.header_row)


def _kind(
    grid: Grid,
    file: str,
    kind: ListKind | None,
    said: ListMapping | None,
    layout: Layout,
    columns: Columns,
    *,
    pattern: bool,
) -> KindGuess:
    if said is not None and said.kind is not None:
        return given_kind(said.kind, by_mapping=True)
    if kind is not None:
        return given_kind(kind, by_mapping=False)
    headings = [heading for heading in layout.headings if heading]
    return guess_kind(file, grid.sheet, title_text(grid, layout), headings, columns.sources, pattern)


def _inherited(code: str, count: int, fields: list[str] | tuple[str, ...]) -> Note:
    unique = list(dict.fromkeys(fields))
    return note(
        code,
        count=count,
        fields=", ".join(_EN[f] for f in unique),
        fields_zh="、".join(_ZH[f] for f in unique),
    )


def _records(cells: pl.DataFrame, classes: pl.Series, columns: Columns, *, damaged: bool) -> pl.DataFrame:
    """Row numbers and the fields of the data rows; the second column of a field where the first is empty."""
    chosen = [_field(name, columns, damaged) for name in FIELD_NAMES]
    frame = cells.with_row_index("row", offset=1) if cells.width else pl.DataFrame(schema={"row": pl.UInt32})
    return frame.filter(classes == DATA).select(pl.col("row").cast(pl.UInt32), *chosen)


def _field(name: str, columns: Columns, damaged: bool) -> pl.Expr:
    found = [_cell(index, damaged) for index in columns.sources.get(name, ())]
    if name == "name" and columns.name_parts:
        surname, given = (_cell(index, damaged) for index in columns.name_parts)
        glue = pl.when(surname.str.contains("[A-Za-z]")).then(pl.lit(" ")).otherwise(pl.lit(""))
        both = pl.when(surname.is_not_null() & given.is_not_null()).then(
            pl.concat_str([surname, glue, given])
        )
        found = [*found, both, surname, given]
    value = pl.coalesce(found) if found else pl.lit(None, dtype=pl.String)
    if name == "address" and columns.door is not None:
        door = _cell(columns.door, damaged)
        known = value.str.ends_with(door).fill_null(value=False)
        value = (
            pl.when(value.is_null() | door.is_null() | known)
            .then(pl.coalesce(value, door))
            .otherwise(pl.concat_str([value, door]))
        )
    return value.alias(name)


def _cell(index: int, damaged: bool) -> pl.Expr:
    cell = pl.col(f"c{index}")
    return pl.when(~cell.str.contains("\ufffd", literal=True)).then(cell) if damaged else cell


def _cut(records: pl.DataFrame, notes: list[Note]) -> pl.DataFrame:
    if not records.height:
        return records
    longest = records.select(pl.col(FIELD_NAMES).str.len_bytes().max()).row(0)
    long = [name for name, length in zip(FIELD_NAMES, longest, strict=True) if (length or 0) > MAX_CELL]
    counts = {name: records.filter(pl.col(name).str.len_chars() > MAX_CELL)["row"] for name in long}
    count = sum(len(rows) for rows in counts.values())
    if not count:
        return records
    first = min(int(rows.min()) for rows in counts.values() if len(rows))  # type: ignore[arg-type]
    notes.append(note("rows.cut", count=count, limit=MAX_CELL, row=first))
    return records.with_columns(pl.col(long).str.head(MAX_CELL))


def _about(grid: Grid, records: pl.DataFrame, columns: Columns) -> list[Note]:
    """Notes on the content: ruined ID numbers, formulas, damage, only names, width, nobody."""
    notes: list[Note] = []
    if not records.height:
        return [note("list.empty")]
    ruined = (
        records.filter(pl.col("id_number").str.contains(_RUINED)) if "id_number" in columns.sources else None
    )
    if ruined is not None and ruined.height:
        first = ruined.row(0, named=True)
        notes.append(note("rows.ruined_id", count=ruined.height, row=first["row"], value=first["id_number"]))
    formulas = records.select(
        "row",
        n=pl.sum_horizontal(
            [pl.col(f).str.starts_with("=").cast(pl.UInt32) for f in columns.sources or ["name"]]
        ),
    ).filter(pl.col("n") > 0)
    if formulas.height:
        notes.append(note("rows.formula", count=int(formulas["n"].sum()), row=formulas["row"][0]))
    if grid.damaged:
        hit = grid.cells.select(
            pl.any_horizontal(pl.all().str.contains("\ufffd", literal=True))
            .fill_null(value=False)
            .alias("hit")
        )["hit"]
        rows = hit.arg_true()
        notes.append(note("rows.damaged", count=len(rows), row=int(rows[0]) + 1))
    if set(columns.sources) <= {"name", "sex", "age", "remark"}:
        notes.append(note("list.only_names"))
    if grid.width > _WIDE:
        used = len({index for found in columns.sources.values() for index in found})
        notes.append(note("list.wide", columns=grid.width, used=used))
    return notes


def _rejected(grid: Grid, classes: pl.Series) -> pl.DataFrame:
    rows = (classes >= min(REJECT_CODES)).arg_true().to_list()
    codes = [REJECT_CODES[int(classes[row])] for row in rows]
    reasons = {code: reject_reason(code) for code in set(codes)}
    return pl.DataFrame(
        {
            "row": pl.Series([row + 1 for row in rows], dtype=pl.UInt32),
            "reason": pl.Series(codes, dtype=pl.String),
            "reason_zh": pl.Series([reasons[code][0] for code in codes], dtype=pl.String),
            "reason_en": pl.Series([reasons[code][1] for code in codes], dtype=pl.String),
            "content": pl.Series([row_content(grid, row) for row in rows], dtype=pl.String),
        }
    )


def _skipped(grid: Grid, classes: pl.Series) -> pl.DataFrame:
    rows = ((classes > 1) & (classes < min(REJECT_CODES))).arg_true().to_list()
    return pl.DataFrame(
        {
            "row": pl.Series([row + 1 for row in rows], dtype=pl.UInt32),
            "what": pl.Series([CLASS_NAMES[int(classes[row])] for row in rows], dtype=pl.String),
            "content": pl.Series([row_content(grid, row) for row in rows], dtype=pl.String),
        }
    )


def _account(classes: pl.Series) -> Account:
    counts = dict(classes.value_counts().iter_rows())
    known = [counts.get(number, 0) for number in range(len(CLASS_NAMES))]
    rejected = sum(count for number, count in counts.items() if number in REJECT_CODES)
    data, blank, header, title, totals, notes = known
    return Account(len(classes), data, rejected, blank, header, title, totals, notes)
