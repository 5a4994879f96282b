"""What the screens get of gate plans, and what they send."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import StringConstraints

from lianfang.api.places_schemas import Id, Latitude, Longitude, Name
from lianfang.api.routing import BIGGEST
from lianfang.gates.plan import Way
from lianfang.gates.planning.rules import (
    MOST_LANES,
    MOST_LINE,
    MOST_PATHS,
    ClosedFor,
    Exempt,
    HeardBy,
    PlanState,
    Stance,
)

At = tuple[Longitude, Latitude]
Text = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]
Option = Annotated[str, StringConstraints(min_length=1, max_length=240, pattern=r"^[0-9-]*$")]
GateKey = Annotated[str, StringConstraints(max_length=10, pattern=r"^[0-9]+$")]


class MapGateOut(Schema):
    """`at` null: not on the map. `walking`: people walk through (others are in no plan). `wide`: for fire engines."""

    id: int
    name: str
    at: list[float] | None
    walking: bool
    wide: bool
    open: bool


class MapBuildingOut(Schema):
    """`shape`: its outline, where the office's map has one; such a building is not moved by hand."""

    id: int
    name: str
    at: list[float] | None
    shape: dict[str, Any] | None
    people: int


class MapPathOut(Schema):
    line: list[list[float]]
    way: Way


class GateGroundOut(Schema):
    """A compound's map. `digest`: to be sent with the next drawing."""

    compound: int
    name: str
    shape: dict[str, Any] | None
    digest: str
    gates: list[MapGateOut]
    buildings: list[MapBuildingOut]
    paths: list[MapPathOut]


class MapGateIn(Schema):
    """`id` null: a new gate."""

    id: Id | None = None
    name: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00]*$")]
    at: At | None
    wide: bool = False


class MapBuildingIn(Schema):
    id: Id
    at: At


class MapPathIn(Schema):
    line: Annotated[list[At], Field(min_length=2, max_length=MOST_LINE)]
    way: Way = Way.FOOT


class DrawingIn(Schema):
    """The whole map: a gate or path that is not in it is taken away."""

    digest: Annotated[str, StringConstraints(max_length=16, pattern=r"^[0-9a-f]*$")]
    gates: Annotated[list[MapGateIn], Field(max_length=40)]
    buildings: Annotated[list[MapBuildingIn], Field(max_length=1_000)]
    paths: Annotated[list[MapPathIn], Field(max_length=MOST_PATHS)]


class MapImportedOut(Schema):
    gates: int
    buildings: int
    paths: int
    unknown: list[str]


class TermsIn(Schema):
    """What differs from the usual: metres, minutes, crossings a person and day, seconds a check, people a gate."""

    walk_most: Annotated[float, Field(ge=50, le=5_000)] | None = None
    wait_most: Annotated[float, Field(ge=1, le=120)] | None = None
    drive_most: Annotated[float, Field(ge=50, le=20_000)] | None = None
    crossings: Annotated[float, Field(ge=0.05, le=10)] | None = None
    check_seconds: Annotated[float, Field(ge=1, le=120)] | None = None
    metres_a_minute: Annotated[float, Field(ge=20, le=150)] | None = None
    staff_a_gate: Annotated[int, Field(ge=0, le=50)] | None = None
    day: Annotated[list[Annotated[float, Field(ge=0, le=1)]], Field(min_length=24, max_length=24)] | None = (
        None
    )


class GateChoiceIn(Schema):
    """`fixed`: true stays open whatever is found, false stays closed."""

    lanes: Annotated[int, Field(ge=1, le=MOST_LANES)] = 1
    fixed: bool | None = None


class GatePlanIn(Schema):
    compound: Id
    title: Name


class PlanChangeIn(Schema):
    """`keep` null: as many gates as the limits need."""

    version: Id
    title: Name
    keep: Annotated[int, Field(ge=1, le=40)] | None = None
    terms: TermsIn
    gates: Annotated[dict[GateKey, GateChoiceIn], Field(max_length=40)]


class PlanVersionIn(Schema):
    version: Id


class AskIn(PlanVersionIn):
    until: date


class BecauseIn(PlanVersionIn):
    text: Text


class ReviewIn(BecauseIn):
    review_on: date


class OrderIn(PlanVersionIn):
    """Why a gate is closed, until when at the latest somebody looks at that again, and for whom it is opened."""

    reason: ClosedFor
    text: Text
    review_on: date
    exempt: Annotated[tuple[Exempt, ...], Field(max_length=len(Exempt))] = ()
    exempt_text: Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")] = ""


class GateDecideIn(OrderIn):
    option: Option


class OpinionIn(Schema):
    option: Option
    stance: Stance
    channel: Literal[HeardBy.PAPER, HeardBy.PHONE, HeardBy.MEETING]
    text: Text = ""
    door: Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")] = ""


