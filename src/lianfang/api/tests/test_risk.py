# the fixture `field` is a parameter everywhere
"""Published lists and the measures that follow: tried, taken in, told of at a door, proposed, decided, withdrawn."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.field import Field, snapshot, start
from lianfang.api.tests.people import call, enter, somebody
from lianfang.kernel import jobs
from lianfang.kernel.models import AuditRecord
from lianfang.screening.engine.profile import SHIPPED
from lianfang.screening.models import MeasureProposal

pytestmark = pytest.mark.django_db
#: What the form on the phone is tested with.
VECTORS = Path(__file__).parents[4] / "contracts" / "vectors" / "profiles.json"

AREAS = {
    "kind": "areas",
    "title": "市疫情防控指挥部",
    "year": 2020,
    "text": "1月23日起 湖北省 重点地区；鼓楼区 高风险",
}
TRIPS = {
    "kind": "trips", "title": "同乘查询", "year": 2020,
    "text": "日期,车次,车厢,出发站,到达站\n2020-02-18,G98次,4车厢,汉口,郑州东\n2020-02-18,未知,,汉口,南京南\n",
}  # fmt: skip


OWN = """
id = "own"
zh = "流行性腮腺炎"
en = "Mumps"
version = "1"
fever = { threshold = 38.0, source = "s" }
incubation = { shortest = 12, longest = 25, usual = [16, 18], source = "s" }
symptom = [{ code = "swollen_glands", zh = "腮腺肿大", en = "swollen glands" }]
source = [{ id = "s", title = "本地方案", issued = 2020-01-01, says = "腮腺肿大者就诊。" }]
[[rule]]
id = "swollen"
measure = "refer"
zh = "{evidence}"
en = "{evidence}"
source = ["s"]
when = { symptoms = { of = ["swollen_glands"] } }
"""


def take(desk: Client, body: dict[str, Any]) -> dict[str, Any]:
    status, made = call(desk, "POST", "/risk/lists", body)
    assert status == 200, made
    jobs.drain()
    found: dict[str, Any] = made
    return found


def visit(field: Field, **said: Any) -> int:
    """吴 sees the first person of his first task, who says so much; the person's number."""
    task = next(one for one in snapshot(field.wu)["parts"]["work"]["data"] if one["people"])
    person = task["people"][0]
    body = {
        "door": task["door"], "task": task["id"], "channel": "door", "outcome": "seen",
        "people": [{"uid": person, "here": "yes", **said}],
    }  # fmt: skip
    status, answer = field.wu.send([field.wu.fact(body, field.time.moment)], field.time.moment)
    assert (status, answer["verdicts"][0]["verdict"]) == (200, "accepted"), answer
    jobs.drain()
    return int(person)


def proposals(desk: Client, state: str = "open") -> list[dict[str, Any]]:
    status, page = call(desk, "GET", f"/measures?state={state}")
    assert status == 200, page
    items: list[dict[str, Any]] = page["items"]
    return items


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_preview_says_what_was_understood_and_what_not_and_keeps_nothing(field: Field) -> None:
    status, seen = call(field.desk, "POST", "/risk/preview", {**AREAS, "area": field.here.parent_id})

    assert status == 200
    assert [(one["name"], one["level"], one["first"], one["last"]) for one in seen["areas"]] == [
        ("湖北省", "key", "2020-01-23", None)
    ]
    (unread,) = seen["unread"]
    assert (unread["text"], unread["code"]) == ("鼓楼区", "place.ambiguous")
    assert "江苏省南京市鼓楼区" in unread["candidates"]
    assert unread["zh"]
    assert unread["en"]
    assert call(field.desk, "GET", "/risk/lists") == (200, [])


