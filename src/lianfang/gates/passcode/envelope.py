"""COSE_Sign1 (RFC 9052) with Ed25519, in one form only."""

from dataclasses import dataclass
from typing import cast

from lianfang.gates.passcode import cbor
from lianfang.gates.passcode.refusal import Refusal, RefusedError

TAG_SIGN1 = 0xD2  # tag 18 in one byte
ALGORITHM, KEY_ID, EDDSA = 1, 4, -8
KEY_ID_BYTES, SIGNATURE_BYTES = 4, 64
EMPTY_MAP = 0xA0


@dataclass(frozen=True)
class Envelope:
    key_id: bytes
    protected: bytes
    payload: bytes
    signature: bytes

    def to_be_signed(self, purpose: bytes) -> bytes:
        """RFC 9052, 4.4. `purpose` keeps a list from being shown as a pass; it is empty for passes, as CWT wants."""
        return to_be_signed(self.protected, self.payload, purpose)


def to_be_signed(protected: bytes, payload: bytes, purpose: bytes) -> bytes:
    return cbor.encode(["Signature1", protected, purpose, payload])


def protect(key_id: bytes) -> bytes:
    """The protected header."""
    return cbor.encode({ALGORITHM: EDDSA, KEY_ID: key_id})


def seal(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    """The whole, tagged."""
    return bytes([TAG_SIGN1]) + cbor.encode([protected, {}, payload, signature])


def unseal(data: bytes) -> Envelope:
    """Bytes → their parts; nothing is verified yet. Raises RefusedError (unreadable, algorithm)."""
    if not data or data[0] != TAG_SIGN1:
        raise RefusedError(Refusal.UNREADABLE)
    parts = cbor.decode(data[1:])
    if not isinstance(parts, list) or len(parts) != 4 or parts[1] != {}:
        raise RefusedError(Refusal.UNREADABLE)
    protected, _, payload, signature = parts
    if not all(isinstance(part, bytes) for part in (protected, payload, signature)):
        raise RefusedError(Refusal.UNREADABLE)
    key_id = _key_id(cbor.decode(cast(bytes, protected)))
    if len(cast(bytes, signature)) != SIGNATURE_BYTES:
        raise RefusedError(Refusal.ALGORITHM)
    return Envelope(key_id, cast(bytes, protected), cast(bytes, payload), cast(bytes, signature))


def _key_id(header: "cbor.Value") -> bytes:
    """The key's id from a header that names Ed25519 and nothing else."""
    if not isinstance(header, dict) or header.get(ALGORITHM) != EDDSA:
        raise RefusedError(Refusal.ALGORITHM)
    key_id = header.get(KEY_ID)
    if set(header) != {ALGORITHM, KEY_ID} or not isinstance(key_id, bytes) or len(key_id) != KEY_ID_BYTES:
        raise RefusedError(Refusal.UNREADABLE)
    return key_id
