"""Is this code a pass, and who signed it? What a checker knows of keys decides; no network, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from lianfang.gates.passcode import base45, claims
from lianfang.gates.passcode.envelope import Envelope, unseal
from lianfang.gates.passcode.refusal import Refusal, RefusedError
from lianfang.gates.passcode.signing import PREFIX, key_id

#: Characters that are looked at; a pass has 225 at most.
LONGEST = 256


@dataclass(frozen=True)
class TrustedKey:
    """A public key, for which areas it signs, and when it may begin and end to sign."""

    public: bytes  # 32 bytes
    area: str  # code that the codes of its passes' areas begin with
    since: int  # seconds since 1970
    until: int  # passes that begin later are not its own
    withdrawn: bool = False  # stolen: whatever it signed is void


class Trust:
    """The keys that a checker believes."""

    def __init__(self, keys: Iterable[TrustedKey]) -> None:
        self._keys = {
            key_id(key.public): (key, Ed25519PublicKey.from_public_bytes(key.public)) for key in keys
        }

    def verify(self, envelope: Envelope, purpose: bytes) -> TrustedKey:
        """The key that signed. Raises RefusedError (unknown_key, withdrawn_key, signature)."""
        if envelope.key_id not in self._keys:
            raise RefusedError(Refusal.UNKNOWN_KEY)
        key, public = self._keys[envelope.key_id]
        if key.withdrawn:
            raise RefusedError(Refusal.WITHDRAWN_KEY)
        try:
            public.verify(envelope.signature, envelope.to_be_signed(purpose))
        except InvalidSignature:
            raise RefusedError(Refusal.SIGNATURE) from None
        return key


def open_pass(text: str, trust: Trust) -> claims.Pass:
    """The text of a QR code → the pass, if a key that is believed signed it. Raises RefusedError."""
    if not text.startswith(PREFIX):
        raise RefusedError(Refusal.NO_PASS)
    if len(text) > LONGEST:
        raise RefusedError(Refusal.TOO_LONG)
    envelope = unseal(base45.decode(text[len(PREFIX) :]))
    key = trust.verify(envelope, b"")
    found = claims.decode(envelope.payload)
    if not found.area.startswith(key.area) or not key.since <= found.not_before <= key.until:
        raise RefusedError(Refusal.KEY_ELSEWHERE)
    return found
