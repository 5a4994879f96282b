"""Lists through the browser's own path: uploaded, read, tried, applied, over HTTP, on a server of its own.

    python bench/importing.py LISTS [--kills 5] [--seed 1] [--out FILE.json]

LISTS is a folder of CSV files (bench/heldout/make.py or `lianfang demo` makes one; files called truth* are left out).
LIANFANG_DATABASE chooses PostgreSQL (python tests/postgres.py python bench/importing.py …), else SQLite. With `--kills`
the worker, or server and worker, are killed (SIGKILL) at random shares of the dry run and of the applying, and started
again; the register must come out the same. Needs Linux: memory is read from /proc.
"""

import argparse
import http.client
import json
import os
import random
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from serving import Browser, Failure, Site

ROOT = Path(__file__).parents[1]
GROUNDS = {"legal_basis": "epidemic_law", "purpose": "bench", "expires_on": "2099-12-31"}
SILENT = 1.0  # seconds of silence that are worth being told, by step


@dataclass(frozen=True)
class Kill:
    """When: at this share of the whole; whom: the worker, or everything at once as a power cut does it."""

    share: float
    worker_only: bool


@dataclass
class Told:
    """What was seen: seconds; the longest time without any news within each step; when each step began; the kills."""

    seconds: float = 0
    silences: dict[str, float] = field(default_factory=dict)
    steps: dict[str, float] = field(default_factory=dict)
    killed: list[str] = field(default_factory=list)

    @property
    def longest(self) -> float:
        return round(max(self.silences.values(), default=0.0), 1)

    @property
    def silent(self) -> dict[str, float]:
        return {step: round(length, 1) for step, length in self.silences.items() if length >= SILENT}


def waited(browser: Browser, number: int, wanted: str, kills: list[Kill]) -> Told:
    """Look twice a second until the import is `wanted`; kill when it is as far as the next of `kills`."""
    told, began, news, last = Told(), time.monotonic(), time.monotonic(), None
    due, reviving = list(kills), False
    while True:
        try:
            shown = browser.call("GET", f"/api/imports/{number}")
        except (OSError, http.client.HTTPException):
            time.sleep(0.3)
            continue
        progress = shown["progress"] or {}
        step, share = progress.get("step") or "", progress.get("share") or 0.0
        browser.site.memory.step = step
        if (step, share, shown["state"]) != last:
            if not reviving and last is not None:
                silence, where = time.monotonic() - news, last[0]
                told.silences[where] = max(told.silences.get(where, 0.0), silence)
            told.steps.setdefault(step, round(time.monotonic() - began, 1))
            news, last, reviving = time.monotonic(), (step, share, shown["state"]), False
        if shown["state"] == wanted and not shown["working"]:
            told.seconds = time.monotonic() - began
            return told
        if progress.get("state") in ("failed", "cancelled"):
            raise Failure(f"{progress}\n{''.join(browser.site.said[-40:])}")
        if due and share >= due[0].share and shown["working"]:
            stroke(browser.site, due.pop(0), told, f"{time.monotonic() - began:.0f} s, {share:.0%}, {step}")
            reviving = True
        time.sleep(0.5)


def stroke(site: Site, kill: Kill, told: Told, when: str) -> None:
    """One kill."""
    told.killed.append(f"{'worker' if kill.worker_only else 'server and worker'} at {when}")
    if kill.worker_only:
        site.kill_worker()
    else:
        site.kill()
        site.start()


def run(lists: list[Path], data: Path, kills: tuple[list[Kill], list[Kill]]) -> dict[str, Any]:
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
        places = [data / "lists" / name for name in ("imports", "open")]
        return {
            "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
            "database": "PostgreSQL" if os.environ.get("LIANFANG_DATABASE") else "SQLite",
            "load": [round(one, 1) for one in os.getloadavg()],
            "processors": os.cpu_count(),
            **outcome(browser, number),
            "left": sorted(file.name for place in places for file in place.rglob("*") if file.is_file()),
            "seconds": {**seconds, "dry run": round(dry.seconds, 1), "apply": round(applied.seconds, 1)},
            "longest without news": {"dry run": dry.longest, "apply": applied.longest},
            "without news by step": {"dry run": dry.silent, "apply": applied.silent},
            "steps began": {"dry run": dry.steps, "apply": applied.steps},
            "killed": dry.killed + applied.killed,
            "megabytes": {"server": round(site.memory.server), "worker": round(site.memory.worker)},
            "megabytes by step": {step: round(most) for step, most in site.memory.by_step.items() if step},
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
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    files = [file for file in sorted(options.lists.glob("*.csv")) if not file.stem.startswith("truth")]
    dice = random.Random(options.seed)
    kills: tuple[list[Kill], list[Kill]] = ([], [])
    for number in range(options.kills):
        kills[number % 2].append(Kill(dice.uniform(0.02, 0.98), worker_only=number % 3 != 0))
    for some in kills:
        some.sort(key=lambda kill: kill.share)
    folder = Path(tempfile.mkdtemp(prefix="lianfang-bench-"))
    try:
        found = run(files, folder / "data", kills)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = json.dumps(found, ensure_ascii=False, indent=2)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")
    return 1 if found["errors"] or found["left"] or found["runs"] != 1 else 0


if __name__ == "__main__":
    raise SystemExit(main())
