"""A crossing on its way into the table: the columns of `models.Crossing` as they are, without what a model costs."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID


@dataclass(slots=True)
class Crossed:
    """One passage or refused try; each name is a column of `models.Crossing` and means what is said there."""

    id: UUID
    path: str
    compound: int
    gate: int
    at: datetime
    received_at: datetime
    direction: str
    decision: str
    guard: int | None
    guard_name: str
    kind: str = "none"
    reasons: list[str] = field(default_factory=list)
    subject: str = ""
    who: str = ""
    serial: str = ""
    person: int | None = None
    name: str = ""
    phone_tail: str = ""
    said: str = ""
    plate: str = ""
    occupants: int = 0
    document_seen: bool | None = None
    temperature: float | None = None
    fever: bool = False
    by_hand: bool = False


class Shown(NamedTuple):
    """What a crossing takes from the pass that was shown; each name is a column of `models.Pass`."""

    pk: int
    serial: str
    path: str
    code: str
    quota: int
    person: int | None
    plate: str
    name: str
    subject: str
    phone_tail: str
