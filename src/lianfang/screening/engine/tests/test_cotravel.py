"""Published trips as they are found → normal form → hits. What must hold for any list is a property."""

import json
import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lianfang.screening.engine import cotravel
from lianfang.screening.engine.cotravel import (
    Index,
    Leg,
    Trip,
    merge,
    read_file,
    read_text,
    read_vehicles,
    sentence,
)
from lianfang.screening.engine.tests.cotravel_vectors import written

VECTORS = Path(__file__).parents[5] / "contracts" / "vectors" / "cotravel.json"

MESS = """某网整理的同乘信息
序号,日期,车次,车厢/座位,上车站,下车站,开始时间,结束时间,类型,来源
1,2020-01-21,K446/K447,11号车厢,西安,深圳,,,train,甲
2,2020-01-21,"K446次、G512(四车厢)",,,,,,火车,甲
3,43851,Ｇ９８,4、6、13号车厢,汉口,郑州东,,,高铁,甲
4,1月18日-20日,g98次,5-8号车厢,汉口,,,,,乙
5,2020-01-20,Z162,14车厢,武昌,北京西,2020/01/20 20:10:00,2020/01/20 06:52:00,train,乙
6,2020-01-23,9C8748,,泰国,长春,2020/01/25 00:00:00,2020/01/26 00:00:00,plane,乙
7,2020-01-19,SC/CA4786,12A,长沙,厦门,,,plane,乙
8,2020-01-19,未知,,汉口,南京南,,,train,乙
9,2020-01-19,3476,,丽江,重庆,,,plane,乙
10,不详,K445,,西安,深圳,,,train,乙
11,,K445,,西安,深圳,,,train,乙
12,2020-01-04,T184,,哈尔滨,汉口,2020/01/04 00:00:00,2020/01/10 08:00:00,train,乙
"""


def mess() -> cotravel.Reading:
    return read_file("trips.csv", MESS.encode("gb18030"), year=2020)


def by_number(number: str) -> list[Trip]:
    return [trip for trip in mess().trips if number in trip.numbers]


def test_every_row_is_a_trip_or_kept_with_its_reason() -> None:
    reading = mess()

    assert [(row.row, row.code) for row in reading.unread] == [
        (10, "number.unknown"),
        (11, "number.no_airline"),
        (12, "date.unreadable"),
        (13, "date.missing"),
    ]
    assert len(reading.trips) == 9
    assert reading.unread[0].cells[6:8] == ("", "")
    assert all(row.code in cotravel.WORDS for row in reading.unread)


def test_one_field_may_hold_two_trains_of_which_one_has_a_carriage() -> None:
    first, second = mess().trips[1:3]

    assert (first.numbers, first.carriages) == (("K446",), ())
    assert (second.numbers, second.carriages) == (("G512",), ("4",))


def test_ranges_serial_numbers_and_lists_of_carriages_are_read() -> None:
    first, second = by_number("G98")

    assert (first.dates, first.carriages) == ((date(2020, 1, 21),), ("4", "6", "13"))
    assert second.dates == tuple(date(2020, 1, day) for day in (18, 19, 20))
    assert second.carriages == ("5", "6", "7", "8")


def test_an_arrival_before_the_departure_is_the_next_day() -> None:
    (trip,) = by_number("Z162")

    assert (trip.dates, trip.overnight, trip.notes) == ((date(2020, 1, 20),), True, ("time.backwards",))


def test_days_that_contradict_one_another_are_all_kept() -> None:
    (trip,) = by_number("9C8748")

    assert trip.dates == (date(2020, 1, 23), date(2020, 1, 25))
    assert trip.notes == ("date.contradiction",)


def test_a_publisher_s_range_of_days_is_no_night_on_the_train() -> None:
    (trip,) = by_number("T184")

    assert (len(trip.dates), trip.dates[-1]) == (7, date(2020, 1, 10))


@pytest.mark.parametrize(
    ("line", "numbers", "days", "route"),
    [
        ("1月21日 K446/K447次 11号车厢 西安-深圳", ("K446", "K447"), [21], ("西安", "深圳")),
        ("1月22日乘坐CZ6426航班由武汉飞往大连", ("CZ6426",), [22], ("武汉", "大连")),
        ("2020年1月18日至1月20日 g98次 汉口至郑州东", ("G98",), [18, 19, 20], ("汉口", "郑州东")),
        ("鄂A12345 大巴 1月20日 武汉-黄冈", ("鄂A12345",), [20], ("武汉", "黄冈")),
        ("1月23日 长航朝天门2号邮轮 宜昌-重庆", ("长航朝天门2",), [23], ("宜昌", "重庆")),
    ],
)
def test_a_line_of_text_is_a_trip(
    line: str, numbers: tuple[str, ...], days: list[int], route: tuple[str, str]
) -> None:
    (trip,) = read_text(line, source="pasted", year=2020).trips

    assert trip.numbers == numbers
    assert [day.day for day in trip.dates] == days
    assert (trip.start, trip.end) == route


def test_repeats_become_one_with_all_sources_and_a_pair_is_known_from_any_row() -> None:
    text = "日期\t车次\t车厢\t出发站\t到达站\t来源\n2020-01-21\tK446/K447\t11号\t西安\t深圳\t甲\n"
    text += "1月21日\tk446次\t11\t西安站\t深圳\t乙\n1月25日\tK446\t\t\t\t丙\n"

    trips = merge(read_text(text, source="x", year=2020).trips)

    assert [(trip.numbers, trip.also, trip.sources) for trip in trips] == [
        (("K446", "K447"), (), ("乙", "甲")),
        (("K446",), ("K447",), ("丙",)),
    ]
    assert [hit.day for hit in Index(trips).check(Leg("K447", "train", date(2020, 1, 25)))] == [
        "same",
    ]


