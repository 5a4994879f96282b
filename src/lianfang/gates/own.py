"""The pass's own page, for its holder, without an account: the code, whether it counts, and how to object.

Its address bears the serial and a proof that only this server can make, so that it can be printed again at any time
and nobody finds one by trying.
"""

import base64
import hmac
from datetime import datetime
from hashlib import sha256

from django.conf import settings

from lianfang.accounts import throttle
from lianfang.gates import errors, objecting, where, withdrawing
from lianfang.gates.kinds import kind_at, quotas_at
from lianfang.gates.models import Objection, Pass, Revocation
from lianfang.gates.rules import PassState
from lianfang.kernel.errors import NOT_FOUND, ProblemError

_PROOF = 12  # bytes: 96 bits
TRIES = 120  # an address, within a quarter of an hour
_HELD = "whoever holds the pass's own address"


def token_of(one: Pass) -> str:
    """The end of the address: serial and proof, 27 characters."""
    return (
        base64.urlsafe_b64encode(bytes.fromhex(one.serial) + _proof(one.serial, settings.SECRET_KEY))
        .decode()
        .rstrip("=")
    )


def _proof(serial: str, secret: str) -> bytes:
    return hmac.new(secret.encode(), b"lianfang.own_pass:" + bytes.fromhex(serial), sha256).digest()[:_PROOF]


def pass_of(token: str, *, caller: str, now: datetime) -> Pass:
    """Raises not_found, pass.throttled."""
    throttle.demand({throttle.key_of("own_pass", caller): TRIES}, now=now, refusal=errors.THROTTLED)
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        raise ProblemError(NOT_FOUND) from None
    serial, proof = raw[:8].hex(), raw[8:]
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if len(raw) != 8 + _PROOF or not any(hmac.compare_digest(proof, _proof(serial, one)) for one in secrets):
        raise ProblemError(NOT_FOUND)
    found = Pass.objects.unscoped(reason=_HELD).filter(serial=serial).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def told(one: Pass, *, now: datetime) -> dict[str, object]:
    """What the holder sees: nothing of anybody else, and no name in full."""
    kind, running = kind_at(one.path, one.code), withdrawing.running_of(one, now)
    if running is not None and running.told_at is None:
        rows = Revocation.objects.unscoped(reason=_HELD).filter(pk=running.pk, told_at=None)
        rows.update(told_at=now, told_how="page")  # he has seen it now
    objections = Objection.objects.unscoped(reason=_HELD).filter(against__of=one.pk).order_by("-pk")
    latest = objections.first()
    place = where.told([one]).get(one.pk, where.Where())
    return {
        "name": one.name, "plate": one.plate, "kind_zh": kind.zh, "kind_en": kind.en, "colour": kind.colour,
        "print_zh": kind.print_zh, "print_en": kind.print_en, "compound": one.compound_name,
        "whole_area": one.whole_area, "gates": place.gates, "further": place.further,
        "valid_from": one.valid_from, "valid_until": one.valid_until,
        "state": state_of(one, running, now), "text": one.text if one.state == PassState.VALID else "",
        "hours": [list(span) for span in kind.hours], "quota": vars(quotas_at(one.path)[one.quota].policy),
        "withdrawn": _withdrawn(running) if running else None,
        "objection": _objection(latest) if latest else None,
        "may_object": running is not None and (latest is None or latest.decided_at is not None),
    }  # fmt: skip


def state_of(one: Pass, running: Revocation | None, now: datetime) -> str:
    """valid, early, over, revoked, suspended, replaced, void or returned."""
    if one.state != PassState.VALID:
        return str(one.state)
    if one.valid_until <= now:
        return "over"
    if running is not None:
        return "suspended" if running.by_guard else "revoked"
    return "early" if one.valid_from > now else "valid"


def _withdrawn(one: Revocation) -> dict[str, object]:
    return {"reason": one.reason, "text": one.text, "since": one.since, "until": one.until}


def _objection(one: Objection) -> dict[str, object]:
    names = ("text", "made_at", "due_at", "decided_at", "verdict", "answer")
    return {name: getattr(one, name) for name in names}


def object_by_holder(*, token: str, caller: str, text: str, now: datetime) -> Objection:
    """Raises not_found, pass.throttled, pass.words, pass.lifted, objection.made."""
    one = pass_of(token, caller=caller, now=now)
    running = withdrawing.running_of(one, now)
    if running is None:
        raise ProblemError(errors.LIFTED)
    return objecting.object_to(now=now, revocation=running, text=text)
