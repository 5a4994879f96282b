"""Who has which pass: whoever works elsewhere may go out once a day, some households only one of them in two days."""

import numpy as np

from lianfang.demo.gateday.terms import NOBODY, Ground, Kind, Passes, State
from lianfang.demo.households import Kind as Belongs
from lianfang.demo.tables import Bools, Ints, chance, stream
from lianfang.demo.world import World

STRICT, TENANT_WORKS, OWNER_WORKS, DRIVES, SERVES = 0.15, 0.7, 0.45, 0.12, 0.01
REVOKED, EXPIRED = 0.002, 0.002
MOST_GATES = 2  # of each compound; the others are closed
WORKING = (18, 60)


def ground_of(world: World) -> Ground:
    """Gates in the order of the compounds."""
    gates: list[tuple[int, ...]] = []
    compound: list[int] = []
    names: list[tuple[str, str]] = []
    for row in world.land.compounds.iter_rows(named=True):
        kept = row["gates"][:MOST_GATES]
        gates.append(tuple(range(len(compound), len(compound) + len(kept))))
        compound += [row["compound"]] * len(kept)
        names += [(row["name"], gate) for gate in kept]
    community = world.land.compounds["community"].to_numpy().astype(np.int64)
    return Ground(tuple(gates), np.array(compound), community[compound], tuple(names))


def residents(world: World) -> Ints:
    """Who lives behind a door of the subdistrict."""
    found: Ints = np.flatnonzero((world.kind == Belongs.RESIDENT) & (world.dwelling >= 0))
    return found


def home_of(world: World, person: Ints) -> Ints:
    """The compound of each resident."""
    compound: Ints = world.land.dwellings["compound"].to_numpy().astype(np.int64)
    return compound[world.dwelling[person]]


def works(world: World) -> Bools:
    """Per person: whether he goes to work."""
    rng, bones = stream(world.seed, "gateday-work"), world.bones
    tenant = bones.tenant[bones.household]
    of_age = (bones.age >= WORKING[0]) & (bones.age < WORKING[1])
    found: Bools = of_age & (rng.random(world.size) < np.where(tenant, TENANT_WORKS, OWNER_WORKS))
    return found


def draw_passes(world: World, ground: Ground) -> Passes:
    """One for every resident, one for cars, one for people who bring water and gas."""
    rng, bones = stream(world.seed, "gateday-passes"), world.bones
    people = residents(world)
    worker, tenant = works(world)[people], bones.tenant[bones.household[people]]
    strict = chance(rng, STRICT, len(bones.start))[bones.household[people]]
    temporary = worker & tenant & ~strict
    kind = np.where(temporary, Kind.TEMPORARY, Kind.RESIDENT)
    quota = np.where(temporary, 1, np.where(strict, 2, 0))
    # A household shares its quota by its door; whoever is not limited in it counts alone.
    subject = np.where(strict, world.size + world.dwelling[people], people)
    drivers = people[worker & ~tenant & ~strict & chance(rng, DRIVES / OWNER_WORKS, len(people))]
    visitors = np.flatnonzero(world.kind == Belongs.VISITOR)
    serving = rng.permutation(visitors)[: max(2, round(SERVES * len(people) / 10))]
    places = len(ground.gates)
    first = rng.integers(0, places, len(serving))
    parts = [
        (kind, quota, people, subject, home_of(world, people), np.full(len(people), NOBODY)),
        _alike(Kind.VEHICLE, 3, drivers, 3 * world.size, home_of(world, drivers), None),
        _alike(Kind.SERVICE, 0, serving, 6 * world.size, first, (first + 1) % places),
    ]
    columns = [np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True)]
    share = rng.random(len(columns[0]))
    state = np.where(share < REVOKED, State.REVOKED, np.where(share < REVOKED + EXPIRED, State.EXPIRED, 0))
    # A list of vehicles or of water carriers is the same for all of them.
    state[len(people) :] = State.VALID
    kind, quota, holder, subject, compound, second = columns
    return Passes(kind, quota, holder, subject, compound, second, state.astype(np.int64))


def _alike(
    kind: Kind, quota: int, holder: Ints, base: int, compound: Ints, second: Ints | None
) -> tuple[Ints, ...]:
    count = len(holder)
    other = np.full(count, NOBODY) if second is None else second
    return np.full(count, int(kind)), np.full(count, quota), holder, base + holder, compound, other
