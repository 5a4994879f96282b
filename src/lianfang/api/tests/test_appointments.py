"""Appointments: role, area, days; never beyond what the one who appoints manages and holds; never deleted."""

from typing import Any

import pytest
from django.test import Client

from lianfang.accounts import roles
from lianfang.accounts.models import Appointment, User
from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import Town
from lianfang.api.tests.people import Clock, call, enter, somebody
from lianfang.api.tests.test_users import act, pk, show
from lianfang.kernel.permissions import Permission

pytestmark = pytest.mark.django_db


def appoint(browser: Client, name: str, role: str, area: int | None, **rest: Any) -> tuple[int, Any]:
    return act(browser, name, "/appointments", appointment={"role": role, "area": area, **rest})


def newest(answer: Any) -> Any:
    return max(answer["appointments"], key=lambda one: one["id"])


@pytest.fixture
def zhou(cast: Town) -> Client:
    return enter("zhou")[0]


def test_an_appointment_counts_from_its_first_day_to_the_end_of_its_last(
    cast: Town,
    zhou: Client,
    time: Clock,
) -> None:
    days = {"starts_on": "2020-02-21", "ends_on": "2020-02-22", "note": "替班"}
    status, answer = appoint(zhou, "wu", "secretary", cast.there.pk, **days)
    assert status == 200, answer
    made = newest(answer)
    assert (made["starts_at"], made["ends_at"]) == ("2020-02-20T16:00:00Z", "2020-02-22T16:00:00Z")
    assert (made["note"], made["appointed_by"]) == ("替班", {"name": "zhou先生"})
    seen = []
    for _ in range(5):
        permissions = enter("wu")[1]["user"]["permissions"]
        seen.append("person.reveal" in permissions)
        time.forward(hours=15.5)
    # 9:00 on the 20th, 0:30 and 16:00 on the 21st, 7:30 and 23:00 on the 22nd
    assert seen == [False, True, True, True, True]
    time.forward(minutes=30)
    assert "person.reveal" not in enter("wu")[1]["user"]["permissions"]


def test_over_the_whole_territory_and_at_once(cast: Town, zhou: Client) -> None:
    made = newest(appoint(zhou, "wu", "auditor", None)[1])
    assert (made["area"], made["ends_at"]) == (None, None)
    assert "audit.view" in enter("wu")[1]["user"]["permissions"]


@pytest.mark.parametrize(
    "days",
    [
        {"starts_on": "2020-02-19"},
        {"ends_on": "2020-02-19"},
        {"starts_on": "2020-02-25", "ends_on": "2020-02-24"},
        {"ends_on": "9999-12-31"},
    ],
)
def test_days_that_cannot_be(cast: Town, zhou: Client, days: dict[str, str]) -> None:
    status, answer = appoint(zhou, "wu", "guard", cast.here.pk, **days)
    assert (status, answer["code"]) == (422, "appointment.period")


def test_the_same_twice_at_a_time_is_refused(cast: Town, zhou: Client) -> None:
    days = {"starts_on": "2020-02-25", "ends_on": "2020-02-28"}
    assert appoint(zhou, "wu", "guard", cast.here.pk, **days)[0] == 200
    for again in ({}, {"starts_on": "2020-02-28"}, {"starts_on": "2020-02-26", "ends_on": "2020-02-26"}):
        status, answer = appoint(zhou, "wu", "guard", cast.here.pk, **again)
        assert (status, answer["code"]) == (409, "appointment.exists"), again
    assert appoint(zhou, "wu", "guard", cast.here.pk, starts_on="2020-02-29")[0] == 200
    assert appoint(zhou, "wu", "guard", cast.here.pk, ends_on="2020-02-24")[0] == 200
    assert appoint(zhou, "wu", "guard", cast.there.pk)[0] == 200


def test_ending_keeps_the_history(cast: Town, zhou: Client, time: Clock) -> None:
    first = Appointment.objects.get(user__username="wu")
    ending = f"/appointments/{first.pk}/end"
    status, answer = act(zhou, "wu", ending, reason="x")
    assert (status, answer["code"]) == (422, "reason.needed")
    status, answer = act(zhou, "wu", ending, reason="调到别的社区", ends_on="2020-02-21")
    assert newest(answer)["ends_at"] == "2020-02-21T16:00:00Z"
    status, answer = act(zhou, "wu", ending, reason="立即调走了")
    assert newest(answer)["ended_by"] == {"name": "zhou先生"}
    assert enter("wu")[1]["user"]["permissions"] == []
    assert Appointment.objects.filter(pk=first.pk).exists()
    status, answer = act(zhou, "wu", ending, reason="再结束一次", ends_on="2020-02-23")
    assert (status, answer["code"]) == (409, "appointment.ended")
    acts = call(zhou, "GET", f"/users/{pk('wu')}/history")[1]
    ended = [one["details"]["reason"] for one in acts if one["action"] == "appointment.ended"]
    assert ended == ["立即调走了", "调到别的社区"]


