"""The demo: the same seed gives the same files, the truth covers every row, the rates are the stated ones."""

from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import polars as pl
import pytest

from lianfang.demo.command import DAY, Made, main, make_demo
from lianfang.demo.identities import check_characters
from lianfang.demo.lists import carrier, gate, register, self_report, transport, visits
from lianfang.demo.world import World, build_world

PEOPLE = 2000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make_demo(PEOPLE, 7, tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(20_000, 3, DAY)


def cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def truth_rows(made: Made) -> pl.DataFrame:
    return pl.read_csv(made.truth / "rows.csv")


def test_same_seed_same_files(made: Made, tmp_path: Path) -> None:
    again = make_demo(PEOPLE, 7, tmp_path)
    for old, new in zip((made.register, *made.lists), (again.register, *again.lists), strict=True):
        if old.suffix == ".csv":
            assert old.read_bytes() == new.read_bytes(), old.name
        else:
            assert cells(old) == cells(new), old.name
    for old in made.truth.iterdir():
        assert old.read_bytes() == (again.truth / old.name).read_bytes(), old.name


def test_another_seed_gives_other_people(made: Made, tmp_path: Path) -> None:
    other = make_demo(PEOPLE, 8, tmp_path)
    assert made.register.read_bytes() != other.register.read_bytes()


@pytest.mark.parametrize(
    ("file", "encoding"),
    [(register.FILE, "utf-8-sig"), (carrier.FILE, "gb18030"), (self_report.FILE, "utf-8")],
)
def test_every_row_of_a_csv_has_its_truth(made: Made, file: str, encoding: str) -> None:
    text = (made.register.parent / file).read_bytes().decode(encoding)
    lines = len(text.splitlines())
    named = truth_rows(made).filter(pl.col("file") == file)
    assert named["row"].to_list() == list(range(2, lines + 1))


@pytest.mark.parametrize(
    ("file", "name"), [(transport.FILE, "旅客姓名"), (gate.XLSX, "姓名"), (visits.FILE, "姓名")]
)
def test_every_row_of_a_workbook_has_its_truth(made: Made, file: str, name: str) -> None:
    people = {key: rows for key, rows in cells(made.register.parent / file).items() if key != "说明"}
    named = truth_rows(made)
    for sheet, rows in people.items():
        label = f"{file}#{sheet}" if len(people) > 1 else file
        header = next(i for i, row in enumerate(rows) if name in row)
        last = max(i for i, row in enumerate(rows) if sum(cell is not None for cell in row) > 1)
        found = named.filter(pl.col("file") == label)["row"].to_list()
        assert found == list(range(header + 2, last + 2)), label


def test_register_names_the_right_person(made: Made) -> None:
    listed = pl.read_csv(made.register, infer_schema=False).with_row_index("row", offset=2)
    people = pl.read_csv(made.truth / "people.csv", infer_schema=False)
    rows = truth_rows(made).filter(pl.col("file") == register.FILE)
    both = listed.join(rows.cast({"row": pl.UInt32}), on="row").join(people, on="person_id")
    assert both.height == listed.height
    assert (both["姓名"] == both["name"]).mean() == pytest.approx(0.98, abs=0.015)
    assert (both["身份证号"] == both["id_number"]).mean() == pytest.approx(0.965, abs=0.015)


def test_id_numbers_are_valid_and_distinct(world: World) -> None:
    digits = world.id_number
    assert (check_characters(digits[:, :17]) == digits[:, 17]).all()
    assert world.ids().n_unique() == world.size
    assert ((digits[:, 16] - 48) % 2 == world.bones.male).all()
    birth = pl.Series(world.birth.astype("datetime64[D]").astype("datetime64[ms]")).dt.strftime("%Y%m%d")
    own = world.id_shown.is_null()
    assert (world.ids().str.slice(6, 8) == birth).filter(own).all()


def test_twins_are_one_number_apart(world: World) -> None:
    second = np.flatnonzero(world.bones.twin)
    assert len(second) > 5
    assert (world.birth[second] == world.birth[second - 1]).all()
    order = world.id_number[:, 14:17].astype(np.int64) @ np.array([100, 10, 1])
    assert np.abs(order[second] - order[second - 1]).max() <= 4


def test_names_repeat_as_in_china(world: World) -> None:
    names = world.names().value_counts(sort=True)
    alone = names.filter(pl.col("count") == 1).height / world.size
    assert 0.60 < alone < 0.90
    assert names["count"][0] < 0.002 * world.size
    wang = world.names().str.starts_with("王").mean()
    assert wang == pytest.approx(0.071, abs=0.02)


def test_rates_are_the_stated_ones(tmp_path: Path) -> None:
    made = make_demo(20_000, 2, tmp_path)
    rows = truth_rows(made).with_columns(pl.col("file").str.split("#").list.first())
    people = pl.read_csv(made.truth / "people.csv", infer_schema=False)
    share = {file: count / 20_000 for file, count in rows.group_by("file").len().iter_rows()}
    expected = {
        register.FILE: 0.99,
        carrier.FILE: 0.55,
        transport.FILE: 0.06,
        gate.XLSX: 0.45,
        visits.FILE: 0.35,
        self_report.FILE: 0.20,
    }
    assert share == pytest.approx(expected, rel=0.06)
    on_register = rows.filter(pl.col("file") == register.FILE)["person_id"].unique()
    residents = people.filter(pl.col("kind") == "resident")
    unseen = 1 - residents["person_id"].is_in(on_register.implode()).mean()  # type: ignore[operator]
    assert 0.055 < unseen < 0.085
    assert (residents["tenure"] == "tenant").mean() == pytest.approx(0.8, abs=0.03)
    phones = pl.read_csv(made.truth / "phones.csv", infer_schema=False)
    assert (phones["registered"] != "self").mean() == pytest.approx(0.10, abs=0.02)


def test_carrier_masks_numbers(made: Made) -> None:
    text = (made.register.parent / carrier.FILE).read_bytes().decode("gb18030")
    shown = [line.split(",")[2] for line in text.splitlines()[1:]]
    masked = [value for value in shown if value]
    assert all("*" in value for value in masked)
    assert len(masked) > 0.9 * len(shown)


def test_impossible_sizes_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--people", "3", "--out", str(tmp_path)]) == 2
    assert "between" in capsys.readouterr().err
    assert main(["--people", "60", "--seed", "5", "--out", str(tmp_path)]) == 0
    assert (tmp_path / "README.md").exists()
