"""Makes contracts/vectors/cotravel.json: what this engine answers, for the twin on the phone to answer alike.

PYTHONPATH=src python -m lianfang.screening.engine.tests.cotravel_vectors > contracts/vectors/cotravel.json
"""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from lianfang.screening.engine.cotravel import (
    Index,
    Leg,
    as_data,
    merge,
    read_carriages,
    read_seat_rows,
    read_text,
    read_vehicles,
    sentence,
)

#: Text of a field and what another column says of its mode.
FIELDS: list[tuple[str, str | None]] = [
    ("K446/K447", None),
    ("k446/7次", None),
    ("T182/183", "train"),
    ("Ｇ９８次", None),
    ("g98", None),
    ("G098", None),
    ("G28(四车厢)", None),
    ("G28四车厢", None),
    ("G28（４车厢）", "train"),
    ("G98、G512", None),
    ("G98 G512", None),
    ("G98转D123", None),
    ("G28次4、6、13号车厢、G512 5-8车厢", "train"),
    ("K1068 第十二节车厢", None),
    ("4605", "train"),
    ("4605次", None),
    ("4605", None),
    ("1461/1462", "train"),
    ("未知", "train"),
    ("不详", None),
    ("", None),
    ("动车", "train"),
    ("2020-01-21 K446", "train"),
    ("MU2517", None),
    ("mu 2517", None),
    ("MU-2517", "flight"),
    ("CZ0311 12A", None),
    ("CSN6426", None),
    ("SC/CA4786", "flight"),
    ("MU5401/FM9401", "flight"),
    ("0Q2330", "flight"),
    ("3476", "flight"),
    ("G52805", None),
    ("G52805", "flight"),
    ("D7319", "flight"),
    ("D7319", "train"),
    ("3U8509", None),
    ("9C8947 15F", None),
    ("MU2517", "train"),
    ("ＣＡ１５３８航班", None),
    ("鄂A12345 大巴", None),
    ("鄂A·12345", None),
    ("鄂a-12345", "coach"),
    ("粤B D12345", "car"),
    ("3路公交车", None),
    ("K12路", "bus"),
    ("地铁2号线", None),
    ("武汉地铁四号线", "metro"),
    ("长江观光6号", "ship"),
    ("钻石公主号邮轮", None),
    ("武汉-黄冈 长途客车", None),
    ("想不起来", None),
    ("W1", None),
]

PLACES = [
    "4、6、13号车厢",
    "5-8号车厢",
    "1～4号车厢",
    "A1号车厢",
    "14号车厢22号上",
    "7号车厢9排D座",
    "9车厢",
    "06",
    "第四节",
    "十六车厢",
    "二等座",
    "餐车",
    "3号4号车厢",
    "11号",
    "1、2车",
    "７E、７F",
    "15排",
    "12A",
    "23L",
    "第二十一节车厢",
    "",
    "硬座 不详",
    "30-1号车厢",
]

#: An invented list in the style of those that were published.
PUBLISHED = """来源,日期,车次,车厢,出发站,到达站,出发时间,到达时间
甲网,2020-01-21,K446/K447,11号车厢,西安,深圳,,
乙网,2020-01-21,k447次,11车厢,西安站,深圳站,,
甲网,2020-01-22,Z38,,武昌,北京西,,
乙网,2020-01-22,Z38,3号车厢,武昌,北京西,2020/01/22 21:03:00,2020/01/23 07:00:00
甲网,2020-01-20,G98,5-8号车厢,汉口,郑州东,,
甲网,2020-01-20,G98次,12号车厢,汉口,郑州东,,
乙网,1月18日至20日,G512,,汉口,信阳东,,
甲网,2020-01-19,SC/CA4786,12A、12B,长沙黄花,厦门高崎,,
甲网,2020-01-24,MU2481,,武汉,日照,22:10,00:40
甲网,2020-01-25,鄂A12345 大巴,,武汉,黄冈,,
乙网,2020-01-25,长江观光6号游轮,,宜昌,重庆,,
甲网,2020-01-26,T8702,A1号车厢,崇左,南宁,,
"""

