"""The worker beside the server: started again when it dies, ended with the server."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from lianfang.commands.supervisor import Supervisor
from tests.jobs.conftest import until

# Writes its number down and waits, as a worker does, until its standard input ends.
CHILD = "import os, sys; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); sys.stdin.read()"


def test_it_starts_another_one_when_the_worker_is_killed_and_ends_the_last(tmp_path: Path) -> None:
    log = tmp_path / "pids"
    log.touch()

    def pids() -> list[int]:
        return [int(line) for line in log.read_text().splitlines()]

    supervisor = Supervisor([sys.executable, "-c", CHILD, str(log)], pauses=(0.0, 0.1))
    with supervisor:
        until(lambda: len(pids()) == 1, "the first worker is there")
        os.kill(pids()[-1], signal.SIGKILL)
        until(lambda: len(pids()) == 2, "the second worker is there")
        os.kill(pids()[-1], signal.SIGKILL)
        until(lambda: len(pids()) == 3, "the third worker is there")
    assert supervisor.child is not None
    assert (supervisor.child.pid, supervisor.child.poll() is not None) == (pids()[-1], True)
    assert len(pids()) == 3


def test_nothing_is_forked_while_a_worker_is_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server process forked in that moment kept a pipe open: the supervisor waited for ever, and saw no death."""
    begun, forked, seen = Event(), Event(), []
    real = subprocess.Popen

    def slow(*args: Any, **options: Any) -> "subprocess.Popen[bytes]":
        begun.set()
        seen.append(forked.wait(0.3))
        return real(*args, **options)

    monkeypatch.setattr("lianfang.commands.supervisor.subprocess.Popen", slow)
    log = tmp_path / "pids"
    with Supervisor([sys.executable, "-c", CHILD, str(log)]):
        assert begun.wait(60)
        child = os.fork()
        if not child:
            os._exit(0)
        forked.set()
        os.waitpid(child, 0)
        until(log.exists, "the worker is there")
    assert seen == [False]
