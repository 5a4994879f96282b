"""A day at the gates of the demo: the same each time, full of what happens there, right by the program's rules."""

from collections import defaultdict
from datetime import date

import numpy as np
import pytest

from lianfang.demo.gateday import GateDay, draw_day
from lianfang.demo.gateday.terms import DAY, LIMITS, NOBODY, SLOTS, Decision, Kind, Limit, Why
from lianfang.demo.gateday.truth import outside, totals
from lianfang.demo.world import build_world
from lianfang.gates.quota import ZONE, Crossing, double_uses
from lianfang.gates.shipped import shipped

PEOPLE = 3_000


def drawn(seed: int = 1) -> GateDay:
    return draw_day(build_world(PEOPLE, seed, date(2020, 2, 24)))


@pytest.fixture(scope="module")
def day() -> GateDay:
    return drawn()


def test_the_same_seed_gives_the_same_day(day: GateDay) -> None:
    again, other = drawn(), drawn(2)
    assert np.array_equal(day.tries.at, again.tries.at)
    assert np.array_equal(day.truth.decision, again.truth.decision)
    assert len(other.tries) != len(day.tries) or not np.array_equal(other.tries.at, day.tries.at)


def test_the_limits_are_those_of_the_quotas_that_are_shipped() -> None:
    _, policies = shipped()
    for number, limit in LIMITS.items():
        one = policies[number]
        assert limit == Limit(one.window_days, one.exits, one.entries, one.minutes_outside)
    codes = {kind.number - 1: kind.code for kind in shipped()[0].values()}
    assert {kind.name.lower() for kind in Kind} <= set(codes.values())


def test_nearly_everybody_goes_out_and_comes_back_and_everything_happens(day: GateDay) -> None:
    tries, truth = day.tries, day.truth
    own = tries.pass_ != NOBODY
    left = set(tries.person[own & tries.out & truth.went].tolist())
    back = set(tries.person[own & ~tries.out & truth.went].tolist())
    assert len(left) > 0.85 * PEOPLE
    assert len(back & left) > 0.8 * PEOPLE
    assert {Decision(one) for one in np.unique(truth.decision)} >= {Decision.ADMITTED, Decision.REFUSED}
    seen = Why(int(np.bitwise_or.reduce(truth.why[truth.happened])))
    assert Why.EXITS_USED | Why.LATE | Why.NO_DOCUMENT | Why.OTHER_GATE | Why.HOURS | Why.FEVER & seen
    assert truth.doubles
    assert (~day.phones.touch).any()
    assert day.phones.touch[:, SLOTS - 1].all()


def test_double_uses_are_those_that_the_program_finds_among_all_crossings(day: GateDay) -> None:
    tries, truth, by_subject = day.tries, day.truth, defaultdict[int, list[int]](list)
    _, policies = shipped()
    for number in np.flatnonzero(truth.went & truth.read).tolist():
        by_subject[int(day.passes.subject[tries.pass_[number]])].append(number)
    found: dict[int, int] = {}
    for numbers in by_subject.values():
        policy = policies[int(day.passes.quota[tries.pass_[numbers[0]]])]
        # Midnight in China is second 0 of the day.
        passages = [
            Crossing(f"{one:08d}", 1, "out" if tries.out[one] else "in", 10 * DAY - ZONE + int(tries.at[one]))
            for one in numbers
        ]
        found |= {int(one.second.id): int(one.first.id) for one in double_uses(policy, passages)}
    assert found == truth.doubles


def test_crossings_of_one_subject_are_apart_and_follow_what_led_to_them(day: GateDay) -> None:
    tries = day.tries
    after = np.flatnonzero(tries.after != NOBODY)
    assert (tries.at[after] > tries.at[tries.after[after]]).all()
    assert (np.diff(tries.at) >= 0).all()
    assert tries.at.max() < DAY


def test_whoever_left_and_did_not_come_back_is_out(day: GateDay) -> None:
    hours = totals(day.ground, day.tries, day.truth)
    count = sum(way[hour] for one in hours.values() for way in one.values() for hour in way)
    assert count == int((day.truth.happened & (day.tries.at >= 0)).sum())
    at_night = outside(day.ground, day.passes, day.tries, day.truth)
    at_noon = outside(day.ground, day.passes, day.tries, day.truth, until=3)
    assert 0 < sum(map(len, at_night.values())) < sum(map(len, at_noon.values()))
    everything = (day.ground, day.passes, day.tries, day.truth)
    assert any(  # some phones have not sent theirs yet
        outside(*everything, until=slot) != outside(*everything, until=slot, touch=day.phones.touch)
        for slot in range(1, SLOTS)
    )
