"""New rows become known."""

import numpy as np

from lianfang.linkage.engine.known.answer import Addition
from lianfang.linkage.engine.known.files import (
    Array,
    FolderWriter,
    KnownChanged,
    load_arrays,
    load_table,
    next_generation,
    read_manifest,
    sweep,
    write_folder,
    write_manifest,
)
from lianfang.linkage.engine.known.save import (
    RUN_ARRAYS,
    RUN_TABLES,
    described_lists,
    new_name,
    packed,
    save_persons,
)
from lianfang.linkage.engine.known.segment import Segment, folded, save_segment, tables_of
from lianfang.linkage.engine.known.state import HIGH, LOW, State, read_state
from lianfang.linkage.engine.rows import identities, named_doors

#: When `recent` has more than this share of the rows of `base`, the two become one.
FOLD_AT = 0.2


def append(state: State, addition: Addition) -> None:
    """Writes the state after; the state before stays what it is for those who have it open.

    Raises KnownChanged when somebody else wrote first, OSError when the disk is full.
    """
    manifest = read_manifest(state.directory)
    if not addition.generation == state.manifest["generation"] == manifest["generation"]:
        raise KnownChanged(f"{state.directory}: changed by somebody else meanwhile")
    generation = next_generation(state.directory)
    segments = [*state.segments[1:], _segment(state, addition)]
    texts = state.layout.texts(state.model)
    table = tables_of(state.folders[1:], [addition.table]) if texts else None
    recent, persons = new_name("recent", generation), new_name("persons", generation)
    after = {
        **manifest,
        "generation": generation,
        "recent": recent,
        "persons": persons,
        "records": state.records + len(addition.twin),
        "lists": [*manifest["lists"], *described_lists(addition.lists)],
    }
    write_folder(state.directory / recent, lambda writer: save_segment(writer, folded(segments), table))
    write_folder(state.directory / persons, lambda writer: _save_persons(writer, state, addition))
    write_manifest(state.directory, after)
    sweep(state.directory, after)
    if sum(segment.count for segment in segments) > FOLD_AT * state.segments[0].count:
        fold(read_state(state.directory, after, state.model))


def _segment(state: State, addition: Addition) -> Segment:
    facts = {
        "record": addition.table["record"].to_numpy(),
        "list": addition.table["list"].to_numpy(),
        "kind": addition.kind,
        "identity": identities(state.model, addition.table),
        "alone": addition.alone,
        "door": named_doors(state.model, addition.table),
    }
    return Segment(
        state.rows, facts, addition.columns, addition.parts, addition.blocks, addition.doors, addition.twin
    )


def _save_persons(writer: FolderWriter, state: State, addition: Addition) -> None:
    rows, persons = _changes(state, addition)
    root = np.concatenate([np.asarray(state.root), addition.root.astype(np.uint32)])
    gone = packed(root[rows[rows < state.rows]], rows[rows < state.rows])
    root[rows] = persons
    members = _exchanged(state.members, gone, packed(persons, rows))
    earlier = state.open_pairs[1]
    seen = np.stack([earlier >> HIGH, earlier & LOW], axis=1).astype(np.int64)
    open_pairs = np.concatenate([seen, addition.open.astype(np.int64)])
    save_persons(writer, root, members, open_pairs, np.concatenate([state.apart, addition.apart]))


def _changes(state: State, addition: Addition) -> tuple[Array, Array]:
    """Rows whose person is new, known ones before new ones, and that person."""
    order = np.argsort(addition.moved[:, 0])
    before, now = addition.moved[order].T
    known = state.members_of(before)
    fresh = np.arange(state.rows, state.rows + len(addition.root))
    persons = now[np.searchsorted(before, np.asarray(state.root)[known])]
    return np.concatenate([known, fresh]), np.concatenate([persons, addition.root])


def _exchanged(values: Array, gone: Array, come: Array) -> Array:
    """Sorted values without those gone and with those come: sorting all anew takes twenty times as long."""
    kept = np.delete(values, np.searchsorted(values, gone))
    come = np.sort(come)
    exchanged: Array = np.insert(kept, np.searchsorted(kept, come), come)
    return exchanged


def fold(state: State) -> None:
    """Makes one segment of two. Raises KnownChanged, OSError."""
    if len(state.segments) < 2:
        return
    manifest = read_manifest(state.directory)
    generation = next_generation(state.directory)
    base, persons = new_name("base", generation), new_name("persons", generation)
    one = folded(state.segments)

    def fill(writer: FolderWriter) -> None:
        texts = state.layout.texts(state.model)
        save_segment(writer, one, tables_of(state.folders) if texts else None)
        before = state.folders[0]
        for name, array in load_arrays(before).items():
            if name.startswith(RUN_ARRAYS):
                writer.array(name, array)
        for name in RUN_TABLES:
            if (before / f"{name}.arrow").exists():
                writer.table(name, load_table(before, name))
        writer.text("model.toml", state.model.text)

    def same(writer: FolderWriter) -> None:
        for name, array in load_arrays(state.directory / manifest["persons"]).items():
            writer.array(name, array)

    write_folder(state.directory / base, fill)
    write_folder(state.directory / persons, same)
    rows = {"base": base, "recent": None, "persons": persons, "base_rows": one.count}
    after = {**manifest, **rows, "generation": generation}
    write_manifest(state.directory, after)
    sweep(state.directory, after)
