"""What is wrong with a fact: a code each, kept to the letter, shown at the desk, tried again when the cause is gone."""

import json
from datetime import timedelta
from typing import Any

import pytest

from lianfang.accounts.roles import Role
from lianfang.api.tests.field import Field, snapshot, start
from lianfang.api.tests.people import call, enter, somebody
from lianfang.api.tests.phone import Phone, Wire, id_of, uuid7, verdicts
from lianfang.screening.models import ScreeningTask, Visit, VisitConflict
from lianfang.sync.models import Fact, Photo

pytestmark = pytest.mark.django_db
WHY = "the test counts everything"
JPEG = b"\xff\xd8\xff\xe0" + bytes(500)


def door_of(phone: Phone, number: int = 0) -> int:
    found: int = snapshot(phone)["parts"]["work"]["data"][number]["door"]
    return found


def body(door: int, **said: Any) -> dict[str, Any]:
    return {"door": door, "channel": "door", "outcome": "no_answer", **said}


def sent(field: Field, *facts: Wire) -> list[tuple[str, str]]:
    status, answer = field.wu.send(list(facts), field.time.moment)
    assert status == 200, answer
    return verdicts(answer)


def wrong_facts(field: Field) -> dict[str, list[Wire]]:
    """Facts by the code that each has to get."""
    phone, now, door = field.wu, field.time.moment, door_of(field.wu)
    nobody = {"uid": 987654321, "here": "yes"}
    elsewhere = door_of(field.zheng)
    return {
        "fact.version": [phone.fact(body(door), now, v=2)],
        "fact.kind": [phone.fact(body(door), now, kind="reading")],
        "fact.device": [phone.fact(body(door), now, device=Phone().id)],
        "fact.large": [phone.fact(body(door, remarks="长" * 30_000), now)],
        "fact.not_found": [phone.fact(body(elsewhere), now), phone.fact(body(987654321), now)],
        "visit.person": [phone.fact({**body(door), "outcome": "seen", "people": [nobody]}, now)],
        "visit.field_off": [phone.fact(body(door, photos=[str(uuid7())]), now)],
        **wrongly_signed(field, door),
        **wrongly_written(field, door),
    }


def wrongly_signed(field: Field, door: int) -> dict[str, list[Wire]]:
    good = field.wu.fact(body(door), field.time.moment)
    altered = json.loads(good["payload"])
    altered["body"]["outcome"] = "seen"
    return {
        "fact.signature": [
            {**good, "payload": json.dumps(altered)},
            {**good, "sig": "AAAA"},
            {**good, "sig": "ü"},
            Phone().sign(good["payload"]),
        ]
    }


def wrongly_written(field: Field, door: int) -> dict[str, list[Wire]]:
    phone, now = field.wu, field.time.moment
    return {
        "fact.unreadable": [
            phone.sign("not JSON"),
            phone.sign("[" * 20_000),
            phone.sign('{"id": "\\ud800"}'),
            phone.fact(body(door), now, seq=10**30),
            phone.fact(body(door), now, seq=0),
            phone.fact(body(door), now, at="yesterday"),
            phone.fact(body(door), now, at="2020-02-20T10:00:00"),
            phone.sign("null"),
        ],
        "fact.body": [
            phone.fact(body(10**30), now),
            phone.fact(body(door, temperature=1), now),
            phone.fact({**body(door), "outcome": "asleep"}, now),
            phone.fact({**body(door), "person": 1}, now),
            phone.fact({"channel": "door", "outcome": "seen"}, now),
            phone.fact(body(door, people=[{"here": "yes"}]), now),
            phone.fact(body(door, people=[{"uid": 1, "here": "yes"}]), now),  # nobody answered
            phone.fact(body(door, remarks="\0"), now),
            phone.fact({**body(door, people=[{"uid": 10**30, "here": "yes"}]), "outcome": "seen"}, now),
        ],
    }


