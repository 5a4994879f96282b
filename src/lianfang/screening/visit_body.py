"""What a visit says, version 1: every text and list is bounded, nothing unknown is taken. No Django."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from lianfang.screening.rules import IN_VAIN, Channel, Outcome

BIGGEST = 2**31 - 1
Number = Annotated[int, Field(ge=1, le=BIGGEST, strict=True)]
_NO_NUL = r"^[^\x00]*$"
Word = Annotated[str, StringConstraints(max_length=40, pattern=_NO_NUL)]
Line = Annotated[str, StringConstraints(max_length=120, pattern=_NO_NUL)]
Text = Annotated[str, StringConstraints(max_length=1000, pattern=_NO_NUL)]
Code = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z0-9_.]+$")]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 1, 1))]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class From(_Part):
    """Where somebody came from: a division code as far as it is known, and words."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{2,15}$")] | None = None
    text: Line = ""


class LegSaid(_Part):
    mode: Literal["train", "flight", "coach", "car", "other"]
    number: Word = ""
    date: Day | None = None
    carriage: Annotated[str, StringConstraints(max_length=20, pattern=_NO_NUL)] = ""
    seat: Annotated[str, StringConstraints(max_length=20, pattern=_NO_NUL)] = ""
    from_: Annotated[Line, Field(alias="from")] = ""
    to: Line = ""


class Contact(_Part):
    """With whom somebody was together: `kind` as the disease profile names it."""

    name: Word = ""
    phone: Word = ""
    on: Day | None = None
    kind: Code | None = None
    text: Line = ""


class Health(_Part):
    temperature: Annotated[float, Field(ge=30, le=45)] | None = None  # °C
    symptoms: Annotated[list[Code], Field(max_length=30)] = []


class NewPerson(_Part):
    """Somebody whom the phone does not know. Values as said; the registry finds out whether he is known."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=_NO_NUL)]
    sex: Literal["M", "F", ""] = ""
    birth: Day | None = None
    id_number: Word | None = None
    phone: Word | None = None
    relation: Word = ""


class PersonSeen(_Part):
    """One person: known by number (`uid`), or new."""

    uid: Number | None = None
    new: NewPerson | None = None
    here: Literal["yes", "no", "moved", "unknown"]
    from_: Annotated[From | None, Field(alias="from")] = None
    returned_on: Day | None = None
    legs: Annotated[list[LegSaid], Field(max_length=20)] = []
    contacts: Annotated[list[Contact], Field(max_length=20)] = []
    health: Health | None = None
    needs: Annotated[list[Line], Field(max_length=20)] = []
    extra: Annotated[dict[Code, Line], Field(max_length=10)] = {}  # fields that the campaign switched on
    remarks: Text = ""

    @model_validator(mode="after")
    def _one_of_two(self) -> "PersonSeen":
        if (self.uid is None) == (self.new is None):
            raise ValueError("uid or new, not both")
        return self

    @property
    def matters(self) -> bool:
        """Whether the response needs to know: a full dossier instead of a light record."""
        ill = self.health is not None and (
            bool(self.health.symptoms) or (self.health.temperature or 0) >= 37.3
        )
        return bool(self.legs or self.contacts or self.from_ or self.returned_on or ill)

    @property
    def telling(self) -> bool:
        """Whether anything is said beyond "lives here, as known"."""
        said = self.needs or self.extra or self.remarks or self.health is not None
        return bool(self.matters or said or self.new or self.here != "yes")


class Next(_Part):
    """When and how to try again, as the worker wishes."""

    hour: Code | None = None
    channel: Channel | None = None


class VisitBody(_Part):
    door: Number | None = None
    person: Number | None = None
    task: Number | None = None
    channel: Channel
    outcome: Outcome
    people: Annotated[list[PersonSeen], Field(max_length=60)] = []
    hazards: Annotated[list[Line], Field(max_length=20)] = []
    remarks: Text = ""
    photos: Annotated[list[UUID], Field(max_length=6)] = []
    next: Next | None = None

    @model_validator(mode="after")
    def _fits(self) -> "VisitBody":
        if (self.door is None) == (self.person is None):
            raise ValueError("a door or a person, not both")
        if self.outcome in IN_VAIN and any(one.here == "yes" for one in self.people):
            raise ValueError("nobody is seen where nobody answered")
        return self
