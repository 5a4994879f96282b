"""The daily update: what changed, by community and grid, as figures, people and a message."""

import csv
import io
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Schema
from pydantic import Field

from lianfang.api.routing import BIGGEST, ActingRequest, GuardedRouter, PageNumber, PageSize, Words
from lianfang.kernel import clock, notify
from lianfang.kernel.permissions import Permission
from lianfang.linkage import access, actions
from lianfang.linkage.changes import queries, sending

router = GuardedRouter(tags=["changes"])
Since = Annotated[int | None, Query(ge=0, le=BIGGEST)]
PersonChange = Literal["person.new", "person.gone", "person.came", "person.left", "person.changed"]


class StepOfChangeOut(Schema):
    run: int
    at: datetime


class PlaceChangesOut(Schema):
    community: str
    grid: str
    counts: dict[str, int]


class FindingChangesOut(Schema):
    code: str
    new: int
    closed: int


class TextOut(Schema):
    zh: str
    en: str


class ChangesOut(Schema):
    """Totals and counts by kind (`person.new` …). `since` is the run compared with, 0 for none."""

    since: int
    since_at: datetime | None
    until: int
    steps: list[StepOfChangeOut]
    totals: dict[str, int]
    places: list[PlaceChangesOut]
    findings: list[FindingChangesOut]
    message: TextOut
    can_send: bool


class SendingOut(Schema):
    """The job that sends; it says on the jobs screen whether it arrived."""

    job: int


class ChangedPersonOut(Schema):
    """`person` is null where no list names him any more."""

    uid: int
    person: int | None
    name: str | None
    community: str
    grid: str
    at: datetime


class ChangedPeopleOut(Schema):
    items: list[ChangedPersonOut]
    total: int
    page: int
    size: Annotated[int, Field(ge=1)]
    run: int


@router.get("", permission=Permission.RUN_VIEW, response=ChangesOut)
def show_changes(request: ActingRequest, since: Since = None) -> Any:
    """What changed since run `since`, by default since the last state before today."""
    now = clock.now()
    span = queries.span(request.actor, since=since, now=now)
    found = queries.figures(request.actor, span)
    return {
        "since": span.since, "since_at": span.at, "until": span.until,
        "steps": [{"run": run, "at": at} for run, at in queries.steps()[:60]],
        "message": queries.message(found, span, now), "can_send": notify.possible(), **found,
    }  # fmt: skip


@router.post("/send", permission=Permission.LIST_IMPORT, response=SendingOut)
def send_changes(request: ActingRequest) -> Any:
    """Send the message to the addresses of LIANFANG_NOTIFY now. Errors: notify.nowhere."""
    return {"job": sending.send(actor=request.actor, now=clock.now()).pk}


@router.get("/people", permission=Permission.PERSON_VIEW, response=ChangedPeopleOut)
def changed_people(
    request: ActingRequest,
    kind: PersonChange,
    since: Since = None,
    community: Words | None = None,
    grid: Words | None = None,
    page: PageNumber = 1,
    size: PageSize = 50,
) -> Any:
    """Who is new, gone, elsewhere or changed."""
    span = queries.span(request.actor, since=since, now=clock.now())
    return queries.people(
        request.actor, span, kind=kind, community=community, grid=grid, page=page, size=size
    )


@router.get("/export.csv", permission=Permission.EXPORT)
def export_changes(request: ActingRequest, since: Since = None) -> HttpResponse:
    """The figures by place, as CSV (UTF-8 with BOM, as spreadsheets want it)."""
    now = clock.now()
    span = queries.span(request.actor, since=since, now=now)
    text = io.StringIO()
    rows = list(queries.export_rows(request.actor, span))
    csv.writer(text).writerows(rows)
    run = access.current(request.actor)
    actions.record_export(actor=request.actor, now=now, run=run, what="changes", rows=len(rows) - 1)
    response = HttpResponse(
        b"\xef\xbb\xbf" + text.getvalue().encode(), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="changes-{span.since}-{span.until}.csv"'
    return response
