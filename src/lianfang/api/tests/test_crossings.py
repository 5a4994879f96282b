"""Crossings come in from a guard's phone: each once, whatever happens to the answer; what must be told is told."""

from datetime import timedelta
from typing import Any

import pytest

from lianfang.accounts.roles import Role
from lianfang.api.tests.people import call, enter, somebody
from lianfang.api.tests.phone import Phone, verdicts
from lianfang.api.tests.test_gate_phone import Gate as Ground
from lianfang.api.tests.test_gate_phone import gate, issued, parts
from lianfang.gates.models import Crossing, GateAlert
from lianfang.registry.models import Person, Residence
from lianfang.screening.models import MeasureProposal
from lianfang.sync.models import Fact
from lianfang.territory.models import Compound, Dwelling, Gate

pytestmark = [pytest.mark.django_db, pytest.mark.database]
WHY = "the test sees everything"
ground = gate


@pytest.fixture
def east(ground: Ground) -> Gate:
    return Gate.objects.create(compound=ground.compound, name="东门", code="G-1")


def crossing(ground: Ground, east: Gate, **said: Any) -> dict[str, str]:
    body = {"gate": east.pk, "direction": "out", "decision": "admitted", **said}
    return ground.guard.fact(body, ground.time.moment, kind="crossing")


def sent(ground: Ground, *facts: dict[str, str]) -> list[tuple[str, str]]:
    status, answer = ground.guard.send(list(facts), ground.time.moment)
    assert status == 200, answer
    return verdicts(answer)


def kept() -> list[Crossing]:
    return list(Crossing.objects.unscoped(reason=WHY).order_by("at", "pk"))


def test_a_pass_crosses_once_however_often_it_is_sent(ground: Ground, east: Gate) -> None:
    made = issued(ground)
    fact = crossing(ground, east, serial=made.serial, temperature=36.5, document_seen=True)
    assert sent(ground, fact) == [("accepted", "")]
    assert sent(ground, fact, fact) == [("duplicate", ""), ("duplicate", "")]
    (row,) = kept()
    assert (row.serial, row.name, row.kind, row.subject) == (made.serial, made.name, "resident", made.subject)
    assert (row.direction, row.decision, row.fever, row.compound) == (
        "out",
        "admitted",
        False,
        ground.compound.pk,
    )
    assert not GateAlert.objects.unscoped(reason=WHY).exists()


def test_what_does_not_fit_is_refused_and_kept(ground: Ground, east: Gate) -> None:
    nobody = crossing(ground, east)  # admitted: whom?
    silent = crossing(ground, east, decision="refused")  # why?
    unknown = crossing(ground, east, serial="00" * 8, gate=east.pk + 1)
    assert sent(ground, nobody, silent, unknown) == [
        ("rejected", "fact.body"),
        ("rejected", "fact.body"),
        ("rejected", "fact.not_found"),
    ]
    assert not kept()
    rows = Fact.objects.unscoped(reason=WHY).filter(kind="crossing")
    community = ground.town.here.parent
    assert community is not None
    assert {one.path for one in rows} == {community.path}  # for whoever looks after the guard


def test_a_guard_of_another_community_records_nothing_here(ground: Ground, east: Gate) -> None:
    lone = Compound.objects.create(path=ground.town.here.path, name="孤院", key="孤院")
    there = Gate.objects.create(compound=lone, name="北门", code="G-2")
    somebody("lu", (Role.GUARD, ground.town.there))
    other = Phone().enrol(enter("lu")[0])
    body = {"gate": there.pk, "direction": "in", "decision": "admitted", "visitor": {"name": "张三"}}
    status, answer = other.send([other.fact(body, ground.time.moment, kind="crossing")], ground.time.moment)
    assert status == 200
    assert verdicts(answer) == [("rejected", "fact.not_found")]


