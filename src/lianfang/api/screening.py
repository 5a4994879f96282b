"""Campaigns, their work, who has it."""

from typing import Annotated, Any, Literal

from ninja import Schema
from ninja.params import Query
from pydantic import StringConstraints

from lianfang.api import screening_schemas as out
from lianfang.api.linkage_schemas import PageOut
from lianfang.api.routing import BIGGEST, ActingRequest, GuardedRouter, Key, PageNumber, PageSize, Words
from lianfang.kernel import clock
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.screening import access, actions, handing, progress, queries, visits
from lianfang.territory.access import area_for

router = GuardedRouter(tags=["screening"])
LOOK = Permission.FINDING_VIEW
MANAGE = Permission.SCREENING_MANAGE


class TaskQuery(Schema):
    """`worker` 0: nobody's."""

    state: Literal["open", "returned", "with_secretary", "done", "closed", "todo"] | None = None
    worker: Annotated[int | None, Query(ge=0, le=BIGGEST)] = None
    path: Annotated[str, StringConstraints(max_length=200, pattern=r"^[0-9A-Za-z/]*$")] | None = None
    text: Words = ""


@router.get("", permission=LOOK, response=list[out.ScreeningOut])
def list_screenings(request: ActingRequest, running: bool | None = None) -> Any:
    """Campaigns that concern one's area, newest first, with figures as far as one sees."""
    now = clock.now()
    found = queries.campaigns(request.actor, running=running)
    return [queries.told(request.actor, one, now=now) for one in found]


@router.post("", permission=MANAGE, response=out.ScreeningOut)
def start_screening(request: ActingRequest, body: out.ScreeningIn) -> Any:
    """Start a campaign; a job makes the work lists.

    Errors: not_found (an area), screening.title, screening.period, screening.field_why, screening.field_unknown,
    screening.nobody, screening.people_many.
    """
    actor, now = request.actor, clock.now()
    area = area_for(actor, MANAGE, body.area) if body.area is not None else None
    plan = actions.Plan(
        title=body.title, kind=body.kind, purpose=body.purpose, legal_basis=body.legal_basis,
        starts_at=body.starts_at, due_at=body.due_at, uids=body.people, tries=body.tries, hours=body.hours,
        areas=[area_for(actor, MANAGE, one) for one in body.areas], profile=body.profile,
        extra_fields=[one.dict() for one in body.extra_fields],
    )  # fmt: skip
    made = actions.start_screening(actor=actor, now=now, area=area, plan=plan)
    return queries.told(actor, made, now=now)


@router.get("/{screening}", permission=LOOK, response=out.ScreeningOut)
def show_screening(request: ActingRequest, screening: Key) -> Any:
    """One campaign."""
    found = access.campaign(request.actor, screening)
    return queries.told(request.actor, found, now=clock.now())


@router.post("/{screening}/end", permission=MANAGE, response=out.ScreeningOut)
def end_screening(request: ActingRequest, screening: Key, body: out.EndIn) -> Any:
    """What is not done is closed. Errors: conflict, screening.ended."""
    now = clock.now()
    done = actions.end_screening(actor=request.actor, now=now, campaign=screening, version=body.version)
    return queries.told(request.actor, done, now=now)


@router.get("/{screening}/tasks", permission=LOOK, response=PageOut[out.ScreeningTaskOut])
def list_tasks(
    request: ActingRequest, screening: Key, which: Query[TaskQuery], page: PageNumber = 1, size: PageSize = 50
) -> Any:
    """The work of a campaign, most urgent first, then as somebody walks."""
    found = access.campaign(request.actor, screening)
    return queries.tasks_page(request.actor, found, queries.TaskFilter(**which.dict()), page=page, size=size)


@router.get("/{screening}/tasks/{task}", permission=LOOK, response=out.TaskFileOut)
def show_task(request: ActingRequest, screening: Key, task: Key) -> Any:
    """One door's work with its history and visits."""
    found = access.campaign(request.actor, screening)
    file = visits.task_file(request.actor, task)
    if file is None or file["task"].screening_id != found.pk:
        raise ProblemError(NOT_FOUND)
    return file


@router.post("/{screening}/tasks/{task}/reopen", permission=MANAGE, response=out.ScreeningTaskOut)
def reopen_task(request: ActingRequest, screening: Key, task: Key, body: out.ReopenIn) -> Any:
    """The door is to be seen again. Errors: screening.reason, screening.ended, screening.task_changed."""
    access.campaign(request.actor, screening, MANAGE)
    return handing.reopen(
        actor=request.actor, now=clock.now(), task=task, version=body.version, reason=body.reason
    )


@router.get("/{screening}/areas", permission=LOOK, response=list[out.AreaProgressOut])
def progress_by_area(request: ActingRequest, screening: Key) -> Any:
    """How far each area is, as far as one sees, in tree order."""
    found = access.campaign(request.actor, screening)
    return progress.named_areas(found, request.actor.scope(LOOK))


@router.get("/{screening}/workers", permission=LOOK, response=out.WorkersOut)
def progress_by_worker(request: ActingRequest, screening: Key) -> Any:
    """How far each worker is; to whom work can be given, for whoever manages."""
    actor = request.actor
    found = access.campaign(actor, screening)
    receivers = handing.workers(actor, now=clock.now()) if actor.can(MANAGE) else []
    return {"items": progress.by_worker(found, actor.scope(LOOK)), "receivers": receivers}


@router.post("/{screening}/hand", permission=MANAGE, response=out.HandedOut)
def hand_over(request: ActingRequest, screening: Key, body: out.HandIn) -> Any:
    """Work changes hands, some tasks or all of one worker.

    Errors: screening.reason, screening.ended, screening.worker, screening.task_changed, screening.tasks_many.
    """
    which = handing.Which([(one.id, one.version) for one in body.tasks], body.worker, body.path)
    handed = handing.hand_over(
        actor=request.actor, now=clock.now(), campaign=screening, which=which, to=body.to, reason=body.reason
    )
    return {"tasks": handed}
