"""Withdrawal always ends, the holder may object, somebody else decides in time; a lost pass helps nobody."""

from datetime import timedelta
from uuid import uuid4

import pytest

from lianfang.gates import (
    holders,
    issuing,
    keys,
    lists,
    objecting,
    own,
    queries,
    refused,
    replacing,
    withdrawing,
)
from lianfang.gates.models import IssueBatch, Pass, Revocation
from lianfang.gates.rules import ObjectionVerdict, Reason
from lianfang.gates.tests.town import NOW, SYSTEM, WHY, Place, worker
from lianfang.kernel import clock, jobs
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import ProblemError

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CODE = "330109005001"


@pytest.fixture
def made(place: Place) -> Pass:
    keys.make_key(actor=SYSTEM, now=NOW, area=place.street.pk, days=365)
    to = holders.of_people(SYSTEM, [place.people[0].pk])
    return issuing.issue(actor=SYSTEM, now=NOW, order=place.order(), to=to)[0]


@pytest.fixture
def clerk(place: Place) -> Actor:
    return worker(1, place.community.path)


@pytest.fixture
def judge(place: Place) -> Actor:
    return worker(2, place.community.path)


def revoke(actor: Actor, made: Pass, until: timedelta = DAY) -> Revocation:
    return withdrawing.revoke(
        actor=actor, now=NOW, pass_=made.pk, reason=Reason.LENT, text="借给他人使用", until=NOW + until
    )


def code(call: object, **said: object) -> str:
    with pytest.raises(ProblemError) as problem:
        call(**said)  # type: ignore[operator]
    return problem.value.code


def test_a_withdrawal_ends_by_itself(made: Pass, clerk: Actor) -> None:
    revoke(clerk, made)
    assert refused.in_area(CODE, NOW).serials == {made.serial}
    assert refused.in_area(CODE, NOW + DAY).serials == frozenset()


def test_none_lasts_for_good_or_without_words(made: Pass, clerk: Actor) -> None:
    for until in (timedelta(days=15), timedelta(0), -DAY):
        with pytest.raises(ProblemError) as problem:
            revoke(clerk, made, until)
        assert problem.value.code == "pass.end"
    said = {"actor": clerk, "now": NOW, "pass_": made.pk, "reason": Reason.LENT, "until": NOW + DAY}
    assert code(withdrawing.revoke, **said, text="坏") == "pass.words"
    revoke(clerk, made)
    assert code(withdrawing.revoke, **said, text="再次吊销") == "pass.already_revoked"


def test_a_guard_suspends_for_hours_and_once(made: Pass, place: Place) -> None:
    guard, fact = worker(3, place.community.path), uuid4()
    said = {
        "actor": guard, "now": NOW, "serial": made.serial, "reason": Reason.REFUSED_CHECK, "text": "拒绝测体温",
        "fact": fact,
    }  # fmt: skip
    assert code(withdrawing.suspend, **said, hours=24) == "pass.end"
    first = withdrawing.suspend(**said, hours=2)  # type: ignore[arg-type]
    assert withdrawing.suspend(**said, hours=2).pk == first.pk  # type: ignore[arg-type]
    found = refused.in_area(CODE, NOW)
    assert found.suspended == {made.serial: int((NOW + 2 * HOUR).timestamp())}
    assert found.serials == frozenset()
    assert refused.in_area(CODE, NOW + 2 * HOUR).suspended == {}


def test_somebody_else_decides(made: Pass, clerk: Actor, judge: Actor) -> None:
    held = revoke(clerk, made)
    one = objecting.object_to(now=NOW, revocation=held, text="那天我在上班，没有借出")
    said = {
        "objection": one.pk,
        "version": 1,
        "verdict": ObjectionVerdict.LIFTED,
        "answer": "监控显示不是本人",
    }
    assert code(objecting.decide, actor=clerk, now=NOW, **said) == "objection.same_person"
    done = objecting.decide(actor=judge, now=NOW, **said)  # type: ignore[arg-type]
    assert done.verdict == "lifted"
    assert refused.in_area(CODE, NOW).serials == frozenset()
    assert code(objecting.decide, actor=judge, now=NOW, **said) == "objection.decided"


