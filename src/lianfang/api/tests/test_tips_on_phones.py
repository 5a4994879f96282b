"""A tip given to a worker is on his phone, without who told it; what he answers there counts like at the desk."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from lianfang.accounts.models import User
from lianfang.api.tests.field import Field, snapshot
from lianfang.api.tests.people import call
from lianfang.api.tests.phone import Phone, verdicts

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def _tip(field: Field, worker: str | None) -> dict[str, Any]:
    """A tip about the first grid, given to somebody of it."""
    one = {
        "key": str(uuid4()), "channel": "hotline", "text": "三楼有人从外地回来", "name": "李叔", "phone": "13800001234",
        "said_at": field.time.moment.isoformat(), "place": {"kind": "grid", "id": field.here.pk},
    }  # fmt: skip
    status, made = call(field.desk, "POST", "/tips", {"tips": [one]})
    assert status == 200, made
    tip: dict[str, Any] = made[0]
    if worker is None:
        return tip
    body = {
        "version": tip["version"], "worker": User.objects.get(username=worker).pk, "note": "",
        "due_at": (field.time.moment + timedelta(hours=3)).isoformat(),
    }  # fmt: skip
    status, given = call(field.desk, "POST", f"/tips/{tip['id']}/assign", body)
    assert status == 200, given
    return dict(given)


def _send(field: Field, phone: Phone, **body: Any) -> list[tuple[str, str]]:
    fact = phone.fact(body, field.time.moment - timedelta(minutes=20), kind="tip")
    status, answer = phone.send([fact], field.time.moment)
    assert status == 200, answer
    return verdicts(answer)


def _seen(desk: Client, tip: int) -> dict[str, Any]:
    status, found = call(desk, "GET", f"/tips/{tip}")
    assert status == 200, found
    return dict(found)


def test_it_is_on_the_phone_of_whoever_has_it(field: Field) -> None:
    given, nobodys = _tip(field, "wu"), _tip(field, None)
    there = snapshot(field.wu)["parts"]["tips"]["data"]
    assert [one["id"] for one in there] == [given["id"]] != [nobodys["id"]]
    assert there[0]["text"] == "三楼有人从外地回来"
    assert "李叔" not in str(there)
    assert snapshot(field.zheng)["parts"]["tips"]["data"] == []


def test_it_is_answered_there_and_gone(field: Field) -> None:
    tip = _tip(field, "wu")["id"]
    said = {"tip": tip, "act": "answered", "found": "一家三口，已登记", "told": "已登记，谢谢"}
    assert _send(field, field.wu, **said) == [("accepted", "")]
    seen = _seen(field.desk, tip)
    assert (seen["state"], seen["found"], seen["told"]) == ("answered", "一家三口，已登记", "已登记，谢谢")
    assert seen["steps"][-1]["by_name"] == "wu先生"
    assert snapshot(field.wu)["parts"]["tips"]["data"] == []
    assert _send(field, field.wu, **said) == [("rejected", "tip.settled")]


def test_a_note_leaves_it_open_whatever_changed_meanwhile(field: Field) -> None:
    tip = _tip(field, "wu")
    body = {"version": tip["version"], "text": "催办"}
    assert call(field.desk, "POST", f"/tips/{tip['id']}/note", body)[0] == 200
    said = {"tip": tip["id"], "act": "noted", "found": "敲不开门，晚上再去"}
    assert _send(field, field.wu, **said) == [("accepted", "")]
    seen = _seen(field.desk, tip["id"])
    assert (seen["state"], seen["steps"][-1]["text"]) == ("assigned", "敲不开门，晚上再去")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"act": "answered", "found": "有"}, "fact.body"),
        ({"act": "answered", "found": "有人住", "teller": True}, "fact.body"),
        ({"act": "answered", "found": "有人住", "tip": 999_999}, "fact.not_found"),
    ],
)
def test_what_does_not_fit_is_refused_and_kept(field: Field, said: dict[str, Any], code: str) -> None:
    tip = _tip(field, "wu")["id"]
    assert _send(field, field.wu, **{"tip": tip, **said}) == [("rejected", code)]


def test_somebody_elses_area_answers_like_nothing(field: Field) -> None:
    tip = _tip(field, "wu")["id"]
    assert _send(field, field.zheng, tip=tip, act="answered", found="不是我的网格") == [
        ("rejected", "fact.not_found")
    ]
    assert _seen(field.desk, tip)["state"] == "assigned"
