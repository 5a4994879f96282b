"""A real server on a fresh data folder, and Chromium looking at it."""

import atexit
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

#: Milliseconds until something expected must be there; a test says how a page looks, not how busy the machine is.
PATIENCE = 20_000
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Server:
    """A running server: its address, and the first administrator's one-time link."""

    address: str
    welcome: str
    data: Path


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers: one for all tests, for a process can have no second one."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium, once for all journeys."""
    program = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    assert program, "install chromium (python3 check.py does it where it may)"
    launched = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
    yield launched
    launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page of an office screen, in Chinese, that may not leave this machine."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.route(re.compile(r"^https?://(?!127\.0\.0\.1[:/])"), lambda route: route.abort())
    opened = context.new_page()
    yield opened
    context.close()


def listening(port: int) -> None:
    """Return when the port takes connections: the server says its address just before it does."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
            time.sleep(0.05)
    pytest.fail(f"nothing listens on port {port}")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """`lianfang serve` on an empty data folder of its own."""
    with serving(tmp_path / "data") as running:
        yield running


@cache
def empty_database() -> Path:
    """A database as `lianfang serve` makes it in a new data folder; made once, for all begin with the same."""
    data = Path(tempfile.mkdtemp(prefix="lianfang-empty-"))
    atexit.register(shutil.rmtree, data, ignore_errors=True)
    env = {**os.environ, "LIANFANG_DATABASE": "", "LIANFANG_DATA": str(data)}
    subprocess.run([sys.executable, "-m", "lianfang", "manage", "migrate", "-v0"], env=env, check=True)
    return data / "lianfang.sqlite3"


@contextmanager
def serving(data: Path, **settings: str) -> Iterator[Server]:
    """`lianfang serve` on this new data folder, with these settings (docs/develop/settings.md)."""
    data.mkdir()
    shutil.copy(empty_database(), data)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, "LIANFANG_DATABASE": "", "PYTHONUNBUFFERED": "1", **settings}
    words = [sys.executable, "-m", "lianfang", "serve", "--port", str(port), "--data", str(data)]
    child = subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert child.stdout
    said = ""
    for line in child.stdout:
        said += line
        if link := re.search(r"(http\S+)/welcome#\S+", said):
            listening(port)
            yield Server(address=link.group(1), welcome=link.group(0), data=data)
            break
    else:
        pytest.fail(f"the server ended before it was ready: {said}")
    child.terminate()
    child.wait(timeout=20)
