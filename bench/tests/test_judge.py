"""Thresholds, components and bins on examples small enough to count by hand."""

import numpy as np
import polars as pl
import pytest

from heldout.score import score
from sidebyside import judge
from sidebyside.components import at_thresholds
from sidebyside.exact import clusters

PLACES = pl.DataFrame(
    {"record": [0, 1, 2, 3], "file": ["register.csv"] * 2 + ["gate.csv"] * 2, "row": [2, 3, 2, 3]}
)
TRUTH = pl.DataFrame({"file": PLACES["file"], "row": PLACES["row"], "person": [7, 8, 7, 7]})


def test_lower_thresholds_join_more() -> None:
    a, b = np.array([0, 2, 1], np.uint32), np.array([2, 3, 3], np.uint32)
    found = dict(at_thresholds(5, a, b, np.array([9.0, 5.0, 1.0]), [1.0, 5.0, 6.0, 10.0]))
    assert {threshold: person.tolist() for threshold, person in found.items()} == {
        10.0: [0, 1, 2, 3, 4],
        6.0: [0, 1, 0, 3, 4],
        5.0: [0, 1, 0, 0, 4],
        1.0: [0, 0, 0, 0, 4],
    }


def test_the_best_threshold_is_found_with_the_truth() -> None:
    pairs = pl.DataFrame({"a": [0, 2, 1], "b": [2, 3, 3], "weight": [9.0, 5.0, 1.0]})
    points = judge.curve(pairs, PLACES, TRUTH)
    top = judge.best(points)
    assert (top["f1"], top["precision"]) == (1.0, 1.0)
    assert 1.0 < top["threshold"] <= 5.0
    assert points[-1]["precision"] == pytest.approx(0.5)


def test_the_quick_count_of_pairs_agrees_with_the_score() -> None:
    found, true = np.array([0, 0, 0, 3, 3, 5], np.uint32), np.array([1, 1, 2, 2, 2, 0])
    rows = pl.DataFrame({"file": ["gate.csv"] * 6, "row": range(6), "person_id": found, "person": true})
    counted = score(rows.drop("person"), rows.drop("person_id")).pairs
    assert judge.quality(found, true) == pytest.approx(
        {"precision": counted.precision, "recall": counted.recall, "f1": counted.f1}
    )


def test_a_thinned_curve_keeps_its_best_point() -> None:
    points = [{"precision": 1 - i / 1000, "recall": i / 1000, "f1": float(i == 5)} for i in range(10)]
    kept = judge.thinned(points)
    assert len(kept) < len(points)
    assert 1.0 in [point["f1"] for point in kept]


def test_calibration_counts_joined_rows_only() -> None:
    found = PLACES.select(
        "file", "row", person_id=pl.Series([0, 1, 0, 0]), probability=pl.Series([0.9, 0.9, 0.75, 0.55])
    ).with_columns(rule=pl.Series(["founder", "alone", "phone", "name"]))
    judged = found.join(TRUTH.with_columns(person=pl.Series([7, 8, 7, 9])), on=["file", "row"]).drop("person")
    bins = judge.calibration(pl.concat([judged] * 1), TRUTH.with_columns(person=pl.Series([7, 8, 7, 9])))
    assert bins == []  # too few rows to say anything


def test_bins_need_enough_rows_and_give_mean_and_share() -> None:
    judged = pl.DataFrame(
        {"probability": [0.93] * 30 + [0.2] * 3, "right": [True] * 27 + [False] * 3 + [True] * 3}
    )
    assert judge.binned(judged) == [{"low": 0.9, "high": 0.95, "rows": 30, "predicted": 0.93, "right": 0.9}]


def test_exact_keys_follow_chains() -> None:
    table = pl.DataFrame(
        {
            "record": pl.Series([0, 1, 2, 3, 4], dtype=pl.UInt32),
            "id18": ["A", None, "A", None, None],
            "phone": ["1", "2", "2", "2", None],
            "name": ["张伟", "张伟", "张伟", "李四", "张伟"],
        }
    )
    assert clusters(table)["person_id"].to_list() == [0, 0, 0, 3, 4]


def test_who_may_be_somebody_registered_is_not_claimed_to_be_missing() -> None:
    found = PLACES.with_columns(person_id=pl.Series([0, 1, 2, 3]))
    truth = TRUTH.with_columns(person=pl.Series([7, 8, 7, 9]))
    nobody = pl.DataFrame(
        {"record_a": [], "record_b": []}, schema={"record_a": pl.UInt32, "record_b": pl.UInt32}
    )
    doubts = pl.DataFrame({"record_a": [0, 2], "record_b": [2, 3]}).cast(pl.UInt32)
    without, told = (judge.claimed(found, pairs, truth) for pairs in (nobody, doubts))
    assert (without.right, without.found, without.true) == (1, 2, 1)
    assert (told.right, told.found, told.true) == (1, 1, 1)  # a doubt about two strangers keeps nobody back
