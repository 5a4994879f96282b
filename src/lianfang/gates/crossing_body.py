"""What a crossing says, version 1: every text and list is bounded, nothing unknown is taken. No Django."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

_NO_NUL = r"^[^\x00]*$"
Number = Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
Word = Annotated[str, StringConstraints(max_length=40, pattern=_NO_NUL)]
Line = Annotated[str, StringConstraints(max_length=120, pattern=_NO_NUL)]
Code = Annotated[str, StringConstraints(max_length=20, pattern=r"^[a-z_]+$")]
Plate = Annotated[str, StringConstraints(max_length=12, pattern=_NO_NUL)]
Temperature = Annotated[float, Field(ge=30, le=45)]  # °C
FORCED = "forced"


class Decision(StrEnum):
    """`forced`: refused, and gone through all the same."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    FORCED = "forced"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Visitor(_Part):
    """Somebody without a pass. `returnee`: he comes to live here; the community is told."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=_NO_NUL)]
    phone: Word = ""
    id_number: Word = ""
    from_: Annotated[Line, Field(alias="from")] = ""
    to: Line = ""  # household
    purpose: Line = ""
    returnee: bool = False
    returned_on: Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 1, 1))] | None = None


class Occupant(_Part):
    """Somebody else in a vehicle."""

    name: Word = ""
    document_seen: bool | None = None
    temperature: Temperature | None = None


class CrossingBody(_Part):
    """`serial`: of a pass; or `person`: number in the registry; or `visitor`. None of them: only refused or forced."""

    gate: Number
    direction: Literal["in", "out"]
    decision: Decision
    serial: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")] | None = None
    person: Number | None = None
    visitor: Visitor | None = None
    plate: Plate = ""
    occupants: Annotated[list[Occupant], Field(max_length=60, default_factory=list)]
    document_seen: bool | None = None
    temperature: Temperature | None = None
    reasons: Annotated[list[Code], Field(max_length=10, default_factory=list)]
    by_hand: bool = False

    @model_validator(mode="after")
    def _fits(self) -> "CrossingBody":
        named = sum(one is not None for one in (self.serial, self.person, self.visitor))
        if named > 1 or (named == 0 and self.decision == Decision.ADMITTED):
            raise ValueError("serial, person or visitor: one of them")
        if self.decision == Decision.REFUSED and not self.reasons:
            raise ValueError("a refusal has a reason")
        return self

    @property
    def hottest(self) -> float | None:
        """The highest temperature of all who crossed together."""
        if not self.occupants:
            return self.temperature
        return max(
            (one for one in (self.temperature, *(o.temperature for o in self.occupants)) if one), default=None
        )
