"""The heartbeat of a job that runs: progress out, wishes in, by a thread with a connection of its own.

So a handler in the middle of a long transaction still shows progress and hears of a cancel, and telling costs nothing.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread

from django.db import DatabaseError, connections

from lianfang.kernel import clock
from lianfang.kernel.jobs.running import Cancelled, Lost, Stopped
from lianfang.kernel.models import Job, JobState

LOOK = 0.5  # seconds between looks at the job, and the soonest that progress is written again
BEAT = timedelta(seconds=5)  # how long without a word before a heartbeat is written

_log = logging.getLogger(__name__)


class Inline:
    """Writes and looks whenever told, on the handler's own connection: for tests and `drain`."""

    def __init__(self, job: Job, stopping: Callable[[], bool]) -> None:
        self._number, self._claim = job.pk, job.claim
        self._stopping = stopping
        self._said = (job.step, job.share)
        self._written = self._said
        self._at: datetime = job.heartbeat_at or clock.now()
        self._cancelled = self._lost = False

    def __enter__(self) -> "Inline":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to put away."""

    def told(self, step: str, share: float) -> None:
        self._said = (step, share)
        self.beat(clock.now())

    def check(self) -> None:
        if self._lost:
            raise Lost
        if self._cancelled:
            raise Cancelled
        if self._stopping():
            raise Stopped

    def beat(self, now: datetime) -> None:
        """Write what is new, or a sign of life when that is due; look whether the job is still ours and wanted."""
        mine = Job.objects.filter(pk=self._number, claim=self._claim, state=JobState.RUNNING)
        said = self._said
        if said != self._written or now - self._at >= BEAT:
            mine.update(step=said[0], share=said[1], heartbeat_at=now)
            self._written, self._at = said, now
        wish = mine.values_list("cancel_requested", flat=True).first()
        self._lost, self._cancelled = wish is None, bool(wish)


class Threaded(Inline):
    """The same, from a thread: what a worker uses."""

    def __init__(self, job: Job, stopping: Callable[[], bool]) -> None:
        super().__init__(job, stopping)
        self._over = Event()
        self._thread = Thread(target=self._go_on, name=f"job {job.pk}", daemon=True)

    def __enter__(self) -> "Threaded":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def told(self, step: str, share: float) -> None:
        self._said = (step, share)

    def _go_on(self) -> None:
        try:
            while not self._over.wait(LOOK):
                try:
                    self.beat(clock.now())
                except DatabaseError:  # locked for long, or restarting: the next beat will do
                    _log.warning("a heartbeat could not be written", exc_info=True)
                    connections.close_all()
        finally:
            connections.close_all()
