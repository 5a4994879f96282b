"""What proves a user beside his password: codes of an authenticator (TOTP), and recovery codes."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

import pyotp
from django.conf import settings
from django.db import transaction

from lianfang.accounts.access import roles_of
from lianfang.accounts.errors import (
    AUTHENTICATOR_EXISTS,
    AUTHENTICATOR_MISSING,
    CODE_WRONG,
    SECOND_FACTOR_KEPT,
)
from lianfang.accounts.models import Authenticator, Passkey, RecoveryCode, User
from lianfang.accounts.roles import RECOMMENDED_SECOND_FACTOR, Role
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import ProblemError

ISSUER = "Lianfang"
STEP = 30  # seconds for which a code counts; clocks may differ by one step
RECOVERY_CODES = 10
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # RFC 4648: no 0, 1, 8 to be mistaken


def factors_of(user: User) -> list[str]:
    """What the user can prove himself with beside the password: "authenticator", "passkey", "recovery"."""
    found = []
    if Authenticator.objects.filter(user=user, confirmed_at__isnull=False).exists():
        found.append("authenticator")
    if Passkey.objects.filter(user=user).exists():
        found.append("passkey")
    if found and RecoveryCode.objects.filter(user=user, used_at=None).exists():
        found.append("recovery")
    return found


def advice(roles: Iterable[Role], *, has_factor: bool) -> str:
    """What to tell somebody with these roles: "required", "recommended" or nothing."""
    held = set(roles)
    if has_factor or not held & (RECOMMENDED_SECOND_FACTOR | settings.LIANFANG_SECOND_FACTOR):
        return ""
    return "required" if held & settings.LIANFANG_SECOND_FACTOR else "recommended"


def begin_authenticator(*, actor: Actor, user: User, now: datetime) -> tuple[str, str]:
    """A fresh secret and its otpauth:// address for the QR code. Nothing counts before the first code is confirmed.

    Raises authenticator.exists.
    """
    secret = pyotp.random_base32()
    with transaction.atomic():
        if Authenticator.objects.filter(user=user, confirmed_at__isnull=False).exists():
            raise ProblemError(AUTHENTICATOR_EXISTS)
        Authenticator.objects.update_or_create(
            user=user, defaults={"secret": secret, "created_at": now, "last_step": 0}
        )
        _record(actor, "user.authenticator_begun", user, now)
    return secret, pyotp.TOTP(secret).provisioning_uri(name=user.username, issuer_name=ISSUER)


def confirm_authenticator(*, actor: Actor, user: User, code: str, now: datetime) -> list[str]:
    """From now on codes are asked for. Returns recovery codes, shown this once; none when there are some already.

    Raises authenticator.missing, code.wrong.
    """
    with transaction.atomic():
        waiting = Authenticator.objects.filter(user=user, confirmed_at=None).first()
        if waiting is None:
            raise ProblemError(AUTHENTICATOR_MISSING)
        if not _take_code(waiting, code, now=now):
            raise ProblemError(CODE_WRONG)
        Authenticator.objects.filter(pk=waiting.pk).update(confirmed_at=now)
        codes = first_recovery_codes(user)
        _record(actor, "user.authenticator_added", user, now)
    return codes


def remove_authenticator(*, actor: Actor, user: User, now: datetime) -> None:
    """Codes are no longer asked for. Raises authenticator.missing, second_factor.kept."""
    with transaction.atomic():
        if not Authenticator.objects.filter(user=user).delete()[0]:
            raise ProblemError(AUTHENTICATOR_MISSING)
        demand_a_factor_where_required(user=user, now=now)
        _record(actor, "user.authenticator_removed", user, now)


def demand_a_factor_where_required(*, user: User, now: datetime) -> None:
    """After a removal: raises second_factor.kept when a role demands what is no longer there.

    Recovery codes go with the last factor: they stand in for one.
    """
    has_factor = bool(factors_of(user))
    if advice(roles_of(user, now=now), has_factor=has_factor) == "required":
        raise ProblemError(SECOND_FACTOR_KEPT)
    if not has_factor:
        RecoveryCode.objects.filter(user=user).delete()


def verify(*, user: User, code: str, now: datetime) -> str:
    """Take a code of the authenticator or a recovery code; returns which it was. Raises code.wrong."""
    typed = "".join(code.split()).replace("-", "")
    own = Authenticator.objects.filter(user=user, confirmed_at__isnull=False).first()
    if own and _take_code(own, typed, now=now):
        return "authenticator"
    unused = RecoveryCode.objects.filter(user=user, code_hash=_hash(typed.upper()), used_at=None)
    if factors_of(user) and unused.update(used_at=now) == 1:
        return "recovery"
    raise ProblemError(CODE_WRONG)


def first_recovery_codes(user: User) -> list[str]:
    """Fresh codes when the user has no usable one, else none."""
    if RecoveryCode.objects.filter(user=user, used_at=None).exists():
        return []
    return _fresh_codes(user)


def renew_recovery_codes(*, actor: Actor, user: User, now: datetime) -> list[str]:
    """Ten fresh codes, shown this once; the earlier ones are void. Raises authenticator.missing without any factor."""
    with transaction.atomic():
        if not factors_of(user):
            raise ProblemError(AUTHENTICATOR_MISSING)
        codes = _fresh_codes(user)
        _record(actor, "user.recovery_codes_renewed", user, now)
    return codes


def remove_all(user: User) -> None:
    """Every second factor of the user goes; part of an administrator's reset."""
    Authenticator.objects.filter(user=user).delete()
    Passkey.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def _fresh_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(16)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, code_hash=_hash(code)) for code in codes])
    return ["-".join(code[start : start + 4] for start in range(0, 16, 4)) for code in codes]


def _take_code(own: Authenticator, code: str, *, now: datetime) -> bool:
    """Whether the code fits and is newer than the last one taken; it is used up by that."""
    totp = pyotp.TOTP(own.secret, interval=STEP)
    present = int(now.timestamp()) // STEP
    typed = "".join(code.split()).encode()
    for step in (present - 1, present, present + 1):
        if secrets.compare_digest(totp.generate_otp(step).encode(), typed):
            # Conditional: of two requests with one code, one gets the row.
            newer = Authenticator.objects.filter(pk=own.pk, last_step__lt=step)
            return newer.update(last_step=step) == 1
    return False


def _hash(code: str) -> str:
    return hashlib.sha256(f"recovery:{code}".encode()).hexdigest()


def _record(actor: Actor, action: str, user: User, now: datetime) -> None:
    audit.record(actor=actor, action=action, now=now, kind="user", object_id=user.pk)
