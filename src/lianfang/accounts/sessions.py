"""Signing in and out, and who is acting in a request.

Signing in takes one step (a passkey; a password when there is no second factor) or two (password, then a code or a
passkey). Between the two, the session knows who began, for five minutes, and opens nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from lianfang.accounts import passkeys, presence, second_factor, throttle
from lianfang.accounts.access import roles_of, running
from lianfang.accounts.errors import SECOND_FACTOR_NEEDED, SIGN_IN_EXPIRED, SIGN_IN_REQUIRED, SIGN_IN_WRONG
from lianfang.accounts.models import Appointment, SignedInSession, User
from lianfang.accounts.roles import PERMISSIONS, Role
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor, Grant, system
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.prepared import Given, Prepared

BETWEEN_STEPS = timedelta(minutes=5)
_HALF = "half_signed_in"
_APPOINTMENTS = Prepared(
    lambda: (
        Appointment.objects.filter(running(Given("now", datetime)), user=Given("user", int))
        .order_by("pk")
        .values_list("role", "area__path")
    )
)

# Compared with when the name is unknown, so that a wrong name takes as long as a wrong password.
_NOBODY = make_password(None)


@dataclass(frozen=True)
class Entry:
    """How far somebody came in: signed in when no factor is left to show."""

    user: User
    factors: tuple[str, ...] = ()


def sign_in(request: HttpRequest, *, username: str, password: str, now: datetime) -> Entry:
    """Check, throttle, and start a fresh session, or wait for the second factor.

    Raises sign_in.wrong (also for a locked account: the answer tells nothing) and sign_in.throttled.
    Must not run inside a transaction: a refused try has to be counted although it is refused.
    """
    name = username.strip().lower()
    name_key = throttle.key_of("name", name)
    _throttle(request, name_key, throttle.TRIES_PER_NAME, now)
    user = User.objects.filter(username=name).first()
    fits = check_password(password, user.password if user else _NOBODY)
    if user is None or not fits or not user.is_active:
        _refused(user, "password", now)
        raise ProblemError(SIGN_IN_WRONG)
    throttle.forgive(name_key)
    factors = second_factor.factors_of(user)
    if not factors:
        start(request, user, method="password", now=now)
        return Entry(user)
    _leave(request)
    request.session[_HALF] = {
        "user": user.pk,
        "proof": user.get_session_auth_hash(),
        "until": (now + BETWEEN_STEPS).timestamp(),
    }
    return Entry(user, tuple(factors))


def prove_by_code(request: HttpRequest, *, code: str, now: datetime) -> Entry:
    """The second step with a code of the authenticator or a recovery code.

    Raises sign_in.expired, sign_in.throttled, code.wrong. Not inside a transaction, as `sign_in`.
    """
    user = _half(request, now=now)
    if user is None:
        raise ProblemError(SIGN_IN_EXPIRED)
    key = throttle.key_of("code", user.pk)
    _throttle(request, key, throttle.TRIES_PER_CODE, now)
    try:
        method = second_factor.verify(user=user, code=code, now=now)
    except ProblemError:
        _refused(user, "code", now)
        raise
    throttle.forgive(key)
    start(request, user, method=method, now=now)
    return Entry(user)


def passkey_options(request: HttpRequest, *, now: datetime) -> dict[str, Any]:
    """What the browser needs to ask for a passkey: the second step of who began, else anybody's.

    Raises passkey.needs_name.
    """
    return passkeys.sign_in_options(request, _half(request, now=now), now=now)


def prove_by_passkey(request: HttpRequest, *, credential: dict[str, Any], now: datetime) -> Entry:
    """Sign in with a passkey, as the second step or as the only one.

    Raises passkey.refused, passkey.needs_name, sign_in.throttled, sign_in.wrong for a locked account.
    """
    expected = _half(request, now=now)
    address = throttle.key_of("address", request.META.get("REMOTE_ADDR", ""))
    throttle.demand({address: throttle.TRIES_PER_ADDRESS}, now=now)
    try:
        user = passkeys.verify(request, expected, credential=credential, now=now)
    except ProblemError:
        _refused(expected, "passkey", now)
        raise
    if not user.is_active:
        _refused(user, "passkey", now)
        raise ProblemError(SIGN_IN_WRONG)
    start(request, user, method="passkey", now=now)
    return Entry(user)


def start(request: HttpRequest, user: User, *, now: datetime, method: str = "password") -> None:
    """Sign `user` in under a new session key: he has proved himself, by `method`."""
    # Nothing of what the session held before goes on: neither another user's nor the half step's.
    _leave(request)
    auth.login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    presence.begin(request, user, method=method, now=now)
    user.last_login = now
    user.save(update_fields=["last_login"])
    audit.record(
        actor=actor_for(user, now=now),
        action="user.signed_in",
        now=now,
        kind="user",
        object_id=user.pk,
        details={"method": method},
    )


def sign_out(request: HttpRequest, *, now: datetime) -> None:
    """End the session. Harmless when nobody is signed in."""
    if isinstance(request.user, User):
        actor = actor_for(request.user, now=now)
        audit.record(actor=actor, action="user.signed_out", now=now, kind="user", object_id=request.user.pk)
    _leave(request)


def user_of(request: HttpRequest, *, now: datetime) -> User:
    """Who is signed in. Raises sign_in.required."""
    user = presence.user_of(request, now=now)
    if user is None:
        raise ProblemError(SIGN_IN_REQUIRED)
    return user


def actor_of(request: HttpRequest, *, now: datetime, own_account: bool = False) -> Actor:
    """The actor behind a request. Raises sign_in.required; second_factor.needed except for `own_account`."""
    user = user_of(request, now=now)
    if not own_account:
        demand_second_factor(user, now=now)
    return actor_for(user, now=now)


def demand_second_factor(user: User, *, now: datetime) -> None:
    """Raises second_factor.needed for who lacks the one that his role demands."""
    if settings.LIANFANG_SECOND_FACTOR and advice_for(user, now=now) == "required":
        raise ProblemError(SECOND_FACTOR_NEEDED)


def actor_of_user(user_id: int, now: datetime) -> Actor | None:
    """The actor for background work of this user; None when he is locked or gone."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return actor_for(user, now=now) if user else None


