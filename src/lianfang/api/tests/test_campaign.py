"""A campaign from its start to a visit, through HTTP: the desk starts it, the phone fetches its work and reports."""

import pytest

from lianfang.api.tests.field import Field, snapshot, start
from lianfang.api.tests.phone import verdicts
from lianfang.kernel import jobs
from lianfang.registry.models import Person
from lianfang.screening.models import ScreeningTask, Statement, Visit

pytestmark = pytest.mark.django_db
WHY = "the test counts everything"


def test_a_campaign_gives_every_door_to_the_worker_of_its_grid(field: Field) -> None:
    made = start(field)
    tasks = ScreeningTask.objects.unscoped(reason=WHY)
    doors = tasks.values_list("path", "worker_name").distinct()
    rest = field.here.parent
    assert rest is not None
    assert dict(doors) == {field.here.path: "wu先生", field.there.path: "zheng先生", rest.path: ""}
    assert made["figures"]["total"] == tasks.count() == made["figures"]["open"] > 0
    assert tasks.filter(urgency__gt=1).exists()
    assert all(task.urgency > 1 for task in tasks if task.reasons)


def test_a_phone_holds_its_own_area_alone_and_fetches_only_what_changed(field: Field) -> None:
    start(field)
    mine = snapshot(field.wu)
    paths = {row[-1] for row in mine["parts"]["doors"]["data"]}
    assert paths == {field.here.path}
    doors = {str(row[0]) for row in mine["parts"]["doors"]["data"]}
    assert set(mine["parts"]["people"]["data"]) <= doors
    people = [one for some in mine["parts"]["people"]["data"].values() for one in some]
    assert people
    assert all("*" in one["phone"] and set(one) == PERSON for one in people)
    assert {task["door"] for task in mine["parts"]["work"]["data"]} == {int(door) for door in doors}
    assert all(task["mine"] for task in mine["parts"]["work"]["data"])
    have = ",".join(f"{name}:{digest}" for name, digest in mine["digests"].items())
    assert snapshot(field.wu, have)["parts"] == {}


PERSON = {"uid", "name", "sex", "birth", "relation", "phone", "id_number"}


def test_a_visit_does_its_task_and_whoever_is_new_is_registered_once(field: Field) -> None:
    start(field)
    mine = snapshot(field.wu)["parts"]
    task = next(one for one in mine["work"]["data"] if one["people"])
    body = {
        "door": task["door"], "task": task["id"], "channel": "door", "outcome": "seen",
        "people": [
            {"uid": task["people"][0], "here": "yes"},
            {"new": {"name": "欧阳海", "sex": "M", "phone": "13912340001"}, "here": "yes", "returned_on": "2020-02-18",
             "legs": [{"mode": "train", "number": "G98", "date": "2020-02-18", "carriage": "4"}]},
        ],
    }  # fmt: skip
    fact = field.wu.fact(body, field.time.moment)
    before = Person.objects.unscoped(reason=WHY).count()
    status, answer = field.wu.send([fact], field.time.moment)
    assert (status, verdicts(answer)) == (200, [("accepted", "")])
    status, answer = field.wu.send([fact], field.time.moment)
    assert (status, verdicts(answer)) == (200, [("duplicate", "")])
    jobs.drain()
    done = ScreeningTask.objects.unscoped(reason=WHY).get(pk=task["id"])
    assert (done.state, done.last_outcome, done.tries) == ("done", "seen", 0)
    statement = Statement.objects.unscoped(reason=WHY).get()
    assert statement.person is not None
    assert statement.matters
    assert Person.objects.unscoped(reason=WHY).count() == before + 1
    assert Person.objects.unscoped(reason=WHY).get(pk=statement.person).name == "欧阳海"
    behind = snapshot(field.wu)["parts"]["people"]["data"][str(task["door"])]
    assert statement.person in {one["uid"] for one in behind}
    assert Visit.objects.unscoped(reason=WHY).count() == 1


def test_a_door_elsewhere_is_not_there(field: Field) -> None:
    start(field)
    theirs = snapshot(field.zheng)["parts"]["work"]["data"][0]
    body = {"door": theirs["door"], "channel": "door", "outcome": "no_answer"}
    nowhere = {**body, "door": 987654321}
    facts = [field.wu.fact(one, field.time.moment) for one in (body, nowhere)]
    assert verdicts(field.wu.send(facts, field.time.moment)[1]) == [("rejected", "fact.not_found")] * 2


