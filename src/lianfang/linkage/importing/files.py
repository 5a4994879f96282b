"""Where the files of lists lie: in the data folder, for its owner only, never below what the web server shows."""

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings

_CHUNK = 1 << 20
_ABANDONED = 24 * 3600  # seconds after which an upload that never ended is rubbish


class TooLargeError(Exception):
    """More bytes came than allowed. Nothing is left of them."""


class Readable(Protocol):
    """Where an upload comes from."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Stored:
    """A file that has arrived whole: its name in the folder, the SHA-256 of its content, its bytes."""

    name: str
    sha256: str
    size: int


def path(stored: str) -> Path:
    """Where the stored file of this name is."""
    return _folder("files") / stored


def store(content: Readable, limit: int) -> Stored:
    """Write an upload to the disk as it comes; it appears whole or not at all. Raises TooLargeError, OSError."""
    folder = _folder("files")
    _sweep(folder)
    name = secrets.token_hex(16)
    partial = folder / f"{name}.part"
    digest, size = hashlib.sha256(), 0
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for chunk in _chunks(content):
                size += len(chunk)
                if size > limit:
                    raise TooLargeError
                digest.update(chunk)
                file.write(chunk)
        partial.rename(folder / name)
    finally:
        partial.unlink(missing_ok=True)
    return Stored(name, digest.hexdigest(), size)


def remove(stored: Iterable[str]) -> None:
    """Take files away; those that are gone already are no matter."""
    for name in filter(None, stored):
        path(name).unlink(missing_ok=True)


def workplace(batch: int) -> Path:
    """The folder of a batch: the dry run's steps and its result."""
    return _folder("imports", str(batch))


def clear(batch: int) -> None:
    """Remove the folder of a batch."""
    shutil.rmtree(_root() / "imports" / str(batch), ignore_errors=True)


def _root() -> Path:
    return Path(settings.LIANFANG_DATA) / "lists"


def _folder(*parts: str) -> Path:
    folder = _root().joinpath(*parts)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _chunks(content: Readable) -> Iterator[bytes]:
    while chunk := content.read(_CHUNK):
        yield chunk


def _sweep(folder: Path) -> None:
    """What a server that was killed in the middle of an upload has left."""
    for part in folder.glob("*.part"):
        try:
            if part.stat().st_mtime < time.time() - _ABANDONED:
                part.unlink(missing_ok=True)
        except FileNotFoundError:
            continue
