"""Tips through HTTP: received, matched, given to somebody, answered; and nobody elsewhere sees them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from lianfang.accounts.models import User
from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import Town
from lianfang.api.tests.people import Clock, call, enter, somebody
from lianfang.incidents.models import Tip
from lianfang.incidents.queries import tips_of
from lianfang.kernel.actor import Actor, Grant
from lianfang.kernel.permissions import Permission
from lianfang.registry.models import Residence
from lianfang.territory.models import Dwelling

pytestmark = pytest.mark.django_db
WHY = "the test counts everything"


@dataclass
class Office:
    """米 of the data centre over the subdistrict; 吴 works in the first grid, 郑 in the second."""

    town: Town
    centre: Client
    wu: Client
    zheng: Client
    here: Dwelling
    time: Clock


@pytest.fixture
def office(town: Town, time: Clock) -> Office:
    community = town.here.parent
    assert community is not None
    somebody("mi", (Role.DATA_CENTRE, community.parent))
    somebody("wu", (Role.GRID_WORKER, town.here))
    somebody("zheng", (Role.GRID_WORKER, town.there))
    doors = (
        Dwelling.objects.unscoped(reason=WHY).filter(path=town.here.path).select_related("building__compound")
    )
    mi, wu, zheng = (enter(name)[0] for name in ("mi", "wu", "zheng"))
    return Office(town, mi, wu, zheng, doors.order_by("pk")[0], time)


def tip(office: Office, **said: Any) -> dict[str, Any]:
    return {
        "key": str(uuid4()), "channel": "hotline", "text": "三楼有人从外地回来没登记",
        "said_at": office.time.moment.isoformat(), **said,
    }  # fmt: skip


def keep(office: Office, browser: Client, **said: Any) -> dict[str, Any]:
    status, made = call(browser, "POST", "/tips", {"tips": [tip(office, **said)]})
    assert status == 200, made
    found: dict[str, Any] = made[0]
    return found


def at_the_door(office: Office) -> dict[str, Any]:
    return {"place": {"kind": "door", "id": office.here.pk}}


def step(browser: Client, made: dict[str, Any], act: str, **body: Any) -> tuple[int, Any]:
    return call(browser, "POST", f"/tips/{made['id']}/{act}", {"version": made["version"], **body})


def test_a_tip_goes_from_the_hotline_to_an_answer(office: Office) -> None:
    made = keep(office, office.centre, name="王阿姨", phone="13900002222", **at_the_door(office))
    assert (made["named"], made["path"]) == (True, office.town.here.path)
    assert "13900002222" not in str(made)
    status, workers = call(office.centre, "GET", f"/tips/{made['id']}/workers")
    assert [one["name"] for one in workers] == ["wu先生", "mi先生"]
    due = (office.time.moment + timedelta(hours=4)).isoformat()
    status, given = step(office.centre, made, "assign", worker=workers[0]["id"], due_at=due, note="请今天去")
    assert (status, given["state"], given["worker_name"]) == (200, "assigned", "wu先生")
    assert call(office.wu, "GET", "/tips?mine=true")[1]["total"] == 1
    status, noted = step(office.wu, given, "note", text="敲门没人")
    status, done = step(office.wu, noted, "answer", found="一家三口二月十八日返回", told="已登记，谢谢")
    assert (status, done["state"]) == (200, "answered")
    assert done["told_at"] is not None
    assert [one["act"] for one in done["steps"]] == ["received", "assigned", "noted", "answered"]
    assert step(office.wu, done, "answer", found="再答一次")[1]["code"] == "tip.settled"
    status, again = step(office.wu, done, "settle", how="reopen", text="又打来了")
    assert (status, again["state"]) == (200, "assigned")


def test_without_a_place_it_is_the_data_centres_until_it_has_one(office: Office) -> None:
    made = keep(office, office.wu, text="听说有人发烧")
    assert call(office.wu, "GET", f"/tips/{made['id']}")[0] == 404
    assert call(office.centre, "GET", "/tips?nowhere=true")[1]["total"] == 1
    status, _ = step(office.centre, made, "about", what="place", **at_the_door(office))
    assert status == 200
    assert call(office.wu, "GET", f"/tips/{made['id']}")[0] == 200
    assert call(office.zheng, "GET", f"/tips/{made['id']}")[0] == 404


def test_elsewhere_nothing_is_seen_named_or_given(office: Office) -> None:
    made = keep(office, office.centre, **at_the_door(office))
    assert call(office.zheng, "GET", "/tips")[1]["total"] == 0
    assert step(office.zheng, made, "note", text="看一看")[0] == 404
    assert call(office.zheng, "POST", "/tips", {"tips": [tip(office, **at_the_door(office))]})[0] == 404
    home = Residence.objects.unscoped(reason=WHY).filter(path=office.town.here.path).order_by("pk")[0]
    theirs = tip(office, person=home.person_id)
    assert call(office.zheng, "POST", "/tips", {"tips": [theirs]})[0] == 404
    status, named = step(office.wu, made, "about", what="person", person=home.person_id)
    assert (status, named["person_name"]) == (200, home.person.name)
    zheng = User.objects.get(username="zheng").pk
    due = (office.time.moment + timedelta(hours=4)).isoformat()
    assert step(office.wu, named, "assign", worker=zheng, due_at=due)[1]["code"] == "tip.worker"


def test_who_told_it_is_shown_with_a_reason(office: Office) -> None:
    made = keep(office, office.centre, name="王阿姨", phone="13900002222", **at_the_door(office))
    assert "13900002222" not in str(
        Tip.objects.unscoped(reason=WHY).extra(select={"raw": "teller"}).values("raw")
    )
    path = f"/tips/{made['id']}/teller"
    assert call(office.wu, "POST", path, {"reason": "啊"})[1]["code"] == "tip.reason"
    assert call(office.wu, "POST", path, {"reason": "回电话问清楚"})[1] == {
        "name": "王阿姨",
        "phone": "13900002222",
    }
    silent = keep(office, office.centre, **at_the_door(office))
    assert (
        call(office.wu, "POST", f"/tips/{silent['id']}/teller", {"reason": "回电话问清楚"})[1]["code"]
        == "tip.nobody"
    )


def test_overdue_comes_first_and_is_counted(office: Office) -> None:
    first = keep(office, office.centre, **at_the_door(office))
    office.time.forward(hours=25)
    office.centre, office.wu = enter("mi")[0], enter("wu")[0]
    keep(office, office.centre, **at_the_door(office))
    told = call(office.wu, "GET", "/tips")[1]
    assert [one["overdue"] for one in told["items"]] == [True, False]
    assert (told["counts"]["overdue"], told["counts"]["todo"], told["items"][0]["id"]) == (1, 2, first["id"])
    assert call(office.wu, "GET", "/tips?state=overdue")[1]["total"] == 1


def test_a_duplicate_is_closed_and_linked(office: Office) -> None:
    first = keep(office, office.centre, **at_the_door(office))
    second = keep(office, office.centre, text="三楼好像有人回来了", **at_the_door(office))
    told = call(office.wu, "GET", f"/tips/{second['id']}")[1]
    assert [one["id"] for one in told["alike"]] == [first["id"]]
    assert step(office.wu, second, "settle", how="duplicate", of=second["id"])[1]["code"] == "tip.same"
    status, done = step(office.wu, second, "settle", how="duplicate", of=first["id"])
    assert (status, done["state"], done["duplicate_of"]) == (200, "closed", first["id"])
    whole = call(office.wu, "GET", f"/tips/{first['id']}")[1]
    assert [one["id"] for one in whole["duplicates"]] == [second["id"]]


def test_a_pasted_chat_is_split_and_its_places_are_suggested(office: Office) -> None:
    door = office.here
    name = door.building.compound.name
    block = (
        f"王阿姨 2020/2/20 08:15:03\n{name}{door.building.name}幢{door.unit}单元{door.room} 有人回来\n要不要登记\n\n"
        "李叔 08:20\n楼道没有消毒\n"
    )
    status, found = call(office.centre, "POST", "/tips/split", {"text": block})
    assert status == 200, found
    assert [(one["name"], one["text"].count("\n")) for one in found] == [("王阿姨", 1), ("李叔", 0)]
    assert found[0]["said_at"].startswith("2020-02-20T08:15")
    assert found[0]["places"][0]["kind"] == "door"
    assert found[0]["places"][0]["id"] == door.pk
    assert found[1]["places"] == []
    assert not Tip.objects.unscoped(reason=WHY).exists()


def test_sent_twice_it_is_kept_once_and_the_future_is_refused(office: Office) -> None:
    body = {"tips": [tip(office, **at_the_door(office))]}
    assert (
        call(office.wu, "POST", "/tips", body)[1][0]["id"]
        == call(office.wu, "POST", "/tips", body)[1][0]["id"]
    )
    late = (office.time.moment + timedelta(hours=1)).isoformat()
    assert call(office.wu, "POST", "/tips", {"tips": [tip(office, said_at=late)]})[1]["code"] == "tip.later"
    assert call(office.wu, "POST", "/tips", {"tips": [tip(office, text=" ")]})[1]["code"] == "tip.words"


def test_two_who_change_it_at_once_are_told(office: Office) -> None:
    made = keep(office, office.centre, **at_the_door(office))
    assert step(office.wu, made, "note", text="我去看")[0] == 200
    assert step(office.centre, made, "note", text="谁去看")[1]["code"] == "conflict"


def test_the_export_names_nobody_and_masks_numbers(office: Office) -> None:
    keep(office, office.centre, text="电话 13900002222 的人发烧", name="王阿姨", **at_the_door(office))
    answer = office.centre.post("/api/tips/export", {"filters": {}}, content_type="application/json")
    text = answer.getvalue().decode()
    assert answer.status_code == 200
    assert "139****22" in text
    assert "13900002222" not in text
    assert "王阿姨" not in text
    assert call(office.wu, "POST", "/tips/export", {"filters": {}})[0] == 403


def test_a_worker_has_his_tips_for_the_phone(office: Office) -> None:
    made = keep(office, office.centre, **at_the_door(office))
    wu = User.objects.get(username="wu")
    due = (office.time.moment + timedelta(hours=4)).isoformat()
    assert step(office.centre, made, "assign", worker=wu.pk, due_at=due)[0] == 200
    grant = Grant(frozenset({Permission.TIP_VIEW}), office.town.here.path)
    mine = tips_of(Actor(user_id=wu.pk, name="wu", grants=(grant,)))
    assert [(one["id"], one["door"]) for one in mine] == [(made["id"], office.here.pk)]
    assert tips_of(Actor(user_id=wu.pk, name="wu")) == []
