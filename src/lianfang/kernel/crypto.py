"""Secrets at rest: what only this server may read again (a TOTP secret), sealed with a key of its own.

The keys are derived from the server's secret key, one for each purpose, so that a text sealed for one purpose does
not open for another. To change the secret key: put the new one on the first line of `secret.key` and leave the old
one below it (`lianfang rekey` does this); old lines open, only the first one seals.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealBrokenError(ValueError):
    """A sealed text does not open: another key, another purpose, or somebody changed it."""


def seal(text: str, *, purpose: str) -> str:
    """`text` as an ASCII text that tells nothing; a third longer, and different each time."""
    return _ring(purpose).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, *, purpose: str) -> str:
    """What was sealed. Raises SealBrokenError."""
    try:
        return _ring(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as problem:
        raise SealBrokenError(f"this was not sealed for {purpose!r} with a key of this server") from problem


def reseal(sealed: str, *, purpose: str) -> str:
    """The same text, sealed with the newest key. Raises SealBrokenError."""
    try:
        return _ring(purpose).rotate(sealed.encode()).decode("ascii")
    except InvalidToken as problem:
        raise SealBrokenError(f"this was not sealed for {purpose!r} with a key of this server") from problem


def _ring(purpose: str) -> MultiFernet:
    return _made((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS), purpose)


@lru_cache(maxsize=64)
def _made(secrets: tuple[str, ...], purpose: str) -> MultiFernet:
    """Once a process: deriving the keys costs more than sealing a visit."""
    return MultiFernet([Fernet(_derived(secret, purpose)) for secret in secrets])


def _derived(secret: str, purpose: str) -> bytes:
    """A Fernet key. The secret has over 256 random bits, so HKDF suffices: there is no password to slow down."""
    stretched = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"lianfang.{purpose}".encode())
    return base64.urlsafe_b64encode(stretched.derive(secret.encode()))
