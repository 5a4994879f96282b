"""One state of what is known, opened: arrays mapped from files, and how to read them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from lianfang.linkage.engine.comparisons.base import Corpus, Counts
from lianfang.linkage.engine.known.files import (
    Array,
    KnownChanged,
    KnownError,
    load_arrays,
    load_table,
    read_manifest,
)
from lianfang.linkage.engine.known.layout import Layout, fingerprint
from lianfang.linkage.engine.known.segment import Segment, open_segment
from lianfang.linkage.engine.model import Model, ModelError
from lianfang.linkage.engine.model_file import load_model
from lianfang.linkage.engine.parts import WEIGHTS, weights_of_arrays
from lianfang.linkage.engine.weights import Weights
from lianfang.linkage.fields import ListKind

KINDS = tuple(kind.value for kind in ListKind)
LOW = np.uint64(0xFFFFFFFF)
HIGH = np.uint64(32)


@dataclass(frozen=True)
class State:
    """Rows are numbered through both segments. A person is named by his smallest row, his root."""

    directory: Path
    manifest: Mapping[str, Any]
    layout: Layout
    folders: tuple[Path, ...]
    segments: tuple[Segment, ...]
    root: Array  # of each row
    members: Array  # root << 32 | row, sorted
    open_pairs: tuple[
        Array, ...
    ]  # x << 32 | y, each sorted: persons of before that were judged and left apart
    apart: Array  # (pairs, 2): rows that never meet
    weights: Weights
    corpus: Corpus
    spelling: pl.DataFrame | None

    @property
    def model(self) -> Model:
        return self.weights.model

    @property
    def rows(self) -> int:
        return len(self.root)

    @property
    def records(self) -> int:
        return int(self.manifest["records"])

    def gather(self, rows: Array, array_of: Callable[[Segment], Array]) -> Array:
        """One array's entries for rows (sorted numbers)."""
        taken = []
        for segment in self.segments:
            low, high = np.searchsorted(rows, [segment.first, segment.first + segment.count])
            taken.append(array_of(segment)[rows[low:high].astype(np.int64) - segment.first])
        return np.concatenate(taken)

    def texts(self, rows: Array) -> pl.DataFrame:
        """What rows (sorted numbers) say. Raises KnownChanged."""
        taken = []
        for folder, segment in zip(self.folders, self.segments, strict=True):
            low, high = np.searchsorted(rows, [segment.first, segment.first + segment.count])
            positions = pl.Series(rows[low:high].astype(np.uint32) - np.uint32(segment.first))
            try:
                taken.append(pl.scan_ipc(folder / "table.arrow").select(pl.all().gather(positions)).collect())
            except FileNotFoundError as problem:
                raise KnownChanged(f"{self.directory}: changed by somebody else meanwhile") from problem
        return pl.concat(taken)

    def members_of(self, persons: Array) -> Array:
        """All rows of persons (sorted roots), sorted."""
        return self._behind(self.members, persons)

    def opponents_of(self, rows: Array) -> Array:
        """Pairs (packed) of persons of before that were judged and left apart; the first is in `rows`."""
        found = []
        for pairs in self.open_pairs:
            wanted = rows.astype(np.uint64) << HIGH
            low, high = np.searchsorted(pairs, wanted), np.searchsorted(pairs, wanted + (LOW + np.uint64(1)))
            found.append(pairs[spread(low, high - low)])
        return np.concatenate(found)

    def _behind(self, packed: Array, first: Array) -> Array:
        wanted = first.astype(np.uint64) << HIGH
        low, high = np.searchsorted(packed, wanted), np.searchsorted(packed, wanted + (LOW + np.uint64(1)))
        return np.sort(packed[spread(low, high - low)] & LOW).astype(np.uint32)


def spread(start: Array, length: Array) -> Array:
    """start[0], start[0] + 1, … start[0] + length[0] - 1, start[1], …"""
    total = np.cumsum(length)
    within = np.arange(total[-1] if len(total) else 0) - np.repeat(total - length, length)
    positions: Array = np.repeat(start, length) + within
    return positions


def open_state(directory: Path) -> State:
    """The newest state. Raises KnownError: nothing there, or written by a program that saw rows otherwise."""
    manifest = read_manifest(directory)
    if tuple(manifest["kinds"]) != KINDS:
        raise KnownError(f"{directory}: written when there were other kinds of list; run all lists once more")
    try:
        model = load_model(directory / manifest["base"] / "model.toml")
        return read_state(directory, manifest, model)
    except (OSError, ModelError, KeyError) as problem:
        raise KnownError(f"{directory}: cannot be read ({problem}); run all lists once more") from problem


def read_state(directory: Path, manifest: Mapping[str, Any], model: Model) -> State:
    """The state that a manifest names. Raises OSError."""
    folders = tuple(directory / manifest[name] for name in ("base", "recent") if manifest[name])
    arrays = [load_arrays(folder) for folder in folders]
    base, persons = arrays[0], load_arrays(directory / manifest["persons"])
    described = manifest["layout"]
    columns = {name: tuple(names) for name, names in described["columns"].items()}
    layout = Layout(columns, tuple(described["parts"]), tuple(described["door"]))
    firsts = (0, int(manifest["base_rows"]))[: len(folders)]
    weights = {name: base[f"weights.{name}"] for name in ("strata", *WEIGHTS)}
    tables = {
        name: Counts(base[f"corpus.{name}.keys"], base[f"corpus.{name}.numbers"])
        for name in manifest["corpus"]
    }
    return State(
        directory=directory,
        manifest=manifest,
        layout=layout,
        folders=folders,
        segments=tuple(
            open_segment(one, layout, model, first) for one, first in zip(arrays, firsts, strict=True)
        ),
        root=persons["root"],
        members=persons["members"],
        open_pairs=(base["open"], persons["open"]),
        apart=persons["apart"],
        weights=weights_of_arrays(model, weights),
        corpus=Corpus(int(manifest["corpus_rows"]), tables),
        spelling=load_table(folders[0], "spelling") if manifest["spelling"] else None,
    )


def verify(state: State) -> None:
    """Prepares a few rows anew. Raises KnownError when the result is not what was stored."""
    base = state.folders[0]
    sample, stored = load_table(base, "sample"), load_arrays(base)
    for name, found in fingerprint(state.model, state.layout, sample, state.corpus).items():
        if not np.array_equal(found, stored[f"print.{name}"]):
            raise KnownError(
                f"{state.directory}: stored by another version of the program or of Polars ({name} differs);"
                " call rebuild_known, or run all lists once more"
            )
