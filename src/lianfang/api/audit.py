"""The audit record for auditors: reading, exporting, verifying."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Annotated, Any

from django.http import StreamingHttpResponse
from ninja import Schema
from ninja.params import Query

from lianfang.api.jobs import shown
from lianfang.api.jobs_schemas import JobOut
from lianfang.api.routing import ActingRequest, GuardedRouter, PageSize, Words
from lianfang.kernel import audit_queries, clock, jobs
from lianfang.kernel.models import AuditRecord
from lianfang.kernel.permissions import Permission

router = GuardedRouter(tags=["audit"])
Before = Annotated[int | None, Query(ge=1, le=2**63 - 1)]
COLUMNS = ("id", "at", "actor_id", "actor_name", "action", "kind", "object_id", "path", "details", "seal")


class AuditRecordOut(Schema):
    """`actor_id` is null for the system's own work."""

    id: int
    at: datetime
    actor_id: int | None
    actor_name: str
    action: str
    kind: str
    object_id: str
    path: str
    details: dict[str, Any]


class AuditOut(Schema):
    """Newest first; `before` asks for the next page, null on the last one."""

    items: list[AuditRecordOut]
    before: int | None


class AuditQuery(Schema):
    """Which records; an action that ends with a dot stands for all that begin so ("job.")."""

    actor: Words = ""
    action: Words = ""
    kind: Words = ""
    object_id: Words = ""
    since: datetime | None = None
    until: datetime | None = None

    def chosen(self) -> audit_queries.Filter:
        given = self.model_dump()
        for name in ("since", "until"):
            moment = given[name]
            if moment and moment.tzinfo is None:  # the offices' clock is China's
                given[name] = moment.replace(tzinfo=clock.LOCAL)
        return audit_queries.Filter(**given)


@router.get("", permission=Permission.AUDIT_VIEW, response=AuditOut)
def list_records(
    request: ActingRequest, which: Query[AuditQuery], before: Before = None, size: PageSize = 50
) -> Any:
    """Who did or saw what, newest first."""
    found = audit_queries.records(request.actor, which.chosen())
    if before is not None:
        found = found.filter(pk__lt=before)
    items = list(found[: size + 1])
    return {"items": items[:size], "before": items[size - 1].pk if len(items) > size else None}


@router.get("/records.csv", permission=Permission.AUDIT_VIEW)
def export_records(request: ActingRequest, which: Query[AuditQuery]) -> StreamingHttpResponse:
    """The records chosen as CSV (UTF-8 with BOM). That they were taken is recorded."""
    rows = audit_queries.export(actor=request.actor, now=clock.now(), which=which.chosen())
    response = StreamingHttpResponse(
        _csv(rows.iterator(chunk_size=2000)), content_type="text/csv; charset=utf-8"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


@router.post("/verify", permission=Permission.AUDIT_VIEW, response=JobOut)
def verify_chain(request: ActingRequest) -> Any:
    """Walk the whole chain in the background; the job's result is `{"records", "broken"}`, broken null when whole."""
    job = jobs.start_verification(actor=request.actor, now=clock.now())
    return shown(request.actor, job)


def _csv(records: Iterable[AuditRecord]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"
    yield _line(COLUMNS)
    for record in records:
        cells = [getattr(record, name) for name in COLUMNS]
        cells[1] = record.at.isoformat()
        cells[8] = json.dumps(record.details, ensure_ascii=False, sort_keys=True)
        yield _line("" if cell is None else str(cell) for cell in cells)


def _line(cells: Iterable[str]) -> bytes:
    line = io.StringIO()
    # A spreadsheet would run what begins like this as a formula.
    csv.writer(line).writerow(
        f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t")) else cell for cell in cells
    )
    return line.getvalue().encode()