def test_each_is_refused_with_its_code_kept_and_shown(field: Field) -> None:
    start(field)
    wrong = wrong_facts(field)
    for code, facts in wrong.items():
        assert sent(field, *facts) == [("rejected", code)] * len(facts), code
        assert sent(field, *facts) == [("rejected", code)] * len(facts), code  # the same again, told the same
    assert Visit.objects.unscoped(reason=WHY).count() == 0
    total = sum(map(len, wrong.values()))
    rows = Fact.objects.unscoped(reason=WHY)
    assert rows.filter(verdict="rejected", times=2).count() == rows.count() == total
    for one in (fact for facts in wrong.values() for fact in facts):
        assert rows.filter(sig=one["sig"][:100]).exists()
    assert {row.payload for row in rows} >= {"not JSON", "null"}
    status, page = call(field.desk, "GET", "/sync/refused?size=200")
    assert (status, page["total"]) == (200, total)
    assert page["codes"] == {code: len(facts) for code, facts in wrong.items()}


def test_a_good_fact_is_taken_beside_bad_ones(field: Field) -> None:
    start(field)
    facts = [one for some in wrong_facts(field).values() for one in some]
    good = field.wu.fact(body(door_of(field.wu)), field.time.moment)
    assert sent(field, *facts[:9], good, *facts[9:])[9] == ("accepted", "")
    assert Visit.objects.unscoped(reason=WHY).count() == 1


def test_an_altered_or_renumbered_fact_is_refused_after_the_first_was_taken(field: Field) -> None:
    start(field)
    phone, now, door = field.wu, field.time.moment, door_of(field.wu)
    good = phone.fact(body(door), now)
    assert sent(field, good) == [("accepted", "")]
    other = json.loads(good["payload"])
    other["body"]["outcome"] = "refused"
    assert sent(field, phone.sign(json.dumps(other))) == [("rejected", "fact.altered")]
    assert sent(field, phone.fact(body(door), now, seq=json.loads(good["payload"])["seq"])) == [
        ("rejected", "fact.sequence")
    ]
    assert sent(field, good) == [("duplicate", "")]
    assert Visit.objects.unscoped(reason=WHY).get().outcome == "no_answer"


def test_a_batch_replayed_by_another_phone_is_not_taken(field: Field) -> None:
    start(field)
    good = field.wu.fact(body(door_of(field.wu)), field.time.moment)
    status, answer = field.zheng.send([good], field.time.moment)
    assert (status, verdicts(answer)) == (200, [("rejected", "fact.device")])
    assert sent(field, good) == [("accepted", "")]


def test_a_clock_wrong_by_days_is_said_and_both_times_are_kept(field: Field) -> None:
    start(field)
    real, wrong = field.time.moment, field.time.moment - timedelta(days=3)
    fact = field.wu.fact(body(door_of(field.wu)), wrong - timedelta(hours=2))
    status, answer = field.wu.send([fact], wrong)
    assert (status, answer["clock_skew_seconds"]) == (200, 3 * 24 * 3600)
    visit = Visit.objects.unscoped(reason=WHY).get()
    assert (visit.at, visit.corrected_at) == (wrong - timedelta(hours=2), real - timedelta(hours=2))
    ahead = field.wu.fact(body(door_of(field.wu)), real + timedelta(days=40))
    assert sent(field, ahead) == [("accepted", "")]
    assert Visit.objects.unscoped(reason=WHY).get(pk=id_of(ahead)).corrected_at == real


def test_too_many_at_once_and_a_stranger(field: Field) -> None:
    facts = [field.wu.fact(body(1), field.time.moment) for _ in range(201)]
    status, answer = field.wu.send(facts, field.time.moment)
    assert (status, answer["code"]) == (422, "fact.many")
    assert Fact.objects.unscoped(reason=WHY).count() == 0
    status, answer = Phone(token="lianfangdevice_x").send(facts[:1], field.time.moment)
    assert (status, answer["code"]) == (401, "device.unknown")


