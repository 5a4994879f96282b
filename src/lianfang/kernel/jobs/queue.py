"""The queue of django-tasks, of which an entry says no more than a job's number."""

from threading import Event

from django_tasks import task

from lianfang.kernel.jobs import attempt
from lianfang.kernel.jobs.beat import Threaded
from lianfang.kernel.models import Job

#: Set by the worker of this process: its name, and whether it has been asked to stop.
NAME: list[str] = [""]
STOPPING = Event()


@task()
def run(number: int) -> None:
    """What a worker does with an entry. Entries may come twice: the job itself is claimed once."""
    attempt.execute(number, worker=NAME[0], stopping=STOPPING.is_set, pulse=Threaded)


def put(job: Job) -> None:
    """Enqueue within the caller's transaction: the entry is there when it commits."""
    entry = run.enqueue(job.pk)
    job.task = entry.id
    job.save(update_fields=["task"])
