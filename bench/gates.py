"""How many crossings the server takes: one by one as gates scan, and in batches as phones come back from the cellar.

    python bench/gates.py                                   # SQLite
    python tests/postgres.py python bench/gates.py          # PostgreSQL
    python bench/gates.py --page                            # docs/develop/bench-gates.md from the last run on each

`lianfang serve` with its worker, in a folder that goes; 64 compounds, each with a gate, a guard, a phone and 700
households with a pass. Singles: crossings arrive at `--rate` a second, each in a request of its own; one in twenty is
sent twice. Batches: 200 crossings a request from eight phones at a time; one batch in ten is sent twice at the same
moment. Everybody goes out and comes back; one exit in fifty is a second one that the quota does not allow, one crossing
in five hundred has a fever. Afterwards crossings, facts, double uses and alerts are counted. In the same run the same
crossings go to a plain Django endpoint (gatework/plain.py), so that the ratio means something on a busy machine.
"""

import argparse
import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sync import WHY, free_port, used, wait_for  # makes the folder and sets Django up

# isort: split
from django.core.management import call_command
from django.db import connection, connections

from fieldwork import employed, house
from gatework import page
from gatework.sending import Request, at_once, at_their_moments
from lianfang.accounts.roles import Role
from lianfang.api.tests.phone import Phone, uuid7
from lianfang.commands.serve import PROCESSES, THREADS
from lianfang.gates import issuing, keys
from lianfang.gates.holders import For
from lianfang.gates.issuing import Order
from lianfang.gates.models import Crossing, DoubleUse, GateAlert
from lianfang.kernel.actor import system
from lianfang.sync.models import Fact
from lianfang.territory.actions import add_area
from lianfang.territory.models import Area, Gate

COMPOUNDS, HOLDERS, BATCH, SENDERS = 64, 700, 200, 8
AGAIN, FEVER, TWICE, BATCH_TWICE = 50, 500, 20, 10  # one in so many
ROOT = Path(__file__).resolve().parents[1]
SYSTEM = system("bench")


@dataclass
class Post:
    """A gate with its guard's phone and the passes that come by, one after the other."""

    phone: Phone
    gate: int
    serials: list[str]
    count: int = 0
    out: set[str] = field(default_factory=set)  # who has gone out, which each may do once
    expected: Counter[str] = field(default_factory=Counter)

    def crossing(self, at: datetime) -> dict[str, Any]:
        """The next one: out, in, out, in; now and then the same holder goes out once more."""
        number, self.count = self.count, self.count + 1
        out, again = number % 2 == 0, number % (2 * AGAIN) == 2 * AGAIN - 2
        holder = number // 2 - (1 if again else 0)
        fever = number % FEVER == FEVER - 1
        serial = self.serials[holder % len(self.serials)]
        self.expected.update(double=int(out and serial in self.out), fever=int(fever))
        if out:
            self.out.add(serial)
        return {
            "gate": self.gate, "direction": "out" if out else "in", "decision": "admitted",
            "serial": serial, "document_seen": True,
            "temperature": 37.9 if fever else 36.5, "at": at,
        }  # fmt: skip


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rate", type=int, default=200, help="single crossings a second")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--batches", type=int, default=400)
    parser.add_argument("--results", type=Path, default=ROOT / ".cache" / "bench" / "gates", metavar="DIR")
    parser.add_argument("--page", action="store_true", help="only write the page from what was measured")
    given = parser.parse_args(argv)
    if not given.page:
        call_command("migrate", verbosity=0)
        result = measured(given)
        given.results.mkdir(parents=True, exist_ok=True)
        (given.results / f"{connection.vendor}.json").write_text(json.dumps(result, indent=1), "utf-8")
        print("\n".join(page.lines(result)), flush=True)
        return 0 if page.holds(result) else 1
    (ROOT / "docs" / "develop" / "bench-gates.md").write_text(page.written(given.results), "utf-8")
    return 0


def measured(given: argparse.Namespace) -> dict[str, Any]:
    """Both servers, one after the other, with the same crossings."""
    posts = town()
    now = datetime.now(UTC)
    total = COMPOUNDS + given.rate * given.seconds
    singles = [(post, [post.crossing(now)]) for post in turns(posts, total)]
    dice = random.Random(2)
    batches = [
        (post, [post.crossing(now - timedelta(minutes=dice.randrange(5))) for _ in range(BATCH)])
        for post in turns(posts, given.batches)
    ]
    connections.close_all()
    result: dict[str, Any] = {
        "database": connection.vendor, "date": now.date().isoformat(), "processors": os.cpu_count(),
        "rate": given.rate, "seconds": given.seconds, "batches": given.batches, "batch": BATCH,
        "load": [round(os.getloadavg()[0], 1)],
    }  # fmt: skip
    with lianfang() as served:
        result["ours"] = sent(
            [ours(*one) for one in singles], [ours(*one) for one in batches], served, given.rate
        )
    wanted = total + given.batches * BATCH
    more = {name: sum(one.expected[name] for one in posts) for name in ("double", "fever")}
    result["wanted"] = {"crossings": wanted, "facts": wanted, **more}
    result["kept"] = kept()
    with plain() as served:
        result["plain"] = sent(
            [bare(*one) for one in singles], [bare(*one) for one in batches], served, given.rate
        )
    result["load"].append(round(os.getloadavg()[0], 1))
    return result


