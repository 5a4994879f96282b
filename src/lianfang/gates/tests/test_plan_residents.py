"""What residents are shown of a plan by the link of their compound, and what they say of it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from lianfang.gates.planning import actions, queries, residents
from lianfang.gates.planning.models import GatePlan, PlanOpinion
from lianfang.gates.planning.rules import HeardBy, Stance
from lianfang.gates.tests.test_planning import houses  # noqa: F401  # fixture
from lianfang.gates.tests.town import NOW, SYSTEM, WHY, Place
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.models import AuditRecord
from lianfang.territory.models import Building

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(place: Place, houses: list[Building]) -> GatePlan:  # noqa: F811
    made = actions.make_plan(actor=SYSTEM, now=NOW, compound=place.compound.pk, title="二月")
    made = actions.reckon(actor=SYSTEM, now=NOW, plan=made.pk, version=made.version)
    return actions.ask(actor=SYSTEM, now=NOW, plan=made.pk, version=made.version, until=date(2020, 2, 27))


def test_residents_see_gates_by_name_while_they_are_asked(place: Place, plan: GatePlan) -> None:
    (told,) = residents.asked(place.compound.pk, now=NOW)
    assert (told["id"], told["title"], told["until"]) == (plan.pk, "二月", date(2020, 2, 27))
    first = told["options"][0]
    assert first["proposed"]
    assert sorted(first["open"] + first["closed"]) == sorted(["西门", "中门", "东门"])
    assert "people" not in str(told)  # nothing of who lives where
    assert residents.asked(place.compound.pk + 1, now=NOW) == []
    assert residents.asked(place.compound.pk, now=NOW + timedelta(days=30)) == []


def test_what_a_resident_says_is_kept_once_and_counted_with_the_others(place: Place, plan: GatePlan) -> None:
    (told,) = residents.asked(place.compound.pk, now=NOW)
    said = actions.Said(told["options"][0]["key"], Stance.AGAINST, HeardBy.PHONE, "东门离菜场近", "3-2-501")
    key = uuid4()
    for _ in range(2):
        residents.hear(now=NOW, compound=place.compound.pk, plan=plan.pk, key=key, said=said)
    shown = queries.opinions(SYSTEM, plan.pk, page=1, size=10)
    assert shown["total"] == 1
    (one,) = shown["items"]
    assert (one["stance"], one["channel"], one["by_name"], one["text"]) == (
        "against",
        "page",
        "",
        "东门离菜场近",
    )
    assert AuditRecord.objects.filter(action="gate_plan.heard").count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [({"option": "1-2-3-4"}, "plan.option"), ({"compound": 9999}, "not_found"), ({"now": 30}, "not_found")],
)
def test_nothing_else_is_taken(place: Place, plan: GatePlan, change: dict[str, object], code: str) -> None:
    (told,) = residents.asked(place.compound.pk, now=NOW)
    said = actions.Said(str(change.get("option", told["options"][0]["key"])), Stance.FOR, HeardBy.PAGE)
    now = NOW + timedelta(days=int(str(change.get("now", 0))))
    compound = int(str(change.get("compound", place.compound.pk)))
    with pytest.raises(ProblemError) as problem:
        residents.hear(now=now, compound=compound, plan=plan.pk, key=uuid4(), said=said)
    assert problem.value.code == code
    assert not PlanOpinion.objects.unscoped(reason=WHY).exists()


def test_a_decided_plan_hears_nobody_any_more(place: Place, plan: GatePlan) -> None:
    GatePlan.objects.unscoped(reason=WHY).filter(pk=plan.pk).update(state="decided")
    assert residents.asked(place.compound.pk, now=NOW) == []
