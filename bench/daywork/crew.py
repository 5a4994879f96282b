"""Phones as processes of their own, which are killed at random moments; and the server, which is killed as well."""

import os
import random
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from daywork.site import Site

TICK_S = 0.05


@dataclass
class Accidents:
    """What happens when (monotonic seconds); done once its moment has come."""

    dice: random.Random
    due: list[tuple[float, str, int]] = field(default_factory=list)
    phones: int = 0

    def plan(self, seconds: float, *, server: int, gates: Iterable[int]) -> None:
        now = time.monotonic()
        self.due += [(now + self.dice.uniform(0, seconds), "server", 0) for _ in range(server)]
        self.due += [(now + self.dice.uniform(0, seconds), "phone", gate) for gate in gates]
        self.due.sort()

    def next(self) -> tuple[str, int] | None:
        if self.due and self.due[0][0] <= time.monotonic():
            return self.due.pop(0)[1:]
        return None


class Crew:
    """`begin(gate)` makes the phone of a gate, in its own process, out of its files."""

    def __init__(self, gates: int, begin: Callable[[int], Any], site: Site, accidents: Accidents) -> None:
        self._begin, self._site, self.accidents = begin, site, accidents
        self._pids: dict[int, int] = {}
        self._lines: dict[int, socket.socket] = {}
        self._gates = gates
        self._start_all()

    def _start_all(self) -> None:
        for gate in range(self._gates):
            self._start(gate)

    def anew(self) -> None:
        """Every phone ends and begins again out of its files, or the memory of all of them would fill the machine."""
        self.leave()
        self._start_all()

    def _start(self, gate: int) -> None:
        ours, theirs = socket.socketpair()
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            for line in (ours, *self._lines.values()):
                line.close()
            _live(lambda: self._begin(gate), theirs)
        theirs.close()
        self._pids[gate], self._lines[gate] = pid, ours

    def kill(self, gate: int) -> None:
        """It loses what it has in memory and begins again."""
        os.kill(self._pids[gate], signal.SIGKILL)
        os.waitpid(self._pids[gate], 0)
        self._lines.pop(gate).close()
        self.accidents.phones += 1
        self._start(gate)

    def everybody(self, order: str, gates: Iterable[int]) -> None:
        """Until all of them have done it, whatever happens meanwhile. Raises RuntimeError when one gives up."""
        waiting = set(gates)
        for gate in waiting:
            self._tell(gate, order)
        while waiting:
            lines = {self._lines[gate]: gate for gate in waiting}
            for line in select.select(list(lines), [], [], TICK_S)[0]:
                if not line.recv(16):
                    raise RuntimeError(f"the phone of gate {lines[line]} gave up")
                waiting.discard(lines[line])
            self._strike(order, waiting)

    def _strike(self, order: str, waiting: set[int]) -> None:
        found = self.accidents.next()
        if found is None:
            return
        what, gate = found
        if what == "server":
            if not self._site.answers():  # it is still starting: killed when it works again
                self.accidents.plan(1.0, server=1, gates=())
                return
            self._site.kill()
            return
        # Its answer may lie in the line already: then it has done what it was told.
        said = gate in waiting and select.select([self._lines[gate]], [], [], 0)[0]
        self.kill(gate)
        if said:
            waiting.discard(gate)
        elif gate in waiting:
            self._tell(gate, order)

    def _tell(self, gate: int, order: str) -> None:
        self._lines[gate].sendall(f"{order}\n".encode())

    def leave(self) -> None:
        for gate, line in self._lines.items():
            line.close()
            os.waitpid(self._pids[gate], 0)
        self._lines.clear()


def _live(begin: Callable[[], Any], line: socket.socket) -> None:
    """A phone's process: does what it is told, line by line, until nobody is there any more. Never returns."""
    code = 1
    try:
        phone = begin()
        with line.makefile("r") as orders:
            for order in orders:
                phone(order.split())
                line.sendall(b"!")
        code = 0
    except (BrokenPipeError, ConnectionResetError):
        code = 0
    except BaseException:  # noqa: BLE001  # printed, and the process ends with it
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)
