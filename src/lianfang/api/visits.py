"""Visits: read, typed in from paper, and what two of them contradict one another in."""

from typing import Annotated, Any
from uuid import UUID

from ninja.params import Query

from lianfang.api import screening_schemas as out
from lianfang.api.routing import BIGGEST, ActingRequest, GuardedRouter, Key
from lianfang.kernel import clock
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.screening import deciding, paper, visits

router = GuardedRouter(tags=["visits"])
contradictions = GuardedRouter(tags=["visits"])
Number = Annotated[int | None, Query(ge=0, le=BIGGEST)]
#: A worker, or somebody of the desk who types in what came on paper.
RECORD = frozenset({Permission.FIELD_WORK, Permission.SCREENING_MANAGE})


@router.get("", permission=Permission.PERSON_VIEW, response=list[out.VisitLineOut])
def list_visits(request: ActingRequest, person: Number = None, dwelling: Number = None) -> Any:
    """Visits that saw one person, or to one door, newest first, as far as one sees."""
    if person is not None:
        return visits.of_person(request.actor, person)
    if dwelling is not None:
        return visits.of_door(request.actor, dwelling)
    raise ProblemError(NOT_FOUND)


@router.post("", permission=RECORD, response=out.VisitOut)
def type_in_visit(request: ActingRequest, body: out.PaperVisitIn) -> Any:
    """A form on paper, as a worker filled it in. Errors: invalid, conflict, visit.person, visit.field_off."""
    now = clock.now()
    made = paper.type_in(
        actor=request.actor, now=now, visit=body.id, at=body.at, body=body.body,
        worker_name=body.worker_name,
    )  # fmt: skip
    return visits.read(actor=request.actor, now=now, visit=made.pk)


@router.get("/{visit}", permission=Permission.PERSON_VIEW, response=out.VisitOut)
def show_visit(request: ActingRequest, visit: UUID) -> Any:
    """One visit with all that was said; that somebody looked is recorded."""
    return visits.read(actor=request.actor, now=clock.now(), visit=visit)


@contradictions.get("", permission=Permission.SCREENING_MANAGE, response=list[out.ContradictionOut])
def list_contradictions(request: ActingRequest, decided: bool = False) -> Any:
    """What visits at one door at once contradict one another in, newest first."""
    return visits.contradictions(request.actor, decided=decided)


@contradictions.post(
    "/{contradiction}/decide", permission=Permission.SCREENING_MANAGE, response=out.ContradictionOut
)
def decide(request: ActingRequest, contradiction: Key, body: out.ContradictionDecisionIn) -> Any:
    """Say what holds. Errors: contradiction.decided, contradiction.choice."""
    done = deciding.decide(
        actor=request.actor, now=clock.now(), conflict=contradiction, holds=body.holds, note=body.note
    )
    return visits.contradiction(request.actor, done)
