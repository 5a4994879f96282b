"""Findings as lists of work: filtered, exported, given to somebody, settled."""

import csv
import io
import tempfile
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse
from ninja import Field, Schema
from ninja.params import Query
from pydantic import StringConstraints

from lianfang.api import linkage_schemas as out
from lianfang.api.routing import BIGGEST, ActingRequest, GuardedRouter, Key, PageNumber, PageSize, Words
from lianfang.kernel import clock
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.linkage import access, actions
from lianfang.linkage.models import Run
from lianfang.linkage.work import actions as work
from lianfang.linkage.work import figures, people, queries
from lianfang.linkage.work.rules import Act, WorkState
from lianfang.territory import access as territory

lists = GuardedRouter(tags=["findings"])
router = GuardedRouter(tags=["findings"])
Number = Annotated[int | None, Query(ge=0, le=BIGGEST)]
Note = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")]
LongKey = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,19}$")]
_INT64 = 2**63


class FindingQuery(Schema):
    """Which findings; `todo` are the open and the assigned ones. `older`: known for so many days at least. `area`: in
    it and below."""

    code: Words | None = None
    severity: out.Severity | None = None
    list: Number = None
    place: Number = None
    area: Number = None
    text: Words | None = None
    state: Literal["open", "assigned", "done", "dismissed", "todo"] | None = None
    assignee: Annotated[str, StringConstraints(pattern=r"^(mine|nobody|[0-9]{1,9})$")] | None = None
    older: Annotated[int | None, Query(ge=0, le=36_500)] = None
    overdue: bool = False

    def chosen(self, actor: Actor) -> queries.FindingFilter:
        """Raises not_found for an area outside the actor's."""
        path = territory.path_below(actor, Permission.FINDING_VIEW, self.area) or None
        return queries.FindingFilter(
            code=self.code or None, severity=self.severity, list=self.list, place=self.place,
            text=(self.text or "").strip() or None, state=self.state, assignee=self.assignee, path=path,
            older=self.older, overdue=self.overdue,
        )  # fmt: skip


@lists.get("/{run}/findings", permission=Permission.FINDING_VIEW, response=out.PageOut[out.FindingOut])
def list_findings(
    request: ActingRequest,
    run: Key,
    which: Query[FindingQuery],
    sort: out.FindingSort = "number",
    page: PageNumber = 1,
    size: PageSize = 50,
) -> Any:
    """Findings, most urgent first unless sorted otherwise."""
    found = access.run(request.actor, run)
    return queries.findings_page(
        request.actor, found, which.chosen(request.actor), now=clock.now(), sort=sort, page=page, size=size
    )


@lists.get("/{run}/findings.csv", permission=Permission.EXPORT)
def export_findings(request: ActingRequest, run: Key, which: Query[FindingQuery]) -> StreamingHttpResponse:
    """The findings chosen, as CSV with masked numbers (UTF-8 with BOM, as spreadsheets want it)."""
    rows = _exported(request, run, which)
    response = StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="findings-{run}.csv"'
    return response


