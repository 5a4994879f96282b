"""What a gate's phone gets: rules, keys, who has a pass, what is refused; and that it is enough to check offline."""

import base64
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import Town
from lianfang.api.tests.people import Clock, call, enter, somebody
from lianfang.api.tests.phone import Phone
from lianfang.gates import holders, issuing, keys
from lianfang.gates.issuing import Order
from lianfang.gates.models import Pass
from lianfang.gates.passcode import Asked, Trust, TrustedKey, judge, open_pass, open_revocations
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


def issued(gate: Gate, **said: Any) -> Pass:
    order = Order("resident", (gate.compound.pk,), **said)
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