def test_what_the_phone_s_twin_must_answer_is_what_is_written_down() -> None:
    assert VECTORS.read_text(encoding="utf-8") == written()


def test_sentences_say_what_is_unknown_and_who_published() -> None:
    checks = {
        tuple(check["leg"].values()): check["hits"] for check in json.loads(VECTORS.read_text())["checks"]
    }

    (hit,) = checks["k447次", "train", "2020-01-21", "", ""]
    assert hit["zh"] == (
        "2020-01-21 K446/K447次列车有已公布病例（11号车厢，西安站→深圳站）：同日，车厢或座位不详。来源：乙网、甲网。"
    )
    assert hit["en"].endswith("on the same day, carriage or seat unknown. Source: 乙网, 甲网.")


# ── properties ──────────────────────────────────────────────────────────────────────────────────────────────
numbers = some.builds(
    lambda letter, digits: f"{letter}{digits}", some.sampled_from("GDCZTK"), some.integers(1, 9998)
)
days = some.dates(date(2020, 1, 2), date(2020, 2, 20))
carriages = some.lists(some.integers(1, 18).map(str), max_size=3, unique=True).map(
    lambda names: tuple(sorted(names, key=int))
)
trips = some.builds(
    lambda number, day, names, start, source: Trip(
        "train", (number,), (day,), not number.startswith(("G", "C")), names, (), start, "", (source,)
    ),
    some.one_of(numbers, some.sampled_from(["K446", "G98"])),
    days,
    carriages,
    some.sampled_from(["", "西安", "西安站", "武汉"]),
    some.sampled_from(["甲", "乙"]),
)


@given(
    numbers,
    some.sampled_from(["{}", "{}次", " {} ", "{}次列车", "车次：{}"]),
    some.booleans(),
    some.booleans(),
)
def test_width_case_and_the_word_for_train_change_nothing(
    number: str, frame: str, wide: bool, low: bool
) -> None:
    text = frame.format(number.lower() if low else number)
    if wide:
        text = "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)

    assert [vehicle.numbers for vehicle in read_vehicles(text, "train").vehicles] == [(number,)]


@given(
    some.text(max_size=40),
    some.sampled_from([None, "train", "flight", "coach", "ship", "metro", "bus", "car"]),
)
def test_any_text_is_read_or_refused_with_a_known_reason(text: str, mode: str | None) -> None:
    reading = read_vehicles(text, mode)

    assert bool(reading.vehicles) != bool(reading.code)
    assert reading.code is None or reading.code in cotravel.WORDS


@given(some.text(max_size=300))
def test_any_pasted_text_is_read_to_the_last_line(text: str) -> None:
    try:
        reading = read_text(text, source="x", year=2020)
    except cotravel.TableError:
        return
    assert all(row.code in cotravel.WORDS for row in reading.unread)


@given(some.lists(trips, max_size=12), some.randoms(use_true_random=False))
def test_merging_is_independent_of_order_and_merging_twice_changes_nothing(
    given_trips: list[Trip], shuffle: random.Random
) -> None:
    once = merge(given_trips)
    shuffled = list(given_trips)
    shuffle.shuffle(shuffled)

    assert merge(shuffled) == once
    assert [replace(trip, also=()) for trip in merge(once)] == [replace(trip, also=()) for trip in once]


@given(some.lists(trips, min_size=1, max_size=8), some.data())
def test_merging_loses_no_hit(given_trips: list[Trip], data: some.DataObject) -> None:
    trip = data.draw(some.sampled_from(given_trips))
    leg = Leg(trip.numbers[0], "train", trip.dates[0], data.draw(some.sampled_from(["", *trip.carriages])))

    before = {
        (hit.trip.dates, hit.trip.carriages, hit.day, hit.where) for hit in Index(given_trips).check(leg)
    }
    after = {
        (hit.trip.dates, hit.trip.carriages, hit.day, hit.where)
        for hit in Index(merge(given_trips)).check(leg)
    }

    assert before <= after


@given(trips, some.sampled_from(["", "不详", "硬座"]))
def test_an_unknown_carriage_never_excludes(trip: Trip, carriage: str) -> None:
    (hit,) = Index([trip]).check(Leg(trip.numbers[0], "train", trip.dates[0], carriage))

    assert (hit.day, hit.where) == ("same", "unknown")


@given(trips, some.integers(-4, 4))
def test_only_a_run_over_midnight_is_hit_a_day_apart(trip: Trip, apart: int) -> None:
    hits = Index([trip]).check(Leg(trip.numbers[0], "train", trip.dates[0] + timedelta(days=apart)))

    assert bool(hits) == (apart == 0 or (abs(apart) == 1 and trip.overnight))


@given(trips)
def test_a_trip_survives_the_way_to_the_phone(trip: Trip) -> None:
    assert cotravel.from_data(json.loads(json.dumps(cotravel.as_data(trip)))) == trip


@given(trips, some.sampled_from(["zh", "en"]))
def test_every_hit_has_a_sentence(trip: Trip, language: str) -> None:
    (hit,) = Index([trip]).check(Leg(trip.numbers[0], "train", trip.dates[0]))

    said = sentence(hit, language)

    assert trip.numbers[0] in said
    assert trip.sources[0] in said
