"""Random merges, splits and undoings: what is shown follows from the decisions in force alone, in every table."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lianfang.kernel.actor import system
from lianfang.kernel.errors import ProblemError
from lianfang.linkage.models import Decision, Run, RunPerson, RunRecord, RunReview, Verdict
from lianfang.linkage.review.actions import decide, undo
from lianfang.linkage.review.errors import CONTRADICTION, DECIDED
from tests.review.audited import audited, shown
from tests.review.conftest import NOW
from tests.review.tables import HANDED_OUT, WHY, differences, in_force, state

pytestmark = pytest.mark.django_db
BOSS = system("test")
#: Cases between rows that the engine never compared, besides its own.
FURTHER = 24
#: More of them take long; somebody who changes the queue asks for more.
EXAMPLES = int(os.environ.get("LIANFANG_EXAMPLES", "6"))


class _Over(Exception):
    """Ends an example: everything that it did is rolled back."""


@contextmanager
def forgotten() -> Iterator[None]:
    """Whatever happens inside has not happened."""
    try:
        with transaction.atomic():
            yield
            raise _Over
    except _Over:
        return


@pytest.fixture
def cases(run: Run) -> list[int]:
    """Numbers of cases: the engine's doubts and links, and pairs of neighbouring rows of few people."""
    own = list(RunReview.objects.unscoped(reason=WHY).filter(run=run).order_by("number"))
    people = sorted(set(RunRecord.objects.unscoped(reason=WHY).values_list("person", flat=True)))[40:48]
    rows = list(RunRecord.objects.unscoped(reason=WHY).filter(run=run, person__in=people).order_by("record"))
    draw = random.Random(4)
    known = {frozenset((one.record_a, one.record_b)) for one in own}
    made: list[RunReview] = []
    while len(made) < FURTHER:
        a, b = draw.sample(rows, 2)
        if frozenset((a.record, b.record)) not in known:
            known.add(frozenset((a.record, b.record)))
            made.append(_case(run, 10_000 + len(made), a, b))
    RunReview.objects.unscoped(reason=WHY).bulk_create(made)
    looks = [one.number for one in own if one.stratum]
    doubts = [one.number for one in own if not one.stratum]
    return [one.number for one in made] + doubts[:12] + looks[:6]


def _case(run: Run, number: int, a: RunRecord, b: RunRecord) -> RunReview:
    """A case that says nothing by itself (a second look), as any two rows could be one."""
    places = dict(RunPerson.objects.unscoped(reason=WHY).filter(run=run).values_list("person", "place"))
    return RunReview(
        run=run, number=number, record_a=a.record, record_b=b.record, key_a=a.key, key_b=b.key,
        person_a=a.person, person_b=b.person, path=a.path, path_b=b.path, place=places[a.person],
        place_b=places[b.person], probability=0.5, weight=0.0, joined=a.person == b.person, worth=0.0,
        stratum="drawn", opened_at=NOW, reason_zh="", reason_en="",
    )  # fmt: skip


class Desk:
    """Somebody who decides and takes back; what is refused leaves no trace."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.made: list[int] = []
        self.log: list[str] = []
        self.clock: datetime = NOW

    def now(self) -> datetime:
        self.clock += timedelta(minutes=1)
        return self.clock

    def decide(self, number: int, verdict: Verdict) -> None:
        try:
            made = decide(actor=BOSS, now=self.now(), run=self.run, number=number, verdict=verdict)
        except ProblemError as problem:
            if problem.code not in (DECIDED, CONTRADICTION):
                raise
            self.log.append(f"{number} {verdict} {problem.code}")
            return
        self.log.append(f"{number} {verdict}")
        # Somebody who was unsure gives way to whoever is sure.
        self.made = [one for one in self.made if Decision.objects.filter(pk=one, undone_at=None).exists()]
        self.made.append(made.pk)

    def undo(self, which: int) -> bool:
        """False where what is left would contradict itself."""
        pk = self.made[which % len(self.made)]
        try:
            undo(actor=BOSS, now=self.now(), decision=pk)
        except ProblemError as problem:
            if problem.code != CONTRADICTION:
                raise
            self.log.append(f"undo {pk} refused")
            return False
        self.log.append(f"undo {pk}")
        self.made.remove(pk)
        return True


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("decide"), st.integers(0, 200), st.sampled_from(["same", "same", "not_same", "unsure"])
        ),
        st.tuples(st.just("undo"), st.integers(0, 20), st.just("")),
    ),
    min_size=2,
    max_size=7,
)


@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
)  # fmt: skip
@given(steps=STEPS, order=st.randoms(use_true_random=False))
def test_undoing_everything_in_any_order_restores_every_row(
    run: Run, cases: list[int], steps: list[tuple[str, int, str]], order: random.Random
) -> None:
    before = state()
    with forgotten():
        desk = Desk(run)
        for what, number, verdict in steps:
            if what == "decide":
                desk.decide(cases[number % len(cases)], Verdict(verdict))
            elif desk.made:
                desk.undo(number)
        assert differences(audited(run), shown(run)) == {}, desk.log
        while desk.made:
            left = list(range(len(desk.made)))
            order.shuffle(left)
            assert any(desk.undo(which) for which in left)
        assert in_force() == 0
        assert differences(before, state()) == {}, desk.log
    assert differences(before, state()) == {}


def test_a_run_nobody_touched_says_what_the_full_audit_says(run: Run) -> None:
    assert differences(audited(run), shown(run)) == {}


def test_a_chain_of_three_merges_is_undone_exactly(run: Run, cases: list[int]) -> None:
    chain = [one for one in cases if one >= 10_000]
    untouched = state()
    before = [state(HANDED_OUT)]
    desk = Desk(run)
    for number in chain:
        case = RunReview.objects.unscoped(reason=WHY).get(run=run, number=number)
        if len(desk.made) < 3 and case.person_a != case.person_b:
            desk.decide(number, Verdict.SAME)
            before.append(state(HANDED_OUT))
    assert len(desk.made) == 3
    assert differences(audited(run), shown(run)) == {}
    while desk.made:
        before.pop()
        assert desk.undo(len(desk.made) - 1)
        assert differences(before[-1], state(HANDED_OUT)) == {}
    assert differences(untouched, state()) == {}
