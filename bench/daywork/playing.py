"""The day itself: phones at the gates, part after part, accidents meanwhile; then everything is compared.

Imported when the program has been set up on its database, with the day's clock.
"""

import argparse
import gc
import os
import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection, connections

from daywork import checking, town
from daywork.clock import Clock
from daywork.crew import Accidents, Crew
from daywork.phone import Phone
from daywork.posts import Coming
from daywork.site import Site
from lianfang.demo.gateday import GateDay, draw_day
from lianfang.demo.gateday.terms import EDGES, NOBODY, SLOTS, Flag, Kind
from lianfang.demo.world import build_world

#: Crossings a second, for the moments of accidents only.
GUESS = 1_500
LOOKS = (2, 4, 5)  # parts of the day after which the register is asked who is out


def played(
    given: argparse.Namespace, place: Path, url: str, clock: Clock, clock_file: Path
) -> dict[str, Any]:
    """The day, from making the subdistrict to comparing everything."""
    began = time.perf_counter()
    world = build_world(given.people, given.seed, date(2020, 2, 24))
    day = draw_day(world)
    print(f"thought of after {time.perf_counter() - began:.0f} s: {len(day.tries):,} tries", flush=True)
    known = town.made(world, day, place, clock)
    if not given.resume:
        town.wipe(place)
    sheets = Sheets(day, known, town.visitors(world, day))
    del world
    connections.close_all()
    gc.collect()
    gc.freeze()  # phones are forked: what is here already stays shared
    found, load = checking.Findings(), [round(os.getloadavg()[0], 1)]
    site, accidents = Site(place, url, clock_file), Accidents(random.Random(given.seed))
    seconds = at_work(given, day, known, sheets, (site, accidents), place, clock, found)
    load.append(round(os.getloadavg()[0], 1))
    result = checking.check(day, known, place, clock.now())
    checking.told_to_gates(day, place, result)
    result.faults += found.faults
    result.first = found.first | result.first
    hour, most = checking.busiest(day)
    vendor = connection.vendor
    connections.close_all()
    return {
        "database": vendor, "people": given.people, "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "processors": os.cpu_count(), "nice": os.nice(0), "load": load,
        "compounds": len(known.compounds), "gates": len(known.posts),
        "work_seconds": round(seconds["work"], 1), "fetch_seconds": round(seconds["fetch"], 1),
        "server_kills": site.kills, "phone_kills": accidents.phones, "busiest_hour": hour, "in_busiest_hour": most,
        "out_of_touch": int((~day.phones.touch).any(axis=1).sum()),
        "wrong_clocks": int((day.phones.fast != 0).sum()),
        "counts": result.counts, "faults": dict(result.faults), "first": result.first,
    }  # fmt: skip


def at_work(
    given: argparse.Namespace, day: GateDay, known: town.Town, sheets: "Sheets", what: tuple[Site, Accidents],
    place: Path, clock: Clock, found: checking.Findings,
) -> dict[str, float]:  # fmt: skip
    """Server and phones from the first crossing to the last; seconds of work and of asking what is new."""
    site, accidents = what

    def begin(gate: int) -> Any:
        phone = Phone(known.posts[gate], place, site.port, clock.now, given.seed)
        return lambda order: sheets.obey(phone, gate, order)

    def look_around(slot: int) -> None:
        if slot in LOOKS:
            checking.whoever_is_out(day, known, slot, clock.now(), found)
            connections.close_all()

    clock.jump(town.MIDNIGHT.timestamp() + EDGES[given.resume])
    site.start()
    crew = Crew(len(known.posts), begin, site, accidents)
    try:
        site.wait()
        seconds = whole_day(given, day, crew, clock, look_around)
        crew.everybody("fetch 0", range(len(known.posts)))  # gates are told of double uses as of everything
    finally:
        crew.leave()
        site.stop()
    return seconds


class Sheets:
    """Who comes by each gate in each part of the day; what a phone's process does when it is told."""

    def __init__(self, day: GateDay, known: town.Town, said: dict[int, Any]) -> None:
        self._day, self._town, self._said = day, known, said
        self._begins = int(town.MIDNIGHT.timestamp())
        mine = np.flatnonzero(day.truth.happened)
        slot, gate = day.tries.slot[mine], day.tries.gate[mine]
        slots = day.phones.touch.shape[1]
        key = gate * slots + slot
        order = np.argsort(key, kind="stable")
        self._numbers = mine[order]
        self._edges = np.searchsorted(key[order], np.arange(len(known.posts) * slots + 1))
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

    def _coming(self, number: int) -> Coming:
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
    given: argparse.Namespace, day: GateDay, crew: Crew, clock: Clock, look_around: Callable[[int], None]
) -> dict[str, float]:
    """Part by part; seconds of the work and of asking what is new."""
    gates, seconds = range(len(day.ground.compound)), {"work": 0.0, "fetch": 0.0}
    dice, begins = crew.accidents.dice, town.MIDNIGHT.timestamp()
    many = len(gates) if given.phone_kills is None else given.phone_kills
    weights = np.bincount(day.tries.slot[day.truth.happened], minlength=SLOTS).tolist()
    server, phones = (
        dice.choices(range(SLOTS), weights, k=given.kills),
        dice.choices(range(SLOTS), weights, k=many),
    )
    if not given.resume:  # else they have what they had
        crew.everybody("fetch 0", gates)
    for slot in range(given.resume, SLOTS):
        clock.jump(begins + EDGES[slot + 1])
        hit = dice.choices(gates, k=phones.count(slot))
        crew.accidents.plan(max(0.5, weights[slot] / GUESS), server=server.count(slot), gates=hit)
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
        crew.anew()
    return seconds