def test_in_vain_three_times_is_for_the_secretary(field: Field) -> None:
    start(field)
    task = snapshot(field.wu)["parts"]["work"]["data"][0]
    body = {"door": task["door"], "channel": "door", "outcome": "no_answer"}
    states = []
    for _ in range(3):
        field.time.forward(hours=5)
        fact = field.wu.fact(body, field.time.moment)
        assert verdicts(field.wu.send([fact], field.time.moment)[1]) == [("accepted", "")]
        row = ScreeningTask.objects.unscoped(reason=WHY).get(pk=task["id"])
        states.append((row.state, row.tries, row.hint))
    assert states == [
        ("returned", 1, {"hour": "evening", "channel": "door"}),
        ("returned", 2, {"hour": "weekend", "channel": "phone"}),
        ("with_secretary", 3, {"hour": "morning", "channel": "phone"}),
    ]


def test_somebody_without_a_door_is_on_the_phone_by_name_and_can_be_visited(field: Field) -> None:
    now = field.time.moment
    person = Person.objects.create(name="欧阳海", phone="13812345678", created_at=now)
    person.residences.create(path=field.here.path, address="桥下的棚子", since=now)
    start(field, kind="people", people=[person.pk])
    parts = snapshot(field.wu)["parts"]
    (known,) = parts["people"]["data"]["0"]
    assert (known["uid"], known["name"]) == (person.pk, "欧阳海")
    assert "12345" not in known["phone"]
    (task,) = [one for one in parts["work"]["data"] if one["person"] == person.pk]
    assert task["place"] == "桥下的棚子"
    body = {
        "person": person.pk, "task": task["id"], "channel": "phone", "outcome": "seen",
        "people": [{"uid": person.pk, "here": "yes", "returned_on": "2020-02-18"}],
    }  # fmt: skip
    assert verdicts(field.wu.send([field.wu.fact(body, now)], now)[1]) == [("accepted", "")]
    assert "0" not in snapshot(field.wu)["parts"]["people"]["data"]
    assert "0" not in snapshot(field.zheng)["parts"]["people"]["data"]


def test_one_visit_does_the_work_of_every_campaign_at_the_door(field: Field) -> None:
    start(field)
    start(field, title="车辆登记", extra_fields=[{"field": "vehicle", "why": "卡口需要车牌"}])
    work = snapshot(field.wu)["parts"]["work"]["data"]
    door = next(one["door"] for one in work if one["people"])
    there = [one for one in work if one["door"] == door]
    assert len({one["campaign"] for one in there}) == 2
    asked = there[0]["people"][0]
    extra = {"uid": asked, "here": "yes", "extra": {"vehicle": "浙A12345"}}  # asked by the second one alone
    body = {"door": door, "task": there[0]["id"], "channel": "door", "outcome": "seen", "people": [extra]}
    status, answer = field.wu.send([field.wu.fact(body, field.time.moment)], field.time.moment)
    assert (status, verdicts(answer)) == (200, [("accepted", "")])
    rows = ScreeningTask.objects.unscoped(reason=WHY).filter(dwelling=door)
    assert set(rows.values_list("state", flat=True)) == {"done"}
    assert Visit.objects.unscoped(reason=WHY).count() == 1
    assert not [one for one in snapshot(field.wu)["parts"]["work"]["data"] if one["door"] == door]


def test_a_list_of_people_is_done_only_when_each_of_them_is_told_of(field: Field) -> None:
    start(field)
    there = snapshot(field.wu)["parts"]["people"]["data"]
    door, uid = next((int(at), some[0]["uid"]) for at, some in there.items() if some)
    start(field, kind="people", title="返乡人员", people=[uid])
    rows = ScreeningTask.objects.unscoped(reason=WHY).filter(dwelling=door)
    household = rows.get(screening__kind="household").pk
    somebody_else = {"new": {"name": "欧阳海"}, "here": "yes"}
    for said, state in (
        ([somebody_else], "open"),
        ([somebody_else, {"uid": uid, "here": "unknown"}], "open"),
        ([{"uid": uid, "here": "no"}], "done"),
    ):
        body = {"door": door, "task": household, "channel": "door", "outcome": "seen", "people": said}
        status, answer = field.wu.send([field.wu.fact(body, field.time.moment)], field.time.moment)
        assert (status, verdicts(answer)) == (200, [("accepted", "")])
        assert rows.get(screening__kind="people").state == state
