"""The gate register and the alerts of gates at the desk."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import StreamingHttpResponse
from ninja import Schema
from ninja.params import Query
from pydantic import Field, StringConstraints

from lianfang.api.routing import BIGGEST, ActingRequest, GuardedRouter, Key, PageNumber, PageSize, Words
from lianfang.gates import alerts, register, said, waiting
from lianfang.kernel import audit, clock
from lianfang.kernel.permissions import Permission
from lianfang.linkage.people_table import as_csv

router = GuardedRouter(tags=["gates"])
VIEW, WORK = Permission.PASS_VIEW, Permission.GATE_WORK
#: Whoever answers for the area, and the crew of the gate.
EITHER = frozenset({VIEW, WORK})
Number = Annotated[int, Field(ge=0, le=BIGGEST)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))]


class CrossingQuery(Schema):
    """`text`: name, plate, last four of a phone, end of a pass's number."""

    text: Words = ""
    compound: Number | None = None
    gate: Number | None = None
    direction: Literal["in", "out", ""] = ""
    decision: Literal["admitted", "refused", "forced", ""] = ""
    kind: Annotated[str, StringConstraints(max_length=20, pattern=r"^[a-z_]*$")] = ""
    fever: bool | None = None
    first_on: Day | None = None
    last_on: Day | None = None


class CrossingOut(Schema):
    id: UUID
    at: datetime
    received_at: datetime
    direction: str
    decision: str
    reasons: list[str]
    kind: str
    name: str
    phone_tail: str
    plate: str
    occupants: int
    document_seen: bool | None
    temperature: float | None
    fever: bool
    by_hand: bool
    guard_name: str
    gate: int
    gate_name: str
    serial: str


class VisitorSaidOut(Schema):
    """As it was typed at the gate."""

    name: str
    phone: str
    id_number: str
    from_: Annotated[str, Field(alias="from")]
    to: str
    purpose: str
    returned_on: str


class OccupantOut(Schema):
    name: str
    temperature: float | None
    document_seen: bool | None


class CrossingSaidOut(Schema):
    """What lies sealed in a crossing; `visitor` null: somebody with a pass, or of whom nothing was said."""

    visitor: VisitorSaidOut | None
    occupants: list[OccupantOut]


class CrossingReasonIn(Schema):
    reason: Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]


class CrossingsOut(Schema):
    items: list[CrossingOut]
    total: int
    page: int
    size: int


class WayCountsOut(Schema):
    out: int
    in_: Annotated[int, Field(alias="in")]
    refused: int


class HourCountsOut(WayCountsOut):
    hour: int


class OutsideOut(Schema):
    at: datetime
    kind: str
    name: str
    plate: str
    phone_tail: str


class GateFiguresOut(Schema):
    """Of one local day; night is from 22 to 6. `outside`: whose last crossing was out, of one compound, null without
    one; `who`: at most 500 of them.
    """

    day: WayCountsOut
    night: WayCountsOut
    hours: list[HourCountsOut]
    fevers: int
    outside: int | None
    who: list[OutsideOut]


class CrossingExportIn(Schema):
    filters: CrossingQuery
    language: Literal["zh", "en"] = "zh"


class GateNameOut(Schema):
    id: int
    name: str


class GatePlaceOut(GateNameOut):
    gates: list[GateNameOut]


class GateWaitingOut(Schema):
    """`alerts`: nobody has dealt with; `double_uses`: nobody has seen; `objections`: the actor may decide."""

    alerts: int
    double_uses: int
    objections: int
    overdue: int


class GateAlertOut(Schema):
    """`person`: number in the registry, for those who see files."""

    id: int
    kind: str
    gate_name: str
    at: datetime
    known_at: datetime
    name: str
    person: int | None
    temperature: float | None
    direction: str
    decision: str
    guard_name: str
    acknowledged_at: datetime | None
    acknowledged_by_name: str
    done: str


class GateAlertsOut(Schema):
    items: list[GateAlertOut]
    total: int
    waiting: int
    page: int
    size: int


class AlertDoneIn(Schema):
    done: Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$")]


@router.get("/crossings", permission=VIEW, response=CrossingsOut)
def list_crossings(
    request: ActingRequest, which: Query[CrossingQuery], page: PageNumber = 1, size: PageSize = 50
) -> Any:
    """The register, the newest first; names masked."""
    return register.page(request.actor, register.Filter(**which.dict()), number=page, size=size)


@router.post(
    "/crossings/{crossing}/reveal",
    permission=Permission.PERSON_REVEAL,
    response=CrossingSaidOut,
    by_alias=True,
)
def reveal_crossing(request: ActingRequest, crossing: UUID, body: CrossingReasonIn) -> Any:
    """What a visitor said, and who else was in the vehicle, in full; recorded. Errors: not_found, pass.words."""
    return said.reveal(actor=request.actor, now=clock.now(), crossing=crossing, reason=body.reason)


@router.get("/figures", permission=VIEW, response=GateFiguresOut, by_alias=True)
def show_figures(request: ActingRequest, day: Day | None = None, compound: int | None = None) -> Any:
    """A day by hours, by day and night, and who is out now."""
    now = clock.now()
    return register.figures(request.actor, compound, day or clock.local_date(now), now=now)


@router.post("/crossings/export", permission=Permission.EXPORT)
def export_crossings(request: ActingRequest, body: CrossingExportIn) -> Any:
    """The crossings chosen as CSV, names masked; recorded."""
    actor = request.actor
    actor.require(VIEW)
    lines = register.exported(actor, register.Filter(**body.filters.dict()), zh=body.language == "zh")
    audit.record(actor=actor, action="gate.register_exported", now=clock.now(), kind="crossing")
    response = StreamingHttpResponse(as_csv(lines), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="gate-register.csv"'
    return response


@router.get("/places", permission=VIEW, response=list[GatePlaceOut])
def list_places(request: ActingRequest) -> Any:
    """Compounds of one's area that have gates, and these."""
    return register.places(request.actor)


@router.get("/waiting", permission=EITHER, response=GateWaitingOut)
def show_waiting(request: ActingRequest) -> Any:
    """How much waits for somebody, for the number in the navigation."""
    return waiting.counts(request.actor, now=clock.now())


@router.get("/alerts", permission=EITHER, response=GateAlertsOut)
def list_alerts(
    request: ActingRequest, waiting: bool | None = None, page: PageNumber = 1, size: PageSize = 50
) -> Any:
    """Alerts of one's area, or of the gates where one works; those that wait first."""
    rows = alerts.at_desk(request.actor, waiting=waiting)
    start = (page - 1) * size
    left = alerts.at_desk(request.actor, waiting=True).count()
    return {
        "items": alerts.shown(request.actor, rows[start : start + size]),
        "total": rows.count(),
        "waiting": left,
        "page": page,
        "size": size,
    }


@router.post("/alerts/{alert}/acknowledge", permission=WORK, response=GateAlertOut)
def acknowledge(request: ActingRequest, alert: Key, body: AlertDoneIn) -> Any:
    """Say what was done. Errors: not_found, pass.words, alert.done."""
    done = alerts.acknowledge(actor=request.actor, now=clock.now(), alert=alert, done=body.done)
    return alerts.shown(request.actor, [done])[0]
