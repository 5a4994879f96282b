"""Files of what is known: folders of arrays, written once, and a small manifest that names the valid ones.

A folder is written under another name, flushed to the disk and renamed; then a manifest with the next number
is linked into place. Whoever reads finds the state before or the state after, whenever the power fails.
"""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Array = NDArray[Any]
#: Raised when files of before cannot be read any more.
FORMAT = 1


class KnownError(Exception):
    """What is known cannot be used as it is; the message says why and what to do."""


class KnownChanged(KnownError):
    """Somebody else has changed what is known since it was opened: open it again and link again."""


def save_array(folder: Path, name: str, array: Array) -> None:
    """One array as `name`.npy, flushed."""
    with (folder / f"{name}.npy").open("wb") as file:
        np.save(file, array, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())


def load_array(folder: Path, name: str) -> Array:
    """One array, mapped: only what is looked at is read."""
    array: Array = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    return array.view(np.ndarray) if array.size else np.array(array)


def save_table(folder: Path, name: str, table: pl.DataFrame) -> None:
    """One table as `name`.arrow, flushed."""
    with (folder / f"{name}.arrow").open("wb") as file:
        table.write_ipc(file, compression="uncompressed")
        file.flush()
        os.fsync(file.fileno())


def load_table(folder: Path, name: str) -> pl.DataFrame:
    """One table."""
    return pl.read_ipc(folder / f"{name}.arrow")


def write_folder(folder: Path, fill: Callable[[Path], None]) -> None:
    """A folder that is there with all its files or not at all."""
    partial = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)  # left by a writer that died before its manifest
    partial.mkdir(parents=True)
    fill(partial)
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
        if entry.is_dir() and entry.name not in named:
            shutil.rmtree(entry, ignore_errors=True)
    for number in _numbers(directory):
        if number < manifest["generation"]:
            (directory / f"manifest-{number}.json").unlink(missing_ok=True)


def _numbers(directory: Path) -> list[int]:
    names = [file.stem.removeprefix("manifest-") for file in directory.glob("manifest-*.json")]
    return [int(name) for name in names if name.isdigit()]
