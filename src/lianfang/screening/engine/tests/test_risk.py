"""Risk areas: names of places → codes, announcements and tables → areas, figures → levels, stays → exposures."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lianfang.screening.engine import risk
from lianfang.screening.engine.risk import Given, Place, RiskArea, Rule, Stay, Unplaced, find_place
from lianfang.screening.engine.risk.places import divisions

GIVEN = Given("公告", year=2020, first=date(2020, 2, 1), home="330106")


# ── places ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_full_name_of_every_division_is_that_division() -> None:
    wrong = [code for code in divisions() if find_place(risk.full_name(code)) != Place(code)]

    assert wrong == []


@pytest.mark.parametrize(
    ("text", "code", "detail"),
    [
        ("武汉", "420100", ""),
        ("湖北省武汉市江岸区百步亭社区", "420102", "百步亭社区"),
        ("杭州西湖", "330106", ""),
        ("恩施州", "422800", ""),
        ("内蒙古", "150000", ""),
        ("吉林市", "220200", ""),
        ("吉林", "220000", ""),
        ("仙桃市", "429004", ""),
        ("河南省长垣县", "410783", ""),
        ("新疆生产建设兵团第八师石河子市", "659001", ""),
        ("重庆市万州区", "500101", ""),
        ("武汉市区", "420100", ""),
        ("中国香港", "810000", ""),
        ("意大利米兰", "IT", "米兰"),
        ("浙江省杭州市下城区", "330103", ""),
    ],
)
def test_a_place_is_found_by_its_long_and_its_short_name(text: str, code: str, detail: str) -> None:
    assert find_place(text) == Place(code, detail)


def test_a_name_that_several_districts_bear_needs_a_context() -> None:
    alone = find_place("鼓楼区")

    assert isinstance(alone, Unplaced)
    assert alone.code == "place.ambiguous"
    assert "320106" in alone.candidates
    assert find_place("鼓楼区", within="320100") == Place("320106")
    assert find_place("花桥街道", within="420102") == Place("420102", "花桥街道")


@pytest.mark.parametrize("text", ["", "火星", "哈哈", "街道"])
def test_what_is_no_place_is_refused(text: str) -> None:
    assert isinstance(find_place(text), Unplaced)


@given(some.text(max_size=30))
def test_any_text_is_a_place_or_refused(text: str) -> None:
    found = find_place(text)

    assert isinstance(found, Place) or found.code in risk.WORDS


# ── announcements and tables ────────────────────────────────────────────────────────────────────────────────
def shown(text: str) -> list[tuple[str, str, str, str | None]]:
    return [
        (
            area.place.code + area.place.detail,
            area.level,
            area.first.isoformat(),
            area.last.isoformat() if area.last else None,
        )
        for area in risk.read_text(text, GIVEN).areas
    ]


def test_a_level_at_the_end_and_a_period_at_the_beginning_hold_for_all_between() -> None:
    assert shown("3月1日至3月14日 武汉市、黄冈市；杭州市西湖区翠苑街道 高风险") == [
        ("420100", "high", "2020-03-01", "2020-03-14"),
        ("421100", "high", "2020-03-01", "2020-03-14"),
        ("330106翠苑街道", "high", "2020-03-01", "2020-03-14"),
    ]


def test_levels_at_the_beginning_hold_until_the_next() -> None:
    text = "高风险地区：湖北省武汉市、孝感市，中风险地区：浙江省温州市（鹿城区、乐清市）、台州市"

    assert [(code, level) for code, level, *_ in shown(text)] == [
        ("420100", "high"),
        ("420900", "high"),
        ("330302", "medium"),
        ("330382", "medium"),
        ("331000", "medium"),
    ]


def test_a_change_of_level_gives_the_new_one_until_further_notice() -> None:
    text = (
        "自2020年6月16日0时起，将北京市丰台区花乡由中风险地区调整为高风险地区；大兴区黄村镇列为中风险地区。"
    )

    assert shown(text) == [
        ("110106花乡", "high", "2020-06-16", None),
        ("110115黄村镇", "medium", "2020-06-16", None),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("鼓楼区 高风险", "place.ambiguous"),
        ("湖北省（除武汉外） 重点地区", "place.except"),
        ("火星 高风险", "place.unknown"),
        ("武汉市", "level.missing"),
        ("2020-02-17至2020-02-30 武汉 高风险", "period.unreadable"),
    ],
)
def test_what_cannot_be_read_is_kept_with_its_reason(text: str, code: str) -> None:
    reading = risk.read_text(text, GIVEN)

    assert reading.areas == ()
    assert code in {row.code for row in reading.unread}
    assert all(row.code in risk.WORDS for row in reading.unread)


TABLE = """全国中高风险地区名单
省,市,区县,街道,等级,开始日期,结束日期,代码
浙江,杭州,西湖区,翠苑街道,高,2020/3/1,2020/3/14,
湖北,武汉,,,重点地区,43850,,
,,鼓楼区,,中,2020-3-1,,
,,鼓楼区,,中,2020-3-1,,320106
湖北,黄冈,,,未知,2020-3-1,,
湖北,黄冈,,,高,2020-3-9,2020-3-1,
"""


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_table_is_read_in_any_encoding_row_by_row(encoding: str) -> None:
    reading = risk.read_file("areas.csv", TABLE.encode(encoding), Given("表", year=2020))

    assert [(area.place.code, area.place.detail, area.level, area.first) for area in reading.areas] == [
        ("330106", "翠苑街道", "high", date(2020, 3, 1)),
        ("420100", "", "key", date(2020, 1, 20)),
        ("320106", "", "medium", date(2020, 3, 1)),
    ]
    assert [(row.row, row.code) for row in reading.unread] == [
        (5, "place.ambiguous"),
        (7, "level.unknown"),
        (8, "period.unreadable"),
    ]


@given(some.text(max_size=200))
def test_any_pasted_text_is_read_to_the_end(text: str) -> None:
    assert all(row.code in risk.WORDS for row in risk.read_text(text, Given("x", year=2020)).unread)


# ── stays ───────────────────────────────────────────────────────────────────────────────────────────────────
def area(code: str, level: str = "high", first: int = 1, last: int | None = 14, detail: str = "") -> RiskArea:
    end = date(2020, 3, last) if last else None
    return RiskArea(Place(code, detail), level, date(2020, 3, first), end, ("公告",))


def exposed(areas: list[RiskArea], place: str, left: int, on: int = 20, **more: int) -> list[risk.Exposure]:
    found = find_place(place)
    assert isinstance(found, Place)
    stay = Stay(found, left=date(2020, 3, left))
    return risk.exposures(areas, stay, on=date(2020, 3, on), days_back=14, **more)


def test_a_stay_in_a_county_is_a_stay_in_its_city() -> None:
    (met,) = exposed([area("420100")], "武汉市江岸区", left=10)

    assert (met.sure, met.last_day) == (True, date(2020, 3, 10))


def test_a_stay_that_is_named_less_exactly_than_the_area_has_to_be_asked() -> None:
    (met,) = exposed([area("330106", detail="翠苑街道")], "杭州", left=10)

    assert not met.sure
    assert risk.sentence(met, "zh") == (
        "2020-03-10离开浙江省杭州市；浙江省杭州市西湖区翠苑街道2020-03-01至2020-03-14为高风险；具体地点不详，需核实。来源：公告。"
    )
    assert "has to be asked" in risk.sentence(met, "en")


def test_another_street_of_the_county_is_not_the_area() -> None:
    assert exposed([area("330106", detail="翠苑街道")], "杭州市西湖区北山街道", left=10) == []


def test_a_stay_longer_ago_than_the_days_asked_for_does_not_count() -> None:
    assert exposed([area("420100")], "武汉", left=5, on=20) == []


def test_days_before_the_publication_may_count() -> None:
    later = [area("420100", first=12)]

    assert exposed(later, "武汉", left=10) == []
    (met,) = exposed(later, "武汉", left=10, days_before=14)
    assert met.last_day == date(2020, 3, 10)


def test_the_gravest_level_comes_first_and_counts() -> None:
    areas = [area("420000", "medium", 1, None), area("420100", "high", 5, 9)]

    assert [met.area.level for met in exposed(areas, "武汉", left=8)] == ["high", "medium"]
    wuhan = Place("420100")
    assert [risk.level_on(areas, wuhan, date(2020, 3, day)) for day in (4, 5, 9, 10)] == [
        "medium",
        "high",
        "high",
        "medium",
    ]
    assert risk.history(areas, wuhan, date(2020, 3, 12)) == [
        (date(2020, 3, 1), date(2020, 3, 4), "medium"),
        (date(2020, 3, 5), date(2020, 3, 9), "high"),
        (date(2020, 3, 10), date(2020, 3, 12), "medium"),
    ]


def test_areas_said_twice_are_one_with_both_sources() -> None:
    twice = [
        RiskArea(Place("420100"), "high", date(2020, 3, 1), None, (name,)) for name in ("乙", "甲", "甲")
    ]

    assert [one.sources for one in risk.merge(twice)] == [("乙", "甲")]


# ── figures ─────────────────────────────────────────────────────────────────────────────────────────────────
FIGURES = """date,province,provinceCode,city,cityCode,confirmed
2020-01-20,,,,,291
2020-01-20,湖北省,420000,,,270
2020-01-20,湖北省,420000,武汉市,420100,258
2020-01-20,湖北省,420000,仙桃市,,1
2020-01-21,湖北省,420000,仙桃市,,
2020-01-21,湖北省,420000,监狱系统,4200y0,9
2020-01-21,上海市,310000,境外输入,3100y0,9
2020-01-21,火星,,火星,,9
2020-01-22,湖北省,420000,武汉市,420100,200
"""


def test_rows_without_code_are_found_by_name_and_what_has_no_place_is_kept() -> None:
    figures = risk.read_figures("f.csv", FIGURES.encode())

    assert figures.totals == {
        "420100": {date(2020, 1, 20): 258, date(2020, 1, 22): 200},
        "429004": {date(2020, 1, 20): 1},
    }
    assert [(row, code) for row, _, code in figures.unread] == [
        (6, "figure.missing"),
        (7, "place.none"),
        (8, "place.none"),
        (9, "place.unknown"),
    ]


SMALL = Rule(window=3, many=5, cluster=2)


def levels(*totals: int | None) -> list[tuple[int, str]]:
    days = {
        date(2020, 2, 1) + timedelta(days=i): total for i, total in enumerate(totals) if total is not None
    }
    return [(day.new, day.level) for day in risk.levels_by_day(days, SMALL)]


def test_a_fall_of_the_total_neither_hides_cases_nor_makes_negative_ones() -> None:
    assert levels(4, 9, 8, 9) == [(4, "medium"), (9, "high"), (8, "high"), (5, "high")]
    assert levels(9, 9, 9, 9, 8, 9) == [
        (9, "high"),
        (9, "high"),
        (9, "high"),
        (0, "low"),
        (0, "low"),
        (1, "medium"),
    ]


def test_a_day_without_a_figure_keeps_the_day_before() -> None:
    assert levels(1, None, None, 1, None, 1) == [(1, "medium")] * 3 + [(0, "low")] * 3


def test_areas_are_unbroken_runs_and_the_last_one_goes_on() -> None:
    days = {date(2020, 2, 1): 1, date(2020, 2, 6): 1, date(2020, 2, 8): 9}
    figures = risk.Figures({"420100": days})

    areas = risk.derive_areas(figures, Rule(window=3, many=5, cluster=2), source="figures")

    assert [(one.level, one.first.day, one.last and one.last.day) for one in areas] == [
        ("medium", 1, 3),
        ("high", 8, None),
    ]


totals = some.lists(some.one_of(some.none(), some.integers(0, 300)), min_size=1, max_size=40)


@given(totals, some.integers(1, 14))
def test_new_cases_are_never_negative_and_never_more_than_all(
    given_totals: list[int | None], window: int
) -> None:
    days = {
        date(2020, 2, 1) + timedelta(days=i): total
        for i, total in enumerate(given_totals)
        if total is not None
    }

    for day in risk.levels_by_day(days, Rule(window=window)):
        assert 0 <= day.new <= day.total


@given(totals)
def test_derived_areas_say_the_level_of_every_day(given_totals: list[int | None]) -> None:
    days = {
        date(2020, 2, 1) + timedelta(days=i): total
        for i, total in enumerate(given_totals)
        if total is not None
    }
    rule = Rule(window=5, many=50)
    areas = risk.derive_areas(risk.Figures({"420100": days}), rule, source="x", levels=risk.LEVELS)

    for day in risk.levels_by_day(days, rule):
        assert risk.level_on(areas, Place("420100"), day.day) == day.level