def test_what_has_not_begun_never_will(cast: Town, zhou: Client, time: Clock) -> None:
    made = newest(appoint(zhou, "wu", "guard", cast.here.pk, starts_on="2020-02-25")[1])
    status, answer = act(zhou, "wu", f"/appointments/{made['id']}/end", reason="计划有变化")
    assert status == 200
    assert newest(answer)["ends_at"] == newest(answer)["starts_at"]
    time.forward(days=7)
    guard = User.objects.get(username="wu")
    assert not Appointment.objects.filter(user=guard, role="guard", ends_at__gt=time.moment).exists()
    assert "person.register" in enter("wu")[1]["user"]["permissions"]  # as grid worker, not as guard


def test_an_areas_administrator_appoints_inside_it_only(cast: Town) -> None:
    qian = enter("qian")[0]
    assert appoint(qian, "wu", "secretary", cast.here.pk)[0] == 200
    outside = appoint(qian, "wu", "guard", cast.there.pk)
    assert outside == appoint(qian, "wu", "guard", 99999)
    assert (outside[0], outside[1]["code"]) == (404, "not_found")
    everywhere = appoint(qian, "wu", "guard", None)
    assert (everywhere[0], everywhere[1]["code"]) == (404, "not_found")
    status, answer = call(qian, "POST", "/users", {"username": "new.one"})
    assert (status, answer["code"]) == (422, "appointment.needed")
    post = {"role": "volunteer", "area": cast.here.pk}
    assert call(qian, "POST", "/users", {"username": "new.one", "appointment": post})[0] == 200


def test_nobody_gives_what_he_lacks(
    cast: Town,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A secretary who may manage users of her community cannot make administrators or auditors of it."""
    held = roles.PERMISSIONS[Role.SECRETARY] | {Permission.USER_MANAGE}
    monkeypatch.setitem(roles.PERMISSIONS, Role.SECRETARY, held)
    somebody("feng", (Role.SECRETARY, cast.here))
    feng = enter("feng")[0]
    for role in ("administrator", "auditor", "data_centre"):
        status, answer = appoint(feng, "wu", role, cast.here.pk)
        assert (status, answer["code"]) == (403, "role.above"), role
        assert answer["params"]["lacking"]
    assert appoint(feng, "wu", "secretary", cast.here.pk)[0] == 200
    lacking = {
        one["role"]: one["lacking"] for one in call(feng, "GET", f"/users/roles?area={cast.here.pk}")[1]
    }
    assert lacking["auditor"] == ["audit.view"]
    assert lacking["secretary"] == []
    # She cannot reach an account above her own by its password either.
    status, answer = act(feng, "qian", "/link")
    assert (status, answer["code"]) == (403, "user.not_yours")


def test_an_administrator_hands_out_what_his_role_withholds_from_him(
    cast: Town,
    zhou: Client,
) -> None:
    assert "person.reveal" not in enter("zhou")[1]["user"]["permissions"]
    assert appoint(zhou, "wu", "data_centre", None)[0] == 200
    status, answer = appoint(zhou, "zhou", "data_centre", None)
    assert (status, answer["code"]) == (409, "user.yourself")


def test_appointments_elsewhere_stay_hidden_in_the_history(cast: Town, zhou: Client) -> None:
    appoint(zhou, "sun", "guard", cast.there.pk)
    appoint(zhou, "sun", "guard", cast.here.pk)
    appoint(zhou, "sun", "auditor", None)

    def areas(browser: Client) -> list[str]:
        acts = call(browser, "GET", f"/users/{pk('sun')}/history")[1]
        return [one["details"]["area"] for one in acts if one["action"] == "appointment.added"]

    assert areas(zhou) == ["", cast.here.code, cast.there.code]
    assert areas(enter("qian")[0]) == [cast.here.code]
    assert len(show(enter("qian")[0], "sun")["appointments"]) == 2


def test_an_appointment_elsewhere_cannot_be_ended_from_here(cast: Town) -> None:
    there = Appointment.objects.get(user__username="sun", area=cast.there)
    status, answer = act(enter("qian")[0], "sun", f"/appointments/{there.pk}/end", reason="不归我管的")
    assert (status, answer["code"]) == (404, "not_found")
    here = Appointment.objects.get(user__username="sun", area=cast.here)
    assert act(enter("qian")[0], "sun", f"/appointments/{here.pk}/end", reason="归我管的事")[0] == 200
    assert there.ends_at is None


def test_the_clock_of_days_is_chinas(cast: Town, zhou: Client, time: Clock) -> None:
    time.moment = time.moment.replace(hour=17)  # 1:00 on the 21st in China
    zhou = enter("zhou")[0]
    assert appoint(zhou, "wu", "guard", cast.here.pk, starts_on="2020-02-20")[0] == 422
    made = newest(appoint(zhou, "wu", "guard", cast.here.pk, starts_on="2020-02-21")[1])
    assert made["starts_at"] == "2020-02-20T17:00:00Z"
