"""One attempt at a job: claimed once, run, and settled in whatever way it ends."""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from lianfang.kernel import audit, clock
from lianfang.kernel.errors import JOB_FAILED, ProblemError
from lianfang.kernel.jobs import folders
from lianfang.kernel.jobs.beat import Inline
from lianfang.kernel.jobs.handlers import actor_of, handler, named_owner
from lianfang.kernel.jobs.running import Cancelled, Lost, Running, Stopped
from lianfang.kernel.models import Job, JobState

_log = logging.getLogger(__name__)


def execute(number: int, *, worker: str, stopping: Callable[[], bool], pulse: type[Inline]) -> None:
    """Run the job if it waits; does nothing when somebody else has it. Handlers' errors become the job's."""
    job = claim(number, worker=worker, now=clock.now())
    if job is None:
        return
    try:
        _run(job, stopping, pulse)
    except Cancelled:
        settle(job, JobState.CANCELLED, "job.cancelled", clock.now())
    except Stopped:
        put_back(job)
    except Lost:
        _log.warning("job %s was given to another worker", number)
    except ProblemError as refused:
        _fail(job, refused.code, dict(refused.params))
    except Exception as problem:  # noqa: BLE001  # whatever a handler raises is kept as the job's failure
        _log.exception("job %s (%s) failed", number, job.kind)
        _fail(job, JOB_FAILED, {"kind": type(problem).__name__})  # never its text: it may name people


def claim(number: int, *, worker: str, now: datetime) -> Job | None:
    """The job, now ours; None when it does not wait (any more)."""
    token = uuid.uuid4().hex
    with transaction.atomic():
        job = Job.objects.filter(pk=number, state=JobState.QUEUED).first()
        if job is None:
            return None
        attempts = job.attempts + 1
        taken = Job.objects.filter(pk=number, state=JobState.QUEUED, attempts=job.attempts).update(
            state=JobState.RUNNING,
            claim=token,
            worker=worker,
            attempts=attempts,
            started_at=now,
            heartbeat_at=now,
        )
        if taken != 1:
            return None
        _record(job, "job.started", now, {"attempt": attempts})
    job.refresh_from_db()
    return job


def settle(job: Job, state: JobState, action: str, now: datetime, **fields: object) -> bool:
    """End the attempt `job.claim` with `state`. False when somebody else has ended it before."""
    with transaction.atomic():
        mine = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, claim=job.claim)
        if not mine.update(state=state, claim="", finished_at=now, **fields):
            return False
        details = {"error": fields["error"]} if "error" in fields else {}
        _record(job, action, now, details)
    folders.remove(job.pk)
    return True


def put_back(job: Job) -> None:
    """Give the job back to the queue without counting the attempt: it ended in good order."""
    now = clock.now()
    with transaction.atomic():
        mine = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, claim=job.claim)
        # Its entry in the queue has been used up; without one it gets another as soon as a worker looks.
        if mine.update(state=JobState.QUEUED, claim="", task="", attempts=job.attempts - 1):
            _record(job, "job.interrupted", now, {})


def _run(job: Job, stopping: Callable[[], bool], pulse: type[Inline]) -> None:
    """The handler, and "done" if it has not said so itself."""
    function = handler(job.kind).function
    actor = actor_of(job, clock.now())
    with pulse(job, stopping) as beating:
        running = Running(job, actor, beating)
        result = function(running)
        if not running.finished:
            with running.finishing() as final:
                final.update(result)
    folders.remove(job.pk)


def _fail(job: Job, code: str, params: dict[str, object]) -> None:
    settle(job, JobState.FAILED, "job.failed", clock.now(), error=code, error_params=params)


def _record(job: Job, action: str, now: datetime, details: dict[str, object]) -> None:
    audit.record(
        actor=named_owner(job),
        action=action,
        now=now,
        kind="job",
        object_id=job.pk,
        path=job.path,
        details=details,
    )
