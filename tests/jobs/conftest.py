"""Worker processes on the tests' own database."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from lianfang.kernel.models import Job

ROOT = Path(__file__).resolve().parents[2]
StartWorker = Callable[..., subprocess.Popen[bytes]]


def test_database() -> str:
    """The address of the database that the tests have made."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite://{name}"
    return urlsplit(settings.LIANFANG_DATABASE)._replace(path=f"/{name}").geturl()


def until(condition: Callable[[], object], what: str) -> None:
    """Look again and again; a test that waits in vain fails after a minute."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.05)


def state(job: Job) -> str:
    job.refresh_from_db()
    return job.state


@pytest.fixture
def start_worker(transactional_db: None) -> Iterator[StartWorker]:
    """Starts worker processes, which end with the test."""
    children: list[subprocess.Popen[bytes]] = []
    env = {
        **os.environ,
        "LIANFANG_DATA": str(settings.LIANFANG_DATA),
        "LIANFANG_DATABASE": test_database(),
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
    }

    def start(*options: str) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.jobs.handlers", *options], env=env, stdin=subprocess.PIPE
        )
        children.append(child)
        return child

    yield start
    for child in children:
        child.kill()
        child.wait()
        assert child.stdin is not None
        child.stdin.close()