def test_a_visitor_lies_sealed_and_is_known_by_his_masked_name(ground: Ground, east: Gate) -> None:
    said = {"name": "欧阳娜娜", "phone": "13066881234", "from": "武汉", "to": "3幢501"}
    there = crossing(
        ground, east, direction="in", visitor=said, plate="浙a·12345", occupants=[{"temperature": 36.2}]
    )
    back = crossing(ground, east, visitor=said, plate="浙A12345")
    assert sent(ground, there, back) == [("accepted", "")] * 2
    rows = kept()
    assert {(one.name, one.plate, one.phone_tail, one.who) for one in rows} == {
        ("欧*娜", "浙A12345", "1234", "v浙A12345")
    }
    assert sorted(one.occupants for one in rows) == [0, 1]
    # The same visitor, and only that he is there: no name on a phone.
    now = parts(ground)["gate_now"]
    assert [row[1] for row in now["rows"]] == ["v浙A12345"] * 2
    assert "欧阳娜娜" not in str(now)


def alerts() -> list[tuple[str, float | None]]:
    rows = GateAlert.objects.unscoped(reason=WHY).order_by("pk")
    return [(one.kind, one.temperature) for one in rows]


def test_fever_and_a_forced_gate_are_told_at_once(ground: Ground, east: Gate) -> None:
    facts = [
        crossing(ground, east, serial=issued(ground).serial, temperature=37.3),
        crossing(ground, east, visitor={"name": "李四"}, direction="in", occupants=[{"temperature": 38.1}]),
        crossing(ground, east, decision="forced"),
        crossing(ground, east, direction="in", visitor={"name": "王五", "returnee": True}),
        crossing(ground, east, serial=issued_twice(ground), temperature=37.2),
    ]
    assert sent(ground, *facts) == [("accepted", "")] * 5
    assert sent(ground, *facts) == [("duplicate", "")] * 5
    assert alerts() == [("fever", 37.3), ("fever", 38.1), ("forced", None), ("returnee", None)]
    told = parts(ground)["gate_now"]["alerts"]
    assert {one["kind"] for one in told} == {"fever", "forced", "returnee"}
    assert all("person" not in one for one in told)


def issued_twice(ground: Ground) -> str:
    return str(parts(ground)["gate_index"]["rows"][0][0])


def confirmed(ground: Ground, person: int | None, **said: Any) -> MeasureProposal:
    row = {
        "person": person, "path": ground.town.here.path, "measure": "observe_home", "state": "confirmed",
        "made_at": ground.time.moment, "profile": "covid19-2020", "rule": "x", "told": "{}", "digest": "0", **said,
    }  # fmt: skip
    return MeasureProposal.objects.create(**row)


def test_somebody_under_observation_who_goes_out_is_told(ground: Ground, east: Gate) -> None:
    made = issued(ground)
    measure = confirmed(ground, made.person)
    got = parts(ground)
    assert got["gate_now"]["held"] == [made.serial]
    assert "observe" not in str(got)  # yes or no, nothing of the measure
    ins = crossing(ground, east, serial=made.serial, direction="in")
    out = crossing(ground, east, serial=made.serial, decision="refused", reasons=["held"])
    assert sent(ground, ins, out) == [("accepted", "")] * 2
    assert alerts() == [("held_out", None)]
    MeasureProposal.objects.unscoped(reason=WHY).filter(pk=measure.pk).update(
        until=ground.time.moment.date() - timedelta(days=1)
    )
    assert parts(ground)["gate_now"]["held"] == []
    assert sent(ground, crossing(ground, east, serial=made.serial)) == [("accepted", "")]
    assert len(alerts()) == 1


def test_what_came_before_this_hour_is_sent_once_an_hour(ground: Ground, east: Gate) -> None:
    made = issued(ground)
    sent(ground, crossing(ground, east, serial=made.serial))
    first = parts(ground)
    assert (len(first["gate_past"]["rows"]), len(first["gate_now"]["rows"])) == (0, 1)
    ground.time.moment += timedelta(hours=1)
    later = parts(ground)
    assert (len(later["gate_past"]["rows"]), len(later["gate_now"]["rows"])) == (1, 0)
    assert later["gate_past"]["rows"][0][1:5] == [made.serial, made.subject, east.pk, "out"]


