"""How many crossings the server takes: one by one as gates scan, and in batches as phones come back from the cellar.

    python bench/gates.py                                   # SQLite
    python tests/postgres.py python bench/gates.py          # PostgreSQL

`lianfang serve` with its worker, in a folder that goes; 64 compounds with a gate, a guard, a phone and 40 passes each.
Singles: crossings arrive at `--rate` a second, each in a request of its own, whether or not the ones before have been
answered; the time counts from the moment at which each should have been sent. Batches: 200 crossings a request from
eight phones at a time; one batch in ten is sent twice at the same moment. Afterwards everything is counted.
"""

import argparse
import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sync import WHY, free_port, used, wait_for  # makes the folder and sets Django up

# isort: split
from django.core.management import call_command
from django.db import connection, connections

from lianfang.accounts import devices
from lianfang.accounts.models import Appointment, User
from lianfang.accounts.roles import Role
from lianfang.accounts.sessions import actor_for
from lianfang.api.tests.phone import Phone, Wire
from lianfang.gates import holders, issuing, keys
from lianfang.gates.issuing import Order
from lianfang.gates.models import Crossing
from lianfang.kernel.actor import system
from lianfang.registry.models import Person, Residence
from lianfang.sync.models import Fact
from lianfang.territory.actions import add_area
from lianfang.territory.models import Area, Building, Compound, Dwelling, Gate

COMPOUNDS, HOLDERS, BATCH, SENDERS = 64, 40, 200, 8
BAR_SINGLE, BAR_BATCHES = 0.2, 5_000  # seconds (p99); crossings a second
SYSTEM = system("bench")


@dataclass
class Post:
    """A gate with its guard's phone and the passes that come by."""

    phone: Phone
    gate: int
    serials: list[str]

    def crossing(self, dice: random.Random, at: datetime) -> Wire:
        body = {
            "gate": self.gate, "direction": dice.choice(("in", "out")), "decision": "admitted",
            "serial": dice.choice(self.serials), "document_seen": True, "temperature": 36.5,
        }  # fmt: skip
        return self.phone.fact(body, at, kind="crossing")


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rate", type=int, default=200, help="single crossings a second")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--batches", type=int, default=400)
    given = parser.parse_args(argv)
    call_command("migrate", verbosity=0)
    posts = town()
    print(f"{connection.vendor}: {len(posts)} gates, {os.cpu_count()} cores", flush=True)
    connections.close_all()
    with served() as (port, process):
        print(f"load before: {os.getloadavg()[0]:.1f}", flush=True)
        p99 = singles(posts, port, given.rate, given.seconds)
        before = used(process)
        rate = batches(posts, port, given.batches)
        print(
            f"load after: {os.getloadavg()[0]:.1f}; the server used {used(process) - before:.0f} s for the batches"
        )
    wanted = given.rate * given.seconds + given.batches * BATCH
    kept = Crossing.objects.unscoped(reason=WHY).count(), Fact.objects.unscoped(reason=WHY).count()
    print(f"sent {wanted} crossings; kept {kept[0]}, facts {kept[1]}")
    return 0 if kept == (wanted, wanted) and p99 <= BAR_SINGLE and rate >= BAR_BATCHES else 1


@contextmanager
def served() -> Iterator[tuple[int, int]]:
    """`lianfang serve` until the block ends: port and process."""
    port = free_port()
    with open(f"{os.environ['LIANFANG_DATA']}/server.log", "w") as log:
        words = [sys.executable, "-m", "lianfang", "serve", "--port", str(port)]
        server = subprocess.Popen(words, stdout=log, stderr=log)
        try:
            wait_for(port)
            yield port, server.pid
        finally:
            server.terminate()
            server.wait(30)


class Lines(threading.local):
    """One connection for every thread that sends."""

    line: http.client.HTTPConnection | None = None

    def send(self, post: Post, data: bytes, port: int) -> list[dict[str, str]]:
        if self.line is None:
            self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        headers = {"Content-Type": "application/json", "Authorization": f"Device {post.phone.token}"}
        self.line.request("POST", "/api/sync/facts", data, headers)
        response = self.line.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{response.status} {body[:200]!r}")
        verdicts: list[dict[str, str]] = json.loads(body)["verdicts"]
        return verdicts


def request(post: Post, facts: list[Wire], now: datetime) -> bytes:
    body = {"device": post.phone.id, "sent_at": now.isoformat(), "facts": facts}
    return json.dumps(body, ensure_ascii=False).encode()


