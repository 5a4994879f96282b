"""People of the current run: search, table, export, dossier, corrections."""

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpResponse, StreamingHttpResponse
from ninja import Status
from ninja.params import Query

from lianfang.api import people_schemas as out
from lianfang.api.linkage_schemas import RevealIn
from lianfang.api.routing import BIGGEST, ActingRequest, GuardedRouter, Key, PageNumber, PageSize
from lianfang.kernel import clock
from lianfang.kernel.permissions import Permission
from lianfang.linkage import access, actions, corrections, history, looks, people_table
from lianfang.linkage.models import Run
from lianfang.registry import elsewhere
from lianfang.registry.queries import find_people
from lianfang.territory.access import path_below
from lianfang.territory.search import find_places

router = GuardedRouter(tags=["people"])
RunNumber = Annotated[int | None, Query(ge=0, le=BIGGEST)]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.post("/search", permission=Permission.AREA_VIEW, response=out.SearchOut)
def search(request: ActingRequest, body: out.SearchIn) -> Any:
    """People and places in one's area by whatever is known of them.

    A POST, because what somebody types is personal data and addresses of requests are written down everywhere.
    """
    actor, text = request.actor, body.text.strip()
    places = find_places(actor, text)
    if not actor.can(Permission.PERSON_VIEW):
        return {"people": [], "more": False, "places": places, "elsewhere": None}
    found = find_people(actor=actor, text=text, limit=12)
    people = [{"uid": one.id, **asdict(one)} for one in found.people]
    hint = elsewhere.ask(actor=actor, now=clock.now(), text=text)
    return {"people": people, "more": found.more, "places": places, "elsewhere": hint}


@router.get("/people", permission=Permission.PERSON_VIEW, response=out.PeoplePageOut)
def list_people(
    request: ActingRequest,
    which: Query[out.PeopleQuery],
    run: RunNumber = None,
    sort: out.Sort = "person",
    page: PageNumber = 1,
    size: PageSize = 50,
) -> Any:
    """The table of people of the current run, or of an earlier one."""
    found = _run(request, run)
    chosen = _chosen(request, which)
    shown = people_table.page(request.actor, found, chosen, sort=sort, number=page, size=size)
    for one in shown.items:
        one.age = people_table.age(one.birth, found.as_of)  # type: ignore[attr-defined]  # for the schema
        one.corrected = list(shown.corrected.get(one.uid, ()))  # type: ignore[attr-defined]
    return {
        "run": found, "items": shown.items, "total": shown.total, "page": page, "size": size,
        "more": shown.more,
    }  # fmt: skip


def _chosen(request: ActingRequest, which: out.PeopleQuery) -> people_table.PeopleFilter:
    """The filter; an area outside one's own is not there."""
    wanted = which.dict()
    area = wanted.pop("area")
    path = path_below(request.actor, Permission.PERSON_VIEW, area)
    return people_table.PeopleFilter(**wanted, path=path)


def _run(request: ActingRequest, number: int | None) -> Run:
    return access.current(request.actor) if number is None else access.run(request.actor, number)


@router.post("/people/export", permission=Permission.EXPORT)
def export_people(request: ActingRequest, body: out.ExportIn) -> Any:
    """The people chosen as CSV or XLSX; unmasked only with a reason and the right to reveal, and recorded.

    Errors: reveal.reason, export.too_large.
    """
    run = access.current(request.actor)
    chosen = _chosen(request, body.filters)
    actions.record_people_export(
        actor=request.actor, now=clock.now(), run=run, chosen=chosen, columns=body.columns, kind=body.format,
        reason=body.reason,
    )  # fmt: skip
    lines = people_table.rows(
        request.actor, run, chosen, sort=body.sort, columns=body.columns, zh=body.language == "zh",
        masked=body.reason is None,
    )  # fmt: skip
    response: HttpResponse | StreamingHttpResponse
    if body.format == "csv":
        response = StreamingHttpResponse(people_table.as_csv(lines), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(people_table.as_workbook(lines), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="people-{run.pk}.{body.format}"'
    return response


@router.get("/people/{uid}", permission=Permission.PERSON_VIEW, response=out.DossierOut)
def show_dossier(request: ActingRequest, uid: Key) -> Any:
    """Everything known of one person; that somebody looked is recorded."""
    return looks.view(actor=request.actor, now=clock.now(), uid=uid)


@router.get("/people/{uid}/history", permission=Permission.PERSON_VIEW, response=list[out.HistoryStepOut])
def show_history(request: ActingRequest, uid: Key) -> Any:
    """What became of the person from run to run, newest first."""
    return history.history(request.actor, uid)


@router.get("/people/{uid}/looks", permission=Permission.PERSON_TRACE, response=list[out.LookOut])
def show_looks(request: ActingRequest, uid: Key) -> Any:
    """Who has looked at the file, changed it or seen its numbers, newest first."""
    return looks.looks(request.actor, uid)


@router.post("/people/{uid}/reveal", permission=Permission.PERSON_REVEAL, response=out.RevealedFileOut)
def reveal(request: ActingRequest, uid: Key, body: RevealIn) -> Any:
    """ID numbers and phones unmasked, for a reason, recorded. Errors: reveal.reason."""
    found = looks.reveal(actor=request.actor, now=clock.now(), uid=uid, reason=body.reason)
    return {
        "records": [{"record": record, **values} for record, values in sorted(found.records.items())],
        "patches": [{"id": number, **values} for number, values in sorted(found.patches.items())],
        "id_number": found.person.id_number,
        "phone": found.person.phone,
    }


@router.post("/people/{uid}/print", permission=Permission.PERSON_REVEAL, response={204: None})
def record_print(request: ActingRequest, uid: Key, body: RevealIn) -> Any:
    """Note that the file is put on paper. Errors: reveal.reason."""
    looks.record_print(actor=request.actor, now=clock.now(), uid=uid, reason=body.reason)
    return Status(204, None)


@router.post("/people/{uid}/patches", permission=Permission.PERSON_CORRECT, response=out.PatchedOut)
def correct(request: ActingRequest, uid: Key, body: out.PatchIn) -> Any:
    """Show another value for one field.

    Errors: patch.invalid, patch.reason, patch.doubtful, patch.same, patch.stale.
    """
    change = corrections.Change(body.field, body.value, body.reason, body.base, body.confirmed)
    patch = corrections.correct(actor=request.actor, now=clock.now(), uid=uid, change=change)
    return {"id": patch.pk}


@router.delete("/people/{uid}/patches/{patch}", permission=Permission.PERSON_CORRECT, response={204: None})
def undo(request: ActingRequest, uid: Key, patch: Key) -> Any:
    """Take a correction back. Errors: patch.undone."""
    corrections.undo(actor=request.actor, now=clock.now(), uid=uid, number=patch)
    return Status(204, None)
