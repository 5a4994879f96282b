"""A gate plan from the map to the decision and back."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from lianfang.gates.plan import Way
from lianfang.gates.planning import actions, closing, drawing, grounds, queries
from lianfang.gates.planning.models import GateClosure, GatePlan
from lianfang.gates.planning.rules import ClosedFor, Exempt, HeardBy, Stance
from lianfang.gates.tests.town import NOW, SYSTEM, WHY, Place, worker
from lianfang.kernel import jobs
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.models import AuditRecord
from lianfang.kernel.permissions import Permission
from lianfang.registry.counting import people_by_building
from lianfang.registry.models import Person, Residence
from lianfang.territory.models import Building, Dwelling, Gate

EAST = 120.2
STEP = 0.001  # about 96 m here
ORDER = closing.Order(
    ClosedFor.STAFF, "人手不够四个门", date(2020, 3, 5), (Exempt.AMBULANCE, Exempt.FIRE), "消防车随叫随开"
)


def at(x: float, y: float = 0.0) -> tuple[float, float]:
    return round(EAST + x * STEP, 6), round(30.2 + y * STEP, 6)


def populate(place: Place, people: tuple[int, ...]) -> list[Building]:
    """Buildings in a row from west to east with so many people each; the first is the place's own, with two."""
    houses = [Building.objects.unscoped(reason=WHY).get(compound=place.compound)]
    for number, lives in enumerate(people, start=1):
        house = Building.objects.create(path=place.compound.path, compound=place.compound, name=f"楼{number}")
        key = f"{place.compound.key}|楼{number}|1|101"
        Dwelling.objects.create(path=place.compound.path, building=house, unit="1", room="101", key=key)
        for one in range(lives):
            person = Person.objects.create(name=f"人{number}-{one}", created_at=NOW)
            Residence.objects.create(person=person, path=place.compound.path, place=key, since=NOW)
        houses.append(house)
    return houses


@pytest.fixture
def houses(place: Place) -> list[Building]:
    """Three buildings and three gates below them on one path; the middle gate is wide enough for a fire engine."""
    houses = populate(place, (30, 5))
    names = ("西门", "中门", "东门")
    wanted = drawing.Drawing(
        [drawing.GateAt(None, name, at(x, -1), name == "中门") for x, name in enumerate(names)],
        [(house.pk, at(x)) for x, house in enumerate(houses)],
        [([at(-1, -0.5), at(3, -0.5)], Way.DRIVE)],
    )
    digest = grounds.drawn(place.compound).digest
    drawing.draw(actor=SYSTEM, now=NOW, compound=place.compound.pk, drawing=wanted, digest=digest)
    return houses


def gates(place: Place) -> dict[str, Gate]:
    return {one.name: one for one in Gate.objects.unscoped(reason=WHY).filter(compound=place.compound)}


def reckoned(place: Place, **wish: Any) -> GatePlan:
    plan = actions.make_plan(actor=SYSTEM, now=NOW, compound=place.compound.pk, title="春季封闭方案")
    said = actions.Wish(plan.title, wish.get("keep"), wish.get("terms", {}), wish.get("gates", {}))
    plan = actions.change_plan(actor=SYSTEM, now=NOW, plan=plan.pk, version=plan.version, wish=said)
    return actions.reckon(actor=SYSTEM, now=NOW, plan=plan.pk, version=plan.version)


def decided(place: Place) -> GatePlan:
    plan = reckoned(place)
    plan = actions.ask(actor=SYSTEM, now=NOW, plan=plan.pk, version=plan.version, until=date(2020, 2, 27))
    return actions.decide(
        actor=SYSTEM, now=NOW, plan=plan.pk, version=plan.version, option=proposal(plan)["key"], order=ORDER
    )


def proposal(plan: GatePlan) -> dict[str, Any]:
    assert plan.comparison is not None
    found: dict[str, Any] = plan.comparison["options"][plan.comparison["proposed"]]
    return found


def refused(problem: pytest.ExceptionInfo[ProblemError]) -> str:
    return problem.value.code


def test_people_are_counted_behind_the_doors_of_each_building(place: Place, houses: list[Building]) -> None:
    assert people_by_building(place.compound) == {houses[0].pk: 2, houses[1].pk: 30, houses[2].pk: 5}
    Residence.objects.unscoped(reason=WHY).filter(person=place.people[0]).update(until=NOW)
    assert people_by_building(place.compound)[houses[0].pk] == 1


def test_the_smallest_number_that_holds_is_proposed(place: Place, houses: list[Building]) -> None:
    plan = reckoned(place)
    best = proposal(plan)
    middle = gates(place)["中门"]
    assert best["key"] == str(middle.pk)  # nearest to most people, and the only one for the fire engine
    assert plan.comparison is not None
    seen = plan.comparison["ground"]
    assert [one["people"] for one in seen["buildings"]] == [2, 30, 5]
    assert best["gate_of"] == [1, 1, 1]
    assert sum(best["queues"][0]["come"]) == pytest.approx(37, abs=1)
    all_open = plan.comparison["options"][0]
    assert all_open["why"] == "all_open"
    assert all_open["walk_mean"] < best["walk_mean"]
    assert (all_open["staff"], best["staff"]) == (18, 6)


