"""Every row of a sheet is a person, or something else that is counted, or rejected whole with a reason."""

import json
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lianfang.linkage.readers import Account, Limits, Reading
from lianfang.linkage.readers.delimited import read_delimited
from lianfang.linkage.readers.grid import Grid, tidy
from lianfang.linkage.readers.sheet import read_sheet
from lianfang.linkage.readers.tests.conftest import notes, people

Read = Callable[..., Reading]


def test_titles_totals_notes_pages_and_blanks_are_counted_not_read(read_csv: Read) -> None:
    reading = read_csv(
        "某某街道重点人员登记表,,\n填报单位：云滨社区,,填报日期：2020年2月5日\n序号,姓名,联系电话\n1,张三,13800000001\n"
        "小计,1,\n序号,姓名,联系电话\n2,李四,13800000002\n,,\n合  计,2,\n注：本表一式两份,,\n"
        "填表人：王五,,审核人：赵六\n第 1 页 共 3 页,,\n"
    )
    assert people(reading, "name") == [(4, "张三"), (7, "李四")]
    assert reading.sheets[0].account == Account(
        total=12, data=2, rejected=0, blank=1, header=2, title=2, totals=2, note=3
    )
    assert set(reading.sheets[0].skipped["what"]) == {"title", "header", "total", "note"}


def test_signatures_and_counts_below_the_list_are_no_people(read_csv: Read) -> None:
    reading = read_csv("序号,姓名,电话\n1,张三,13800000001\n\n共1条,,\n值守人员签字:,,\n")
    assert reading.records.height == 1
    assert reading.rejected.height == 0


def test_somebody_called_like_a_total_is_a_person(read_csv: Read) -> None:
    reading = read_csv("姓名,手机号\n总计,13800000001\n小计,\n")
    assert people(reading, "name") == [(2, "总计")]


def test_a_shifted_row_is_rejected_whole(read_csv: Read) -> None:
    reading = read_csv("姓名,手机号,地址\n张三,13800000001,云滨湾,3幢,501\n李四,13800000002,云滨湾3-2-501\n")
    assert people(reading, "name") == [(3, "李四")]
    row = reading.rejected.row(0, named=True)
    assert (row["file"], row["row"], row["reason"]) == ("名单.csv", 2, "row.too_many_columns")
    assert json.loads(row["content"]) == ["张三", "13800000001", "云滨湾", "3幢", "501"]
    assert row["reason_zh"]
    assert row["reason_en"]


def test_empty_cells_beyond_the_header_shift_nothing(read_csv: Read) -> None:
    assert read_csv("姓名,手机号\n张三,13800000001,,,\n").records.height == 1


def test_words_scribbled_beside_a_workbooks_table_reject_nobody(read_xlsx: Read) -> None:
    rows = [["姓名", "手机号"], *[["张三", 13800000001]] * 9, ["李四", 13800000002, None, "已核实"]]
    assert read_xlsx({"表": rows}).records.height == 10


def test_a_row_that_tells_nobody_is_rejected(read_csv: Read) -> None:
    reading = read_csv("姓名,手机号,地址,备注\n,,,不知是谁\n,,云滨湾,\n,,云滨湾3-2-501,敲不开门\n")
    assert reading.rejected.select("row", "reason").rows() == [(2, "row.nobody"), (3, "row.nobody")]
    assert people(reading, "address") == [(4, "云滨湾3-2-501")]


def test_a_row_of_control_characters_is_rejected_and_kept(read_csv: Read) -> None:
    reading = read_csv("姓名,手机号\n\x01\x02,\x07\n张三,13800000001\n")
    assert reading.rejected.select("row", "reason", "content").rows() == [
        (2, "row.control_characters", '["\\u0001\\u0002", "\\u0007"]')
    ]


def test_any_one_of_name_id_phone_is_enough(read_csv: Read) -> None:
    reading = read_csv("姓名,身份证号,手机号\n小王,,\n,330106199103078882,\n,,13800000002\n")
    assert reading.records.height == 3


