"""Who comes by when: to work and back in two peaks, errands between, nights, visitors, suppliers, mistakes."""

from dataclasses import dataclass, field

import numpy as np

from lianfang.demo.gateday.holders import works
from lianfang.demo.gateday.terms import DAY, FEVER, HOUR, NOBODY, Flag, Ground, Kind, Passes, State, Tries
from lianfang.demo.households import Kind as Belongs
from lianfang.demo.tables import Bools, Floats, Ints, chance, stream
from lianfang.demo.world import World

AGAIN, EVENING, ASTRAY, FORGED, VISITORS, RETURNEES = 0.04, 0.05, 0.002, 0.0005, 0.015, 0.0003
FEVERS, BARE, FORCES, SCANNED = 0.001, 0.004, 0.02, 0.12
NIGHT, EARLY = 0.04, 0.03  # of those who work
LAST = DAY - 300  # nobody comes later than that
#: Seconds between two crossings of one subject; and for how long before and after a full hour nobody comes by: the
#: time of a phone whose clock is wrong is known as well as its request was quick.
APART, BEFORE, AFTER = 40, 30, 5


@dataclass
class _Book:
    """Tries as they are thought of, not in the order of time yet."""

    rng: np.random.Generator
    columns: list[tuple[Ints, ...]] = field(default_factory=list)
    count: int = 0

    def add(
        self, at: Floats | Ints, gate: Ints, pass_: Ints, person: Ints, *, out: bool, after: Ints | None = None,
        flags: int = 0,
    ) -> Ints:  # fmt: skip
        """Their numbers."""
        size = len(at)
        none = np.full(size, NOBODY)
        row = (
            at, gate, pass_, person, np.full(size, int(out)), np.full(size, flags), none if after is None else after,
        )  # fmt: skip
        self.columns.append(tuple(np.asarray(column).astype(np.int64) for column in row))
        self.count += size
        return np.arange(self.count - size, self.count)

    def round_trip(
        self, leaves: Floats | Ints, returns: Floats | Ints, gates: tuple[Ints, Ints], pass_: Ints, person: Ints,
        after: Ints | None = None,
    ) -> Ints:  # fmt: skip
        """Out and in again; who would come back too late stays away for the night. Numbers of the returns."""
        gone = self.add(leaves, gates[0], pass_, person, out=True, after=after)
        back = np.flatnonzero(returns < LAST)
        found = np.full(len(gone), NOBODY)
        found[back] = self.add(
            returns[back], gates[1][back], pass_[back], person[back], out=False, after=gone[back]
        )
        return found


def draw_tries(world: World, ground: Ground, passes: Passes) -> Tries:
    """Everybody who comes by in the evening before and on the day, in the order of time."""
    rng = stream(world.seed, "gateday-tries")
    book = _Book(rng)
    _residents(book, world, ground, passes)
    _evening(book, ground, passes)
    _suppliers(book, ground, passes)
    _visitors(book, world, ground)
    _mistaken(book, ground, passes)
    return _in_order(book, ground, passes, world)


def _gates(rng: np.random.Generator, ground: Ground, compound: Ints) -> tuple[Ints, Ints]:
    """For each the gate by which he leaves, mostly the first, and the one by which he returns, mostly the same."""
    count = np.array([len(one) for one in ground.gates])
    start = np.array([one[0] for one in ground.gates])
    leaves = (rng.random(len(compound)) ** 2 * count[compound]).astype(np.int64)
    other = (rng.random(len(compound)) * count[compound]).astype(np.int64)
    returns = np.where(rng.random(len(compound)) < 0.8, leaves, other)
    return start[compound] + leaves, start[compound] + returns


