"""What is right to happen: each phone judges with what it knows, which follows from when it was in touch.

Worked out by itself, with nothing of the program's own rules: a phone knows its own crossings at once, and those of
other gates of its community that had been sent when it was last in touch.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lianfang.demo.gateday.terms import (
    DAY,
    FEVER,
    LIMITS,
    NOBODY,
    SERVICE_HOURS,
    SLOTS,
    Decision,
    Flag,
    Ground,
    Kind,
    Limit,
    Passes,
    Phones,
    State,
    Tries,
    Truth,
    Why,
)
from lianfang.demo.tables import Bools, stream

AWAY, WRONG_CLOCK = 0.35, 0.06  # of the phones: out of touch for a time; a clock that is wrong
_RED = Why.EXITS_USED | Why.ENTRIES_USED | Why.REVOKED | Why.EXPIRED | Why.OTHER_GATE | Why.HOURS | Why.FEVER
_RED |= Why.NO_DOCUMENT | Why.FORGED | Why.UNKNOWN_KEY
_STATES = {State.REVOKED: Why.REVOKED, State.EXPIRED: Why.EXPIRED}


def draw_phones(seed: int, gates: int) -> Phones:
    """When each gate's phone is out of touch, for one to three parts of the day, and by how much its clock is fast."""
    rng = stream(seed, "gateday-phones")
    touch = np.ones((gates, SLOTS), dtype=bool)
    for gate in np.flatnonzero(rng.random(gates) < AWAY):
        first = int(rng.integers(1, SLOTS - 3))
        touch[gate, first : first + int(rng.integers(1, 4))] = False
    minutes = rng.integers(3, 25, gates) * np.where(rng.random(gates) < 0.5, 1, -1)
    return Phones(touch, np.where(rng.random(gates) < WRONG_CLOCK, 60 * minutes, 0))


@dataclass(frozen=True)
class _Known:
    """A passage of a subject, and from which slot on other phones may have heard of it."""

    at: int
    gate: int
    out: bool
    told: int
    number: int


class _Judge:
    """Goes through the day in the order of time."""

    def __init__(self, ground: Ground, passes: Passes, tries: Tries, phones: Phones) -> None:
        self.ground, self.passes, self.tries = ground, passes, tries
        self.sent, self.heard = _contacts(phones.touch)
        self.of: dict[int, list[_Known]] = defaultdict(list)

    def known(self, gate: int, slot: int, subject: int) -> list[_Known]:
        community, heard = self.ground.community, self.heard[gate][slot]
        return [
            one
            for one in self.of[subject]
            if one.gate == gate or (one.told <= heard and community[one.gate] == community[gate])
        ]

    def home(self, pass_: int) -> int:
        """The community whose pass it is."""
        return int(self.ground.community[self.ground.gates[self.passes.compound[pass_]][0]])

    def foreign(self, gate: int, pass_: int) -> Why:
        """A phone has only the keys of its own community, and of the subdistrict, which signs for suppliers."""
        if pass_ == NOBODY or self.passes.kind[pass_] == Kind.SERVICE:
            return Why(0)
        return Why(0) if self.home(pass_) == self.ground.community[gate] else Why.UNKNOWN_KEY

    def why(self, at: int, gate: int, slot: int, pass_: int, out: bool) -> Why:
        """Of the pass alone, without temperature and document."""
        passes, here = self.passes, self.ground.compound[gate]
        state = State(passes.state[pass_])
        found = _STATES.get(state, Why(0))
        if not found and here not in (passes.compound[pass_], passes.second[pass_]):
            found |= Why.OTHER_GATE
        if passes.kind[pass_] == Kind.SERVICE and not SERVICE_HOURS[0] <= at % DAY < SERVICE_HOURS[1]:
            found |= Why.HOURS
        limit = LIMITS[int(passes.quota[pass_])]
        # What is over is on nobody's list: its quota is not known.
        if (limit.exits or limit.minutes) and state != State.EXPIRED:
            found |= used(limit, self.known(gate, slot, int(passes.subject[pass_])), out, at)
        return found


