"""What several threads bring at the same moment is done at once: one of them does it for all who wait. No domain."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from django.db import connection

T = TypeVar("T")
#: Seconds. Where the last ones were done so recently, others are on their way: whoever begins waits for them a little,
#: for one transaction of four costs half of four.
THICK, WAIT = 0.1, 0.02


class _Waiting(Generic[T]):
    def __init__(self, what: T) -> None:
        self.what = what
        self.done = False
        self.problem: Exception | None = None


class Together(Generic[T]):
    """Calls `act` with everything that waits. Whoever finds his own done goes on.

    When it fails for several, each is tried by itself, so that a failure is told to whose it is. `act` must be one
    transaction, and must do for several what it does for each.
    """

    def __init__(self, act: Callable[[Sequence[T]], None]) -> None:
        self._act = act
        self._line: list[_Waiting[T]] = []
        self._adding, self._acting = threading.Lock(), threading.Lock()
        self._ended = float("-inf")

    def __call__(self, what: T) -> None:
        """Returns when it is done. Raises what `act` raises for it."""
        if connection.in_atomic_block:  # of whoever calls: what others bring is no part of that
            self._act([what])
            return
        mine = _Waiting(what)
        with self._adding:
            self._line.append(mine)
        with self._acting:
            if not mine.done:
                if time.monotonic() - self._ended < THICK:
                    time.sleep(WAIT)
                self._do_all(mine)
                self._ended = time.monotonic()
        if mine.problem is not None:
            raise mine.problem

    def _do_all(self, mine: _Waiting[T]) -> None:
        with self._adding:
            line, self._line = self._line, []
        if mine not in line:
            line.append(mine)  # whoever took it was stopped before it was done
        try:
            self._act([one.what for one in line])
        except Exception as problem:  # noqa: BLE001  # raised again by the thread that waits for it
            for one in line:
                one.problem = problem if len(line) == 1 else self._alone(one.what)
        for one in line:
            one.done = True

    def _alone(self, what: T) -> Exception | None:
        try:
            self._act([what])
        except Exception as problem:  # noqa: BLE001  # raised again by the thread that waits for it
            return problem
        return None
