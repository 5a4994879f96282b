"""Workbooks: several sheets, merged cells, two-line headers, numbers, dates, XLS, HTML that calls itself
.xls.
"""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lianfang.linkage.readers import Reading, Source, read_lists
from lianfang.linkage.readers.tests.conftest import fields_of, notes, people

xlsxwriter: Any = pytest.importorskip("xlsxwriter")
xlwt: Any = pytest.importorskip("xlwt")
Read = Callable[..., Reading]


def test_numbers_and_dates_are_what_the_sheet_shows(read_xlsx: Read) -> None:
    reading = read_xlsx(
        {
            "表": [
                ["姓名", "身份证号", "手机号", "乘车日期", "登记时间", "体温", "年龄"],
                [
                    "张三",
                    330106199003078881,
                    13800000001.0,
                    dt.date(2020, 2, 1),
                    dt.datetime(2020, 2, 1, 8, 30),
                    36.6,
                    30,
                ],
            ]
        }
    )
    row = reading.records.row(0, named=True)
    assert row["id_number"] == "3.30106199003079E+17"
    assert (row["phone"], row["date"], row["temperature"], row["age"]) == (
        "13800000001",
        "2020-02-01",
        "36.6",
        "30",
    )
    assert "rows.ruined_id" in notes(reading)


def test_one_sheet_of_people_is_called_like_its_file(read_xlsx: Read) -> None:
    reading = read_xlsx(
        {"名单": [["姓名", "手机号"], ["张三", 13800000001]], "统计": [["合计", 1], ["社区", 5]], "空": []}
    )
    assert [item.label for item in reading.lists] == ["名单.xlsx"]
    assert "sheet.skipped" in notes(reading)
    assert not reading.errors


def test_several_sheets_of_people_carry_their_names(read_xlsx: Read) -> None:
    rows = [["姓名", "手机号"], ["张三", 13800000001]]
    reading = read_xlsx({"一网格": rows, "二网格": rows})
    assert [item.label for item in reading.lists] == ["名单.xlsx#一网格", "名单.xlsx#二网格"]
    assert reading.records.select("record", "list", "row").rows() == [(0, 0, 2), (1, 1, 2)]


def test_title_merged_over_the_table_and_a_two_line_header(read_xlsx: Read) -> None:
    reading = read_xlsx(
        {
            "表": [
                ["重点人员排查登记表"],
                ["序号", "基本信息", None, "住址", None, None, None, "紧急联系人", None],
                [None, "姓名", "电话", "小区", "楼栋", "单元", "室号", "姓名", "电话"],
                [1, "张三", 13800000001, "云滨湾", 3, 2, 501, "李四", 13900000009],
            ]
        },
        merged=("A1:I1", "A2:A3", "B2:C2", "D2:G2", "H2:I2"),
    )
    assert reading.sheets[0].header_rows == (2, 3)
    assert people(reading, "name", "phone", "compound", "building", "unit", "room") == [
        (4, "张三", "13800000001", "云滨湾", "3", "2", "501")
    ]


def test_a_two_line_header_without_merges_in_a_csv(read_csv: Read) -> None:
    reading = read_csv("姓名,手机号,住址,,\n,,小区,楼栋,室号\n张三,13800000001,云滨湾,3,501\n")
    assert people(reading, "name", "compound", "building", "room") == [(3, "张三", "云滨湾", "3", "501")]


def test_a_cell_merged_down_counts_for_all_its_rows_but_not_the_phone(read_xlsx: Read) -> None:
    reading = read_xlsx(
        {
            "表": [
                ["户号", "现住址", "姓名", "手机号"],
                [1, "云滨湾3-2-501", "张三", 13800000001],
                [None, None, "李四", None],
                [None, None, "张小三", None],
                [2, "云滨湾3-2-502", "王五", 13800000002],
            ]
        },
        merged=("A2:A4", "B2:B4", "D2:D4"),
    )
    assert people(reading, "household", "address", "phone")[:3] == [
        (2, "1", "云滨湾3-2-501", "13800000001"),
        (3, "1", "云滨湾3-2-501", None),
        (4, "1", "云滨湾3-2-501", None),
    ]
    assert "rows.merged" in notes(reading)


def test_a_banner_merged_over_the_table_is_a_note(read_xlsx: Read) -> None:
    rows = [["姓名", "手机号", "住址"], ["第三网格", None, None], ["张三", 13800000001, "云滨湾"]]
    reading = read_xlsx({"表": rows}, merged=("A2:C2",))
    assert people(reading, "name") == [(3, "张三")]


def test_a_formula_gives_its_cached_value_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "公式.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["姓名", "手机号"])
    sheet.write_formula(1, 0, '="张"&"三"', value="张三")
    sheet.write_string(1, 1, "=1+1")
    book.close()
    assert people(read_lists([Source(path)]), "name", "phone") == [(2, "张三", "=1+1")]


def test_an_old_xls(tmp_path: Path) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("表")
    for column, text in enumerate(["姓名", "手机号", "日期"]):
        sheet.write(0, column, text)
    sheet.write(1, 0, "张三")
    sheet.write(1, 1, 13800000001)
    sheet.write(1, 2, dt.date(2020, 2, 1), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    book.save(str(tmp_path / "旧.xls"))
    assert people(read_lists([Source(tmp_path / "旧.xls")]), "name", "phone", "date") == [
        (2, "张三", "13800000001", "2020-02-01")
    ]


def test_a_web_page_that_calls_itself_xls(read_csv: Read) -> None:
    page = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body><table>'
        '<tr><td colspan="3">登记表</td></tr><tr><th>户号</th><th>姓名</th><th>手机号</th></tr>'
        '<tr><td rowspan="2">1</td><td>张三&nbsp;</td><td>13800000001</td></tr>'
        "<tr><td>李四<br></td><td></td></tr></table>"
    )
    reading = read_csv(page, name="导出.xls", encoding="gb18030")
    assert people(reading, "household", "name", "phone") == [
        (3, "1", "张三", "13800000001"),
        (4, "1", "李四", None),
    ]
    assert reading.lists[0].label == "导出.xls"


def test_text_that_calls_itself_xls(read_csv: Read) -> None:
    reading = read_csv("姓名\t手机号\n张三\t13800000001\n", name="导出.xls", encoding="gb18030")
    assert people(reading, "name") == [(2, "张三")]


def test_rows_keep_their_numbers_below_empty_ones(read_xlsx: Read) -> None:
    reading = read_xlsx(
        {"表": [[None], [None, None], [None, "姓名", "手机号"], [None], [None, "张三", 13800000001]]}
    )
    assert people(reading, "name") == [(5, "张三")]
    assert fields_of(reading)["姓名"] == "name"
