"""Published lists of risk areas and trips of cases; measures that the rules propose; people whom no list has."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Schema
from ninja.params import Query
from pydantic import StringConstraints

from lianfang.api import risk_schemas as out
from lianfang.api.linkage_schemas import PageOut
from lianfang.api.routing import BIGGEST, ActingRequest, GuardedRouter, Key, PageNumber, PageSize, Words
from lianfang.kernel import clock
from lianfang.kernel.permissions import Permission
from lianfang.screening import access, measures, published, unseen
from lianfang.screening import risk_queries as queries
from lianfang.territory.access import area_for

router = GuardedRouter(tags=["risk"])
LOOK = Permission.FINDING_VIEW
MANAGE = Permission.SCREENING_MANAGE


class MeasureQuery(Schema):
    """Which proposals."""

    state: Literal["open", "confirmed", "declined", "lapsed"] | None = None
    measure: Annotated[str | None, StringConstraints(max_length=20)] = None
    person: Annotated[int | None, Query(ge=1, le=BIGGEST)] = None
    path: Annotated[str, StringConstraints(max_length=200, pattern=r"^[0-9A-Za-z/]*$")] | None = None


def _paper(body: out.PublishedPaperIn, home: str) -> published.Paper:
    content = body.file if body.file_name else body.text.encode()
    return published.Paper(
        kind=body.kind, title=body.title.strip(), content=content, file_name=body.file_name, year=body.year,
        level=body.level, first=body.first, home=home,
    )  # fmt: skip


def _home(code: str) -> str:
    """The county of an area, so that names of streets and districts are looked for there first."""
    return code[:6] if len(code) >= 6 else code.ljust(6, "0") if code else ""


@router.post("/risk/preview", permission=MANAGE, response=out.UnderstoodOut)
def preview_list(request: ActingRequest, body: out.PublishedPaperIn) -> Any:
    """What would be made of a list; nothing is kept. Errors: not_found (the area), risk.file, risk.large."""
    area = area_for(request.actor, MANAGE, body.area) if body.area is not None else None
    return queries.told_understood(published.understand(_paper(body, _home(area.code if area else ""))))


@router.get("/risk/lists", permission=LOOK, response=list[out.PublishedListOut])
def list_published(request: ActingRequest) -> Any:
    """Published lists that concern one's area, newest first; withdrawn ones too."""
    return queries.lists(request.actor)


@router.post("/risk/lists", permission=MANAGE, response=out.PublishedListFullOut)
def take_list(request: ActingRequest, body: out.PublishedPaperIn) -> Any:
    """Take a list in; a job reckons proposals anew.

    Errors: not_found (the area), risk.title, risk.file, risk.large, risk.nothing.
    """
    actor = request.actor
    area = area_for(actor, MANAGE, body.area) if body.area is not None else None
    paper = _paper(body, _home(area.code if area else ""))
    made = published.take_in(actor=actor, now=clock.now(), area=area, paper=paper)
    return queries.full_list(actor, made.pk)


@router.get("/risk/lists/{published_list}", permission=LOOK, response=out.PublishedListFullOut)
def show_list(request: ActingRequest, published_list: Key) -> Any:
    """One list with what it says."""
    return queries.full_list(request.actor, published_list)


@router.get("/risk/lists/{published_list}/file", permission=LOOK, response=None)
def download_list(request: ActingRequest, published_list: Key) -> HttpResponse:
    """The list as it came."""
    found = access.published_list(request.actor, published_list)
    response = HttpResponse(bytes(found.content), content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="list-{found.pk}"'
    return response


@router.post("/risk/lists/{published_list}/withdraw", permission=MANAGE, response=out.PublishedListOut)
def withdraw_published(request: ActingRequest, published_list: Key, body: out.WithdrawListIn) -> Any:
    """The list counts no longer. Errors: risk.reason, risk.withdrawn."""
    actor = request.actor
    done = published.withdraw(actor=actor, now=clock.now(), number=published_list, reason=body.reason)
    return queries.told_list(actor, done)


@router.get("/risk/areas", permission=LOOK, response=out.RiskPageOut)
def list_risk_areas(request: ActingRequest, day: date) -> Any:
    """Risk areas in force on a day, the gravest first."""
    return {"day": day, "items": queries.in_force(request.actor, day)}


@router.get("/risk/history", permission=LOOK, response=out.LevelHistoryOut)
def show_history(request: ActingRequest, named: Words, until: date) -> Any:
    """Levels of a place by day, up to a day."""
    return queries.history(request.actor, named, until)


@router.get("/risk/profiles", permission=LOOK, response=list[out.ProfileOut])
def list_profiles(request: ActingRequest) -> Any:
    """Disease profiles: the shipped ones and those of the data folder."""
    return queries.told_profiles()


@router.get("/measures", permission=Permission.PERSON_VIEW, response=PageOut[out.MeasureOut])
def list_measures(
    request: ActingRequest, which: Query[MeasureQuery], page: PageNumber = 1, size: PageSize = 50
) -> Any:
    """Proposed measures of one's area."""
    chosen = queries.MeasureFilter(**which.dict())
    return queries.measures_page(request.actor, chosen, now=clock.now(), page=page, size=size)


@router.post("/measures/decide", permission=Permission.MEASURE_CONFIRM, response=list[out.MeasureOut])
def decide_measures(request: ActingRequest, body: out.MeasureDecideIn) -> Any:
    """Confirm or decline proposals, all or none. Errors: not_found, risk.reason, measure.decided."""
    done = measures.decide(
        actor=request.actor, now=clock.now(), chosen=[(one.id, one.version) for one in body.chosen],
        verdict=measures.MeasureState(body.verdict), reason=body.reason,
    )  # fmt: skip
    return queries.told_measures(request.actor, done)


@router.get("/unseen", permission=LOOK, response=out.UnseenPageOut)
def list_unseen(
    request: ActingRequest, level: Literal["district", "subdistrict", "community", "grid"] | None = None
) -> Any:
    """How many people no list has, by area."""
    items = unseen.results(request.actor, level)
    first = items[0] if items else {"run": None, "made_at": None}
    return {
        "run": first["run"],
        "made_at": first["made_at"],
        "items": items,
        "assumptions": unseen.assumptions(),
    }


@router.post("/unseen", permission=MANAGE, response=out.StartedOut)
def reckon_unseen(request: ActingRequest) -> Any:
    """Reckon it anew from the current reconciliation; a job does it."""
    return {"job": unseen.start(actor=request.actor, now=clock.now())}
