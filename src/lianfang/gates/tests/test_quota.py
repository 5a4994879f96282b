"""Quotas, as the vectors that both languages share say; and that the order in which crossings came does not matter."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from lianfang.gates.quota import Crossing, Policy, ask, double_uses
from lianfang.gates.tests.quota_vectors import vectors

FILE = Path(__file__).resolve().parents[4] / "contracts" / "vectors" / "quota.json"
CASES: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))


def test_the_file_is_what_the_code_makes() -> None:
    assert vectors() == CASES


@pytest.mark.parametrize("case", CASES[:20], ids=lambda case: case["name"])
def test_what_is_refused_can_be_done_when_it_says(case: dict[str, Any]) -> None:
    policy, crossings = Policy(**case["policy"]), [Crossing(**one) for one in case["crossings"]]
    answer = ask(policy, crossings, case["direction"], case["at"])
    assert vars(answer) == case["answer"]
    if answer.again_at is not None:
        assert ask(policy, crossings, case["direction"], answer.again_at).allowed
        assert not ask(policy, crossings, case["direction"], answer.again_at - 1).allowed


def test_the_order_in_which_crossings_come_does_not_matter() -> None:
    dice = random.Random(7)
    for case in CASES:
        policy, crossings = Policy(**case["policy"]), [Crossing(**one) for one in case["crossings"]]
        expected = double_uses(policy, crossings)
        dice.shuffle(crossings)
        assert double_uses(policy, crossings) == expected


def test_a_gate_that_admits_only_what_is_allowed_makes_no_double_use() -> None:
    dice = random.Random(8)
    for case in CASES:
        policy, admitted = Policy(**case["policy"]), list[Crossing]()
        for number, moment in enumerate(sorted(dice.randint(0, 5 * 86_400) for _ in range(20))):
            direction = "out" if number % 2 else "in"
            if ask(policy, admitted, direction, moment).allowed:  # type: ignore[arg-type]
                admitted.append(Crossing(f"{number:02d}", 1, direction, moment))  # type: ignore[arg-type]
        assert double_uses(policy, admitted) == []
