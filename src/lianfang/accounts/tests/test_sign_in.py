"""Signing in: the answer tells nothing, tries are limited, appointments decide what one may do."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory

from lianfang.accounts import actions, sessions, throttle
from lianfang.accounts.models import Appointment, SignInTry, User
from lianfang.accounts.roles import Role
from lianfang.kernel.actor import system
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.territory.actions import add_area

pytestmark = pytest.mark.django_db
NOW = datetime(2020, 2, 1, 8, 0, tzinfo=UTC)
PASSWORD = "yun-bin-wan-3-2-501"


@pytest.fixture
def user() -> User:
    return actions.create_user(
        actor=system("test"), username="wangli", display_name="王丽", password=PASSWORD, now=NOW
    )


def request(address: str = "10.0.0.8") -> HttpRequest:
    made = RequestFactory().post("/", REMOTE_ADDR=address)
    made.session = SessionStore()
    made.user = AnonymousUser()
    return made


def sign_in(username: str, password: str, *, now: datetime = NOW, address: str = "10.0.0.8") -> User:
    entry = sessions.sign_in(request(address), username=username, password=password, now=now)
    assert entry.factors == ()
    return entry.user


def refusal(username: str, password: str, *, now: datetime = NOW, address: str = "10.0.0.8") -> ProblemError:
    with pytest.raises(ProblemError) as refused:
        sign_in(username, password, now=now, address=address)
    return refused.value


def test_name_and_password_open_a_session(user: User) -> None:
    at_the_door = request()
    sessions.sign_in(at_the_door, username=" WangLi ", password=PASSWORD, now=NOW)
    assert at_the_door.session["_auth_user_id"] == str(user.pk)
    assert sessions.actor_of(at_the_door, now=NOW).user_id == user.pk


def test_wrong_name_wrong_password_and_locked_account_answer_alike(user: User) -> None:
    answers = [refusal("nobody", PASSWORD), refusal("wangli", "wrong")]
    User.objects.filter(pk=user.pk).update(is_active=False)
    answers.append(refusal("wangli", PASSWORD))
    assert {str(answer.as_json()) for answer in answers} == {"{'code': 'sign_in.wrong', 'params': {}}"}


def test_tries_on_one_name_are_limited_then_possible_again(user: User) -> None:
    for number in range(throttle.TRIES_PER_NAME):
        assert refusal("wangli", "wrong", address=f"10.0.1.{number}").code == "sign_in.wrong"
    assert refusal("wangli", PASSWORD).as_json() == {"code": "sign_in.throttled", "params": {"seconds": 900}}
    assert sign_in("wangli", PASSWORD, now=NOW + throttle.WINDOW + timedelta(seconds=1)) == user


def test_tries_from_one_address_are_limited(user: User) -> None:
    for number in range(throttle.TRIES_PER_ADDRESS):
        assert refusal(f"name{number}", "wrong").code == "sign_in.wrong"
    assert refusal("wangli", PASSWORD).code == "sign_in.throttled"
    assert sign_in("wangli", PASSWORD, address="10.0.0.9") == user


def test_tries_keep_neither_names_nor_addresses(user: User) -> None:
    refusal("wangli", "wrong")
    kept = str(list(SignInTry.objects.values()))
    assert "wangli" not in kept
    assert "10.0.0.8" not in kept


def test_appointments_count_for_their_time_and_area(user: User) -> None:
    area = add_area(actor=system("test"), now=NOW, code="330109", name="区")
    Appointment.objects.create(
        user=user, role=Role.SECRETARY.value, area=area, starts_at=NOW, ends_at=NOW + timedelta(days=14)
    )
    during = sessions.actor_for(user, now=NOW)
    assert during.can(Permission.PERSON_REVEAL, "330109/330109001/")
    assert not during.can(Permission.PERSON_REVEAL, "330110/")
    for moment in (NOW - timedelta(seconds=1), NOW + timedelta(days=14)):
        assert sessions.actor_for(user, now=moment).grants == ()


@pytest.mark.parametrize("name", ["x", "a b", "王 丽", "x" * 61, "a@b", ""])
def test_user_names_that_are_refused(name: str) -> None:
    with pytest.raises(ProblemError, match=r"username\.invalid"):
        actions.create_user(actor=system("test"), username=name, display_name="", password=PASSWORD, now=NOW)


def test_a_name_is_taken_once(user: User) -> None:
    with pytest.raises(ProblemError, match=r"username\.taken"):
        actions.create_user(
            actor=system("test"), username="WANGLI", display_name="", password=PASSWORD, now=NOW
        )