def turns(posts: Sequence[Post], count: int) -> Iterator[Post]:
    return (posts[n % len(posts)] for n in range(count))


def kept() -> dict[str, int]:
    rows = Crossing, Fact, DoubleUse, GateAlert
    counts = [one.objects.unscoped(reason=WHY).count() for one in rows]  # type: ignore[attr-defined]
    return dict(zip(("crossings", "facts", "double", "fever"), counts, strict=True))


def sent(
    singles: list[Request], batches: list[Request], served: tuple[int, int], rate: int
) -> dict[str, Any]:
    """What one server made of it; some of each twice."""
    port, process = served
    _, first = at_once(
        singles[:COMPOUNDS], port, SENDERS
    )  # every phone once: what just began is not what is measured
    before = used(process)
    singles = singles[COMPOUNDS:]
    alone = [one for n, one in enumerate(singles) for _ in range(2 if n % TWICE == 0 else 1)]
    latencies, answers = at_their_moments(alone, port, rate * len(alone) // len(singles))
    between = used(process)
    together = [one for n, one in enumerate(batches) for _ in range(2 if n % BATCH_TWICE == 0 else 1)]
    seconds, more = at_once(together, port, SENDERS)
    told: Counter[str] = Counter()
    for answer in (*first, *answers, *more):
        told.update(
            f"{one['verdict']} {one['code']}".strip() for one in json.loads(answer).get("verdicts", ())
        )
    return {
        "singles": asdict(latencies), "rate": round(len(batches) * BATCH / seconds), "told": dict(told),
        "processor_single": 1000 * (between - before) / len(alone),
        "processor_batch": 1000 * (used(process) - between) / len(together),
    }  # fmt: skip


def ours(post: Post, crossings: list[dict[str, Any]]) -> Request:
    facts = [
        post.phone.fact(
            {name: value for name, value in one.items() if name != "at"}, one["at"], kind="crossing"
        )
        for one in crossings
    ]
    body = {"device": post.phone.id, "sent_at": datetime.now(UTC).isoformat(), "facts": facts}
    headers = {"Content-Type": "application/json", "Authorization": f"Device {post.phone.token}"}
    return Request("/api/sync/facts", headers, json.dumps(body, ensure_ascii=False).encode())


def bare(_: Post, crossings: list[dict[str, Any]]) -> Request:
    """The same for the plain endpoint, which wants no signature."""
    rows = [{**one, "id": str(uuid7()), "at": one["at"].isoformat()} for one in crossings]
    return Request(
        "/crossings", {"Content-Type": "application/json"}, json.dumps({"crossings": rows}).encode()
    )


@contextmanager
def running(words: list[str], port: int, **env: str) -> Iterator[tuple[int, int]]:
    """A server until the block ends: port and process."""
    with open(f"{os.environ['LIANFANG_DATA']}/server.log", "w") as log:
        server = subprocess.Popen([sys.executable, *words], stdout=log, stderr=log, env={**os.environ, **env})
        try:
            wait_for(port)
            yield port, server.pid
        finally:
            server.terminate()
            server.wait(30)


@contextmanager
def lianfang() -> Iterator[tuple[int, int]]:
    port = free_port()
    with running(["-m", "lianfang", "serve", "--port", str(port)], port) as served:
        yield served


@contextmanager
def plain() -> Iterator[tuple[int, int]]:
    port, here = free_port(), str(ROOT / "bench" / "gatework")
    env = {
        "PLAIN_DATA": os.environ["LIANFANG_DATA"],
        "PYTHONPATH": os.pathsep.join([here, str(ROOT / "src")]),
    }
    subprocess.run([sys.executable, f"{here}/plain.py"], env={**os.environ, **env}, check=True)
    words = [
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--port",
        str(port),
        "--blocking-threads",
        str(THREADS // PROCESSES),
    ]
    words += ["--workers", str(PROCESSES)]
    with running([*words, "--log-level", "warning", "plain:application"], port, **env) as served:
        yield served


def town() -> list[Post]:
    now = datetime.now(UTC)
    street = add_area(actor=SYSTEM, now=now, code="330109005", name="滨江街道")
    communities = [
        add_area(actor=SYSTEM, now=now, code=f"330109005{n + 1:03d}", name=f"第{n + 1}社区", parent=street)
        for n in range(8)
    ]
    for one in communities:
        keys.make_key(actor=SYSTEM, now=now, area=one.pk, days=365)
    return [posted(communities[n % 8], n, now) for n in range(COMPOUNDS)]


def posted(community: Area, number: int, now: datetime) -> Post:
    phone = employed(f"g{number}", f"门卫{number}", Role.GUARD, community, now)
    compound, doors, persons = house(f"小区{number}", community.path, now, doors=HOLDERS, people=1)
    gate = Gate.objects.create(compound=compound, name="南门", code=f"G{number}")
    ground = issuing.ground_of(SYSTEM, Order("resident", (compound.pk,)), now)
    to = [
        For(one.name, person=one.pk, dwelling=door.pk, path=door.path)
        for one, door in zip(persons, doors, strict=True)
    ]
    return Post(phone, gate.pk, [one.serial for one in issuing.write(SYSTEM, now, ground, to)])


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
