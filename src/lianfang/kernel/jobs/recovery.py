"""Finding what dead workers left behind."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django_tasks_db.models import DBTaskResult

from lianfang.kernel import audit
from lianfang.kernel.actor import system
from lianfang.kernel.errors import JOB_DIED, ProblemError
from lianfang.kernel.jobs import alive, attempt, queue
from lianfang.kernel.jobs.handlers import handler
from lianfang.kernel.models import Job, JobState

PATIENCE = timedelta(seconds=60)  # without a heartbeat; a worker known to be dead is not waited for
KEPT = timedelta(days=1)  # entries of the queue that are done


def recover(now: datetime, patience: timedelta = PATIENCE) -> int:
    """Queue again, cancel or give up the jobs of dead workers; queue jobs again whose entry got lost.

    Returns how many were touched. Safe to run in several workers at once.
    """
    count = 0
    for job in Job.objects.filter(state=JobState.RUNNING):
        silent = job.heartbeat_at is None or job.heartbeat_at < now - patience
        if silent or alive.is_dead(job.worker):
            count += _take_away(job, now)
    return count + _queue_again(now, patience)


def prune(now: datetime) -> None:
    """Forget old entries of the queue; the jobs themselves stay."""
    DBTaskResult.objects.filter(Q(finished_at__lt=now - KEPT) | Q(started_at__lt=now - KEPT)).exclude(
        status="READY"
    ).delete()


def _take_away(job: Job, now: datetime) -> int:
    if job.cancel_requested:
        return int(attempt.settle(job, JobState.CANCELLED, "job.cancelled", now))
    if job.attempts >= _allowed(job):
        params = {"attempts": job.attempts}
        return int(
            attempt.settle(job, JobState.FAILED, "job.failed", now, error=JOB_DIED, error_params=params)
        )
    with transaction.atomic():
        # The heartbeat as it was read: a worker that woke up meanwhile keeps its job.
        silent = Job.objects.filter(
            pk=job.pk, state=JobState.RUNNING, claim=job.claim, heartbeat_at=job.heartbeat_at
        )
        if not silent.update(state=JobState.QUEUED, claim=""):
            return 0
        queue.put(job)
        _record(job, "job.resumed", now)
    return 1


def _queue_again(now: datetime, patience: timedelta) -> int:
    """A worker may die between taking an entry and claiming its job; or has given its job back, which then has none."""
    count = 0
    waiting = list(Job.objects.filter(Q(task="") | Q(created_at__lt=now - patience), state=JobState.QUEUED))
    entries = DBTaskResult.objects.filter(pk__in=[job.task for job in waiting if job.task], status="READY")
    there = {str(pk) for pk in entries.values_list("pk", flat=True)}
    for job in waiting:
        if job.task not in there:
            with transaction.atomic():
                if Job.objects.filter(pk=job.pk, state=JobState.QUEUED, task=job.task).update(claim=""):
                    queue.put(job)
                    count += 1
    return count


def _allowed(job: Job) -> int:
    try:
        return handler(job.kind).attempts
    except ProblemError:
        return 0


def _record(job: Job, action: str, now: datetime) -> None:
    audit.record(actor=system("worker"), action=action, now=now, kind="job", object_id=job.pk, path=job.path)
