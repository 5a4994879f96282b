"""What the screens of a run get. ID numbers and phones are masked everywhere but in RevealedOut."""

from datetime import date, datetime
from typing import Annotated, Generic, Literal, TypeVar

from ninja import Schema
from pydantic import BeforeValidator, StringConstraints

from lianfang.linkage.fields import ListKind
from lianfang.linkage.rules import mask_text, masked_value
from lianfang.linkage.work.rules import WorkState

T = TypeVar("T")
Reason = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]
Severity = Literal["error", "warning", "info"]
FindingSort = Literal[
    "number",
    "-number",
    "code",
    "-code",
    "list",
    "-list",
    "place",
    "-place",
    "name",
    "-name",
    "since",
    "-since",
]
PeopleSort = Literal[
    "person",
    "-person",
    "name",
    "-name",
    "sources",
    "-sources",
    "findings",
    "-findings",
    "last_seen",
    "-last_seen",
]
Only = Literal["conflicts", "unseen", "unregistered"]


class PageOut(Schema, Generic[T]):
    items: list[T]
    total: int
    page: int
    size: int


class RunOut(Schema):
    id: int
    title: str
    as_of: date
    loaded_at: datetime
    current: bool


class FieldNameOut(Schema):
    """A name of ours in words."""

    name: str
    zh: str
    en: str


class KindOut(Schema):
    """A kind of finding in words."""

    code: str
    severity: str
    title_zh: str
    title_en: str
    action_zh: str
    action_en: str


class VocabularyOut(Schema):
    fields: list[FieldNameOut]
    kinds: list[KindOut]
    evidence: list[FieldNameOut]


class ColumnOut(Schema):
    header: str | None = None
    field: str | None = None
    why: str | None = None


class NoteOut(Schema):
    zh: str
    en: str


class ListOut(Schema):
    number: int
    label: str
    kind: ListKind
    records: int
    rejected: int
    encoding: str
    header_row: int | None
    columns: list[ColumnOut]
    notes: list[NoteOut]


class ProblemOut(Schema):
    """A file that could not be read."""

    file: str
    row: int | None = None
    zh: str
    en: str


class ListsOut(Schema):
    lists: list[ListOut]
    problems: list[ProblemOut]


class PlaceOut(Schema):
    number: int
    name: str
    community: str
    people: int
    registered: int
    seen: int
    unregistered: int
    tasks: int


class SourcesOut(Schema):
    sources: int
    people: int


class ListFigureOut(Schema):
    number: int
    label: str
    kind: ListKind
    records: int
    rejected: int


class FindingFigureOut(Schema):
    """`todo`: how many of the findings nobody has settled yet."""

    code: str
    severity: str
    findings: int
    todo: int


class OverviewOut(Schema):
    run: RunOut
    people: int
    people_with_conflicts: int
    registered: int
    seen: int
    unregistered: int
    lists: list[ListFigureOut]
    sources: list[SourcesOut]
    findings: list[FindingFigureOut]
    places: list[PlaceOut]


class FindingWorkOut(Schema):
    """How a finding that somebody has touched stands; `note` is the newest."""

    state: WorkState
    assignee: int | None
    assignee_name: str
    team: str | None
    team_name: str
    due: date | None
    version: int
    changed_at: datetime
    changed_by: str
    note: str


class FindingOut(Schema):
    """`key` is the finding's own in every run (digits: too long a number for a browser)."""

    number: int
    key: Annotated[str, BeforeValidator(str)]
    since: datetime
    state: WorkState
    due: date | None
    work: FindingWorkOut | None = None
    address: str | None = None  # of the person, in lists
    code: str
    severity: str
    field: str
    list: int | None
    row: int | None
    person: int | None
    other_person: int | None
    place: int
    name: str | None
    reason_zh: str
    reason_en: str

    @staticmethod
    def resolve_address(finding: object) -> str | None:
        return masked_value("address", getattr(finding, "address", None))


class ValueOut(Schema):
    field: str
    value: str


class SourceOut(Schema):
    record: int
    file: str
    kind: ListKind
    row: int
    date: str | None


class RecordOut(SourceOut):
    person: int
    probability: float
    rule: str
    values: list[ValueOut]


class FindingDetailOut(Schema):
    finding: FindingOut
    records: list[RecordOut]


class PersonOut(Schema):
    uid: int
    person: int
    code: str
    name: str | None
    sex: str
    birth: date | None
    id_number: str | None
    phone: str | None
    address: str | None
    household: str | None
    place: int
    on_register: bool
    sources: int
    records: int
    conflicts: int
    findings: int
    last_seen: date | None

    @staticmethod
    def resolve_id_number(person: object) -> str | None:
        return masked_value("id_number", getattr(person, "id_number", None))

    @staticmethod
    def resolve_phone(person: object) -> str | None:
        return masked_value("phone", getattr(person, "phone", None))


class GivenOut(Schema):
    value: str
    best: bool
    sources: list[SourceOut]


class FileFieldOut(Schema):
    field: str
    best: str | None
    conflict: bool
    values: list[GivenOut]


class ReviewOut(Schema):
    number: int
    person_a: int
    person_b: int
    probability: float
    reason_zh: str
    reason_en: str


class FileOut(Schema):
    person: PersonOut
    fields: list[FileFieldOut]
    records: list[RecordOut]
    findings: list[FindingOut]
    reviews: list[ReviewOut]


class RevealIn(Schema):
    reason: Reason


class RevealedRecordOut(Schema):
    record: int
    id_number: str | None
    phone: str | None


class RevealedOut(Schema):
    records: list[RevealedRecordOut]
    id_number: str | None
    phone: str | None


class TaskOut(Schema):
    position: int
    urgency: int
    why_zh: str
    why_en: str
    address: str | None
    people_zh: str
    people_en: str
    todo_zh: str
    todo_en: str
    tasks: int


class RejectedOut(Schema):
    number: int
    file: str
    row: int | None
    reason: str
    reason_zh: str
    reason_en: str
    content: str

    @staticmethod
    def resolve_content(row: object) -> str:
        return mask_text(str(getattr(row, "content", "")))
