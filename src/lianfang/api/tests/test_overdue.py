"""Objections that nobody decides in time: whoever may decide is told where and since when, and again the day after."""

import json
from datetime import timedelta
from typing import Any

import pytest

from lianfang.accounts.models import Appointment, User
from lianfang.accounts.roles import Role
from lianfang.api.tests.test_sending import Receiver, receiver
from lianfang.gates import holders, issuing, keys, objecting, overdue, queries, withdrawing
from lianfang.gates.models import Objection, Pass
from lianfang.gates.rules import ObjectionVerdict, Reason
from lianfang.gates.tests.town import NOW, SYSTEM, Place, worker
from lianfang.gates.tests.town import built as place
from lianfang.kernel import clock, jobs
from lianfang.kernel.models import Job

__all__ = ["place", "receiver"]
pytestmark = pytest.mark.django_db(transaction=True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The time as the worker sees it."""
    held = [NOW]
    monkeypatch.setattr(clock, "now", lambda: held[0])
    return held


@pytest.fixture
def objection(place: Place, moment: list[Any]) -> Objection:
    """Two secretaries, of whom one has withdrawn the pass."""
    for name in ("周敏", "吴强"):
        user = User.objects.create(username=name, display_name=name, created_at=NOW)
        Appointment.objects.create(user=user, role=Role.SECRETARY.value, area=place.community, starts_at=NOW)
    clerk = User.objects.get(username="吴强")
    keys.make_key(actor=SYSTEM, now=NOW, area=place.street.pk, days=365)
    made: Pass = issuing.issue(
        actor=SYSTEM, now=NOW, order=place.order(), to=holders.of_people(SYSTEM, [place.people[0].pk])
    )[0]
    held = withdrawing.revoke(
        actor=worker(clerk.pk, place.community.path), now=NOW, pass_=made.pk, reason=Reason.LENT, text="借给他人",
        until=NOW + 5 * DAY,
    )  # fmt: skip
    return objecting.object_to(now=NOW, revocation=held, text="没有这回事，请核实")


def run(moment: list[Any], after: timedelta) -> None:
    moment[0] = NOW + after
    overdue.look(now=moment[0])
    jobs.drain()


def test_whoever_may_decide_is_told_and_again_a_day_later(
    place: Place, objection: Objection, moment: list[Any], receiver: Receiver
) -> None:
    run(moment, 23 * HOUR)
    assert receiver.got == []
    run(moment, 26 * HOUR)
    (first,) = receiver.got
    assert "1 件超过答复期限" in first["message"]
    assert f"{place.community.name}：1 件，最久的已超 2 小时；可裁定：周敏" in first["message"]
    assert f"{place.community.name}: 1, the longest by 2 h; may decide: 周敏" in first["message"]
    assert "吴强" not in first["message"]  # withdrew it himself
    for hidden in ("王", "没有这回事", "借给他人"):
        assert hidden not in json.dumps(first, ensure_ascii=False)
    run(moment, 40 * HOUR)
    assert len(receiver.got) == 1
    run(moment, 51 * HOUR)
    assert "最久的已超 27 小时" in receiver.got[1]["message"]
    judge = worker(User.objects.get(username="周敏").pk, place.community.path)
    (shown,) = queries.objections(judge, "overdue", now=moment[0], page=1, size=10)[0].items
    assert (shown["overdue"], shown["hours_late"], shown["deciders"]) == (True, 27, ["周敏"])
    objecting.decide(
        actor=judge, now=moment[0], objection=objection.pk, version=1, verdict=ObjectionVerdict.LIFTED,
        answer="核实无误，恢复",
    )  # fmt: skip
    run(moment, 90 * HOUR)
    assert len(receiver.got) == 2


def test_without_anybody_to_send_to_it_is_with_the_secretary_all_the_same(
    objection: Objection, moment: list[Any], settings: Any
) -> None:
    settings.LIANFANG_NOTIFY = []
    run(moment, 26 * HOUR)
    objection.refresh_from_db()
    assert objection.escalated_at == moment[0]
    assert not Job.objects.filter(kind=overdue.KIND).exists()