def _residents(book: _Book, world: World, ground: Ground, passes: Passes) -> None:
    rng = book.rng
    own = np.flatnonzero((passes.kind == Kind.RESIDENT) | (passes.kind == Kind.TEMPORARY))
    person = passes.holder[own]
    pass_ = _by_car(passes, own, world.size)
    worker, age = works(world)[person], world.bones.age[person]
    shift = worker & chance(rng, NIGHT, len(own))
    leaves, stays = _when(rng, worker, age)
    gates = _gates(rng, ground, passes.compound[own])
    day = np.flatnonzero(~shift)
    back = book.round_trip(
        leaves[day], (leaves + stays)[day], (gates[0][day], gates[1][day]), pass_[day], person[day]
    )
    again = np.flatnonzero((back != NOBODY) & chance(rng, AGAIN, len(day)))
    once_more = (leaves + stays)[day][again] + rng.uniform(1200, 7200, len(again))
    fits = once_more < LAST - 3 * HOUR
    again, once_more, who = again[fits], once_more[fits], day[again[fits]]
    elsewhere = _gates(rng, ground, passes.compound[own[who]])
    until = once_more + rng.uniform(1200, 6000, len(who))
    book.round_trip(once_more, until, elsewhere, pass_[who], person[who], back[again])
    nights = np.flatnonzero(shift)
    book.add(
        rng.normal(7 * HOUR, 1800, len(nights)), gates[1][nights], pass_[nights], person[nights], out=False
    )
    book.add(
        rng.normal(21 * HOUR, 1800, len(nights)), gates[0][nights], pass_[nights], person[nights], out=True
    )


def _by_car(passes: Passes, own: Ints, people: int) -> Ints:
    """The pass by which each leaves: his own, or his car's."""
    car = np.full(people, NOBODY)
    cars = np.flatnonzero(passes.kind == Kind.VEHICLE)
    car[passes.holder[cars]] = cars
    found: Ints = np.where(car[passes.holder[own]] == NOBODY, own, car[passes.holder[own]])
    return found


def _when(rng: np.random.Generator, worker: Bools, age: Floats) -> tuple[Floats, Floats]:
    """Second of the day of leaving, and how long each stays away."""
    size = len(age)
    leaves = rng.triangular(7 * HOUR, 9.5 * HOUR, 20 * HOUR, size)
    stays = rng.gamma(2.0, 40 * 60, size) + 600
    pupil, old = (age >= 6) & (age < 18), age >= 60
    leaves = np.where(pupil, rng.normal(7.4 * HOUR, 1200, size), leaves)
    stays = np.where(pupil, rng.normal(9.2 * HOUR, 2400, size), stays)
    leaves = np.where(old, rng.normal(8.5 * HOUR, 90 * 60, size), leaves)
    early = worker & chance(rng, EARLY, size)
    leaves = np.where(worker, rng.normal(7.8 * HOUR, 45 * 60, size), leaves)
    leaves = np.where(early, rng.normal(4.8 * HOUR, 1800, size), leaves)
    stays = np.where(worker, rng.normal(10.3 * HOUR, 70 * 60, size), stays)
    return np.clip(leaves, 600, LAST - HOUR), np.maximum(stays, 600)


def _evening(book: _Book, ground: Ground, passes: Passes) -> None:
    """One of some households that may go out once in two days went the evening before."""
    strict = np.flatnonzero((passes.quota == 2) & (passes.state == State.VALID))
    _, first = np.unique(passes.subject[strict], return_index=True)
    chosen = strict[first[chance(book.rng, EVENING, len(first))]]
    leaves = book.rng.uniform(-5 * HOUR, -3 * HOUR, len(chosen))
    returns = leaves + book.rng.uniform(1200, 6000, len(chosen))
    gates = _gates(book.rng, ground, passes.compound[chosen])
    book.round_trip(leaves, returns, gates, chosen, passes.holder[chosen])


def _suppliers(book: _Book, ground: Ground, passes: Passes) -> None:
    """They come in, leave, and go on to the next compound; a few too early or too late."""
    own = np.flatnonzero(passes.kind == Kind.SERVICE)
    comes = book.rng.uniform(5.5 * HOUR, 21.8 * HOUR, len(own))
    for number, compound in enumerate((passes.compound[own], passes.second[own])):
        gate, _ = _gates(book.rng, ground, compound)
        came = book.add(comes + number * 3000, gate, own, passes.holder[own], out=False)
        book.add(comes + number * 3000 + 1500, gate, own, passes.holder[own], out=True, after=came)