def test_whoever_wrote_it_down_does_not_decide(made: Pass, clerk: Actor, judge: Actor) -> None:
    held = revoke(clerk, made)
    one = objecting.write_down(actor=judge, now=NOW, revocation=held.pk, text="本人来居委会说明")
    said = {"objection": one.pk, "version": 1, "verdict": ObjectionVerdict.UPHELD, "answer": "情况属实"}
    assert code(objecting.decide, actor=judge, now=NOW, **said) == "objection.same_person"


def test_the_clock_runs_out_and_says_so(made: Pass, clerk: Actor, judge: Actor) -> None:
    objecting.object_to(now=NOW, revocation=revoke(clerk, made), text="没有这回事，请核实")
    assert objecting.escalate(now=NOW + 23 * HOUR) == 0
    assert objecting.escalate(now=NOW + 25 * HOUR) == 1
    assert objecting.escalate(now=NOW + 25 * HOUR) == 0
    page, counts = queries.objections(judge, "overdue", now=NOW + 25 * HOUR, page=1, size=10)
    assert counts == {"waiting": 1, "overdue": 1, "decided": 0}
    assert page.items[0]["escalated_at"]
    assert page.items[0]["decidable"]
    assert not queries.objections(clerk, "overdue", now=NOW + 25 * HOUR, page=1, size=10)[0].items[0][
        "decidable"
    ]


def test_a_replacement_counts_and_the_lost_one_does_not(made: Pass, clerk: Actor) -> None:
    fresh = replacing.replace(actor=clerk, now=NOW + HOUR, pass_=made.pk, text="买菜时遗失")
    assert fresh.serial != made.serial
    assert (fresh.subject, fresh.valid_until) == (made.subject, made.valid_until)
    assert refused.in_area(CODE, NOW + HOUR).serials == {made.serial}
    said = {"actor": clerk, "now": NOW, "pass_": made.pk, "text": "又丢了一次"}
    assert code(replacing.replace, **said) == "pass.over"


def test_losing_a_withdrawn_pass_helps_nobody(made: Pass, clerk: Actor) -> None:
    revoke(clerk, made)
    fresh = replacing.replace(actor=clerk, now=NOW + HOUR, pass_=made.pk, text="遗失补办")
    assert refused.in_area(CODE, NOW + HOUR).serials == {made.serial, fresh.serial}


def test_the_passes_own_page(made: Pass, clerk: Actor) -> None:
    token = own.token_of(made)
    assert own.pass_of(token, caller="a", now=NOW) == made
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert code(own.pass_of, token=token[:10], caller="a", now=NOW) == "not_found"
    assert code(own.pass_of, token="A" + wrong[1:], caller="a", now=NOW) == "not_found"
    revoke(clerk, made)
    told = own.told(made, now=NOW)
    assert (told["state"], told["may_object"]) == ("revoked", True)
    assert "王小明" not in str(told)
    own.object_by_holder(token=token, caller="a", text="我没有借给别人", now=NOW)
    again = {"token": token, "caller": "a", "text": "再说一次没有", "now": NOW}
    assert code(own.object_by_holder, **again) == "objection.made"
    assert Revocation.objects.unscoped(reason=WHY).get().told_how == "page"


def test_a_list_is_issued_by_a_job(place: Place, made: Pass, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    rows = "\n".join(f"工人{n},1390000{n:04d},清泉水站" for n in range(240))
    to = lists.read_csv(f"姓名,手机,单位\n{rows}\n工人3,13900000003,清泉水站\n,13911112222,\n")
    batch = lists.start(actor=SYSTEM, now=NOW, order=place.order("visitor"), to=to, title="水站")
    jobs.drain()
    batch = IssueBatch.objects.unscoped(reason=WHY).get(pk=batch.pk)
    assert (batch.total, batch.issued, batch.order) == (242, 240, "")
    assert sorted(one["code"] for one in batch.rejected) == ["pass.held", "pass.name"]
    assert Pass.objects.unscoped(reason=WHY).filter(batch=batch).count() == 240


def test_a_list_without_names_is_refused() -> None:
    assert code(lists.read_csv, text="电话\n13900001111\n") == "pass.list"
    assert code(lists.read_csv, text="姓名;电话\n") == "pass.list"
