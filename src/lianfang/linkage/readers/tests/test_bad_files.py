"""Files that cannot be read: an error that says what is wrong and what to do; the other files are read."""

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lianfang.linkage.readers import Limits, Mapping, MappingError, Reading, Source, messages, read_lists
from lianfang.linkage.readers.messages import codes
from lianfang.linkage.readers.tests.conftest import errors, people

openpyxl: Any = pytest.importorskip("openpyxl")
xlwt: Any = pytest.importorskip("xlwt")
Read = Callable[..., Reading]


def _workbook(rows: list[list[object]] | None = None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows or [["姓名", "手机号"], ["张三", 13800000001]]:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _with_member(raw: bytes, name: str, content: bytes) -> bytes:
    target = io.BytesIO(raw)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


def _xls(extra: bytes = b"") -> bytes:
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "姓名")
    target = io.BytesIO()
    book.save(target)
    return target.getvalue() + extra


def _encrypted() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 600
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 600
    )


CASES: dict[str, tuple[bytes, str]] = {
    "空.csv": (b"", "file.empty"),
    "空行.csv": (b"\n\n,,\n", "file.blank"),
    "加密.xlsx": (_encrypted(), "workbook.encrypted"),
    "宏.xlsm": (_with_member(_workbook(), "xl/vbaProject.bin", b"x"), "workbook.macro"),
    "宏.xls": (_xls("_VBA_PROJECT".encode("utf-16-le")), "workbook.macro"),
    "坏.xlsx": (_workbook()[:2000], "workbook.broken"),
    "坏.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "workbook.broken"),
    "名单.pdf": (b"%PDF-1.7 ...", "file.pdf"),
    "照片.xlsx": (b"\x89PNG\r\n\x1a\n....", "file.image"),
    "文档.xlsx": (_with_member(b"PK\x05\x06" + b"\0" * 18, "word/document.xml", b"x"), "file.word"),
    "打包.zip": (_with_member(b"PK\x05\x06" + b"\0" * 18, "a.csv", b"x"), "file.archive"),
    "打包.rar": (b"Rar!\x1a\x07", "file.archive"),
    "程序.csv": (b"\x7fELF\x02\x01\x01" + b"\0" * 100, "file.other_kind"),
    "页面.xls": (b"<html><body><p>404</p></body></html>", "file.no_table"),
    "旧表.xls": (
        b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
        "workbook.xml2003",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_error_says_what_is_wrong_and_the_next_file_is_read(tmp_path: Path, name: str) -> None:
    raw, code = CASES[name]
    (tmp_path / name).write_bytes(raw)
    (tmp_path / "好.csv").write_text("姓名,手机号\n张三,13800000001\n", "utf-8")
    reading = read_lists([Source(tmp_path / name), Source(tmp_path / "好.csv")])
    assert [(error.file, error.code) for error in reading.errors] == [(name, code)]
    assert people(reading, "name") == [(2, "张三")]
    assert "请" in reading.errors[0].zh


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert errors(read_lists([Source(tmp_path / "没有.csv"), Source(tmp_path)])) == [
        "file.missing",
        "file.directory",
    ]


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.csv").write_text("x")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert errors(read_lists([Source(tmp_path / "a.csv")])) == ["file.no_permission"]


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "炸弹.xlsx"
    path.write_bytes(_with_member(_workbook(), "xl/worksheets/sheet9.xml", b" " * 60_000_000))
    reading = read_lists([Source(path)])
    assert errors(reading) == ["workbook.bomb"]


def test_a_zip_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    content = b" " * 60_000_000
    raw = _with_member(_workbook(), "xl/worksheets/sheet9.xml", content)
    (tmp_path / "b.xlsx").write_bytes(raw.replace(struct.pack("<I", len(content)), struct.pack("<I", 100)))
    assert errors(read_lists([Source(tmp_path / "b.xlsx")])) == ["workbook.bomb"]


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_xls_never_ends_the_program(tmp_path: Path, seed: int) -> None:
    raw, chance = bytearray(_xls()), random.Random(seed)
    for _ in range(20):
        raw[chance.randrange(8, len(raw))] = chance.randrange(256)
    (tmp_path / "坏.xls").write_bytes(raw)
    reading = read_lists([Source(tmp_path / "坏.xls")])
    assert reading.errors or reading.lists


def test_the_limits_can_be_set(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(_workbook())
    assert errors(read_lists([Source(tmp_path / "a.xlsx")], limits=Limits(unpacked=100))) == ["workbook.bomb"]
    assert errors(read_lists([Source(tmp_path / "a.xlsx")], limits=Limits(file=100))) == ["file.too_large"]


def test_a_lone_cell_far_out_does_not_take_the_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["姓名", "手机号"])
    book.active.cell(1_048_576, 16_384, "x")
    book.save(tmp_path / "远.xlsx")
    reading = read_lists([Source(tmp_path / "远.xlsx")])
    assert errors(reading) == ["workbook.far_cell"]
    assert reading.errors[0].params["column"] == "XFD"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[[list]\n", "TOML"),
        ("[other]\n", "[[list]]"),
        ('[[list]]\ncolumn = {"a" = "name"}', "unknown key"),
        ('[[list]]\ncolumns = {"a" = "nam"}', "'nam' is no field"),
        ('[[list]]\nkind = "police"', "'police'"),
        ("[[list]]\nheader_row = -1", "header_row"),
        ("[[list]]\nheader_row = [1, 2, 3]", "header_row"),
        ('[[list]]\nignore = "a"', "ignore"),
        ("[[list]]\nfile = 3", "file"),
    ],
)
def test_a_wrong_mapping_file_is_explained(tmp_path: Path, text: str, where: str) -> None:
    (tmp_path / "map.toml").write_text(text, "utf-8")
    with pytest.raises(MappingError) as caught:
        Mapping.load(tmp_path / "map.toml")
    assert caught.value.error.file == "map.toml"
    assert where in caught.value.error.en or where == "TOML"


def test_a_mapping_for_a_file_that_is_not_there(read_csv: Read) -> None:
    assert errors(read_csv("姓名\n张三\n", mapping='[[list]]\nfile = "别的.csv"')) == ["map.no_such_file"]
    assert (
        errors(read_csv("姓名\n张三\n", mapping="[[list]]\nheader_row = 99"))
        == ["map.no_such_row", "header.no_person"][:1]
    )


def test_two_files_of_one_name_have_two_labels(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "名单.csv").write_text("姓名\n张三\n", "utf-8")
    reading = read_lists([Source(tmp_path / "a/名单.csv"), Source(tmp_path / "b/名单.csv")])
    assert [item.label for item in reading.lists] == ["名单.csv", "名单.csv (2)"]


def test_every_code_in_the_source_is_in_the_catalogue_and_the_other_way_round() -> None:
    source = "".join(path.read_text("utf-8") for path in Path(messages.__file__).parent.glob("*.py"))
    used = set(
        re.findall(r'"((?:file|workbook|encoding|header|map|list|sheet|rows?|csv)\.[a-z0-9_]+)"', source)
    )
    assert used == codes("error") | codes("note") | codes("reject")
