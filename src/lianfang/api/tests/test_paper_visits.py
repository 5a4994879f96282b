# the fixture `field` is a parameter everywhere
"""A form that came on paper, typed in at the desk: the same visit as from a phone, in the name that stands on it."""

from datetime import timedelta
from typing import Any

import pytest

from lianfang.api.tests.field import Field, snapshot, start
from lianfang.api.tests.people import call
from lianfang.api.tests.phone import uuid7, verdicts
from lianfang.kernel import jobs
from lianfang.screening.models import Leg, ScreeningTask, Statement, Visit

pytestmark = pytest.mark.django_db
WHY = "the test counts everything"
ALL = {
    "from": {"text": "武汉汉阳"}, "returned_on": "2020-02-18", "needs": ["送药"], "remarks": "独居",
    "legs": [{"mode": "train", "number": "G98", "date": "2020-02-18", "carriage": "4", "seat": "12A"}],
    "contacts": [{"kind": "case", "name": "李某", "on": "2020-02-17"}],
    "health": {"temperature": 37.8, "symptoms": ["cough"]},
}  # fmt: skip


def some_work(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in snapshot(field.wu)["parts"]["work"]["data"] if one["people"])
    return found


def type_in(field: Field, task: dict[str, Any], name: str, *people: Any, **said: Any) -> tuple[int, Any]:
    body = {"door": task["door"], "task": task["id"], "channel": "paper", "outcome": "seen", "people": people}
    at = field.time.moment - timedelta(hours=3)
    form = {"id": str(uuid7()), "at": at.isoformat(), "worker_name": name, "body": body, **said}
    return call(field.desk, "POST", "/visits", form)


def test_a_paper_form_goes_the_same_way(field: Field) -> None:
    start(field)
    task = snapshot(field.wu)["parts"]["work"]["data"][0]
    form = {"door": task["door"], "channel": "paper", "outcome": "empty"}
    said = {"id": str(uuid7()), "at": field.time.moment.isoformat(), "body": form}
    status, visit = call(field.desk, "POST", "/visits", said)
    assert (status, visit["outcome"], visit["device"]) == (200, "empty", None)
    assert call(field.desk, "POST", "/visits", said)[0] == 200
    assert Visit.objects.unscoped(reason=WHY).count() == 1
    assert ScreeningTask.objects.unscoped(reason=WHY).get(pk=task["id"]).state == "done"
    wrong = {**said, "id": str(uuid7()), "body": {**form, "outcome": "asleep"}}
    status, answer = call(field.desk, "POST", "/visits", wrong)
    assert (status, answer["params"]["fields"]) == (422, ["outcome"])


def test_it_says_all_that_a_phone_says_in_the_name_on_the_paper(field: Field) -> None:
    start(field, extra_fields=[{"field": "employer", "why": "通知单位"}])
    task = some_work(field)
    uid = task["people"][0]

    status, visit = type_in(
        field, task, " 郑楼长 ", {"uid": uid, "here": "yes", **ALL, "extra": {"employer": "纺织厂"}}
    )

    assert status == 200, visit
    assert (visit["worker_name"], visit["typed_by_name"]) == ("郑楼长", "mi先生")
    (said,) = visit["body"]["people"]
    assert {name: said[name] for name in ALL} == ALL
    assert said["extra"] == {"employer": "纺织厂"}
    statement = Statement.objects.unscoped(reason=WHY).get()
    assert (statement.person, statement.matters) == (uid, True)
    assert Leg.objects.unscoped(reason=WHY).get().seat == "12A"
    step = call(field.desk, "GET", f"/screenings/{task['campaign']}/tasks/{task['id']}")[1]["steps"][0]
    assert (step["act"], step["by_name"]) == ("done", "郑楼长")


def test_a_field_beyond_the_minimum_is_refused_where_nobody_named_why(field: Field) -> None:
    start(field)
    task = some_work(field)
    newcomer = {"new": {"name": "欧阳海", "id_number": "330102199005010017"}, "here": "yes"}
    for said in (newcomer, {"uid": task["people"][0], "here": "yes", "extra": {"employer": "纺织厂"}}):
        status, problem = type_in(field, task, "", said)
        field_off = "id_number" if said is newcomer else "employer"
        assert (status, problem["code"], problem["params"]["field"]) == (422, "visit.field_off", field_off)
    body = {"door": task["door"], "channel": "door", "outcome": "seen", "people": [newcomer]}
    fact = field.wu.fact(body, field.time.moment)
    assert verdicts(field.wu.send([fact], field.time.moment)[1]) == [("rejected", "visit.field_off")]

    start(field, extra_fields=[{"field": "id_number", "why": "同名的人太多，须查重"}])
    assert type_in(field, task, "", newcomer)[0] == 200
    jobs.drain()
    assert Statement.objects.unscoped(reason=WHY).get().person is not None


def test_two_workers_papers_typed_in_by_one_are_two_who_contradict(field: Field) -> None:
    start(field)
    task = some_work(field)
    uid = task["people"][0]
    assert type_in(field, task, "吴", {"uid": uid, "here": "yes"})[0] == 200
    assert type_in(field, task, "吴", {"uid": uid, "here": "moved"})[0] == 200
    assert call(field.desk, "GET", "/contradictions")[1] == []  # he came again

    assert type_in(field, task, "郑", {"uid": uid, "here": "moved"})[0] == 200

    (found,) = call(field.desk, "GET", "/contradictions")[1]
    assert {one["worker_name"] for one in found["visits"]} == {"吴", "郑"}


def test_the_same_form_again_is_no_fault_but_another_name_is(field: Field) -> None:
    start(field)
    task = some_work(field)
    said = {"uid": task["people"][0], "here": "yes"}
    number = str(uuid7())
    assert type_in(field, task, "吴", said, id=number)[0] == 200
    assert type_in(field, task, "吴", said, id=number)[0] == 200
    status, problem = type_in(field, task, "郑", said, id=number)
    assert (status, problem["code"]) == (409, "conflict")
