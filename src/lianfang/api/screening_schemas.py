"""Shapes of campaigns and their work."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import AwareDatetime, StringConstraints

from lianfang.api.routing import BIGGEST
from lianfang.screening.rules import MOST_TRIES, CampaignKind, Channel, Outcome, TaskState

Line = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
Number = Annotated[int, Field(ge=0, le=BIGGEST)]
Basis = Literal["epidemic_law", "emergency_law", "duty", "consent", "other"]


class FieldWhy(Schema):
    """A field beyond the minimum, and why it is needed."""

    field: Annotated[str, StringConstraints(max_length=40)]
    why: Line


class ScreeningIn(Schema):
    """A campaign. `area` null: the whole territory; `areas`: parts of it; `people`: numbers in the registry."""

    title: Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$")]
    kind: CampaignKind
    area: Number | None = None
    areas: Annotated[list[Number], Field(max_length=200, default_factory=list)]
    people: Annotated[list[Number], Field(max_length=50_000, default_factory=list)]
    purpose: Line
    legal_basis: Basis
    starts_at: AwareDatetime
    due_at: AwareDatetime
    tries: Annotated[int, Field(ge=1, le=MOST_TRIES)] = 3
    hours: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")] = ""
    extra_fields: Annotated[list[FieldWhy], Field(max_length=20, default_factory=list)]
    profile: Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z0-9_-]*$")] = ""


class CampaignFiguresOut(Schema):
    """Doors, and people without one. `pace`: done a day; `expected_on`: done at that pace; `days`: [day, done]."""

    total: int
    done: int
    open: int
    returned: int
    with_secretary: int
    closed: int
    nobodys: int
    left: int
    pace: float
    expected_on: date | None
    days: list[tuple[date, int]]


class ScreeningOut(Schema):
    """`job`: makes the work lists; `made_at` null: not there yet. `manageable`: by the asking user."""

    id: int
    version: int
    title: str
    kind: CampaignKind
    path: str
    areas: list[str]
    purpose: str
    legal_basis: str
    starts_at: datetime
    due_at: datetime
    ended_at: datetime | None
    ended_by_name: str
    tries: int
    hours: str
    extra_fields: list[FieldWhy]
    profile: str
    job: int | None
    made_at: datetime | None
    created_at: datetime
    created_by_name: str
    manageable: bool
    figures: CampaignFiguresOut


class EndIn(Schema):
    version: Number


class ScreeningTaskOut(Schema):
    """One door (or a person without one). `people`: numbers of those asked for."""

    id: int
    version: int
    dwelling: int | None
    person: int | None
    path: str
    place: str
    people: list[int]
    reasons: list[dict[str, Any]]
    urgency: int
    worker: int | None
    worker_name: str
    state: TaskState
    tries: int
    last_outcome: str
    last_at: datetime | None
    hint: dict[str, str]
    due_at: datetime | None


class StateCounts(Schema):
    total: int
    done: int
    open: int
    returned: int
    with_secretary: int
    closed: int


class AreaProgressOut(StateCounts):
    """`area` null: what lies in no area. A parent's figures are the sums of what one sees."""

    area: int | None
    path: str
    name: str
    level: str


class WorkerProgressOut(StateCounts):
    """`worker` null: nobody's."""

    worker: int | None
    name: str


class ReceiverOut(Schema):
    """Somebody who can be given work; `paths` of his areas."""

    id: int
    name: str
    role: str
    paths: list[str]


class WorkersOut(Schema):
    items: list[WorkerProgressOut]
    receivers: list[ReceiverOut]


class ChosenTaskIn(Schema):
    id: Number
    version: Number


class HandIn(Schema):
    """Either some tasks as the page showed them, or everything open of one worker (`worker` 0: nobody's), below `path`.

    `to` null: nobody's.
    """

    tasks: Annotated[list[ChosenTaskIn], Field(max_length=500, default_factory=list)]
    worker: Number | None = None
    path: Annotated[str, StringConstraints(max_length=200, pattern=r"^[0-9A-Za-z/]*$")] = ""
    to: Number | None = None
    reason: Line


class HandedOut(Schema):
    tasks: int


class ReopenIn(Schema):
    version: Number
    reason: Line


class TaskStepOut(Schema):
    id: int
    at: datetime
    act: str
    by_name: str
    from_name: str
    to_name: str
    outcome: str
    channel: str
    visit: UUID | None
    text: str


class VisitLineOut(Schema):
    """`spoken_of`: how many people it speaks of; `typed_by_name`: who typed it in from paper."""

    id: UUID
    path: str
    place: str
    dwelling: int | None
    person: int | None
    worker_name: str
    typed_by_name: str
    device: UUID | None
    channel: Channel
    outcome: Outcome
    at: datetime
    corrected_at: datetime
    received_at: datetime
    spoken_of: int
    newcomers: int


class AskedOut(Schema):
    uid: int
    name: str
    sex: str
    birth: date | None
    phone: str


class TaskFileOut(Schema):
    task: ScreeningTaskOut
    asked: list[AskedOut]
    steps: list[TaskStepOut]
    visits: list[VisitLineOut]


class VisitPersonOut(Schema):
    """`uid` null: a newcomer who is still to be registered, or could not be (`failed`, a code)."""

    position: int
    uid: int | None
    newcomer: bool
    void: bool
    failed: str


class VisitOut(VisitLineOut):
    """`body` as recorded, with names of known people and masked numbers."""

    task: int | None
    body: dict[str, Any]
    people: list[VisitPersonOut]
    contradictions: list[int]


class PaperVisitIn(Schema):
    """A form as typed in; `id` made by the page, `body` as docs/develop/sync.md describes a visit.

    `worker_name`: who filled it in, as it stands on the paper; empty: whoever types.
    """

    id: UUID
    at: AwareDatetime
    worker_name: Annotated[str, StringConstraints(max_length=150, pattern=r"^[^\x00]*$")] = ""
    body: dict[str, Any]


class AnsweringVisitOut(VisitLineOut):
    """`answers`: to everything that is contradictory."""

    answers: dict[str, Any]


class ContradictionOut(Schema):
    """`about`: "outcome", "person:17:here", …; `holds`: of these, the visit that holds."""

    id: int
    path: str
    place: str
    dwelling: int | None
    about: list[str]
    noticed_at: datetime
    decided_at: datetime | None
    decided_by_name: str
    holds: dict[str, UUID]
    note: str
    people: dict[str, str]
    visits: list[AnsweringVisitOut]


class ContradictionDecisionIn(Schema):
    holds: dict[Annotated[str, StringConstraints(max_length=80)], UUID]
    note: Line = ""
