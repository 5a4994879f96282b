"""How far a batch is: its own state, and that of the job that does the next step."""

from dataclasses import dataclass, field

from lianfang.kernel.models import Job, JobState
from lianfang.linkage.importing.models import Import, ListVersion


@dataclass(frozen=True)
class Progress:
    """How a job stands: state, step (a code), share 0 … 1, and its error."""

    job: int
    state: str
    step: str
    share: float
    error: str = ""
    params: dict[str, object] = field(default_factory=dict)


def job_of(owner: Import | ListVersion) -> Job | None:
    """The newest job of the batch or file."""
    return Job.objects.filter(pk=owner.job).first() if owner.job else None


def over(owner: Import | ListVersion) -> bool:
    """Whether nothing is under way any more."""
    job = job_of(owner)
    return job is None or job.state not in (JobState.QUEUED, JobState.RUNNING)


def progress(owner: Import | ListVersion) -> Progress | None:
    """How far the newest job is; None without one."""
    job = job_of(owner)
    if job is None:
        return None
    return Progress(job.pk, job.state, job.step, job.share, job.error, dict(job.error_params))
