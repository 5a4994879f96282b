"""Users as an administrator works with them: seen in one's area only, invited, locked, reset; never the last one."""

from typing import Any

import pytest
from django.test import Client

from lianfang.accounts.models import Appointment, OneTimeLink, User
from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import Town
from lianfang.api.tests.people import PASSWORD, Clock, call, enter, somebody, with_authenticator
from lianfang.kernel import audit

NOBODY = 99999


def pk(name: str) -> int:
    return User.objects.get(username=name).pk


def show(browser: Client, name: str) -> Any:
    status, answer = call(browser, "GET", f"/users/{pk(name)}")
    assert status == 200, answer
    return answer


def act(browser: Client, name: str, what: str, **body: Any) -> tuple[int, Any]:
    """One act on a user, from a page that is up to date."""
    version = User.objects.get(username=name).version
    return call(browser, "POST", f"/users/{pk(name)}{what}", {"version": version, **body})


def names(browser: Client, query: str = "") -> list[str]:
    return [row["username"] for row in call(browser, "GET", f"/users?sort=username{query}")[1]["items"]]


def test_who_sees_whom(cast: Town) -> None:
    zhou, qian = enter("zhou")[0], enter("qian")[0]
    assert names(zhou) == ["qian", "sun", "wu", "zheng", "zhou"]
    assert names(qian) == ["qian", "sun", "wu"]
    areas = [one["area"]["code"] for one in show(qian, "sun")["appointments"]]
    assert areas == [cast.here.code]


def test_outside_ones_area_is_like_nowhere(cast: Town) -> None:
    qian, version = enter("qian")[0], {"version": 1, "reason": "上班时间不对"}
    for method, rest, body in (
        ("GET", "", None),
        ("GET", "/history", None),
        ("POST", "", {"version": 1, "display_name": "x"}),
        ("POST", "/lock", version),
        ("POST", "/unlock", {"version": 1}),
        ("POST", "/reset-second-factor", version),
        ("POST", "/link", {"version": 1}),
        ("POST", "/link/withdraw", {"version": 1}),
        ("POST", "/appointments", {"version": 1, "appointment": {"role": "guard", "area": cast.here.pk}}),
        ("POST", "/appointments/1/end", version),
        ("DELETE", "/sessions", None),
    ):
        hidden = call(qian, method, f"/users/{pk('zheng')}{rest}", body)
        assert hidden == call(qian, method, f"/users/{NOBODY}{rest}", body) == (404, hidden[1]), rest
        assert hidden[1]["code"] == "not_found"


def test_filters(cast: Town) -> None:
    zhou = enter("zhou")[0]
    assert names(zhou, "&text=ZHE") == ["zheng"]
    assert names(zhou, "&role=grid_worker") == ["sun", "wu", "zheng"]
    assert names(zhou, f"&area={cast.there.pk}") == ["sun", "zheng"]
    assert names(zhou, "&state=locked") == names(zhou, "&state=invited") == []
    assert names(zhou, "&factor=with") == []
    assert names(zhou, "&state=active&size=2&page=2") == ["wu", "zheng"]
    assert call(zhou, "GET", "/users?area=99999")[0] == 404
    assert call(zhou, "GET", "/users?text=%00")[0] == 422


def test_looking_needs_one_permission_and_changing_another(cast: Town) -> None:
    somebody("feng", (Role.SECRETARY, cast.here))
    feng, wu = enter("feng")[0], enter("wu")[0]
    assert show(feng, "wu")["manageable"] is False
    assert act(feng, "wu", "/lock", reason="不再上班了")[0] == 403
    assert call(wu, "GET", "/users")[0] == 403


