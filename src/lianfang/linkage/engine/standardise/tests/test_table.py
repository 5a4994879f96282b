"""The whole table: its shape, its derived facts, and that no value can break it."""

from collections.abc import Mapping
from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from lianfang.linkage.engine.standardise import (
    STANDARD_SCHEMA,
    address,
    day,
    id_number,
    name,
    phone,
    standardise,
)
from lianfang.linkage.engine.standardise.addresses import addresses
from lianfang.linkage.engine.standardise.dates import days
from lianfang.linkage.engine.standardise.identity import identities
from lianfang.linkage.engine.standardise.names import names
from lianfang.linkage.engine.standardise.phones import phones
from lianfang.linkage.fields import FIELD_NAMES, RECORD_SCHEMA, ListKind, PersonList

AS_OF = date(2020, 2, 10)
LISTS = (PersonList(0, "register.csv", ListKind.REGISTER), PersonList(1, "gate.csv", ListKind.GATE))
FRAGMENTS = [
    "张",
    "王",
    "阿姨",
    "小",
    "老",
    "*",
    "某",
    "云滨湾",
    "小区",
    "3",
    "幢",
    "2",
    "单元",
    "501",
    "室",
    "-",
    "/",
    ".",
    "号楼",
    "E+17",
    "138",
    "12345678",
    "1990",
    "年",
    "月",
    "日",
    "X",
    "x",
    "(",
    ")",
    "\x00",
    "\u200b",
    "😀",
    "smith",
    ",",
    "社区",
    "十",
    "一",
]
cells = st.one_of(
    st.none(), st.text(max_size=30), st.lists(st.sampled_from(FRAGMENTS), max_size=9).map("".join)
)


def records(*rows: Mapping[str, object]) -> pl.DataFrame:
    filled = [
        {"list": 0, **dict.fromkeys(FIELD_NAMES), **row, "record": i, "row": i + 2}
        for i, row in enumerate(rows)
    ]
    return pl.DataFrame(filled, schema=RECORD_SCHEMA)


def test_the_table_has_the_agreed_columns() -> None:
    table = standardise(records({"name": "张伟"}), LISTS, AS_OF)
    assert dict(table.schema) == STANDARD_SCHEMA
    assert standardise(records(), LISTS, AS_OF).schema == table.schema
    assert len(standardise(records({}, {}), LISTS, AS_OF)) == 2


def test_birth_and_sex_come_from_the_columns_before_the_number() -> None:
    table = standardise(
        records(
            {"id_number": "110101199003078857"},
            {"id_number": "110101199003078857", "sex": "女", "birth": "1991-01-01"},
            {"id_number": "110101199003078858"},
            {"age": "30", "date": "2019-12-01"},
            {"birth": "15/05/20", "id_number": "110101199003078857"},
        ),
        LISTS,
        AS_OF,
    )
    assert table["birth"].to_list() == [date(1990, 3, 7), date(1991, 1, 1), None, None, None]
    assert table["sex"].to_list() == ["M", "F", None, None, "M"]
    assert table["birth_year"].to_list() == [1990, 1991, None, 1989, 1990]
    assert table["date_doubt"].to_list() == [False, False, False, False, True]


def test_place_needs_compound_building_and_room() -> None:
    table = standardise(
        records({"address": "云滨湾小区3幢501"}, {"address": "3幢501"}, {"address": "云滨湾3-2-501"}),
        LISTS,
        AS_OF,
    )
    assert table["place"].to_list() == ["云滨湾|3||501", None, "云滨湾|3|2|501"]


def test_misspelt_compounds_follow_the_register() -> None:
    rows = [{"address": "云滨湾3-2-501"}] * 20 + [{"address": "云宾湾3-2-501", "list": 1}]
    last = standardise(records(*rows), LISTS, AS_OF).row(-1, named=True)
    assert (last["compound"], last["place"]) == ("云滨湾", "云滨湾|3|2|501")


def test_monstrous_cells_are_cut_and_pass() -> None:
    monster = dict.fromkeys(FIELD_NAMES, "张3-\x00" * 5000)
    assert len(standardise(records(monster, {}), LISTS, AS_OF)) == 2


@settings(max_examples=15, deadline=None)
@given(st.lists(cells, min_size=1, max_size=8))
def test_a_value_reads_the_same_alone_and_in_a_column(column: list[str | None]) -> None:
    values = pl.Series("v", column, dtype=pl.String)
    nothing = pl.Series([None] * len(values), dtype=pl.String)
    rows = pl.DataFrame(
        {"address": values, "compound": nothing, "building": nothing, "unit": nothing, "room": nothing}
    )
    alone = [(name(v), id_number(v, AS_OF), phone(v), address(v), day(v, AS_OF)) for v in column]
    for i, (one_name, one_id, one_phone, one_address, one_day) in enumerate(alone):
        assert names(values).row(i, named=True) == vars(one_name)
        assert identities(values, AS_OF).row(i, named=True) == vars(one_id)
        assert phones(values).row(i, named=True) == vars(one_phone)
        assert addresses(rows).row(i, named=True) == vars(one_address)
        assert days(values, AS_OF).row(i, named=True) == vars(one_day)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(FIELD_NAMES, cells)), max_size=4))
def test_never_raises(rows: list[dict[str, str | int | None]]) -> None:
    assert len(standardise(records(*rows), LISTS, AS_OF)) == len(rows)
