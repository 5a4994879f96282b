"""Residents report themselves without an account (`public`); the desk makes links and decides what came (`desk`)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest
from ninja import Schema, Status
from ninja.params import Query

from lianfang.api import self_report_schemas as out
from lianfang.api.qr import picture
from lianfang.api.routing import BIGGEST, ActingRequest, GuardedRouter, Key, PageNumber, PageSize, Words
from lianfang.gates.planning import residents
from lianfang.gates.planning.actions import Said
from lianfang.gates.planning.rules import HeardBy
from lianfang.incidents import actions as tips
from lianfang.kernel import clock
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.screening.selfreport import access, deciding, errors, links, queries, sending
from lianfang.screening.selfreport.models import ReportLink
from lianfang.screening.selfreport.rules import ReportState, fresh_receipt

public = GuardedRouter(tags=["self-report"])
desk = GuardedRouter(tags=["self-report"])
MANAGE = Permission.SCREENING_MANAGE


def _address(request: HttpRequest, path: str) -> str:
    return f"{settings.LIANFANG_ORIGIN or f'{request.scheme}://{request.get_host()}'}{path}"


def _caller(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def _opened(request: HttpRequest, token: str, now: datetime) -> ReportLink:
    """Unknown tokens are counted like sent reports: nobody finds a link by trying. Raises not_found, throttled."""
    sending.throttled(_caller(request), None, now=now)
    return access.link_of_token(token, now=now)


@public.post("/open", permission=None, response=out.GroundOut)
def open_page(request: HttpRequest, body: out.ReportTokenIn) -> Any:
    """Who collects what for, before anything is typed. Errors: not_found, self_report.throttled."""
    link = _opened(request, body.token, clock.now())
    return {**queries.ground(link), "qr": picture(_address(request, f"/r/{body.token}"))}


@public.post("/send", permission=None, response=out.ReceiptOut)
def send_report(request: HttpRequest, body: out.SendIn) -> Any:
    """Report a family, or people who are to come. Errors: not_found, self_report.throttled, self_report.day."""
    now = clock.now()
    link = _opened(request, body.token, now)
    if body.website:
        return _receipt(
            request, fresh_receipt()
        )  # a program filled the form: it learns nothing, nothing is kept
    sending.throttled(_caller(request), link, now=now)
    _, receipt = sending.send(link=link, said=body.said, key=body.key, now=now)
    return _receipt(request, receipt)


def _receipt(request: HttpRequest, receipt: str) -> dict[str, str]:
    # Behind # it stays in the browser: no server writes it down with the address.
    return {"receipt": receipt, "qr": picture(_address(request, f"/r/#{receipt}"))}


@public.post("/see", permission=None, response=out.OwnReportOut)
def see_report(request: HttpRequest, body: out.ReceiptIn) -> Any:
    """What became of one's own report. Errors: not_found, self_report.throttled."""
    now = clock.now()
    sending.throttled(_caller(request), None, now=now)
    return queries.own(access.report_of_receipt(body.receipt, now=now))


@public.post("/correct", permission=None, response=out.OwnReportOut)
def correct_report(request: HttpRequest, body: out.CorrectIn) -> Any:
    """Say it anew until it is handled; masked values stay as they were.

    Errors: not_found, conflict, self_report.handled, self_report.day, self_report.throttled.
    """
    now = clock.now()
    sending.throttled(_caller(request), None, now=now)
    return queries.own(sending.correct(receipt=body.receipt, version=body.version, said=body.said, now=now))


@public.post("/withdraw", permission=None, response=out.OwnReportOut)
def withdraw_report(request: HttpRequest, body: out.WithdrawOwnIn) -> Any:
    """Take one's own report back: what was said is deleted. Errors: not_found, conflict, self_report.handled."""
    now = clock.now()
    sending.throttled(_caller(request), None, now=now)
    return queries.own(sending.withdraw(receipt=body.receipt, version=body.version, now=now))


@public.post("/tip", permission=None, response={204: None})
def report_something(request: HttpRequest, body: out.TipTokenIn) -> Any:
    """Report something of the compound, by name or without. Errors: not_found, self_report.throttled."""
    now = clock.now()
    link = _opened(request, body.token, now)
    if not body.website:
        sending.throttled(_caller(request), link, now=now)
        tips.receive_from_page(
            now=now, key=body.key, path=link.path, compound=link.compound, compound_name=link.compound_name,
            text=body.text, place=body.place, name=body.name, phone=body.phone,
        )  # fmt: skip
    return Status(204, None)


