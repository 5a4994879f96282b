"""Passes at the desk: issued, printed, replaced, withdrawn; and the pass's own page for its holder."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Status
from ninja.params import Query

from lianfang.api import passes_schemas as out
from lianfang.api.qr import code_picture, picture
from lianfang.api.routing import ActingRequest, GuardedRouter, Key, PageNumber, PageSize
from lianfang.documents import passes as documents
from lianfang.gates import (
    access,
    doubles,
    holders,
    issuing,
    lists,
    objecting,
    own,
    printing,
    queries,
    replacing,
    withdrawing,
)
from lianfang.gates.models import Pass
from lianfang.kernel import clock
from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission

router = GuardedRouter(tags=["passes"])
revocations = GuardedRouter(tags=["passes"])
objections = GuardedRouter(tags=["passes"])
public = GuardedRouter(tags=["own-pass"])
VIEW, ISSUE, REVOKE = Permission.PASS_VIEW, Permission.PASS_ISSUE, Permission.PASS_REVOKE


def _address(request: HttpRequest, path: str) -> str:
    return f"{settings.LIANFANG_ORIGIN or f'{request.scheme}://{request.get_host()}'}{path}"


def _detail(request: ActingRequest, pk: int) -> dict[str, Any]:
    one = access.one_pass(request.actor, pk)
    found = queries.detail(request.actor, one, now=clock.now())
    url = _address(request, f"/r/#pass={found.pop('own_token')}")
    return {**found, "qr": code_picture(one.text), "own_url": url, "own_qr": picture(url)}


def _order(said: out.PassOrderIn) -> issuing.Order:
    words = said.dict()
    return issuing.Order(**{**words, "compounds": tuple(said.compounds), "gates": tuple(said.gates)})


def _to(actor: Actor, body: out.IssueIn) -> list[holders.For]:
    named = [holders.For(one.name, one.phone, plate=one.plate, more=_more(one)) for one in body.others]
    if body.people:
        named += holders.of_people(actor, body.people)
    if body.dwelling is not None:
        named += holders.of_door(actor, body.order.code, body.order.compounds[0], body.dwelling)
    return named


def _more(one: out.OutsiderIn) -> dict[str, str]:
    return {"employer": one.employer.strip()} if one.employer.strip() else {}


@router.get("", permission=VIEW, response=out.PassesOut)
def list_passes(
    request: ActingRequest, which: Query[out.PassQuery], page: PageNumber = 1, size: PageSize = 50
) -> Any:
    """Passes of one's area, the newest first."""
    words = {**which.dict(), "state": which.state or ""}
    return queries.passes(request.actor, queries.PassFilter(**words), now=clock.now(), page=page, size=size)


@router.post("", permission=ISSUE, response=list[out.PassOut])
def issue(request: ActingRequest, body: out.IssueIn) -> Any:
    """At most twenty, all or none. Errors: not_found, pass.kind, pass.quota, pass.places, pass.time, pass.no_key,
    pass.nobody, pass.many, pass.name, pass.plate, pass.held, pass.no_budget, pass.budget_used.
    """
    now, actor = clock.now(), request.actor
    made = issuing.issue(actor=actor, now=now, order=_order(body.order), to=_to(actor, body))
    return queries.lines(made, now)


@router.get("/lists", permission=ISSUE, response=list[out.PassBatchOut])
def list_lists(request: ActingRequest) -> Any:
    """Lists for which passes are or were issued, the newest first."""
    return queries.batches(request.actor)


@router.post("/lists", permission=ISSUE, response=out.PassBatchOut)
def issue_list(request: ActingRequest, body: out.PassListIn) -> Any:
    """Begin to issue passes for a list: a job. Errors: those of issuing, pass.list."""
    now, actor = clock.now(), request.actor
    to = holders.of_people(actor, body.people) if body.people else []
    to += lists.read_csv(body.table) if body.table else []
    batch = lists.start(actor=actor, now=now, order=_order(body.order), to=to, title=body.title)
    return queries.batch(batch)


@router.get("/lists/{batch}", permission=ISSUE, response=out.PassBatchOut)
def show_list(request: ActingRequest, batch: Key) -> Any:
    return queries.batch(access.batch(request.actor, batch))


