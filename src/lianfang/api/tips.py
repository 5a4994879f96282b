"""Tips: received, matched to a place or person, given to somebody, answered."""

from typing import Any

from django.http import StreamingHttpResponse
from ninja.params import Query

from lianfang.api import tips_schemas as out
from lianfang.api.routing import ActingRequest, GuardedRouter, Key, PageNumber, PageSize
from lianfang.incidents import access, actions, queries, rules
from lianfang.incidents.models import Tip
from lianfang.kernel import audit, clock
from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.linkage.people_table import as_csv
from lianfang.territory.access import area_for

router = GuardedRouter(tags=["tips"])
LOOK, WORK = Permission.TIP_VIEW, Permission.TIP_WORK


def _chosen(actor: Actor, which: out.TipQuery) -> queries.TipFilter:
    wanted = which.dict()
    area = wanted.pop("area")
    path = "" if area is None else area_for(actor, LOOK, area).path
    return queries.TipFilter(**wanted, path=path)


@router.get("", permission=LOOK, response=out.TipsOut)
def list_tips(
    request: ActingRequest, which: Query[out.TipQuery], page: PageNumber = 1, size: PageSize = 50
) -> Any:
    """The tips of one's area: what waits first, overdue before all."""
    chosen = _chosen(request.actor, which)
    return queries.page(request.actor, chosen, now=clock.now(), number=page, size=size)


@router.post("", permission=WORK, response=list[out.TipOut])
def receive(request: ActingRequest, body: out.TipsIn) -> Any:
    """Type in tips; one sent again (the same key) is kept once. Errors: not_found, tip.words, tip.many, tip.later."""
    now = clock.now()
    told = [
        actions.Received(**{**one.dict(), "place": (one.place.kind, one.place.id) if one.place else None})
        for one in body.tips
    ]
    made = actions.receive(actor=request.actor, now=now, tips=told)
    return [queries.line(one, now=now) for one in made]


@router.post("/split", permission=WORK, response=list[out.MessageOut])
def split(request: ActingRequest, body: out.PastedIn) -> Any:
    """A pasted block as its messages, each with the places that it may mean. Nothing is saved."""
    found = rules.split(body.text, now=clock.now(), zone=clock.LOCAL)
    return queries.suggested(request.actor, found)


@router.post("/export", permission=Permission.EXPORT)
def export(request: ActingRequest, body: out.TipExportIn) -> Any:
    """The tips chosen as CSV, without who told them; recorded."""
    actor, now = request.actor, clock.now()
    actor.require(LOOK)
    chosen = _chosen(actor, body.filters)
    lines = queries.exported(actor, chosen, now=now, zh=body.language == "zh")
    audit.record(
        actor=actor, action="tip.exported", now=now, kind="tip", details={"state": chosen.state or ""}
    )
    response = StreamingHttpResponse(as_csv(lines), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="tips.csv"'
    return response


@router.get("/{tip}", permission=LOOK, response=out.TipDetailOut)
def show(request: ActingRequest, tip: Key) -> Any:
    """One tip with its history."""
    return _told(request, access.tip(request.actor, tip))


@router.get("/{tip}/workers", permission=WORK, response=list[out.TipWorkerOut])
def list_workers(request: ActingRequest, tip: Key) -> Any:
    """Who may be given this tip, those nearest to its place first."""
    found = access.tip(request.actor, tip, WORK)
    return actions.workers(actor=request.actor, now=clock.now(), path=found.path)


@router.post("/{tip}/about", permission=WORK, response=out.TipDetailOut)
def put_about(request: ActingRequest, tip: Key, body: out.AboutIn) -> Any:
    """Which place it is about, or whom. Errors: not_found, conflict."""
    actor, now = request.actor, clock.now()
    if body.what == "person":
        done = actions.put_person(actor=actor, now=now, tip=tip, version=body.version, person=body.person)
    else:
        place = (body.place.kind, body.place.id) if body.place else None
        done = actions.put_place(actor=actor, now=now, tip=tip, version=body.version, place=place)
    # Whoever gives a tip a place outside his own area has let go of it; his own places are all inside.
    return _told(request, done)


@router.post("/{tip}/assign", permission=WORK, response=out.TipDetailOut)
def assign(request: ActingRequest, tip: Key, body: out.TipAssignIn) -> Any:
    """Errors: not_found, conflict, tip.settled, tip.worker, tip.due."""
    return _told(request, actions.assign(actor=request.actor, now=clock.now(), tip=tip, **body.dict()))


@router.post("/{tip}/note", permission=WORK, response=out.TipDetailOut)
def note(request: ActingRequest, tip: Key, body: out.TipNoteIn) -> Any:
    """Errors: not_found, conflict, tip.words."""
    return _told(request, actions.note(actor=request.actor, now=clock.now(), tip=tip, **body.dict()))


@router.post("/{tip}/answer", permission=WORK, response=out.TipDetailOut)
def answer(request: ActingRequest, tip: Key, body: out.TipAnswerIn) -> Any:
    """What was found, and what whoever told it was told. Errors: not_found, conflict, tip.settled, tip.words."""
    return _told(request, actions.answer(actor=request.actor, now=clock.now(), tip=tip, **body.dict()))


@router.post("/{tip}/settle", permission=WORK, response=out.TipDetailOut)
def settle(request: ActingRequest, tip: Key, body: out.TipSettleIn) -> Any:
    """Close it, pass it on, say that it is a duplicate, or open it again.

    Errors: not_found, conflict, tip.settled, tip.not_settled, tip.words, tip.same.
    """
    asked: dict[str, Any] = {
        "actor": request.actor,
        "now": clock.now(),
        "tip": tip,
        "version": body.version,
    }
    if body.how == "duplicate":
        done = actions.link_duplicate(**asked, of=body.of or 0)
    elif body.how == "reopen":
        done = actions.reopen(**asked, text=body.text)
    else:
        passed = body.passed_to if body.how == "pass_on" else ""
        done = actions.settle(**asked, text=body.text, passed_to=passed)
    return _told(request, done)


@router.post("/{tip}/teller", permission=WORK, response=out.TellerOut)
def show_teller(request: ActingRequest, tip: Key, body: out.TellerIn) -> Any:
    """Who told it, for a reason, recorded. Errors: not_found, tip.reason, tip.nobody."""
    return actions.reveal_teller(actor=request.actor, now=clock.now(), tip=tip, reason=body.reason)


def _told(request: ActingRequest, tip: Tip) -> dict[str, Any]:
    return queries.detail(request.actor, tip, now=clock.now())
