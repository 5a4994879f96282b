"""The gate register and the alerts of gates at the desk."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import StreamingHttpResponse
from ninja import Schema
from ninja.params import Query
from pydantic import Field, StringConstraints

from lianfang.api.routing import BIGGEST, ActingRequest, GuardedRouter, Key, PageNumber, PageSize, Words
from lianfang.gates import alerts, register
from lianfang.kernel import audit, clock
from lianfang.kernel.permissions import Permission
from lianfang.linkage.people_table import as_csv

router = GuardedRouter(tags=["gates"])
VIEW, WORK = Permission.PASS_VIEW, Permission.GATE_WORK
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
    """Of one local day; night is from 22 to 6. `outside`: whose last crossing was out; `who`: at most 500 of them."""

    day: WayCountsOut
    night: WayCountsOut
    hours: list[HourCountsOut]
    fevers: int
    outside: int
    who: list[OutsideOut]


class CrossingExportIn(Schema):
    filters: CrossingQuery
    language: Literal["zh", "en"] = "zh"


class GateAlertOut(Schema):
    id: int
    kind: str
    gate_name: str
    at: datetime
    known_at: datetime
    name: str
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


@router.get("/alerts", permission=VIEW, response=GateAlertsOut)
def list_alerts(
    request: ActingRequest, waiting: bool | None = None, page: PageNumber = 1, size: PageSize = 50
) -> Any:
    """Alerts of one's area, the newest first."""
    rows = alerts.at_desk(request.actor, waiting=waiting)
    start = (page - 1) * size
    left = alerts.at_desk(request.actor, waiting=True).count()
    return {
        "items": list(rows[start : start + size]),
        "total": rows.count(),
        "waiting": left,
        "page": page,
        "size": size,
    }


@router.post("/alerts/{alert}/acknowledge", permission=WORK, response=GateAlertOut)
def acknowledge(request: ActingRequest, alert: Key, body: AlertDoneIn) -> Any:
    """Say what was done. Errors: not_found, pass.words, alert.done."""
    return alerts.acknowledge(actor=request.actor, now=clock.now(), alert=alert, done=body.done)
