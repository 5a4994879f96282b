"""What a pass says: claims of a CWT (RFC 8392), of which a private one holds what is ours."""

import itertools
from dataclasses import dataclass
from typing import cast

from lianfang.gates.passcode import cbor
from lianfang.gates.passcode.refusal import Refusal, RefusedError

ISSUER, EXPIRES, NOT_BEFORE, SERIAL = 1, 4, 5, 7  # registered claims
OURS = -65537  # the first claim of private use
SERIAL_BYTES = 8
MOST_GATES, LONGEST_NAME, LONGEST_PLATE = 16, 24, 12
#: The payload's length; with it a code fits a QR code of version 8, level M.
LONGEST_CLAIMS = 66
LAST = 253_402_300_799  # seconds: the end of the year 9999


@dataclass(frozen=True)
class Pass:
    """A right to cross. Kind and quota are numbers of rules that the checker has; nobody's ID number is in it."""

    serial: bytes  # 8 random bytes
    area: str  # code of the issuer's area, digits
    kind: int
    quota: int
    gates: tuple[int, ...]  # numbers of gates or compounds, ascending; empty: every gate of the area
    not_before: int  # seconds since 1970
    expires: int  # seconds since 1970, the first in which it does not count any more
    name: str  # masked: 王*明
    plate: str = ""  # of a vehicle


def encode(pass_: Pass) -> bytes:
    """The claims' bytes. Raises ValueError for a pass that `decode` would refuse."""
    ours: list[cbor.Value] = [pass_.kind, pass_.quota, list(pass_.gates), pass_.name]
    if pass_.plate:
        ours.append(pass_.plate)
    data = cbor.encode(
        {
            ISSUER: pass_.area,
            EXPIRES: pass_.expires,
            NOT_BEFORE: pass_.not_before,
            SERIAL: pass_.serial,
            OURS: ours,
        }
    )
    if len(data) > LONGEST_CLAIMS:
        raise ValueError(f"the claims take {len(data)} bytes; {LONGEST_CLAIMS} fit the code")
    if decode(data) != pass_:
        raise ValueError("not a pass that could be read again")
    return data


def decode(data: bytes) -> Pass:
    """Bytes → the pass. Raises RefusedError (unreadable, claims)."""
    claims = cbor.decode(data)
    if not isinstance(claims, dict) or set(claims) != {ISSUER, EXPIRES, NOT_BEFORE, SERIAL, OURS}:
        raise RefusedError(Refusal.CLAIMS)
    area, ours, serial = claims[ISSUER], claims[OURS], claims[SERIAL]
    if not isinstance(ours, list) or len(ours) not in (4, 5):
        raise RefusedError(Refusal.CLAIMS)
    kind, quota, gates, name = ours[:4]
    plate = ours[4] if len(ours) == 5 else ""
    right = (
        _digits(area)
        and isinstance(serial, bytes)
        and len(serial) == SERIAL_BYTES
        and _gates(gates)
        and all(_number(number, LAST) for number in (claims[EXPIRES], claims[NOT_BEFORE]))
        and cast(int, claims[NOT_BEFORE]) < cast(int, claims[EXPIRES])
        and _number(kind, 255)
        and _number(quota, 255)
        and _text(name, LONGEST_NAME)
        and _text(plate, LONGEST_PLATE)
        and (len(ours) == 4 or plate != "")
    )
    if not right:
        raise RefusedError(Refusal.CLAIMS)
    return Pass(
        cast(bytes, serial),
        cast(str, area),
        cast(int, kind),
        cast(int, quota),
        tuple(cast(list[int], gates)),
        cast(int, claims[NOT_BEFORE]),
        cast(int, claims[EXPIRES]),
        cast(str, name),
        cast(str, plate),
    )


def _number(value: object, most: int) -> bool:
    return isinstance(value, int) and 0 <= value <= most


def _text(value: object, longest: int) -> bool:
    """Short, and nothing that a screen would not show."""
    return isinstance(value, str) and len(value.encode()) <= longest and all(char >= " " for char in value)


def _digits(value: object) -> bool:
    return isinstance(value, str) and 2 <= len(value) <= 15 and value.isascii() and value.isdigit()


def _gates(value: object) -> bool:
    if not isinstance(value, list) or len(value) > MOST_GATES:
        return False
    known = all(_number(gate, 0xFFFFFFFF) for gate in value)
    return known and all(a < b for a, b in itertools.pairwise(value))
