"""Who asks: each role four times. Over everything, this community, the other one; and until the appointment ended."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from http.cookies import SimpleCookie
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client

from lianfang.accounts.models import AccessToken, Appointment, Device, User
from lianfang.accounts.roles import Role
from lianfang.desk.models import SavedView
from lianfang.kernel.models import Job
from tests.permissions.town import NOW, Side, Town

PASSWORD = "four-gates-closed-one-open"


class Standing(StrEnum):
    """Where somebody is appointed, seen from what is asked for."""

    WHOLE = "whole"
    OWN = "own"
    OTHER = "other"
    ENDED = "ended"


@dataclass
class Somebody:
    """One of the cast with a browser; `ids`: what is this user's own, as requests name it."""

    user: User | None
    role: Role | None
    standing: Standing | None
    browser: Client
    ids: dict[str, int | str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.role} ({self.standing})" if self.role else "nobody signed in"


@contextmanager
def undone(browser: Client) -> Iterator[None]:
    """Whatever is asked inside is undone afterwards: in the database, and in the browser's cookies."""
    kept = {name: morsel.value for name, morsel in browser.cookies.items()}
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        browser.cookies = SimpleCookie(kept)


NOBODY = Somebody(None, None, None, Client())


def gather(town: Town) -> list[Somebody]:
    """The whole cast signed in, a colleague in each community, and one more administrator of everything."""
    _colleague(town.here, "同事甲")
    _colleague(town.there, "同事乙")
    chief = _user("chief")
    Appointment.objects.create(user=chief, role=Role.ADMINISTRATOR.value, starts_at=NOW)
    return [_somebody(role, standing, town) for role in Role for standing in Standing]


def _somebody(role: Role, standing: Standing, town: Town) -> Somebody:
    side = town.there if standing == Standing.OTHER else town.here
    user = _user(f"{role.value}-{standing.value}")
    ends = NOW + timedelta(days=1) if standing == Standing.ENDED else None
    area = None if standing == Standing.WHOLE else side.community
    Appointment.objects.create(user=user, role=role.value, area=area, starts_at=NOW, ends_at=ends)
    browser = Client()
    browser.force_login(user)
    own: dict[str, int | str] = {"username": user.username}
    if standing in (Standing.WHOLE, Standing.OWN):
        own |= {"view": _view(user, side.community.path), "token": _token(user)}
    return Somebody(user, role, standing, browser, own)


def _token(user: User) -> int:
    return AccessToken.objects.create(
        user=user, name="程序", token_hash=user.username, hint="abcd", permissions=[], created_at=NOW,
        expires_at=NOW + timedelta(days=9000),
    ).pk  # fmt: skip


def _user(name: str) -> User:
    return User.objects.create(
        username=name, display_name=name, created_at=NOW, password=make_password(PASSWORD)
    )


def _view(user: User, path: str) -> int:
    return SavedView.objects.create(
        owner=user.pk, owner_name=str(user), screen="people", name="我的", query={}, path=path, saved_at=NOW
    ).pk


def _colleague(side: Side, name: str) -> None:
    """A volunteer of this community, his session, his saved view and his background work."""
    user = _user(name)
    side.words |= {name}
    appointment = Appointment.objects.create(
        user=user, role=Role.VOLUNTEER.value, area=side.community, starts_at=NOW
    )
    browser = Client()
    browser.force_login(user)
    browser.get("/api/account")  # notes the session
    job = Job.objects.create(
        kind="test.permissions", title="test", owner_id=user.pk, owner_name=str(user),
        path=side.community.path, created_at=NOW,
    )  # fmt: skip
    side.ids |= {
        "user": user.pk,
        "appointment": appointment.pk,
        "session": user.sessions.get().pk,
        "view": _view(user, side.community.path),
        "job": job.pk,
        "token": _token(user),
        "device": str(_device(user).pk),
    }


def _device(user: User) -> Device:
    return Device.objects.create(
        pk=uuid4(),
        user=user,
        name="手机",
        public_key=bytes(32),
        token_hash=f"device-{user.pk}",
        enrolled_at=NOW,
    )
