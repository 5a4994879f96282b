"""What people decided holds, whatever the evidence says."""

from random import Random

import polars as pl
import pytest

from lianfang.linkage.engine.pipeline import Linkage, link
from lianfang.linkage.engine.settled import Decision, Groups, rulings
from tests.engine.conftest import DAY, Town


@pytest.fixture(scope="module")
def result(town: Town) -> Linkage:
    """The town linked, nothing decided."""
    return link(town.records, town.lists, as_of=DAY)


def persons(result: Linkage) -> list[int]:
    return result.links.sort("record")["person"].to_list()


def neighbours(result: Linkage, random: Random, count: int) -> list[tuple[int, int]]:
    """Pairs that tempt: half of records in one person now, half of doubtful cases and of strangers."""
    joined = result.links.filter(pl.col("record") != pl.col("person")).select("record", "person").rows()
    doubtful = result.reviews.select("record_a", "record_b").rows()
    records = result.links["record"].to_list()
    strangers = [(random.choice(records), random.choice(records)) for _ in range(count)]
    pairs = random.sample(joined, count) + random.sample(doubtful, min(count // 2, len(doubtful)))
    return pairs + strangers[: count // 2]


@pytest.mark.parametrize("seed", range(6))
def test_any_set_of_decisions_is_followed_or_reported(town: Town, result: Linkage, seed: int) -> None:
    random = Random(seed)
    pairs = neighbours(result, random, 60)
    decisions = [Decision(a, b, random.random() < 0.4) for a, b in pairs if a != b]
    decided = link(town.records, town.lists, as_of=DAY, decisions=decisions)
    person = persons(decided)
    for decision in decisions:
        if decision not in decided.refused:
            together = person[decision.record_a] == person[decision.record_b]
            assert together == decision.same, decision
    assert all(decision.same for decision in decided.refused), "only a join can contradict"


def test_one_decision_changes_one_case_and_hardly_anything_else(town: Town, result: Linkage) -> None:
    joined = result.links.filter(pl.col("rule") == "id.equal").row(0, named=True)
    decision = Decision(joined["person"], joined["record"], same=False)
    decided = link(town.records, town.lists, as_of=DAY, decisions=[decision])
    before, after = persons(result), persons(decided)
    assert after[decision.record_a] != after[decision.record_b]
    assert sum(x != y for x, y in zip(before, after, strict=True)) <= 10


def test_equal_rows_of_one_list_can_be_told_apart(town: Town, result: Linkage) -> None:
    repeated = result.links.filter(pl.col("rule") == "same_row").row(0, named=True)
    decided = link(
        town.records,
        town.lists,
        as_of=DAY,
        decisions=[Decision(repeated["record"], repeated["person"], same=False)],
    )
    person = persons(decided)
    assert person[repeated["record"]] != person[repeated["person"]]


def test_a_record_joined_by_decision_says_so(town: Town, result: Linkage) -> None:
    alone = result.links.filter(pl.col("rule") == "alone")["record"].to_list()[:2]
    decided = link(town.records, town.lists, as_of=DAY, decisions=[Decision(alone[0], alone[1], same=True)])
    assert decided.links.filter(pl.col("record") == alone[1])["rule"].item() == "decided"


def test_contradictions_are_reported() -> None:
    same, other, apart = Decision(1, 2, True), Decision(2, 3, True), Decision(1, 3, False)
    ruled = rulings([same, other, apart], {1: 10, 2: 20, 3: 30})
    assert (ruled.same.tolist(), ruled.apart.tolist()) == ([[10, 20]], [[10, 30]])
    assert ruled.refused == (other,)


def test_a_decision_about_an_unknown_record_is_reported() -> None:
    nobody = Decision(1, 99, True)
    assert rulings([nobody], {1: 10}).refused == (nobody,)


def test_known_persons_are_not_told_apart_any_more() -> None:
    late = Decision(1, 2, False)
    ruled = rulings([late], {1: 10, 2: 20}, person_of=lambda row: 10)
    assert ruled.refused == (late,)
    assert len(ruled.apart) == 0


def test_groups_grow_only_around_those_kept_apart() -> None:
    groups = Groups([(1, 4)])
    assert groups.unite(1, 2)
    assert groups.unite(3, 4)
    assert not groups.unite(2, 3)
    assert groups.unite(2, 1)


def test_weights_learn_from_decisions_on_request(town: Town, result: Linkage) -> None:
    doubtful = result.reviews.select("record_a", "record_b", "rule").head(40).rows()
    decisions = [Decision(a, b, same=True) for a, b, _ in doubtful]
    quiet = link(town.records, town.lists, as_of=DAY, decisions=decisions)
    taught = link(town.records, town.lists, as_of=DAY, decisions=decisions, retrain=True)
    assert (quiet.weights.same == result.weights.same).all()
    assert (taught.weights.same != result.weights.same).any()
