"""The part of CBOR (RFC 8949) that passes use, in its deterministic form (section 4.2.1) and in no other.

Unsigned and negative integers up to 2^53, byte and text strings, arrays, maps with integer keys. Numbers take the
fewest bytes, keys ascend in the order of their bytes and none stands twice, lengths are stated, nothing follows. So
bytes that decode are exactly what their value encodes to.
"""

from typing import TypeAlias

from lianfang.gates.passcode.refusal import Refusal, RefusedError

Value: TypeAlias = "int | bytes | str | list[Value] | dict[int, Value]"

UNSIGNED, NEGATIVE, BYTES, TEXT, ARRAY, MAP = range(6)
MOST = 1 << 53  # what JavaScript counts exactly
DEEPEST = 4


def encode(value: "Value") -> bytes:
    """A value → its bytes. Raises ValueError for a number beyond 2^53."""
    if isinstance(value, int):
        return _head(UNSIGNED, value) if value >= 0 else _head(NEGATIVE, -1 - value)
    if isinstance(value, bytes):
        return _head(BYTES, len(value)) + value
    if isinstance(value, str):
        raw = value.encode()
        return _head(TEXT, len(raw)) + raw
    if isinstance(value, list):
        return _head(ARRAY, len(value)) + b"".join(encode(item) for item in value)
    items = sorted((encode(key), encode(item)) for key, item in value.items())
    return _head(MAP, len(items)) + b"".join(key + item for key, item in items)


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << 8 * size:
            if number > MOST:
                break
            return bytes([major << 5 | code]) + number.to_bytes(size, "big")
    raise ValueError("numbers go up to 2^53")


def decode(data: bytes) -> "Value":
    """Bytes → the value. Raises RefusedError (unreadable)."""
    reader = _Reader(data)
    value = reader.value(0)
    if reader.at != len(data):
        raise RefusedError(Refusal.UNREADABLE)
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> bytes:
        taken = self.data[self.at : self.at + count]
        if len(taken) < count:
            raise RefusedError(Refusal.UNREADABLE)
        self.at += count
        return taken

    def head(self) -> tuple[int, int]:
        """Major type and argument, which must be written in the fewest bytes."""
        first = self.take(1)[0]
        major, short = first >> 5, first & 31
        if short < 24:
            return major, short
        if short > 27:
            raise RefusedError(Refusal.UNREADABLE)
        size = 1 << (short - 24)
        number = int.from_bytes(self.take(size), "big")
        least = 24 if size == 1 else 1 << 4 * size
        if number < least or number > MOST:
            raise RefusedError(Refusal.UNREADABLE)
        return major, number

    def value(self, depth: int) -> "Value":
        if depth > DEEPEST:
            raise RefusedError(Refusal.UNREADABLE)
        major, number = self.head()
        if major == UNSIGNED:
            return number
        if major == NEGATIVE:
            return -1 - number
        if major == BYTES:
            return self.take(number)
        if major == TEXT:
            try:
                return self.take(number).decode()
            except UnicodeDecodeError:
                raise RefusedError(Refusal.UNREADABLE) from None
        if major == ARRAY:
            return [self.value(depth + 1) for _ in range(self._count(number))]
        if major == MAP:
            return self._map(self._count(number), depth)
        raise RefusedError(Refusal.UNREADABLE)

    def _count(self, number: int) -> int:
        """Every item takes a byte at least: a count beyond what is left is a lie, not a reason to allocate."""
        if number > len(self.data) - self.at:
            raise RefusedError(Refusal.UNREADABLE)
        return number

    def _map(self, count: int, depth: int) -> dict[int, "Value"]:
        found: dict[int, Value] = {}
        before = b""
        for _ in range(count):
            start = self.at
            key = self.value(depth + 1)
            raw = self.data[start : self.at]
            if not isinstance(key, int) or raw <= before:
                raise RefusedError(Refusal.UNREADABLE)
            before = raw
            found[key] = self.value(depth + 1)
        return found
