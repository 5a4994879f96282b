"""Persons follow from the engine's and from the decisions in force, in whatever order these were made."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianfang.linkage.engine.settled import Decision
from lianfang.linkage.review.grouping import Contradiction, Group, grouped, heirs

PERSON = {0: 1, 1: 1, 2: 1, 3: 2, 4: 3, 5: 3}


def alike(record: int, group: Group) -> float:
    """The nearer the number, the likelier."""
    return -float(min(abs(record - other) for other in group))


def test_without_decisions_the_engine_stands() -> None:
    assert grouped(PERSON, [], alike) == ((0, 1, 2), (3,), (4, 5))


def test_the_same_merges_whole_persons() -> None:
    groups = grouped(PERSON, [Decision(1, 3, True)], alike)
    assert groups == ((0, 1, 2, 3), (4, 5))
    assert heirs(groups, PERSON, beyond=3) == {(0, 1, 2, 3): 1, (4, 5): 3}


def test_not_the_same_splits_and_the_rest_goes_where_it_fits() -> None:
    groups = grouped(PERSON, [Decision(0, 2, False)], alike)
    assert groups == ((0, 1), (2,), (3,), (4, 5))
    assert heirs(groups, PERSON, beyond=3)[2,] == 6


def test_three_who_are_all_kept_apart() -> None:
    pairs = [Decision(0, 1, False), Decision(1, 2, False), Decision(0, 2, False)]
    assert grouped(PERSON, pairs, alike)[:3] == ((0,), (1,), (2,))


def test_what_was_split_off_can_join_somebody_else() -> None:
    groups = grouped(PERSON, [Decision(0, 2, False), Decision(2, 3, True)], alike)
    assert groups == ((0, 1), (2, 3), (4, 5))
    assert heirs(groups, PERSON, beyond=3)[2, 3] == 2


@pytest.mark.parametrize(
    "decisions",
    [
        [Decision(0, 3, True), Decision(3, 4, True), Decision(0, 4, False)],
        [Decision(0, 3, False), Decision(1, 3, False), Decision(2, 3, False), Decision(2, 3, True)],
        [Decision(0, 4, False), Decision(1, 3, True), Decision(3, 5, True)],
    ],
)
def test_what_does_not_go_together_is_refused(decisions: list[Decision]) -> None:
    with pytest.raises(Contradiction):
        grouped(PERSON, decisions, alike)


RECORDS = st.integers(0, 11)
PAIRS = st.tuples(RECORDS, RECORDS).filter(lambda pair: pair[0] != pair[1])
DECISIONS = st.lists(
    st.builds(lambda pair, same: Decision(pair[0], pair[1], same), PAIRS, st.booleans()), max_size=8
)


@given(st.lists(st.integers(0, 4), min_size=12, max_size=12), DECISIONS, st.randoms())
def test_every_decision_holds_and_order_does_not_matter(
    owner: list[int], chosen: list[Decision], random: Random
) -> None:
    person = dict(enumerate(owner))
    shuffled = chosen.copy()
    random.shuffle(shuffled)
    try:
        groups = grouped(person, chosen, alike)
    except Contradiction:
        with pytest.raises(Contradiction):
            grouped(person, shuffled, alike)
        return
    assert grouped(person, shuffled, alike) == groups
    assert sorted(record for group in groups for record in group) == list(range(12))
    whose = {record: group for group in groups for record in group}
    assert all((whose[d.record_a] == whose[d.record_b]) == d.same for d in chosen)
    numbers = heirs(groups, person, beyond=4)
    assert len(set(numbers.values())) == len(groups)
