"""The score of a reconciliation, on cases small enough to count by hand."""

from pathlib import Path

import polars as pl
import pytest

from lianfang.demo.score import main, score

REGISTER = "r.csv"
TRUTH = [
    ("r.csv", 2, "A"),
    ("r.csv", 3, "B"),
    ("g.xlsx#1", 2, "A"),
    ("g.xlsx#2", 2, "A"),
    ("g.xlsx#2", 3, "C"),
]


def write(path: Path, people: str) -> Path:
    rows = [(file, row, person) for (file, row, _), person in zip(TRUTH, people, strict=True)]
    pl.DataFrame(rows, schema=["file", "row", "person_id"], orient="row").write_csv(path)
    return path


@pytest.fixture
def truth(tmp_path: Path) -> Path:
    return write(tmp_path / "rows.csv", "ABAAC")


def test_names_of_persons_do_not_matter(tmp_path: Path, truth: Path) -> None:
    result = score(write(tmp_path / "links.csv", "71772"), truth, REGISTER)
    for figure in (result.pairwise, result.b_cubed, result.within_list, result.unseen):
        assert figure.f1 == 1.0


def test_a_wrong_link_costs_precision(tmp_path: Path, truth: Path) -> None:
    result = score(write(tmp_path / "links.csv", "ABAAB"), truth, REGISTER)
    assert (result.pairwise.precision, result.pairwise.recall) == (3 / 4, 1.0)
    assert result.b_cubed.precision == pytest.approx((3 + 0.5 + 0.5) / 5)
    assert result.within_list.f1 == 1.0  # sheets of one workbook are one list; A and A stay together there
    assert (result.unseen.precision, result.unseen.recall) == (1.0, 0.0)


def test_a_missed_link_costs_recall(tmp_path: Path, truth: Path) -> None:
    result = score(write(tmp_path / "links.csv", "ABADC"), truth, REGISTER)
    assert (result.pairwise.precision, result.pairwise.recall) == (1.0, 1 / 3)
    assert result.within_list.recall == 0.0
    assert (result.unseen.precision, result.unseen.recall) == (1 / 2, 1.0)


def test_missing_rows_are_counted(tmp_path: Path, truth: Path) -> None:
    links = write(tmp_path / "links.csv", "ABAAC")
    pl.read_csv(links).head(3).write_csv(links)
    result = score(links, truth, REGISTER)
    assert (result.missing, result.extra) == (2, 0)
    assert result.pairwise.recall == 1 / 3


def test_bad_files_are_named(tmp_path: Path, truth: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--links", str(tmp_path / "none.csv"), "--truth", str(truth), "--register", REGISTER]) == 2
    assert "none.csv" in capsys.readouterr().err
    links = write(tmp_path / "links.csv", "ABAAC")
    assert main(["--links", str(links), "--truth", str(truth), "--register", "other.csv"]) == 2
    assert "other.csv" in capsys.readouterr().err
    assert (
        main(["--links", str(links), "--truth", str(truth), "--register", REGISTER, "--format", "json"]) == 0
    )
