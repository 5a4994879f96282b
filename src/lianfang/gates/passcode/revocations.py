"""The signed list of passes that count no more, as phones keep it."""

from collections.abc import Iterable
from dataclasses import dataclass

from lianfang.gates.passcode import cbor
from lianfang.gates.passcode.check import Trust
from lianfang.gates.passcode.claims import SERIAL_BYTES
from lianfang.gates.passcode.envelope import unseal
from lianfang.gates.passcode.refusal import Refusal, RefusedError
from lianfang.gates.passcode.signing import SigningKey, sign

#: Signed along, so that nothing else that the key signed can stand in for a list.
PURPOSE = b"lianfang revocations 1"
AREA, MADE, SERIALS = 1, 2, 3


@dataclass(frozen=True)
class Revocations:
    """Serials that are refused everywhere in the area, as of `made` (seconds since 1970)."""

    area: str
    made: int
    serials: frozenset[bytes]

    def age(self, now: int) -> int:
        """Seconds; a list from the future (a wrong clock) is as old as it is early."""
        return abs(now - self.made)


def sign_revocations(key: SigningKey, area: str, made: int, serials: Iterable[bytes]) -> bytes:
    """The list as signed bytes."""
    ordered = b"".join(sorted(set(serials)))
    return sign(key, cbor.encode({AREA: area, MADE: made, SERIALS: ordered}), PURPOSE)


def open_revocations(data: bytes, trust: Trust) -> Revocations:
    """Signed bytes → the list. Raises RefusedError."""
    envelope = unseal(data)
    key = trust.verify(envelope, PURPOSE)
    said = cbor.decode(envelope.payload)
    if not isinstance(said, dict) or set(said) != {AREA, MADE, SERIALS}:
        raise RefusedError(Refusal.CLAIMS)
    area, made, joined = said[AREA], said[MADE], said[SERIALS]
    if not isinstance(area, str) or not isinstance(made, int) or not isinstance(joined, bytes):
        raise RefusedError(Refusal.CLAIMS)
    if len(joined) % SERIAL_BYTES or not area.startswith(key.area):
        raise RefusedError(Refusal.CLAIMS)
    serials = frozenset(joined[at : at + SERIAL_BYTES] for at in range(0, len(joined), SERIAL_BYTES))
    return Revocations(area, made, serials)
