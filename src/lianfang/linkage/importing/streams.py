"""Lists that nobody uploads: rows that the program itself records, read by every reconciliation like any list.

`wiring` connects them. They are written for the readers as they are at the beginning of a run, and gone with it.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lianfang.linkage.fields import FIELDS, ListKind
from lianfang.linkage.importing import files
from lianfang.linkage.readers import ListMapping, Source
from lianfang.linkage.readers import Mapping as Said

#: Field of the vocabulary → text. Fields that a row lacks are empty.
Row = Mapping[str, str]


@dataclass(frozen=True)
class Stream:
    """`key` names the source for good; `name` is what the list is called; `fields`: those that rows may have."""

    key: str
    name: str
    kind: ListKind
    fields: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]


_connected: dict[str, Stream] = {}
_HEADINGS = {field.name: field.zh for field in FIELDS}


def connect(stream: Stream) -> None:
    """Read this one from now on."""
    _connected[stream.key] = stream


def names() -> dict[str, str]:
    """The sources that nobody uploads: key -> what the list is called."""
    return {key: one.name for key, one in _connected.items()}


@contextmanager
def opened() -> Iterator[list[Source]]:
    """The streams as files, for the readers, as long as they read; one that has no rows is left out."""
    with files.room() as folder:
        yield [_source(one, file) for one in _connected.values() if (file := _file(one, folder)) is not None]


def _file(stream: Stream, folder: Path) -> Path | None:
    file = folder / f"{stream.name}.csv"
    rows = stream.rows()
    first = next(rows, None)
    if first is None:
        return None
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([_HEADINGS[name] for name in stream.fields])
        writer.writerow([first.get(name, "") for name in stream.fields])
        for row in rows:
            writer.writerow([row.get(name, "") for name in stream.fields])
    return file


def _source(stream: Stream, file: Path) -> Source:
    columns = {_HEADINGS[name]: name for name in stream.fields}
    said = ListMapping(kind=stream.kind, header_row=(1,), columns=columns)
    return Source(file, kind=stream.kind, name=file.name, mapping=Said((said,)), key=stream.key)