def _visitors(book: _Book, world: World, ground: Ground) -> None:
    rng, people = book.rng, int((world.kind == Belongs.RESIDENT).sum())
    pool = np.flatnonzero(world.kind == Belongs.VISITOR)
    count = min(len(pool), round(VISITORS * people))
    who = rng.permutation(pool)[:count]
    gate = rng.integers(0, len(ground.compound), count)
    none = np.full(count, NOBODY)
    comes = rng.triangular(8 * HOUR, 14 * HOUR, 20 * HOUR, count)
    came = book.add(comes, gate, none, who, out=False)
    book.add(comes + rng.uniform(1800, 3 * HOUR, count), gate, none, who, out=True, after=came)
    back = np.flatnonzero(world.kind == Belongs.DEPARTED)
    back = rng.permutation(back)[: max(1, round(RETURNEES * people))]
    where, none = rng.integers(0, len(ground.compound), len(back)), np.full(len(back), NOBODY)
    book.add(rng.uniform(9 * HOUR, 22 * HOUR, len(back)), where, none, back, out=False, flags=Flag.RETURNEE)


def _mistaken(book: _Book, ground: Ground, passes: Passes) -> None:
    """At a gate of another compound, or with a code that somebody altered."""
    rng, valid = book.rng, np.flatnonzero(passes.kind <= Kind.TEMPORARY)
    astray = valid[chance(rng, ASTRAY, len(valid))]
    step = rng.integers(1, len(ground.gates), len(astray))
    gate, _ = _gates(rng, ground, (passes.compound[astray] + step) % len(ground.gates))
    book.add(rng.uniform(7 * HOUR, 22 * HOUR, len(astray)), gate, astray, passes.holder[astray], out=False)
    forged = valid[chance(rng, FORGED, len(valid))]
    gate, _ = _gates(rng, ground, passes.compound[forged])
    moment = rng.uniform(7 * HOUR, 22 * HOUR, len(forged))
    book.add(moment, gate, forged, passes.holder[forged], out=False, flags=Flag.FORGED)


def _in_order(book: _Book, ground: Ground, passes: Passes, world: World) -> Tries:
    rng = book.rng
    at, gate, pass_, person, out, flags, after = (
        np.concatenate(column) for column in zip(*book.columns, strict=True)
    )
    key = np.where(pass_ == NOBODY, 9 * world.size + person, passes.subject[pass_])
    at = _apart(at, key, after)
    size = len(at)
    fever = chance(rng, FEVERS, size)
    temperature = np.where(fever, rng.integers(FEVER, 390, size), rng.integers(358, FEVER, size))
    flags |= np.where(chance(rng, BARE, size) & (pass_ != NOBODY), int(Flag.NO_DOCUMENT), 0)
    flags |= np.where(chance(rng, FORCES, size), int(Flag.FORCES), 0)
    of = passes.state[pass_]
    listed = _at_home(ground, passes, gate, pass_) & (of != State.EXPIRED) & (flags & Flag.FORGED == 0)
    typed = listed & ~chance(rng, SCANNED, size)
    flags |= np.where(typed, int(Flag.TYPED), 0)
    order = np.lexsort((np.arange(size), at))
    place = np.empty(size, dtype=np.int64)
    place[order] = np.arange(size)
    after = np.where(after == NOBODY, NOBODY, place[after])[order]
    return Tries(
        at[order], gate[order], pass_[order], person[order], out[order].astype(bool), temperature[order],
        flags[order], after,
    )  # fmt: skip


def _at_home(ground: Ground, passes: Passes, gate: Ints, pass_: Ints) -> Bools:
    """Whether the pass counts at the gate: elsewhere nobody finds it on the list, and its code is scanned."""
    here = ground.compound[gate]
    found: Bools = (pass_ != NOBODY) & ((passes.compound[pass_] == here) | (passes.second[pass_] == here))
    return found


def _apart(at: Ints, key: Ints, after: Ints) -> Ints:
    """Moments that tell the crossings of one subject apart, not at the turn of an hour, after what led there."""
    found = at.copy()
    for _ in range(50):
        before = found.copy()
        found = np.where(found % HOUR < AFTER, found + AFTER, found)
        found = np.where(found % HOUR > HOUR - BEFORE, found + BEFORE + AFTER, found)
        dependent = after != NOBODY
        found = np.where(dependent & (found < found[after] + APART), found[after] + APART, found)
        order = np.lexsort((found, key))
        near = np.flatnonzero((np.diff(found[order]) < APART) & (np.diff(key[order]) == 0)) + 1
        found[order[near]] += APART
        if (found == before).all():
            return found
    raise ValueError("crossings of one subject cannot be told apart")
