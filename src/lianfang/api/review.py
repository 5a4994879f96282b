"""The review queue: the next case, deciding it, taking a decision back, the measured precision."""

from typing import Annotated, Any

from ninja import Query

from lianfang.api import review_schemas as out
from lianfang.api.linkage_schemas import PageOut
from lianfang.api.routing import BIGGEST, ActingRequest, GuardedRouter, Key, PageNumber, PageSize
from lianfang.kernel import clock
from lianfang.kernel.permissions import Permission
from lianfang.linkage import access as runs
from lianfang.linkage.models import Run, RunReview, Verdict
from lianfang.linkage.review import actions, queries
from lianfang.territory.access import path_below

router = GuardedRouter(tags=["reviews"])
Days = Annotated[int | None, Query(ge=0, le=3660)]
Place = Annotated[int | None, Query(ge=0, le=BIGGEST)]


@router.get("", permission=Permission.REVIEW_DECIDE, response=PageOut[out.CaseLineOut])
def list_cases(
    request: ActingRequest,
    state: out.State = "open",
    sort: out.Sort = "worth",
    place: Place = None,
    area: Place = None,
    days: Days = None,
    page: PageNumber = 1,
    size: PageSize = 50,
) -> Any:
    """Cases of the current run: open, unsure, decided, drawn for a second look, or partly out of one's area; of an
    `area` those with a side in it or below."""
    run = runs.current(request.actor)
    which = queries.CaseFilter(state, place, days, _path(request, area))
    return queries.page(request.actor, run, which, sort=sort, page=page, size=size, now=clock.now())


@router.get("/counts", permission=Permission.REVIEW_DECIDE, response=out.CountsOut)
def count_cases(request: ActingRequest, area: Place = None) -> Any:
    """How many cases there are of each kind, and where the open ones lie."""
    run = runs.current(request.actor)
    path = _path(request, area)
    return {"run": run.pk, **queries.counts(request.actor, run, clock.now(), path=path)}


@router.get("/precision", permission=Permission.REVIEW_DECIDE, response=out.PrecisionOut)
def show_precision(request: ActingRequest) -> Any:
    """How right the automatic links are, by what people said of a random sample of them."""
    return queries.measured(request.actor, runs.current(request.actor))


@router.get("/decisions", permission=Permission.REVIEW_DECIDE, response=PageOut[out.DecidedOut])
def list_decisions(
    request: ActingRequest,
    verdict: out.VerdictName | None = None,
    by: Place = None,
    days: Days = None,
    standing: bool | None = None,
    page: PageNumber = 1,
    size: PageSize = 50,
) -> Any:
    """The newest decisions that one may take back; `by`: a user, `standing`: in force, or taken back already."""
    which = queries.DecisionFilter(verdict, by, days, standing)
    run = runs.current(request.actor)
    return queries.decided(request.actor, run, which, page=page, size=size, now=clock.now())


@router.get("/deciders", permission=Permission.REVIEW_DECIDE, response=list[out.DeciderOut])
def list_deciders(request: ActingRequest) -> Any:
    """Who has decided what one may take back."""
    return queries.deciders(request.actor)


@router.delete("/decisions/{decision}", permission=Permission.REVIEW_DECIDE, response=out.DecisionOut)
def undo_decision(request: ActingRequest, decision: Key) -> Any:
    """Takes a decision back. Errors: review.undone, review.contradiction."""
    found = actions.undo(actor=request.actor, now=clock.now(), decision=decision)
    return queries.decision_row(request.actor, found)


@router.post("/next", permission=Permission.REVIEW_DECIDE, response=out.NextOut)
def open_next(request: ActingRequest, body: out.NextIn) -> Any:
    """The next case that nobody else looks at, held for a few minutes. The look is recorded."""
    run = runs.current(request.actor)
    which = queries.CaseFilter(body.state, body.place, body.days, _path(request, body.area))
    number = queries.next_number(request.actor, run, which, sort=body.sort, skip=body.skip, now=clock.now())
    return {"run": run.pk, "case": None if number is None else _opened(request, run, number)}


@router.post("/{case}/open", permission=Permission.REVIEW_DECIDE, response=out.NextOut)
def open_one(request: ActingRequest, case: Key) -> Any:
    """One case, held for a few minutes unless somebody else has it. The look is recorded."""
    run = runs.current(request.actor)
    return {"run": run.pk, "case": _opened(request, run, case)}


@router.post("/{case}/decision", permission=Permission.REVIEW_DECIDE, response=out.DecisionOut)
def decide_case(request: ActingRequest, case: Key, body: out.DecideIn) -> Any:
    """Says whether the two are one person; everything follows at once.

    Errors: review.beyond, review.decided, review.contradiction, review.not_current.
    """
    run = runs.current(request.actor)
    made = actions.decide(
        actor=request.actor,
        now=clock.now(),
        run=run,
        number=case,
        verdict=Verdict(body.verdict),
        note=body.note,
    )
    return queries.decision_row(request.actor, made)


def _path(request: ActingRequest, area: int | None) -> str:
    return path_below(request.actor, Permission.REVIEW_DECIDE, area)


def _opened(request: ActingRequest, run: Run, number: int) -> Any:
    now = clock.now()
    case: RunReview = actions.open_case(actor=request.actor, now=now, run=run, number=number)
    return queries.show(request.actor, run, case, now)
