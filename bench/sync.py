"""99 phones send 200 facts each in the same minute to a real server: are all answered, is none taken twice, how long?

    python bench/sync.py                                   # SQLite
    python tests/postgres.py python bench/sync.py          # PostgreSQL

The server runs as `lianfang serve` with its worker, in a folder that goes. Every phone has its own grid of 120 doors
with three people each, and a campaign over all; one visit in twenty finds somebody new, who is registered meanwhile.
Three rounds: every phone at its own moment of one minute; the same batches once more (the answers were lost); and new
ones from all phones at the same second.
"""

import argparse
import atexit
import http.client
import json
import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

_FOLDER = tempfile.mkdtemp(prefix="lianfang-bench-")
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
os.environ["LIANFANG_DATA"] = _FOLDER  # before the settings are read: no bench touches anybody's data
os.environ["DJANGO_SETTINGS_MODULE"] = "lianfang.settings"

from pathlib import Path  # noqa: E402

from lianfang import datadir  # noqa: E402

datadir.prepare(Path(_FOLDER))

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402

from fieldwork import employed, house  # noqa: E402
from lianfang.accounts.roles import Role  # noqa: E402
from lianfang.api.tests.phone import Phone  # noqa: E402
from lianfang.kernel.actor import system  # noqa: E402
from lianfang.screening import making  # noqa: E402
from lianfang.screening.actions import Plan, start_screening  # noqa: E402
from lianfang.screening.models import Visit  # noqa: E402
from lianfang.screening.rules import CampaignKind  # noqa: E402
from lianfang.sync.models import Fact  # noqa: E402
from lianfang.territory.actions import add_area  # noqa: E402
from lianfang.territory.models import Area  # noqa: E402

PHONES, FACTS, DOORS = 99, 200, 120
MINUTE = 60.0
WHY = "the bench counts everything"
BAR = 2.0  # seconds, p99 of a batch


@dataclass
class Worker:
    """One phone with the doors of its grid and the people behind each."""

    phone: Phone
    doors: list[int]
    people: dict[int, list[int]]
    took: list[float] = field(default_factory=list)
    answers: list[dict[str, int]] = field(default_factory=list)


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phones", type=int, default=PHONES)
    parser.add_argument("--facts", type=int, default=FACTS)
    given = parser.parse_args(argv)
    call_command("migrate", verbosity=0)
    dice = random.Random(1)
    workers = town(given.phones)
    print(
        f"{connection.vendor}: {given.phones} phones, {given.facts} facts each, {os.cpu_count()} cores",
        flush=True,
    )
    connections.close_all()
    port = free_port()
    with open(f"{_FOLDER}/server.log", "w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "lianfang", "serve", "--port", str(port)], stdout=log, stderr=log
        )
        try:
            wait_for(port)
            print(f"load before: {os.getloadavg()[0]:.1f}", flush=True)
            ok = rounds(workers, port, given.facts, dice)
            print(
                f"load after: {os.getloadavg()[0]:.1f}; the server used {used(server.pid):.0f} s of processor"
            )
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)
    return 0 if ok else 1


def rounds(workers: list[Worker], port: int, facts: int, dice: random.Random) -> bool:
    batches = [batch(one, facts, dice) for one in workers]
    moments = [dice.random() * MINUTE for _ in workers]
    whole = send_all(workers, batches, moments, port, "in one minute")
    again = send_all(workers, batches, [0.3 * moment for moment in moments], port, "the same again")
    burst = [batch(one, facts, dice) for one in workers]
    send_all(workers, burst, [0.0] * len(workers), port, "in the same second")
    total = 2 * len(workers) * facts
    visits = Visit.objects.unscoped(reason=WHY).count()
    taken = Fact.objects.unscoped(reason=WHY).filter(verdict="accepted").count()
    kept = Fact.objects.unscoped(reason=WHY).count()
    print(f"facts sent once: {total}; accepted {taken}, kept {kept}, visits {visits}")
    fine = (taken, kept, visits) == (total, total, total)
    print("none lost, none twice" if fine else "LOST OR TWICE", flush=True)
    return fine and whole <= BAR and again <= BAR


def send_all(
    workers: list[Worker], batches: list[bytes], moments: list[float], port: int, what: str
) -> float:
    """p99 of a batch in seconds; prints it with what was answered."""
    began = time.perf_counter()
    threads = [
        threading.Thread(target=send, args=(worker, data, began + moment, port))
        for worker, data, moment in zip(workers, batches, moments, strict=True)
    ]
    for worker in workers:
        worker.took.clear()
        worker.answers.clear()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = sorted(one for worker in workers for one in worker.took)
    told: dict[str, int] = {}
    for worker in workers:
        for answer in worker.answers:
            for verdict, count in answer.items():
                told[verdict] = told.get(verdict, 0) + count
    p99 = took[min(len(took) - 1, int(len(took) * 0.99))]
    print(
        f"{what:<20} median {statistics.median(took):.2f} s, p99 {p99:.2f} s, longest {took[-1]:.2f} s; "
        f"{len(took)} of {len(workers)} answered in {time.perf_counter() - began:.0f} s: {told}",
        flush=True,
    )
    return p99


