"""Devices: phones that send facts and fetch work for their user, until they are withdrawn."""

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import transaction
from django.db.models import Q, QuerySet

from lianfang.accounts import access
from lianfang.accounts.errors import (
    DEVICE_KEY,
    DEVICE_LOCKED,
    DEVICE_NAME,
    DEVICE_TAKEN,
    DEVICE_TOO_MANY,
    DEVICE_UNKNOWN,
    DEVICE_WITHDRAWN,
    TOKEN_REFUSED,
)
from lianfang.accounts.models import Device, User
from lianfang.accounts.sessions import actor_for
from lianfang.accounts.versions import reason_in
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.durability import unhurried
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.patience import if_free
from lianfang.kernel.permissions import Permission as P
from lianfang.kernel.prepared import Given, Prepared

PREFIX = "lianfangdevice_"
NAME = 60
MOST = 10  # working devices of one user
#: No device may do more, whatever its user's roles hold.
LIMIT = frozenset(
    {
        P.FIELD_WORK,
        P.GATE_WORK,
        P.AREA_VIEW,
        P.PERSON_VIEW,
        P.PERSON_REGISTER,
        P.FINDING_VIEW,
        P.FINDING_WORK,
        P.TIP_VIEW,
        P.TIP_WORK,
    }
)
_KEY_BYTES = 32
_MINUTE = timedelta(minutes=1)
_BY_TOKEN = Prepared(lambda: Device.objects.select_related("user").filter(token_hash=Given("token", str)))


@dataclass(frozen=True)
class Bearer:
    """Whose token a request bore, the actor that the device is now, and `person`: its user with all that he may do."""

    device: Device
    actor: Actor
    person: Actor

    @property
    def withdrawn(self) -> bool:
        return self.device.withdrawn_at is not None


def enrol(*, actor: Actor, now: datetime, device: UUID, name: str, public_key: str) -> tuple[Device, str]:
    """Make a phone its user's device: the row, and the token that it signs in with, which nobody can read again.

    The same phone again (the answer was lost) gets a new token in place of the old one. Raises forbidden, device.key,
    device.name, device.taken, device.withdrawn, device.too_many; token.refused for a program's access token.
    """
    user_id = _person(actor)
    if not actor.can(P.GATE_WORK):
        actor.require(P.FIELD_WORK)
    key = _key(public_key)
    name = " ".join(name.split())
    if not 1 <= len(name) <= NAME:
        raise ProblemError(DEVICE_NAME, most=NAME)
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        # The user's row is locked so that two phones at once do not pass the limit together.
        User.objects.select_for_update().get(pk=user_id)
        found = Device.objects.filter(pk=device).first()
        if found is None:
            if of_user(user_id).filter(withdrawn_at=None).count() >= MOST:
                raise ProblemError(DEVICE_TOO_MANY, most=MOST)
            found = Device(pk=device, user_id=user_id, public_key=key, enrolled_at=now)
        elif found.user_id != user_id or bytes(found.public_key) != key:
            raise ProblemError(DEVICE_TAKEN)
        elif found.withdrawn_at is not None:
            raise ProblemError(DEVICE_WITHDRAWN)
        found.name, found.token_hash = name, _hash(secret)
        found.save()
        audit.record(actor=actor, action="device.enrolled", now=now, kind="device", object_id=str(device))
    return found, secret


def of_user(user: int) -> QuerySet[Device]:
    """The user's devices, newest first, withdrawn ones too."""
    return Device.objects.filter(user_id=user).order_by("-enrolled_at", "pk")


def listed(actor: Actor, user: int | None, *, now: datetime) -> list[Device]:
    """One's own devices (`user` None), or those of a user whom the actor manages. Raises forbidden, not_found, …"""
    if user is None or user == actor.user_id:
        return list(of_user(_person(actor)))
    return list(of_user(access.user_to_manage(actor, user, now=now).pk))


def withdraw(*, actor: Actor, now: datetime, device: UUID, reason: str) -> Device:
    """The device works no more and wipes itself at its next call. One's own, or that of a user whom one manages.

    Withdrawing twice is harmless. Raises reason.needed, not_found, user.not_yours.
    """
    words = reason_in(reason)
    user_id = _person(actor)
    found = Device.objects.select_related("user").filter(pk=device).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    if found.user_id != user_id:
        if not actor.can(P.USER_MANAGE):
            raise ProblemError(NOT_FOUND)
        access.user_to_manage(actor, found.user_id, now=now)
    with transaction.atomic():
        done = Device.objects.filter(pk=device, withdrawn_at=None).update(
            withdrawn_at=now, withdrawn_by=user_id, withdrawn_by_name=actor.name[:150],
            withdrawn_reason=words[:300],
        )  # fmt: skip
        if done:
            audit.record(
                actor=actor, action="device.withdrawn", now=now, kind="device", object_id=str(device),
                details={"user": found.user_id},
            )  # fmt: skip
    found.refresh_from_db()
    return found


def bearer_of(secret: str, *, now: datetime) -> Bearer:
    """Whose token this is. A withdrawn device is known as well: what it still has to send is to be kept.

    Raises device.unknown, device.locked.
    """
    known: list[Device] = _BY_TOKEN(token=_hash(secret))
    if not known:
        raise ProblemError(DEVICE_UNKNOWN)
    (found,) = known
    if not found.user.is_active:
        raise ProblemError(DEVICE_LOCKED)
    if found.withdrawn_at is None and (found.seen_at is None or found.seen_at < now - _MINUTE):
        stale = Q(seen_at=None) | Q(seen_at__lt=now - _MINUTE)
        with if_free(), unhurried():
            Device.objects.filter(stale, pk=found.pk).update(seen_at=now)
    person = actor_for(found.user, now=now)
    return Bearer(found, narrowed(found, person), person)


def narrowed(device: Device, person: Actor) -> Actor:
    """The device's user, who is no more than a device may be; nothing if it was withdrawn."""
    return person.narrowed(frozenset() if device.withdrawn_at is not None else LIMIT)


def _person(actor: Actor) -> int:
    """The user's number, if he acts himself and not a program."""
    if actor.limit is not None or actor.user_id is None:
        raise ProblemError(TOKEN_REFUSED)
    return actor.user_id


def _key(text: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if len(key) != _KEY_BYTES:
            raise ProblemError(DEVICE_KEY)
        Ed25519PublicKey.from_public_bytes(key)
    except (binascii.Error, ValueError) as problem:
        raise ProblemError(DEVICE_KEY) from problem
    return key


def _hash(secret: str) -> str:
    """256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
