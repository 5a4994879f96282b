"""What a long computation owes those who wait: how far it is, what took how long, an end on request."""

import time
from collections.abc import Callable

Progress = Callable[[str, float], None]
#: Told the share of one step that is done, 0 … 1. May raise to stop.
Tell = Callable[[float], None]


def silent(share: float) -> None:
    """For those whom nobody waits for."""


class Cancelled(Exception):
    """The computation was told to stop, and did so between two steps; nothing half-done is left behind."""


class Clock:
    """Time spent in each step, progress for whoever watches, and whether to go on at all."""

    def __init__(self, progress: Progress | None, cancelled: Callable[[], bool] | None = None) -> None:
        self.progress = progress
        self.cancelled = cancelled
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def done(self, step: str, share: float) -> None:
        """A step has ended; `share` of the whole is done. Raises Cancelled."""
        now = time.perf_counter()
        self.seconds[step] = self.seconds.get(step, 0.0) + now - self._last
        self._last = now
        if self.progress is not None:
            self.progress(step, share)
        self.pause()

    def going(self, step: str, share: float) -> None:
        """The same step goes on; `share` of the whole is done. Raises Cancelled."""
        if self.progress is not None:
            self.progress(step, share)
        self.pause()

    def within(self, step: str, start: float, end: float) -> Tell:
        """For a part that does not know where it stands: its own 0 … 1 are `start` … `end` of the whole."""
        return lambda share: self.going(step, start + (end - start) * share)

    def pause(self) -> None:
        """A place where the computation may be stopped. Raises Cancelled."""
        if self.cancelled is not None and self.cancelled():
            raise Cancelled
