"""Shapes of published lists and proposed measures."""

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Field, Schema
from pydantic import Base64Bytes, StringConstraints

from lianfang.api.routing import BIGGEST
from lianfang.screening.measures import MOST_DECIDED, MeasureState
from lianfang.screening.published import Kind

Line = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
Number = Annotated[int, Field(ge=0, le=BIGGEST)]
Level = Literal["low", "medium", "key", "high"]


class PublishedPaperIn(Schema):
    """A published list: pasted `text`, or a file (`file_name`, `file` in base64). `year`, `level`, `first` (a first
    day) count where the list says nothing; `area` null: it counts in the whole territory.
    """

    kind: Kind
    title: Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$")]
    area: Number | None = None
    text: Annotated[str, StringConstraints(max_length=500_000, pattern=r"^[^\x00]*$")] = ""
    file_name: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] = ""
    file: Base64Bytes = b""
    year: Annotated[int, Field(ge=1990, le=2100)] | None = None
    level: Level | None = None
    first: date | None = None


class RiskAreaOut(Schema):
    """A place at a level for a time; `last` null: until further notice."""

    code: str
    name: str
    level: Level
    first: date
    last: date | None
    source: str


class TripOut(Schema):
    """A ride of a published case. Empty `carriages` and `rows`: unknown. `notes`: codes of what was mended."""

    mode: str
    numbers: list[str]
    also: list[str]
    dates: list[date]
    overnight: bool
    carriages: list[str]
    rows: list[int]
    start: str
    end: str
    sources: list[str]
    notes: list[str]


class UnreadOut(Schema):
    """A row that could not be read: why (a code, and in words), and what a name may have meant."""

    row: int
    text: str
    code: str
    zh: str
    en: str
    candidates: list[str]


class UnderstoodOut(Schema):
    """What was made of a list: counts, and the first of each."""

    area_count: int
    trip_count: int
    unread_count: int
    areas: list[RiskAreaOut]
    trips: list[TripOut]
    unread: list[UnreadOut]
    columns: list[tuple[str, str]]


class PublishedListOut(Schema):
    """A list that was taken in. `withdrawn_at` set: it counts no longer."""

    id: int
    kind: Kind
    title: str
    path: str
    file_name: str
    entries: int
    unread_count: int
    received_at: datetime
    received_by_name: str
    withdrawn_at: datetime | None
    withdrawn_by_name: str
    withdrawn_reason: str
    manageable: bool


class PublishedListFullOut(PublishedListOut):
    """The same with what it says."""

    understood: UnderstoodOut


class WithdrawListIn(Schema):
    reason: Line


class RiskPageOut(Schema):
    """Risk areas in force on the day, and how many lists say so."""

    day: date
    items: list[RiskAreaOut]


class LevelSpanOut(Schema):
    first: date
    last: date
    level: Level


class LevelHistoryOut(Schema):
    """Levels of one place by day. `code` empty: the name is not known."""

    code: str
    name: str
    spans: list[LevelSpanOut]


class SymptomOut(Schema):
    code: str
    zh: str
    en: str


class ProfileOut(Schema):
    """A disease profile. `mistakes` not empty: its file cannot be used, and says why."""

    id: str
    zh: str
    en: str
    version: str
    fever: float | None
    symptoms: list[SymptomOut]
    contacts: list[SymptomOut]
    mistakes: str


class MeasureEvidenceOut(Schema):
    kind: str
    day: date
    zh: str
    en: str
    visit: str


class CitedOut(Schema):
    """`link`: where it can be read, null where no public page is known."""

    title: str
    issued: date
    says: str
    link: str | None


class MeasureOut(Schema):
    """A proposed measure with its reason. `since` is day 0, `until` the last day (null: no period)."""

    id: int
    person: int
    name: str
    place: str
    path: str
    profile: str
    measure: str
    rule: str
    since: date | None
    until: date | None
    zh: str
    en: str
    evidence: list[MeasureEvidenceOut]
    sources: list[CitedOut]
    made_at: datetime
    state: MeasureState
    decided_at: datetime | None
    decided_by_name: str
    reason: str
    version: int


class MeasureChosenIn(Schema):
    id: Number
    version: Number


class MeasureDecideIn(Schema):
    """All or none. Declining needs a reason."""

    chosen: Annotated[list[MeasureChosenIn], Field(min_length=1, max_length=MOST_DECIDED)]
    verdict: Literal["confirmed", "declined"]
    reason: Line = ""


class WordsOut(Schema):
    """A code with its words."""

    code: str
    zh: str
    en: str


class UnseenOut(Schema):
    """How many people of an area no list has. `unseen` null: nothing can be said, and `zh`, `en` say why. `status`
    "pooled": by the share of the area around. `at_least`: Chao's lower bound.
    """

    area: int
    path: str
    level: str
    name: str
    status: Literal["own", "pooled", "refused"]
    sources: list[str]
    left_out: list[str]
    seen: int
    unseen: int | None
    low: int | None
    high: int | None
    at_least: int | None
    zh: str
    en: str
    method_zh: str
    method_en: str
    warnings: list[WordsOut]


class UnseenPageOut(Schema):
    """Areas with their estimates (none: not reckoned yet), of which reconciliation, and under what they hold."""

    run: int | None
    made_at: datetime | None
    items: list[UnseenOut]
    assumptions: list[WordsOut]


class StartedOut(Schema):
    job: int