def test_a_returnee_is_a_person_of_the_registry_and_work_of_the_community_at_once(
    ground: Ground, east: Gate
) -> None:
    door = Dwelling.objects.unscoped(reason=WHY).filter(path=ground.town.here.path).order_by("pk")[0]
    compound = ground.compound.name
    at = door.key.removeprefix(f"{compound}|").replace("|", "-")
    said = {"name": "钱归来", "phone": "13700137000", "from": "武汉汉阳", "to": at, "returnee": True}
    facts = [
        crossing(ground, east, direction="in", visitor=said, temperature=36.4),
        crossing(ground, east, direction="in", visitor={**said, "to": ""}),  # and once more
        crossing(
            ground,
            east,
            direction="in",
            visitor={**said, "name": "孙不进"},
            decision="refused",
            reasons=["fever"],
        ),
    ]
    assert sent(ground, *facts) == [("accepted", "")] * 3
    assert sent(ground, *facts) == [("duplicate", "")] * 3
    (person,) = Person.objects.unscoped(reason=WHY).filter(phone="13700137000")  # found first, made once
    first, second = [one for one in kept() if one.decision == "admitted"]
    assert (first.person, second.person, first.who) == (person.pk, person.pk, f"p{person.pk}")
    assert (
        Residence.objects.unscoped(reason=WHY).filter(person=person, path=door.path, place=door.key).exists()
    )
    status, told = call(ground.desk, "GET", "/tips")
    assert (status, told["total"], told["items"][0]["channel"]) == (200, 2, "gate")
    tip = next(one for one in told["items"] if one["place_kind"] == "door")
    assert (tip["place_id"], tip["person"], tip["path"]) == (door.pk, person.pk, door.path)
    assert "从武汉汉阳返回" in tip["text"]
    somebody("wang", (Role.GRID_WORKER, ground.town.here))
    assert call(enter("wang")[0], "GET", "/tips")[1]["total"] >= 1  # the worker of that door
    (alert, *_) = call(ground.desk, "GET", "/gates/alerts")[1]["items"]
    assert (alert["kind"], alert["person"]) == ("returnee", person.pk)
    assert (
        call(enter("gu")[0], "GET", "/gates/alerts")[1]["items"][0]["person"] is None
    )  # a guard has no files


def test_a_returnee_of_whom_too_little_is_said_comes_to_the_community_all_the_same(
    ground: Ground, east: Gate
) -> None:
    sent(ground, crossing(ground, east, direction="in", visitor={"name": "？", "returnee": True}))
    (row,) = kept()
    (tip,) = call(ground.desk, "GET", "/tips")[1]["items"]
    assert (row.person, tip["person"], tip["place"]) == (None, None, ground.compound.name)
    assert "说的信息不够" in tip["text"]  # in words, not as a code
    assert "too little was said" in tip["text_en"]


def test_a_returnees_tip_is_in_both_languages(ground: Ground, east: Gate) -> None:
    said = {"name": "钱归来", "phone": "13700137000", "from": "武汉汉阳", "to": "3-2-501", "returnee": True}
    sent(ground, crossing(ground, east, direction="in", visitor=said, temperature=36.4))
    (tip,) = call(ground.desk, "GET", "/tips?text=has%20come%20back")[1]["items"]
    start = f"钱归来 has come back, in through {ground.compound.name} 东门 at "
    assert tip["text_en"].startswith(start)
    assert ", from 武汉汉阳, lives at 3-2-501, temperature 36.4 °C. There is a file" in tip["text_en"]
    assert "从武汉汉阳返回，住3-2-501，体温36.4℃。已建档" in tip["text"]
