"""One person, one file."""

from datetime import date

import polars as pl
import pytest

from lianfang.linkage.findings.evidence import gather
from lianfang.linkage.findings.people import PEOPLE_COLUMNS
from lianfang.linkage.findings.tests.town import AS_OF, MAN, Town

HOME, OTHER = ("云滨湾", "3", "2", "501"), ("云滨湾", "4", "1", "101")


def _person(town: Town, number: int = 0) -> dict[str, object]:
    return town.audit().people_csv.row(number, named=True)


def test_columns_and_ids() -> None:
    town = Town()
    town.row("register.csv", "张伟")
    town.row("register.csv", "李娜")
    table = town.audit().people_csv
    assert tuple(table.columns) == PEOPLE_COLUMNS
    assert table["person_id"].to_list() == ["P000001", "P000002"]


def test_valid_comes_before_frequent() -> None:
    town = Town()
    wrong = MAN[:-1] + "9"
    for file in ("visit.csv", "transport.csv"):
        town.row(file, "张伟", id_text=wrong, id_form="checksum")
    town.row("register.csv", "张伟", id18=MAN)
    assert _person(town)["id_number"] == MAN


def test_frequent_comes_before_trusted() -> None:
    town = Town()
    town.row("visit.csv", "张伟", home=OTHER)
    town.row("register.csv", "张伟", home=HOME)
    town.row("gate.csv", "张伟", home=HOME)
    person = _person(town)
    assert (person["building"], person["room"]) == ("3", "501")


def test_trusted_comes_before_late_and_late_before_early() -> None:
    town = Town()
    town.row("gate.csv", "张伟", home=HOME, day=date(2020, 2, 20))
    town.row("visit.csv", "张伟", home=OTHER, day=date(2020, 2, 1))
    town.row("visit.csv", "李娜", home=HOME, day=date(2020, 2, 1))
    town.row("visit_2.csv", "李娜", home=OTHER, day=date(2020, 2, 2))
    assert _person(town)["room"] == "101"
    assert _person(town, 1)["room"] == "101"


def test_two_rows_of_one_list_are_one_vote() -> None:
    town = Town()
    town.row("gate.csv", "张伟", home=OTHER)
    town.row("gate.csv", "张伟", home=OTHER)
    town.row("register.csv", "张伟", home=HOME)
    assert _person(town)["room"] == "501"


def test_the_contracts_name_is_taken_only_when_nobody_knows_another() -> None:
    town = Town()
    town.row("carrier.csv", "a", name="李强")
    town.row("gate.csv", "a", name="王", name_form="nickname")
    town.row("self_report.csv", "a", name="王芳")
    town.row("carrier.csv", "b", name="赵六")
    assert _person(town)["name"] == "王芳"
    assert _person(town, 1)["name"] == "赵六"


def test_a_company_is_nobodys_name() -> None:
    town = Town()
    town.row("carrier.csv", "a", name="某某有限公司", name_form="company", phone="13800000001")
    assert _person(town)["name"] is None


def test_presence_phones_and_last_seen() -> None:
    town = Town()
    town.row("register.csv", "张伟", phone="13800000001")
    town.row("visit.csv", "张伟", phone="13900000002", day=date(2020, 2, 9))
    town.row("gate.csv", "张伟", phone="13800000001", day=date(2020, 2, 20))
    person = _person(town)
    assert (person["phone"], person["other_phones"]) == ("13800000001", "13900000002")
    assert (person["sources"], person["records"], person["on_register"]) == (3, 3, True)
    assert person["lists"] == "register.csv；visit.csv；gate.csv"
    assert (person["last_seen"], person["last_seen_file"]) == (date(2020, 2, 20), "gate.csv")


def test_who_has_moved_belongs_to_the_grid_of_the_new_door() -> None:
    town = Town()
    for n in range(3):
        town.row("register.csv", f"甲{n}", home=HOME, grid="网格1", community="东")
        town.row("register.csv", f"乙{n}", home=OTHER, grid="网格2", community="西")
    town.row("register.csv", "张伟", home=HOME, grid="网格1", community="东")
    town.row("visit.csv", "张伟", home=OTHER)
    town.row("gate.csv", "陌生人", home=OTHER)
    table = town.audit().people_csv
    grids = dict(table.select("name", "grid").iter_rows())
    assert (grids["张伟"], grids["陌生人"], grids["甲0"]) == ("网格2", "网格2", "网格1")


def test_a_door_written_otherwise_than_in_the_register_still_has_its_grid() -> None:
    town = Town()
    town.row("register.csv", "甲", home=("石桥村", "2组2号", None, "101"), grid="网格1")
    town.row("visit.csv", "甲", home=("石桥村2组", "2", None, "101"))
    town.row("visit.csv", "陌生人", home=("石桥村2组", "2", None, "102"))
    assert town.audit().people_csv["grid"].to_list() == ["网格1", "网格1"]


def test_a_record_that_is_not_linked_stops_the_run() -> None:
    town = Town()
    town.row("register.csv", "张伟")
    town.row("register.csv", "李娜")
    records, lists, standard, links, _ = town.frames()
    with pytest.raises(ValueError, match="links: every record"):
        gather(records, lists, standard, links.head(1), as_of=AS_OF)


def test_tables_in_any_order_give_the_same_people() -> None:
    town = Town()
    town.row("register.csv", "张伟", id18=MAN)
    town.row("gate.csv", "李娜")
    town.row("gate.csv", "张伟")
    records, lists, standard, links, _ = town.frames()
    straight = gather(records, lists, standard, links, as_of=AS_OF).rows
    shuffled = gather(records.reverse(), lists, standard.reverse(), links.reverse(), as_of=AS_OF).rows
    assert straight.equals(shuffled)
    assert straight["person"].dtype == pl.UInt32