class OpinionOut(Schema):
    """`mine`: may be taken back by whoever asks."""

    id: int
    option: str
    stance: Stance
    text: str
    door: str
    channel: HeardBy
    made_at: datetime
    by_name: str
    mine: bool


class GatePlanLineOut(Schema):
    """`open`: how many gates the decision keeps open."""

    id: int
    title: str
    compound: int
    compound_name: str
    state: PlanState
    keep: int | None
    reckoned_at: datetime | None
    made_at: datetime
    made_by_name: str
    asked_until: date | None
    decided_at: datetime | None
    decided_by_name: str
    chosen: str
    open: int | None
    ended_at: datetime | None
    version: int


class PlanGateOut(Schema):
    """Of a comparison: as it was then."""

    id: int
    name: str
    at: list[float]
    wide: bool
    lanes: int
    fixed: bool | None
    open: bool


class PlanBuildingOut(Schema):
    id: int
    name: str
    at: list[float]
    people: int


class LeftBuildingOut(Schema):
    name: str
    people: int


class PlanGroundOut(Schema):
    """`gates_left`, `buildings_left`: not reckoned with, because they are not on the map or nobody walks there."""

    gates: list[PlanGateOut]
    buildings: list[PlanBuildingOut]
    paths: list[MapPathOut]
    gates_left: list[str]
    buildings_left: list[LeftBuildingOut]


class PlanTermsOut(Schema):
    walk_most: float
    wait_most: float
    drive_most: float
    crossings: float
    check_seconds: float
    day: list[float]
    metres_a_minute: float
    staff_a_gate: int


class QueueOut(Schema):
    """At one open gate. `longest`: minutes; `come`, `wait`: people by hour of the day."""

    gate: int
    people: int
    peak: float
    longest: float
    come: list[float]
    wait: list[float]


class OptionOut(Schema):
    """One choice; gates and buildings by their place in the ground. Metres; `walk` null: there is no way."""

    key: str
    why: Literal["all_open", "best", "next"]
    proven: bool
    open: list[int]
    gate_of: list[int]
    walk: list[float | None]
    walk_mean: float
    walk_longest: float | None
    person_minutes: float
    staff: int
    holds: bool
    too_far: list[int]
    unreached: list[int]
    too_slow: list[int]
    queues: list[QueueOut]


class PlanHoursOut(Schema):
    """Where the hours of arrival come from: the gate register (of which days), a usual day, or the plan itself."""

    source: Literal["register", "usual", "given"] = "usual"
    crossings: int = 0
    days: int = 0
    first_on: date | None = None
    last_on: date | None = None


class ComparisonOut(Schema):
    """`proposed`: the place of the proposal among the options; null: no choice of that number holds."""

    ground: PlanGroundOut
    terms: PlanTermsOut
    hours: PlanHoursOut = PlanHoursOut()
    keep: int | None
    options: list[OptionOut]
    proposed: int | None


class OptionOpinionsOut(Schema):
    """How many said this of an option."""

    option: str
    stance: Stance
    count: int


class ClosureOut(Schema):
    """A closed gate. `due`: to be looked at again; `gate` null: it is gone; `plan` null: closed by itself."""

    id: int
    gate: int | None
    gate_name: str
    plan: int | None
    compound: int
    compound_name: str
    reason: ClosedFor
    text: str
    review_on: date
    exempt: list[Exempt]
    exempt_text: str
    decided_at: datetime
    decided_by_name: str
    reviewed_at: datetime | None
    reviewed_by_name: str
    reviewed_text: str
    reopened_at: datetime | None
    reopened_by_name: str
    reopened_text: str
    version: int
    due: bool


class GatePlanOut(GatePlanLineOut):
    """`stale`: the map was changed since the comparison. `job`: works it out just now."""

    terms: dict[str, Any]
    gates: dict[str, Any]
    comparison: ComparisonOut | None
    job: int | None
    asked_at: datetime | None
    asked_by_name: str
    reason: str
    text: str
    ended_by_name: str
    ended_text: str
    opinions: list[OptionOpinionsOut]
    closures: list[ClosureOut]
    stale: bool
    may_plan: bool
    may_hear: bool


class PlanCountsOut(Schema):
    """Work that waits: `to_decide` of the plans being asked about; `due` of the closed gates."""

    asking: int
    to_decide: int
    closed: int
    due: int


class ClosureQuery(Schema):
    """Which closed gates; `compound`: only of this one."""

    which: Literal["closed", "due", "opened"] = "closed"
    compound: Annotated[int | None, Field(ge=1, le=BIGGEST)] = None


class PlanQuery(Schema):
    """Which plans."""

    state: PlanState | None = None
    compound: Annotated[int | None, Field(ge=1, le=BIGGEST)] = None
    text: Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00]*$")] = ""
