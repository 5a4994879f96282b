"""Lists through the browser's own path: uploaded, read, tried, applied, over HTTP, on a server of its own.

    python bench/importing.py LISTS [--kills 5] [--seed 1] [--out FILE.json]

LISTS is a folder of CSV files (bench/heldout/make.py or `lianfang demo` makes one; files called truth* are left out).
LIANFANG_DATABASE chooses PostgreSQL (python tests/postgres.py python bench/importing.py …), else SQLite. With `--kills`
server and worker are killed (SIGKILL) at random moments of the dry run and of the applying, and started again; the
register must come out the same. Needs Linux: memory is read from /proc.
"""

import argparse
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread, Timer
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).parents[1]
GROUNDS = {"legal_basis": "epidemic_law", "purpose": "bench", "expires_on": "2099-12-31"}
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1e6


class Failure(Exception):
    """The server answered otherwise than it should."""


@dataclass
class Memory:
    """Megabytes at most, of the server's processes and of the worker, looked at five times a second."""

    server: float = 0
    worker: float = 0


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
            for name, pages in processes(self.child.pid):
                if " work " in f"{name} ":
                    worker += pages * PAGE_MB
                else:
                    server += pages * PAGE_MB
            self.memory.server = max(self.memory.server, server)
            self.memory.worker = max(self.memory.worker, worker)


def processes(group: int) -> list[tuple[str, int]]:
    """Command line and pages in memory of every process of the group."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(folder.name)) == group:
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found.append((words, int((folder / "statm").read_text().split()[1])))
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


@dataclass
class Told:
    """What was seen of a step while it went on: seconds, and the longest time without any news."""

    seconds: float = 0
    silence: float = 0
    steps: list[str] = field(default_factory=list)
    killed: list[str] = field(default_factory=list)


def waited(browser: Browser, number: int, wanted: str, kills: list[float]) -> Told:
    """Look every half second until the import is `wanted`; kill everything at the given seconds after the start."""
    told, began, news, last = Told(), time.monotonic(), time.monotonic(), None
    for moment in kills:
        Timer(moment, stroke, (browser.site, told, began)).start()
    while True:
        try:
            shown = browser.call("GET", f"/api/imports/{number}")
        except (OSError, http.client.HTTPException):
            time.sleep(0.3)
            continue
        progress = shown["progress"] or {}
        now = (progress.get("step"), progress.get("share"), shown["state"])
        if now != last:
            told.silence = max(told.silence, time.monotonic() - news)
            news, last = time.monotonic(), now
            if progress.get("step") and progress["step"] not in told.steps[-1:]:
                told.steps.append(progress["step"])
        if shown["state"] == wanted and not shown["working"]:
            told.seconds = time.monotonic() - began
            return told
        if progress.get("state") in ("failed", "cancelled"):
            raise Failure(f"{progress}\n{''.join(browser.site.said[-40:])}")
        time.sleep(0.5)


def stroke(site: Site, told: Told, began: float) -> None:
    """One kill."""
    told.killed.append(f"{time.monotonic() - began:.1f} s: {told.steps[-1] if told.steps else ''}")
    site.kill()
    site.start()


def run(lists: list[Path], data: Path, kills: tuple[list[float], list[float]]) -> dict[str, Any]:
    """The whole way; what was measured."""
    site = Site(data, ROOT / "src")
    try:
        browser = Browser(site)
        browser.sign_in()
        number = browser.call("POST", "/api/imports")["id"]
        seconds = uploaded(browser, number, lists)
        browser.call("POST", f"/api/imports/{number}/check")
        dry = waited(browser, number, "ready", kills[0])
        browser.call("POST", f"/api/imports/{number}/apply")
        applied = waited(browser, number, "applied", kills[1])
        time.sleep(10)  # the folder goes after the commit, which on SQLite is seen before it has ended
        return {
            **outcome(browser, number),
            "left": sorted(
                str(file.name) for file in (data / "lists" / "imports").rglob("*") if file.is_file()
            ),
            "seconds": {**seconds, "dry run": round(dry.seconds, 1), "apply": round(applied.seconds, 1)},
            "longest without news": {"dry run": round(dry.silence, 1), "apply": round(applied.silence, 1)},
            "steps": dry.steps + applied.steps,
            "killed": dry.killed + applied.killed,
            "megabytes": {"server": round(site.memory.server), "worker": round(site.memory.worker)},
            "errors": browser.errors,
            "slowest answer": round(browser.slowest, 2),
        }
    finally:
        site.end()


def uploaded(browser: Browser, number: int, lists: list[Path]) -> dict[str, float]:
    """Send the files, wait until they are read, say why they may be here; seconds."""
    began = time.monotonic()
    for file in lists:
        browser.call("POST", f"/api/imports/{number}/files?name={quote(file.name)}", raw=file)
    sent = time.monotonic() - began
    shown = browser.call("GET", f"/api/imports/{number}")
    while any(file["state"] == "reading" for file in shown["files"]):
        time.sleep(0.3)
        shown = browser.call("GET", f"/api/imports/{number}")
    read = time.monotonic() - began
    for file in shown["files"]:
        body = {"revision": file["revision"], **GROUNDS, "received_on": "2020-02-20"}
        browser.call("POST", f"/api/imports/{number}/files/{file['id']}", body)
    return {"upload": round(sent, 1), "upload and read": round(read, 1)}


def outcome(browser: Browser, number: int) -> dict[str, Any]:
    """What the register looks like."""
    shown = browser.call("GET", f"/api/imports/{number}")
    overview = browser.call("GET", f"/api/runs/{shown['run']}")
    return {
        "rows": shown["rows"],
        "people": overview["people"],
        "findings": sum(one["findings"] for one in overview["findings"]),
        "runs": len(browser.call("GET", "/api/runs")),
    }


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lists", type=Path)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--spread", default="20,20", help="seconds of dry run and applying within which to kill"
    )
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    files = [file for file in sorted(options.lists.glob("*.csv")) if not file.stem.startswith("truth")]
    dice = random.Random(options.seed)
    dry, apply = (float(part) for part in options.spread.split(","))
    moments: tuple[list[float], list[float]] = ([], [])
    for number in range(options.kills):
        moments[number % 2].append(dice.uniform(0, (dry, apply)[number % 2]))
    folder = Path(tempfile.mkdtemp(prefix="lianfang-bench-"))
    try:
        found = run(files, folder / "data", (sorted(moments[0]), sorted(moments[1])))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = json.dumps(found, ensure_ascii=False, indent=2)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")
    return 1 if found["errors"] or found["left"] or found["runs"] != 1 else 0


if __name__ == "__main__":
    raise SystemExit(main())