def test_below_the_header_of_another_table_nobody_is_misread(read_csv: Read) -> None:
    reading = read_csv(
        "姓名,手机号,住址\n张三,13800000001,云滨湾\n住址,姓名,手机号\n云滨湾,李四,13800000002\n"
    )
    assert people(reading, "name") == [(2, "张三")]
    assert reading.rejected["reason"].to_list() == ["row.other_header", "row.other_table"]


def test_a_list_with_only_names_is_read_and_noted(read_csv: Read) -> None:
    reading = read_csv("姓名\n张三\n李四\n")
    assert people(reading, "name") == [(2, "张三"), (3, "李四")]
    assert "list.only_names" in notes(reading)


def test_a_very_long_cell_is_cut_and_noted(read_csv: Read) -> None:
    reading = read_csv(f"姓名,手机号,备注\n张三,13800000001,{'长' * 20000}\n")
    assert len(people(reading, "remark")[0][1]) == 10_000
    assert "rows.cut" in notes(reading)


def test_three_hundred_columns(read_csv: Read) -> None:
    header = ",".join(["姓名", "手机号", *[f"问题{i}" for i in range(298)]])
    reading = read_csv(f"{header}\n张三,13800000001{',x' * 298}\n")
    assert people(reading, "name", "phone") == [(2, "张三", "13800000001")]
    assert "list.wide" in notes(reading)


def _adds_up(account: Account) -> bool:
    parts = (
        account.data,
        account.rejected,
        account.blank,
        account.header,
        account.title,
        account.totals,
        account.note,
    )
    return sum(parts) == account.total


_WORDS = st.sampled_from(
    [
        "张三",
        "李四",
        "330106199003078881",
        "13800000001",
        "云滨湾3-2-501",
        "合计",
        "注：以上",
        "姓名",
        "手机号",
        "序号",
        "=1+1",
        "\x01",
    ]
)
_CELL = st.one_of(st.just(""), _WORDS, st.text(max_size=5))
_ROWS = st.lists(st.lists(_CELL, max_size=6), max_size=25)


@given(rows=_ROWS, header=st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_row_ever_disappears_from_a_sheet(rows: list[list[str]], header: bool) -> None:
    rows = [["姓名", "手机号", "住址"], *rows] if header else rows
    width = max((len(row) for row in rows), default=0)
    columns = list(zip(*[row + [""] * (width - len(row)) for row in rows], strict=True))
    cells = pl.DataFrame(
        {f"c{i}": pl.Series(list(column), dtype=pl.String) for i, column in enumerate(columns)}
    )
    content = read_sheet(tidy(Grid(None, cells)), "名单", None, None)
    if content is None:
        return
    assert _adds_up(content.account)
    told = [*content.records["row"], *content.rejected["row"], *content.skipped["row"]]
    assert len(told) == len(set(told))
    assert len(told) + content.account.blank == content.account.total
    filled = {i + 1 for i, row in enumerate(rows) if any(row)}
    assert set(told) <= filled


@given(rows=_ROWS, quoted=st.booleans())
@example(rows=[["张三", "\x00", "\x00"]], quoted=False)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_line_of_a_csv_is_a_row(rows: list[list[str]], quoted: bool) -> None:
    def cell(text: str) -> str:
        text = "".join(char for char in text if char not in '\r\n",;|\t' and not "\ud800" <= char <= "\udfff")
        return f'"{text}"' if quoted else text

    lines = [",".join(map(cell, row)) for row in [["姓名", "手机号", "住址"], *rows]]
    grid = read_delimited("\n".join(lines).encode(), Limits())
    assert grid.height <= len(lines)
    for number, row in enumerate(rows, start=1):
        if any(text in row for text in ("张三", "李四", "合计", "13800000001")):
            assert any(grid.cells.row(number))


@pytest.mark.parametrize(
    "text",
    [
        '"',
        '""',
        '"a',
        'a"b"c',
        '"a"b,c',
        '"a\n"b',
        '"a""',
        '""",x',
        'x,"\n",y\n"',
        "\n\n\n",
        ",",
        "\r\r",
        '"\r\n"',
    ],
)
def test_odd_quotation_marks_never_raise(text: str) -> None:
    grid = read_delimited(("姓名,手机号\n" + text + "\n张三,13800000001").encode(), Limits())
    assert any("张三" in cell for row in grid.cells.rows() for cell in row if cell)
