"""What is made of address cells, and of compound names across a corpus."""

import polars as pl
import pytest

from lianfang.linkage.engine.standardise import address
from lianfang.linkage.engine.standardise.compounds import corrected

Door = tuple[str | None, str | None, str | None, str | None]


@pytest.mark.parametrize(
    ("given", "door"),
    [
        ("云滨湾小区3幢2单元501室", ("云滨湾", "3", "2", "501")),
        ("云滨湾3-2-501", ("云滨湾", "3", "2", "501")),
        ("云滨湾 3 2 501", ("云滨湾", "3", "2", "501")),
        ("云滨湾三号楼2门501", ("云滨湾", "3", "2", "501")),
        ("云滨湾3#2-501", ("云滨湾", "3", "2", "501")),
        ("云滨湾03栋02单元0501户", ("云滨湾", "3", "2", "501")),
        ("雲濱灣３幢２單元５０１室", ("云滨湾", "3", "2", "501")),
        ("浙江省杭州市云滨区云滨街道云滨社区云滨湾小区3幢2单元501室", ("云滨湾", "3", "2", "501")),
        ("云滨街道云滨湾3-2-501", ("云滨湾", "3", "2", "501")),
        ("中山路123号云滨湾小区3幢2单元501室", ("云滨湾", "3", "2", "501")),
        ("云滨湾3幢2单元501室(租客)", ("云滨湾", "3", "2", "501")),
        ("云滨湾小区3幢2单元5楼1号", ("云滨湾", "3", "2", "501")),
        ("3号楼二单元501", (None, "3", "2", "501")),
        ("云滨湾3-501", ("云滨湾", "3", None, "501")),
        ("云滨湾3幢501", ("云滨湾", "3", None, "501")),
        ("云滨湾3楼501", ("云滨湾", "3", None, "501")),
        ("云滨湾3号501室", ("云滨湾", "3", None, "501")),
        ("云滨湾A座1203", ("云滨湾", "a", None, "1203")),
        ("云滨湾A3幢1203", ("云滨湾", "a3", None, "1203")),
        ("云滨湾十二幢一单元1001室", ("云滨湾", "12", "1", "1001")),
        ("五一新村3幢2单元五零一", ("五一新村", "3", "2", "501")),
        ("三里屯小区三号楼五零一", ("三里屯", "3", None, "501")),
        ("云滨湾2期3-501", ("云滨湾二期", "3", None, "501")),
        ("云滨湾东区3幢501", ("云滨湾东区", "3", None, "501")),
        ("江南水乡3幢2单元501", ("江南水乡", "3", "2", "501")),
        ("水木都市花园3幢501", ("水木都市花园", "3", None, "501")),
        ("凤凰村3组12号", ("凤凰村", "3", None, "12")),
        ("中山路123弄5号201室", ("中山路123弄", "5", None, "201")),
        ("工地宿舍3-205", ("工地宿舍", "3", None, "205")),
        ("中山路123号2楼", ("中山路", "123", None, None)),
        ("云滨湾3幢二单元", ("云滨湾", "3", "2", None)),
        ("云滨湾3-2", ("云滨湾", "3", "2", None)),
        ("云滨湾3幢5楼", ("云滨湾", "3", None, None)),
        ("云滨湾五楼", ("云滨湾", None, None, None)),
        ("云滨湾小区", ("云滨湾", None, None, None)),
        ("3幢", (None, "3", None, None)),
        ("501", (None, None, None, "501")),
        ("阳光社区3幢201", (None, "3", None, "201")),
        ("杭州市西湖区", (None, None, None, None)),
        ("building 3, somewhere", (None, None, None, None)),
        ("无", (None, None, None, None)),
        (None, (None, None, None, None)),
    ],
)
def test_parts(given: str | None, door: Door) -> None:
    found = address(given)
    assert (found.compound, found.building, found.unit, found.room) == door


def test_separate_columns_are_read_alike_and_win() -> None:
    found = address("云滨湾9-9-909", compound="云滨湾小区", building="三号楼", unit="2单元", room="501室")
    assert (found.compound, found.building, found.unit, found.room) == ("云滨湾", "3", "2", "501")


@pytest.mark.parametrize(
    "columns",
    [
        {"compound": "云滨湾小区", "building": "3", "unit": "2", "room": "501"},
        {"compound": "云滨湾", "building": "3幢", "unit": "二单元", "room": "0501"},
        {"compound": "云滨湾小区", "room": "3-2-501"},
        {"compound": "云滨湾小区3幢2单元", "room": "501"},
    ],
)
def test_columns_without_an_address(columns: dict[str, str]) -> None:
    found = address(None, **columns)
    assert (found.compound, found.building, found.unit, found.room) == ("云滨湾", "3", "2", "501")


def test_form_says_how_far_an_address_reaches() -> None:
    forms = [address(text).address_form for text in ("云滨湾3-501", "云滨湾3幢", "云滨湾", "12345678", None)]
    assert forms == ["room", "building", "compound", "text", "none"]


@pytest.mark.parametrize(
    ("slip", "right"),
    [
        ("云宾湾", "云滨湾"),  # homophone
        ("云滨弯", "云滨湾"),
        ("云湾", "云滨湾"),  # one missing
        ("云滨湾湾", "云滨湾"),
        ("东湖院", "东湖苑"),
        ("中湖苑", "中湖苑"),  # a direction is another place
        ("云滨湾二期", "云滨湾二期"),
        ("锦绣城", "锦绣城"),
    ],
)
def test_rare_slips_of_frequent_compounds(slip: str, right: str) -> None:
    names = pl.Series(["云滨湾"] * 50 + ["东湖苑"] * 50 + ["西湖苑"] * 50 + [slip, None])
    trusted = pl.Series([True] * 150 + [False, False])
    assert corrected(names, trusted).to_list()[-2:] == [right, None]
