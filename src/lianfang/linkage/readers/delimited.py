"""CSV and its relatives into a grid. Well-formed files take polars' reader; the rest is read record by
record.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import polars as pl

from lianfang.linkage.readers.encoding import Text, decode
from lianfang.linkage.readers.grid import Grid, Traits, tidy
from lianfang.linkage.readers.limits import Limits
from lianfang.linkage.readers.messages import Note, note

_DELIMITERS = (",", "\t", ";", "|")
_QUOTE = ord('"')
csv.field_size_limit(2**31 - 1)  # a long cell is cut later and told; it must not stop the reading


def read_delimited(raw: bytes, limits: Limits, encoding: str | None = None) -> Grid:
    """The grid of a text file: one row for each record, blank lines are rows. Raises Unreadable
    (encoding).
    """
    text = decode(raw, encoding)
    head = text.data[:200_000].decode("utf-8", errors="ignore")
    delimiter = find_delimiter(head)
    cells, notes = _cells(text, delimiter, limits)
    if text.mixed:
        notes = (
            *notes,
            note("encoding.mixed", count=len(text.mixed), row=text.mixed[0], encoding=text.encoding),
        )
    traits = _traits(text)
    grid = Grid(None, cells, ragged=True, encoding=text.encoding, delimiter=delimiter, notes=notes)
    return tidy(grid, traits)


def find_delimiter(head: str) -> str:
    """The separator that cuts the first lines into the most equal rows; a comma if there is none."""
    lines = [line for line in head.split("\n")[:60] if line.strip()]
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) == 5:
        return lines[0][4]
    best, chosen = 0.0, ","
    for delimiter in _DELIMITERS:
        counts = [len(row) - 1 for row in csv.reader(lines, delimiter=delimiter)]
        used = [count for count in counts if count]
        if not used:
            continue
        usual = max(set(used), key=lambda count: (used.count(count), count))
        score = used.count(usual) / len(counts) * (1 + min(usual, 30) / 10)
        if score > best * 1.001:
            best, chosen = score, delimiter
    return chosen


def _traits(text: Text) -> Traits:
    data = text.data
    octets = np.frombuffer(data, dtype=np.uint8)
    line_ends = data.count(b"\n") + data.count(b"\r") + data.count(b"\t")
    controls = int(np.count_nonzero(octets < 32)) != line_ends or b"\x7f" in data
    # What is invisible beyond ASCII begins in UTF-8 with E2 80, E2 81, EF BB or C2 80 to C2 9F; so do quotes.
    lead = np.flatnonzero((octets == 0xE2) | (octets == 0xC2) | (octets == 0xEF))
    after = octets[np.minimum(lead + 1, len(octets) - 1)]
    leads = octets[lead]
    general = bool(((leads == 0xE2) & (after <= 0x81)).any())
    other = bool((((leads == 0xC2) & (after < 0xA0)) | ((leads == 0xEF) & (after == 0xBB))).any())
    return Traits(
        apostrophes=b"'" in data or b"`" in data or general,
        formulas=b"=" in data,
        floats=b".0" in data,
        controls=controls or general or other,
        line_breaks=b'"' in data,
        damaged=text.damaged,
    )


@dataclass(frozen=True)
class _Shape:
    """What a look at the bytes tells: whether quotation marks obey RFC 4180, and how many records there
    are.
    """

    well_formed: bool
    records: int


def _shape(data: bytes, delimiter: str, limits: Limits) -> _Shape:
    octets = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(octets == 10)
    tail = int(len(data) > 0 and data[-1] != 10)
    if b'"' not in data:
        return _Shape(True, len(ends) + tail)
    quotes = np.flatnonzero(octets == _QUOTE)
    if len(quotes) % 2:
        return _Shape(False, 0)
    opening, closing = quotes[0::2], quotes[1::2]
    boundary = np.zeros(256, dtype=bool)
    boundary[[ord(delimiter), 10, 13, _QUOTE]] = True
    before = octets[np.maximum(opening - 1, 0)]
    after = octets[np.minimum(closing + 1, len(octets) - 1)]
    fits = (boundary[before] | (opening == 0)) & (boundary[after] | (closing == len(octets) - 1))
    # A quote before an opening one is only right as the second of a doubled pair inside a cell.
    fits[1:] &= (before[1:] != _QUOTE) | (closing[:-1] == opening[1:] - 1)
    inside = np.searchsorted(quotes, ends) % 2 == 1
    outer = ends[~inside]
    spans = np.diff(np.searchsorted(ends, outer))
    longest = int(spans.max()) if len(spans) else 0
    return _Shape(bool(fits.all()) and longest <= limits.multiline, len(outer) + tail)


def _cells(text: Text, delimiter: str, limits: Limits) -> tuple[pl.DataFrame, tuple[Note, ...]]:
    shape = _shape(text.data, delimiter, limits)
    if shape.well_formed:
        cells = _fast(text.data, delimiter, limits)
        if cells is not None and cells.height == shape.records:
            return cells, ()
    return _careful(text.data, delimiter, limits)


def _fast(data: bytes, delimiter: str, limits: Limits) -> pl.DataFrame | None:
    """polars' reader, or None if it does not take the file."""
    head = data[:100_000].decode("utf-8", errors="ignore").split("\n")[:200]
    width = max((len(row) for row in csv.reader(head, delimiter=delimiter)), default=1)
    if b'"' not in data:
        width = max(width, _widest(data, delimiter))
    if width > limits.columns:
        return None
    schema = {f"c{i}": pl.String() for i in range(width)}
    # polars takes the width from the first line, so it gets a full one, which is dropped again.
    first = (delimiter * (width - 1) + "\n").encode() if width > 1 else b"x\n"
    try:
        cells = pl.read_csv(
            first + data,
            has_header=False,
            schema=schema,
            separator=delimiter,
            quote_char='"' if b'"' in data else None,
            infer_schema=False,
        )
    except pl.exceptions.PolarsError:
        return None
    return cells.slice(1)


