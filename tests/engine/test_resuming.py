"""A run stops when asked, leaves nothing half-done, and goes on where it was."""

from pathlib import Path

import pytest

from lianfang.linkage.engine import pipeline
from lianfang.linkage.engine.clock import Cancelled
from lianfang.linkage.engine.pipeline import link
from tests.engine.conftest import DAY, Town


def test_a_cancelled_run_raises_and_leaves_whole_files(town: Town, tmp_path: Path) -> None:
    steps: list[str] = []
    with pytest.raises(Cancelled):
        link(
            town.records,
            town.lists,
            as_of=DAY,
            work_dir=tmp_path,
            progress=lambda step, share: steps.append(step),
            cancelled=lambda: "learn" in steps,
        )
    assert steps[-1] == "learn"
    assert sorted(file.name for file in tmp_path.glob("*/*")) == ["blocked.npz", "standard.parquet"]


def test_it_stops_between_rounds_as_well(town: Town) -> None:
    steps: list[str] = []
    with pytest.raises(Cancelled):
        link(
            town.records,
            town.lists,
            as_of=DAY,
            progress=lambda step, share: steps.append(step),
            cancelled=lambda: steps[-1:] == ["weigh"],
        )


def test_a_resumed_run_repeats_no_expensive_step(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = link(town.records, town.lists, as_of=DAY, work_dir=tmp_path)

    def again(*args: object) -> None:
        raise AssertionError("this step was kept")

    for step in ("standard_table", "candidate_pairs", "train", "score"):
        monkeypatch.setattr(pipeline, step, again)
    resumed = link(town.records, town.lists, as_of=DAY, work_dir=tmp_path)
    assert resumed.links.equals(whole.links)
    assert resumed.reviews.equals(whole.reviews)
    assert resumed.passed_over == whole.passed_over


def test_another_question_starts_anew(town: Town, tmp_path: Path) -> None:
    link(town.records, town.lists, as_of=DAY, work_dir=tmp_path)
    half = town.part(town.records["record"] % 2 == 0)
    result = link(half.records, half.lists, as_of=DAY, work_dir=tmp_path)
    assert len(result.links) == len(half.records)
    assert len(list(tmp_path.iterdir())) == 1, "the steps of the other question are gone"
