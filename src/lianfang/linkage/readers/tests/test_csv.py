"""CSV as it comes: encodings, separators, quotation marks, row numbers."""

from collections.abc import Callable

import pytest

from lianfang.linkage.readers import Reading
from lianfang.linkage.readers.tests.conftest import errors, notes, people

Read = Callable[..., Reading]
LIST = "姓名,身份证号,手机号\n张三,330106199003078881,13800000001\n李四,330106199103078882,13800000002\n"
PEOPLE = [(2, "张三", "13800000001"), (3, "李四", "13800000002")]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_encoding_and_separator_gives_the_same_people(
    read_csv: Read, encoding: str, delimiter: str
) -> None:
    reading = read_csv(LIST.replace(",", delimiter), encoding=encoding)
    assert people(reading, "name", "phone") == PEOPLE
    assert not reading.errors


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_other_systems(read_csv: Read, end: str) -> None:
    assert people(read_csv(LIST.replace("\n", end)), "name", "phone") == PEOPLE


def test_line_ends_of_files_glued_together(read_csv: Read) -> None:
    reading = read_csv("姓名,手机号\r\n张三,13800000001\r李四,13800000002\n")
    assert people(reading, "name", "phone") == PEOPLE


def test_big5_of_a_traditional_list(read_csv: Read) -> None:
    text = "姓名,電話,地址\n" + "陳大文,13800000001,上海市中山路三號我們的家\n" * 20
    assert people(read_csv(text, encoding="big5"), "name")[0] == (2, "陳大文")


def test_the_header_is_row_1_and_blank_lines_count(read_csv: Read) -> None:
    reading = read_csv("姓名,手机号\n\n张三,13800000001\n,\n\n李四,13800000002\n")
    assert people(reading, "name") == [(3, "张三"), (6, "李四")]
    assert reading.sheets[0].account.blank == 3


def test_a_cell_with_line_breaks_is_one_row(read_csv: Read) -> None:
    reading = read_csv('姓名,备注,手机号\n张三,"第一行\n第二行\r\n\n第四行",13800000001\n李四,,13800000002\n')
    assert people(reading, "name", "remark") == [(2, "张三", "第一行 第二行 第四行"), (3, "李四", None)]


def test_quoted_separators_and_doubled_quotes(read_csv: Read) -> None:
    reading = read_csv('姓名,地址,手机号\n张三,"云滨湾,3幢""东""",13800000001\n"李四","",13800000002\n')
    assert people(reading, "name", "address") == [(2, "张三", '云滨湾,3幢"东"'), (3, "李四", None)]


def test_a_quote_that_is_never_closed_takes_nobody_away(read_csv: Read) -> None:
    rows = "".join(f"王{i},1380000{i:04},备\n" for i in range(100))
    reading = read_csv('姓名,手机号,备注\n张三,13900000001,"没有关\n' + rows)
    assert reading.records.height == 101
    assert "csv.broken_quotes" in notes(reading)
    assert people(reading, "remark")[0] == (2, '"没有关')


def test_a_quote_inside_a_cell_is_a_character(read_csv: Read) -> None:
    reading = read_csv('姓名,手机号,备注\n张三,13900000001,5" 管\n李四,13900000002,"好"\n')
    assert people(reading, "remark") == [(2, '5" 管'), (3, "好")]


def test_a_damaged_byte_costs_one_cell_not_the_file(read_csv: Read) -> None:
    raw = LIST.encode("gb18030").replace("张三".encode("gb18030"), b"\xff\xd5")
    reading = read_csv(raw * 1 + "王五,,13800000003\n".encode("gb18030") * 30)
    assert people(reading, "name", "phone")[:2] == [(2, None, "13800000001"), (3, "李四", "13800000002")]
    assert reading.records.height == 32
    assert "rows.damaged" in notes(reading)


def test_a_row_whose_damage_hides_who_it_is_is_rejected(read_csv: Read) -> None:
    raw = LIST.encode() + b"\xff\xfe,,\n" + "王五,,13800000003\n".encode() * 30
    reading = read_csv(raw)
    assert reading.rejected.select("row", "reason").rows() == [(4, "row.undecodable")]
    assert reading.records.height == 32


def test_a_file_that_no_encoding_fits_says_so(read_csv: Read) -> None:
    noise = b"".join(bytes([200 + i % 50, 10 if i % 7 == 0 else 255, 44]) for i in range(2000))
    reading = read_csv(noise)
    assert errors(reading) in (["encoding.unknown"], ["header.no_person"])


def test_a_stated_encoding_is_followed(read_csv: Read) -> None:
    reading = read_csv(
        "name,phone\nJosé,13800000001\n", encoding="cp1252", mapping='[[list]]\nencoding = "cp1252"'
    )
    assert people(reading, "name") == [(2, "José")]


def test_numbers_are_what_a_spreadsheet_shows(read_csv: Read) -> None:
    reading = read_csv(
        '姓名,身份证号,手机号,体温\n张三,3.30106E+17,13800000001.0,36.50\n李四,\'330106199103078882,"=""13800000002""",37.0\n'
    )
    assert people(reading, "id_number", "phone", "temperature") == [
        (2, "3.30106E+17", "13800000001", "36.50"),
        (3, "330106199103078882", "13800000002", "37"),
    ]
    assert "rows.ruined_id" in notes(reading)


def test_a_formula_stays_text_and_is_told(read_csv: Read) -> None:
    reading = read_csv("姓名,手机号,备注\n张三,13800000001,=cmd|' /C calc'!A0\n")
    assert people(reading, "remark") == [(2, "=cmd|' /C calc'!A0")]
    assert "rows.formula" in notes(reading)


def test_full_width_spaces_and_invisible_characters_are_stripped(read_csv: Read) -> None:
    reading = read_csv("姓名,手机号\n　张三　, 13800000001\u200b\n\u0007李四,13800000002\n")
    assert people(reading, "name", "phone") == PEOPLE


@pytest.mark.parametrize(("main", "other"), [("gb18030", "utf-8"), ("utf-8", "gb18030")])
def test_two_encodings_glued_together_are_each_read_and_told(read_csv: Read, main: str, other: str) -> None:
    head = LIST + "".join(f"王建国,,138000001{i:02}\n" for i in range(30))
    tail = "".join(f"赵丽华,,139000001{i:02}\n" for i in range(5))
    reading = read_csv(head.encode(main) + tail.encode(other))
    assert people(reading, "name", "phone")[:2] == PEOPLE
    assert [name for _, name in people(reading, "name")][-5:] == ["赵丽华"] * 5
    assert reading.sheets[0].encoding == main
    told = next(note for note in reading.sheets[0].notes if note.code == "encoding.mixed")
    assert "5 rows (row 34 for one)" in told.en


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "big5"])
def test_one_encoding_is_not_called_two(read_csv: Read, encoding: str) -> None:
    text = "姓名,電話,地址\n" if encoding == "big5" else "姓名,电话,地址\n"
    reading = read_csv(
        (text + "陈大文,13800000001,上海市中山路三号联通大厦\n" * 20)
        .replace("陈", "李")
        .encode(encoding, "replace")
    )
    assert "encoding.mixed" not in notes(reading)
