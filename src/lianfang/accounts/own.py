"""What somebody changes of his own account."""

from datetime import datetime

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from lianfang.accounts import presence, second_factor, throttle
from lianfang.accounts.actions import check_password_strength
from lianfang.accounts.errors import PASSWORD_WRONG
from lianfang.accounts.models import SignedInSession, User
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError


def confirm_password(*, user: User, password: str, now: datetime) -> None:
    """Somebody at an open browser is not yet its user. Raises password.wrong, sign_in.throttled.

    Not inside a transaction: a refused try counts.
    """
    key = throttle.key_of("confirm", user.pk)
    throttle.demand({key: throttle.TRIES_PER_NAME}, now=now)
    if not check_password(password, user.password):
        raise ProblemError(PASSWORD_WRONG)
    throttle.forgive(key)


def change_profile(*, actor: Actor, user: User, display_name: str, language: str, now: datetime) -> User:
    """Name and language of one's own account; counts as a change that other pages have to notice."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(
            display_name=display_name.strip()[:80], language=language, version=F("version") + 1
        )
        user.refresh_from_db()
        _record(actor, "user.profile_changed", user, now, version=user.version)
    return user


def change_password(
    request: HttpRequest, *, actor: Actor, user: User, old: str, new: str, now: datetime
) -> int:
    """Set another password; every other session of the user ends. Returns how many did.

    Raises password.wrong, password.weak, sign_in.throttled.
    """
    confirm_password(user=user, password=old, now=now)
    check_password_strength(new, user)
    method = _method_of(request)
    with transaction.atomic():
        user.set_password(new)
        user.save(update_fields=["password"])
        ended = presence.end_others(request, user, method=method, now=now)
        _record(actor, "user.password_changed", user, now, sessions=ended)
    return ended


def end_session(*, actor: Actor, user: User, session: int, now: datetime) -> None:
    """End one of one's own sessions. Raises not_found."""
    with transaction.atomic():
        if not presence.end(SignedInSession.objects.filter(user=user, pk=session)):
            raise ProblemError(NOT_FOUND)
        _record(actor, "user.sessions_ended", user, now, sessions=1)


def end_other_sessions(request: HttpRequest, *, actor: Actor, user: User, now: datetime) -> int:
    """End every session of one's own but this one; returns how many did."""
    method = _method_of(request)
    with transaction.atomic():
        ended = presence.end_others(request, user, method=method, now=now)
        _record(actor, "user.sessions_ended", user, now, sessions=ended)
    return ended


def _method_of(request: HttpRequest) -> str:
    row = SignedInSession.objects.filter(key=request.session.session_key).first()
    return row.method if row else "password"


def _record(actor: Actor, action: str, user: User, now: datetime, **details: object) -> None:
    audit.record(actor=actor, action=action, now=now, kind="user", object_id=user.pk, details=details)


def confirm_authenticator(*, actor: Actor, user: User, code: str, now: datetime) -> list[str]:
    """`second_factor.confirm_authenticator`, throttled. Raises sign_in.throttled, authenticator.missing, code.wrong."""
    key = throttle.key_of("code", user.pk)
    throttle.demand({key: throttle.TRIES_PER_CODE}, now=now)
    codes = second_factor.confirm_authenticator(actor=actor, user=user, code=code, now=now)
    throttle.forgive(key)
    return codes
