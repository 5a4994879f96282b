"""Fields of one person that contradict each other across lists."""

from datetime import date

from lianfang.linkage.findings.tests.town import MAN, OLD, Town


def test_two_valid_numbers_of_one_person() -> None:
    town = Town()
    town.row("register.csv", "张伟", id18=MAN)
    town.row("transport.csv", "张伟", id18=OLD)
    (found,) = town.found("conflict.id_number")
    assert found["severity"] == "error"
    assert {MAN, OLD} == {number for number in (MAN, OLD) if number in found["reason_zh"]}


def test_the_value_that_most_lists_give_stands() -> None:
    town = Town()
    town.row("visit.csv", "张伟", birth_given=date(1987, 5, 2))
    town.row("register.csv", "张伟", birth_given=date(1987, 5, 20))
    town.row("transport.csv", "张伟", id18=MAN)
    (found,) = town.found("conflict.birth")
    assert (found["file"], found["other_file"]) == ("visit.csv", "register.csv")
    assert "2份名单这样写" in found["reason_zh"]
    assert town.audit().people_csv["birth"].to_list() == [date(1987, 5, 20)]


def test_contradictions_stand_in_the_persons_file() -> None:
    town = Town()
    town.row("register.csv", "张伟", sex_given="M")
    town.row("visit.csv", "张伟", sex_given="F")
    assert len(town.found("conflict.sex")) == 1
    (conflicts,) = town.audit().people_csv["conflicts"].to_list()
    assert conflicts == "性别：M（register.csv 第2行）≠ F（visit.csv 第2行）"


def test_a_row_that_contradicts_its_own_number_is_told_once() -> None:
    town = Town()
    town.row("register.csv", "张伟", id18=MAN, sex_given="F")
    town.row("visit.csv", "张伟", sex_given="M")
    assert len(town.found("id.sex")) == 1
    assert town.found("conflict.sex") == []


def test_equal_values_are_no_conflict() -> None:
    town = Town()
    town.row("register.csv", "张伟", id18=MAN, sex_given="M", birth_given=date(1987, 5, 20))
    town.row("visit.csv", "张伟", sex_given="M", birth_given=date(1987, 5, 20))
    for code in ("conflict.sex", "conflict.birth", "conflict.id_number", "conflict.name"):
        assert town.found(code) == []


def test_names_that_sound_different() -> None:
    town = Town()
    town.row("register.csv", "p", name="张伟")
    town.row("visit.csv", "p", name="李强")
    assert len(town.found("conflict.name")) == 1


def test_homophones_nicknames_and_the_contracts_name_are_no_conflict() -> None:
    town = Town()
    town.row("register.csv", "p", name="张伟", surname_pyf="zan", given_pyf="wei")
    town.row("gate.csv", "p", name="章玮", surname_pyf="zan", given_pyf="wei")
    town.row("gate.csv", "p", name="张", name_form="nickname", surname_pyf="zan", given_pyf="")
    town.row("carrier.csv", "p", name="李强")
    assert town.found("conflict.name") == []


def test_a_name_written_in_part_is_no_conflict() -> None:
    town = Town()
    town.row("register.csv", "p", name="袁永伟")
    town.row("gate.csv", "p", name="袁永")
    assert town.found("conflict.name") == []


def test_a_registered_phone_that_two_other_lists_replace() -> None:
    town = Town()
    town.row("register.csv", "张伟", phone="13800000001")
    town.row("visit.csv", "张伟", phone="13900000002")
    town.row("self_report.csv", "张伟", phone="13900000002")
    (found,) = town.found("conflict.phone")
    assert "13900000002" in found["reason_zh"]


def test_a_second_phone_in_one_list_is_no_conflict() -> None:
    town = Town()
    town.row("register.csv", "张伟", phone="13800000001")
    town.row("visit.csv", "张伟", phone="13900000002")
    assert town.found("conflict.phone") == []
