"""What a report says: every text and list is bounded, nothing unknown is taken. No Django."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from lianfang.screening.rules import Channel, Outcome
from lianfang.screening.visit_body import (
    Code,
    Contact,
    Day,
    From,
    Health,
    LegSaid,
    Line,
    NewPerson,
    PersonSeen,
    VisitBody,
    Word,
)

MOST_PEOPLE = 20
HIDDEN = "****"
Note = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PersonSaid(_Part):
    """One of the family, or one who is to come. Birth or age, whichever is known."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00]*\S[^\x00]*$")]
    sex: Literal["M", "F", ""] = ""
    birth: Day | None = None
    age: Annotated[int, Field(ge=0, le=120)] | None = None
    id_number: Word = ""
    phone: Word = ""
    relation: Word = ""
    from_text: Line = ""
    returned_on: Day | None = None
    legs: Annotated[list[LegSaid], Field(max_length=10)] = []
    contacts: Annotated[list[Contact], Field(max_length=10)] = []
    temperature: Annotated[float, Field(ge=30, le=45)] | None = None  # °C
    symptoms: Annotated[list[Code], Field(max_length=15)] = []
    needs: Note = ""
    remarks: Note = ""


class Said(_Part):
    """A whole report. The door as it is written on it; `host`: landlord or employer of people who are to come."""

    kind: Literal["family", "arrival"]
    building: Word = ""
    unit: Word = ""
    room: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00]*\S[^\x00]*$")]
    host: Line = ""
    phone: Word = ""  # of whoever reports
    arrives_on: Day | None = None
    people: Annotated[list[PersonSaid], Field(min_length=1, max_length=MOST_PEOPLE)]
    remarks: Note = ""

    @model_validator(mode="after")
    def _has_a_day(self) -> "Said":
        if (self.kind == "arrival") != (self.arrives_on is not None):
            raise ValueError("an arrival, and nothing else, has a day")
        return self


def place_of(said: Said) -> str:
    """The door as it was written."""
    return " ".join(filter(None, (said.building, said.unit, said.room)))[:200]


def masked(said: Said, mask: Any) -> dict[str, Any]:
    """What was said, ID numbers and phones masked."""
    told: dict[str, Any] = said.model_dump(mode="json", by_alias=True)
    told["phone"] = mask(said.phone)
    for one in told["people"]:
        one["id_number"], one["phone"] = mask(one["id_number"]), mask(one["phone"])
        for contact in one["contacts"]:
            contact["phone"] = mask(contact["phone"])
    return told


def unmasked(said: Said, before: Said, mask: Any) -> Said:
    """`said` with what is still masked in it as it was before: whoever corrects a name need not know the numbers."""

    def kept(new: str, olds: list[str]) -> str:
        return next((old for old in olds if HIDDEN in new and mask(old) == new), new)

    ids = [one.id_number for one in before.people]
    phones = [one.phone for one in before.people]
    others = [contact.phone for one in before.people for contact in one.contacts]
    people = []
    for position, one in enumerate(said.people):
        # The person at the same position first: two masked numbers may look alike.
        mine = before.people[position : position + 1]
        contacts = [
            contact.model_copy(update={"phone": kept(contact.phone, others)}) for contact in one.contacts
        ]
        number = kept(one.id_number, [*(was.id_number for was in mine), *ids])
        phone = kept(one.phone, [*(was.phone for was in mine), *phones])
        people.append(one.model_copy(update={"id_number": number, "phone": phone, "contacts": contacts}))
    return said.model_copy(update={"people": people, "phone": kept(said.phone, [before.phone])})


def as_visit(said: Said, *, door: int, channel: Channel) -> VisitBody:
    """The visit that a family's report is. Everybody is new to it: the registry finds who is known."""
    people = [_seen(one) for one in said.people]
    remarks = " ".join(filter(None, (said.remarks, said.phone and f"☎ {said.phone}")))
    return VisitBody(door=door, channel=channel, outcome=Outcome.SEEN, people=people, remarks=remarks)


def _seen(one: PersonSaid) -> PersonSeen:
    ill = one.temperature is not None or one.symptoms
    # An age says no day of birth; it goes along as it was said.
    age = f"{one.age} 岁" if one.age is not None and one.birth is None else ""
    new = NewPerson(
        name=one.name.strip(), sex=one.sex, birth=one.birth, id_number=one.id_number or None,
        phone=one.phone or None, relation=one.relation,
    )  # fmt: skip
    said: dict[str, Any] = {
        "new": new, "here": "yes", "returned_on": one.returned_on, "legs": one.legs, "contacts": one.contacts,
        "from": From(text=one.from_text) if one.from_text else None,
        "health": Health(temperature=one.temperature, symptoms=one.symptoms) if ill else None,
        "needs": [one.needs[:120]] if one.needs else [], "remarks": " ".join(filter(None, (one.remarks, age))),
    }  # fmt: skip
    return PersonSeen.model_validate(said)


def fitting_day(said: Said, today: date) -> bool:
    """Whether the arrival lies ahead, within a year."""
    return said.arrives_on is None or 0 <= (said.arrives_on - today).days <= 366
