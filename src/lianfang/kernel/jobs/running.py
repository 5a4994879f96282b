"""A job as its handler sees it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from django.db import transaction

from lianfang.kernel import audit, clock
from lianfang.kernel.actor import Actor
from lianfang.kernel.jobs import folders
from lianfang.kernel.models import Job, JobState


class BreakOff(Exception):
    """The handler is to end now. Handlers let it pass."""


class Cancelled(BreakOff):
    """Somebody asked for it."""


class Stopped(BreakOff):
    """The worker is to end; the job goes back to the queue and is begun again by the next worker."""


class Lost(BreakOff):
    """The job was taken for dead and given to another worker: nothing of this attempt counts."""


class Pulse(Protocol):
    """Carries progress out and wishes in."""

    def told(self, step: str, share: float) -> None: ...

    def check(self) -> None:
        """Raises BreakOff."""


class Running:
    """What a handler works with. All of it belongs to the handler's own thread."""

    def __init__(self, job: Job, actor: Actor, pulse: Pulse) -> None:
        self.number: int = job.pk
        self.params: Mapping[str, Any] = job.params
        self.actor = actor
        self.path: str = job.path
        self.attempt: int = job.attempts
        self.finished = False
        self._claim = job.claim
        self._pulse = pulse
        self._share = 0.0
        self._step = job.step

    @property
    def folder(self) -> Path:
        """The job's own folder. What an earlier attempt has kept there is still there; it goes with the job."""
        return folders.make(self.number)

    def tell(self, step: str, share: float | None = None) -> None:
        """Say what is being done (a code, `jobs.step.…` in the catalogues) and how much is done, 0 to 1.

        Cheap: call it as often as there is something to say. Raises BreakOff (Cancelled and others) when
        the work is to end; let that pass.
        """
        self._step = step
        if share is not None:
            self._share = min(1.0, max(0.0, share))
        self._pulse.told(self._step, self._share)
        self._pulse.check()

    @contextmanager
    def finishing(self) -> Iterator[dict[str, object]]:
        """The last effects and "done" in one transaction: whatever happens, they are there once or not at all.

        Fill the dictionary, which is the job's result. Keep it short: it holds the job's row, and on SQLite
        everybody else's writes. Raises Cancelled or Lost before anything is done.
        """
        result: dict[str, object] = {}
        with transaction.atomic():
            mine = Job.objects.filter(pk=self.number, claim=self._claim, state=JobState.RUNNING)
            # First, not last: from here on nobody takes the job away, and a cancel comes too late.
            if not mine.filter(cancel_requested=False).update(state=JobState.DONE):
                raise Cancelled if mine.exists() else Lost
            yield result
            now = clock.now()
            Job.objects.filter(pk=self.number).update(
                result=result, share=1.0, step="", claim="", finished_at=now, heartbeat_at=now
            )
            audit.record(
                actor=self.actor,
                action="job.done",
                now=now,
                kind="job",
                object_id=self.number,
                path=self.path,
            )
        self.finished = True
