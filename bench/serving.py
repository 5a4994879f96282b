"""A server with its worker on a data folder of its own, and a browser for it: what benches over HTTP begin with."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any

PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6


class Failure(Exception):
    """The server answered otherwise than it should."""


@dataclass
class Memory:
    """Megabytes at most, of the server's processes and of the worker with its children, looked at five times a second;
    of the worker also within each step that whoever waits has named."""

    server: float = 0
    worker: float = 0
    step: str = ""
    by_step: dict[str, float] = field(default_factory=dict)


class Site:
    """A server with its worker on a data folder of its own, that can be killed and started again."""

    def __init__(self, data: Path, source: Path) -> None:
        self.data, self.source = data, source
        self.memory = Memory()
        self.link = ""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self._over = Event()
        self.start()
        Thread(target=self._watch, daemon=True).start()

    def start(self) -> None:
        env = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(self.source)}
        words = ["-m", "lianfang", "serve", "--port", str(self.port), "--data", str(self.data)]
        self.child = subprocess.Popen(
            [sys.executable, *words], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
        )  # fmt: skip
        self.said: list[str] = []
        Thread(target=self._listen, args=(self.child,), daemon=True).start()
        self._answering()

    def kill(self) -> None:
        """Everything at once, as a power cut does it."""
        os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()

    def kill_worker(self) -> None:
        """The worker alone; the server starts another."""
        for name, _, process in processes(self.child.pid):
            if " work " in f"{name} ":
                os.kill(process, signal.SIGKILL)

    def end(self) -> None:
        self._over.set()
        self.child.terminate()
        try:
            self.child.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()

    def _listen(self, child: "subprocess.Popen[str]") -> None:
        assert child.stdout is not None
        for line in child.stdout:
            self.said.append(line)
            if found := re.search(r"/welcome#(\S+)", line):
                self.link = found.group(1)

    def _answering(self) -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("GET", "/health")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.2)
        raise Failure("".join(self.said))

    def _watch(self) -> None:
        while not self._over.wait(0.2):
            server = worker = 0.0
            for name, pages, _ in processes(self.child.pid):
                if " work " in f"{name} ":
                    worker += pages * PAGE_MB
                else:
                    server += pages * PAGE_MB
            self.memory.server = max(self.memory.server, server)
            self.memory.worker = max(self.memory.worker, worker)
            self.memory.by_step[self.memory.step] = max(
                self.memory.by_step.get(self.memory.step, 0.0), worker
            )


def processes(group: int) -> list[tuple[str, int, int]]:
    """Command line, pages in memory and number of every process of the group."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == group:
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found.append((words, int((folder / "statm").read_text().split()[1]), int(folder.name)))
        except (OSError, IndexError):
            continue
    return found


@dataclass
class Browser:
    """What a browser does: cookies, the token against forgery, JSON."""

    site: Site
    cookies: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    slowest: float = 0

    def call(self, method: str, path: str, body: Any = None, raw: Path | None = None) -> Any:
        """Raises Failure for whatever is not a success."""
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=600)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if method != "GET":
            headers["X-CSRFToken"] = self.cookies.get("csrftoken", "")
        content: Any = None
        if raw is not None:
            content = raw.open("rb")
            headers |= {"Content-Type": "application/octet-stream", "Content-Length": str(raw.stat().st_size)}
        elif body is not None:
            content = json.dumps(body)
            headers["Content-Type"] = "application/json"
        began = time.monotonic()
        connection.request(method, path, content, headers)
        answer = connection.getresponse()
        text = answer.read()
        if raw is None:
            self.slowest = max(self.slowest, time.monotonic() - began)
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        if answer.status >= 500:
            self.errors.append(f"{answer.status} {method} {path}")
        if answer.status >= 300:
            raise Failure(f"{answer.status} {method} {path} {text[:300]!r}")
        return json.loads(text) if text[:1] in (b"{", b"[") else None

    def sign_in(self) -> None:
        self.call("GET", "/sign-in")
        person = {
            "token": self.site.link,
            "username": "bench",
            "display_name": "",
            "password": "four-gates-closed",
        }
        self.call("POST", "/api/welcome", person)
