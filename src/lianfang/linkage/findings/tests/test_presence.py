"""Who stands where: twice in a list, in several lists, missing here or there."""

from datetime import date

from lianfang.linkage.findings.tests.town import MAN, Town


def test_a_person_twice_in_the_register() -> None:
    town = Town()
    town.row("register.csv", "张伟", id18=MAN, phone="13800000001")
    town.row("register.csv", "张伟", id18=MAN)
    (found,) = town.found("list.duplicate")
    assert (found["row"], found["other_row"]) == (3, 2)
    assert found["reason_zh"].endswith("两行相同的有：姓名、证件号码、出生日期。")


def test_two_people_of_one_name_are_no_duplicate() -> None:
    town = Town()
    town.row("register.csv", "甲", name="张伟")
    town.row("register.csv", "乙", name="张伟")
    assert town.found("list.duplicate") == []


def test_a_gate_book_may_name_a_person_every_day() -> None:
    town = Town()
    town.row("gate.csv", "张伟", day=date(2020, 2, 9))
    town.row("gate.csv", "张伟", day=date(2020, 2, 9))
    assert town.found("list.duplicate") == []
    (found,) = town.found("list.repeat")
    assert "出现2次（第2、3行）" in found["reason_zh"]


def test_another_trip_is_no_duplicate_but_the_same_trip_is() -> None:
    town = Town()
    town.row("transport.csv", "张伟", vehicle="G7301", day=date(2020, 2, 9))
    town.row("transport.csv", "张伟", vehicle="G7302", day=date(2020, 2, 10))
    town.row("transport.csv", "张伟", vehicle="G7301", day=date(2020, 2, 9))
    assert [found["row"] for found in town.found("list.duplicate")] == [4]


def test_one_person_in_several_lists_is_told_once_at_the_registers_row() -> None:
    town = Town()
    town.row("carrier.csv", "张伟")
    town.row("register.csv", "李娜")
    town.row("register.csv", "张伟")
    (found,) = town.found("person.several_lists")
    assert (found["file"], found["row"], found["severity"]) == ("register.csv", 3, "info")
    assert (
        found["reason_zh"]
        == "张伟（register.csv第3行）出现在2份名单：register.csv 第3行、carrier.csv 第2行。"
    )
    assert found["reason_en"].endswith("is on 2 lists: register.csv row 3, carrier.csv row 2.")


def test_somebody_on_lists_but_not_in_the_register() -> None:
    town = Town()
    town.row("register.csv", "李娜")
    town.row("transport.csv", "张伟", id18=MAN)
    town.row("carrier.csv", "张伟", phone="13800000001")
    (found,) = town.found("register.missing")
    assert (found["file"], found["row"]) == ("transport.csv", 2)
    assert "张伟在transport.csv、carrier.csv上" in found["reason_zh"]
    assert found["reason_zh"].endswith("可用来查找的有：姓名、证件号码、电话、出生日期。")


def test_a_nickname_alone_cannot_be_placed() -> None:
    town = Town()
    town.row("register.csv", "李娜")
    town.row("gate.csv", "小王", name="王", name_form="nickname")
    assert town.found("register.missing") == []
    assert len(town.found("register.missing_vague")) == 1


def test_registered_but_seen_nowhere() -> None:
    town = Town()
    town.row("register.csv", "李娜")
    town.row("register.csv", "张伟")
    town.row("gate.csv", "张伟")
    (found,) = town.found("register.unseen")
    assert (found["file"], found["row"]) == ("register.csv", 2)


def test_a_register_alone_misses_nobody() -> None:
    town = Town()
    town.row("register.csv", "李娜")
    assert all(len(found) == 0 for found in town.audit().found if found.kind.code.startswith("register."))


def test_lists_without_a_register_are_not_held_against_one() -> None:
    town = Town()
    town.row("gate.csv", "李娜", phone="13800000001")
    assert all(len(found) == 0 for found in town.audit().found if found.kind.code.startswith("register."))


def test_who_may_be_somebody_registered_is_not_called_missing() -> None:
    town = Town()
    registered = town.row("register.csv", "张伟", phone="13800000001")
    town.row("gate.csv", "李娜", phone="13900000002")
    seen = town.row("gate.csv", "章玮", phone="13800000001")
    town.review(registered, seen, 0.45)
    (perhaps,) = town.found("register.perhaps")
    assert (perhaps["file"], perhaps["row"]) == ("gate.csv", 3)
    assert (perhaps["other_file"], perhaps["other_row"]) == ("register.csv", 2)
    (missing,) = town.found("register.missing")
    assert "李娜" in missing["reason_zh"]


def test_a_carriers_name_is_told_as_the_contract_holders() -> None:
    town = Town()
    town.row("register.csv", "张伟")
    town.row("carrier.csv", "李娜", phone="13900000002")
    (missing,) = town.found("register.missing")
    assert "机主姓名（使用人可能是别人）、电话" in missing["reason_zh"]