@public.post("/plans", permission=None, response=list[out.AskedPlanOut])
def list_plans(request: HttpRequest, body: out.ReportTokenIn) -> Any:
    """Gate plans about which the residents of the link's compound are asked. Errors: not_found,
    self_report.throttled.
    """
    now = clock.now()
    return residents.asked(_opened(request, body.token, now).compound, now=now)


@public.post("/opinions", permission=None, response={204: None})
def say_opinion(request: HttpRequest, body: out.OpinionTokenIn) -> Any:
    """Say what one thinks of an option of a gate plan. Errors: not_found, plan.option, self_report.throttled."""
    now = clock.now()
    link = _opened(request, body.token, now)
    if not body.website:
        sending.throttled(_caller(request), link, now=now)
        said = Said(body.option, body.stance, HeardBy.PAGE, body.text, body.door)
        residents.hear(now=now, compound=link.compound, plan=body.plan, key=body.key, said=said)
    return Status(204, None)


class LinkQuery(Schema):
    compound: Annotated[int | None, Query(ge=0, le=BIGGEST)] = None


class ReportQuery(Schema):
    state: (
        Literal["received", "looking", "planned", "taken", "known", "wrong_door", "withdrawn", "todo"] | None
    ) = None
    kind: Literal["family", "arrival"] | None = None
    text: Words = ""


@desk.get("/links", permission=MANAGE, response=list[out.ReportLinkOut])
def list_links(request: ActingRequest, which: Query[LinkQuery]) -> Any:
    """The links of one's area, those that work first."""
    return queries.links(request.actor, now=clock.now(), compound=which.compound)


@desk.post("/links", permission=MANAGE, response=out.FreshReportLinkOut)
def make_link(request: ActingRequest, body: out.ReportLinkIn) -> Any:
    """A link for a compound; its address is told this once. Errors: not_found, self_report.ground."""
    now = clock.now()
    words = body.dict()
    compound = words.pop("compound")
    link, token = links.make_link(
        actor=request.actor, now=now, compound=compound, ground=links.Ground(**words)
    )
    url = _address(request, f"/r/{token}")
    return {"link": queries.told_link(link, now=now), "url": url, "qr": picture(url)}


@desk.post("/links/{link}/withdraw", permission=MANAGE, response=out.ReportLinkOut)
def withdraw_link(request: ActingRequest, link: Key, body: out.LinkWithdrawIn) -> Any:
    """Nobody opens it any more; what came stays. Errors: not_found, conflict."""
    now = clock.now()
    gone = links.withdraw_link(actor=request.actor, now=now, link=link, reason=body.reason)
    return queries.told_link(gone, now=now)


@desk.get("", permission=MANAGE, response=out.SelfReportsOut)
def list_reports(
    request: ActingRequest, which: Query[ReportQuery], page: PageNumber = 1, size: PageSize = 50
) -> Any:
    """What residents reported: those that wait first come first, else the newest first."""
    found, counts = queries.reports(request.actor, queries.ReportFilter(**which.dict()), page=page, size=size)
    return {"items": found.items, "total": found.total, "page": page, "size": size, "counts": counts}


@desk.post("/paper", permission=MANAGE, response=out.TypedOut)
def type_in(request: ActingRequest, body: out.PaperFormIn) -> Any:
    """A paper form; a visit at once where its door is known. Errors: not_found, self_report.day, self_report.door."""
    link = access.link(request.actor, body.link)
    made, receipt = deciding.type_in(
        actor=request.actor, now=clock.now(), link=link, said=body.said, key=body.key, door=body.door
    )
    return {"report": queries.line(made), "receipt": receipt}


@desk.get("/{report}", permission=MANAGE, response=out.SelfReportDetailOut)
def show_report(request: ActingRequest, report: Key) -> Any:
    """One report; that somebody looked is recorded, and shown to whoever reported."""
    return queries.detail(deciding.look(actor=request.actor, now=clock.now(), report=report))


@desk.post("/{report}/decide", permission=MANAGE, response=out.SelfReportDetailOut)
def decide(request: ActingRequest, report: Key, body: out.ReportDecideIn) -> Any:
    """Take it over, plan a visit, or say why not.

    Errors: not_found, conflict, self_report.handled, self_report.door, self_report.day, self_report.answer.
    """
    asked: dict[str, Any] = {
        "actor": request.actor, "now": clock.now(), "report": report, "version": body.version, "answer": body.answer,
    }  # fmt: skip
    if body.act == "take":
        done = deciding.take(**asked, door=body.door)
    elif body.act == "plan":
        if body.on is None:
            raise ProblemError(errors.DAY)
        done = deciding.plan(**asked, on=body.on, door=body.door)
    else:
        done = deciding.refuse(**asked, verdict=ReportState(body.act))
    return queries.detail(done)
