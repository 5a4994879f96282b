"""Files of what is known: folders of arrays, written once, and a small manifest that names the valid ones.

A folder is written under another name, flushed to the disk and renamed; then a manifest with the next number
is linked into place. Whoever reads finds the state before or the state after, whenever the power fails.
"""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Array = NDArray[Any]
#: Raised when files of before cannot be read any more.
FORMAT = 2
#: Arrays begin at multiples of so many bytes.
ALIGNED = 64


class KnownError(Exception):
    """What is known cannot be used as it is; the message says why and what to do."""


class KnownChanged(KnownError):
    """Somebody else has changed what is known since it was opened: open it again and link again."""


class FolderWriter:
    """Writes the files of one folder: all arrays one behind the other in `arrays`, tables and texts beside them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._places: dict[str, tuple[str, list[int], int]] = {}
        self._file = (folder / "arrays").open("wb")

    def array(self, name: str, array: Array) -> None:
        """One array, of numbers or texts of one width."""
        start = -(-self._file.tell() // ALIGNED) * ALIGNED
        self._file.seek(start)
        self._file.write(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data if array.size else b"")
        self._places[name] = (array.dtype.str, list(array.shape), start)

    def table(self, name: str, table: pl.DataFrame) -> None:
        """One table as `name`.arrow."""
        with (self.folder / f"{name}.arrow").open("wb") as file:
            table.write_ipc(file, compression="uncompressed")
            _flush(file)

    def text(self, name: str, text: str) -> None:
        """One text file."""
        with (self.folder / name).open("wb") as file:
            file.write(text.encode())
            _flush(file)

    def close(self) -> None:
        """Ends the file of arrays and writes where each begins."""
        _flush(self._file)
        self._file.close()
        self.text("arrays.json", json.dumps(self._places))


def _flush(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())


def load_arrays(folder: Path) -> dict[str, Array]:
    """All arrays of a folder, mapped: only what is looked at is read. Raises OSError."""
    places = json.loads((folder / "arrays.json").read_text("utf-8"))
    size = (folder / "arrays").stat().st_size
    raw = np.memmap(folder / "arrays", np.uint8, "r").view(np.ndarray) if size else np.zeros(0, np.uint8)
    found = {}
    for name, (kind, shape, start) in places.items():
        dtype = np.dtype(kind)
        length = int(np.prod(shape)) * dtype.itemsize
        found[name] = raw[start : start + length].view(dtype).reshape(shape)
    return found


def load_table(folder: Path, name: str) -> pl.DataFrame:
    """One table."""
    return pl.read_ipc(folder / f"{name}.arrow")


def write_folder(folder: Path, fill: Callable[[FolderWriter], None]) -> None:
    """A folder that is there with all its files or not at all."""
    partial = folder.with_name(f"{folder.name}.part")
    partial.mkdir(parents=True)
    writer = FolderWriter(partial)
    fill(writer)
    writer.close()
    partial.rename(folder)


def read_manifest(directory: Path) -> dict[str, Any]:
    """The newest manifest. Raises KnownError when there is none or its format is another."""
    numbers = sorted(_numbers(directory), reverse=True)
    if not numbers:
        raise KnownError(f"{directory}: nothing is known here yet; run all lists once")
    manifest: dict[str, Any] = json.loads((directory / f"manifest-{numbers[0]}.json").read_text("utf-8"))
    if manifest.get("format") != FORMAT:
        raise KnownError(f"{directory}: written by another version of the program; run all lists once more")
    return manifest


def write_manifest(directory: Path, manifest: Mapping[str, Any]) -> None:
    """Makes `manifest` the valid one. Raises KnownChanged when somebody else was faster."""
    number = int(manifest["generation"])
    partial = directory / f"manifest-{number}.{os.getpid()}.part"
    with partial.open("w", encoding="utf-8") as file:
        json.dump({**manifest, "format": FORMAT}, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    try:
        # A link, unlike a rename, does not replace: of two writers one fails.
        os.link(partial, directory / f"manifest-{number}.json")
    except FileExistsError as problem:
        raise KnownChanged(f"{directory}: changed by somebody else meanwhile") from problem
    finally:
        partial.unlink(missing_ok=True)


def next_generation(directory: Path) -> int:
    """A number that no manifest has."""
    return max(_numbers(directory), default=0) + 1


def sweep(directory: Path, manifest: Mapping[str, Any]) -> None:
    """Removes what `manifest` does not name: earlier states, and what writers left who died."""
    named = {manifest["base"], manifest["recent"], manifest["persons"]}
    for entry in directory.iterdir():
        parts = entry.name.split("-")  # kind, generation, whoever wrote it
        earlier = len(parts) == 3 and parts[1].isdigit() and int(parts[1]) < manifest["generation"]
        if entry.is_dir() and entry.name not in named and earlier:
            shutil.rmtree(entry, ignore_errors=True)
    for number in _numbers(directory):
        if number < manifest["generation"]:
            (directory / f"manifest-{number}.json").unlink(missing_ok=True)


def _numbers(directory: Path) -> list[int]:
    names = [file.stem.removeprefix("manifest-") for file in directory.glob("manifest-*.json")]
    return [int(name) for name in names if name.isdigit()]