def send(worker: Worker, data: bytes, at: float, port: int) -> None:
    time.sleep(max(0.0, at - time.perf_counter()))
    began = time.perf_counter()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    headers = {"Content-Type": "application/json", "Authorization": f"Device {worker.phone.token}"}
    line.request("POST", "/api/sync/facts", data, headers)
    response = line.getresponse()
    body = response.read()
    line.close()
    if response.status != 200:
        print(response.status, body[:200], flush=True)
        return
    worker.took.append(time.perf_counter() - began)
    counts: dict[str, int] = {}
    for one in json.loads(body)["verdicts"]:
        key = one["verdict"] + (f" {one['code']}" if one["code"] else "")
        counts[key] = counts.get(key, 0) + 1
    worker.answers.append(counts)


def batch(worker: Worker, facts: int, dice: random.Random) -> bytes:
    """A day's work: most households as known, some in vain, some with a journey or somebody new."""
    now = datetime.now(UTC)
    made = [worker.phone.fact(visit(worker, dice), now - timedelta(minutes=facts - n)) for n in range(facts)]
    body = {"device": worker.phone.id, "sent_at": now.isoformat(), "facts": made}
    return json.dumps(body, ensure_ascii=False).encode()


def visit(worker: Worker, dice: random.Random) -> dict[str, object]:
    door = dice.choice(worker.doors)
    share = dice.random()
    if share < 0.25:
        return {"door": door, "channel": "door", "outcome": "no_answer"}
    people: list[dict[str, object]] = [{"uid": uid, "here": "yes"} for uid in worker.people[door]]
    if share < 0.35:
        leg = {"mode": "train", "number": f"G{dice.randint(1, 999)}", "date": "2020-02-18", "carriage": "4"}
        people[0] |= {"returned_on": "2020-02-18", "from": {"text": "荆州"}, "legs": [leg]}
    elif share < 0.40:
        new = {
            "name": f"欧阳{dice.choice('海山河林川')}",
            "phone": f"139{dice.randint(10_000_000, 99_999_999)}",
        }
        people.append({"new": new, "here": "yes", "remarks": "刚搬来"})
    return {"door": door, "channel": "door", "outcome": "seen", "people": people}


def town(phones: int) -> list[Worker]:
    """A subdistrict with a grid, a worker and DOORS doors with three people each for every phone; a campaign."""
    actor, now = system("bench"), datetime.now(UTC)
    street = add_area(actor=actor, now=now, code="330109005", name="滨江街道")
    workers = []
    for number in range(phones):
        if number % 20 == 0:
            code = f"330109005{number // 20 + 1:03d}"
            community = add_area(
                actor=actor, now=now, code=code, name=f"第{number // 20 + 1}社区", parent=street
            )
        grid = add_area(
            actor=actor,
            now=now,
            code=f"{community.code}{number % 20 + 1:03d}",
            name=f"第{number}网格",
            parent=community,
        )
        workers.append(equipped(grid, number, now))
    plan = Plan(
        title="摸排",
        kind=CampaignKind.HOUSEHOLD,
        purpose="摸排",
        legal_basis="duty",
        starts_at=now,
        due_at=now + timedelta(days=2),
    )
    campaign = start_screening(actor=actor, now=now, area=None, plan=plan)
    making.make(campaign, now=now, tell=lambda step, share: None, finishing=lambda: nullcontext({}))
    return workers


def equipped(grid: Area, number: int, now: datetime) -> Worker:
    phone = employed(f"u{number}", f"网格员{number}", Role.GRID_WORKER, grid, now)
    _, doors, persons = house(f"小区{number}", grid.path, now, doors=DOORS, people=3)
    people = {door.pk: [one.pk for one in persons[3 * n : 3 * n + 3]] for n, door in enumerate(doors)}
    return Worker(phone, list(people), people)


def used(pid: int) -> float:
    """Seconds of processor that the server has used, without its worker and PostgreSQL. Needs Linux."""
    total = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parts = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            words = (folder / "cmdline").read_text()
        except OSError:
            continue
        mine = folder.name == str(pid) or parts[1] == str(pid)
        if mine and "work" not in words.split("\0"):
            total += (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
    return total


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(600):
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            line.request("GET", "/health")
            if line.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(Path(f"{_FOLDER}/server.log").read_text()[-2000:])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
