"""The gate register at the desk: found, counted, who is out, exported masked, forgotten by the rule."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import StreamingHttpResponse

from lianfang.accounts.roles import Role
from lianfang.api.tests.people import call, enter, somebody
from lianfang.api.tests.test_crossings import crossing, east, ground, sent  # noqa: F401  # fixtures
from lianfang.api.tests.test_gate_phone import Gate as Ground
from lianfang.api.tests.test_gate_phone import gate, issued, parts  # noqa: F401  # fixtures
from lianfang.gates import budgets, retention
from lianfang.gates.models import Crossing, DoubleUse, GateAlert, GateHour
from lianfang.kernel.actor import system
from lianfang.kernel.clock import local_date
from lianfang.kernel.models import AuditRecord
from lianfang.territory.models import Gate

pytestmark = [pytest.mark.django_db, pytest.mark.database]
WHY = "the test sees everything"


def got(ground: Ground, path: str) -> Any:  # noqa: F811
    status, answer = call(ground.desk, "GET", path)
    assert status == 200, answer
    return answer


def test_the_register_finds_counts_and_says_who_is_out(ground: Ground, east: Gate) -> None:  # noqa: F811
    made = issued(ground)
    visitor = {"name": "欧阳娜娜", "phone": "13066881234"}
    facts = [
        crossing(ground, east, serial=made.serial),
        crossing(ground, east, visitor=visitor, direction="in", plate="浙A12345"),
        crossing(ground, east, decision="refused", reasons=["signature"], direction="in"),
    ]
    assert sent(ground, *facts) == [("accepted", "")] * 3
    assert got(ground, "/gates/crossings")["total"] == 3
    (found,) = got(ground, "/gates/crossings?text=12345")["items"]
    assert (found["name"], found["gate_name"]) == ("欧*娜", f"{ground.compound.name} 东门")
    assert got(ground, "/gates/crossings?decision=refused")["items"][0]["reasons"] == ["signature"]
    figures = got(ground, f"/gates/figures?compound={ground.compound.pk}")
    whole = {way: figures["day"][way] + figures["night"][way] for way in ("out", "in", "refused")}
    assert whole == {"out": 1, "in": 1, "refused": 1}
    assert (figures["outside"], figures["who"][0]["name"]) == (1, made.name)
    ground.time.forward(minutes=5)
    sent(ground, crossing(ground, east, serial=made.serial, direction="in"))
    assert got(ground, f"/gates/figures?compound={ground.compound.pk}")["outside"] == 0
    assert got(ground, "/gates/figures")["outside"] is None  # asked of one compound at a time
    (place,) = got(ground, "/gates/places")
    assert (place["id"], [one["id"] for one in place["gates"]]) == (ground.compound.pk, [east.pk])


def test_an_alert_is_dealt_with_once(ground: Ground, east: Gate) -> None:  # noqa: F811
    sent(ground, crossing(ground, east, decision="forced"))
    (alert,) = got(ground, "/gates/alerts?waiting=true")["items"]
    path = f"/gates/alerts/{alert['id']}/acknowledge"
    assert call(ground.desk, "POST", path, {"done": "x"})[1]["code"] == "pass.words"
    assert call(ground.desk, "POST", path, {"done": "已劝返并登记"})[1]["acknowledged_by_name"]
    assert call(ground.desk, "POST", path, {"done": "已劝返并登记"})[1]["code"] == "alert.done"
    late = ground.guard.fact({"alert": alert["id"], "done": "我来处理"}, ground.time.moment, kind="alert")
    assert sent(ground, late) == [("rejected", "alert.done")]
    assert got(ground, "/gates/alerts")["waiting"] == 0


def test_a_quota_used_at_two_gates_is_noticed_and_both_stand(ground: Ground, east: Gate) -> None:  # noqa: F811
    west = Gate.objects.create(compound=ground.compound, name="西门", code="G-9")
    made = issued(ground)
    assert sent(ground, crossing(ground, east, serial=made.serial)) == [("accepted", "")]
    ground.time.forward(minutes=1)
    assert sent(ground, crossing(ground, west, serial=made.serial)) == [("accepted", "")]
    (double,) = DoubleUse.objects.unscoped(reason=WHY)
    assert (double.first_gate, double.second_gate, double.reason) == (east.pk, west.pk, "exits_used")
    (told,) = parts(ground)["gate_now"]["doubles"]  # on the phones of both gates, until the desk has seen it
    assert (told["name"], told["first_gate"], told["second_gate"]) == (made.name, east.pk, west.pk)
    assert (told["second"], told["reason"]) == (str(double.second), "exits_used")
    assert call(ground.desk, "POST", f"/passes/double-uses/{double.pk}/seen", {})[0] == 204
    assert parts(ground)["gate_now"]["doubles"] == []


def test_whoever_brings_supplies_is_not_out_when_he_has_left(ground: Ground, east: Gate) -> None:  # noqa: F811
    budget(ground, "service")
    made = issued(ground, "service")
    assert sent(ground, crossing(ground, east, serial=made.serial)) == [("accepted", "")]
    assert got(ground, f"/gates/figures?compound={ground.compound.pk}")["outside"] == 0


def budget(ground: Ground, code: str) -> None:  # noqa: F811
    community, today = ground.town.here.parent, local_date(ground.time.moment)
    assert community is not None
    budgets.make_budget(
        actor=system("test"), now=ground.time.moment, area=community.pk, code=code, first_on=today, last_on=today,
        allowed=1, note="",
    )  # fmt: skip


def test_an_export_is_masked_and_old_crossings_go(ground: Ground, east: Gate) -> None:  # noqa: F811
    sent(ground, crossing(ground, east, visitor={"name": "欧阳娜娜"}, direction="in", temperature=38.0))
    body = {"filters": {}, "language": "zh"}
    answer = ground.desk.post("/api/gates/crossings/export", body, content_type="application/json")
    assert isinstance(answer, StreamingHttpResponse)
    text = b"".join(answer).decode()
    assert "欧*娜" in text
    assert "欧阳娜娜" not in text
    assert retention.forget(now=ground.time.moment + timedelta(weeks=retention.USUAL_WEEKS)) == 0
    later = ground.time.moment + timedelta(weeks=retention.USUAL_WEEKS, hours=1)  # by whole hours
    assert retention.forget(now=later) == 1
    assert not Crossing.objects.unscoped(reason=WHY).exists()
    assert not GateHour.objects.unscoped(reason=WHY).exists()
    assert GateAlert.objects.unscoped(reason=WHY).get().crossing is None  # what was done stays
    assert AuditRecord.objects.filter(action="gate.register_forgotten").exists()


def test_what_a_visitor_said_and_who_was_with_him_is_shown_for_a_reason(
    ground: Ground,  # noqa: F811
    east: Gate,  # noqa: F811
) -> None:
    visitor = {"name": "欧阳娜娜", "phone": "13066881234", "from": "江岸苑", "to": "3-2-501"}
    others = [{"name": "司机老赵", "temperature": 36.6, "document_seen": True}, {"temperature": 36.4}]
    sent(ground, crossing(ground, east, visitor=visitor, direction="in", plate="浙A12345", occupants=others))
    (line,) = got(ground, "/gates/crossings")["items"]
    assert "13066881234" not in str(line)
    assert "司机老赵" not in str(line)
    path = f"/gates/crossings/{line['id']}/reveal"
    assert call(ground.desk, "POST", path, {"reason": " "})[1]["code"] == "pass.words"
    status, told = call(ground.desk, "POST", path, {"reason": "核查密切接触者"})
    assert (status, told["visitor"]["name"], told["visitor"]["from"]) == (200, "欧阳娜娜", "江岸苑")
    assert told["occupants"] == [
        {"name": "司机老赵", "temperature": 36.6, "document_seen": True},
        {"name": "", "temperature": 36.4, "document_seen": None},
    ]
    seen = AuditRecord.objects.get(action="gate.crossing_shown")
    assert (seen.object_id, seen.details) == (line["id"], {"reason": "核查密切接触者"})


def test_a_data_centre_says_how_long_an_area_keeps_its_register(ground: Ground, east: Gate) -> None:  # noqa: F811
    community = ground.town.here.parent
    assert community is not None
    sent(ground, crossing(ground, east, visitor={"name": "欧阳娜娜"}, direction="in"))
    somebody("shu", (Role.DATA_CENTRE, None))
    centre, _ = enter("shu")
    rule = {"area": community.pk, "weeks": 2, "why": "疾控要求保留两周"}
    assert (
        call(ground.desk, "POST", "/pass-rules/retention", rule)[1]["code"] == "forbidden"
    )  # not a secretary
    assert call(centre, "POST", "/pass-rules/retention", {**rule, "weeks": 0})[1]["code"] == "pass.kind_unfit"
    assert call(centre, "POST", "/pass-rules/retention", {**rule, "why": " "})[1]["code"] == "pass.words"
    told = call(centre, "POST", "/pass-rules/retention", rule)[1]["retention"]
    assert (told["weeks"], told["why"], told["own"]) == (2, rule["why"], True)
    assert retention.weeks_at("") == retention.USUAL_WEEKS
    assert retention.forget(now=ground.time.moment + timedelta(weeks=2)) == 0
    # Far above, where the usual rule holds, nothing else is touched.
    other = Crossing.objects.unscoped(reason=WHY).get()
    other.pk, other.path = uuid4(), "110101001/"
    other.save(force_insert=True)
    assert retention.forget(now=ground.time.moment + timedelta(weeks=2, hours=1)) == 1
    assert [one.path for one in Crossing.objects.unscoped(reason=WHY)] == ["110101001/"]
    put = AuditRecord.objects.get(action="gate.retention_put")
    assert put.details == {"weeks": 2, "before": 4, "why": rule["why"]}


def test_what_waits_is_a_number_for_whoever_may_deal_with_it(ground: Ground, east: Gate) -> None:  # noqa: F811
    west = Gate.objects.create(compound=ground.compound, name="西门", code="G-9")
    made = issued(ground)
    sent(ground, crossing(ground, east, serial=made.serial))
    ground.time.forward(minutes=1)
    sent(ground, crossing(ground, west, serial=made.serial), crossing(ground, east, decision="forced"))
    assert got(ground, "/gates/waiting") == {"alerts": 1, "double_uses": 1, "objections": 0, "overdue": 0}
    (double,) = got(ground, "/passes/double-uses")["items"]
    names = [f"{ground.compound.name} {one.name}" for one in (east, west)]
    assert [double["first_gate_name"], double["second_gate_name"]] == names
    assert double["first_guard"] == double["second_guard"] != ""
    # The crew of the gate sees and closes alerts without a phone as well; nothing else of the desk's is its own.
    crew, _ = enter("gu")
    (alert,) = call(crew, "GET", "/gates/alerts")[1]["items"]
    assert call(crew, "GET", "/gates/waiting")[1]["double_uses"] == 0
    path = f"/gates/alerts/{alert['id']}/acknowledge"
    assert call(crew, "POST", path, {"done": "已劝返并登记"})[1]["done"] == "已劝返并登记"
    assert call(ground.desk, "POST", f"/passes/double-uses/{double['id']}/seen", {})[0] == 204
    assert got(ground, "/gates/waiting") == {"alerts": 0, "double_uses": 0, "objections": 0, "overdue": 0}
