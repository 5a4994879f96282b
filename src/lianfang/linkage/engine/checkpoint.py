"""Results of expensive steps, kept in a folder so that a run which was killed goes on where it stopped.

A folder belongs to one question: the same records, lists, model, day and program. Files appear whole or not
at all (written under another name, then renamed), so that neither Ctrl-C nor a power cut leaves half a step.
"""

import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lianfang import __version__

Arrays = Mapping[str, NDArray[Any]]
#: Rows of a table that are written, and read, at once.
SLICE = 1 << 17
#: Part of every key: to be raised when a step's result changes its meaning.
FORMAT = 2


def question(records: pl.DataFrame, *rest: object) -> str:
    """A name for everything that the answer depends on; equal names, equal answers."""
    digest = hashlib.blake2b(digest_size=16)
    about = (FORMAT, __version__, pl.__version__, np.__version__, records.schema, *rest)
    digest.update(repr(about).encode())
    with ThreadPoolExecutor(
        2
    ) as pool:  # column by column: hashing rows would first write them all side by side
        for column in pool.map(_content, records):
            digest.update(column)
    return digest.hexdigest()


def _content(column: pl.Series) -> bytes:
    return hashlib.blake2b(column.hash(seed=1).to_numpy().data, digest_size=16).digest()


class Checkpoint:
    """The kept steps of one question. Without a folder every step is simply done."""

    def __init__(self, folder: Path | None, key: str = "") -> None:
        self.folder = folder / key if folder is not None else None
        if self.folder is not None and folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            for other in folder.iterdir():
                if other.is_dir() and other.name != key and len(other.name) == len(key):
                    shutil.rmtree(other, ignore_errors=True)

    def frame(self, name: str, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """The table of a step: kept from the run before, or made and kept."""
        if self.folder is None:
            return make()
        whole = self.folder / f"{name}.parquet"
        if whole.is_file():
            return pl.read_parquet(whole)
        table = make()
        partial = whole.with_suffix(".part")
        # Values that repeat are written once, which is a quarter of the table; packing them costs more than it saves.
        table.write_parquet(partial, compression="uncompressed", statistics=False, row_group_size=SLICE)
        partial.replace(whole)
        return table

    def arrays(self, name: str, make: Callable[[], Arrays]) -> Arrays:
        """The arrays of a step: kept from the run before, or made and kept."""
        if self.folder is None:
            return make()
        file = self.folder / f"{name}.npz"
        if file.is_file():
            with np.load(file, allow_pickle=False) as kept:
                return {key: kept[key] for key in kept.files}
        arrays = make()
        partial = file.with_suffix(".part")
        with partial.open("wb") as out:
            np.savez(out, allow_pickle=False, **arrays)
        partial.replace(file)
        return arrays


def finished(folder: Path, steps: Sequence[str]) -> bool:
    """Whether a run of some question in this folder has got as far as these steps."""
    kept = {file.stem for file in folder.glob("*/*") if file.suffix in (".parquet", ".npz")}
    return set(steps) <= kept
