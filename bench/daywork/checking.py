"""Whether what the server has is what happened: each fact once, every answer right, register, double uses, alerts."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

import numpy as np

from daywork.knowing import heard_by
from daywork.town import MIDNIGHT, SYSTEM, WHY, Town
from lianfang.accounts.models import Device
from lianfang.demo.gateday import GateDay
from lianfang.demo.gateday.terms import DAY, FEVER, HOUR, NOBODY, Decision, Flag, Why
from lianfang.demo.gateday.truth import outside, totals
from lianfang.gates import register
from lianfang.gates.models import Crossing, DoubleUse, GateAlert
from lianfang.sync.models import Fact

_NIGHT = (22, 6)
#: Seconds by which a moment may be off; and by a clock that is wrong, which is corrected as the request arrives: it may
#: have waited.
_EXACT, _CORRECTED = 1, 30
_CODES = {one: one.name.lower() for one in Why if one is not Why.FORGED}


@dataclass
class Findings:
    """What was counted, and every kind of fault with how often and the first of them."""

    counts: dict[str, int] = field(default_factory=dict)
    faults: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def demand(self, fine: bool, what: str, detail: object = "") -> None:
        if not fine:
            self.faults[what] += 1
            self.first.setdefault(what, str(detail)[:300])


def recorded(folder: Path, found: Findings) -> dict[UUID, int]:
    """Fact → try, as the phones' own files have it."""
    known: dict[UUID, int] = {}
    for file in sorted(folder.glob("phone-*.jsonl")):
        numbers, answered, refused = set(), set(), 0
        for line in file.read_bytes().splitlines():
            one = json.loads(line)
            if "answered" in one:
                answered |= set(one["answered"])
                refused += one["refused"]
                continue
            found.demand(one["seq"] not in numbers, "a phone numbered two facts alike", file.name)
            numbers.add(one["seq"])
            known[UUID(one["id"])] = one["try"]
        found.demand(numbers == set(range(1, len(numbers) + 1)), "a phone lost a number", file.name)
        found.demand(
            answered == numbers, "a fact was never answered", f"{file.name} {len(numbers - answered)}"
        )
        found.demand(refused == 0, "a fact was refused", f"{file.name} {refused}")
    return known


def check(day: GateDay, town: Town, folder: Path, now: datetime) -> Findings:
    """Everything, when the day is over."""
    found = Findings()
    known = recorded(folder, found)
    happened = set(np.flatnonzero(day.truth.happened).tolist())
    tries = Counter(known.values())
    found.demand(set(tries) == happened, "somebody was not recorded", len(happened ^ set(tries)))
    found.demand(max(tries.values()) == 1, "somebody was recorded twice", tries.most_common(1))
    _facts(known, found)
    _crossings(day, town, known, found)
    _register(day, town, now, found)
    _doubles(day, known, found)
    _alerts(day, known, found)
    return found


def _facts(known: dict[UUID, int], found: Findings) -> None:
    rows = Fact.objects.unscoped(reason=WHY)
    accepted = Counter(
        rows.filter(verdict="accepted").values_list("fact", flat=True).iterator(chunk_size=50_000)
    )
    found.counts |= {"recorded": len(known), "facts": rows.count(), "accepted": accepted.total()}
    found.demand(set(accepted) == set(known), "facts lost or invented", len(set(accepted) ^ set(known)))
    found.demand(max(accepted.values(), default=1) == 1, "a fact was taken twice")
    found.demand(rows.count() == len(known), "facts kept that are none", rows.count() - len(known))
    numbers = dict(Device.objects.values_list("pk", "last_seq"))
    found.counts["phones"] = len(numbers)


def _crossings(day: GateDay, town: Town, known: dict[UUID, int], found: Findings) -> None:
    """Each crossing as it should be: gate, direction, moment, decision and reasons."""
    gates = {one.gate_pk: one.gate for one in town.posts}
    tries, truth = day.tries, day.truth
    columns = ("id", "gate", "at", "direction", "decision", "reasons", "serial", "fever")
    begins = int(MIDNIGHT.timestamp())
    count = 0
    rows = Crossing.objects.unscoped(reason=WHY).values_list(*columns)
    for pk, gate, at, direction, decision, reasons, serial, fever in rows.iterator(chunk_size=20_000):
        count += 1
        number = known.get(pk)
        if number is None:
            found.demand(False, "a crossing that nobody recorded", pk)
            continue
        where = f"try {number}: {decision} {reasons}, not {_told(day, number)}"
        found.demand(gates.get(gate) == tries.gate[number], "a crossing at another gate", where)
        found.demand((direction == "out") == bool(tries.out[number]), "a crossing the other way", where)
        moment = begins + int(tries.at[number])
        off = at.timestamp() - moment
        most = _CORRECTED if day.phones.fast[int(tries.gate[number])] else _EXACT
        found.demand(abs(off) <= most, "a crossing at another time", f"{off:.1f} s, {where}")
        found.demand(
            decision == Decision(int(truth.decision[number])).name.lower(), "a wrong decision", where
        )
        found.demand(_fits(day, number, decision, reasons), "wrong reasons", where)
        found.demand(fever == (tries.temperature[number] >= FEVER), "a fever missed or invented", where)
        pass_ = int(tries.pass_[number])
        wanted = town.serials[pass_].decode() if truth.read[number] else ""
        found.demand(serial == wanted, "a crossing with another pass", where)
    found.counts["crossings"] = count
    found.demand(count == len(known), "crossings lost or invented", count - len(known))
    decisions = np.unique(truth.decision, return_counts=True)
    for value, times in zip(*decisions, strict=True):
        found.counts[Decision(int(value)).name.lower()] = int(times)
    for one, code in _CODES.items():
        found.counts[f"refused or warned: {code}"] = int((truth.happened & (truth.why & one > 0)).sum())


