"""Queues, and what a choice means for everybody."""

import numpy as np
import pytest

from lianfang.gates.plan import Building, Gate, Ground, Judge, Path, Terms, TermsError, Way, measure, propose
from lianfang.gates.plan.propose import Why
from lianfang.gates.plan.queueing import backlog, queue
from lianfang.gates.plan.tests.grounds import METRE, chance


def step_by_step(arrivals: list[float], capacity: float) -> list[float]:
    waiting, found = 0.0, []
    for each in arrivals:
        waiting = max(0.0, waiting + each - capacity)
        found.append(waiting)
    return found


@pytest.mark.parametrize("seed", range(20))
def test_a_queue_is_what_is_left_over(seed: int) -> None:
    arrivals = np.random.default_rng(seed).uniform(0, 30, 96)
    capacity = float(5 + seed)
    assert backlog(arrivals, capacity) == pytest.approx(step_by_step(list(arrivals), capacity), abs=1e-9)


def test_one_hour_in_which_everybody_comes() -> None:
    """1,200 people in one hour, one lane of 6 seconds: 600 an hour are checked, 600 are left when the hour ends."""
    terms = Terms(day=[0] * 8 + [1] + [0] * 15, crossings=1, check_seconds=6)
    found = queue(1200, 1, terms)
    assert found.peak == pytest.approx(600)
    assert found.longest == pytest.approx(60)
    assert queue(1200, 2, terms).peak == pytest.approx(0)


def two_doors() -> Ground:
    """A street of 400 metres with a gate at each end; only the eastern one is wide."""
    at = [(0.0, 0.0), (400 * METRE, 0.0), (100 * METRE, 0.0), (390 * METRE, 0.0)]
    street = Path((at[0], at[1]), Way.DRIVE)
    gates = (Gate("west", at[0]), Gate("east", at[1], Way.DRIVE))
    return Ground(gates, (Building("1", at[2], 100), Building("2", at[3], 50)), (street,))


def test_what_a_choice_means() -> None:
    ground = two_doors()
    figures = Judge(ground, measure(ground), Terms(walk_most=200, metres_a_minute=50)).figures([0])
    assert figures.walk == pytest.approx((100, 390), abs=0.1)
    assert figures.walk_mean == pytest.approx((100 * 100 + 50 * 390) / 150, abs=0.1)
    assert figures.too_far == (1,)
    assert figures.unreached == (0, 1)
    assert figures.person_minutes == pytest.approx((100 * 100 + 50 * 390) / 50, abs=0.5)
    assert not figures.holds
    assert Judge(ground, measure(ground), Terms(walk_most=301)).figures([1]).holds


def test_the_fewest_gates_that_hold_are_proposed() -> None:
    compared = propose(two_doors(), Terms(walk_most=301))
    assert [(option.why, option.figures.open) for option in compared.options[:2]] == [
        (Why.ALL_OPEN, (0, 1)),
        (Why.BEST, (1,)),
    ]
    assert compared.proposed == 1
    assert propose(two_doors(), Terms(walk_most=200)).proposed == 0  # both are needed
    assert propose(two_doors(), Terms(walk_most=200), keep=1).proposed is None
    assert propose(two_doors(), Terms(walk_most=50)).proposed is None


def test_a_number_that_cannot_hold_shows_what_it_breaks() -> None:
    compared = propose(two_doors(), Terms(walk_most=200), keep=1)
    (single,) = [option for option in compared.options if option.keep == 1]
    assert single.figures.too_far or single.figures.unreached


def test_next_best_of_the_same_number() -> None:
    compared = propose(
        chance(1, gates=5, buildings=10), Terms(walk_most=1e4, drive_most=1e5, wait_most=1e4), keep=2
    )
    assert compared.proposed is not None
    first = compared.options[compared.proposed].figures
    others = [option.figures for option in compared.options if option.why is Why.NEXT]
    assert len(others) == 2
    assert all(len(each.open) == 2 and each.person_minutes >= first.person_minutes for each in others)


@pytest.mark.parametrize(
    "wrong",
    [{"walk_most": 0}, {"wait_most": float("nan")}, {"day": [1] * 23}, {"day": [0] * 24}, {"crossings": -1}],
)
def test_terms_that_are_none(wrong: dict[str, object]) -> None:
    with pytest.raises(TermsError):
        Terms(**wrong)  # type: ignore[arg-type]
