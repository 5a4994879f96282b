"""The made lists: their truth fits row by row, a seed repeats, profiles and workbooks work."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import openpyxl  # type: ignore[import-untyped]
import polars as pl
import pytest
from make import lists, write_all
from outsideworld.people import Town, build_town
from outsideworld.rates import FIELD, PROFILES

PEOPLE = 3000


def made(seed: int, profile: str = "field") -> tuple[Town, dict[str, pl.DataFrame]]:
    rng = np.random.default_rng(seed)
    town = build_town(rng, PEOPLE, PROFILES[profile])
    return town, lists(rng, town, PEOPLE)


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_about_two_and_six_tenths_rows_a_person(profile: str) -> None:
    _, frames = made(1, profile)
    assert 2.4 < sum(f.height for f in frames.values()) / PEOPLE < 2.8


def test_the_same_seed_makes_the_same_lists() -> None:
    first, second, other = made(5)[1], made(5)[1], made(6)[1]
    assert all(first[name].equals(second[name]) for name in first)
    assert not first["gate"].equals(other["gate"])


def test_id_numbers_are_unique_and_have_the_right_check_digit() -> None:
    town, _ = made(2)
    digits = (town.identity[:, :17] - 48).astype(int)
    check = digits @ np.array([2 ** (17 - i) % 11 for i in range(17)])
    assert [chr(c) for c in town.identity[:, 17]] == ["10X98765432"[r % 11] for r in check]
    assert len(np.unique(town.identity, axis=0)) == PEOPLE


def test_nobody_is_born_in_the_future_and_children_are_younger_than_their_parents() -> None:
    town, _ = made(3)
    assert town.age.min() >= 0
    child = np.flatnonzero(np.isin(town.slot, (2, 3)) & np.isin(town.kind, (2, 3, 4, 5)))
    head = {int(h): i for i, (h, s) in enumerate(zip(town.household, town.slot, strict=True)) if s == 0}
    assert all(town.birth[c] > town.birth[head[int(town.household[c])]] + 15 * 365 for c in child)


def test_the_household_number_stands_on_the_first_row_only() -> None:
    visits = made(4)[1]["visits"]
    members = visits.filter(pl.col("与户主关系").is_in(["妻子", "儿子", "女儿"]))
    assert members["户编号"].null_count() == members.height
    assert members["门牌号"].null_count() == members.height


def test_a_row_without_a_person_is_an_unopened_door() -> None:
    visits = made(4)[1]["visits"]
    nobody = visits.filter(pl.col("person").is_null())
    assert nobody.height > 0
    assert nobody["走访情况"].unique().to_list() == ["敲门无人"]
    assert nobody["姓名"].null_count() == nobody.height


def test_the_carrier_row_means_the_user_and_one_in_ten_is_registered_on_another() -> None:
    town, frames = made(7)
    carrier = frames["carrier"]
    phones = carrier["手机号码"].to_list()
    users = carrier["person"].to_list()
    own = {bytes(town.phone[u]).decode() for u in users} | {bytes(town.second[u]).decode() for u in users}
    assert set(phones) <= own
    identities = [bytes(town.identity[u]).decode()[-4:] for u in users]
    pairs = zip(carrier["证件号"].to_list(), identities, strict=True)
    other = sum(m is None or not m.endswith(i) for m, i in pairs)
    assert 0.07 < other / carrier.height < 0.14


def test_truth_names_spreadsheet_rows(tmp_path: Path) -> None:
    _, frames = made(8)
    truth = write_all(tmp_path, frames, xlsx=False)
    for name, frame in frames.items():
        rows = truth.filter(pl.col("file") == f"{name}.csv")["row"].to_list()
        assert rows == list(range(2, frame.height + 2))
        lines = (tmp_path / f"{name}.csv").read_text("utf-8").splitlines()
        assert len(lines) == frame.height + 1


def test_workbooks_have_titles_and_their_truth_knows(tmp_path: Path) -> None:
    _, frames = made(9)
    truth = write_all(tmp_path, frames, xlsx=True)
    first = truth.filter(pl.col("file") == "register.xlsx").row(0, named=True)
    sheet = openpyxl.load_workbook(tmp_path / "register.xlsx", read_only=True).active
    assert sheet is not None
    cells = [[c.value for c in row] for row in sheet.iter_rows(min_row=1, max_row=first["row"])]
    assert cells[first["row"] - 2][2] == "户籍人口姓名"
    assert cells[first["row"] - 1][2] == frames["register"]["户籍人口姓名"][0]


def test_the_command_runs_for_a_hamlet(tmp_path: Path) -> None:
    script = Path(__file__).parents[1] / "make.py"
    run = [sys.executable, str(script), "--people", "300", "--seed", "1", "--out", str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, check=True)
    assert "rows" in done.stdout
    assert (tmp_path / "truth.csv").exists()


def test_rates_are_shares() -> None:
    shares = [v for k, v in vars(FIELD).items() if isinstance(v, float) and not k.startswith("returned_")]
    assert all(0 <= v <= 1 for v in shares)
