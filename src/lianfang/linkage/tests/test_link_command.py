"""`lianfang link`: lists in, links.csv and reviews.csv out, and plain words for what is wrong."""

from pathlib import Path

import polars as pl
import pytest

from lianfang.linkage.link_command import main

PEOPLE = "First name,Last name,DOB,Email\nWilliam,Harcourt,1951-03-07,will@example.org\nEdith,Pomeroy,1949-11-30,\n"
AGAIN = """Members 2020,,
name,date of birth,e-mail
,,
"Harcourt, Bill",7 March 1951,will@example.org
Rose Nobody,1990-01-01,
"""


@pytest.fixture
def lists(tmp_path: Path) -> list[str]:
    (tmp_path / "a.csv").write_text(PEOPLE, "utf-8")
    (tmp_path / "b.csv").write_text(AGAIN, "utf-8")
    return [str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]


def test_links_name_file_and_row_as_a_spreadsheet_shows_them(lists: list[str], tmp_path: Path) -> None:
    assert main([*lists, "--out", str(tmp_path / "out"), "--as-of", "2020-02-20", "--quiet"]) == 0
    links = pl.read_csv(tmp_path / "out" / "links.csv")
    assert links.columns == ["file", "row", "person_id", "probability", "rule"]
    assert links.select("file", "row").rows() == [("a.csv", 2), ("a.csv", 3), ("b.csv", 4), ("b.csv", 5)]
    person = links["person_id"].to_list()
    assert person[0] == person[2]
    assert len(set(person)) == 3
    assert (
        (tmp_path / "out" / "reviews.csv")
        .read_text("utf-8")
        .startswith("file_a,row_a,file_b,row_b,probability")
    )


def test_one_list_is_searched_for_repeats(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(PEOPLE + "Wiliam,Harcourt,1951-03-07,will@example.org\n", "utf-8")
    assert main([str(tmp_path / "a.csv"), "--out", str(tmp_path), "--quiet"]) == 0
    assert pl.read_csv(tmp_path / "links.csv")["person_id"].n_unique() == 2


def test_the_chinese_model_reads_headers_by_itself(tmp_path: Path) -> None:
    rows = "姓名,身份证号,手机号码\n张伟,330106197003071234,13800000001\n王芳,,13900000002\n"
    (tmp_path / "登记表.csv").write_text(rows, "utf-8")
    assert main(["--model", "chinese", str(tmp_path / "登记表.csv"), "--out", str(tmp_path), "--quiet"]) == 0
    assert pl.read_csv(tmp_path / "links.csv").select("file", "row").rows() == [
        ("登记表.csv", 2),
        ("登记表.csv", 3),
    ]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("Naam,Leeftijd\nJan,3\n", "n.csv: no column for given or surname"),
        ("", "empty"),
    ],
)
def test_a_list_that_cannot_be_used_is_named_with_the_reason(
    content: str, complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "n.csv").write_text(content, "utf-8")
    assert main([str(tmp_path / "n.csv"), "--out", str(tmp_path)]) == 1
    assert complaint in capsys.readouterr().err.lower()


def test_a_file_or_a_model_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "none.csv"), "--out", str(tmp_path)]) == 1
    assert "none.csv" in capsys.readouterr().err
    assert main(["--model", str(tmp_path / "none.toml"), "x.csv", "--out", str(tmp_path)]) == 2
    assert "none.toml" in capsys.readouterr().err


def test_a_header_without_rows_gives_empty_links(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("First name,Last name\n", "utf-8")
    assert main([str(tmp_path / "a.csv"), "--out", str(tmp_path / "out"), "--quiet"]) == 0
    assert pl.read_csv(tmp_path / "out" / "links.csv").is_empty()
