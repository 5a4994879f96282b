"""The loop of a worker process: take what is queued, find what was left behind, wait."""

import logging
import uuid
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, close_old_connections, connections
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from lianfang.kernel import clock, idempotency
from lianfang.kernel.jobs import alive, attempt, chores, folders, queue, recovery
from lianfang.kernel.jobs.beat import Inline
from lianfang.kernel.memory import held
from lianfang.kernel.models import Job, JobState

#: Bytes. After a job of hundreds of thousands of rows a process keeps in pieces what it does not need any more, and the
#: next job would come on top of that.
LARGE = 800_000_000
TIDY = timedelta(hours=1)  # between two rounds of removing what is left over

_log = logging.getLogger(__name__)


class Loop:
    """One worker. `stop` may be called from a signal handler or another thread."""

    def __init__(
        self, *, interval: float = 0.5, patience: timedelta = recovery.PATIENCE, large: int = LARGE
    ) -> None:
        self.name = uuid.uuid4().hex
        self._interval = interval
        self._patience = patience
        self._library = _worker(self.name, large)

    @property
    def grown(self) -> bool:
        """Whether the process has become so large that another had better do the next job."""
        return self._library.grown

    def stop(self) -> None:
        """End after the current step of the current job, which goes back to the queue."""
        self._library.running = False
        queue.STOPPING.set()

    def run(self) -> None:
        """Work until stopped, or until the process is so large that another had better do the next job (`grown`)."""
        queue.NAME[0] = self.name
        with alive.sign(self.name):
            tidied = None
            while not (queue.STOPPING.is_set() or self.grown):
                try:
                    if tidied is None or clock.now() - tidied > TIDY:
                        _tidy(self._patience)
                        tidied = clock.now()
                    self._once()
                except DatabaseError:  # locked for long, or restarting: it is tried again
                    _log.warning("the database does not answer", exc_info=True)
                    connections.close_all()
                queue.STOPPING.wait(self._interval)

    def _once(self) -> None:
        close_old_connections()
        recovery.recover(clock.now(), self._patience)
        # Looking first keeps an idle worker from taking SQLite's write lock twice a second.
        if DBTaskResult.objects.ready().exists():
            self._library.run()


def drain(*, limit: int = 100) -> int:
    """Run what is queued, here and now, in the caller's thread and on its connection: for tests and commands.

    Returns how many jobs were run. `limit` keeps work that starts work from going on for ever.
    """
    for done in range(limit):
        number = (
            Job.objects.filter(state=JobState.QUEUED)
            .order_by("created_at", "pk")
            .values_list("pk", flat=True)
        )
        first = number.first()
        if first is None:
            return done
        attempt.execute(first, worker="", stopping=lambda: False, pulse=Inline)
    return limit


def _tidy(patience: timedelta) -> None:
    now = clock.now()
    recovery.recover(now, patience)
    recovery.prune(now)
    idempotency.expire(now)
    alive.sweep()
    folders.sweep()
    chores.do_all(now)


class _Tasks(Worker):
    """The library's worker, which ends when nothing is queued, or when a job has left the process too large."""

    grown = False
    large = LARGE

    def run_task(self, db_task_result: "DBTaskResult[..., Any]") -> None:
        super().run_task(db_task_result)
        if held() > self.large:
            self.grown, self.running = True, False


def _worker(name: str, large: int) -> _Tasks:
    tasks = _Tasks(
        queue_names=["default"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
        excluded_queue_names=[],
    )
    tasks.large = large
    return tasks
