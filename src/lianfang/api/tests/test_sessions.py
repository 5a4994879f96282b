"""Sessions: cookies, another key at every sign-in, an end by idling and by age, an end from elsewhere."""

import os
import subprocess
import sys
from http.cookies import Morsel

import pytest
from django.test import Client
from pytest_django import Settings

from lianfang.accounts.models import SignedInSession, User
from lianfang.accounts.roles import Role
from lianfang.api.tests.people import PASSWORD, Clock, call, enter, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def zhou(time: Clock) -> User:
    return somebody("zhou", (Role.DATA_CENTRE, None))


def cookie(browser: Client) -> "Morsel[str]":
    return browser.cookies["lianfang_session"]


def is_in(browser: Client) -> bool:
    return call(browser, "GET", "/session")[1]["user"] is not None


def test_scripts_and_other_sites_do_not_get_the_cookie() -> None:
    sent = cookie(enter("zhou")[0])
    assert sent["httponly"] is True
    assert sent["samesite"] == "Lax"
    assert sent["max-age"] == 12 * 3600


def test_behind_tls_cookies_travel_over_tls_only() -> None:
    shown = "from lianfang import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    for origin, said in (("https://lianfang.example.cn", "True True"), ("", "False False")):
        env = {**os.environ, "LIANFANG_ORIGIN": origin}
        done = subprocess.run(
            [sys.executable, "-c", shown], env=env, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == said


def test_settings_that_fit_nothing_are_named() -> None:
    env = {**os.environ, "LIANFANG_SECOND_FACTOR": "administrator,janitor"}
    words = [sys.executable, "-c", "from lianfang import settings"]
    done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "there is no role janitor; the roles are administrator, " in done.stderr


def test_signing_in_changes_the_key() -> None:
    browser, _ = enter("zhou")
    first = cookie(browser).value
    call(browser, "POST", "/session", {"username": "zhou", "password": PASSWORD})
    assert cookie(browser).value != first
    stolen = Client()
    stolen.cookies["lianfang_session"] = first
    assert not is_in(stolen)
    assert SignedInSession.objects.count() == 1


def test_a_planted_key_is_not_taken_over() -> None:
    planted = Client()
    planted.cookies["lianfang_session"] = "a" * 32
    call(planted, "POST", "/session", {"username": "zhou", "password": PASSWORD})
    assert cookie(planted).value != "a" * 32
    assert is_in(planted)


def test_an_idle_session_ends(time: Clock) -> None:
    browser, _ = enter("zhou")
    time.forward(minutes=119)
    assert is_in(browser)
    time.forward(minutes=119)
    assert is_in(browser)
    time.forward(minutes=120)
    assert call(browser, "GET", "/runs")[0] == 401
    assert SignedInSession.objects.count() == 0


def test_a_page_that_looks_by_itself_does_not_keep_the_session(time: Clock) -> None:
    browser, _ = enter("zhou")
    for _ in range(5):
        time.forward(minutes=20)
        assert browser.get("/api/session", headers={"Lianfang-Background": "1"}).json()["user"]
    time.forward(minutes=20)
    assert not is_in(browser)


def test_a_session_in_use_ends_after_its_longest_time(time: Clock) -> None:
    browser, _ = enter("zhou")
    for _ in range(11):
        time.forward(hours=1)
        assert is_in(browser)
    time.forward(hours=1)
    assert not is_in(browser)


def test_both_times_can_be_set(time: Clock, settings: Settings) -> None:
    settings.LIANFANG_SESSION_IDLE, settings.LIANFANG_SESSION_HOURS = 10, 1
    browser, _ = enter("zhou")
    time.forward(minutes=10)
    assert not is_in(browser)


def test_own_sessions_are_listed_and_ended_one_by_one() -> None:
    here, _ = enter("zhou", HTTP_USER_AGENT="Firefox in the office")
    there, _ = enter("zhou", HTTP_USER_AGENT="Phone\x00 of 周敏", REMOTE_ADDR="10.0.0.9")
    listed = call(here, "GET", "/account/sessions")[1]
    assert [(row["agent"], row["address"], row["current"]) for row in listed] == [
        ("Phone of 周敏", "10.0.0.9", False),
        ("Firefox in the office", "127.0.0.1", True),
    ]
    assert call(here, "DELETE", f"/account/sessions/{listed[0]['id']}")[0] == 204
    assert (is_in(here), is_in(there)) == (True, False)
    assert len(call(here, "GET", "/account/sessions")[1]) == 1


def test_all_others_are_ended_at_once() -> None:
    here, _ = enter("zhou")
    there, _ = enter("zhou")
    assert call(here, "DELETE", "/account/sessions") == (200, {"ended": 1})
    assert (is_in(here), is_in(there)) == (True, False)


def test_nobody_ends_anothers_session() -> None:
    somebody("wu")
    other, _ = enter("wu")
    enter("zhou")
    theirs = SignedInSession.objects.get(user__username="zhou").pk
    assert call(other, "DELETE", f"/account/sessions/{theirs}")[0] == 404


def test_another_password_ends_the_other_sessions() -> None:
    here, _ = enter("zhou")
    there, _ = enter("zhou")
    new = "another-long-password"
    status, answer = call(here, "POST", "/account/password", {"old": "wrong", "new": new})
    assert (status, answer["code"]) == (422, "password.wrong")
    status, answer = call(here, "POST", "/account/password", {"old": PASSWORD, "new": "short"})
    assert (status, answer["code"]) == (422, "password.weak")
    assert call(here, "POST", "/account/password", {"old": PASSWORD, "new": new}) == (200, {"ended": 1})
    assert (is_in(here), is_in(there)) == (True, False)
    assert call(Client(), "POST", "/session", {"username": "zhou", "password": PASSWORD})[0] == 401
    enter("zhou", new)


def test_signing_out_ends_only_this_one() -> None:
    here, _ = enter("zhou")
    there, _ = enter("zhou")
    assert call(here, "DELETE", "/session")[0] == 204
    assert (is_in(here), is_in(there)) == (False, True)
    assert SignedInSession.objects.count() == 1


def test_name_and_language_are_ones_own_to_change() -> None:
    browser, _ = enter("zhou")
    status, answer = call(browser, "POST", "/account", {"display_name": " 周敏 ", "language": "en"})
    assert (status, answer["display_name"], answer["language"]) == (200, "周敏", "en")
    assert call(browser, "GET", "/session")[1]["user"]["language"] == "en"
    assert call(browser, "POST", "/account", {"display_name": "x", "language": "xx"})[0] == 422
    assert call(browser, "GET", "/account")[1]["appointments"][0]["role"] == "data_centre"
