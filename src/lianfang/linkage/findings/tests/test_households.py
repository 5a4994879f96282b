"""Households that do not fit, people who moved, flats with two households."""

from datetime import date
from typing import Any

import pytest

from lianfang.linkage.findings.tests.town import Town

HOME, OTHER = ("云滨湾", "3", "2", "501"), ("云滨湾", "4", "1", "101")


def born(year: int) -> dict[str, Any]:
    return {"birth_given": date(year, 1, 1)}


def _pair(relation: str, **member: Any) -> Town:
    town = Town()
    head = {
        "household": "H1",
        "relation": "head",
        "sex_given": "M",
        "birth_given": date(1960, 3, 3),
        "home": HOME,
    }
    town.row("register.csv", "户主", **head)
    town.row("register.csv", "成员", **{"household": "H1", "relation": relation, "home": HOME, **member})
    return town


@pytest.mark.parametrize(
    ("code", "relation", "wrong", "near_miss"),
    [
        ("household.two_heads", "head", {}, {"household": "H2"}),
        ("household.spouse_sex", "spouse", {"sex_given": "M"}, {"sex_given": "F"}),
        (
            "household.spouse_age",
            "spouse",
            born(2008),
            born(2000),
        ),
        (
            "household.generation",
            "child",
            born(1970),
            born(1980),
        ),
        (
            "household.generation",
            "parent",
            born(1950),
            born(1935),
        ),
        ("household.address", "child", {"home": OTHER}, {"home": ("云滨湾", "3", None, "501")}),
    ],
)
def test_a_member_who_does_not_fit(
    code: str, relation: str, wrong: dict[str, Any], near_miss: dict[str, Any]
) -> None:
    (found,) = _pair(relation, **wrong).found(code)
    assert (found["row"], found["other_row"]) == (3, 2)
    assert _pair(relation, **near_miss).found(code) == []


def test_a_child_alone() -> None:
    town = Town()
    town.row("register.csv", "姐姐", household="H1", birth_given=date(2006, 1, 1))
    town.row("register.csv", "弟弟", household="H1", birth_given=date(2012, 1, 1))
    (found,) = town.found("household.child_alone")
    assert "姐姐（14岁" in found["reason_zh"]


def test_a_child_with_an_adult_or_with_somebody_of_unknown_age_is_not_alone() -> None:
    town = Town()
    town.row("register.csv", "弟弟", household="H1", birth_given=date(2012, 1, 1))
    town.row("register.csv", "母亲", household="H1", birth_given=date(1985, 1, 1))
    town.row("register.csv", "妹妹", household="H2", birth_given=date(2012, 1, 1))
    town.row("register.csv", "某人", household="H2")
    assert town.found("household.child_alone") == []


def test_two_households_in_one_flat() -> None:
    town = Town()
    town.row("register.csv", "张伟", household="H1", home=HOME)
    town.row("register.csv", "李娜", household="H2", home=HOME)
    town.row("register.csv", "王芳", household="H3", home=OTHER)
    (found,) = town.found("household.two_in_flat")
    assert "登记了2户：H1、H2" in found["reason_zh"]


def _moved(**visit: Any) -> list[dict[str, Any]]:
    town = Town()
    town.row("register.csv", "张伟", home=HOME, day=date(2020, 1, 1))
    town.row("visit.csv", "张伟", **visit)
    return town.found("address.moved")


def test_moved_since_registered() -> None:
    (found,) = _moved(home=OTHER, day=date(2020, 2, 9))
    assert "登记住云滨湾小区3幢2单元501室（register.csv第2行，2020-01-01）" in found["reason_zh"]
    assert "visit.csv第2行（2020-02-09）记为云滨湾小区4幢1单元101室" in found["reason_zh"]


@pytest.mark.parametrize(
    "visit",
    [
        {"home": HOME, "day": date(2020, 2, 9)},
        {"home": OTHER, "day": date(2019, 2, 9)},  # older than the register
        {"home": ("云滨湾", "3", None, "501"), "day": date(2020, 2, 9)},  # unit not written
        {"home": ("杭州云滨湾", "3", "2", "501"), "day": date(2020, 2, 9)},  # more around the name
        {"home": ("云滨湾小区", "3", "2", "501"), "day": date(2020, 2, 9)},
        {"home": ("云滨弯", "3", "2", "501"), "day": date(2020, 2, 9)},  # misspelt
    ],
)
def test_not_moved(visit: dict[str, Any]) -> None:
    assert _moved(**visit) == []
