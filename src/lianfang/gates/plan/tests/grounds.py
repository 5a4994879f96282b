"""Compounds for the tests, drawn by chance."""

import random

from lianfang.gates.plan import Building, Gate, Ground, Path, Terms, Way

METRE = 1 / 111_320


def chance(seed: int, *, gates: int, buildings: int, paths: bool = True) -> Ground:
    """A block of 400 by 300 metres with a grid of paths, some of them wide; gates on its edge."""
    draw = random.Random(seed)

    def at(east: float, north: float) -> tuple[float, float]:
        return 120.0 + east * METRE, 30.0 + north * METRE

    edge = [
        draw.choice([(draw.uniform(0, 400), 0.0), (draw.uniform(0, 400), 300.0), (0.0, draw.uniform(0, 300))])
        for _ in range(gates)
    ]
    lines = []
    for north in (0, 100, 200, 300):
        lines.append(Path((at(0, north), at(400, north)), draw.choice([Way.FOOT, Way.DRIVE])))
    for east in (0, 130, 270, 400):
        lines.append(Path((at(east, 0), at(east, 300)), Way.DRIVE))
    return Ground(
        tuple(
            Gate(f"g{n}", at(*place), draw.choice([Way.FOOT, Way.DRIVE, Way.DRIVE]), draw.choice([1, 1, 2]))
            for n, place in enumerate(edge)
        ),
        tuple(
            Building(f"b{n}", at(draw.uniform(5, 395), draw.uniform(5, 295)), draw.randint(0, 160))
            for n in range(buildings)
        ),
        tuple(lines) if paths else (),
    )


def tight(seed: int) -> Terms:
    """Limits that some choices hold and others break."""
    draw = random.Random(seed)
    return Terms(
        walk_most=draw.choice([250, 350, 500]),
        wait_most=draw.choice([2, 10, 60]),
        drive_most=draw.choice([350, 500, 1500]),
        crossings=draw.choice([0.3, 1, 2]),
        check_seconds=draw.choice([4, 8, 15]),
    )