def test_an_invited_user_chooses_his_password(cast: Town, time: Clock) -> None:
    zhou = enter("zhou")[0]
    post = {"role": "secretary", "area": cast.here.pk, "note": "第一网格"}
    body = {"username": "Li.Na", "display_name": "李娜", "language": "zh", "appointment": post}
    status, fresh = call(zhou, "POST", "/users", body)
    assert status == 200, fresh
    assert fresh["user"]["state"] == "invited"
    assert fresh["qr"].startswith("data:image/svg+xml")
    address, _, token = fresh["url"].partition("#")
    assert address == "http://testserver/join"
    assert call(Client(), "POST", "/session", {"username": "li.na", "password": ""})[0] == 422

    guest = Client()
    asked = call(guest, "POST", "/invitation/check", {"token": token})[1]
    assert asked == {"usable": True, "username": "li.na", "display_name": "李娜", "first": True}
    status, weak = call(guest, "POST", "/invitation", {"token": token, "password": "short"})
    assert (status, weak["code"]) == (422, "password.weak")
    status, entered = call(guest, "POST", "/invitation", {"token": token, "password": PASSWORD})
    assert entered["user"]["username"] == "li.na"
    assert "person.reveal" in entered["user"]["permissions"]
    assert call(Client(), "POST", "/invitation", {"token": token, "password": PASSWORD})[0] == 410
    assert show(zhou, "li.na")["state"] == "active"
    assert token not in str(list(OneTimeLink.objects.values()))
    assert audit.verify() is None


def test_a_link_expires_is_renewed_and_withdrawn(cast: Town, time: Clock) -> None:
    zhou = enter("zhou")[0]

    def usable(fresh: Any) -> bool:
        token = fresh["url"].partition("#")[2]
        answer: bool = call(Client(), "POST", "/invitation/check", {"token": token})[1]["usable"]
        return answer

    first = call(zhou, "POST", "/users", {"username": "li.na"})[1]
    assert usable(first)
    second = act(zhou, "li.na", "/link")[1]
    assert (usable(first), usable(second)) == (False, True)
    assert act(zhou, "li.na", "/link/withdraw")[1]["link"] is None
    assert not usable(second)
    status, answer = act(zhou, "li.na", "/link/withdraw")
    assert (status, answer["code"]) == (410, "link.invalid")
    third = act(zhou, "li.na", "/link")[1]
    time.forward(hours=72)
    assert not usable(third)
    assert show(enter("zhou")[0], "li.na")["link"] is None


def test_a_link_for_a_forgotten_password_leaves_the_second_factor(cast: Town, time: Clock) -> None:
    wu = enter("wu")[0]
    with_authenticator(wu, time)
    fresh = act(enter("zhou")[0], "wu", "/link")[1]
    token = fresh["url"].partition("#")[2]
    guest = Client()
    assert call(guest, "POST", "/invitation/check", {"token": token})[1]["first"] is False
    answer = call(guest, "POST", "/invitation", {"token": token, "password": "another-long-password"})
    assert answer == (200, {"user": None, "factors": []})
    assert call(wu, "GET", "/session")[1]["user"] is None  # a new password ends the sessions
    assert enter("wu", "another-long-password")[1]["factors"] == ["authenticator", "recovery"]


def test_names_are_taken_once_and_have_a_form(cast: Town) -> None:
    zhou = enter("zhou")[0]
    for name, code in (("WU", "username.taken"), ("a b", "username.invalid"), ("", "username.invalid")):
        assert call(zhou, "POST", "/users", {"username": name})[1]["code"] == code


def test_locking_ends_the_sessions_and_the_links(cast: Town) -> None:
    zhou, wu = enter("zhou")[0], enter("wu")[0]
    token = act(zhou, "wu", "/link")[1]["url"].partition("#")[2]
    status, answer = act(zhou, "wu", "/lock", reason=" x ")
    assert (status, answer["code"]) == (422, "reason.needed")
    assert act(zhou, "wu", "/lock", reason="不再上班了")[1]["state"] == "locked"
    assert call(wu, "GET", "/session")[1]["user"] is None
    assert call(Client(), "POST", "/session", {"username": "wu", "password": PASSWORD})[0] == 401
    assert call(Client(), "POST", "/invitation/check", {"token": token})[1]["usable"] is False
    assert act(zhou, "wu", "/link")[1]["code"] == "user.locked"
    assert act(zhou, "wu", "/unlock")[1]["state"] == "active"
    enter("wu")


