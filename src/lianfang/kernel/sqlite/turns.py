"""Whose turn it is to write, among the threads of a process and among processes.

SQLite lets those who wait look again and again, at longer and longer intervals: a worker that writes without pause
comes first every time, and a phone waits for half a minute. Here everybody waits in a line.
"""

import sys
import threading
from collections import deque
from pathlib import Path
from typing import IO

if sys.platform != "win32":
    import fcntl

#: What SQLite says when another one writes and the time to wait is over.
LOCKED = "database is locked"


class Turns:
    """The turns of one database, for all threads of this process; processes meet at two locked files beside it.

    Whoever waits for the other processes holds `gate` while he waits for `turn`: whoever has just written finds the
    gate closed and stands behind him.
    """

    def __init__(self, database: Path) -> None:
        self._looking = threading.Lock()
        self._line: deque[threading.Lock] = (
            deque()
        )  # of those who wait; each is woken by itself, and no other
        self._busy = False
        self._names = [database.with_name(f"{database.name}.{name}") for name in ("gate", "turn")]
        self._files: list[IO[bytes]] = []

    def take(self, patience: float) -> bool:
        """Wait for the turn, in this process at most `patience` seconds; False when it did not come."""
        if not self._stand(patience):
            return False
        try:
            taken = self._among_processes(wait=patience > 0)
        except BaseException:
            self._leave()
            raise
        if not taken:
            self._leave()
        return taken

    def _stand(self, patience: float) -> bool:
        """In line among the threads."""
        with self._looking:
            if not self._busy:
                self._busy = True
                return True
            if patience <= 0:
                return False
            me = threading.Lock()
            me.acquire()
            self._line.append(me)
        if me.acquire(timeout=patience):
            return True
        with self._looking:
            if me in self._line:
                self._line.remove(me)
                return False
        return True  # the turn came in the moment in which the patience ended

    def give(self) -> None:
        """The turn is the next one's."""
        _unlock(self._files[-1:])
        self._leave()

    def _leave(self) -> None:
        """Whoever is first in line has the turn: `_busy` stays, so that nobody comes in between."""
        with self._looking:
            if self._line:
                self._line.popleft().release()
            else:
                self._busy = False

    def _among_processes(self, *, wait: bool) -> bool:
        if not self._files:
            self._files = [name.open("ab") for name in self._names]
        gate, turn = self._files
        if not _lock(gate, wait=wait):
            return False
        try:
            return _lock(turn, wait=wait)
        finally:
            _unlock([gate])


def _lock(file: IO[bytes], *, wait: bool) -> bool:
    if sys.platform != "win32":
        try:
            # The lock belongs to the process: a child that it forks does not keep it.
            fcntl.lockf(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _unlock(files: list[IO[bytes]]) -> None:
    if sys.platform != "win32":
        for file in files:
            fcntl.lockf(file, fcntl.LOCK_UN)
