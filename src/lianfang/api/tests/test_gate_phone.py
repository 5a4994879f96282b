"""What a gate's phone gets: rules, keys, who has a pass, what is refused; and that it is enough to check offline."""

import base64
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import Town
from lianfang.api.tests.people import Clock, call, enter, somebody
from lianfang.api.tests.phone import Phone, verdicts
from lianfang.gates import holders, issuing, keys, replacing
from lianfang.gates.issuing import Order
from lianfang.gates.models import IssuingKey, Pass
from lianfang.gates.passcode import (
    Asked,
    Trust,
    TrustedKey,
    judge,
    open_pass,
    open_revocations,
    open_since,
    renewed,
)
from lianfang.gates.rules import lookup_key
from lianfang.kernel.actor import Actor, system
from lianfang.registry.models import Residence
from lianfang.territory.models import Compound, Dwelling

pytestmark = pytest.mark.django_db
WHY = "the test sees everything"
SYSTEM = system("test")


@dataclass
class Gate:
    """A guard of the community with his phone, and a secretary at her desk; 云滨湾 lies in it."""

    town: Town
    desk: Client
    guard: Phone
    compound: Compound
    time: Clock


@pytest.fixture
def gate(town: Town, time: Clock) -> Gate:
    community = town.here.parent
    assert community is not None
    somebody("mi", (Role.SECRETARY, community))
    somebody("gu", (Role.GUARD, community))
    keys.make_key(actor=SYSTEM, now=time.moment, area=community.pk, days=365)
    door = Dwelling.objects.unscoped(reason=WHY).filter(path=town.here.path).order_by("pk")[0]
    return Gate(town, enter("mi")[0], Phone().enrol(enter("gu")[0]), door.building.compound, time)


def someone(gate: Gate, actor: Actor = SYSTEM) -> holders.For:
    home = Residence.objects.unscoped(reason=WHY).filter(path=gate.town.here.path).order_by("pk")[0]
    return holders.of_people(actor, [home.person_id])[0]


def issued(gate: Gate, code: str = "resident", **said: Any) -> Pass:
    order = Order(code, (gate.compound.pk,), **said)
    return issuing.issue(actor=SYSTEM, now=gate.time.moment, order=order, to=[someone(gate)])[0]


def parts(gate: Gate) -> dict[str, Any]:
    status, answer = gate.guard.ask("GET", "/sync/snapshot")
    assert status == 200, answer
    return {name: part["data"] for name, part in answer["parts"].items()}


def test_a_guards_phone_checks_by_itself(gate: Gate) -> None:
    made = issued(gate)
    got = parts(gate)
    assert set(got) == {
        "gate",
        "gate_index",
        "gate_refused",
        "gate_past",
        "gate_now",
    }  # nothing of doors and people
    known = [
        {name: one[name] for name in ("area", "since", "until", "withdrawn")} for one in got["gate"]["keys"]
    ]
    publics = [bytes.fromhex(one["public"]) for one in got["gate"]["keys"]]
    trust = Trust(TrustedKey(public, **one) for public, one in zip(publics, known, strict=True))
    opened = open_pass(made.text, trust)
    here = next(one for one in got["gate"]["compounds"] if one["id"] == gate.compound.pk)
    (listed,) = got["gate_refused"]["lists"]
    refused = open_revocations(base64.b64decode(listed["signed"]), trust)
    asked = Asked(0, here["area"], int(gate.time.moment.timestamp()), refused, compound=here["number"])
    assert judge(opened, asked).refusal is None
    elsewhere = Asked(0, here["area"], asked.now, refused, compound=here["number"] + 2)
    assert judge(opened, elsewhere).refusal == "other_gate"


def test_the_index_names_nobody_in_plain(gate: Gate) -> None:
    made = issued(gate)
    got = parts(gate)
    (row,) = got["gate_index"]["rows"]
    line = dict(zip(got["gate_index"]["columns"], row, strict=True))
    name = someone(gate).name
    assert line["serial"] == made.serial
    assert line["name"] == made.name != name
    assert name not in str(row)
    salt = got["gate"]["salts"][line["area"]]
    assert line["name_key"] == lookup_key(salt, "name", name)


def test_a_worker_gets_the_gates_parts_when_he_asks(gate: Gate) -> None:
    somebody("wu", (Role.GRID_WORKER, gate.town.here))
    phone = Phone().enrol(enter("wu")[0])
    assert "gate" not in phone.ask("GET", "/sync/snapshot")[1]["parts"]
    assert "gate" in phone.ask("GET", "/sync/snapshot?gate=true")[1]["parts"]
    assert "doors" in phone.ask("GET", "/sync/snapshot?gate=true")[1]["parts"]


