"""A sealed file opens whole or not at all, with the keys of this server alone."""

import io
from typing import Any

import pytest

from lianfang.kernel.crypto import SealBrokenError
from lianfang.kernel.sealed_files import MAGIC, PIECE, is_sealed, seal, unseal


def sealed(content: bytes, *, part: int = 70_000, purpose: str = "list") -> bytes:
    target = io.BytesIO()
    seal((content[at : at + part] for at in range(0, len(content), part)), target, purpose=purpose)
    return target.getvalue()


def opened(data: bytes, purpose: str = "list") -> bytes:
    return b"".join(unseal(io.BytesIO(data), purpose=purpose))


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 17])
def test_what_was_sealed_opens_again(length: int) -> None:
    content = bytes(range(256)) * (length // 256 + 1)
    data = sealed(content[:length])
    assert opened(data) == content[:length]
    assert is_sealed(io.BytesIO(data))
    assert content[:200] not in data or not length


def test_alike_files_are_sealed_otherwise_each_time() -> None:
    assert sealed(b"x" * 100) != sealed(b"x" * 100)


def test_nothing_can_be_changed_cut_off_or_moved() -> None:
    data = sealed(b"a" * (2 * PIECE + 5))
    head, piece = len(MAGIC) + 16, PIECE + 16
    flipped = bytearray(data)
    flipped[head + piece + 3] ^= 1
    swapped = (
        data[:head]
        + data[head + piece : head + 2 * piece]
        + data[head : head + piece]
        + data[head + 2 * piece :]
    )
    for broken in (bytes(flipped), data[: head + piece], data[:-3], swapped, data[: head + 2 * piece]):
        with pytest.raises(SealBrokenError):
            opened(broken)


def test_another_purpose_or_key_opens_nothing(settings: Any) -> None:
    data = sealed(b"secret")
    with pytest.raises(SealBrokenError):
        opened(data, purpose="photo")
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key of this server", []
    with pytest.raises(SealBrokenError):
        opened(data)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert opened(data) == b"secret"


def test_a_plain_file_is_told_from_a_sealed_one() -> None:
    file = io.BytesIO("姓名\n".encode())
    assert not is_sealed(file)
    assert file.tell() == 0
    with pytest.raises(SealBrokenError):
        opened(b"plain")