def used(limit: Limit, known: Sequence[_Known], out: bool, at: int) -> Why:
    """Whether the quota is used up by what is known, and whether somebody is late."""
    found, most = Why(0), limit.exits if out else limit.entries
    since = (at // DAY - limit.days + 1) * DAY
    if most and sum(1 for one in known if one.out == out and one.at >= since) >= most:
        found |= Why.EXITS_USED if out else Why.ENTRIES_USED
    last = max(known, key=lambda one: one.at, default=None)
    if limit.minutes and not out and last is not None and last.out and (at - last.at) // 60 > limit.minutes:
        found |= Why.LATE
    return found


def _contacts(touch: Bools) -> tuple[list[list[int]], list[list[int]]]:
    """For gate and slot: in which slot a crossing is sent; and the last one before, at whose end the phone asked."""
    sent, heard = [], []
    for row in touch.tolist():
        mine, asked = [0] * SLOTS, [-1] * SLOTS
        following = SLOTS
        for slot in reversed(range(SLOTS)):
            following = slot if row[slot] else following
            mine[slot] = following
        for slot in range(1, SLOTS):
            asked[slot] = slot - 1 if row[slot - 1] else asked[slot - 1]
        sent.append(mine)
        heard.append(asked)
    return sent, heard


def judge_day(ground: Ground, passes: Passes, tries: Tries, phones: Phones) -> Truth:
    """Every try in the order of time."""
    judge, doubles = _Judge(ground, passes, tries, phones), dict[int, int]()
    decision = np.zeros(len(tries), dtype=np.int64)
    reasons, read = np.zeros(len(tries), dtype=np.int64), np.zeros(len(tries), dtype=bool)
    columns = (
        tries.at,
        tries.gate,
        tries.slot,
        tries.pass_,
        tries.out,
        tries.temperature,
        tries.flags,
        tries.after,
    )
    rows = zip(*(column.tolist() for column in columns), strict=True)
    for number, (at, gate, slot, pass_, out, temperature, flags, after) in enumerate(rows):
        if after != NOBODY and decision[after] in (Decision.NEVER, Decision.REFUSED):
            continue
        why = Why.FORGED if flags & Flag.FORGED else judge.foreign(gate, pass_)
        if pass_ != NOBODY and not why:
            read[number] = True
            why = judge.why(at, gate, slot, pass_, out)
            why |= Why.NO_DOCUMENT if flags & Flag.NO_DOCUMENT else Why(0)
        if temperature >= FEVER:
            why |= Why.FEVER
        decision[number] = _decided(why, flags)
        reasons[number] = int(why)
        if decision[number] != Decision.REFUSED and read[number]:
            _went(judge, number, at, gate, out, slot, pass_, doubles)
    return Truth(decision, reasons, doubles, read)


def _decided(why: Why, flags: int) -> Decision:
    if not why & _RED:
        return Decision.ADMITTED
    return Decision.FORCED if flags & Flag.FORCES else Decision.REFUSED


def _went(
    judge: _Judge, number: int, at: int, gate: int, out: bool, slot: int, pass_: int, doubles: dict[int, int]
) -> None:
    """Remember a passage of somebody whose quota is limited; whether it was one too many, whoever knew."""
    limit = LIMITS[int(judge.passes.quota[pass_])]
    if not limit.exits and not limit.entries:
        return
    all_of = judge.of[int(judge.passes.subject[pass_])]
    if used(limit, all_of, out, at) & (Why.EXITS_USED | Why.ENTRIES_USED):
        doubles[number] = max((one for one in all_of if one.out == out), key=lambda one: one.at).number
    all_of.append(_Known(at, gate, out, judge.sent[gate][slot], number))


def totals(ground: Ground, tries: Tries, truth: Truth) -> dict[int, dict[str, dict[int, int]]]:
    """Compound → "out", "in" or "refused" → hour of the day → how many, of the day itself."""
    found: dict[int, dict[str, dict[int, int]]] = {
        number: {"out": Counter(), "in": Counter(), "refused": Counter()}
        for number in range(len(ground.gates))
    }
    for number in np.flatnonzero(truth.happened & (tries.at >= 0)).tolist():
        refused = truth.decision[number] == Decision.REFUSED
        way = "refused" if refused else "out" if tries.out[number] else "in"
        found[int(ground.compound[tries.gate[number]])][way][int(tries.at[number]) // 3600] += 1
    return found


def outside(
    ground: Ground,
    passes: Passes,
    tries: Tries,
    truth: Truth,
    *,
    until: int = SLOTS,
    touch: Bools | None = None,
) -> dict[int, set[int]]:
    """Compound → the passes' holders (as a pass) of those who live there and are out, after the first `until` slots.

    `touch`: only what phones in touch had sent by then.
    """
    told = None if touch is None else np.array(_contacts(touch)[0])
    last: dict[tuple[int, int], int] = {}
    slots = tries.slot
    mine = truth.went & truth.read & (slots < until)
    for number in np.flatnonzero(mine).tolist():
        gate = int(tries.gate[number])
        if told is None or told[gate][slots[number]] < until:
            last[int(ground.compound[gate]), int(tries.pass_[number])] = number
    found: dict[int, set[int]] = {number: set() for number in range(len(ground.gates))}
    for (compound, pass_), number in last.items():
        if tries.out[number] and passes.kind[pass_] != Kind.SERVICE:
            found[compound].add(pass_)
    return found
