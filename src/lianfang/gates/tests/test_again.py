"""Passes of a stolen key are issued anew by a job; a list that is cancelled keeps what it has issued."""

from collections.abc import Callable

import pytest

from lianfang.gates import holders, issuing, keys, lists, replacing
from lianfang.gates.models import IssueBatch, Pass
from lianfang.gates.passcode import Trust, open_pass
from lianfang.gates.tests.town import NOW, SYSTEM, WHY, Place
from lianfang.kernel import clock, jobs
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.models import AuditRecord, Job, JobState

pytestmark = pytest.mark.django_db


def kept(**which: object) -> list[Pass]:
    return list(Pass.objects.unscoped(reason=WHY).filter(**which).order_by("pk"))


def test_what_a_stolen_key_signed_is_issued_anew_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(replacing, "PORTION", 1)  # several transactions
    stolen = keys.make_key(actor=SYSTEM, now=NOW, area=place.community.pk, days=365)
    to = holders.of_people(SYSTEM, [one.pk for one in place.people])
    old = issuing.issue(actor=SYSTEM, now=NOW, order=place.order(), to=to)
    with pytest.raises(ProblemError) as problem:
        replacing.start_reissue(actor=SYSTEM, now=NOW, key=stolen.pk)
    assert problem.value.code == "pass.key_over"  # it still signs
    keys.withdraw_key(actor=SYSTEM, now=NOW, key=stolen.pk, reason="服务器被盗")
    fresh = keys.make_key(actor=SYSTEM, now=NOW, area=place.community.pk, days=365)
    for _ in range(2):  # started again, nobody gets two
        replacing.start_reissue(actor=SYSTEM, now=NOW, key=stolen.pk)
        jobs.drain()
    made = kept(key=fresh.pk)
    assert [one.subject for one in made] == [one.subject for one in old]
    assert [one.valid_until for one in made] == [one.valid_until for one in old]
    assert [one.replaced_by_id for one in kept(key=stolen.pk)] == [one.pk for one in made]
    assert {one.serial for one in made}.isdisjoint(one.serial for one in old)
    trust = Trust([keys.trusted(fresh)])
    assert [open_pass(one.text, trust).serial.hex() for one in made] == [one.serial for one in made]
    assert [one.details["passes"] for one in AuditRecord.objects.filter(action="pass.reissued")] == [2, 0]


def test_a_list_that_is_cancelled_keeps_what_it_has_issued(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(lists, "PORTION", 10)
    keys.make_key(actor=SYSTEM, now=NOW, area=place.community.pk, days=365)
    whole: Callable[..., None] = lists._issue

    def then_cancel(*args: object) -> None:
        whole(*args)
        jobs.cancel(actor=SYSTEM, now=NOW, job=Job.objects.get(kind=lists.KIND))

    monkeypatch.setattr(lists, "_issue", then_cancel)
    to = [holders.For(f"工人{n}", f"1390000{n:04d}") for n in range(30)]
    batch = lists.start(actor=SYSTEM, now=NOW, order=place.order("visitor"), to=to, title="水站")
    jobs.drain()
    assert Job.objects.get(kind=lists.KIND).state == JobState.CANCELLED
    batch = IssueBatch.objects.unscoped(reason=WHY).get(pk=batch.pk)
    assert (batch.issued, batch.total, batch.done_at) == (10, 30, None)
    assert {one.state for one in kept(batch=batch.pk)} == {"valid"}
    assert len(kept(batch=batch.pk)) == 10
