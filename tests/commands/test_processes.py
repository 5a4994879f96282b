"""A server of two processes: both answer, and one that dies is started again while the other goes on."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

PATIENCE = 60  # seconds


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[int, int]]:
    """Port and process of `lianfang serve`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "lianfang", "serve", "--port", str(port), "--data", str(tmp_path / "data")]
    env = {**os.environ, "LIANFANG_DATABASE": ""}
    with subprocess.Popen(
        [*words, "--processes", "2", "--no-worker"], env=env, stdout=subprocess.DEVNULL
    ) as child:
        try:
            yield port, child.pid
        finally:
            child.terminate()
            child.wait(30)


def answers(port: int) -> bool:
    """Whether somebody answers on a new connection."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/api/session")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def all_answer(port: int) -> None:
    """Waits until every process does: a new connection goes to any of them."""
    deadline = time.monotonic() + PATIENCE
    while not all(answers(port) for _ in range(20)):
        assert time.monotonic() < deadline, "somebody was not answered"
        time.sleep(0.2)


def processes(parent: int) -> set[int]:
    """Those that the server has forked."""
    told = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False
    )
    return set(map(int, told.stdout.split()))


def wait_for(count: int, parent: int, without: int = 0) -> set[int]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = processes(parent)
        if len(found) == count and without not in found:
            return found
        time.sleep(0.1)
    pytest.fail(f"{processes(parent)} after {PATIENCE} s")


def test_one_of_two_processes_may_die(server: tuple[int, int]) -> None:
    port, parent = server
    first, second = wait_for(2, parent)
    all_answer(port)
    os.kill(first, signal.SIGKILL)
    assert second in wait_for(2, parent, without=first)
    all_answer(port)
