"""The second factor at the door: asked for, throttled, used once; recovery codes; roles that must have one."""

import pytest
from django.test import Client
from pytest_django import Settings

from lianfang.accounts import throttle
from lianfang.accounts.models import Authenticator, RecoveryCode
from lianfang.accounts.roles import Role
from lianfang.api.tests.people import PASSWORD, Clock, call, code_at, enter, somebody, with_authenticator
from lianfang.kernel import audit
from lianfang.kernel.models import AuditRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhou(time: Clock) -> tuple[str, list[str]]:
    """周敏 has an authenticator; its secret and her recovery codes."""
    somebody("zhou", (Role.DATA_CENTRE, None))
    return with_authenticator(enter("zhou")[0], time)


def prove(browser: Client, code: str) -> tuple[int, str]:
    status, answer = call(browser, "POST", "/session/code", {"code": code})
    return status, answer.get("code", "")


def test_the_password_alone_opens_nothing(zhou: tuple[str, list[str]]) -> None:
    browser, answer = enter("zhou")
    assert answer == {"user": None, "factors": ["authenticator", "recovery"]}
    assert call(browser, "GET", "/session")[1]["user"] is None
    for path in ("/runs", "/account", "/users"):
        assert call(browser, "GET", path)[0] == 401


def test_password_and_code_open_a_fresh_session(zhou: tuple[str, list[str]], time: Clock) -> None:
    browser, _ = enter("zhou")
    half = browser.cookies["lianfang_session"].value
    assert prove(browser, code_at(zhou[0], time.moment)) == (200, "")
    assert browser.cookies["lianfang_session"].value != half
    assert call(browser, "GET", "/session")[1]["user"]["username"] == "zhou"
    assert call(browser, "GET", "/account/sessions")[1][0]["method"] == "authenticator"


def test_a_code_works_once(zhou: tuple[str, list[str]], time: Clock) -> None:
    code = code_at(zhou[0], time.moment)
    assert prove(enter("zhou")[0], code) == (200, "")
    assert prove(enter("zhou")[0], code) == (422, "code.wrong")
    time.forward(seconds=30)
    assert prove(enter("zhou")[0], code_at(zhou[0], time.moment)) == (200, "")


def test_an_earlier_code_does_not_work_after_a_later_one(zhou: tuple[str, list[str]], time: Clock) -> None:
    earlier = code_at(zhou[0], time.moment)
    time.forward(seconds=30)
    assert prove(enter("zhou")[0], code_at(zhou[0], time.moment)) == (200, "")
    assert prove(enter("zhou")[0], earlier) == (422, "code.wrong")


@pytest.mark.parametrize(("seconds", "fits"), [(-30, True), (30, True), (-90, False), (90, False)])
def test_clocks_may_differ_by_one_step(
    zhou: tuple[str, list[str]], time: Clock, seconds: int, fits: bool
) -> None:
    time.forward(minutes=10)
    shown = code_at(zhou[0], time.moment)
    time.forward(seconds=seconds)
    assert prove(enter("zhou")[0], shown)[0] == (200 if fits else 422)


def test_codes_are_throttled_although_the_password_is_right(zhou: tuple[str, list[str]], time: Clock) -> None:
    browser, _ = enter("zhou")
    for number in range(throttle.TRIES_PER_CODE):
        assert prove(browser, f"{number:06d}") == (422, "code.wrong")
    assert prove(browser, code_at(zhou[0], time.moment)) == (429, "sign_in.throttled")
    assert prove(enter("zhou")[0], code_at(zhou[0], time.moment)) == (429, "sign_in.throttled")


def test_the_second_step_waits_five_minutes(zhou: tuple[str, list[str]], time: Clock) -> None:
    browser, _ = enter("zhou")
    time.forward(minutes=5)
    assert prove(browser, code_at(zhou[0], time.moment)) == (401, "sign_in.expired")


def test_the_second_step_needs_the_first(zhou: tuple[str, list[str]], time: Clock) -> None:
    assert prove(Client(), code_at(zhou[0], time.moment)) == (401, "sign_in.expired")


def test_a_half_step_is_void_when_the_password_changes(zhou: tuple[str, list[str]], time: Clock) -> None:
    half, _ = enter("zhou")
    full, _ = enter("zhou")
    prove(full, code_at(zhou[0], time.moment))
    body = {"old": PASSWORD, "new": "another-long-password"}
    assert call(full, "POST", "/account/password", body)[0] == 200
    time.forward(seconds=30)
    assert prove(half, code_at(zhou[0], time.moment)) == (401, "sign_in.expired")


