"""Making passes."""

import hashlib
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lianfang.gates.passcode import base45, claims
from lianfang.gates.passcode.envelope import KEY_ID_BYTES, protect, seal, to_be_signed

PREFIX = "LF1:"


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 key. Its id follows from the public half, so that no two keys can claim one id by choice."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """32 bytes."""
        return self.private.public_key().public_bytes_raw()

    @property
    def id(self) -> bytes:
        return key_id(self.public)


def key_id(public: bytes) -> bytes:
    """The id of a public key: the first bytes of its SHA-256."""
    return hashlib.sha256(public).digest()[:KEY_ID_BYTES]


def sign(key: SigningKey, payload: bytes, purpose: bytes = b"") -> bytes:
    """COSE_Sign1 over `payload`."""
    protected = protect(key.id)
    return seal(protected, payload, key.private.sign(to_be_signed(protected, payload, purpose)))


def sign_pass(key: SigningKey, pass_: claims.Pass) -> str:
    """The text of a pass's QR code. Raises ValueError for a pass that could not be read again."""
    return PREFIX + base45.encode(sign(key, claims.encode(pass_)))
