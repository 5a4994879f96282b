"""From a finished run to what is known."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from lianfang.linkage.engine.basis import Basis
from lianfang.linkage.engine.comparisons.base import Corpus
from lianfang.linkage.engine.known.files import (
    Array,
    FolderWriter,
    next_generation,
    sweep,
    write_folder,
    write_manifest,
)
from lianfang.linkage.engine.known.layout import Layout, fingerprint, layout_of, sample_of
from lianfang.linkage.engine.known.segment import save_segment, segment_of
from lianfang.linkage.engine.parts import arrays_of_weights
from lianfang.linkage.engine.settled import no_pairs
from lianfang.linkage.engine.standardise import spelling_of
from lianfang.linkage.engine.unique import distinct
from lianfang.linkage.engine.weights import Weights
from lianfang.linkage.fields import ListKind, PersonList

#: Arrays and files of a base folder that a full run alone can write.
RUN_ARRAYS = ("weights.", "corpus.", "print.", "open")
RUN_TABLES = ("sample", "spelling")


def save_known(directory: Path, basis: Basis) -> None:
    """Makes the result of a run of all lists what is known, in place of whatever was known in `directory`.

    To be given to `pipeline.link` as `keep=partial(save_known, directory)`. Raises OSError, KnownChanged.
    """
    directory.mkdir(parents=True, exist_ok=True)
    model, rows = basis.weights.model, basis.rows
    layout = layout_of(model, rows.table, rows.columns, basis.corpus)
    spelling = spelling_of(basis.standard, basis.lists) if model.columns is None else None
    more: dict[str, Array] = {"kind": rows.kind, "alone": basis.alone, "twin": basis.twin}
    segment = segment_of(model, layout, rows.table, rows.columns, more)
    generation = next_generation(directory)
    base, persons = new_name("base", generation), new_name("persons", generation)

    edges = basis.resolution.open

    def fill(writer: FolderWriter) -> None:
        save_segment(writer, segment, rows.table if layout.texts(model) else None)
        save_run(writer, layout, basis.weights, basis.corpus, rows.table, spelling)
        writer.array("open", distinct(packed(edges.x, edges.y)))

    write_folder(directory / base, fill)
    root, apart = basis.resolution.root, basis.apart
    members = np.sort(packed(root, np.arange(len(root))))
    write_folder(directory / persons, lambda writer: save_persons(writer, root, members, no_pairs(), apart))
    manifest = {
        "generation": generation,
        "base": base,
        "recent": None,
        "persons": persons,
        "base_rows": segment.count,
        "kinds": [kind.value for kind in ListKind],
        "layout": described(layout),
        "missing": basis.resolution.missing.tolist(),
        "corpus_rows": basis.corpus.rows,
        "corpus": sorted(basis.corpus.tables),
        "spelling": spelling is not None,
        "records": len(basis.standard),
        "lists": described_lists(basis.lists),
    }
    write_manifest(directory, manifest)
    sweep(directory, manifest)


def new_name(kind: str, generation: int) -> str:
    """A folder's name that no other writer uses."""
    return f"{kind}-{generation}-{secrets.token_hex(4)}"


def described(layout: Layout) -> dict[str, Any]:
    return {"columns": dict(layout.columns), "parts": layout.parts, "door": layout.door}


def described_lists(lists: Sequence[PersonList]) -> list[dict[str, str]]:
    return [{"label": person_list.label, "kind": person_list.kind.value} for person_list in lists]


def save_run(
    writer: FolderWriter,
    layout: Layout,
    weights: Weights,
    corpus: Corpus,
    table: pl.DataFrame,
    spelling: pl.DataFrame | None,
) -> None:
    """What was learnt from all lists: the weights, how frequent values are, how compounds are spelt."""
    writer.text("model.toml", weights.model.text)
    for name, array in arrays_of_weights(weights).items():
        writer.array(f"weights.{name}", array)
    for name, counts in corpus.tables.items():
        writer.array(f"corpus.{name}.keys", counts.keys)
        writer.array(f"corpus.{name}.numbers", counts.numbers)
    sample = table[sample_of(len(table))]
    writer.table("sample", sample)
    for name, array in fingerprint(weights.model, layout, sample, corpus).items():
        writer.array(f"print.{name}", array)
    if spelling is not None:
        writer.table("spelling", spelling)


def save_persons(writer: FolderWriter, root: Array, members: Array, pairs: Array, apart: Array) -> None:
    """Whose each row is, who was judged since the last full run and left apart, which rows never meet.

    `members`: root and row `packed`, sorted.
    """
    writer.array("root", root.astype(np.uint32))
    writer.array("members", members)
    writer.array("open", distinct(packed(pairs[:, 0], pairs[:, 1])))
    writer.array("apart", apart.astype(np.uint32).reshape(-1, 2))


def packed(x: Array, y: Array) -> Array:
    """x << 32 | y."""
    both: Array = x.astype(np.uint64) << np.uint64(32) | y.astype(np.uint64)
    return both
