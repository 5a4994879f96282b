"""`--map FILE.toml`: what the user says about files, sheets and columns; it wins over every guess.

```toml
[[list]]
file = "3月走访.xlsx"          # the file's name; * and ? are allowed
sheet = "云滨湾"                # optional: without it, all sheets of the file
kind = "visit"                  # optional: register carrier transport gate visit self_report other
header_row = [2, 3]             # optional: the row(s) a spreadsheet shows; 0: there is no header
encoding = "gb18030"            # optional, CSV
ignore = ["填表人", "@H"]       # columns that give nothing
[list.columns]                  # heading, or @ and the column's letter = field
"号码" = "phone"
"@C" = "id_number"
```
"""

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Self

from lianfang.linkage.fields import FIELD_NAMES, ListKind
from lianfang.linkage.readers.messages import FileError, file_error

_KEYS = {"file", "sheet", "kind", "header_row", "encoding", "ignore", "columns"}


class MappingError(ValueError):
    """The mapping file is wrong; `error` says where and what to do."""

    def __init__(self, error: FileError) -> None:
        super().__init__(error.en)
        self.error = error


@dataclass(frozen=True)
class ListMapping:
    """What the user says about one list. `header_row` from 1; empty tuple: no header; None: find it."""

    file: str = "*"
    sheet: str | None = None
    kind: ListKind | None = None
    header_row: tuple[int, ...] | None = None
    encoding: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.file if self.sheet is None else f"{self.file}#{self.sheet}"


@dataclass(frozen=True)
class Mapping:
    """All that `--map` says, in the order of the file; for a list, the first entry that fits counts."""

    lists: tuple[ListMapping, ...] = ()

    @classmethod
    def load(cls, path: Path) -> Self:
        """Reads a mapping file. Raises MappingError if it cannot be read or says something impossible."""
        try:
            text = path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise MappingError(file_error(path.name, "map.unreadable", detail=error)) from error
        return cls.parse(text, path.name)

    @classmethod
    def parse(cls, text: str, name: str = "--map") -> Self:
        """Reads a mapping from TOML text. Raises MappingError."""
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise MappingError(file_error(name, "map.unreadable", detail=error)) from error
        entries = data.get("list", [])
        if set(data) - {"list"} or not isinstance(entries, list):
            raise MappingError(_invalid(name, "[[list]]", "only [[list]] tables are allowed 只能有 [[list]]"))
        return cls(tuple(_entry(item, name, f"[[list]] {i + 1}") for i, item in enumerate(entries)))

    def find(self, file: str, sheet: str | None) -> ListMapping | None:
        """The entry for a file's name and sheet, or None."""
        for entry in self.lists:
            if fnmatchcase(file, entry.file) and (entry.sheet is None or entry.sheet == sheet):
                return entry
        return None

    def dump(self) -> str:
        """The mapping as TOML that `parse` reads back to an equal one."""
        return "\n".join(_dump_entry(entry) for entry in self.lists)


def _invalid(name: str, where: str, detail: str) -> FileError:
    return file_error(name, "map.invalid", where=where, detail=detail)


def _entry(item: object, name: str, where: str) -> ListMapping:
    if not isinstance(item, dict):
        raise MappingError(_invalid(name, where, "must be a table 必须是表"))
    unknown = set(item) - _KEYS
    if unknown:
        detail = (
            f"unknown key 未知的键 {', '.join(sorted(unknown))}; allowed 可用: {', '.join(sorted(_KEYS))}"
        )
        raise MappingError(_invalid(name, where, detail))
    for key in ("file", "sheet", "kind", "encoding"):
        if key in item and not isinstance(item[key], str):
            raise MappingError(_invalid(name, f"{where}.{key}", "must be text 必须是文字"))
    return ListMapping(
        file=item.get("file", "*"),
        sheet=item.get("sheet"),
        kind=_kind(item.get("kind"), name, where),
        header_row=_header_row(item.get("header_row"), name, where),
        encoding=item.get("encoding"),
        columns=_columns(item.get("columns", {}), name, where),
        ignore=_ignore(item.get("ignore", []), name, where),
    )


def _kind(value: str | None, name: str, where: str) -> ListKind | None:
    if value is None:
        return None
    if value not in {kind.value for kind in ListKind}:
        detail = f"'{value}'; allowed 可用: {', '.join(kind.value for kind in ListKind)}"
        raise MappingError(_invalid(name, f"{where}.kind", detail))
    return ListKind(value)


def _header_row(value: object, name: str, where: str) -> tuple[int, ...] | None:
    if value is None:
        return None
    if value == 0 and not isinstance(value, bool):
        return ()
    rows = value if isinstance(value, list) else [value]
    whole = all(isinstance(row, int) and not isinstance(row, bool) and row > 0 for row in rows)
    if not whole or not 1 <= len(rows) <= 2 or sorted(set(rows)) != rows:
        detail = "one or two row numbers in order, or 0 一个或两个行号，没有表头写 0"
        raise MappingError(_invalid(name, f"{where}.header_row", detail))
    return tuple(rows)


def _columns(value: Any, name: str, where: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise MappingError(_invalid(name, f"{where}.columns", '"heading" = "field"'))
    for heading, meaning in value.items():
        if meaning not in FIELD_NAMES:
            detail = f"'{meaning}' is no field 不是字段; allowed 可用: {', '.join(FIELD_NAMES)}"
            raise MappingError(_invalid(name, f'{where}.columns."{heading}"', detail))
    return dict(value)


def _ignore(value: Any, name: str, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise MappingError(_invalid(name, f"{where}.ignore", 'a list of headings 表头的列表: ["…"]'))
    return tuple(value)


def _dump_entry(entry: ListMapping) -> str:
    lines = ["[[list]]", f"file = {_text(entry.file)}"]
    if entry.sheet is not None:
        lines.append(f"sheet = {_text(entry.sheet)}")
    if entry.kind is not None:
        lines.append(f"kind = {_text(entry.kind.value)}")
    if entry.header_row is not None:
        rows = entry.header_row
        lines.append(f"header_row = {list(rows) if len(rows) > 1 else rows[0] if rows else 0}")
    if entry.encoding is not None:
        lines.append(f"encoding = {_text(entry.encoding)}")
    if entry.ignore:
        lines.append(f"ignore = [{_join(entry.ignore)}]")
    lines.append("[list.columns]")
    lines.extend(f"{_text(heading)} = {_text(meaning)}" for heading, meaning in entry.columns.items())
    return "\n".join(lines) + "\n"


def _join(items: Iterable[str]) -> str:
    return ", ".join(map(_text, items))


def _text(value: str) -> str:
    # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
