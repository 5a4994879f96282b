"""What the screens of people get. ID numbers and phones are masked everywhere but in Revealed… and …Full."""

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from lianfang.api.linkage_schemas import (
    FindingOut,
    PersonOut,
    PlaceOut,
    Reason,
    RecordOut,
    RevealedRecordOut,
    ReviewOut,
    RunOut,
    SourceOut,
)
from lianfang.linkage.fields import ListKind

Sort = Literal[
    "person", "-person", "name", "-name", "birth", "-birth", "place", "-place", "sources", "-sources",
    "records", "-records", "conflicts", "-conflicts", "findings", "-findings", "last_seen", "-last_seen",
]  # fmt: skip
ExportColumn = Literal[
    "name", "sex", "birth", "age", "id_number", "phone", "address", "community", "grid", "household",
    "relation", "on_register", "sources", "records", "conflicts", "findings", "last_seen", "corrected", "uid",
]  # fmt: skip
Years = Annotated[int | None, Field(ge=0, le=150)]
Few = Annotated[int | None, Field(ge=0, le=1000)]
Number = Annotated[int | None, Field(ge=0, le=2**31 - 1)]
Text = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]


class SearchIn(Schema):
    text: Text


class FoundPersonOut(Schema):
    uid: int
    name: str
    sex: str
    birth: date | None
    id_number: str
    phone: str
    address: str


class FoundPlaceOut(Schema):
    """`kind`: level of an area, or compound, building, door."""

    kind: str
    id: int
    name: str
    within: str
    path: str


class SearchOut(Schema):
    """`more`: there are more people than shown. `elsewhere`: whether somebody outside one's area was named exactly."""

    people: list[FoundPersonOut]
    more: bool
    places: list[FoundPlaceOut]
    elsewhere: Literal["exists", "unknown", "limit"] | None


class PeopleQuery(Schema):
    text: Text = ""
    place: Number = None
    area: Number = None
    sex: Literal["M", "F"] | None = None
    age_from: Years = None
    age_to: Years = None
    sources_from: Few = None
    sources_to: Few = None
    kind: ListKind | None = None
    on_register: bool | None = None
    conflicts: bool | None = None
    findings: bool | None = None
    corrected: bool | None = None


class PersonRowOut(PersonOut):
    """`age` on the run's day; `corrected`: fields whose values somebody corrected."""

    age: int | None
    relation: str | None
    corrected: list[str]


class PeoplePageOut(Schema):
    """`more`: the words typed fit more people than were looked at."""

    run: RunOut
    items: list[PersonRowOut]
    total: int
    page: int
    size: int
    more: bool


class ExportIn(Schema):
    """With a `reason` ID numbers and phones are not masked."""

    format: Literal["csv", "xlsx"] = "csv"
    language: Literal["zh", "en"] = "zh"
    columns: Annotated[list[ExportColumn], Field(min_length=1, max_length=19)]
    sort: Sort = "person"
    filters: PeopleQuery = PeopleQuery()
    reason: Reason | None = None


class PatchOut(Schema):
    id: int
    reason: str
    by: str
    at: datetime
    was: str | None


class KnownValueOut(Schema):
    value: str
    best: bool
    valid: bool
    sources: list[SourceOut]


class KnownFieldOut(Schema):
    """`best`: shown; `own`: below a correction; `why`: how the run chose; `version`: to be sent with a correction."""

    field: str
    best: str | None
    own: str | None
    why: Literal["corrected", "only", "derived", "valid", "more", "trusted", "later", "first"]
    conflict: bool
    version: str
    correctable: bool
    patch: PatchOut | None
    values: list[KnownValueOut]


class EventOut(SourceOut):
    """A journey, a crossing, a visit or a report. `day`: what the date as received means."""

    day: date | None
    vehicle: str | None
    seat: str | None
    origin: str | None
    temperature: str | None
    address: str | None
    remark: str | None


class HomeOut(Schema):
    address: str
    since: datetime
    until: datetime | None
    listed: bool


class HousemateOut(Schema):
    uid: int
    name: str | None
    sex: str
    birth: date | None
    relation: str | None
    on_register: bool
    findings: int
    since: datetime
    until: datetime | None


class MayOut(Schema):
    correct: bool
    reveal: bool
    trace: bool


class DoubtOut(ReviewOut):
    other_uid: int | None


class DossierOut(Schema):
    run: RunOut
    person: PersonOut
    place: PlaceOut | None
    may: MayOut
    fields: list[KnownFieldOut]
    records: list[RecordOut]
    findings: list[FindingOut]
    reviews: list[DoubtOut]
    events: list[EventOut]
    homes: list[HomeOut]
    housemates: list[HousemateOut]


class ValueChangeOut(Schema):
    field: str
    before: str | None
    after: str | None


class NamedOut(Schema):
    uid: int
    name: str | None


class HistoryStepOut(Schema):
    at: datetime
    kind: Literal["first_seen", "changed", "moved", "merged", "corrected", "undone"]
    run: int | None = None
    title: str = ""
    changes: list[ValueChangeOut] = Field(default_factory=list)
    gained: list[SourceOut] = Field(default_factory=list)
    lost: list[SourceOut] = Field(default_factory=list)
    merged: list[NamedOut] = Field(default_factory=list)
    by: str = ""
    reason: str = ""
    patch: int | None = None
    standing: bool = False


class LookOut(Schema):
    at: datetime
    by: str
    action: str
    reason: str
    field: str


class PatchIn(Schema):
    """`base`: the field's version that was seen. `confirmed`: keep the value although it may be wrong."""

    field: Annotated[str, StringConstraints(max_length=20, pattern=r"^[a-z_]*$")]
    value: Text
    reason: Reason
    base: Annotated[str, StringConstraints(max_length=20)]
    confirmed: bool = False


class PatchedOut(Schema):
    id: int


class RevealedPatchOut(Schema):
    id: int
    before: str
    after: str


class RevealedFileOut(Schema):
    records: list[RevealedRecordOut]
    patches: list[RevealedPatchOut]
    id_number: str | None
    phone: str | None
