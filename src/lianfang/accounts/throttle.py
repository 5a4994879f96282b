"""Tries at a door are counted by hashed keys; too many within the window have to wait."""

import hashlib
from datetime import datetime, timedelta

from lianfang.accounts.errors import SIGN_IN_THROTTLED
from lianfang.accounts.models import SignInTry
from lianfang.kernel.errors import ProblemError

WINDOW = timedelta(minutes=15)
TRIES_PER_NAME = 8
TRIES_PER_CODE = 8  # three of a million codes fit at a time
TRIES_PER_ADDRESS = 60  # a whole office may share one address


def key_of(kind: str, value: object) -> str:
    """The key under which tries are counted: a hash, so that the table holds no names and no addresses."""
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()


def demand(limits: dict[str, int], *, now: datetime, refusal: str = SIGN_IN_THROTTLED) -> None:
    """Count one try for each key (key → tries in the window). Raises sign_in.throttled when there were enough, or the
    code that `refusal` names.

    Call it before looking at what was tried, outside any transaction: a try counts although it is refused, and
    parallel tries cannot slip through.
    """
    for key, limit in limits.items():
        recent = SignInTry.objects.filter(key=key, at__gt=now - WINDOW).order_by("-at")
        latest = list(recent.values_list("at", flat=True)[:limit])
        if len(latest) >= limit:
            wait = latest[-1] + WINDOW - now
            raise ProblemError(refusal, seconds=max(1, int(wait.total_seconds())))
    SignInTry.objects.bulk_create([SignInTry(key=key, at=now) for key in limits])
    SignInTry.objects.filter(at__lt=now - WINDOW).delete()


def forgive(key: str) -> None:
    """After a success the tries before it no longer count."""
    SignInTry.objects.filter(key=key).delete()
