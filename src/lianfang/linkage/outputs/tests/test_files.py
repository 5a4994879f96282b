"""The CSV files, the summary and how they are put in place."""

import csv
import json
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from lianfang.linkage.findings import Findings, worklist
from lianfang.linkage.findings.evidence import REJECTED_SCHEMA
from lianfang.linkage.findings.tests.town import MAN, Town
from lianfang.linkage.outputs import FILES, ListAccount, OutputError, Summary, summarise, write_results
from lianfang.linkage.outputs.cells import neutralised
from lianfang.linkage.outputs.staging import prepare_directory, published

BOM = b"\xef\xbb\xbf"
NOON = datetime(2020, 3, 1, 12)


def small_town() -> Town:
    town = Town()
    town.row("register.csv", "张伟", id18=MAN, home=("云滨湾", "3", "2", "501"), grid="网格1")
    town.row("register.csv", "李娜", home=("云滨湾", "3", "2", "502"), grid="网格1")
    town.row("gate.csv", "张伟", day=date(2020, 2, 9))
    town.row("transport.csv", "王芳", phone="13800000001", vehicle="G7301", day=date(2020, 2, 9))
    row = ("gate.csv", 9, "row.blank", "没有姓名。", "no name.", '["=1+1"]')
    town.rejected = pl.DataFrame([row], schema=REJECTED_SCHEMA, orient="row")
    return town


def write(out: Path, town: Town, *, mask: bool = False) -> tuple[Summary, Findings]:
    findings = town.audit()
    work = worklist(findings)
    accounts = [
        ListAccount(one.label, one.kind.value, one.kind.value, one.kind.value, 1)
        for one in findings.evidence.lists
    ]
    summary = summarise(findings, work, accounts)
    return write_results(out, findings, work, summary, made_at=NOON, mask=mask), findings


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_record_has_one_line_in_links(tmp_path: Path) -> None:
    write(tmp_path, small_town())
    links = read(tmp_path / "links.csv")
    assert [(line["file"], line["row"]) for line in links] == [
        ("register.csv", "2"),
        ("register.csv", "3"),
        ("gate.csv", "2"),
        ("transport.csv", "2"),
    ]
    assert [line["person_id"] for line in links] == ["P000001", "P000002", "P000001", "P000003"]
    assert set(links[0]) == {"file", "row", "person_id", "probability", "rule"}


def test_links_are_for_programs_and_the_rest_for_excel(tmp_path: Path) -> None:
    write(tmp_path, small_town())
    marked = {name: (tmp_path / name).read_bytes().startswith(BOM) for name in FILES if name.endswith(".csv")}
    assert marked == {"links.csv": False, "people.csv": True, "findings.csv": True, "rejected.csv": True}


def test_findings_begin_with_errors_and_each_has_its_place(tmp_path: Path) -> None:
    _, findings = write(tmp_path, small_town())
    lines = read(tmp_path / "findings.csv")
    assert len(lines) == sum(len(found) for found in findings.found)
    severities = [line["severity"] for line in lines]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)
    assert all(line["file"] and line["row"] and line["reason_zh"] and line["reason_en"] for line in lines)
    assert all(isinstance(json.loads(line["values"]), dict) for line in lines)


def test_no_findings_still_give_a_header(tmp_path: Path) -> None:
    town = Town()
    town.row("register.csv", "张伟")
    write(tmp_path, town)
    assert (tmp_path / "findings.csv").read_text("utf-8-sig").startswith("file,row,code,severity,")


def test_rejected_rows_are_written_whole(tmp_path: Path) -> None:
    write(tmp_path, small_town())
    (line,) = read(tmp_path / "rejected.csv")
    assert (line["file"], line["row"], line["content"]) == ("gate.csv", "9", '["=1+1"]')


def test_masked_findings_show_no_names(tmp_path: Path) -> None:
    write(tmp_path, small_town(), mask=True)
    assert "王芳" not in (tmp_path / "findings.csv").read_text("utf-8-sig")


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"])
def test_a_formula_becomes_text(text: str) -> None:
    frame = neutralised(pl.DataFrame({"a": [text]}))
    assert frame["a"].to_list() == ["'" + text]


@pytest.mark.parametrize("text", ["-12.5", "+8613800000001", "张伟", "3-2-501", "", None])
def test_numbers_and_plain_text_stay(text: str | None) -> None:
    frame = neutralised(pl.DataFrame({"a": [text], "n": [-1]}, schema={"a": pl.String, "n": pl.Int64}))
    assert frame.row(0) == (text, -1)


def test_formulas_in_names_reach_no_file(tmp_path: Path) -> None:
    town = Town()
    town.row("register.csv", "甲", name="=HYPERLINK(1)", name_form="latin")
    town.row("gate.csv", "乙", name="@x", name_form="latin", phone="13800000001")
    write(tmp_path, town)
    assert [line["name"] for line in read(tmp_path / "people.csv")] == ["'=HYPERLINK(1)", "'@x"]


def test_the_summary_adds_up(tmp_path: Path) -> None:
    summary, _ = write(tmp_path, small_town())
    told = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    totals = told["totals"]
    assert totals["people"] == totals["seen"] + totals["unseen"] + totals["unregistered"] == 3
    assert (
        sum(kind["count"] for kind in told["findings"])
        == totals["errors"] + totals["warnings"] + totals["infos"]
    )
    assert sum(area["seen"] + area["unseen"] + area["unregistered"] for area in told["areas"]) == 3
    assert sum(one["people"] for one in told["combinations"]) == 3
    assert told["schema"] == 1
    assert set(summary.files) == set(FILES) == {path.name for path in tmp_path.iterdir()}


def test_a_second_run_overwrites_the_first(tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_text("old")
    write(tmp_path, small_town())
    assert (tmp_path / "links.csv").read_text().startswith("file,row")


def _interrupted(out: Path) -> None:
    with published(out) as draft:
        (draft / "links.csv").write_text("half")
        raise KeyboardInterrupt


def test_an_interrupted_run_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "links.csv").write_text("old")
    with pytest.raises(KeyboardInterrupt):
        _interrupted(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["links.csv"]
    assert (tmp_path / "links.csv").read_text() == "old"


def test_a_folder_is_made_and_a_file_is_refused(tmp_path: Path) -> None:
    assert prepare_directory(tmp_path / "a" / "b").is_dir()
    (tmp_path / "c").write_text("")
    with pytest.raises(OutputError) as refused:
        prepare_directory(tmp_path / "c")
    assert "不是文件夹" in refused.value.zh
    with pytest.raises(OutputError):
        prepare_directory(tmp_path / "c" / "d")
