"""What reviewers get. ID numbers and phones are masked; of a side outside their area there is nothing."""

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field, StringConstraints

from lianfang.api.linkage_schemas import PersonOut, RecordOut
from lianfang.api.routing import BIGGEST

State = Literal["open", "unsure", "decided", "looks", "beyond"]
Sort = Literal["worth", "age", "place", "probability"]
VerdictName = Literal["same", "not_same", "unsure"]
Note = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]
Number = Annotated[int, Field(ge=0, le=BIGGEST)]


class CasePersonOut(Schema):
    visible: bool
    person: int | None
    name: str | None
    place: int | None


class CaseLineOut(Schema):
    """A case in a table. `held_by`: who else is looking at it now; worth: what a look is expected to save, in looks."""

    number: int
    probability: float
    joined: bool
    worth: float
    opened_at: datetime
    verdict: str
    second_look: bool
    held_by: str | None
    people: list[CasePersonOut]


class WeightOut(Schema):
    """One bar of the waterfall: bits for (or against) one person over what would explain it else."""

    name: str
    bits: float
    likeness: float
    zh: str
    en: str


class NeighbourOut(Schema):
    person: int
    name: str | None
    sex: str
    birth: date | None
    relation: str | None
    address: str | None
    how: Literal["door", "household"]


class SideOut(Schema):
    visible: bool
    record: int | None
    person: PersonOut | None
    records: list[RecordOut]
    neighbours: list[NeighbourOut]


class DecisionOut(Schema):
    id: int
    verdict: VerdictName
    note: str
    by: str
    at: datetime
    second_look: bool
    undone_at: datetime | None
    undone_by: str
    mine: bool
    undoable: bool


class DeciderOut(Schema):
    id: int
    name: str


class DecidedOut(DecisionOut):
    case: int | None
    names: list[str | None]


class CaseOut(CaseLineOut):
    decidable: bool
    reason_zh: str
    reason_en: str
    steps: list[WeightOut]
    sides: list[SideOut]
    decision: DecisionOut | None


class NextOut(Schema):
    """`case` is null when the queue has nothing left."""

    run: int
    case: CaseOut | None


class PlaceCasesOut(Schema):
    place: int
    cases: int


class CountsOut(Schema):
    """Cases of each queue; `mine`: decided by oneself within a day."""

    run: int
    open: int
    unsure: int
    decided: int
    looks: int
    beyond: int
    mine: int
    places: list[PlaceCasesOut]


class StratumOut(Schema):
    stratum: str
    links: int
    drawn: int
    right: int
    wrong: int
    unsure: int
    share: float | None
    low: float | None
    high: float | None


class ShareOut(Schema):
    share: float | None
    low: float | None
    high: float | None


class PrecisionOut(Schema):
    """Share of right automatic links with its 95 % interval."""

    strata: list[StratumOut]
    overall: ShareOut
    links: int
    looked: int


class NextIn(Schema):
    """Which case next; `skip`: those that are open on the screen already."""

    state: State = "open"
    sort: Sort = "worth"
    place: Number | None = None
    area: Number | None = None
    days: Annotated[int, Field(ge=0, le=3660)] | None = None
    skip: Annotated[list[Number], Field(max_length=50)] = Field(default_factory=list)


class DecideIn(Schema):
    verdict: VerdictName
    note: Note = ""