def _widest(data: bytes, delimiter: str) -> int:
    """The number of cells of the longest line of a text without quotation marks."""
    octets = np.frombuffer(data, dtype=np.uint8)
    marks = np.flatnonzero((octets == ord(delimiter)) | (octets == 10))
    ends = np.flatnonzero(octets[marks] == 10)
    edges = np.concatenate(([-1], ends, [len(marks)]))
    return int(np.diff(edges).max())


def _careful(data: bytes, delimiter: str, limits: Limits) -> tuple[pl.DataFrame, tuple[Note, ...]]:
    """Record by record; a quotation mark that is never closed does not swallow the rows below it."""
    lines = data.decode("utf-8", errors="replace").split("\n")
    if lines and lines[-1] == "":
        lines.pop()
    rows: list[list[str]] = []
    broken = 0
    for place, (record, literal) in enumerate(_records(lines, delimiter, limits)):
        broken = broken or (place + 1 if literal else 0)
        if len(record) > limits.columns:
            record = [*record[: limits.columns - 1], delimiter.join(record[limits.columns - 1 :])]
        rows.append(record)
    width = max((len(row) for row in rows), default=1) or 1
    for row in rows:
        row.extend([""] * (width - len(row)))
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    cells = pl.DataFrame(
        {f"c{i}": pl.Series(list(column), dtype=pl.String) for i, column in enumerate(columns)}
    )
    return cells, (note("csv.broken_quotes", row=broken),) if broken else ()


def _records(lines: list[str], delimiter: str, limits: Limits) -> Iterator[tuple[list[str], bool]]:
    """Records with whether a quotation mark had to be taken literally."""
    at = 0
    while at < len(lines):
        line = lines[at].rstrip("\r")
        if '"' not in line:
            yield line.split(delimiter), False
            at += 1
            continue
        block = [text.rstrip("\r") for text in islice(lines, at, at + limits.multiline)]
        taken = _closed_after(block, delimiter)
        if taken:
            joined = io.StringIO("\n".join(block[:taken]), newline="")
            yield next(csv.reader(joined, delimiter=delimiter)), False
            at += taken
        else:
            yield line.split(delimiter), True
            at += 1


def _closed_after(block: list[str], delimiter: str) -> int:
    """How many lines of `block` make one record; 0 if a quoted cell is never closed."""
    inside = False
    for count, line in enumerate(block, start=1):
        inside = _open_at_end(line, inside, delimiter)
        if not inside:
            return count
    return 0


def _open_at_end(line: str, inside: bool, delimiter: str) -> bool:
    at_start = not inside
    place = 0
    while place < len(line):
        char = line[place]
        if inside:
            if char == '"':
                if line[place + 1 : place + 2] == '"':
                    place += 1
                else:
                    inside = False
        elif char == '"' and at_start:
            inside = True
        at_start = not inside and char == delimiter
        place += 1
    return inside
