"""One-time links: the first administrator's, and those with which a user chooses a password."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from lianfang.accounts import access, presence, versions
from lianfang.accounts.actions import check_password_strength, create_user
from lianfang.accounts.errors import LINK_INVALID, USER_LOCKED, USERS_EXIST
from lianfang.accounts.models import Appointment, LinkKind, OneTimeLink, User
from lianfang.accounts.roles import Role
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor, system
from lianfang.kernel.errors import ProblemError

FIRST_ADMINISTRATOR_LIFETIME = timedelta(hours=24)
PASSWORD_LIFETIME = timedelta(hours=72)


def hash_token(token: str) -> str:
    """Tokens carry 256 random bits, so a plain hash cannot be searched."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue_first_administrator(*, now: datetime) -> str | None:
    """A fresh token, and every earlier one void; None when there is a user already."""
    if User.objects.exists():
        return None
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        OneTimeLink.objects.filter(kind=LinkKind.FIRST_ADMINISTRATOR, used_at=None).delete()
        OneTimeLink.objects.create(
            kind=LinkKind.FIRST_ADMINISTRATOR,
            token_hash=hash_token(token),
            created_at=now,
            expires_at=now + FIRST_ADMINISTRATOR_LIFETIME,
        )
        audit.record(actor=system("start"), action="link.issued", now=now, kind="link")
    return token


def first_administrator_link_is_valid(*, token: str, now: datetime) -> bool:
    """Whether `redeem_first_administrator` would take this token now. Does not use it up."""
    kind = LinkKind.FIRST_ADMINISTRATOR
    link = OneTimeLink.objects.filter(
        kind=kind, token_hash=hash_token(token), used_at=None, expires_at__gt=now
    )
    return link.exists() and not User.objects.exists()


def redeem_first_administrator(
    *, token: str, username: str, display_name: str, password: str, now: datetime
) -> User:
    """Make the first administrator. The link is used up only when everything succeeds.

    Raises link.invalid, welcome.done, password.weak, username.invalid.
    """
    with transaction.atomic():
        links = OneTimeLink.objects.filter(
            kind=LinkKind.FIRST_ADMINISTRATOR,
            token_hash=hash_token(token),
            used_at=None,
            expires_at__gt=now,
        )
        # The conditional update is the claim: of two browsers with one link, one gets the row.
        if links.update(used_at=now) != 1:
            raise ProblemError(LINK_INVALID)
        if User.objects.exists():
            raise ProblemError(USERS_EXIST)
        actor = system("welcome")
        user = create_user(
            actor=actor, username=username, display_name=display_name, password=password, now=now
        )
        # On the first day there is nobody else, so the first user also does the data centre's work; once
        # others are appointed, that appointment can end.
        for role in (Role.ADMINISTRATOR, Role.DATA_CENTRE):
            Appointment.objects.create(user=user, role=role.value, area=None, starts_at=now)
        audit.record(
            actor=actor, action="user.became_first_administrator", now=now, kind="user", object_id=user.pk
        )
    return user


def issue_password_link(*, actor: Actor, user: int, version: int, now: datetime) -> str:
    """A fresh token with which the user chooses a password; an earlier one is void.

    Raises forbidden, not_found, user.not_yours, user.changed, user.locked.
    """
    found = access.user_to_manage(actor, user, now=now)
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        changed = versions.change(actor=actor, action="link.issued", user=found, version=version, now=now)
        if not changed.is_active:
            raise ProblemError(USER_LOCKED)
        open_links(changed).delete()
        OneTimeLink.objects.create(
            kind=LinkKind.PASSWORD,
            user=changed,
            token_hash=hash_token(token),
            created_at=now,
            expires_at=now + PASSWORD_LIFETIME,
        )
    return token


def withdraw_password_link(*, actor: Actor, user: int, version: int, now: datetime) -> None:
    """The user's link no longer works. Raises forbidden, not_found, user.not_yours, user.changed, link.invalid."""
    found = access.user_to_manage(actor, user, now=now)
    with transaction.atomic():
        versions.change(actor=actor, action="link.withdrawn", user=found, version=version, now=now)
        if not open_links(found).delete()[0]:
            raise ProblemError(LINK_INVALID)


def open_links(user: User) -> QuerySet[OneTimeLink]:
    """The user's links that were not used; at most one of them works."""
    return OneTimeLink.objects.filter(kind=LinkKind.PASSWORD, user=user, used_at=None)


def user_of_link(*, token: str, now: datetime) -> User | None:
    """For whom this token would choose a password now; None when it would not. Does not use it up."""
    link = _password_links(token, now).select_related("user").first()
    return link.user if link else None


def redeem_password_link(*, token: str, password: str, now: datetime) -> User:
    """Set the password; every session of the user ends. Used up only when it succeeds.

    The user's second factor stays: the link proves nothing but that he received it.
    Raises link.invalid, password.weak.
    """
    with transaction.atomic():
        links = _password_links(token, now)
        user = user_of_link(token=token, now=now)
        # The conditional update is the claim, as above.
        if user is None or links.update(used_at=now) != 1:
            raise ProblemError(LINK_INVALID)
        check_password_strength(password, user)
        user.set_password(password)
        user.save(update_fields=["password"])
        presence.end_all(user, now=now)
        audit.record(
            actor=Actor(user_id=user.pk, name=str(user)),
            action="user.password_chosen",
            now=now,
            kind="user",
            object_id=user.pk,
        )
    return user


def _password_links(token: str, now: datetime) -> QuerySet[OneTimeLink]:
    return OneTimeLink.objects.filter(
        kind=LinkKind.PASSWORD,
        token_hash=hash_token(token),
        used_at=None,
        expires_at__gt=now,
        user__is_active=True,
    )