@lists.get("/{run}/findings.xlsx", permission=Permission.EXPORT)
def export_workbook(request: ActingRequest, run: Key, which: Query[FindingQuery]) -> HttpResponse:
    """The same as a workbook; every cell is text."""
    rows = _exported(request, run, which)
    with tempfile.TemporaryFile() as file:
        book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        sheet = book.add_worksheet("findings")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write_string(number, column, value)
        book.close()
        file.seek(0)
        response = HttpResponse(
            file.read(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        )
    response.headers["Content-Disposition"] = f'attachment; filename="findings-{run}.xlsx"'
    return response


def _exported(request: ActingRequest, run: int, which: FindingQuery) -> Iterator[list[str]]:
    found, now = access.run(request.actor, run), clock.now()
    total = queries.count(request.actor, found, which.chosen(request.actor), now=now)
    actions.record_export(actor=request.actor, now=now, run=found, what="findings", rows=total)
    return queries.export_rows(request.actor, found, which.chosen(request.actor), now=now)


def _csv(rows: Iterator[list[str]]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow(row)
        yield line.getvalue().encode()


class WorkerOut(Schema):
    """Somebody to whom findings can be given; `paths` of his areas."""

    id: int
    name: str
    role: str
    paths: list[str]


class StatesOut(Schema):
    """How many findings of the current run stand in each state, and how many wait for the user himself."""

    open: int
    assigned: int
    done: int
    dismissed: int
    mine: int
    overdue: int


class MineOut(out.PageOut[out.FindingOut]):
    """`run`: in which the findings have their numbers."""

    run: int


class FindingStepOut(Schema):
    id: int
    at: Any
    by_name: str
    act: Act
    text: str
    to: str
    due: date | None


class ChosenIn(Schema):
    """A finding as the page showed it; version 0 when nobody had touched it."""

    key: LongKey
    version: Annotated[int, Field(ge=0, le=BIGGEST)]


class MatchingIn(Schema):
    """All findings that a filter finds, and how many the page said there are."""

    which: FindingQuery
    total: Annotated[int, Field(ge=0, le=BIGGEST)]


class SelectionIn(Schema):
    """Either some findings or all that a filter finds."""

    chosen: Annotated[list[ChosenIn], Field(max_length=500, default_factory=list)]
    matching: MatchingIn | None = None
    note: Note = ""


class AssignIn(SelectionIn):
    """To a user, or to whoever works in an area; to neither: nobody's again."""

    worker: Annotated[int, Field(ge=0, le=BIGGEST)] | None = None
    area: Annotated[int, Field(ge=0, le=BIGGEST)] | None = None
    due: date | None = None


class SettleIn(SelectionIn):
    state: Literal["done", "dismissed"]


class ChangedOut(Schema):
    findings: int


@router.get("/workers", permission=Permission.FINDING_WORK, response=list[WorkerOut])
def list_workers(request: ActingRequest) -> Any:
    """To whom findings can be given, by name."""
    return people.workers(request.actor, now=clock.now())


@router.get("/states", permission=Permission.FINDING_VIEW, response=StatesOut)
def states(request: ActingRequest) -> Any:
    """Counts of the current run. Errors: not_found (no run)."""
    run, now = access.current(request.actor), clock.now()
    mine = queries.FindingFilter(state="todo", assignee=queries.MINE)
    late = queries.FindingFilter(overdue=True)
    return {
        **figures.by_state(request.actor, run),
        "mine": queries.count(request.actor, run, mine, now=now),
        "overdue": queries.count(request.actor, run, late, now=now),
    }


@router.get("/mine", permission=Permission.FINDING_VIEW, response=MineOut)
def list_mine(request: ActingRequest, page: PageNumber = 1, size: PageSize = 50) -> Any:
    """What waits for the user himself, most urgent first. Errors: not_found (no run)."""
    run = access.current(request.actor)
    which = queries.FindingFilter(state="todo", assignee=queries.MINE)
    found = queries.findings_page(
        request.actor, run, which, now=clock.now(), sort="number", page=page, size=size
    )
    return {"items": found.items, "total": found.total, "page": page, "size": size, "run": run.pk}


@router.get("/history/{key}", permission=Permission.FINDING_VIEW, response=list[FindingStepOut])
def history(request: ActingRequest, key: LongKey) -> Any:
    """What was done with a finding, newest first. Errors: not_found."""
    return queries.history(request.actor, access.current(request.actor), _int64(key))[:200]


@router.post("/assign", permission=Permission.FINDING_WORK, response=ChangedOut)
def assign(request: ActingRequest, body: AssignIn) -> Any:
    """Errors: finding.changed, finding.many, not_found."""
    now, run = clock.now(), access.current(request.actor)
    worker = people.worker(request.actor, body.worker, now=now) if body.worker is not None else None
    team = None
    if body.area is not None:
        team = territory.area_for(request.actor, Permission.FINDING_WORK, body.area)
    changed = work.assign(
        actor=request.actor, now=now, run=run, chosen=_chosen(request, run, body), worker=worker, team=team,
        due=body.due, note=body.note,
    )  # fmt: skip
    return {"findings": changed}


@router.post("/settle", permission=Permission.FINDING_WORK, response=ChangedOut)
def settle(request: ActingRequest, body: SettleIn) -> Any:
    """Done or dismissed, with a note. Errors: finding.note, finding.changed, finding.many, not_found."""
    run = access.current(request.actor)
    changed = work.settle(
        actor=request.actor, now=clock.now(), run=run, chosen=_chosen(request, run, body),
        state=WorkState(body.state), note=body.note,
    )  # fmt: skip
    return {"findings": changed}


@router.post("/reopen", permission=Permission.FINDING_WORK, response=ChangedOut)
def reopen(request: ActingRequest, body: SelectionIn) -> Any:
    """Errors: finding.changed, not_found."""
    run = access.current(request.actor)
    chosen = _chosen(request, run, body)
    return {
        "findings": work.reopen(actor=request.actor, now=clock.now(), run=run, chosen=chosen, note=body.note)
    }


@router.post("/note", permission=Permission.FINDING_WORK, response=ChangedOut)
def note(request: ActingRequest, body: SelectionIn) -> Any:
    """A note alone. Errors: finding.note, finding.changed, not_found."""
    run = access.current(request.actor)
    chosen = _chosen(request, run, body)
    return {
        "findings": work.remark(actor=request.actor, now=clock.now(), run=run, chosen=chosen, note=body.note)
    }


@router.post("/undo", permission=Permission.FINDING_WORK, response=ChangedOut)
def undo(request: ActingRequest, body: SelectionIn) -> Any:
    """The last step of each is taken back. Errors: finding.nothing, finding.changed, not_found."""
    run = access.current(request.actor)
    chosen = _chosen(request, run, body)
    return {"findings": work.undo(actor=request.actor, now=clock.now(), run=run, chosen=chosen)}


def _int64(key: str) -> int:
    number = int(key)
    if not -_INT64 <= number < _INT64:
        raise ProblemError(NOT_FOUND)
    return number


def _chosen(request: ActingRequest, run: Run, body: SelectionIn) -> work.Chosen:
    """The findings meant, with the versions that the page saw. Raises finding.many, finding.changed."""
    if body.matching is None:
        return [(_int64(one.key), one.version) for one in body.chosen]
    which = body.matching.which.chosen(request.actor)
    return queries.all_matching(request.actor, run, which, total=body.matching.total, now=clock.now())
