"""The solver against trying every choice."""

from itertools import combinations

import pytest

from lianfang.gates.plan import Gate, Ground, Judge, Terms, measure
from lianfang.gates.plan.solve import best
from lianfang.gates.plan.tests.grounds import chance, tight


def by_trying(judge: Judge, keep: int, *, limits: bool = True) -> float | None:
    """Person-minutes of the best choice, or None."""
    gates = judge.ground.gates
    found = [
        figures.person_minutes
        for chosen in combinations(range(len(gates)), keep)
        if all(
            (number in chosen) == gate.fixed for number, gate in enumerate(gates) if gate.fixed is not None
        )
        for figures in [judge.figures(chosen)]
        if figures.holds or not limits
    ]
    return min(found, default=None)


@pytest.mark.parametrize("seed", range(40))
def test_no_choice_is_better(seed: int) -> None:
    ground = chance(seed, gates=2 + seed % 4, buildings=3 + seed % 9, paths=seed % 5 != 0)
    judge = Judge(ground, measure(ground), tight(seed))
    for keep in range(1, len(ground.gates) + 1):
        for limits in (True, False):
            wanted = by_trying(judge, keep, limits=limits)
            chosen = best(judge, keep, limits=limits)
            if wanted is None or chosen is None:
                assert (wanted, chosen) == (None, None)
                continue
            assert chosen.proven
            figures = judge.figures(chosen.gates)
            assert len(chosen.gates) == keep
            assert figures.person_minutes == pytest.approx(wanted, rel=1e-6, abs=1e-6)
            assert figures.holds or not limits


@pytest.mark.parametrize("seed", range(12))
def test_gates_that_are_fixed(seed: int) -> None:
    drawn = chance(seed, gates=5, buildings=6)
    fixed = {seed % 5: True, (seed + 2) % 5: False}
    gates = tuple(
        Gate(gate.key, gate.at, gate.way, gate.lanes, fixed.get(number))
        for number, gate in enumerate(drawn.gates)
    )
    ground = Ground(gates, drawn.buildings, drawn.paths)
    judge = Judge(ground, measure(ground), Terms(walk_most=1e6, wait_most=1e6, drive_most=1e6))
    for keep in (1, 2, 3):
        chosen, wanted = best(judge, keep, limits=False), by_trying(judge, keep, limits=False)
        assert chosen is not None
        assert judge.figures(chosen.gates).person_minutes == pytest.approx(wanted, rel=1e-6)
        assert seed % 5 in chosen.gates
        assert (seed + 2) % 5 not in chosen.gates
    assert best(judge, 5, limits=False) is None


def test_the_next_best_are_others_in_order() -> None:
    ground = chance(3, gates=5, buildings=8)
    judge = Judge(ground, measure(ground), Terms())
    seen: list[tuple[int, ...]] = []
    for _ in range(10):
        chosen = best(judge, 3, limits=False, but=seen)
        assert chosen is not None
        seen.append(chosen.gates)
    assert len(set(seen)) == 10
    assert best(judge, 3, limits=False, but=seen) is None
    minutes = [judge.figures(chosen).person_minutes for chosen in seen]
    assert minutes == sorted(minutes)
