"""Files sealed at rest, piece by piece: any size, and nothing of it is ever whole in memory.

A file begins with MAGIC and a salt; from salt, purpose and the server's secret key its own key is derived. Each piece
is sealed with AES-256-GCM under a nonce that counts and says whether it is the last: pieces cannot be changed, left
out, moved or cut off unnoticed. To change the secret key see kernel.crypto and `lianfang rekey`.
"""

import secrets
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from lianfang.kernel.crypto import SealBrokenError

MAGIC = b"lianfang sealed 1\n"
#: Bytes of a piece before it is sealed.
PIECE = 1 << 20
_SALT, _TAG = 16, 16


def is_sealed(file: BinaryIO) -> bool:
    """Whether the file, read from its beginning, is a sealed one; it is left at its beginning."""
    found = file.read(len(MAGIC)) == MAGIC
    file.seek(0)
    return found


def seal(content: Iterable[bytes], target: BinaryIO, *, purpose: str) -> None:
    """Write the content sealed with the newest key; the parts that come may be of any length."""
    salt = secrets.token_bytes(_SALT)
    box = _box(settings.SECRET_KEY, salt, purpose)
    target.write(MAGIC + salt)
    number, waiting = 0, b""
    for part in content:
        waiting += part
        while len(waiting) > PIECE:
            piece, waiting = waiting[:PIECE], waiting[PIECE:]
            target.write(box.encrypt(_nonce(number, last=False), piece, None))
            number += 1
    target.write(box.encrypt(_nonce(number, last=True), waiting, None))


def unseal(source: BinaryIO, *, purpose: str) -> Iterator[bytes]:
    """The content of a sealed file, from its beginning. Raises SealBrokenError for another key or a changed file."""
    if source.read(len(MAGIC)) != MAGIC:
        raise SealBrokenError("this is no sealed file")
    salt = source.read(_SALT)
    piece, number, box = source.read(PIECE + _TAG), 0, None
    while True:
        following = source.read(PIECE + _TAG)
        nonce = _nonce(number, last=not following)
        box = box or _opening(piece, nonce, salt, purpose)
        try:
            yield box.decrypt(nonce, piece, None)
        except InvalidTag as problem:
            raise SealBrokenError("this file was changed or cut off") from problem
        if not following:
            return
        piece, number = following, number + 1


def _opening(piece: bytes, nonce: bytes, salt: bytes, purpose: str) -> AESGCM:
    """The box of the key, new or old, that opens the first piece."""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        box = _box(secret, salt, purpose)
        try:
            box.decrypt(nonce, piece, None)
        except InvalidTag:
            continue
        return box
    raise SealBrokenError(f"this was not sealed for {purpose!r} with a key of this server, or it was changed")


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def _box(secret: str, salt: bytes, purpose: str) -> AESGCM:
    """Each file has a key of its own, so that counting nonces never repeat under one key."""
    stretched = HKDF(algorithm=SHA256(), length=32, salt=salt, info=f"lianfang.file.{purpose}".encode())
    return AESGCM(stretched.derive(secret.encode()))
