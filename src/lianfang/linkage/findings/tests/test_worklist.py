"""What a human has to do, and in which order."""

from datetime import date

from lianfang.linkage.findings.tests.town import MAN, Town
from lianfang.linkage.findings.worklist import ELSEWHERE, NO_ADDRESS, WorkList, worklist

HOME, NEXT = ("云滨湾", "3", "2", "501"), ("云滨湾", "12", "1", "101")


def _work(town: Town) -> WorkList:
    return worklist(town.audit())


def test_one_line_a_door_with_everybody_there_and_what_to_ask() -> None:
    town = Town()
    town.row("register.csv", "户主", home=HOME, grid="网格1")
    town.row("gate.csv", "户主")
    town.row("self_report.csv", "张伟", id18=MAN, phone="13800000001", home=HOME)
    town.row("self_report.csv", "李娜", phone="13900000002", home=HOME)
    work = _work(town)
    (door,) = work.doors.to_dicts()
    assert door["people_zh"] == "张伟（男，33岁，电话13800000001）\n李娜（电话13900000002）"
    assert door["todo_zh"].startswith("张伟：未登记")
    assert door["people_en"] == "张伟 (male, age 33, phone 13800000001)\n李娜 (phone 13900000002)"
    assert door["todo_en"].startswith("张伟: Not registered: ")
    assert (door["area"], door["tasks"]) == ("网格1", 2)
    assert (door["urgency"], door["why_zh"]) == (52, "在名单上但未登记50，另有1项+2")
    assert door["why_en"] == "On a list but not in the register: 50, 1 more to ask: +2"


def test_a_door_without_anything_to_ask_is_not_listed() -> None:
    town = Town()
    town.row("register.csv", "张伟", home=HOME)
    town.row("gate.csv", "张伟")
    assert _work(town).doors.is_empty()


def test_the_most_urgent_first_then_as_one_walks() -> None:
    town = Town()
    for building in ("12", "3"):
        town.row("register.csv", f"不在{building}", home=("云滨湾", building, "1", "101"), grid="网格1")
    town.row("register.csv", "孩子", home=("云滨湾", "9", "1", "101"), grid="网格1", household="H",
             birth_given=date(2012, 1, 1))  # fmt: skip
    town.row("gate.csv", "孩子")
    addresses = _work(town).doors["address"].to_list()
    assert [text[5:].partition("幢")[0] for text in addresses] == ["9", "3", "12"]


def test_recent_travel_and_old_age_raise_urgency_and_say_so() -> None:
    town = Town()
    town.row("register.csv", "李娜")
    town.row("transport.csv", "张伟", id18="330106193001010019", vehicle="G7301", day=date(2020, 2, 25))
    (door,) = [door for door in _work(town).doors.to_dicts() if "张伟" in door["people_zh"]]
    assert door["urgency"] == 75
    assert door["why_zh"] == "在名单上但未登记50，近14天有行程+20，80岁以上+5"


def test_travel_long_before_the_newest_entry_does_not_count() -> None:
    town = Town()
    town.row("register.csv", "李娜")
    town.row("transport.csv", "张伟", id18=MAN, vehicle="G7301", day=date(2020, 1, 2))
    town.row("gate.csv", "李娜", day=date(2020, 2, 28))
    (door,) = _work(town).doors.to_dicts()
    assert door["urgency"] == 50


def test_without_a_grid_by_community_then_large_compound_then_the_rest() -> None:
    town = Town()
    town.row("register.csv", "甲", community="东社区", home=("东园", "1", "1", "101"))
    for n in range(20):
        town.row("register.csv", f"乙{n}", home=("西园", "1", "1", str(n)))
    town.row("register.csv", "丙", home=("错字园", "1", "1", "101"))
    town.row("register.csv", "丁")
    town.row("gate.csv", "戊", phone="13800000001")
    areas = _work(town).areas
    assert areas[2:] == [ELSEWHERE, NO_ADDRESS]
    assert set(areas[:2]) == {"东社区", "西园"}