LEGS = [
    Leg("K446", None, date(2020, 1, 21), "11"),
    Leg("k447次", "train", date(2020, 1, 21)),
    Leg("K447", "train", date(2020, 1, 21), "第三节"),
    Leg("K447 11号车厢", None, date(2020, 1, 22)),
    Leg("K447", "train", date(2020, 1, 23)),
    Leg("K447", "train", None, "11"),
    Leg("Ｚ３８", None, date(2020, 1, 22), "3"),
    Leg("Z38", "train", date(2020, 1, 23), "三"),
    Leg("Z38", "train", date(2020, 1, 21), "4"),
    Leg("G98", "train", date(2020, 1, 20), "6"),
    Leg("G98", "train", date(2020, 1, 20), "12号"),
    Leg("G98", "train", date(2020, 1, 20), "2"),
    Leg("G98", "train", date(2020, 1, 21)),
    Leg("G512", "train", date(2020, 1, 19)),
    Leg("CA4786", "flight", date(2020, 1, 19), "", "14C"),
    Leg("sc4786", None, date(2020, 1, 19), "", "30A"),
    Leg("SC4786", "flight", date(2020, 1, 19)),
    Leg("SC4786", "flight", date(2020, 1, 20)),
    Leg("MU2481", "flight", date(2020, 1, 24)),
    Leg("鄂A-12345", "coach", date(2020, 1, 25)),
    Leg("鄂A12345", "car", date(2020, 1, 25)),
    Leg("鄂A12345", "other", date(2020, 1, 26)),
    Leg("长江观光6号", "other", date(2020, 1, 25)),
    Leg("长江观光6号", "ship", date(2020, 1, 26)),
    Leg("T8702", "train", date(2020, 1, 26), "1"),
    Leg("T8702", "train", date(2020, 1, 26), "A1"),
    Leg("G1", "train", date(2020, 1, 20)),
    Leg("", "train", date(2020, 1, 20)),
    Leg("未知", "train", date(2020, 1, 20)),
    Leg("446", "train", date(2020, 1, 21)),
    Leg("G98、K446", None, date(2020, 1, 21)),
]


def vectors() -> dict[str, Any]:
    """The whole file as data."""
    index = Index(merge(read_text(PUBLISHED, source="vectors", year=2020).trips))
    return {
        "about": "Made by lianfang.screening.engine.tests.cotravel_vectors. fields: what a field of a list or a "
        "leg's number says; places: carriages and rows of seats; checks: the hits of each leg among `trips`, in order.",
        "fields": [_field(text, mode) for text, mode in FIELDS],
        "places": [
            {"text": text, "carriages": list(read_carriages(text)), "rows": list(read_seat_rows(text))}
            for text in PLACES
        ],
        "trips": [as_data(trip) for trip in index.trips],
        "checks": [_check(index, leg) for leg in LEGS],
    }


def _field(text: str, mode: str | None) -> dict[str, Any]:
    reading = read_vehicles(text, mode)
    return {
        "text": text,
        "mode": mode,
        "vehicles": [
            {
                key: list(value) if isinstance(value, tuple) else value
                for key, value in asdict(vehicle).items()
            }
            for vehicle in reading.vehicles
        ],
        "code": reading.code,
        "notes": list(reading.notes),
    }


def _check(index: Index, leg: Leg) -> dict[str, Any]:
    said = {
        "number": leg.number,
        "mode": leg.mode,
        "date": leg.day.isoformat() if leg.day else None,
        "carriage": leg.carriage,
        "seat": leg.seat,
    }
    hits = [
        {
            "key": hit.trip.key,
            "number": hit.number,
            "day": hit.day,
            "where": hit.where,
            "zh": sentence(hit, "zh"),
            "en": sentence(hit, "en"),
        }
        for hit in index.check(leg)
    ]
    return {"leg": said, "hits": hits}


def written() -> str:
    """The file as it is committed."""
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    print(written(), end="")