def test_a_recovery_code_stands_in_once(zhou: tuple[str, list[str]]) -> None:
    code = zhou[1][3]
    browser, _ = enter("zhou")
    assert prove(browser, f" {code.lower()} ") == (200, "")
    assert call(browser, "GET", "/account")[1]["recovery_codes"] == 9
    assert prove(enter("zhou")[0], code) == (422, "code.wrong")


def test_fresh_recovery_codes_void_the_earlier_ones(zhou: tuple[str, list[str]], time: Clock) -> None:
    browser, _ = enter("zhou")
    prove(browser, code_at(zhou[0], time.moment))
    fresh = call(browser, "POST", "/account/recovery-codes", {"password": PASSWORD})[1]["codes"]
    assert len(set(fresh) | set(zhou[1])) == 20
    assert prove(enter("zhou")[0], zhou[1][0]) == (422, "code.wrong")
    assert prove(enter("zhou")[0], fresh[0]) == (200, "")


def test_neither_secret_nor_codes_are_kept_in_the_open(zhou: tuple[str, list[str]]) -> None:
    stored = Authenticator.objects.extra(select={"raw": "secret"}).values_list("raw", flat=True)
    kept = str([*stored, *RecoveryCode.objects.values(), *AuditRecord.objects.values()])
    assert zhou[0] not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in zhou[1])
    assert Authenticator.objects.get().secret == zhou[0]
    assert audit.verify() is None


def test_an_authenticator_counts_only_after_its_first_code(time: Clock) -> None:
    somebody("wu")
    browser, _ = enter("wu")
    begun = call(browser, "POST", "/account/authenticator", {"password": PASSWORD})[1]
    assert begun["uri"].startswith("otpauth://totp/Lianfang:wu?secret=")
    assert begun["qr"].startswith("data:image/svg+xml")
    assert enter("wu")[1]["user"]["username"] == "wu"
    status, answer = call(browser, "POST", "/account/authenticator/confirm", {"code": "000000"})
    assert (status, answer["code"]) == (422, "code.wrong")
    assert enter("wu")[1]["user"]["username"] == "wu"


def test_setting_up_and_removing_need_the_password(zhou: tuple[str, list[str]], time: Clock) -> None:
    browser, _ = enter("zhou")
    prove(browser, code_at(zhou[0], time.moment))
    for path in ("/authenticator", "/authenticator/remove", "/recovery-codes", "/passkeys/options"):
        status, answer = call(browser, "POST", f"/account{path}", {"password": "wrong"})
        assert (status, answer["code"]) == (422, "password.wrong"), path
    status, answer = call(browser, "POST", "/account/authenticator", {"password": PASSWORD})
    assert (status, answer["code"]) == (409, "authenticator.exists")
    assert call(browser, "POST", "/account/authenticator/remove", {"password": PASSWORD})[0] == 204
    assert enter("zhou")[1]["user"]["username"] == "zhou"
    assert RecoveryCode.objects.count() == 0


def test_guessing_the_password_at_an_open_browser_is_throttled(time: Clock) -> None:
    somebody("wu")
    browser, _ = enter("wu")
    for _ in range(throttle.TRIES_PER_NAME):
        call(browser, "POST", "/account/authenticator", {"password": "wrong"})
    assert call(browser, "POST", "/account/authenticator", {"password": PASSWORD})[0] == 429


def test_roles_are_advised_to_have_one(time: Clock) -> None:
    somebody("wu", (Role.SECRETARY, None))
    somebody("qian", (Role.AUDITOR, None))
    assert enter("wu")[1]["user"]["second_factor"] == ""
    browser, answer = enter("qian")
    assert answer["user"]["second_factor"] == "recommended"
    with_authenticator(browser, time)
    assert call(browser, "GET", "/session")[1]["user"]["second_factor"] == ""


def test_roles_that_must_have_one_reach_only_their_account(time: Clock, settings: Settings) -> None:
    settings.LIANFANG_SECOND_FACTOR = frozenset({Role.DATA_CENTRE})
    somebody("zhou", (Role.DATA_CENTRE, None))
    somebody("qian", (Role.AUDITOR, None))
    browser, answer = enter("zhou")
    assert answer["user"]["second_factor"] == "required"
    status, refused = call(browser, "GET", "/runs")
    assert (status, refused["code"]) == (403, "second_factor.needed")
    assert call(browser, "GET", "/account")[0] == 200
    with_authenticator(browser, time)
    assert call(browser, "GET", "/runs")[0] == 200
    status, kept = call(browser, "POST", "/account/authenticator/remove", {"password": PASSWORD})
    assert (status, kept["code"]) == (409, "second_factor.kept")
    assert call(browser, "GET", "/account")[1]["authenticator"] is True
    assert call(enter("qian")[0], "GET", "/users")[0] == 200