def test_a_withdrawn_device_is_wiped_and_what_it_sends_is_kept_for_the_desk(field: Field) -> None:
    start(field)
    door = door_of(field.wu)
    before = field.wu.fact(body(door), field.time.moment)
    field.time.forward(hours=1)
    status, _ = call(enter("wu")[0], "POST", f"/devices/{field.wu.id}/withdraw", {"reason": "手机丢了"})
    assert status == 200
    after = field.wu.fact(body(door), field.time.moment)
    status, answer = field.wu.send([before, after], field.time.moment)
    assert (status, answer["wipe"]) == (200, True)
    assert verdicts(answer) == [("rejected", "device.withdrawn")] * 2
    assert field.wu.ask("GET", "/sync/snapshot")[1]["code"] == "device.withdrawn"
    kept = {row.fact: row.pk for row in Fact.objects.unscoped(reason=WHY)}
    numbers = [next(pk for fact, pk in kept.items() if str(fact) == id_of(one)) for one in (before, after)]
    status, shown = call(field.desk, "GET", f"/sync/refused/{numbers[0]}")
    assert status == 200
    assert '"no_answer"' in shown["said"]
    status, answer = call(field.desk, "POST", f"/sync/refused/{numbers[0]}/retry")
    assert (status, answer["verdict"]) == (200, "accepted")
    status, answer = call(field.desk, "POST", f"/sync/refused/{numbers[1]}/retry")
    assert (status, answer["code"]) == (403, "device.withdrawn")
    assert [str(one.pk) for one in Visit.objects.unscoped(reason=WHY)] == [id_of(before)]


def test_somebody_elses_device_cannot_be_withdrawn(field: Field) -> None:
    status, answer = call(
        enter("zheng")[0], "POST", f"/devices/{field.wu.id}/withdraw", {"reason": "手机丢了"}
    )
    assert (status, answer["code"]) == (404, "not_found")
    somebody("zhou", (Role.ADMINISTRATOR, None))
    status, answer = call(
        enter("zhou")[0], "POST", f"/devices/{field.wu.id}/withdraw", {"reason": "他离职了"}
    )
    assert (status, answer["withdrawn_by_name"]) == (200, "zhou先生")


def test_a_file_brought_by_somebody_else_is_the_same_as_sending(field: Field) -> None:
    start(field)
    facts = [field.wu.fact(body(door_of(field.wu)), field.time.moment) for _ in range(3)]
    facts[2] = {**facts[2], "sig": facts[1]["sig"]}
    file = {"format": "lianfang-facts-1", "facts": facts}
    status, answer = call(field.desk, "POST", "/sync/files", file)
    assert (status, verdicts(answer)) == (200, [("accepted", "")] * 2 + [("rejected", "fact.signature")])
    assert sent(field, *facts[:2]) == [("duplicate", "")] * 2
    assert call(field.desk, "POST", "/sync/files", {**file, "format": "other"})[0] == 422


def test_photos_are_sealed_bounded_and_seen_in_ones_area_alone(
    field: Field, settings: Any, tmp_path: Any
) -> None:
    settings.LIANFANG_DATA = tmp_path
    number = str(uuid7())
    assert photo(field.wu, number, JPEG) == (200, "")
    assert photo(field.wu, number, JPEG) == (200, "")
    assert photo(field.wu, number, JPEG + b"x") == (409, "photo.taken")
    assert photo(field.wu, str(uuid7()), b"GIF89a" + bytes(50)) == (422, "photo.kind")
    assert photo(field.wu, str(uuid7()), JPEG + bytes(20 << 20)) == (413, "photo.large")
    assert Photo.objects.unscoped(reason=WHY).count() == 1
    files = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert len(files) == 1
    assert JPEG not in files[0].read_bytes()
    shown = enter("mi")[0].get(f"/api/sync/photos/{number}")
    assert (shown.status_code, shown.content, shown.headers["Content-Type"]) == (200, JPEG, "image/jpeg")
    assert enter("zheng")[0].get(f"/api/sync/photos/{number}").status_code == 404


def photo(phone: Phone, number: str, data: bytes) -> tuple[int, str]:
    answer = phone.browser.generic(
        "POST",
        f"/api/sync/photos/{number}",
        data,
        content_type="image/jpeg",
        HTTP_AUTHORIZATION=f"Device {phone.token}",
    )
    return answer.status_code, answer.json().get("code", "")


