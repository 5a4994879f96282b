"""HTML tables saved as .xls, which is what "export to Excel" of many older systems writes."""

import re
from html.parser import HTMLParser

import polars as pl

from lianfang.linkage.readers.encoding import decode
from lianfang.linkage.readers.grid import Grid, Range, tidy
from lianfang.linkage.readers.limits import Limits
from lianfang.linkage.readers.messages import Unreadable

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]+)", re.IGNORECASE)
_TAG = re.compile(rb"<\s*(?:!doctype\s+html|html|table|meta|head|body|style)\b", re.IGNORECASE)
_MOST_SPAN = 1000


def looks_like_html(raw: bytes) -> bool:
    """Whether the file begins as a web page does."""
    head = raw[:1000].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t")
    return head.startswith(b"<") and bool(_TAG.search(head))


def read_html(raw: bytes, limits: Limits) -> list[Grid]:
    """One grid for each table with more than one cell. Raises Unreadable if there is none."""
    stated = _CHARSET.search(raw[:2000])
    encoding = stated.group(1).decode().lower() if stated else None
    if encoding in ("gb2312", "gbk"):
        encoding = "gb18030"  # which holds both and more
    text = decode(raw, None if encoding in (None, "utf-8", "utf8") else encoding)
    parser = _Tables(limits)
    parser.feed(text.data.decode("utf-8", errors="replace"))
    parser.close()
    grids = [
        _grid(table, number, text.encoding)
        for number, table in enumerate(parser.tables, start=1)
        if table.rows
    ]
    grids = [grid for grid in grids if grid.height * grid.width > 1]
    if not grids:
        raise Unreadable("file.no_table")
    return grids


class _Table:
    def __init__(self) -> None:
        self.rows: list[dict[int, str]] = []
        self.merged: list[Range] = []
        self.taken: set[tuple[int, int]] = set()


class _Tables(HTMLParser):
    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.limits = limits
        self.tables: list[_Table] = []
        self.open: list[_Table] = []
        self.text: list[str] | None = None
        self.span = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._end_cell()
            self.open.append(_Table())
            self.tables.append(self.open[-1])
        elif tag == "tr" and self.open:
            self._end_cell()
            self.open[-1].rows.append({})
        elif tag in ("td", "th") and self.open:
            self._end_cell()
            said = dict(attrs)
            self.text, self.span = [], (_span(said.get("rowspan")), _span(said.get("colspan")))
        elif tag == "br" and self.text is not None:
            self.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table"):
            self._end_cell()
        if tag == "table" and self.open:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text.append(data)

    def _end_cell(self) -> None:
        if self.text is None or not self.open:
            return
        table = self.open[-1]
        if not table.rows:
            table.rows.append({})
        row = len(table.rows) - 1
        column = max(table.rows[row], default=-1) + 1
        while (row, column) in table.taken:
            column += 1
        down, across = self.span
        if column < self.limits.columns:
            table.rows[row][column] = re.sub(r"\s+", " ", "".join(self.text))
            if down > 1 or across > 1:
                table.merged.append((row, column, row + down - 1, column + across - 1))
                table.taken.update(
                    (r, c) for r in range(row, row + down) for c in range(column, column + across)
                )
        self.text = None

    def close(self) -> None:
        super().close()
        self._end_cell()


def _span(value: str | None) -> int:
    return max(1, min(int(value), _MOST_SPAN)) if value and value.strip().isdigit() else 1


def _grid(table: _Table, number: int, encoding: str) -> Grid:
    width = 1 + max((max(row, default=-1) for row in table.rows), default=0)
    width = max(width, *(r[3] + 1 for r in table.merged), 1)
    columns = {
        f"c{i}": pl.Series([row.get(i) for row in table.rows], dtype=pl.String)
        for i in range(min(width, 5000))
    }
    return tidy(Grid(f"表{number}", pl.DataFrame(columns), merged=tuple(table.merged), encoding=encoding))
