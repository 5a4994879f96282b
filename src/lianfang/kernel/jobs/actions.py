"""Starting and cancelling work."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import JOB_OVER, NOT_FOUND, ProblemError
from lianfang.kernel.jobs import access, folders, queue
from lianfang.kernel.jobs.handlers import handler
from lianfang.kernel.models import Job, JobState


def start(
    *,
    actor: Actor,
    now: datetime,
    kind: str,
    title: str,
    title_params: Mapping[str, object] | None = None,
    params: Mapping[str, object] | None = None,
    path: str = "",
) -> Job:
    """Put work of `kind` into the queue; it begins after the caller's transaction has committed.

    Whether the actor may start it is for the caller to check. `title` is a code of the catalogues
    (`jobs.title.…`); it, its parameters and `params` (all JSON) must not hold personal data. Raises
    job.unknown_kind.
    """
    handler(kind)
    with transaction.atomic():
        job = Job.objects.create(
            kind=kind,
            title=title,
            title_params=dict(title_params or {}),
            owner_id=actor.user_id,
            owner_name=actor.name,
            limit=None if actor.limit is None else sorted(actor.limit),
            path=path,
            params=dict(params or {}),
            created_at=now,
        )
        queue.put(job)
        audit.record(
            actor=actor,
            action="job.queued",
            now=now,
            kind="job",
            object_id=job.pk,
            path=path,
            details={"kind": kind},
        )
    return job


def cancel(*, actor: Actor, now: datetime, job: Job) -> Job:
    """Cancel a job that waits; ask one that runs to stop at its next step. Returns it as it is then.

    Asking twice is harmless. Raises not_found for jobs of others and job.over for a job that has ended.
    """
    if not access.visible(actor).filter(pk=job.pk).exists():
        raise ProblemError(NOT_FOUND)
    with transaction.atomic():
        waiting = Job.objects.filter(pk=job.pk, state=JobState.QUEUED)
        if waiting.update(state=JobState.CANCELLED, cancel_requested=True, finished_at=now):
            audit.record(
                actor=actor, action="job.cancelled", now=now, kind="job", object_id=job.pk, path=job.path
            )
            transaction.on_commit(lambda: folders.remove(job.pk))
        elif Job.objects.filter(pk=job.pk, state=JobState.RUNNING, cancel_requested=False).update(
            cancel_requested=True
        ):
            audit.record(
                actor=actor, action="job.cancel_asked", now=now, kind="job", object_id=job.pk, path=job.path
            )
    job.refresh_from_db()
    if job.state in (JobState.DONE, JobState.FAILED):
        raise ProblemError(JOB_OVER, state=job.state)
    return job
