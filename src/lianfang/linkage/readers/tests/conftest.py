"""A small language for the tests: write a file, read it, look at its rows."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lianfang.linkage.readers import Mapping, Reading, Source, read_lists

Rows = list[list[Any]]


def people(reading: Reading, *fields: str) -> list[tuple[Any, ...]]:
    """Row number and the given fields of every record."""
    return reading.records.select("row", *fields).rows()


def notes(reading: Reading) -> set[str]:
    return {note.code for sheet in reading.sheets for note in sheet.notes}


def errors(reading: Reading) -> list[str]:
    return [error.code for error in reading.errors]


def fields_of(reading: Reading, sheet: int = 0) -> dict[str, str | None]:
    return {column.header or column.letter: column.field for column in reading.sheets[sheet].columns}


@pytest.fixture
def read_csv(tmp_path: Path) -> Callable[..., Reading]:
    def run(text: str | bytes, name: str = "名单.csv", encoding: str = "utf-8", mapping: str = "") -> Reading:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return read_lists([Source(path)], mapping=Mapping.parse(mapping) if mapping else None)

    return run


@pytest.fixture
def read_xlsx(tmp_path: Path) -> Callable[..., Reading]:
    from_openpyxl = pytest.importorskip("openpyxl")

    def run(
        sheets: dict[str, Rows], merged: tuple[str, ...] = (), name: str = "名单.xlsx", **more: Any
    ) -> Reading:
        book = from_openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
            for area in merged:
                sheet.merge_cells(area)
        path = tmp_path / name
        book.save(path)
        return read_lists([Source(path)], **more)

    return run
