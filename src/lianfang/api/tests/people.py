"""Users with passwords for the tests of the door, a clock that can be moved, and calls in few words."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from django.test import Client

from lianfang.accounts.models import Appointment, User
from lianfang.accounts.roles import Role
from lianfang.kernel import clock
from lianfang.territory.models import Area

PASSWORD = "yun-bin-wan-3-2-501"
START = datetime(2020, 2, 20, 1, 0, tzinfo=UTC)  # nine in the morning in China


@dataclass
class Clock:
    """What `clock.now()` says during a test."""

    moment: datetime = field(default=START)

    def forward(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture(name="time")
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands still until the test moves it."""
    stopped = Clock()
    monkeypatch.setattr(clock, "now", lambda: stopped.moment)
    return stopped


def somebody(name: str, *posts: tuple[Role, Area | None], password: str = PASSWORD) -> User:
    """A user with a password, appointed for good since the day before."""
    user = User(username=name, display_name=f"{name}先生", created_at=START)
    user.set_password(password)
    user.save()
    for role, area in posts:
        begun = START - timedelta(days=1)
        Appointment.objects.create(user=user, role=role.value, area=area, starts_at=begun)
    return user


def call(browser: Client, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
    """Status and JSON of one call."""
    answer = browser.generic(method, f"/api{path}", json_text(body), content_type="application/json")
    return answer.status_code, answer.json() if answer.content else None


def json_text(body: dict[str, Any] | None) -> str:
    return "" if body is None else json.dumps(body)


def enter(name: str, password: str = PASSWORD, **headers: Any) -> tuple[Client, Any]:
    """A browser that has sent name and password, and the answer."""
    browser = Client(**headers)
    status, answer = call(browser, "POST", "/session", {"username": name, "password": password})
    assert status == 200, answer
    return browser, answer


def code_at(secret: str, moment: datetime) -> str:
    """What an authenticator app shows at `moment`."""
    return pyotp.TOTP(secret).at(moment)


def with_authenticator(browser: Client, time: Clock) -> tuple[str, list[str]]:
    """Set up an authenticator; returns its secret and the recovery codes. Half a minute passes."""
    status, begun = call(browser, "POST", "/account/authenticator", {"password": PASSWORD})
    assert status == 200, begun
    body = {"code": code_at(begun["secret"], time.moment)}
    status, done = call(browser, "POST", "/account/authenticator/confirm", body)
    assert status == 200, done
    time.forward(seconds=30)
    return begun["secret"], done["codes"]
