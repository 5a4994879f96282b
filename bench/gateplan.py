"""Which gates to keep: the solver against trying everything and against a greedy rule, in one run.

`python bench/gateplan.py [--gates 8] [--buildings 60] [--compounds 10] [--seed 1]` makes compounds with paths and
prints a row each: gates kept, person-minutes a day, seconds. "everything" tries every choice; "greedy" closes the
gate that costs least, one after another, as long as every limit holds.
"""

import argparse
import sys
import time
from collections.abc import Callable
from itertools import combinations

import numpy as np

from lianfang.gates.plan import Building, Figures, Gate, Ground, Judge, Path, Terms, Way, measure, propose

_METRE = 1 / 111_320


def compound(random: np.random.Generator, gates: int, buildings: int) -> Ground:
    """About 600 × 450 m with a ring road that a fire engine takes, lanes across, gates on the ring."""
    wide, high = 600.0, 450.0

    def at(east: float, north: float) -> tuple[float, float]:
        return 120.2 + east * _METRE / np.cos(np.radians(30.2)), 30.2 + north * _METRE

    ring = [(0.0, 0.0), (wide, 0.0), (wide, high), (0.0, high), (0.0, 0.0)]
    paths = [Path(tuple(at(*corner) for corner in ring), Way.DRIVE)]
    paths += [Path((at(x, 0), at(x, high)), Way.DRIVE) for x in (150, 300, 450)]

    paths += [Path((at(0, y), at(wide, y))) for y in (150, 300)]
    placed = []
    for number in range(gates):
        along = random.uniform(0, 2 * (wide + high))
        east = along if along < wide else wide if along < wide + high else max(2 * wide + high - along, 0.0)
        north = 0.0 if along < wide else along - wide if along < wide + high else high
        if along > 2 * wide + high:
            east, north = 0.0, 2 * (wide + high) - along
        way = Way.DRIVE if random.random() < 0.5 or number == 0 else Way.FOOT
        placed.append(Gate(f"g{number}", at(east, north), way, lanes=int(random.integers(1, 3))))
    houses = tuple(
        Building(
            f"b{n}",
            at(random.uniform(20, wide - 20), random.uniform(20, high - 20)),
            int(random.integers(40, 160)),
        )
        for n in range(buildings)
    )
    return Ground(tuple(placed), houses, tuple(paths))


def by_everything(judge: Judge) -> Figures | None:
    """The best choice of the smallest number with which every limit holds."""
    count = len(judge.ground.gates)
    for keep in range(1, count + 1):
        tried = [judge.figures(chosen) for chosen in combinations(range(count), keep)]
        held = [one for one in tried if one.holds]
        if held:
            return min(held, key=lambda one: one.person_minutes)
    return None


def by_greed(judge: Judge) -> Figures | None:
    now = judge.figures(range(len(judge.ground.gates)))
    if not now.holds:
        return None
    while len(now.open) > 1:
        tried = [judge.figures([gate for gate in now.open if gate != shut]) for shut in now.open]
        held = [one for one in tried if one.holds]
        if not held:
            break
        now = min(held, key=lambda one: one.person_minutes)
    return now


def by_solver(ground: Ground, terms: Terms) -> Figures | None:
    """The whole comparison that the desk shows, of which the proposal is looked at."""
    found = propose(ground, terms)
    return None if found.proposed is None else found.options[found.proposed].figures


def timed(act: Callable[[], Figures | None]) -> tuple[Figures | None, float]:
    began = time.perf_counter()
    found = act()
    return found, time.perf_counter() - began


def told(found: Figures | None, seconds: float) -> str:
    return (
        f"{len(found.open)} / {found.person_minutes:,.0f} / {seconds:.2f}"
        if found
        else f"none / – / {seconds:.2f}"
    )


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, usual in (("gates", 8), ("buildings", 60), ("compounds", 10), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    given = parser.parse_args(argv)
    random, terms = np.random.default_rng(given.seed), Terms(walk_most=550, wait_most=8, crossings=2)
    same = worse = 0
    slowest = 0.0
    print("| compound | solver: gates / person-minutes / s | everything | greedy |\n|---|---|---|---|")
    for number in range(1, given.compounds + 1):
        ground = compound(random, given.gates, given.buildings)
        judge = Judge(ground, measure(ground), terms)
        solver, seconds = timed(lambda: by_solver(ground, terms))  # noqa: B023
        every, greedy = timed(lambda: by_everything(judge)), timed(lambda: by_greed(judge))  # noqa: B023
        print(f"| {number} | {told(solver, seconds)} | {told(*every)} | {told(*greedy)} |")
        same += cost(solver) == cost(every[0])
        worse += cost(greedy[0]) > cost(every[0])
        slowest = max(slowest, seconds)
    print(
        f"\nsolver as good as everything: {same}/{given.compounds}; greedy worse: {worse}/{given.compounds}; "
        f"slowest comparison {slowest:.2f} s"
    )
    return 0 if same == given.compounds else 1


def cost(found: Figures | None) -> tuple[int, float]:
    """Fewer gates first, then fewer person-minutes."""
    return (len(found.open), round(found.person_minutes, 3)) if found else (99, 0.0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