def test_a_file_is_taken_in_with_its_source_and_can_be_had_back(field: Field) -> None:
    content = TRIPS["text"].encode("gb18030")  # type: ignore[attr-defined]
    body = {
        **TRIPS, "text": "", "area": field.here.parent_id, "file_name": "trips.csv",
        "file": base64.b64encode(content).decode(),
    }  # fmt: skip

    made = take(field.desk, body)

    assert (made["entries"], made["unread_count"], made["file_name"]) == (1, 1, "trips.csv")
    (trip,) = made["understood"]["trips"]
    assert (trip["numbers"], trip["carriages"], trip["sources"]) == (["G98"], ["4"], ["trips.csv"])
    assert field.desk.get(f"/api/risk/lists/{made['id']}/file").content == content
    assert AuditRecord.objects.filter(action="risk.received").count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": " "}, "risk.title"),
        ({"text": "不知道"}, "risk.nothing"),
        ({"kind": "figures", "text": "甲,乙\n1,2"}, "risk.file"),
        ({"file_name": "x.xlsx", "file": base64.b64encode(b"PK\x03\x04broken").decode()}, "risk.file"),
        ({"file_name": "x.csv", "file": base64.b64encode(b"a" * 1_500_001).decode()}, "risk.large"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_with_its_reason(
    field: Field, change: dict[str, Any], code: str
) -> None:
    status, problem = call(
        field.desk, "POST", "/risk/lists", {**AREAS, "area": field.here.parent_id, **change}
    )

    assert (status, problem["code"]) == (422, code)


def test_a_list_for_another_area_is_not_mine_to_bring(field: Field) -> None:
    assert call(field.desk, "POST", "/risk/lists", AREAS)[0] == 404
    assert call(enter("wu")[0], "POST", "/risk/lists", AREAS)[0] == 403


def test_levels_of_a_place_by_day_follow_from_the_lists(field: Field) -> None:
    area = field.here.parent_id
    take(field.desk, {**AREAS, "area": area})
    take(field.desk, {**AREAS, "area": area, "text": "2月1日至2月10日 武汉市 高风险"})

    history = call(field.desk, "GET", "/risk/history?named=武汉&until=2020-02-20")[1]

    assert history["name"] == "湖北省武汉市"
    assert [(one["first"], one["last"], one["level"]) for one in history["spans"]] == [
        ("2020-01-23", "2020-01-31", "key"),
        ("2020-02-01", "2020-02-10", "high"),
        ("2020-02-11", "2020-02-20", "key"),
    ]
    day = call(field.desk, "GET", "/risk/areas?day=2020-02-05")[1]
    assert [(one["name"], one["level"]) for one in day["items"]] == [
        ("湖北省武汉市", "high"),
        ("湖北省", "key"),
    ]


def test_phones_hold_areas_trips_and_what_profiles_ask_for(field: Field) -> None:
    area = field.here.parent_id
    made = take(field.desk, {**AREAS, "area": area})
    take(field.desk, {**TRIPS, "area": area})

    risk = snapshot(field.wu)["parts"]["risk"]["data"]

    assert [one["name"] for one in risk["areas"]] == ["湖北省"]
    assert [one["numbers"] for one in risk["trips"]] == [["G98"]]
    assert risk["profiles"]["covid19-2020"]["fever"] == 37.3
    call(field.desk, "POST", f"/risk/lists/{made['id']}/withdraw", {"reason": "发布单位已更正"})
    assert snapshot(field.wu)["parts"]["risk"]["data"]["areas"] == []


# ── measures ────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_journey_told_at_the_door_becomes_a_proposal_with_its_reason(field: Field) -> None:
    start(field, profile="covid19-2020")
    take(field.desk, {**TRIPS, "area": field.here.parent_id})
    legs = [{"mode": "train", "number": "g98次", "date": "2020-02-18", "carriage": "四"}]

    person = visit(field, legs=legs)

    (one,) = proposals(field.desk)
    assert (one["person"], one["measure"], one["until"]) == (person, "observe_home", "2020-03-03")
    assert one["zh"] == (
        "2020-02-18 G98次列车有已公布病例（4号车厢，汉口→郑州东）：同日，同一车厢。来源：同乘查询；"
        "与病例同车厢或座位前后三排以内，自乘坐之日起居家医学观察14天，至2020-03-03。"
    )
    assert [evidence["kind"] for evidence in one["evidence"]] == ["ride"]
    assert one["sources"]
    assert one["name"]
    assert call(enter("zheng")[0], "GET", "/measures")[1]["total"] == 0


def test_a_list_that_comes_later_finds_those_who_told_before_and_its_withdrawal_takes_it_back(
    field: Field,
) -> None:
    start(field, profile="covid19-2020")
    visit(field, **{"from": {"text": "武汉"}, "returned_on": "2020-02-15"})
    assert proposals(field.desk) == []

    made = take(field.desk, {**AREAS, "area": field.here.parent_id})
    (one,) = proposals(field.desk)
    assert (one["measure"], one["rule"], one["since"]) == (
        "observe_home",
        "back-from-a-risk-area",
        "2020-02-15",
    )

    status, _ = call(field.desk, "POST", f"/risk/lists/{made['id']}/withdraw", {"reason": "发布单位已更正"})
    assert status == 200
    jobs.drain()
    assert proposals(field.desk) == []
    assert [one["state"] for one in proposals(field.desk, "lapsed")] == ["lapsed"]
    assert call(field.desk, "POST", f"/risk/lists/{made['id']}/withdraw", {"reason": "再来一次"})[0] == 409


def test_people_decide_with_a_reason_and_the_same_facts_do_not_come_again(field: Field) -> None:
    start(field, profile="covid19-2020")
    visit(field, health={"temperature": 38.1, "symptoms": ["cough"]})
    (one,) = proposals(field.desk)
    chosen = [{"id": one["id"], "version": one["version"]}]

    refused = call(
        field.desk, "POST", "/measures/decide", {"chosen": chosen, "verdict": "declined", "reason": ""}
    )
    assert (refused[0], refused[1]["code"]) == (422, "risk.reason")
    body = {"chosen": chosen, "verdict": "declined", "reason": "已就诊，普通感冒"}
    status, (done,) = call(field.desk, "POST", "/measures/decide", body)
    assert (status, done["state"], done["reason"]) == (200, "declined", "已就诊，普通感冒")
    assert call(field.desk, "POST", "/measures/decide", body)[0] == 409
    assert AuditRecord.objects.filter(action="measure.declined").count() == 1

    take(field.desk, {**TRIPS, "area": field.here.parent_id})
    assert proposals(field.desk) == []


def test_without_a_disease_nothing_is_proposed_and_an_unknown_one_is_refused(field: Field) -> None:
    start(field)
    visit(field, health={"temperature": 38.1})
    assert proposals(field.desk) == []

    now = field.time.moment.isoformat()
    body = {
        "title": "一",
        "kind": "household",
        "area": field.here.parent_id,
        "purpose": "一",
        "legal_basis": "duty",
    }
    body |= {"starts_at": now, "due_at": "2020-02-25T00:00:00Z", "profile": "plague"}
    status, problem = call(field.desk, "POST", "/screenings", body)
    assert (status, problem["code"]) == (422, "screening.profile")


def test_a_worker_sees_proposals_but_does_not_decide(field: Field) -> None:
    start(field, profile="covid19-2020")
    visit(field, health={"temperature": 38.1})
    wu = enter("wu")[0]

    (one,) = proposals(wu)
    body = {"chosen": [{"id": one["id"], "version": one["version"]}], "verdict": "confirmed"}
    assert call(wu, "POST", "/measures/decide", body)[0] == 403
    somebody("qi", (Role.SECRETARY, field.there))
    assert call(enter("qi")[0], "POST", "/measures/decide", body)[0] == 404
    assert MeasureProposal.objects.unscoped(reason="the test counts").get().state == "open"


def test_profiles_of_the_data_folder_are_listed_with_their_mistakes(
    field: Field, settings: Any, tmp_path: Any
) -> None:
    settings.LIANFANG_DATA = tmp_path
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "own.toml").write_text("id = 'own'", "utf-8")

    found = {one["id"]: one for one in call(field.desk, "GET", "/risk/profiles")[1]}

    assert found["measles"]["fever"] == 38.0
    assert "fever: is missing" in found["own"]["mistakes"]