def test_sessions_are_ended_from_outside(cast: Town) -> None:
    zhou, wu = enter("zhou")[0], enter("wu")[0]
    assert show(zhou, "wu")["sessions"] == 1
    assert call(zhou, "DELETE", f"/users/{pk('wu')}/sessions")[1]["sessions"] == 0
    assert call(wu, "GET", "/session")[1]["user"] is None


def test_a_lost_second_factor_is_reset_with_a_reason(cast: Town, time: Clock) -> None:
    with_authenticator(enter("wu")[0], time)
    zhou = enter("zhou")[0]
    assert show(zhou, "wu")["factors"] == ["authenticator", "recovery"]
    assert names(zhou, "&factor=with") == ["wu"]
    assert act(zhou, "wu", "/reset-second-factor", reason="手机丢了，已当面核实")[1]["factors"] == []
    assert enter("wu")[1]["user"]["username"] == "wu"
    newest = call(zhou, "GET", f"/users/{pk('wu')}/history")[1]
    reset = next(act for act in newest if act["action"] == "user.second_factor_reset")
    assert reset["actor_name"] == "zhou先生"
    assert reset["details"]["reason"] == "手机丢了，已当面核实"
    assert reset["details"]["factors"] == ["authenticator", "recovery"]


@pytest.mark.parametrize("what", ["/lock", "/reset-second-factor"])
def test_nobody_does_this_to_himself(cast: Town, what: str) -> None:
    somebody("second", (Role.ADMINISTRATOR, None))
    status, answer = act(enter("zhou")[0], "zhou", what, reason="试一试看")
    assert (status, answer["code"]) == (409, "user.yourself")


def test_a_stale_page_is_told_what_changed(cast: Town) -> None:
    somebody("second", (Role.ADMINISTRATOR, None))
    zhou, second = enter("zhou")[0], enter("second")[0]
    page = show(zhou, "wu")
    assert act(second, "wu", "", display_name="吴建国")[0] == 200
    assert act(second, "wu", "/lock", reason="不再上班了")[0] == 200
    for rest in ("", "/link", "/unlock"):
        body = {"version": page["version"], "display_name": "x"}
        status, answer = call(zhou, "POST", f"/users/{pk('wu')}{rest}", body)
        assert (status, answer["code"]) == (409, "user.changed"), rest
        assert answer["params"] == {
            "acts": ["user.renamed", "user.locked"],
            "by": ["second先生"],
            "version": 3,
        }
    assert User.objects.get(username="wu").display_name == "吴建国"


def test_the_last_administrator_stays(cast: Town, time: Clock) -> None:
    """Neither an area's administrator nor an invited, a locked, or a temporary one takes his place."""
    keeper = somebody("keeper", (Role.ADMINISTRATOR, None))
    Appointment.objects.filter(user=keeper).update(ends_at=time.moment.replace(year=2021))
    call(enter("keeper")[0], "POST", "/users", {"username": "new", "appointment": {"role": "administrator"}})
    mine = Appointment.objects.get(user__username="zhou")
    ending = f"/appointments/{mine.pk}/end"
    for browser, what in (
        (enter("keeper")[0], "/lock"),
        (enter("keeper")[0], ending),
        (enter("zhou")[0], ending),
    ):
        status, answer = act(browser, "zhou", what, reason="换岗到区里去")
        assert (status, answer["code"]) == (409, "user.last_administrator"), what
    assert User.objects.get(username="zhou").is_active
    Appointment.objects.filter(user=keeper).update(ends_at=None)
    assert act(enter("keeper")[0], "zhou", "/lock", reason="换岗到区里去")[0] == 200


def test_an_account_that_reaches_further_is_not_an_areas_to_change(cast: Town) -> None:
    qian = enter("qian")[0]
    assert show(qian, "sun")["manageable"] is False
    for what in ("/lock", "/link", "/reset-second-factor"):
        status, answer = act(qian, "sun", what, reason="不再上班了")
        assert (status, answer["code"]) == (403, "user.not_yours"), what
    assert call(qian, "DELETE", f"/users/{pk('sun')}/sessions")[0] == 403
    assert show(qian, "wu")["manageable"] is True
    assert act(qian, "wu", "/lock", reason="不再上班了")[0] == 200