def singles(posts: list[Post], port: int, rate: int, seconds: int) -> float:
    """p99 in seconds from the moment at which each was due."""
    dice, lines, now = random.Random(1), Lines(), datetime.now(UTC)
    made = [
        (post, request(post, [post.crossing(dice, now)], now))
        for post in (posts[n % len(posts)] for n in range(rate * seconds))
    ]
    took, refused = list[float](), list[str]()
    began = time.perf_counter() + 0.5

    def one(number: int) -> None:
        due = began + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        verdicts = lines.send(*made[number], port)
        took.append(time.perf_counter() - due)
        refused.extend(said["code"] for said in verdicts if said["verdict"] != "accepted")

    with ThreadPoolExecutor(64) as pool:
        list(pool.map(one, range(len(made))))
    took.sort()
    p99 = took[int(len(took) * 0.99)]
    print(
        f"singles: {rate}/s for {seconds} s: median {1000 * statistics.median(took):.0f} ms, p99 {1000 * p99:.0f} ms, "
        f"longest {1000 * took[-1]:.0f} ms; not accepted: {len(refused)} {refused[:1]}",
        flush=True,
    )
    return p99


def batches(posts: list[Post], port: int, count: int) -> float:
    """Crossings a second, those sent twice counted once."""
    dice, lines, now = random.Random(2), Lines(), datetime.now(UTC)
    made = []
    for n in range(count):
        post = posts[n % len(posts)]
        facts = [post.crossing(dice, now - timedelta(minutes=dice.randrange(600))) for _ in range(BATCH)]
        made += [(post, request(post, facts, now))] * (2 if n % 10 == 0 else 1)
    told: dict[str, int] = {}

    def one(number: int) -> None:
        for said in lines.send(*made[number], port):
            key = said["verdict"] + (f" {said['code']}" if said["code"] else "")
            told[key] = told.get(key, 0) + 1

    began = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(one, range(len(made))))
    rate = count * BATCH / (time.perf_counter() - began)
    print(
        f"batches: {count} of {BATCH}, one in ten twice: {rate:,.0f} crossings a second; {told}", flush=True
    )
    return rate


def town() -> list[Post]:
    now = datetime.now(UTC)
    street = add_area(actor=SYSTEM, now=now, code="330109005", name="滨江街道")
    communities = [
        add_area(actor=SYSTEM, now=now, code=f"330109005{n + 1:03d}", name=f"第{n + 1}社区", parent=street)
        for n in range(8)
    ]
    for one in communities:
        keys.make_key(actor=SYSTEM, now=now, area=one.pk, days=365)
    return [_post(communities[n % 8], n, now) for n in range(COMPOUNDS)]


def _post(community: Area, number: int, now: datetime) -> Post:
    user = User.objects.create(username=f"g{number}", display_name=f"门卫{number}", created_at=now)
    Appointment.objects.create(
        user=user, role=Role.GUARD.value, area=community, starts_at=now - timedelta(days=9)
    )
    phone = Phone()
    _, phone.token = devices.enrol(
        actor=actor_for(user, now=now),
        now=now,
        device=UUID(phone.id),
        name="手机",
        public_key=phone.public_key,
    )
    path = community.path
    compound = Compound.objects.create(name=f"小区{number}", key=f"小区{number}", path=path)
    gate = Gate.objects.create(compound=compound, name="南门", code=f"G{number}")
    building = Building.objects.create(compound=compound, name="1", path=path, doors=HOLDERS)
    doors = Dwelling.objects.bulk_create(
        Dwelling(building=building, path=path, room=str(n), floor=1, key=f"小区{number}|1||{n}")
        for n in range(HOLDERS)
    )
    persons = Person.objects.bulk_create(Person(name=f"王小{n}", created_at=now) for n in range(HOLDERS))
    Residence.objects.bulk_create(
        Residence(person=one, path=path, place=door.key, since=now)
        for one, door in zip(persons, doors, strict=True)
    )
    uids = [one.pk for one in persons]
    serials = [
        made.serial
        for start in range(0, HOLDERS, holders.MOST_AT_ONCE)
        for made in issuing.issue(
            actor=SYSTEM, now=now, order=Order("resident", (compound.pk,)),
            to=holders.of_people(SYSTEM, uids[start : start + holders.MOST_AT_ONCE]),
        )
    ]  # fmt: skip
    return Post(phone, gate.pk, serials)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
