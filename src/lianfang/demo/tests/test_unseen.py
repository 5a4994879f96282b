"""The number nobody has seen, against the demo's truth: whom no list has is known there.

The lists are joined by the truth, so that this measures the estimate and not the linkage.
"""

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from lianfang.demo.command import make_demo
from lianfang.screening.engine.estimate import Histories, count, estimate, estimate_all


def appearances(folder: Path) -> pl.DataFrame:
    """One row for each resident: community and files that have him (maybe none)."""
    rows = pl.read_csv(folder / "rows.csv").select(
        "person_id", file=pl.col("file").str.split("#").list.first()
    )
    homes = pl.read_csv(folder / "dwellings.csv", infer_schema_length=0).select(
        "dwelling", "community", "grid"
    )
    people = pl.read_csv(folder / "people.csv", infer_schema_length=0).filter(pl.col("kind") == "resident")
    files = rows.group_by("person_id").agg(pl.col("file").unique())
    return (
        people.select("person_id", "dwelling")
        .join(homes, on="dwelling")
        .join(files, on="person_id", how="left")
    )


def histories(people: pl.DataFrame) -> Histories:
    files = sorted({name for names in people["file"].drop_nulls() for name in names})
    return count([names or [] for names in people["file"].to_list()], files)


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_the_interval_holds_the_residents_whom_no_list_has(seed: int, tmp_path: Path) -> None:
    people = appearances(make_demo(4000, seed, tmp_path).truth)

    found = estimate(histories(people))

    assert found.low is not None
    assert found.high is not None
    assert found.low <= people["file"].null_count() <= found.high


def test_most_communities_hold_their_own_truth(tmp_path: Path) -> None:
    people = appearances(make_demo(12_000, 5, tmp_path).truth)
    parts: Mapping[str, pl.DataFrame] = {
        str(key[0]): part for key, part in people.group_by("community", maintain_order=True)
    }
    files = sorted({name for names in people["file"].drop_nulls() for name in names})
    places = {
        name: count([one or [] for one in part["file"].to_list()], files) for name, part in parts.items()
    }
    places["all"] = histories(people)

    found = estimate_all(places, dict.fromkeys(parts, "all"))

    held = [
        (found[name].low or 0) <= part["file"].null_count() <= (found[name].high or 0)
        for name, part in parts.items()
        if found[name].unseen is not None
    ]
    assert len(held) >= 3
    assert sum(held) / len(held) >= 0.8
