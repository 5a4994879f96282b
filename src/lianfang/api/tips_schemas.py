"""Shapes of tips."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Field, Schema
from ninja.params import Query
from pydantic import AwareDatetime, StringConstraints

from lianfang.api.people_schemas import FoundPlaceOut
from lianfang.api.routing import BIGGEST, Words
from lianfang.incidents.rules import LONGEST_TEXT, MOST_AT_ONCE, TipAct, TipChannel, TipState

Number = Annotated[int, Field(ge=0, le=BIGGEST)]
Text = Annotated[str, StringConstraints(max_length=LONGEST_TEXT, pattern=r"^[^\x00]*$")]
Short = Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$")]
Word = Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")]
PlaceKind = Literal[
    "province", "city", "district", "subdistrict", "community", "grid", "compound", "building", "door"
]


class TipQuery(Schema):
    """`mine`: given to oneself; `nowhere`: without a place."""

    state: Literal["new", "assigned", "answered", "passed_on", "closed", "todo", "overdue"] | None = None
    channel: TipChannel | None = None
    mine: bool = False
    nowhere: bool = False
    area: Annotated[int | None, Query(ge=0, le=BIGGEST)] = None
    text: Words = ""


class TipExportIn(Schema):
    filters: TipQuery
    language: Literal["zh", "en"] = "zh"


class PlaceRef(Schema):
    kind: PlaceKind
    id: Number


class TipIn(Schema):
    """`key`: made by the page; `name` and `phone`: of whoever told it, empty when he did not say."""

    key: UUID
    channel: Literal[TipChannel.HOTLINE, TipChannel.CHAT, TipChannel.WALK_IN]
    text: Text
    said_at: AwareDatetime
    name: Word = ""
    phone: Word = ""
    place_text: Short = ""
    place: PlaceRef | None = None
    person: Number | None = None


class TipsIn(Schema):
    tips: Annotated[list[TipIn], Field(min_length=1, max_length=MOST_AT_ONCE)]


class PastedIn(Schema):
    text: Annotated[str, StringConstraints(max_length=60_000, pattern=r"^[^\x00]*$")]


class MessageOut(Schema):
    """One message of a pasted block. `said_at` null: the block does not say."""

    text: str
    said_at: datetime | None
    name: str
    places: list[FoundPlaceOut]


class TipOut(Schema):
    """`named`: whoever told it said who he is; `place_kind` empty: without a place. `text_en`: where the program itself
    says it, else empty.
    """

    id: int
    version: int
    channel: TipChannel
    text: str
    text_en: str
    said_at: datetime
    received_at: datetime
    received_by_name: str
    place_text: str
    place_kind: str
    place_id: int | None
    place: str
    path: str
    person: int | None
    state: TipState
    worker: int | None
    worker_name: str
    due_at: datetime
    overdue: bool
    found: str
    told: str
    told_at: datetime | None
    passed_to: str
    settled_at: datetime | None
    named: bool
    duplicate_of: int | None


class TipsOut(Schema):
    """`counts`: how many the other filters leave in each state; with `todo` and `overdue`."""

    items: list[TipOut]
    total: int
    page: int
    size: int
    counts: dict[str, int]


class TipStepOut(Schema):
    at: datetime
    act: TipAct
    by_name: str
    to_name: str
    text: str


class TipDetailOut(TipOut):
    """`alike`: of the same place or person at about the same time. `manageable`: by the asking user."""

    person_name: str
    manageable: bool
    steps: list[TipStepOut]
    duplicates: list[TipOut]
    alike: list[TipOut]


class TipWorkerOut(Schema):
    id: int
    name: str
    role: str


class AboutIn(Schema):
    """What it is about; null: nobody knows."""

    version: Number
    what: Literal["place", "person"]
    place: PlaceRef | None = None
    person: Number | None = None


class TipAssignIn(Schema):
    """`worker` null: back to all."""

    version: Number
    worker: Number | None
    due_at: AwareDatetime
    note: Text = ""


class TipNoteIn(Schema):
    version: Number
    text: Text


class TipAnswerIn(Schema):
    """`told` empty: whoever told it was told nothing; `told_at` null: just now."""

    version: Number
    found: Text
    told: Text = ""
    told_at: AwareDatetime | None = None


class TipSettleIn(Schema):
    """`passed_to`: the office that it is passed on to; `of`: the tip that it tells the same as."""

    version: Number
    how: Literal["close", "pass_on", "duplicate", "reopen"]
    text: Text = ""
    passed_to: Short = ""
    of: Number | None = None


class TellerIn(Schema):
    reason: Text


class TellerOut(Schema):
    name: str
    phone: str