def test_a_hand_over_loses_nothing_that_was_recorded_before(field: Field) -> None:
    made = start(field)
    somebody("sun", (Role.GRID_WORKER, field.here))
    task = ScreeningTask.objects.unscoped(reason=WHY).filter(path=field.here.path).order_by("pk")[0]
    zheng = ScreeningTask.objects.unscoped(reason=WHY).filter(path=field.there.path)[0].worker
    body_ = {"tasks": [{"id": task.pk, "version": task.version}], "to": zheng, "reason": "帮忙"}
    assert call(field.desk, "POST", f"/screenings/{made['id']}/hand", body_)[1]["code"] == "screening.worker"
    status, workers = call(field.desk, "GET", f"/screenings/{made['id']}/workers")
    sun = next(one["id"] for one in workers["receivers"] if one["name"] == "sun先生")
    wu = next(one["worker"] for one in workers["items"] if one["name"] == "wu先生")
    before = field.wu.fact(body(int(task.dwelling or 0)), field.time.moment)
    field.time.forward(hours=1)
    end_of_wu(field)
    field.time.forward(hours=1)
    field.desk = enter("mi")[0]
    status, handed = call(
        field.desk, "POST", f"/screenings/{made['id']}/hand", {"worker": wu, "to": sun, "reason": "病了"}
    )
    assert status == 200
    assert (
        handed["tasks"]
        == ScreeningTask.objects.unscoped(reason=WHY).filter(path=field.here.path, worker=sun).count()
    )
    field.time.forward(minutes=1)
    after = field.wu.fact(body(int(task.dwelling or 0)), field.time.moment)
    assert sent(field, before, after) == [("accepted", ""), ("rejected", "fact.not_found")]
    status, file = call(field.desk, "GET", f"/screenings/{made['id']}/tasks/{task.pk}")
    assert [(step["act"], step["from_name"], step["to_name"]) for step in file["steps"]] == [
        ("handed", "wu先生", "sun先生"), ("tried", "", ""),
    ]  # fmt: skip


def end_of_wu(field: Field) -> None:
    """His appointment is over."""
    somebody("chief", (Role.ADMINISTRATOR, None))
    desk = enter("chief")[0]
    _, users = call(desk, "GET", "/users?text=wu")
    user = call(desk, "GET", f"/users/{users['items'][0]['id']}")[1]
    address = f"/users/{user['id']}/appointments/{user['appointments'][0]['id']}/end"
    assert call(desk, "POST", address, {"version": user["version"], "reason": "病了，不能工作"})[0] == 200


def test_two_workers_at_one_door_both_stand_and_it_is_decided(field: Field) -> None:
    start(field)
    second = Phone().enrol(enter("wu")[0], "备用机")
    task = next(one for one in snapshot(field.wu)["parts"]["work"]["data"] if one["people"])
    uid = task["people"][0]
    for phone, here in ((field.wu, "yes"), (second, "moved")):
        said = {
            "door": task["door"],
            "channel": "door",
            "outcome": "seen",
            "people": [{"uid": uid, "here": here}],
        }
        fact = phone.fact(said, field.time.moment)
        assert verdicts(phone.send([fact], field.time.moment)[1]) == [("accepted", "")]
        field.time.forward(minutes=20)
    assert Visit.objects.unscoped(reason=WHY).count() == 2
    status, found = call(field.desk, "GET", "/contradictions")
    assert (status, [one["about"] for one in found]) == (200, [[f"person:{uid}:here"]])
    assert [one["answers"] for one in found[0]["visits"]] == [
        {f"person:{uid}:here": "yes"},
        {f"person:{uid}:here": "moved"},
    ]
    assert uid not in living_at(field, task["door"])
    first = found[0]["visits"][0]["id"]
    address = f"/contradictions/{found[0]['id']}/decide"
    assert call(field.desk, "POST", address, {"holds": {}})[1]["code"] == "contradiction.choice"
    assert (
        call(field.desk, "POST", address, {"holds": {f"person:{uid}:here": first}, "note": "打电话问过"})[0]
        == 200
    )
    assert (
        call(field.desk, "POST", address, {"holds": {f"person:{uid}:here": first}})[1]["code"]
        == "contradiction.decided"
    )
    assert uid in living_at(field, task["door"])
    assert VisitConflict.objects.unscoped(reason=WHY).get().decided_by_name == "mi先生"


def living_at(field: Field, door: int) -> set[int]:
    return {one["uid"] for one in snapshot(field.wu)["parts"]["people"]["data"].get(str(door), [])}
