"""A fact on the wire: the exact text that the phone signed, and the signature. No Django."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Annotated, Any
from uuid import UUID

from nacl.bindings import crypto_sign_BYTES, crypto_sign_open
from nacl.exceptions import BadSignatureError
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from lianfang.kernel.errors import ProblemError
from lianfang.sync import errors

VERSION = 1
MOST_BYTES = 64 * 1024  # of a payload
MOST_FIELDS = 5  # that a refusal names
_BIGGEST = 2**53 - 1  # what JavaScript counts to
#: A clock that is so near to ours is right.
NEAR = timedelta(minutes=2)
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Signed:
    """What came: any text, and what claims to be its signature (base64url)."""

    payload: str
    sig: str

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.payload.encode("utf-8", "surrogatepass")).hexdigest()


class Envelope(BaseModel):
    """What every payload has, of whatever version and kind."""

    id: UUID
    device: UUID
    seq: Annotated[int, Field(ge=1, le=_BIGGEST, strict=True)]
    at: Annotated[AwareDatetime, Field(ge=_EARLIEST, le=_LATEST)]
    v: Annotated[int, Field(ge=0, le=2**31 - 1, strict=True)]
    kind: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00]*$")]
    body: dict[str, Any]


def opened(signed: Signed) -> Envelope:
    """What the payload says. Raises fact.large, fact.unreadable."""
    try:
        text = signed.payload.encode("utf-8")
        if len(text) > MOST_BYTES:
            raise ProblemError(errors.LARGE, most=MOST_BYTES)
        return Envelope.model_validate_json(text)
    except ValidationError as problem:  # no JSON, nested too deep, or not what every payload has
        raise ProblemError(errors.UNREADABLE, field=fields_of(problem)[0]) from problem
    except ValueError as problem:  # no UTF-8
        raise ProblemError(errors.UNREADABLE, field="") from problem


def demand_signature(signed: Signed, public_key: bytes) -> None:
    """Raises fact.signature unless the key's owner signed exactly this text (Ed25519).

    By libsodium, which takes two thirds of OpenSSL's time: half of what a batch of crossings costs is this.
    """
    try:
        sig = base64.urlsafe_b64decode(signed.sig.encode("ascii") + b"=" * (-len(signed.sig) % 4))
        if len(sig) != crypto_sign_BYTES:
            raise ProblemError(errors.SIGNATURE)
        crypto_sign_open(sig + signed.payload.encode("utf-8"), public_key)
    except (BadSignatureError, ValueError) as problem:
        raise ProblemError(errors.SIGNATURE) from problem


def fields_of(problem: ValidationError) -> list[str]:
    """The names of what does not fit, never the values."""
    names = {
        ".".join(str(part) for part in error["loc"])[:80] for error in problem.errors(include_input=False)
    }
    return sorted(names)[:MOST_FIELDS] or [""]


def skew_of(sent_at: datetime, received_at: datetime) -> timedelta:
    """How far the phone's clock is behind ours; nothing when it is near enough."""
    skew = received_at - sent_at
    return timedelta() if abs(skew) <= NEAR else skew


def corrected(at: datetime, skew: timedelta, received_at: datetime) -> datetime:
    """When it was by our clock. Nothing was recorded after it came: a clock that was changed meanwhile lies."""
    try:
        moment = at + skew
    except OverflowError:
        return received_at
    return min(max(moment, _EARLIEST), received_at)