def test_choices_hold(place: Place, houses: list[Building]) -> None:
    here = gates(place)
    fixed = {
        str(here["西门"].pk): {"lanes": 2, "fixed": True},
        str(here["东门"].pk): {"lanes": 1, "fixed": False},
    }
    plan = reckoned(place, keep=1, gates=fixed)
    assert plan.comparison is not None
    options = plan.comparison["options"]
    assert plan.comparison["proposed"] is None  # the west gate alone lets no fire engine in
    assert options[-1]["unreached"] == [0, 1, 2]
    assert all(2 not in one["open"] and 0 in one["open"] for one in options)
    with pytest.raises(ProblemError) as problem:
        reckoned(place, keep=3, gates=fixed)
    assert refused(problem) == "plan.keep"


def test_deciding_closes_with_a_reason_and_a_day(place: Place, houses: list[Building]) -> None:
    plan = decided(place)
    assert {name: one.is_open for name, one in gates(place).items()} == {
        "西门": False,
        "中门": True,
        "东门": False,
    }
    shut = queries.plan(SYSTEM, plan.pk, NOW)["closures"]
    assert [(one["gate_name"], one["reason"], one["review_on"], one["exempt"]) for one in shut] == [
        ("西门", "staff", date(2020, 3, 5), ["ambulance", "fire"]),
        ("东门", "staff", date(2020, 3, 5), ["ambulance", "fire"]),
    ]
    later = NOW + timedelta(days=10)
    assert queries.counts(SYSTEM, NOW)["due"] == 0
    assert queries.counts(SYSTEM, later)["due"] == 2
    acts = set(AuditRecord.objects.values_list("action", flat=True))
    assert {"gate_plan.decided", "gate.closed", "gate_plan.asked", "gate_map.drawn"} <= acts


def test_one_gate_is_opened_again_or_looked_at(place: Place, houses: list[Building]) -> None:
    plan = decided(place)
    west, east = GateClosure.objects.unscoped(reason=WHY).filter(plan=plan).order_by("pk")
    closing.reopen(actor=SYSTEM, now=NOW, closure=west.pk, version=1, text="老人绕路太远")
    assert gates(place)["西门"].is_open
    with pytest.raises(ProblemError) as problem:
        closing.reopen(actor=SYSTEM, now=NOW, closure=west.pk, version=2, text="再来一次")
    assert refused(problem) == "plan.reopened"
    kept = closing.review(
        actor=SYSTEM, now=NOW, closure=east.pk, version=1, text="仍缺人手", review_on=date(2020, 3, 20)
    )
    assert (kept.review_on, gates(place)["东门"].is_open) == (date(2020, 3, 20), False)
    over = actions.end(actor=SYSTEM, now=NOW, plan=plan.pk, version=plan.version, text="疫情解除")
    assert over.state == "ended"
    assert all(one.is_open for one in gates(place).values())


def test_a_second_decision_takes_the_place_of_the_first(place: Place, houses: list[Building]) -> None:
    decided(place)
    decided(place)
    rows = GateClosure.objects.unscoped(reason=WHY)
    assert (rows.filter(reopened_at=None).count(), rows.exclude(reopened_at=None).count()) == (2, 2)
    assert not gates(place)["西门"].is_open


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"text": "无"}, "plan.words"),
        ({"review_on": date(2020, 2, 24)}, "plan.review"),
        ({"review_on": date(2020, 7, 1)}, "plan.review"),
    ],
)
def test_no_closure_without_reason_and_review(
    place: Place, houses: list[Building], change: dict[str, Any], code: str
) -> None:
    plan = reckoned(place)
    key = proposal(plan)["key"]
    with pytest.raises(ProblemError) as problem:
        actions.decide(actor=SYSTEM, now=NOW, plan=plan.pk, version=plan.version, option=key, order=ORDER)
    assert refused(problem) == "plan.state"  # residents have not been asked
    plan = actions.ask(actor=SYSTEM, now=NOW, plan=plan.pk, version=plan.version, until=date(2020, 2, 27))
    with pytest.raises(ProblemError) as problem:
        actions.decide(
            actor=SYSTEM,
            now=NOW,
            plan=plan.pk,
            version=plan.version,
            option=key,
            order=replace(ORDER, **change),
        )
    assert refused(problem) == code
    assert all(one.is_open for one in gates(place).values())


