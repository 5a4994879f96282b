"""Shapes of campaigns and their work."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime, StringConstraints

from lianfang.api.routing import BIGGEST
from lianfang.screening.rules import MOST_TRIES, Kind, TaskState

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
    kind: Kind
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
    kind: Kind
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
