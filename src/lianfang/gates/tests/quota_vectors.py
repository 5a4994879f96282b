"""Makes contracts/vectors/quota.json: what both twins must answer about quotas.

PYTHONPATH=src python -m lianfang.gates.tests.quota_vectors > contracts/vectors/quota.json
"""

import json
import random
from typing import Any, Literal

from lianfang.gates.quota import DAY, Crossing, Policy, ask, double_uses

NOON = 1_582_516_800  # 2020-02-24 12:00 in China
HOUR = 3600
MIDNIGHT = NOON - 12 * HOUR
NAMED: dict[str, tuple[Policy, list[tuple[str, int]], Literal["out", "in"], int]] = {
    "free": (Policy("person", 1, 0, 0, 0), [("out", -HOUR)] * 5, "out", 0),
    "the first exit of the day": (Policy("person", 1, 1, 1, 0), [], "out", 0),
    "the second exit of the day": (Policy("person", 1, 1, 1, 0), [("out", -HOUR)], "out", 0),
    "an exit after an entry": (Policy("person", 1, 1, 1, 0), [("in", -HOUR)], "out", 0),
    "yesterday's exit": (Policy("person", 1, 1, 1, 0), [("out", -DAY)], "out", 0),
    "a second before midnight, asked at midnight": (
        Policy("person", 1, 1, 0, 0), [("out", -12 * HOUR - 1)], "out", -12 * HOUR
    ),
    "at midnight, asked at noon": (Policy("person", 1, 1, 0, 0), [("out", -12 * HOUR)], "out", 0),
    "the second entry": (Policy("person", 1, 1, 1, 0), [("in", -2 * HOUR), ("out", -HOUR)], "in", 0),
    "a household of which somebody was out yesterday": (
        Policy("household", 2, 1, 0, 120), [("out", -DAY), ("in", -DAY + HOUR)], "out", 0
    ),
    "a household of which somebody was out two days ago": (
        Policy("household", 2, 1, 0, 120), [("out", -2 * DAY)], "out", 0
    ),
    "in time": (Policy("household", 2, 1, 0, 120), [("out", -2 * HOUR)], "in", 0),
    "late by a minute": (Policy("household", 2, 1, 0, 120), [("out", -2 * HOUR - 60)], "in", 0),
    "in already": (Policy("household", 2, 1, 0, 120), [("out", -5 * HOUR), ("in", -4 * HOUR)], "in", 0),
    "what lies in the future does not count": (Policy("person", 1, 1, 0, 0), [("out", 60)], "out", 0),
    "admitted twice by two gates": (Policy("person", 1, 1, 0, 0), [("out", -HOUR), ("out", -HOUR)], "out", 0),
    "two of three used": (Policy("vehicle", 3, 3, 0, 0), [("out", -DAY), ("out", -HOUR)], "out", 0),
    "three of three used": (
        Policy("vehicle", 3, 3, 0, 0), [("out", -2 * DAY), ("out", -DAY), ("out", -HOUR)], "out", 0
    ),
    "four of three used": (
        Policy("vehicle", 3, 3, 0, 0), [("out", -2 * DAY), *[("out", -DAY)] * 2, ("out", -HOUR)], "out", 0
    ),
}  # fmt: skip


def case(name: str, policy: Policy, crossings: list[Crossing], direction: Any, at: int) -> dict[str, Any]:
    return {
        "name": name, "policy": vars(policy), "crossings": [vars(one) for one in crossings], "direction": direction,
        "at": at, "answer": vars(ask(policy, crossings, direction, at)),
        "doubles": [[one.first.id, one.second.id, one.reason] for one in double_uses(policy, crossings)],
    }  # fmt: skip


def vectors() -> list[dict[str, Any]]:
    """Named ones, and two hundred at random with a fixed seed."""
    found = []
    for name, (policy, said, direction, at) in NAMED.items():
        crossings: list[Crossing] = [
            Crossing(f"c{n}", n % 3, d, NOON + t)  # type: ignore[arg-type]  # a direction
            for n, (d, t) in enumerate(said)
        ]
        found.append(case(name, policy, crossings, direction, NOON + at))
    dice = random.Random(24)
    for number in range(200):
        policy = Policy(
            dice.choice(["person", "household", "vehicle"]), dice.randint(1, 4), dice.randint(0, 3), dice.randint(0, 2),
            dice.choice([0, 30, 120]),
        )  # fmt: skip
        crossings = [
            Crossing(
                f"c{n}", dice.randint(1, 3), dice.choice(["out", "in"]), NOON + dice.randint(-5 * DAY, DAY)
            )
            for n in range(dice.randint(0, 9))
        ]
        found.append(case(f"at random {number}", policy, crossings, dice.choice(["out", "in"]), NOON))
    return found


if __name__ == "__main__":
    print(json.dumps(vectors(), ensure_ascii=False, indent=0))
