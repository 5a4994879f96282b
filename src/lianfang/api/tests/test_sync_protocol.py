"""Whatever happens on the way, each fact is here once: 2,000 over three phones, in any order, again and again."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from lianfang.api.tests.field import Field, snapshot, start
from lianfang.api.tests.people import enter
from lianfang.api.tests.phone import Phone, Wire, id_of, verdicts
from lianfang.screening.models import ScreeningTask, TaskStep, Visit
from lianfang.sync.models import Fact

pytestmark = pytest.mark.django_db
WHY = "the test counts everything"
FACTS = 2_000


@dataclass
class Outbox:
    """What a phone still has to send. A fact leaves it when an answer named it, and answers are lost."""

    phone: Phone
    unsent: dict[str, Wire] = field(default_factory=dict)
    seen: dict[str, list[str]] = field(default_factory=dict)  # verdicts that arrived, by id

    def send(self, chosen: list[Wire], at: Field, *, lost: bool) -> None:
        status, answer = self.phone.send(chosen, at.time.moment)
        assert status == 200, answer
        assert [one["id"] for one in answer["verdicts"]] == [id_of(one) for one in chosen]
        if lost:
            return
        for one in answer["verdicts"]:
            self.seen.setdefault(one["id"], []).append(one["verdict"])
            self.unsent.pop(one["id"], None)


def test_every_fact_is_here_exactly_once(field: Field) -> None:
    start(field)
    dice = random.Random(20200220)
    second = Phone().enrol(enter("wu")[0], "备用机")
    outboxes = [Outbox(one) for one in (field.wu, second, field.zheng)]
    doors = {
        one.phone.id: [task["door"] for task in snapshot(one.phone)["parts"]["work"]["data"]]
        for one in outboxes
    }
    for number in range(FACTS):
        box = outboxes[number % 3]
        at = field.time.moment - timedelta(minutes=number)
        body = {"door": dice.choice(doors[box.phone.id]), "channel": "phone", "outcome": "no_answer"}
        fact = box.phone.fact(body, at)
        box.unsent[id_of(fact)] = fact
    everything = [dict(box.unsent) for box in outboxes]
    while any(box.unsent for box in outboxes):
        box = dice.choice([one for one in outboxes if one.unsent])
        mine = list(everything[outboxes.index(box)].values())
        chosen = list(box.unsent.values())
        turned = dice.choice([chosen, chosen[::-1], dice.sample(chosen, len(chosen))])
        chosen = turned[: dice.randint(1, 200)]
        chosen += dice.sample(mine, min(len(mine), 200 - len(chosen), dice.randint(0, 40)))  # repeated
        field.time.forward(seconds=dice.randint(0, 90))
        box.send(chosen, field, lost=dice.random() < 0.3)
    assert Visit.objects.unscoped(reason=WHY).count() == FACTS
    rows = Fact.objects.unscoped(reason=WHY)
    assert (rows.count(), rows.filter(verdict="accepted").count()) == (FACTS, FACTS)
    assert TaskStep.objects.filter(visit__isnull=False).count() == FACTS
    tries = ScreeningTask.objects.unscoped(reason=WHY).values_list("tries", flat=True)
    assert sum(tries) == FACTS
    assert all(set(one) <= {"accepted", "duplicate"} for box in outboxes for one in box.seen.values())


def test_visits_in_any_order_leave_the_task_the_same(field: Field) -> None:
    start(field)
    tasks = snapshot(field.wu)["parts"]["work"]["data"][:2]
    left = []
    for task, turned in zip(tasks, (False, True), strict=True):
        facts = [
            field.wu.fact(
                {"door": task["door"], "channel": "door", "outcome": outcome},
                field.time.moment - timedelta(hours=9 - hour),
            )
            for hour, outcome in ((1, "no_answer"), (4, "refused"), (8, "seen"))
        ]
        for fact in facts[::-1] if turned else facts:
            assert verdicts(field.wu.send([fact], field.time.moment)[1]) == [("accepted", "")]
        row = ScreeningTask.objects.unscoped(reason=WHY).get(pk=task["id"])
        left.append((row.state, row.tries, row.last_outcome, row.hint, row.done_on))
    assert left[0] == left[1]
    assert left[0][:3] == ("done", 2, "seen")


def test_the_same_fact_twice_in_one_batch_is_taken_once(field: Field) -> None:
    start(field)
    door = snapshot(field.wu)["parts"]["work"]["data"][0]["door"]
    fact = field.wu.fact({"door": door, "channel": "door", "outcome": "no_answer"}, field.time.moment)
    status, answer = field.wu.send([fact, fact], field.time.moment)
    assert (status, verdicts(answer)) == (200, [("accepted", ""), ("duplicate", "")])
    assert Visit.objects.unscoped(reason=WHY).count() == 1
