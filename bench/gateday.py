"""One day at the gates of the demo's subdistrict: everybody goes out and comes back; server and phones are killed.

    python bench/gateday.py --people 470000 --kills 10 --database sqlite|postgresql [--folder .cache/gateday] [--page]

The subdistrict gets its gates, keys and passes the first time (--folder keeps it). Then `lianfang serve` and its worker
run, and a phone at each gate, a process of its own: it judges whoever comes by with what it knows, writes it down, and
sends it in batches of up to 200, through a network that loses requests and answers. Some phones are out of touch for
hours. The day is cut into eleven parts: at the end of each the phones that are in touch have sent everything and ask
what is new, so that what each of them knows is certain, and with it what it must answer. Server with worker, and
phones, are killed (SIGKILL) at random moments. Afterwards everything is compared with the truth
(src/lianfang/demo/gateday).
"""

import argparse
import gc
import json
import os
import random
import shutil
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from daywork.clock import VARIABLE, Clock, follow
from daywork.crew import Accidents, Crew
from daywork.phone import Phone
from daywork.posts import Coming
from daywork.site import Site
from deskwork import site as desk

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "docs" / "develop"
#: Crossings a second, for the moments of accidents only.
GUESS = 1_500
LOOKS = (4, 7, 9)  # parts of the day after which the register is asked who is out


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--people", type=int, default=470_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=10, help="of the server with its worker")
    parser.add_argument("--phone-kills", type=int, help="(default: as many as phones)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--folder", type=Path, default=ROOT / ".cache" / "gateday")
    parser.add_argument("--fresh", action="store_true", help="make the subdistrict anew")
    parser.add_argument("--page", action="store_true", help="only write the page from what was measured")
    given = parser.parse_args(argv)
    folder = given.folder.resolve()
    if given.page:
        from daywork import page  # noqa: PLC0415

        (RESULTS / "bench-gateday.md").write_text(page.written(folder), "utf-8")
        return 0
    place = folder / f"{given.database}-{given.people}"
    if given.fresh:
        shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, exist_ok=True)
    with desk.database(folder, given.database) as url:
        told = played(given, place, url)
    if not told["faults"]:
        (folder / f"{given.database}.json").write_text(json.dumps(told, indent=1), "utf-8")
    print(json.dumps(told, indent=1, ensure_ascii=False), flush=True)
    return 1 if told["faults"] else 0


def played(given: argparse.Namespace, place: Path, url: str) -> dict[str, Any]:
    """The day, from making the subdistrict to comparing everything."""
    clock_file = place / "clock"
    clock = prepared(place, url, clock_file)
    # Only now: settings and clock are chosen.
    from django.db import connection, connections  # noqa: PLC0415

    from daywork import checking, town  # noqa: PLC0415
    from lianfang.demo.gateday import draw_day  # noqa: PLC0415
    from lianfang.demo.world import build_world  # noqa: PLC0415

    began = time.perf_counter()
    world = build_world(given.people, given.seed, date(2020, 2, 24))
    day = draw_day(world)
    print(
        f"the day is thought of after {time.perf_counter() - began:.0f} s: {len(day.tries):,} tries",
        flush=True,
    )
    began = time.perf_counter()
    known = town.made(world, day, place, clock)
    town.wipe(place)
    made_in = time.perf_counter() - began
    said, begins = town.visitors(world, day), town.MIDNIGHT.timestamp()
    del world
    connections.close_all()
    gc.collect()
    gc.freeze()  # phones are forked: what is here already stays shared
    found, numbers = checking.Findings(), {"load": [round(os.getloadavg()[0], 1)]}
    site = Site(place, url, clock_file)
    accidents = Accidents(random.Random(given.seed))
    sheets = Sheets(day, known, said, int(begins))

    def begin(gate: int) -> Any:
        phone = Phone(known.posts[gate], place, site.port, clock.now, given.seed)
        return lambda order: sheets.obey(phone, gate, order)

    clock.jump(begins + day.tries.at[0] - 600 if len(day.tries) else begins)
    site.start()
    crew = Crew(len(known.posts), begin, site, accidents)
    try:
        site.wait()
        seconds = whole_day(
            given, day, crew, clock, begins, lambda slot: look(slot, day, known, clock, found)
        )
        numbers["load"].append(round(os.getloadavg()[0], 1))
        crew.everybody(
            "fetch 0", range(len(known.posts))
        )  # of double uses, as of everything, the gates are told
    finally:
        crew.leave()
        site.stop()
    began = time.perf_counter()
    result = checking.check(day, known, place, clock.now())
    checking.told_to_gates(day, place, result)
    result.faults += found.faults
    result.first = found.first | result.first
    hour, most = checking.busiest(day)
    vendor = connection.vendor
    connections.close_all()
    return {
        "database": vendor, "people": given.people, "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "processors": os.cpu_count(), "nice": os.nice(0), "load": numbers["load"],
        "compounds": len(known.compounds), "gates": len(known.posts), "made_seconds": round(made_in),
        "work_seconds": round(seconds["work"], 1), "fetch_seconds": round(seconds["fetch"], 1),
        "check_seconds": round(time.perf_counter() - began, 1), "server_kills": site.kills,
        "phone_kills": accidents.phones, "busiest_hour": hour, "in_busiest_hour": most,
        "out_of_touch": int((~day.phones.touch).any(axis=1).sum()), "wrong_clocks": int((day.phones.fast != 0).sum()),
        "counts": result.counts, "faults": dict(result.faults), "first": result.first,
    }  # fmt: skip


