"""Keys that sign passes: made, followed by the next one, withdrawn when stolen."""

from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from lianfang.gates import access, errors, refused
from lianfang.gates.models import IssuingKey, Pass
from lianfang.gates.passcode import SigningKey, TrustedKey
from lianfang.gates.passcode.signing import key_id
from lianfang.gates.rules import LEAST_WORDS, PassState, ancestors_or_self, issuer_code
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import ProblemError
from lianfang.territory.access import area_for

LONGEST_DAYS = 730
_ABOVE = "a key of an area above signs here as well"
_ITS_PASSES = "whatever a stolen key signed is void, wherever it lies"


@transaction.atomic
def make_key(*, actor: Actor, now: datetime, area: int, days: int) -> IssuingKey:
    """A new key for an area; the ones that signed there before sign no more, their passes go on until they end.

    Raises forbidden, not_found, pass.key_time.
    """
    place = area_for(actor, access.MANAGE, area)
    if not 1 <= days <= LONGEST_DAYS:
        raise ProblemError(errors.KEY_TIME, most=LONGEST_DAYS)
    moment = now.replace(microsecond=0)
    before = IssuingKey.objects.within(actor.require(access.MANAGE)).filter(
        path=place.path, withdrawn_at=None, until__gt=moment
    )
    replaced = list(before.values_list("kid", flat=True))
    before.update(until=moment)
    made = _create(place.path, moment, moment + timedelta(days=days), actor.name)
    audit.record(
        actor=actor, action="pass.key_made", now=now, kind="pass_key", object_id=made.pk, path=place.path,
        details={"kid": made.kid, "days": days, "after": replaced},
    )  # fmt: skip
    return made


def _create(path: str, since: datetime, until: datetime, name: str) -> IssuingKey:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    return IssuingKey.objects.create(
        path=path, area=issuer_code(path), kid=key_id(public).hex(), public=public.hex(),
        private=private.private_bytes_raw().hex(), since=since, until=until, made_at=since, made_by_name=name[:150],
    )  # fmt: skip


def signing_at(path: str, now: datetime) -> IssuingKey:
    """The key that signs at `path` now: of the nearest area that has one. Raises pass.no_key."""
    rows = IssuingKey.objects.unscoped(reason=_ABOVE).filter(
        path__in=ancestors_or_self(path), withdrawn_at=None, since__lte=now, until__gt=now
    )
    found = max(rows, key=lambda one: (len(one.path), one.since, one.pk), default=None)
    if found is None:
        raise ProblemError(errors.NO_KEY)
    return found


def signer(key: IssuingKey) -> SigningKey:
    """The private half, opened. Raises SealBrokenError when the server's secret key is another one."""
    return SigningKey(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key.private)))


def trusted(key: IssuingKey) -> TrustedKey:
    """What a checker has to know of a key."""
    return TrustedKey(
        bytes.fromhex(key.public), key.area, int(key.since.timestamp()), int(key.until.timestamp()),
        key.withdrawn_at is not None,
    )  # fmt: skip


@transaction.atomic
def withdraw_key(*, actor: Actor, now: datetime, key: int, reason: str) -> tuple[IssuingKey, int]:
    """A key was stolen: all its passes are void at once. The key, and how many passes that still counted.

    Raises forbidden, not_found, pass.words, pass.key_over.
    """
    found = access.key(actor, key)
    words = reason.strip()
    if len(words) < LEAST_WORDS:
        raise ProblemError(errors.WORDS, least=LEAST_WORDS)
    rows = access.keys(actor).filter(pk=key, withdrawn_at=None)
    if not rows.update(withdrawn_at=now, withdrawn_by_name=actor.name[:150], withdrawn_reason=words[:300]):
        raise ProblemError(errors.KEY_OVER)
    mine = Pass.objects.unscoped(reason=_ITS_PASSES).filter(key=key, state=PassState.VALID.value)
    areas = set(mine.filter(valid_until__gt=now).values_list("area", flat=True))
    lost = mine.filter(valid_until__gt=now).update(
        state=PassState.VOID.value, ended_at=now, ended_reason=words[:300]
    )
    refused.anew({found.area, *areas})
    audit.record(
        actor=actor, action="pass.key_withdrawn", now=now, kind="pass_key", object_id=key, path=found.path,
        details={"kid": found.kid, "passes": lost},
    )  # fmt: skip
    found.refresh_from_db()
    return found, lost
