"""The signed list of passes that count no more, as phones keep it: numbered, and what has changed since a number."""

from collections.abc import Iterable
from dataclasses import dataclass

from lianfang.gates.passcode import cbor
from lianfang.gates.passcode.check import Trust
from lianfang.gates.passcode.claims import SERIAL_BYTES
from lianfang.gates.passcode.envelope import unseal
from lianfang.gates.passcode.refusal import Refusal, RefusedError
from lianfang.gates.passcode.signing import SigningKey, sign

#: Signed along, so that nothing else that the key signed can stand in for a list.
PURPOSE = b"lianfang revocations 2"
INCREMENT = b"lianfang revocations since 2"
AREA, MADE, SERIALS, NUMBER, BASE, GONE = 1, 2, 3, 4, 5, 6
_LIST, _SINCE = {AREA, MADE, SERIALS, NUMBER}, {AREA, MADE, SERIALS, NUMBER, BASE, GONE}


@dataclass(frozen=True)
class Revocations:
    """Serials that are refused everywhere in the area, as of `made` (seconds since 1970). `number` grows with every
    change.
    """

    area: str
    made: int
    serials: frozenset[bytes]
    number: int

    def age(self, now: int) -> int:
        """Seconds; a list from the future (a wrong clock) is as old as it is early."""
        return abs(now - self.made)


@dataclass(frozen=True)
class Since:
    """What has changed since the list with the number `base`; nothing, when only its age is renewed."""

    area: str
    made: int
    number: int
    base: int
    added: frozenset[bytes]
    gone: frozenset[bytes]


def sign_revocations(key: SigningKey, area: str, made: int, serials: Iterable[bytes], number: int) -> bytes:
    """The list as signed bytes."""
    said: dict[int, cbor.Value] = {AREA: area, MADE: made, SERIALS: _joined(serials), NUMBER: number}
    return sign(key, cbor.encode(said), PURPOSE)


def sign_since(key: SigningKey, since: Since) -> bytes:
    """What has changed, as signed bytes."""
    said: dict[int, cbor.Value] = {
        AREA: since.area, MADE: since.made, SERIALS: _joined(since.added), NUMBER: since.number, BASE: since.base,
        GONE: _joined(since.gone),
    }  # fmt: skip
    return sign(key, cbor.encode(said), INCREMENT)


def open_revocations(data: bytes, trust: Trust) -> Revocations:
    """Signed bytes → the list. Raises RefusedError."""
    said = _opened(data, trust, PURPOSE, _LIST)
    return Revocations(_text(said[AREA]), _number(said[MADE]), _serials(said[SERIALS]), _number(said[NUMBER]))


def open_since(data: bytes, trust: Trust) -> Since:
    """Signed bytes → what has changed. Raises RefusedError."""
    said = _opened(data, trust, INCREMENT, _SINCE)
    return Since(
        _text(said[AREA]), _number(said[MADE]), _number(said[NUMBER]), _number(said[BASE]), _serials(said[SERIALS]),
        _serials(said[GONE]),
    )  # fmt: skip


def renewed(known: Revocations, since: Since) -> Revocations:
    """The list as it is now. Raises RefusedError (claims) for changes of another list."""
    if since.area != known.area or since.base != known.number or since.number < since.base:
        raise RefusedError(Refusal.CLAIMS)
    return Revocations(known.area, since.made, known.serials - since.gone | since.added, since.number)


def _opened(data: bytes, trust: Trust, purpose: bytes, names: set[int]) -> dict[int, cbor.Value]:
    envelope = unseal(data)
    key = trust.verify(envelope, purpose)
    said = cbor.decode(envelope.payload)
    if not isinstance(said, dict) or set(said) != names or not _text(said[AREA]).startswith(key.area):
        raise RefusedError(Refusal.CLAIMS)
    return said


def _joined(serials: Iterable[bytes]) -> bytes:
    return b"".join(sorted(set(serials)))


def _text(value: cbor.Value) -> str:
    if not isinstance(value, str):
        raise RefusedError(Refusal.CLAIMS)
    return value


def _number(value: cbor.Value) -> int:
    if not isinstance(value, int) or value < 0:
        raise RefusedError(Refusal.CLAIMS)
    return value


def _serials(value: cbor.Value) -> frozenset[bytes]:
    if not isinstance(value, bytes) or len(value) % SERIAL_BYTES:
        raise RefusedError(Refusal.CLAIMS)
    return frozenset(value[at : at + SERIAL_BYTES] for at in range(0, len(value), SERIAL_BYTES))
