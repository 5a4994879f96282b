"""The sessions of users: which browsers are signed in, since when, and when that ends."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from lianfang.accounts.models import SignedInSession, User
from lianfang.kernel.patience import if_free

_NOTED_EVERY = timedelta(
    minutes=1
)  # how exactly "last seen" is kept; a write for every request would be too many

_BACKGROUND = "Lianfang-Background"  # the header of requests that nobody in front of the page asked for


def begin(request: HttpRequest, user: User, *, method: str, now: datetime) -> None:
    """Note that the request's session belongs to `user` from now on; forget sessions that are long over."""
    oldest = now - timedelta(hours=settings.LIANFANG_SESSION_HOURS)
    SignedInSession.objects.filter(started_at__lte=oldest).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    if not request.session.session_key:
        request.session.create()
    SignedInSession.objects.create(
        user=user,
        key=request.session.session_key or "",
        method=method,
        agent=_printable(request.META.get("HTTP_USER_AGENT", "")),
        address=_address(request),
        started_at=now,
        seen_at=now,
    )


def user_of(request: HttpRequest, *, now: datetime) -> User | None:
    """Who is signed in. A session that idled or lasted too long ends here; a locked user is nobody."""
    user = request.user
    if not isinstance(user, User) or not user.is_active:
        return None
    key = request.session.session_key
    row = SignedInSession.objects.filter(key=key, user=user).first()
    if row is None:  # signed in before sessions were noted: its time counts from the first look at it
        begin(request, user, method="password", now=now)
        return user
    if now >= expires_at(row):
        row.delete()
        auth.logout(request)
        return None
    # A page that looks by itself how a job is going must not keep the session of somebody who went home.
    if now - row.seen_at >= _NOTED_EVERY and _BACKGROUND not in request.headers:
        with if_free():
            SignedInSession.objects.filter(pk=row.pk).update(seen_at=now)
    return user


def expires_at(row: SignedInSession) -> datetime:
    """When the session ends unless it is used: after the idle time, and in any case after its longest time."""
    idle = row.seen_at + timedelta(minutes=settings.LIANFANG_SESSION_IDLE)
    return min(idle, row.started_at + timedelta(hours=settings.LIANFANG_SESSION_HOURS))


def running(user: User, *, now: datetime) -> list[SignedInSession]:
    """The user's sessions that have not expired, newest first."""
    rows = SignedInSession.objects.filter(user=user).order_by("-seen_at", "-pk")
    alive = set(
        Session.objects.filter(session_key__in=[row.key for row in rows]).values_list("pk", flat=True)
    )
    return [row for row in rows if row.key in alive and now < expires_at(row)]


def end(rows: Iterable[SignedInSession]) -> int:
    """End these sessions; returns how many."""
    keys = [row.key for row in rows]
    with transaction.atomic():
        Session.objects.filter(session_key__in=keys).delete()
        SignedInSession.objects.filter(key__in=keys).delete()
    return len(keys)


def end_all(user: User, *, now: datetime) -> int:
    """End every session of the user, also such as no row tells of; returns how many were running."""
    count = len(running(user, now=now))
    with transaction.atomic():
        end(SignedInSession.objects.filter(user=user))
        User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    return count


def end_others(request: HttpRequest, user: User, *, method: str, now: datetime) -> int:
    """End every session but the request's, which goes on under a new key; returns how many ended."""
    count = end_all(user, now=now)
    auth.login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    begin(request, user, method=method, now=now)
    return max(0, count - 1)


def _printable(agent: str) -> str:
    return "".join(letter for letter in agent if letter.isprintable())[:200]


def _address(request: HttpRequest) -> str | None:
    address = str(request.META.get("REMOTE_ADDR", ""))
    try:
        validate_ipv46_address(address)
    except ValidationError:
        return None  # a socket has none
    return address
