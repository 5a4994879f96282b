"""Decisions are followed at once, and taking them back brings back what was there, row for row."""

from datetime import timedelta

import pytest

from lianfang.kernel.actor import system
from lianfang.linkage.models import Run, RunReview, Verdict
from lianfang.linkage.review.actions import decide, undo
from tests.review.conftest import NOW
from tests.review.tables import WHY, differences, state

pytestmark = pytest.mark.django_db
BOSS = system("test")
LATER = NOW + timedelta(hours=1)


def doubts(run: Run, joined: bool) -> list[RunReview]:
    cases = RunReview.objects.unscoped(reason=WHY).filter(run=run, stratum="", joined=joined)
    return list(cases.order_by("number"))


def test_a_merge_and_its_undoing(run: Run) -> None:
    before = state()
    case = doubts(run, joined=False)[0]
    made = decide(actor=BOSS, now=LATER, run=run, number=case.number, verdict=Verdict.SAME)
    case.refresh_from_db()
    assert case.person_a == case.person_b
    assert differences(before, state())
    undo(actor=BOSS, now=LATER, decision=made.pk)
    assert differences(before, state()) == {}


def test_a_split_and_its_undoing(run: Run) -> None:
    before = state()
    case = doubts(run, joined=True)[0]
    made = decide(actor=BOSS, now=LATER, run=run, number=case.number, verdict=Verdict.NOT_SAME)
    case.refresh_from_db()
    assert case.person_a != case.person_b
    undo(actor=BOSS, now=LATER, decision=made.pk)
    assert differences(before, state()) == {}
