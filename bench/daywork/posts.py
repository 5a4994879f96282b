"""What a phone is given when it begins, and who comes by its gate."""

import time
import uuid
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Post:
    """A gate with its guard's phone. `gate`: number in the demo; `gate_pk` in the database."""

    gate: int
    gate_pk: int
    compound_pk: int
    device: str
    token: str
    private: str  # hexadecimal
    fast: int  # seconds by which its clock is fast


@dataclass(frozen=True)
class Coming:
    """Somebody at the gate. `moment`: seconds since 1970; `text`: of his code, "" when his pass is looked up by
    `serial`; `visitor`: what somebody without a pass says.
    """

    number: int
    moment: int
    out: bool
    temperature: float
    document: bool | None
    forces: bool
    serial: str = ""
    text: str = ""
    car: bool = False
    visitor: dict[str, Any] | None = None


def uuid7() -> uuid.UUID:
    """Time-ordered, as phones make them."""
    value = (time.time_ns() // 1_000_000) << 80 | uuid.uuid4().int & ((1 << 80) - 1)
    value = value & ~(0xF << 76) | 7 << 76
    return uuid.UUID(int=value & ~(3 << 62) | 2 << 62)
