"""Background work: what runs, how far it is, and stopping it."""

from typing import Any, Literal

from lianfang.api import jobs_schemas as out
from lianfang.api.routing import SIGNED_IN, ActingRequest, GuardedRouter, Key, PageNumber, PageSize
from lianfang.kernel import clock, jobs
from lianfang.kernel.actor import Actor
from lianfang.kernel.jobs import access
from lianfang.kernel.models import Job, JobState

router = GuardedRouter(tags=["jobs"])
Which = Literal["running", "over"]
_RUNNING = (JobState.QUEUED, JobState.RUNNING)


def shown(actor: Actor, job: Job) -> dict[str, Any]:
    """A result may speak of people whom its owner may see: whoever manages the system sees that it is there."""
    mine = actor.user_id is not None and job.owner_id == actor.user_id
    fields = {name: getattr(job, name, None) for name in out.JobOut.model_fields}
    return {**fields, "mine": mine, "result": job.result if mine else None}


@router.get("", permission=SIGNED_IN, response=out.JobsOut)
def list_jobs(
    request: ActingRequest,
    which: Which | None = None,
    mine: bool = False,
    page: PageNumber = 1,
    size: PageSize = 50,
) -> Any:
    """One's own jobs, newest first; whoever manages the system sees everybody's unless `mine`."""
    visible = jobs.visible(request.actor)
    if mine:
        visible = visible.filter(owner_id=request.actor.user_id)
    running = visible.filter(state__in=_RUNNING)
    chosen = {None: visible, "running": running, "over": visible.exclude(state__in=_RUNNING)}[which]
    items = chosen[(page - 1) * size : page * size]
    return {
        "items": [shown(request.actor, job) for job in items],
        "total": chosen.count(),
        "page": page,
        "size": size,
        "running": running.count(),
    }


@router.get("/{number}", permission=SIGNED_IN, response=out.JobOut)
def show_job(request: ActingRequest, number: Key) -> Any:
    """How far one job is, or how it ended."""
    return shown(request.actor, access.one(request.actor, number))


@router.post("/{number}/cancel", permission=SIGNED_IN, response=out.JobOut)
def cancel_job(request: ActingRequest, number: Key) -> Any:
    """Cancel what waits; ask what runs to stop at its next step. Errors: job.over."""
    job = access.one(request.actor, number)
    return shown(request.actor, jobs.cancel(actor=request.actor, now=clock.now(), job=job))
