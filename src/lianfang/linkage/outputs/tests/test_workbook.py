"""worklist.xlsx opens, prints and says what it leaves out."""

from pathlib import Path

import openpyxl
import polars as pl

from lianfang.linkage.findings.worklist import WORKLIST_COLUMNS, WorkList
from lianfang.linkage.outputs.workbook import sheet_names, write_worklist


def _work(doors: list[tuple[str, int, str]]) -> WorkList:
    rows = [
        {
            "area": area,
            "urgency": urgency,
            "why_zh": "未登记50",
            "address": "云滨湾3幢",
            "people_zh": who,
            "todo_zh": "=问\n二",
            "tasks": 1,
            "community": None,
            "person_ids": "P000001",
        }
        for area, urgency, who in doors
    ]
    schema = dict.fromkeys(WORKLIST_COLUMNS, pl.String) | {"urgency": pl.Int32, "tasks": pl.UInt32}
    return WorkList(pl.DataFrame(rows, schema=schema))


def test_one_sheet_a_grid_ready_to_print(tmp_path: Path) -> None:
    target = tmp_path / "worklist.xlsx"
    write_worklist(
        target, _work([("网格1", 80, "张伟"), ("网格1", 5, "李娜"), ("网格2", 50, "王芳")]), made="今日"
    )
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["总览", "网格1", "网格2"]
    sheet = book["网格1"]
    assert [cell.value for cell in sheet[3]][:5] == ["序号", "急迫度", "地址", "人员", "要问的事"]
    assert [sheet.cell(row, 4).value for row in (4, 5)] == ["张伟", "李娜"]
    assert "□ 已见到" in sheet.cell(4, 7).value
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.freeze_panes == "A4"
    assert "&P" in sheet.oddFooter.center.text


def test_text_that_begins_like_a_formula_stays_text(tmp_path: Path) -> None:
    target = tmp_path / "worklist.xlsx"
    write_worklist(target, _work([("网格1", 80, "=cmd()")]), made="今日")
    sheet = openpyxl.load_workbook(target)["网格1"]
    for column in (4, 5):
        cell = sheet.cell(4, column)
        assert cell.data_type == "s"
        assert cell.value.startswith("'=")


def test_what_is_not_printed_is_counted(tmp_path: Path) -> None:
    target = tmp_path / "worklist.xlsx"
    write_worklist(target, _work([("网格1", 80 - n, f"人{n}") for n in range(5)]), made="今日", per_sheet=3)
    sheet = openpyxl.load_workbook(target)["网格1"]
    assert sheet.cell(6, 4).value == "人2"
    assert "另有2户" in sheet.cell(7, 1).value


def test_nothing_to_do_gives_an_overview_only(tmp_path: Path) -> None:
    target = tmp_path / "worklist.xlsx"
    write_worklist(target, _work([]), made="今日")
    assert openpyxl.load_workbook(target).sheetnames == ["总览"]


def test_sheet_names_are_legal_and_unique() -> None:
    long = "滨江区长河街道江南豪园小区第一网格及周边沿街商铺与出租房"
    names = sheet_names(["a/b", "a:b", "A b", "'", "", "History", long * 2, long * 2, "总览"])
    assert len({name.lower() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)
    assert "总览" not in names