@router.post("/print", permission=ISSUE)
def print_passes(request: ActingRequest, body: out.PassPrintIn) -> HttpResponse:
    """Cards or sheets as PDF; that they were printed is kept. Errors: not_found, pass.nobody, pass.many."""
    now = clock.now()
    cards = printing.cards(
        actor=request.actor, now=now, passes=body.passes, batch=body.batch,
        address=lambda token: _address(request, f"/r/#pass={token}"),
    )  # fmt: skip
    response = HttpResponse(documents.pdf(cards, body.layout), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="passes.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


@router.get("/double-uses", permission=VIEW, response=out.DoubleUsesOut)
def list_double_uses(request: ActingRequest, page: PageNumber = 1, size: PageSize = 50) -> Any:
    """Quotas that were used at two gates which did not see each other; both crossings stand."""
    return queries.double_uses(request.actor, page=page, size=size)


@router.post("/double-uses/{double}/seen", permission=REVOKE, response={204: None})
def see_double_use(request: ActingRequest, double: Key) -> Any:
    """Errors: not_found."""
    doubles.see(actor=request.actor, now=clock.now(), double=double)
    return Status(204, None)


@router.get("/{number}", permission=VIEW, response=out.PassDetailOut)
def show(request: ActingRequest, number: Key) -> Any:
    """One pass with its withdrawals and objections."""
    return _detail(request, number)


@router.post("/{number}/replace", permission=ISSUE, response=out.PassDetailOut)
def replace(request: ActingRequest, number: Key, body: out.PassWordsIn) -> Any:
    """A lost one: a new pass; the old serial is refused everywhere. Errors: not_found, pass.words, pass.over."""
    made = replacing.replace(actor=request.actor, now=clock.now(), pass_=number, text=body.text)
    return _detail(request, made.pk)


@router.post("/{number}/return", permission=ISSUE, response=out.PassDetailOut)
def take_back(request: ActingRequest, number: Key, body: out.PassWordsIn) -> Any:
    """It was handed back. Errors: not_found, pass.over."""
    replacing.take_back(actor=request.actor, now=clock.now(), pass_=number, text=body.text)
    return _detail(request, number)


@router.post("/{number}/revoke", permission=REVOKE, response=out.PassDetailOut)
def revoke(request: ActingRequest, number: Key, body: out.RevokeIn) -> Any:
    """Refuse it everywhere for so many hours.

    Errors: not_found, pass.words, pass.end, pass.over, pass.already_revoked.
    """
    withdrawing.revoke_for(
        actor=request.actor,
        now=clock.now(),
        pass_=number,
        reason=body.reason,
        text=body.text,
        hours=body.hours,
    )
    return _detail(request, number)


@revocations.post("/{number}/lift", permission=REVOKE, response=out.PassDetailOut)
def lift(request: ActingRequest, number: Key, body: out.PassWordsIn) -> Any:
    """End a withdrawal before its time. Errors: not_found, pass.words, pass.lifted."""
    done = withdrawing.lift(actor=request.actor, now=clock.now(), revocation=number, text=body.text)
    return _detail(request, done.of_id)


@revocations.post("/{number}/told", permission=REVOKE, response=out.PassDetailOut)
def tell(request: ActingRequest, number: Key, body: out.PassToldIn) -> Any:
    """The holder was told, and how. Errors: not_found."""
    done = withdrawing.tell(actor=request.actor, now=clock.now(), revocation=number, how=body.how)
    return _detail(request, done.of_id)


@revocations.post("/{number}/object", permission=REVOKE, response=out.PassDetailOut)
def write_objection_down(request: ActingRequest, number: Key, body: out.PassWordsIn) -> Any:
    """What the holder says against it, written down. Errors: not_found, pass.words, pass.lifted, objection.made."""
    made = objecting.write_down(actor=request.actor, now=clock.now(), revocation=number, text=body.text)
    return _detail(request, made.against.of_id)


@objections.get("", permission=VIEW, response=out.ObjectionsOut)
def list_objections(
    request: ActingRequest, which: Query[out.ObjectionQuery], page: PageNumber = 1, size: PageSize = 50
) -> Any:
    """Objections of one's area, the most urgent first."""
    found, counts = queries.objections(
        request.actor, which.state or "", now=clock.now(), page=page, size=size
    )
    return {**vars(found), "counts": counts}


@objections.post("/{number}/decide", permission=Permission.OBJECTION_DECIDE, response=out.ObjectionOut)
def decide(request: ActingRequest, number: Key, body: out.ObjectionDecideIn) -> Any:
    """Errors: not_found, conflict, pass.words, objection.same_person, objection.decided."""
    now = clock.now()
    done = objecting.decide(actor=request.actor, now=now, objection=number, **body.dict())
    return queries.objection(request.actor, done, now=now)


def _own(request: HttpRequest, one: Pass) -> dict[str, Any]:
    told = own.told(one, now=clock.now())
    text = str(told.pop("text"))
    return {**told, "qr": code_picture(text) if text else ""}


@public.post("/open", permission=None, response=out.OwnPassOut)
def open_own(request: HttpRequest, body: out.OwnTokenIn) -> Any:
    """One's own pass, by its address. Errors: not_found, pass.throttled."""
    return _own(request, own.pass_of(body.token, caller=_caller(request), now=clock.now()))


@public.post("/object", permission=None, response=out.OwnPassOut)
def object_own(request: HttpRequest, body: out.OwnObjectionIn) -> Any:
    """Object to the withdrawal of one's own pass. Errors: not_found, pass.throttled, pass.words, pass.lifted,
    objection.made.
    """
    now = clock.now()
    own.object_by_holder(token=body.token, caller=_caller(request), text=body.text, now=now)
    return _own(request, own.pass_of(body.token, caller=_caller(request), now=now))


def _caller(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
