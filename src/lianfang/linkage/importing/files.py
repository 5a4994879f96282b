"""Where the files of lists lie: in the data folder, sealed, for its owner only, never below what the server shows."""

import hashlib
import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

from lianfang.kernel import sealed_files

_PURPOSE = "list file"
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
    arriving = _Arriving(content, limit)
    try:
        with _new(partial) as file:
            sealed_files.seal(arriving, file, purpose=_PURPOSE)
        partial.rename(folder / name)
    finally:
        partial.unlink(missing_ok=True)
    return Stored(name, arriving.digest.hexdigest(), arriving.size)


class _Arriving:
    """The parts of an upload as they come, counted and hashed on their way."""

    def __init__(self, content: Readable, limit: int) -> None:
        self._content, self._limit = content, limit
        self.digest, self.size = hashlib.sha256(), 0

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self._content.read(_CHUNK):
            self.size += len(chunk)
            if self.size > self._limit:
                raise TooLargeError
            self.digest.update(chunk)
            yield chunk


@contextmanager
def opened(stored: str) -> Iterator[Path]:
    """The file as it came, for readers that want a path; it is gone again afterwards. Raises SealBrokenError, OSError.

    What a process left that was killed meanwhile goes with the next call of any other.
    """
    folder = _folder("open")
    _sweep_open(folder)
    plain = folder / f"{os.getpid()}-{secrets.token_hex(8)}"
    try:
        with path(stored).open("rb") as source, _new(plain) as target:
            for piece in _pieces(source):
                target.write(piece)
        yield plain
    finally:
        plain.unlink(missing_ok=True)


@contextmanager
def room() -> Iterator[Path]:
    """A folder for what is readable for a while; it is gone again afterwards, as with `opened`."""
    folder = _folder("open") / f"{os.getpid()}-{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def reseal() -> int:
    """Seal every stored file and every sealed table with the newest key; answers how many there are.

    Raises SealBrokenError, OSError.
    """
    count = 0
    lists = (one for one in _folder("files").iterdir() if one.suffix != ".part")
    for file in (*sorted(lists), *sorted(_folder("imports").glob("*/*/*.sealed"))):
        seal_to(file, file)
        count += 1
    return count


def seal_to(file: Path, target: Path) -> None:
    """Write a file's content sealed with the newest key; `target` appears whole or not at all, and may be the file
    itself. Raises SealBrokenError, OSError."""
    with file.open("rb") as source:
        _appear(target, lambda fresh: sealed_files.seal(_pieces(source), fresh, purpose=_PURPOSE))


def unseal_to(file: Path, target: Path) -> None:
    """Write what a sealed file holds; `target` appears whole or not at all. Raises SealBrokenError, OSError."""
    with file.open("rb") as source:
        _appear(target, lambda fresh: fresh.writelines(_pieces(source)))


def _appear(target: Path, write: Callable[[BinaryIO], None]) -> None:
    fresh = target.with_name(f"{target.name}.part")
    fresh.unlink(missing_ok=True)
    try:
        with _new(fresh) as file:
            write(file)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def sweep() -> None:
    """Remove what processes left open that were killed."""
    _sweep_open(_folder("open"))


def _pieces(source: BinaryIO) -> Iterator[bytes]:
    """Of a sealed file; of one that an earlier version kept as it came, that."""
    if sealed_files.is_sealed(source):
        yield from sealed_files.unseal(source, purpose=_PURPOSE)
        return
    while chunk := source.read(_CHUNK):
        yield chunk


def _new(file: Path) -> BinaryIO:
    """A file that must not be there yet, for its owner only."""
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def remove(stored: Iterable[str]) -> None:
    """Take files away; those that are gone already are no matter."""
    for name in filter(None, stored):
        path(name).unlink(missing_ok=True)


def workplace(batch: int) -> Path:
    """The folder of a batch: the dry run's steps and its result."""
    return _folder("imports", str(batch))


def workplaces() -> list[Path]:
    """The folders of batches that there are."""
    return [folder for folder in _folder("imports").iterdir() if folder.name.isdecimal()]


def clear(batch: int) -> None:
    """Remove the folder of a batch."""
    shutil.rmtree(_root() / "imports" / str(batch), ignore_errors=True)


def _root() -> Path:
    return Path(settings.LIANFANG_DATA) / "lists"


def _folder(*parts: str) -> Path:
    folder = _root().joinpath(*parts)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _sweep(folder: Path) -> None:
    """What a server that was killed in the middle of an upload has left."""
    for part in folder.glob("*.part"):
        try:
            if part.stat().st_mtime < time.time() - _ABANDONED:
                part.unlink(missing_ok=True)
        except FileNotFoundError:
            continue


def _sweep_open(folder: Path) -> None:
    for file in folder.iterdir():
        owner = file.name.partition("-")[0]
        if not (owner.isdecimal() and _lives(int(owner))):
            if file.is_dir():
                shutil.rmtree(file, ignore_errors=True)
            else:
                file.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    if sys.platform == "win32":  # there the question would end the process
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