def test_nothing_is_decided_on_gates_that_are_gone(place: Place, houses: list[Building]) -> None:
    plan = reckoned(place)
    plan = actions.ask(actor=SYSTEM, now=NOW, plan=plan.pk, version=plan.version, until=date(2020, 2, 27))
    gates(place)["东门"].delete()
    assert queries.plan(SYSTEM, plan.pk, NOW)["stale"]
    with pytest.raises(ProblemError) as problem:
        actions.decide(
            actor=SYSTEM,
            now=NOW,
            plan=plan.pk,
            version=plan.version,
            option=proposal(plan)["key"],
            order=ORDER,
        )
    assert refused(problem) == "plan.gates_changed"
    assert gates(place)["西门"].is_open
    assert GatePlan.objects.unscoped(reason=WHY).get(pk=plan.pk).state == "asking"


def test_residents_are_heard_while_they_are_asked(place: Place, houses: list[Building]) -> None:
    plan = reckoned(place)
    key = proposal(plan)["key"]
    said = actions.Said(key, Stance.AGAINST, HeardBy.PHONE, "东门近菜场", "3幢501")
    with pytest.raises(ProblemError) as problem:
        actions.hear(actor=SYSTEM, now=NOW, plan=plan.pk, said=said)
    assert refused(problem) == "plan.state"
    plan = actions.ask(actor=SYSTEM, now=NOW, plan=plan.pk, version=plan.version, until=date(2020, 2, 27))
    hears = worker(7, place.community.path, Permission.GATE_HEAR, Permission.PASS_VIEW)
    heard = actions.hear(actor=hears, now=NOW, plan=plan.pk, said=said)
    other = worker(8, place.community.path, Permission.GATE_HEAR)
    with pytest.raises(ProblemError) as problem:
        actions.unhear(actor=other, now=NOW, plan=plan.pk, opinion=heard.pk)
    assert refused(problem) == "not_found"
    detail = queries.plan(hears, plan.pk, NOW)
    assert detail["opinions"] == [{"option": key, "stance": "against", "count": 1}]
    assert (detail["may_hear"], detail["may_plan"]) == (True, False)
    page = queries.opinions(hears, plan.pk, page=1, size=10)
    assert (page["items"][0]["text"], page["items"][0]["mine"]) == ("东门近菜场", True)
    actions.unhear(actor=hears, now=NOW, plan=plan.pk, opinion=heard.pk)
    assert queries.opinions(hears, plan.pk, page=1, size=10)["total"] == 0
    with pytest.raises(ProblemError) as problem:
        actions.hear(actor=hears, now=NOW, plan=plan.pk, said=replace(said, option="999"))
    assert refused(problem) == "plan.option"


def test_who_may_not_plan_there_finds_nothing(place: Place, houses: list[Building]) -> None:
    elsewhere = worker(9, place.other.path)
    plan = reckoned(place)
    for act in (
        lambda: actions.make_plan(actor=elsewhere, now=NOW, compound=place.compound.pk, title="x"),
        lambda: queries.plan(elsewhere, plan.pk, NOW),
        lambda: actions.reckon(actor=elsewhere, now=NOW, plan=plan.pk, version=plan.version),
    ):
        with pytest.raises(ProblemError) as problem:
            act()
        assert refused(problem) == "not_found"


def test_two_who_draw_do_not_overwrite_one_another(place: Place, houses: list[Building]) -> None:
    seen = grounds.drawn(place.compound)
    empty = drawing.Drawing([], [], [])
    drawing.draw(actor=SYSTEM, now=NOW, compound=place.compound.pk, drawing=empty, digest=seen.digest)
    assert gates(place) == {}
    with pytest.raises(ProblemError) as problem:
        drawing.draw(actor=SYSTEM, now=NOW, compound=place.compound.pk, drawing=empty, digest=seen.digest)
    assert refused(problem) == "plan.map_changed"


def test_a_map_goes_out_and_comes_in_again(place: Place, houses: list[Building]) -> None:
    seen = grounds.drawn(place.compound)
    file = json.dumps(drawing.as_geojson(seen)).encode()
    empty = drawing.Drawing([], [], [])
    drawing.draw(actor=SYSTEM, now=NOW, compound=place.compound.pk, drawing=empty, digest=seen.digest)
    tried = drawing.import_map(actor=SYSTEM, now=NOW, compound=place.compound.pk, content=file, dry_run=True)
    assert (tried.gates, tried.buildings, tried.paths, tried.unknown) == (3, 3, 1, [])
    assert gates(place) == {}
    drawing.import_map(actor=SYSTEM, now=NOW, compound=place.compound.pk, content=file)
    back = grounds.told(grounds.drawn(place.compound))
    was = grounds.told(seen)
    assert [(one["name"], one["at"], one["wide"]) for one in back["gates"]] == [
        (one["name"], one["at"], one["wide"]) for one in was["gates"]
    ]
    assert back["paths"] == was["paths"]


def test_a_large_compound_is_reckoned_in_the_background(
    place: Place, houses: list[Building], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    plan = reckoned(place)
    assert plan.job is not None
    assert plan.comparison is None
    jobs.drain()
    done = GatePlan.objects.unscoped(reason=WHY).get(pk=plan.pk)
    assert done.job is None
    assert proposal(done)["holds"]
