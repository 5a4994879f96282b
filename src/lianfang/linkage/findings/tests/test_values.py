"""Single values: ages, dates and phones."""

from datetime import date

from lianfang.linkage.findings.tests.town import Town
from lianfang.linkage.findings.values import SHARED_BY


def test_an_age_that_the_date_of_birth_contradicts() -> None:
    town = Town()
    town.row("visit.csv", "张伟", age="45", birth_given=date(1987, 5, 20), day=date(2020, 2, 9))
    (found,) = town.found("birth.age")
    assert "年龄写45岁" in found["reason_zh"]
    assert "应为32岁" in found["reason_zh"]


def test_traditional_counting_is_no_contradiction() -> None:
    town = Town()
    town.row("visit.csv", "张伟", age="34岁", birth_given=date(1987, 5, 20), day=date(2020, 2, 9))
    assert town.found("birth.age") == []


def test_a_birthday_late_in_the_year_is_counted_right() -> None:
    town = Town()
    town.row("visit.csv", "张伟", age="19", birth_given=date(1999, 12, 31), day=date(2020, 1, 1))
    town.row("visit.csv", "李娜", age="0", birth_given=date(2019, 12, 31), day=date(2020, 1, 8))
    assert town.found("birth.age") == []
    assert town.found("birth.impossible") == []


def test_a_birth_before_all_living_memory_or_ahead() -> None:
    town = Town()
    town.row("register.csv", "张伟", birth_given=date(1887, 5, 20))
    town.row("register.csv", "李娜", birth_given=date(2021, 5, 20))
    assert [found["row"] for found in town.found("birth.impossible")] == [2, 3]


def test_a_very_old_person_is_possible() -> None:
    town = Town()
    town.row("register.csv", "张伟", birth_given=date(1905, 5, 20))
    assert town.found("birth.impossible") == []


def test_an_ambiguous_date_of_birth_is_told_as_written() -> None:
    town = Town()
    town.row("register.csv", "张伟", birth="15/05/20", birth_doubt=True, date_doubt=True)
    (found,) = town.found("birth.ambiguous")
    assert "15/05/20" in found["reason_zh"]
    assert town.found("birth.unreadable") == []


def test_an_ambiguous_date_of_the_entry() -> None:
    town = Town()
    town.row("gate.csv", "张伟", date="03/02/20", date_doubt=True)
    assert len(town.found("date.ambiguous")) == 1
    assert town.found("birth.ambiguous") == []


def test_a_date_that_does_not_exist() -> None:
    town = Town()
    town.row("register.csv", "张伟", birth="1987-02-30")
    assert len(town.found("birth.unreadable")) == 1


def test_a_year_alone_is_short_but_not_wrong() -> None:
    town = Town()
    town.row("register.csv", "张伟", birth="1987年", birth_year=1987, birth_year_from="birth")
    assert town.found("birth.unreadable") == []


def test_a_malformed_phone() -> None:
    town = Town()
    town.row("gate.csv", "张伟", phone="1380000", phone_form="malformed")
    town.row("gate.csv", "李娜", phone="057186960001", phone_form="landline")
    (found,) = town.found("phone.malformed")
    assert "1380000" in found["reason_zh"]


def _shared(people: int, *, homes: int, surname: str | None = None) -> Town:
    town = Town()
    for n in range(people):
        name = f"{surname or '赵钱孙李周吴郑王冯陈褚卫蒋沈'[n]}{n}"
        town.row("register.csv", name, phone="13800000001", home=("云滨湾", "3", "2", str(500 + n % homes)))
    return town


def test_a_phone_on_fourteen_people() -> None:
    (found,) = _shared(14, homes=14).found("phone.shared")
    assert "登记在14人名下（14处住址、14个姓）" in found["reason_zh"]
    assert "赵0、钱1" in found["reason_zh"]


def test_a_large_family_may_share_a_phone() -> None:
    assert _shared(SHARED_BY + 2, homes=2, surname="王").found("phone.shared") == []


def test_a_few_housemates_may_share_a_phone() -> None:
    assert _shared(SHARED_BY - 1, homes=4).found("phone.shared") == []
