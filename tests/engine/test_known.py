"""A new list against what is known: the same result as a full run, up to the exceptions that are stated."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from lianfang.linkage.engine.known import Known, KnownChanged, KnownError, save_known
from lianfang.linkage.engine.known import append as appending
from lianfang.linkage.engine.pipeline import link
from lianfang.linkage.engine.settled import Decision
from lianfang.linkage.fields import ListKind
from tests.engine.conftest import DAY, Town


@pytest.fixture(scope="module")
def parts(town: Town) -> tuple[Town, Town]:
    """What is known, and new lists: one row in twenty of all lists but the register."""
    registers = [one.index for one in town.lists if one.kind is ListKind.REGISTER]
    generator = np.random.default_rng(3)
    chosen = pl.Series(generator.random(len(town.records)) < 0.05) & ~town.records["list"].is_in(registers)
    return town.part(~chosen), town.part(chosen)


@pytest.fixture(scope="module")
def stored(parts: tuple[Town, Town], tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("known") / "store"
    link(parts[0].records, parts[0].lists, as_of=DAY, keep=partial(save_known, directory))
    return directory


@pytest.fixture
def known(stored: Path, tmp_path: Path) -> Known:
    """A copy of its own for each test."""
    for file in stored.rglob("*"):
        target = tmp_path / "store" / file.relative_to(stored)
        if file.is_dir():
            target.mkdir(parents=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    return Known.open(tmp_path / "store")


def test_what_was_linked_is_known(known: Known, parts: tuple[Town, Town]) -> None:
    full = link(parts[0].records, parts[0].lists, as_of=DAY)
    assert known.links().equals(full.links.sort("record").select("record", "person"))
    assert known.people == full.links["person"].n_unique()
    assert [one.label for one in known.lists] == [one.label for one in parts[0].lists]


def test_nearly_all_links_are_those_of_a_full_run(known: Known, parts: tuple[Town, Town]) -> None:
    old, new = parts
    both = old + new
    full = link(both.records, both.lists, as_of=DAY).links.sort("record")["person"].to_numpy()
    found = known.link(new.records, new.lists, as_of=DAY).links["person"].to_numpy()
    equal = found == full[len(old.records) :]
    assert equal.mean() > 0.95


def test_every_new_record_is_answered_once(known: Known, parts: tuple[Town, Town]) -> None:
    new = parts[1]
    answer = known.link(new.records, new.lists, as_of=DAY)
    assert answer.first_record == known.records
    expected = known.records + np.arange(len(new.records))
    assert answer.links["record"].to_list() == expected.tolist()
    assert answer.links.filter(pl.col("known"))["person"].max() < known.records  # type: ignore[operator]
    strangers = answer.links.filter(~pl.col("known"))
    assert (strangers["person"] >= known.records).all()
    assert set(answer.links.filter(pl.col("rule") == "alone")["known"]) == {False}


def test_cases_for_a_human_concern_the_new_records(known: Known, parts: tuple[Town, Town]) -> None:
    reviews = known.link(parts[1].records, parts[1].lists, as_of=DAY).reviews
    assert len(reviews)
    assert reviews["reason_zh"].str.len_chars().min() > 0  # type: ignore[operator]


def test_the_same_list_twice_finds_its_own_people(known: Known, parts: tuple[Town, Town]) -> None:
    new = parts[1]
    first = known.link(new.records, new.lists, as_of=DAY)
    after = known.append(first)
    again = after.link(new.records, new.lists, as_of=DAY)
    identifiable = first.standard["id18"].is_not_null()
    same = again.links["person"] == first.links["person"]
    assert same.filter(identifiable).all()


def test_what_was_appended_is_known(known: Known, parts: tuple[Town, Town]) -> None:
    new = parts[1]
    answer = known.link(new.records, new.lists, as_of=DAY)
    after = known.append(answer)
    assert after.records == known.records + len(new.records)
    assert after.links().tail(len(new.records))["person"].to_list() == answer.links["person"].to_list()
    assert Known.open(after.state.directory).links().equals(after.links())
    gone = set(answer.joined["person"])
    before = known.links().filter(~pl.col("person").is_in(gone))
    assert after.links().head(known.records).join(before, on=["record", "person"]).height == len(before)


def test_known_persons_are_never_split(known: Known, parts: tuple[Town, Town]) -> None:
    after = known.append(known.link(parts[1].records, parts[1].lists, as_of=DAY))
    both = known.links().join(after.links(), on="record", suffix="_after")
    assert (both.group_by("person").agg(pl.col("person_after").n_unique())["person_after"] == 1).all()


def test_two_parts_one_after_the_other_and_folded_are_as_good_as_at_once(
    known: Known, parts: tuple[Town, Town], monkeypatch: pytest.MonkeyPatch
) -> None:
    new = parts[1]
    at_once = known.link(new.records, new.lists, as_of=DAY).links["person"]
    first = new.part(new.records["record"] % 2 == 0)
    second = new.part(new.records["record"] % 2 == 1)
    after = known.append(known.link(first.records, first.lists, as_of=DAY))
    monkeypatch.setattr(appending, "FOLD_AT", 0.0)
    folded = after.append(after.link(second.records, second.lists, as_of=DAY))
    assert len(folded.state.segments) == 1
    assert Known.open(folded.state.directory).links().equals(folded.links())
    order = np.argsort(np.concatenate([np.arange(0, len(new.records), 2), np.arange(1, len(new.records), 2)]))
    in_turns = folded.links().tail(len(new.records))["person"].gather(order)
    old = at_once < known.records
    assert (in_turns.filter(old) == at_once.filter(old)).mean() > 0.97  # type: ignore[operator]


def test_decisions_about_new_and_known_records_are_followed(known: Known, parts: tuple[Town, Town]) -> None:
    new = parts[1]
    answer = known.link(new.records, new.lists, as_of=DAY)
    found = answer.links.filter(pl.col("known")).row(0, named=True)
    stranger = answer.links.filter(pl.col("rule") == "alone").row(0, named=True)
    decisions = [
        Decision(found["record"], found["person"], same=False),
        Decision(stranger["record"], found["person"], same=True),
    ]
    decided = known.link(new.records, new.lists, as_of=DAY, decisions=decisions)
    person = dict(decided.links.select("record", "person").rows())
    assert person[found["record"]] != found["person"]
    assert person[stranger["record"]] == found["person"]
    after = known.append(decided)
    again = after.link(new.records, new.lists, as_of=DAY)
    assert again.refused == ()
    kept = dict(after.links().rows())
    assert kept[found["record"]] != kept[found["person"]]


def test_of_two_who_append_at_once_one_is_told(known: Known, parts: tuple[Town, Town]) -> None:
    answer = known.link(parts[1].records, parts[1].lists, as_of=DAY)
    known.append(answer)
    with pytest.raises(KnownChanged):
        known.append(answer)


def test_a_writer_that_dies_leaves_the_state_before(
    known: Known, parts: tuple[Town, Town], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = known.state.directory
    before = known.links()
    answer = known.link(parts[1].records, parts[1].lists, as_of=DAY)

    def die(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(appending, "write_manifest", die)
        with pytest.raises(KeyboardInterrupt):
            known.append(answer)
    reopened = Known.open(directory)
    assert reopened.links().equals(before)
    after = reopened.append(answer)
    assert after.records > known.records
    later = after.append(after.link(parts[1].records.head(1), parts[1].lists, as_of=DAY))
    named = {later.state.manifest[name] for name in ("base", "recent", "persons")}
    assert {entry.name for entry in directory.iterdir() if entry.is_dir()} == named, (
        "the dead writer's files are gone"
    )


def test_a_program_that_sees_rows_otherwise_is_told_to_start_anew(known: Known) -> None:
    base = known.state.folders[0]
    places = json.loads((base / "arrays.json").read_text("utf-8"))
    start = places["print.block.0"][2]
    with (base / "arrays").open("r+b") as file:
        file.seek(start)
        file.write(b"otherwise")
    with pytest.raises(KnownError, match="run all lists once more"):
        Known.open(known.state.directory)


def test_nothing_is_known_in_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="nothing is known"):
        Known.open(tmp_path)


def test_an_empty_list_changes_nothing(known: Known, parts: tuple[Town, Town]) -> None:
    new = parts[1]
    answer = known.link(new.records.head(0), new.lists, as_of=DAY)
    assert len(answer.links) == 0
    assert known.append(answer).links().equals(known.links())


def test_a_kind_of_list_never_seen_before_links_with_care(town: Town, tmp_path: Path) -> None:
    registers = [one.index for one in town.lists if one.kind is ListKind.REGISTER]
    gates = [one.index for one in town.lists if one.kind is ListKind.GATE]
    old = town.part(~town.records["list"].is_in(gates))
    new = town.part(town.records["list"].is_in(gates))
    assert registers
    link(old.records, old.lists, as_of=DAY, keep=partial(save_known, tmp_path / "store"))
    answer = Known.open(tmp_path / "store").link(new.records, new.lists, as_of=DAY)
    both = old + new
    full = link(both.records, both.lists, as_of=DAY).links.sort("record").tail(len(new.records))
    share_known, share_full = answer.links["known"].mean(), (full["person"] < len(old.records)).mean()
    assert abs(float(share_known) - float(share_full)) < 0.15  # type: ignore[arg-type]
