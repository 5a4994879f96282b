"""Errors and notes of the readers as data: a code, its parameters, and a sentence in Chinese and in
English.
"""

import tomllib
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from importlib import resources

_CATALOGUE: dict[str, dict[str, list[str]]] = tomllib.loads(
    resources.files(__package__).joinpath("messages.toml").read_text("utf-8")
)


@dataclass(frozen=True)
class FileError:
    """A file, or a part of it, that could not be read: what is wrong and what to do.

    `row` is the row that a spreadsheet shows, or None if the whole file is meant.
    """

    file: str
    row: int | None
    code: str
    params: Dict[str, str]
    zh: str
    en: str


@dataclass(frozen=True)
class Note:
    """Something about a list that a clerk should know, though it was read."""

    code: str
    params: Dict[str, str]
    zh: str
    en: str


class Unreadable(Exception):
    """Carries a FileError from the depth of a reader to `read_lists`; never leaves this package."""

    def __init__(self, code: str, row: int | None = None, **params: object) -> None:
        super().__init__(code)
        self.code, self.row, self.params = code, row, params


def file_error(file: str, code: str, row: int | None = None, **params: object) -> FileError:
    """The error `code` of the catalogue for `file`. KeyError if the catalogue has no such code."""
    zh, en = _sentences("error", code, params)
    return FileError(file, row, code, {key: str(value) for key, value in params.items()}, zh, en)


def note(code: str, **params: object) -> Note:
    """The note `code` of the catalogue. KeyError if the catalogue has no such code."""
    zh, en = _sentences("note", code, params)
    return Note(code, {key: str(value) for key, value in params.items()}, zh, en)


def reject_reason(code: str) -> tuple[str, str]:
    """Why a row was rejected, in Chinese and English."""
    return _sentences("reject", code, {})


def codes(section: str) -> frozenset[str]:
    """All codes of a section ("error", "note", "reject"); a documentation test compares them."""
    return frozenset(_CATALOGUE[section])


def _sentences(section: str, code: str, params: Dict[str, object]) -> tuple[str, str]:
    zh, en = _CATALOGUE[section][code]
    several = {key: value.replace("、", ", ") if key in _LISTS else value for key, value in _texts(params)}
    return zh.format_map(params), en.format_map(several)


#: Parameters that hold several words with the Chinese comma between them.
_LISTS = ("columns", "headers", "rows")


def _texts(params: Dict[str, object]) -> list[tuple[str, str]]:
    return [(key, str(value)) for key, value in params.items()]
