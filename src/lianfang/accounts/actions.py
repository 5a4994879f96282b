"""Making users, and what an administrator does with them."""

import re
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from lianfang.accounts import access, appointments, presence, second_factor, versions
from lianfang.accounts.appointments import Post
from lianfang.accounts.errors import (
    APPOINTMENT_NEEDED,
    PASSWORD_WEAK,
    USER_YOURSELF,
    USERNAME_INVALID,
    USERNAME_TAKEN,
)
from lianfang.accounts.models import User
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission

_USERNAME = re.compile(r"[\w.-]{2,60}")


def create_user(*, actor: Actor, username: str, display_name: str, password: str, now: datetime) -> User:
    """A user without appointments. Raises username.invalid, username.taken, password.weak, forbidden."""
    actor.require(Permission.USER_MANAGE)
    user = _new(username, display_name, now)
    check_password_strength(password, user)
    user.set_password(password)
    with transaction.atomic():
        _insert(user)
        audit.record(actor=actor, action="user.created", now=now, kind="user", object_id=user.pk)
    return user


def invite_user(
    *, actor: Actor, username: str, display_name: str, language: str, post: Post | None, now: datetime
) -> User:
    """A user who has no password yet, with his first appointment; `links.issue_password_link` lets him in.

    Raises username.invalid, username.taken, forbidden, not_found (area), role.above, appointment.needed,
    appointment.period.
    """
    scope = actor.require(Permission.USER_MANAGE)
    if post is None and not scope.everywhere:
        raise ProblemError(APPOINTMENT_NEEDED)  # nobody here would see the user again
    area = appointments.area_to_give(actor, post) if post else None
    user = _new(username, display_name, now)
    user.language = language
    user.set_unusable_password()
    with transaction.atomic():
        _insert(user)
        details: dict[str, object] = {"version": 1}
        audit.record(
            actor=actor, action="user.invited", now=now, kind="user", object_id=user.pk, details=details
        )
        if post:
            appointments.write(actor=actor, user=user, area=area, post=post, now=now)
            audit.record(
                actor=actor,
                action="appointment.added",
                now=now,
                kind="user",
                object_id=user.pk,
                path=area.path if area else "",
                details={"role": post.role.value, "area": area.code if area else "", **details},
            )
    return user


def rename_user(*, actor: Actor, user: int, version: int, display_name: str, now: datetime) -> User:
    """Change the name that colleagues see. Raises forbidden, not_found, user.not_yours, user.changed."""
    found = access.user_to_manage(actor, user, now=now)
    name = display_name.strip()[:80]
    with transaction.atomic():
        return versions.change(
            actor=actor, action="user.renamed", user=found, version=version, now=now, display_name=name
        )


def lock_user(*, actor: Actor, user: int, version: int, reason: str, now: datetime) -> User:
    """He cannot sign in, and is signed out everywhere.

    Raises forbidden, not_found, user.not_yours, user.changed, user.yourself, user.last_administrator,
    reason.needed.
    """
    words = versions.reason_in(reason)
    found = _another(actor, user, now)
    with appointments.administrators_kept(now):
        changed = versions.change(
            actor=actor,
            action="user.locked",
            user=found,
            version=version,
            now=now,
            details={"reason": words},
            is_active=False,
        )
        presence.end_all(changed, now=now)
    return changed


def unlock_user(*, actor: Actor, user: int, version: int, now: datetime) -> User:
    """He can sign in again. Raises forbidden, not_found, user.not_yours, user.changed, user.yourself."""
    found = _another(actor, user, now)
    with transaction.atomic():
        return versions.change(
            actor=actor, action="user.unlocked", user=found, version=version, now=now, is_active=True
        )


def end_sessions(*, actor: Actor, user: int, now: datetime) -> int:
    """Sign the user out everywhere; returns from how many browsers. Raises forbidden, not_found, user.not_yours."""
    found = access.user_to_manage(actor, user, now=now)
    with transaction.atomic():
        count = presence.end_all(found, now=now)
        audit.record(
            actor=actor,
            action="user.sessions_ended",
            now=now,
            kind="user",
            object_id=found.pk,
            details={"sessions": count},
        )
    return count


def reset_second_factor(*, actor: Actor, user: int, version: int, reason: str, now: datetime) -> User:
    """Remove authenticator, passkeys and recovery codes of somebody who lost them, and sign him out everywhere.

    Raises forbidden, not_found, user.not_yours, user.changed, user.yourself, reason.needed.
    """
    words = versions.reason_in(reason)
    found = _another(actor, user, now)
    details: dict[str, object] = {"reason": words, "factors": second_factor.factors_of(found)}
    with transaction.atomic():
        changed = versions.change(
            actor=actor,
            action="user.second_factor_reset",
            user=found,
            version=version,
            now=now,
            details=details,
        )
        second_factor.remove_all(changed)
        presence.end_all(changed, now=now)
    return changed


def check_password_strength(password: str, user: User) -> None:
    """Raises password.weak with the validators' codes, e.g. ["password_too_short"]."""
    try:
        validate_password(password, user)
    except ValidationError as problem:
        reasons = [str(error.code) for error in problem.error_list]
        raise ProblemError(PASSWORD_WEAK, reasons=reasons) from problem


def _another(actor: Actor, user: int, now: datetime) -> User:
    found = access.user_to_manage(actor, user, now=now)
    if found.pk == actor.user_id:
        raise ProblemError(USER_YOURSELF)
    return found


def _new(username: str, display_name: str, now: datetime) -> User:
    name = username.strip().lower()
    if not _USERNAME.fullmatch(name):
        raise ProblemError(USERNAME_INVALID)
    return User(username=name, display_name=display_name.strip()[:80], created_at=now)


def _insert(user: User) -> None:
    """Raises username.taken, also when two do it at once."""
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as problem:
        raise ProblemError(USERNAME_TAKEN) from problem
