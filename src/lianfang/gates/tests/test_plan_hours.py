"""A plan's hours of arrival: from the gate register where it tells enough, else a usual day, or as the plan says."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from lianfang.gates import hourly
from lianfang.gates.crossed import Crossed
from lianfang.gates.plan.terms import USUAL_DAY
from lianfang.gates.planning import hours
from lianfang.gates.planning.models import GatePlan
from lianfang.gates.tests.test_planning import houses, reckoned
from lianfang.gates.tests.town import NOW, Place
from lianfang.territory.models import Building, Gate

__all__ = ["houses"]
#: Local hours of crossings on one day: the day has one rush, at eight.
RUSH = {7: 20, 8: 40, 18: 20}


def crossed(place: Place, day: int, by_hour: dict[int, int] = RUSH) -> None:
    """So many crossings on the local day that is `day` days before NOW's, as the gate's hours count them."""
    gate = Gate.objects.unscoped(reason="the test").filter(compound=place.compound)[0]
    midnight = datetime(2020, 2, 23, 16, tzinfo=UTC) - timedelta(days=day)  # in China
    hourly.count(
        Crossed(
            id=uuid4(), path=place.compound.path, compound=place.compound.pk, gate=gate.pk,
            at=midnight + timedelta(hours=hour, minutes=at % 60), received_at=NOW, direction="out",
            decision="refused" if at == 0 else "admitted", guard=None, guard_name="门卫",
        )
        for hour, count in by_hour.items()
        for at in range(count)
    )  # fmt: skip


def told(plan: GatePlan) -> dict[str, Any]:
    assert plan.comparison is not None
    return dict(plan.comparison["hours"])


def test_a_register_of_some_days_gives_the_hours_and_how_often(place: Place, houses: list[Building]) -> None:
    for day in (0, 1, 2, 3, 20):  # today is not over, and three weeks ago was another life
        crossed(place, day)
    plan = reckoned(place)
    assert told(plan) == {
        "source": "register", "crossings": 240, "days": 3, "first_on": "2020-02-21", "last_on": "2020-02-23",
    }  # fmt: skip
    assert plan.comparison is not None
    terms = plan.comparison["terms"]
    assert terms["day"] == [{7: 0.25, 8: 0.5, 18: 0.25}.get(hour, 0.0) for hour in range(24)]
    assert terms["crossings"] == pytest.approx(80 / 37, abs=0.01)  # 37 people live in the three buildings
    best = plan.comparison["options"][plan.comparison["proposed"]]
    come = [sum(queue["come"][hour] for queue in best["queues"]) for hour in range(24)]
    assert (come.index(max(come)), sum(come)) == (8, pytest.approx(80, abs=1))


def test_too_little_is_a_usual_day(place: Place, houses: list[Building]) -> None:
    crossed(place, 1)
    crossed(place, 2)
    assert told(reckoned(place)) == {"source": "usual"}  # two days
    crossed(place, 3, {12: 1})
    assert told(reckoned(place)) == {"source": "usual"}  # three, with fewer than 200
    crossed(place, 4)
    plan = reckoned(place)
    assert told(plan)["source"] == "register"
    assert plan.comparison is not None
    assert plan.comparison["terms"]["day"] != list(USUAL_DAY)


def test_what_the_plan_says_itself_comes_first(place: Place, houses: list[Building]) -> None:
    for day in (1, 2, 3):
        crossed(place, day)
    late = [0.0] * 23 + [1.0]
    plan = reckoned(place, terms={"day": late, "crossings": 2.0})
    assert told(plan) == {"source": "given"}
    assert plan.comparison is not None
    assert (plan.comparison["terms"]["day"], plan.comparison["terms"]["crossings"]) == (late, 2.0)
    often = reckoned(place, terms={"crossings": 4.0})
    assert often.comparison is not None
    assert (told(often)["source"], often.comparison["terms"]["crossings"]) == ("register", 4.0)


def test_nobody_counted_leaves_how_often_to_the_usual() -> None:
    found = hours.Hours((1.0, *[0.0] * 23), 300, 3, NOW.date(), NOW.date())
    assert "crossings" not in hours.chosen({}, found, 0)[0]
    assert found.a_person(5) == 10.0  # no more than can be reckoned with