def _told(day: GateDay, number: int) -> str:
    why = Why(int(day.truth.why[number]))
    return f"{Decision(int(day.truth.decision[number])).name} {why!r}"


def _fits(day: GateDay, number: int, decision: str, reasons: Iterable[str]) -> bool:
    why, said = Why(int(day.truth.why[number])), set(reasons)
    if day.tries.pass_[number] == NOBODY and decision != "refused":
        return not said  # the phone gives no reasons for visitors whom it let in
    if why & Why.FORGED:
        return bool(said)
    return said == {code for one, code in _CODES.items() if why & one}


def _register(day: GateDay, town: Town, now: datetime, found: Findings) -> None:
    """What the desk's register says of each compound, through the program's own query."""
    truth, out = (
        totals(day.ground, day.tries, day.truth),
        outside(day.ground, day.passes, day.tries, day.truth),
    )
    for number, compound in enumerate(town.compounds):
        said = register.figures(SYSTEM, compound, MIDNIGHT.date(), now=now)
        mine = truth[number]
        for hour in said["hours"]:
            for way in ("out", "in", "refused"):
                fine = hour[way] == mine[way][hour["hour"]]
                found.demand(fine, "an hour of the register", f"{compound} {hour} {way} {mine[way]}")
        for way in ("out", "in", "refused"):
            night = sum(mine[way][hour] for hour in range(24) if hour >= _NIGHT[0] or hour < _NIGHT[1])
            found.demand(said["night"][way] == night, "a night of the register", f"{compound} {way}")
            found.demand(said["day"][way] == mine[way].total() - night, "a day of the register", compound)
        detail = f"{compound}: {said['outside']}, not {len(out[number])}"
        found.demand(said["outside"] == len(out[number]), "who is out", detail)
        found.counts["out at midnight"] = found.counts.get("out at midnight", 0) + said["outside"]


def whoever_is_out(day: GateDay, town: Town, slot: int, now: datetime, found: Findings) -> None:
    """During the day: of what had been sent by the end of the slot."""
    out = outside(day.ground, day.passes, day.tries, day.truth, until=slot + 1, touch=day.phones.touch)
    for number, compound in enumerate(town.compounds):
        said = register.figures(SYSTEM, compound, MIDNIGHT.date(), now=now)["outside"]
        detail = f"slot {slot}, {compound}: {said}, not {len(out[number])}"
        found.demand(said == len(out[number]), "who is out during the day", detail)


def _doubles(day: GateDay, known: dict[UUID, int], found: Findings) -> None:
    wanted = day.truth.doubles
    rows = DoubleUse.objects.unscoped(reason=WHY).values_list("first", "second", "reason")
    said = {known.get(second, NOBODY): (known.get(first, NOBODY), reason) for first, second, reason in rows}
    found.counts["double uses"] = len(wanted)
    found.demand(len(said) == rows.count(), "a double use told twice")
    for number in wanted.keys() - said.keys():
        found.demand(False, "a double use not found", f"{wanted[number]} {number} {_told(day, number)}")
    for number in said.keys() - wanted.keys():
        found.demand(False, "a double use invented", f"{said[number]} {number} {_told(day, number)}")
    for number in wanted.keys() & said.keys():
        first, reason = said[number]
        way = "exits_used" if day.tries.out[number] else "entries_used"
        before = first != NOBODY and day.tries.at[first] < day.tries.at[number]
        found.demand(before and reason == way, "a double use of something else", f"{first} {number} {reason}")


def _alerts(day: GateDay, known: dict[UUID, int], found: Findings) -> None:
    tries, truth = day.tries, day.truth
    rows = GateAlert.objects.unscoped(reason=WHY).values_list("crossing", "kind")
    said = Counter((kind, known.get(crossing, NOBODY)) for crossing, kind in rows)
    returnee = (tries.flags & Flag.RETURNEE > 0) & (truth.decision == Decision.ADMITTED)
    wanted = {
        "fever": truth.happened & (tries.temperature >= FEVER),
        "forced": truth.decision == Decision.FORCED,
        "returnee": returnee,
    }
    for kind, which in wanted.items():
        mine = {(kind, number) for number in np.flatnonzero(which).tolist()}
        found.counts[f"alerts: {kind}"] = len(mine)
        heard = {one for one in said if one[0] == kind}
        found.demand(heard == mine, "alerts missed or invented", f"{kind} {len(heard ^ mine)}")
    found.demand(max(said.values(), default=1) == 1, "an alert twice")


def busiest(day: GateDay) -> tuple[int, int]:
    """The hour with most crossings, and how many."""
    mine = day.truth.happened & (day.tries.at >= 0) & (day.tries.at < DAY)
    hours = np.bincount(day.tries.at[mine] // HOUR, minlength=24)
    return int(hours.argmax()), int(hours.max())


def told_to_gates(day: GateDay, folder: Path, found: Findings) -> None:
    """Each double use has come to the phones of both its gates by the end of the day."""
    known = recorded(folder, Findings())
    told = [set(heard_by(folder, gate).read_text().split()) for gate in range(len(day.ground.compound))]
    for fact, number in known.items():
        first = day.truth.doubles.get(number)
        if first is None:
            continue
        for gate in {int(day.tries.gate[number]), int(day.tries.gate[first])}:
            found.demand(str(fact) in told[gate], "a gate was not told of a double use", f"{gate} {number}")
