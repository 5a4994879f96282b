"""Signing in and out, and who is acting in a request."""

import hashlib
from datetime import datetime, timedelta

from django.contrib import auth
from django.contrib.auth.hashers import check_password, make_password
from django.db.models import Q
from django.http import HttpRequest

from lianfang.accounts.errors import SIGN_IN_REQUIRED, SIGN_IN_THROTTLED, SIGN_IN_WRONG
from lianfang.accounts.models import Appointment, SignInTry, User
from lianfang.accounts.roles import PERMISSIONS, Role
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor, Grant, system
from lianfang.kernel.errors import ProblemError

WINDOW = timedelta(minutes=15)
TRIES_PER_NAME = 8
TRIES_PER_ADDRESS = 60  # a whole office may share one address
BACKEND = "django.contrib.auth.backends.ModelBackend"

# Compared with when the name is unknown, so that a wrong name takes as long as a wrong password.
_NOBODY = make_password(None)


def sign_in(request: HttpRequest, *, username: str, password: str, now: datetime) -> User:
    """Check, throttle, start a fresh session and record it.

    Raises sign_in.wrong (also for a locked account: the answer tells nothing) and sign_in.throttled.
    Must not run inside a transaction: a refused try has to be counted although it is refused.
    """
    name = username.strip().lower()
    name_key, address_key = _key("name", name), _key("address", request.META.get("REMOTE_ADDR", ""))
    _throttle(name_key, TRIES_PER_NAME, now)
    _throttle(address_key, TRIES_PER_ADDRESS, now)
    # The try is counted before the password is looked at: parallel tries cannot slip through.
    SignInTry.objects.bulk_create([SignInTry(key=name_key, at=now), SignInTry(key=address_key, at=now)])
    SignInTry.objects.filter(at__lt=now - WINDOW).delete()
    user = User.objects.filter(username=name).first()
    fits = check_password(password, user.password if user else _NOBODY)
    if user is None or not fits or not user.is_active:
        audit.record(
            actor=system("sign-in"),
            action="user.sign_in_refused",
            now=now,
            kind="user",
            object_id=user.pk if user else "",
        )
        raise ProblemError(SIGN_IN_WRONG)
    SignInTry.objects.filter(key=name_key).delete()
    start(request, user, now=now)
    return user


def start(request: HttpRequest, user: User, *, now: datetime) -> None:
    """Sign `user` in without a password (he just proved himself otherwise, e.g. at the welcome page)."""
    auth.login(request, user, backend=BACKEND)
    user.last_login = now
    user.save(update_fields=["last_login"])
    audit.record(
        actor=actor_for(user, now=now), action="user.signed_in", now=now, kind="user", object_id=user.pk
    )


def sign_out(request: HttpRequest, *, now: datetime) -> None:
    """End the session. Harmless when nobody is signed in."""
    if isinstance(request.user, User):
        actor = actor_for(request.user, now=now)
        audit.record(actor=actor, action="user.signed_out", now=now, kind="user", object_id=request.user.pk)
    auth.logout(request)


def actor_of(request: HttpRequest, *, now: datetime) -> Actor:
    """The actor behind a request. Raises sign_in.required."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        raise ProblemError(SIGN_IN_REQUIRED)
    return actor_for(user, now=now)


def actor_of_user(user_id: int, now: datetime) -> Actor | None:
    """The actor for background work of this user; None when he is locked or gone."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return actor_for(user, now=now) if user else None


def actor_for(user: User, *, now: datetime) -> Actor:
    """The actor with what the user's appointments grant at `now`."""
    running = Appointment.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), user=user, starts_at__lte=now)
    grants = tuple(
        Grant(PERMISSIONS[Role(appointment.role)], appointment.area.path if appointment.area else "")
        for appointment in running.select_related("area").order_by("pk")
    )
    return Actor(user_id=user.pk, name=str(user), grants=grants)


def _throttle(key: str, limit: int, now: datetime) -> None:
    recent = SignInTry.objects.filter(key=key, at__gt=now - WINDOW).order_by("-at")
    latest = list(recent.values_list("at", flat=True)[:limit])
    if len(latest) >= limit:
        wait = latest[-1] + WINDOW - now
        raise ProblemError(SIGN_IN_THROTTLED, seconds=max(1, int(wait.total_seconds())))


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()