def prepared(place: Path, url: str, clock_file: Path) -> Clock:
    """The program set up on this database, with the day's clock."""
    os.environ |= {
        "LIANFANG_DATA": str(place), "LIANFANG_DATABASE": url, "DJANGO_SETTINGS_MODULE": "lianfang.settings",
        VARIABLE: str(clock_file),
    }  # fmt: skip
    sys.path.insert(0, str(ROOT / "src"))
    from lianfang import datadir  # noqa: PLC0415

    datadir.prepare(place)
    import django  # noqa: PLC0415

    clock = follow(clock_file)
    django.setup()
    return clock


def look(slot: int, day: Any, known: Any, clock: Clock, found: Any) -> None:
    from django.db import connections  # noqa: PLC0415

    from daywork import checking  # noqa: PLC0415

    if slot in LOOKS:
        checking.whoever_is_out(day, known, slot, clock.now(), found)
        connections.close_all()


class Sheets:
    """Who comes by each gate in each part of the day; what a phone's process does when it is told."""

    def __init__(self, day: Any, town: Any, said: dict[int, Any], begins: int) -> None:
        self._day, self._town, self._said, self._begins = day, town, said, begins
        mine = np.flatnonzero(day.truth.happened)
        slot, gate = day.tries.slot[mine], day.tries.gate[mine]
        slots = day.phones.touch.shape[1]
        key = gate * slots + slot
        order = np.argsort(key, kind="stable")
        self._numbers = mine[order]
        self._edges = np.searchsorted(key[order], np.arange(len(town.posts) * slots + 1))
        self._slots = slots

    def obey(self, phone: Phone, gate: int, order: list[str]) -> None:
        """`fetch`, or `work SLOT`."""
        slot = int(order[1])
        if order[0] == "fetch":
            phone.fetch()
            return
        at = gate * self._slots + slot
        numbers = self._numbers[self._edges[at] : self._edges[at + 1]].tolist()
        phone.work(slot, map(self._coming, numbers), touch=bool(self._day.phones.touch[gate, slot]))

    def count(self, slot: int) -> int:
        return int((self._day.tries.slot[self._numbers] == slot).sum())

    def _coming(self, number: int) -> Coming:
        from lianfang.demo.gateday.terms import NOBODY, Flag, Kind  # noqa: PLC0415

        tries, flags = self._day.tries, int(self._day.tries.flags[number])
        pass_ = int(tries.pass_[number])
        common: dict[str, Any] = {
            "number": number, "moment": self._begins + int(tries.at[number]), "out": bool(tries.out[number]),
            "temperature": int(tries.temperature[number]) / 10,
            "document": False if flags & Flag.NO_DOCUMENT else None, "forces": bool(flags & Flag.FORCES),
        }  # fmt: skip
        if pass_ == NOBODY:
            return Coming(**common, visitor=self._said[int(tries.person[number])])
        if flags & Flag.TYPED:
            common["serial"] = self._town.serials[pass_].decode()
        else:
            text = self._town.texts[pass_].decode()
            common["text"] = altered(text) if flags & Flag.FORGED else text
        return Coming(**common, car=bool(self._day.passes.kind[pass_] == Kind.VEHICLE))


def altered(text: str) -> str:
    """One character of the code is another."""
    place = len(text) // 2
    return f"{text[:place]}{'A' if text[place] != 'A' else 'B'}{text[place + 1 :]}"


def whole_day(
    given: argparse.Namespace, day: Any, crew: Crew, clock: Clock, begins: float, look_around: Any
) -> dict[str, float]:
    """Part by part; seconds of the work and of asking what is new."""
    from lianfang.demo.gateday.terms import EDGES, SLOTS  # noqa: PLC0415

    gates, seconds = range(len(day.ground.compound)), {"work": 0.0, "fetch": 0.0}
    dice = crew.accidents.dice
    many = len(gates) if given.phone_kills is None else given.phone_kills
    weights = np.bincount(day.tries.slot[day.truth.happened], minlength=SLOTS)
    server = dice.choices(range(SLOTS), weights.tolist(), k=given.kills)
    phones = dice.choices(range(SLOTS), weights.tolist(), k=many)
    crew.everybody("fetch 0", gates)
    for slot in range(SLOTS):
        clock.jump(begins + EDGES[slot + 1])
        span = max(0.5, float(weights[slot]) / GUESS)
        hit = dice.choices(gates, k=phones.count(slot))
        crew.accidents.plan(span, server=server.count(slot), gates=hit)
        began = time.perf_counter()
        crew.everybody(f"work {slot}", gates)
        worked = time.perf_counter()
        crew.everybody(f"fetch {slot}", [gate for gate in gates if day.phones.touch[gate, slot]])
        asked = time.perf_counter()
        seconds["work"] += worked - began
        seconds["fetch"] += asked - worked
        print(
            f"part {slot}: {weights[slot]:,} crossings in {worked - began:.1f} s, news in {asked - worked:.1f} s",
            flush=True,
        )
        look_around(slot)
    return seconds


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
