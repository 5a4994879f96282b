"""Base45 (RFC 9285), strictly: every text that decodes is what its bytes encode to."""

from lianfang.gates.passcode.refusal import Refusal, RefusedError

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """Bytes → base45."""
    letters: list[str] = []
    for at in range(0, len(data) - 1, 2):
        high, low = divmod(data[at] << 8 | data[at + 1], 45 * 45)
        letters += ALPHABET[low % 45], ALPHABET[low // 45], ALPHABET[high]
    if len(data) % 2:
        letters += ALPHABET[data[-1] % 45], ALPHABET[data[-1] // 45]
    return "".join(letters)


def decode(text: str) -> bytes:
    """Base45 → bytes. Raises RefusedError (unreadable)."""
    try:
        values = [_VALUE[letter] for letter in text]
    except KeyError:
        raise RefusedError(Refusal.UNREADABLE) from None
    data = bytearray()
    whole = len(values) - len(values) % 3
    for at in range(0, whole, 3):
        number = values[at] + values[at + 1] * 45 + values[at + 2] * 2025
        if number > 0xFFFF:
            raise RefusedError(Refusal.UNREADABLE)
        data += number.to_bytes(2, "big")
    rest = values[whole:]
    if len(rest) == 1 or (rest and rest[0] + rest[1] * 45 > 0xFF):
        raise RefusedError(Refusal.UNREADABLE)
    if rest:
        data.append(rest[0] + rest[1] * 45)
    return bytes(data)
