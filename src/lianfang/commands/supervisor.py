"""The worker process beside the server: started with it, started again when it dies, stopped with it."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from threading import Event, Lock, Thread

COMMAND = (sys.executable, "-m", "lianfang", "work", "--supervised")
PAUSES = (0.5, 2.0, 8.0, 30.0)  # seconds before the next start, after ever more deaths in a row
STEADY = 60.0  # seconds that a worker has to live for its predecessors' deaths to be forgotten
GENTLE = 10.0  # seconds for the current step when the server stops

# Popen waits until the last copy of a pipe is closed, which the command that it starts does at once. A process that the
# server forks in that very moment would keep a copy for as long as it lives: nobody would see the worker die then.
_STARTING = Lock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_STARTING.acquire, after_in_parent=_STARTING.release, after_in_child=_STARTING.release
    )


class Supervisor:
    """Use as a context manager around the server."""

    def __init__(self, command: Sequence[str] = COMMAND, pauses: Sequence[float] = PAUSES) -> None:
        self._command = list(command)
        self._pauses = pauses
        self._over = Event()
        self._thread = Thread(target=self._watch, name="supervisor", daemon=True)
        self.child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Supervisor":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        deaths = 0
        while not self._over.is_set():
            began = time.monotonic()
            self._live()
            if self._over.is_set():
                return
            deaths = 0 if time.monotonic() - began > STEADY else deaths + 1
            pause = self._pauses[min(deaths, len(self._pauses)) - 1] if deaths else 0.0
            print(
                f"The worker ended by itself; the next one starts in {pause:g} s.",
                file=sys.stderr,
                flush=True,
            )
            self._over.wait(pause)

    def _live(self) -> None:
        """Start a worker and stay until it ends or the server does."""
        # Its standard input is a pipe that we never write to: it ends when we do, even by SIGKILL.
        with _STARTING:
            begun = subprocess.Popen(self._command, stdin=subprocess.PIPE)
        with begun as child:
            self.child = child
            while child.poll() is None:
                if self._over.wait(0.2):
                    self._end(child)

    def _end(self, child: "subprocess.Popen[bytes]") -> None:
        assert child.stdin is not None
        child.stdin.close()
        if sys.platform != "win32":  # there it would not be gentle
            child.terminate()
        try:
            child.wait(GENTLE)
        except subprocess.TimeoutExpired:
            child.kill()  # its job is found dead by the next worker
            child.wait()
