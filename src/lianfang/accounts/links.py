"""The one-time link with which the first administrator lets himself in and chooses his password."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from lianfang.accounts.actions import create_user
from lianfang.accounts.errors import LINK_INVALID, USERS_EXIST
from lianfang.accounts.models import Appointment, LinkKind, OneTimeLink, User
from lianfang.accounts.roles import Role
from lianfang.kernel import audit
from lianfang.kernel.actor import system
from lianfang.kernel.errors import ProblemError

FIRST_ADMINISTRATOR_LIFETIME = timedelta(hours=24)


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
    link = OneTimeLink.objects.filter(token_hash=hash_token(token), used_at=None, expires_at__gt=now)
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
