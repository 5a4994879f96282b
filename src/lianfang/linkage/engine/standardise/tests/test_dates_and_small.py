"""Dates, ages, and values from closed vocabularies."""

from datetime import date

import polars as pl
import pytest

from lianfang.linkage.engine.standardise import day
from lianfang.linkage.engine.standardise.dates import ages
from lianfang.linkage.engine.standardise.small import relations, sexes, vehicles

AS_OF = date(2020, 2, 10)


@pytest.mark.parametrize(
    "given",
    [
        "2020-01-23",
        "2020/1/23",
        "2020.1.23",
        "20200123",
        "2020年1月23日",
        "20年1月23日",
        "二〇二〇年一月二十三日",
        "1月23日",
        "1/23",
        "23-Jan-2020",
        "Jan 23, 2020",
        "23 January 2020",
        "23/01/2020",
        "01/23/2020",
        "43853",
        "43853.0",
        "2020-01-23 08:30:00",
        "2020年1月23日 8时30分",
        "20200123083000",
        "2020-01-23T08:00",
        "２０２０－０１－２３",
    ],
)
def test_one_day_in_many_styles(given: str) -> None:
    assert day(given, AS_OF).day == date(2020, 1, 23)


@pytest.mark.parametrize("given", ["15/05/20", "03/04/2020", "5/3/85"])
def test_what_can_be_read_in_two_ways_is_not_read(given: str) -> None:
    found = day(given, AS_OF, birth=True)
    assert (found.day, found.doubt) == (None, True)


@pytest.mark.parametrize("given", ["2020-02-30", "无", "2020-13-01", "99999", "", None])
def test_what_is_no_day_is_null_without_doubt(given: str | None) -> None:
    found = day(given, AS_OF)
    assert (found.day, found.doubt) == (None, False)


def test_a_day_without_year_is_the_latest_one() -> None:
    assert day("12月30日", AS_OF).day == date(2019, 12, 30)


@pytest.mark.parametrize(
    ("given", "born", "year"),
    [
        ("1985-03-05", date(1985, 3, 5), 1985),
        ("85/3/5", date(1985, 3, 5), 1985),
        ("85年3月5日", date(1985, 3, 5), 1985),
        ("31111", date(1985, 3, 5), 1985),
        ("1985.03", None, 1985),
        ("198503", None, 1985),
        ("85年3月", None, 1985),
        ("1985年", None, 1985),
        ("5/3/85", None, 1985),
        ("3月5日", None, None),
        ("2030-01-01", None, None),
    ],
)
def test_births(given: str, born: date | None, year: int | None) -> None:
    found = day(given, AS_OF, birth=True)
    assert (found.day, found.year) == (born, year)


def test_ages() -> None:
    assert ages(pl.Series(["35", "35岁", "8个月", "130", "x", None])).to_list() == [
        35,
        35,
        0,
        None,
        None,
        None,
    ]


def test_sexes() -> None:
    assert sexes(pl.Series(["男", "女性", "M", "female", "1", "?", None])).to_list() == [
        "M",
        "F",
        "M",
        "F",
        "M",
        None,
        None,
    ]


def test_relations() -> None:
    given = [
        "户主",
        "本人",
        "妻",
        "户主之子",
        "长女",
        "岳父",
        "孙",
        "妹",
        "侄子",
        "承租人",
        "保姆",
        "Wife",
        "-",
        None,
    ]
    kinds = [
        "head",
        "head",
        "spouse",
        "child",
        "child",
        "parent",
        "grandchild",
        "sibling",
        "relative",
        "tenant",
        "other",
        "spouse",
    ]
    assert relations(pl.Series(given)).to_list() == [*kinds, None, None]


def test_vehicles() -> None:
    assert vehicles(pl.Series(["g98次", "Ｇ98", "浙A·12345", "航班CA1234"])).to_list() == [
        "G98",
        "G98",
        "浙A12345",
        "CA1234",
    ]
