"""The gate register at the desk: found, counted, who is out, exported masked, forgotten by the rule."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import StreamingHttpResponse

from lianfang.api.tests.people import call
from lianfang.api.tests.test_crossings import crossing, east, ground, sent  # noqa: F401  # fixtures
from lianfang.api.tests.test_gate_phone import Gate as Ground
from lianfang.api.tests.test_gate_phone import gate, issued  # noqa: F401  # fixtures
from lianfang.gates import register
from lianfang.gates.models import Crossing, DoubleUse, GateAlert
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
    assert got(ground, "/gates/figures")["outside"] == 0


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


def test_an_export_is_masked_and_old_crossings_go(ground: Ground, east: Gate) -> None:  # noqa: F811
    sent(ground, crossing(ground, east, visitor={"name": "欧阳娜娜"}, direction="in", temperature=38.0))
    body = {"filters": {}, "language": "zh"}
    answer = ground.desk.post("/api/gates/crossings/export", body, content_type="application/json")
    assert isinstance(answer, StreamingHttpResponse)
    text = b"".join(answer).decode()
    assert "欧*娜" in text
    assert "欧阳娜娜" not in text
    assert register.forget(now=ground.time.moment + timedelta(weeks=register.KEPT_WEEKS)) == 0
    later = ground.time.moment + timedelta(weeks=register.KEPT_WEEKS, minutes=1)
    assert register.forget(now=later) == 1
    assert not Crossing.objects.unscoped(reason=WHY).exists()
    assert GateAlert.objects.unscoped(reason=WHY).get().crossing is None  # what was done stays
    assert AuditRecord.objects.filter(action="gate.register_forgotten").exists()