def actor_for(user: User, *, now: datetime) -> Actor:
    """The actor with what the user's appointments grant at `now`."""
    held = _APPOINTMENTS(user=user.pk, now=now)
    grants = tuple(Grant(PERMISSIONS[Role(role)], path or "") for role, path in held)
    return Actor(user_id=user.pk, name=str(user), grants=grants)


def advice_for(user: User, *, now: datetime) -> str:
    """Whether the user's roles demand ("required") or suggest ("recommended") a second factor that he lacks."""
    roles = roles_of(user, now=now)
    if not second_factor.advice(roles, has_factor=False):
        return ""
    return second_factor.advice(roles, has_factor=bool(second_factor.factors_of(user)))


def _half(request: HttpRequest, *, now: datetime) -> User | None:
    """Who has shown his password in this session within the last minutes and has not changed it since."""
    half = request.session.get(_HALF)
    if not half or now.timestamp() >= half["until"]:
        return None
    user = User.objects.filter(pk=half["user"], is_active=True).first()
    return user if user and user.get_session_auth_hash() == half["proof"] else None


def _leave(request: HttpRequest) -> None:
    """Whoever was signed in in this browser no longer is."""
    SignedInSession.objects.filter(key=request.session.session_key).delete()
    auth.logout(request)


def _throttle(request: HttpRequest, key: str, limit: int, now: datetime) -> None:
    address = throttle.key_of("address", request.META.get("REMOTE_ADDR", ""))
    throttle.demand({key: limit, address: throttle.TRIES_PER_ADDRESS}, now=now)


def _refused(user: User | None, step: str, now: datetime) -> None:
    audit.record(
        actor=system("sign-in"),
        action="user.sign_in_refused",
        now=now,
        kind="user",
        object_id=user.pk if user else "",
        details={"step": step},
    )
