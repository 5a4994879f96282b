"""Access tokens: a program acts as its user, with a part of what he may do, until a day."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from lianfang.accounts.errors import (
    TOKEN_EXPIRY,
    TOKEN_INVALID,
    TOKEN_NAME,
    TOKEN_PERMISSIONS,
    TOKEN_REFUSED,
    TOKEN_TOO_MANY,
)
from lianfang.accounts.models import AccessToken, User
from lianfang.accounts.sessions import actor_for, demand_second_factor
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.patience import if_free
from lianfang.kernel.permissions import Permission

PREFIX = "lianfang_"  # lets secret scanners and people know one when they see one
LONGEST = 366  # days
MOST = 20  # working tokens of one user
NAME = 60
_MINUTE = timedelta(minutes=1)


def own(actor: Actor) -> QuerySet[AccessToken]:
    """The actor's own tokens, newest first, also those that work no more."""
    return AccessToken.objects.filter(user_id=actor.user_id or 0).order_by("-created_at", "-pk")


def issue(
    *, actor: Actor, now: datetime, name: str, permissions: Collection[Permission], days: int
) -> tuple[AccessToken, str]:
    """A new token of the actor's own and its secret, which nobody can read again.

    Raises token.name, token.permissions, token.expiry, token.too_many; token.refused for an actor who himself
    comes with a token.
    """
    user_id = _require_person(actor)
    name = name.strip()
    if not 1 <= len(name) <= NAME:
        raise ProblemError(TOKEN_NAME, most=NAME)
    if not permissions or not all(actor.can(permission) for permission in permissions):
        raise ProblemError(TOKEN_PERMISSIONS)
    if not 1 <= days <= LONGEST:
        raise ProblemError(TOKEN_EXPIRY, most=LONGEST)
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        # The user's row is locked so that two requests at once do not pass the limit together.
        User.objects.select_for_update().get(pk=user_id)
        if own(actor).filter(revoked_at=None, expires_at__gt=now).count() >= MOST:
            raise ProblemError(TOKEN_TOO_MANY, most=MOST)
        token = AccessToken.objects.create(
            user_id=user_id,
            name=name,
            token_hash=_hash(secret),
            hint=secret[-4:],
            permissions=sorted(set(permissions)),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        details = {"permissions": token.permissions, "days": days}
        audit.record(
            actor=actor, action="token.issued", now=now, kind="token", object_id=token.pk, details=details
        )
    return token, secret


def revoke(*, actor: Actor, now: datetime, number: int) -> AccessToken:
    """Let one of the actor's own tokens work no more. Harmless when it does not already. Raises not_found."""
    _require_person(actor)
    token = own(actor).filter(pk=number).first()
    if token is None:
        raise ProblemError(NOT_FOUND)
    with transaction.atomic():
        if own(actor).filter(pk=number, revoked_at=None).update(revoked_at=now):
            audit.record(actor=actor, action="token.revoked", now=now, kind="token", object_id=number)
    token.refresh_from_db()
    return token


def actor_of_secret(secret: str, *, now: datetime) -> Actor:
    """The token's user with what his appointments grant at `now`, no more than the token.

    Raises token.invalid, second_factor.needed.
    """
    token = (
        AccessToken.objects.select_related("user")
        .filter(token_hash=_hash(secret), revoked_at=None, expires_at__gt=now, user__is_active=True)
        .first()
    )
    if token is None:
        raise ProblemError(TOKEN_INVALID)
    demand_second_factor(token.user, now=now)
    # To the minute: a busy program must not make each of its reads a write.
    stale = Q(used_at=None) | Q(used_at__lt=now - _MINUTE)
    if token.used_at is None or token.used_at < now - _MINUTE:
        with if_free():
            AccessToken.objects.filter(stale, pk=token.pk).update(used_at=now)
    limit = frozenset(Permission(one) for one in token.permissions if one in set(Permission))
    return actor_for(token.user, now=now).narrowed(limit)


def _require_person(actor: Actor) -> int:
    """The user's number, if he acts himself."""
    if actor.limit is not None or actor.user_id is None:
        raise ProblemError(TOKEN_REFUSED)
    return actor.user_id


def _hash(secret: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