@pytest.mark.parametrize("name", SHIPPED)
def test_what_a_profile_asks_is_asked_on_phones_and_what_is_answered_counts(field: Field, name: str) -> None:
    start(field, profile=name)
    asked = snapshot(field.wu)["parts"]["risk"]["data"]["profiles"][name]
    assert asked == json.loads(VECTORS.read_text("utf-8"))[name]
    met = asked["contacts"][-1]
    symptoms = [one["code"] for one in asked["symptoms"]]

    visit(
        field,
        contacts=[{"kind": met["code"], "on": "2020-02-19"}],
        health={"temperature": 38.6, "symptoms": symptoms},
    )

    found = proposals(field.desk)
    assert {one["profile"] for one in found} == {name}
    told = {(one["kind"], one["zh"]) for each in found for one in each["evidence"]}
    assert any(met["zh"] in zh for kind, zh in told if kind == "contact")
    for one in asked["symptoms"]:
        words = "体温38.6℃" if one["code"] == "fever" else one["zh"]
        assert any(words in zh for kind, zh in told if kind == "symptom"), one["code"]


def test_a_profile_of_the_data_folder_is_asked_on_phones_and_its_rules_propose(
    field: Field, settings: Any, tmp_path: Any
) -> None:
    settings.LIANFANG_DATA = tmp_path
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "own.toml").write_text(OWN, "utf-8")
    start(field, profile="own")

    asked = snapshot(field.wu)["parts"]["risk"]["data"]["profiles"]["own"]
    assert [one["code"] for one in asked["symptoms"]] == ["swollen_glands"]

    visit(field, health={"symptoms": ["swollen_glands"]})
    (one,) = proposals(field.desk)
    assert (one["measure"], one["zh"]) == ("refer", "2020-02-20腮腺肿大")
