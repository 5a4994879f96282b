"""How far it is, on maps as people draw them."""

import pytest

from lianfang.gates.plan import Building, Gate, Ground, GroundError, Path, Way, measure
from lianfang.gates.plan.network import DETOUR

METRE = 1 / 111_320


def at(east: float, north: float) -> tuple[float, float]:
    """Metres from a place on the equator, where a degree is alike in both directions."""
    return east * METRE, north * METRE


def walk(*paths: Path, gate: tuple[float, float], door: tuple[float, float] = (0.0, 0.0)) -> float:
    ground = Ground((Gate("g", at(*gate)),), (Building("b", at(*door), 10),), paths)
    return float(measure(ground).walk[0, 0])


def line(*points: tuple[float, float], way: Way = Way.FOOT) -> Path:
    return Path(tuple(at(*point) for point in points), way)


def test_round_the_corner() -> None:
    assert walk(line((0, 0), (100, 0), (100, 50)), gate=(100, 50)) == pytest.approx(150, abs=0.1)


def test_a_door_takes_the_nearest_place_of_a_path() -> None:
    paths = line((-100, 20), (200, 20))
    assert walk(paths, gate=(100, 20)) == pytest.approx(20 + 100, abs=0.1)


def test_lines_that_cross_are_joined() -> None:
    paths = (line((-50, 0), (100, 0)), line((60, -40), (60, 80)))
    assert walk(*paths, gate=(60, 80)) == pytest.approx(60 + 80, abs=0.1)


@pytest.mark.parametrize("gap", [-3.0, 0.0, 3.0])
def test_an_end_that_nearly_touches_is_joined(gap: float) -> None:
    """Drawn a little too short or too long."""
    paths = (line((-50, 0), (100, 0)), line((60, gap), (60, 80)))
    assert walk(*paths, gate=(60, 80)) == pytest.approx(140, abs=4)


def test_ends_that_nearly_meet_are_joined() -> None:
    paths = (line((0, 0), (50, 0)), line((52, 1), (100, 1)))
    assert walk(*paths, gate=(100, 1)) == pytest.approx(100, abs=4)


def test_a_bridge_far_from_the_path_is_no_way() -> None:
    """No path leads there: the straight line, lengthened."""
    paths = (line((0, 0), (50, 0)), line((300, 0), (400, 0)))
    assert walk(*paths, gate=(400, 0)) == pytest.approx(400 * DETOUR, abs=0.5)


def test_without_any_path() -> None:
    assert walk(gate=(30, 40)) == pytest.approx(50 * DETOUR, abs=0.1)


def test_a_fire_engine_needs_a_wide_path() -> None:
    ground = Ground(
        (Gate("g", at(100, 0), Way.DRIVE),),
        (Building("near", at(10, 0), 1), Building("far", at(0, 300), 1)),
        (line((0, 0), (100, 0), way=Way.DRIVE), line((0, 0), (0, 300))),
    )
    drive = measure(ground).drive[:, 0]
    assert drive[0] == pytest.approx(90, abs=0.1)
    assert drive[1] == float("inf")


def test_a_stretch_of_no_length_and_a_double_line_change_nothing() -> None:
    paths = (line((0, 0), (0, 0), (100, 0)), line((0, 0), (100, 0)), line((100, 0), (0, 0)))
    assert walk(*paths, gate=(100, 0)) == pytest.approx(100, abs=0.1)


@pytest.mark.parametrize("gates", [0, 41])
def test_grounds_that_are_none(gates: int) -> None:
    with pytest.raises(GroundError):
        Ground(tuple(Gate(str(n), (0, 0)) for n in range(gates)), (Building("b", (0, 0), 1),))


def test_one_key_twice() -> None:
    with pytest.raises(GroundError):
        Ground((Gate("a", (0, 0)), Gate("a", (0, 1))), (Building("b", (0, 0), 1),))