def test_another_community_is_not_on_the_phone(gate: Gate) -> None:
    issued(gate)
    somebody("lu", (Role.GUARD, gate.town.there))
    other = Phone().enrol(enter("lu")[0])
    status, answer = other.ask("GET", "/sync/snapshot")
    assert status == 200
    shared = [one["id"] for one in answer["parts"]["gate"]["data"]["compounds"]]
    assert (gate.compound.pk in shared) == bool(answer["parts"]["gate_index"]["data"]["rows"])


def test_a_volunteer_has_no_gate(gate: Gate) -> None:
    somebody("vo", (Role.VOLUNTEER, gate.town.here))
    browser = enter("vo")[0]
    body = {"id": Phone().id, "name": "x", "public_key": Phone().public_key}
    assert call(browser, "POST", "/devices", body)[0] == 403


def refused_part(phone: Phone, have: str = "") -> Any:
    status, answer = phone.ask("GET", f"/sync/snapshot?refused={have}")
    assert status == 200, answer
    return answer["parts"]["gate_refused"]["data"]


def test_a_phone_with_a_recent_list_gets_only_what_is_new(gate: Gate) -> None:
    first, second = issued(gate), issued(gate, code="visitor")
    trust = Trust([keys.trusted(one) for one in IssuingKey.objects.unscoped(reason=WHY)])
    (listed,) = refused_part(gate.guard)["lists"]
    whole = open_revocations(base64.b64decode(listed["signed"]), trust)
    assert (listed["base"], whole.number, whole.serials) == (None, listed["sequence"], frozenset())
    replacing.take_back(actor=SYSTEM, now=gate.time.moment, pass_=first.pk, text="交回了")
    have = f"{listed['area']}:{whole.number}"
    for _ in range(2):  # and again: changes are always those since the whole list
        (told,) = refused_part(gate.guard, have)["lists"]
        now = renewed(whole, open_since(base64.b64decode(told["signed"]), trust))
        assert (told["base"], now.serials) == (whole.number, frozenset([bytes.fromhex(first.serial)]))
        gate.time.forward(minutes=1)
    assert now.number > whole.number
    assert now.made > whole.made
    # A number that is not kept, of another area, or no number: the whole list.
    for other in (f"{listed['area']}:{whole.number + 9}", f"42:{whole.number}", "x:y", ""):
        assert refused_part(gate.guard, other)["lists"][0]["base"] is None
    replacing.take_back(actor=SYSTEM, now=gate.time.moment, pass_=second.pk, text="交回了")
    assert refused_part(gate.guard, have)["lists"][0]["count"] == 2


def test_a_guard_suspends_for_hours_and_every_gate_knows(gate: Gate) -> None:
    made = issued(gate)
    somebody("lao", (Role.GUARD, gate.town.here.parent))
    other = Phone().enrol(enter("lao")[0])
    said = {"serial": made.serial, "reason": "lent", "text": "借给同事使用", "hours": 2}
    fact = gate.guard.fact(said, gate.time.moment, kind="suspend")
    long = gate.guard.fact({**said, "hours": 20}, gate.time.moment, kind="suspend")
    silent = gate.guard.fact({**said, "text": "x"}, gate.time.moment, kind="suspend")
    status, answer = gate.guard.send([fact, long, silent], gate.time.moment)
    assert status == 200
    assert verdicts(answer) == [("accepted", ""), ("rejected", "pass.end"), ("rejected", "fact.body")]
    assert verdicts(gate.guard.send([fact], gate.time.moment)[1]) == [("duplicate", "")]
    assert list(refused_part(other)["suspended"]) == [made.serial]
    assert call(gate.desk, "GET", f"/passes/{made.pk}")[1]["state"] == "suspended"
    gate.time.forward(hours=2, minutes=1)  # it ends by itself
    assert refused_part(other)["suspended"] == {}
    assert call(enter("mi")[0], "GET", f"/passes/{made.pk}")[1]["state"] == "valid"
    shown = other.ask("GET", "/sync/snapshot")[1]["parts"]["gate"]["data"]["compounds"]
    assert {one["suspend_hours"] for one in shown} == {12}


def test_a_phone_that_has_the_index_is_told_so_until_a_pass_comes_or_goes(gate: Gate) -> None:
    first = issued(gate)
    have = asked(gate)["digests"]
    for _ in range(2):  # the second time nobody makes the index
        again = asked(gate, have)
        assert "gate_index" not in again["parts"]
        assert again["digests"]["gate_index"] == have["gate_index"]
    fresh = replacing.replace(actor=SYSTEM, now=gate.time.moment, pass_=first.pk, text="丢失补办")
    rows = asked(gate, have)["parts"]["gate_index"]["data"]["rows"]
    assert [row[0] for row in rows] == [fresh.serial]


def asked(gate: Gate, have: dict[str, str] | None = None) -> Any:
    said = ",".join(f"{name}:{digest}" for name, digest in (have or {}).items())
    status, answer = gate.guard.ask("GET", f"/sync/snapshot?have={said}")
    assert status == 200, answer
    return answer
