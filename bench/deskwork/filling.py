"""A working week in the database of the bench: a campaign over the subdistrict, visits, tips, self reports, phones.

Run as a program on LIANFANG_DATA and LIANFANG_DATABASE by `site.filled` beside a server and its worker. Everything
goes through the program's own actions, as phones and desks do it; only who does it is the system.
"""

import os
import random
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

sys.path += [str(Path(__file__).resolve().parents[2] / "src"), str(Path(__file__).resolve().parents[1])]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianfang.settings")

import django

django.setup()

from django.db import transaction  # noqa: E402

from fieldwork import enrolled  # noqa: E402
from lianfang.accounts import devices  # noqa: E402
from lianfang.accounts.models import User  # noqa: E402
from lianfang.incidents import actions as tips  # noqa: E402
from lianfang.incidents.rules import TipChannel  # noqa: E402
from lianfang.kernel.actor import system  # noqa: E402
from lianfang.screening import published  # noqa: E402
from lianfang.screening.actions import Plan, start_screening  # noqa: E402
from lianfang.screening.facts import Recorded, take_visits  # noqa: E402
from lianfang.screening.models import (  # noqa: E402
    PublishedList,
    Screening,
    ScreeningTask,
    Visit,
    VisitConflict,
)
from lianfang.screening.rules import CampaignKind  # noqa: E402
from lianfang.screening.selfreport import links, sending  # noqa: E402
from lianfang.screening.selfreport.body import Said  # noqa: E402
from lianfang.screening.visit_body import VisitBody  # noqa: E402
from lianfang.sync import receiving  # noqa: E402
from lianfang.sync.envelope import Signed  # noqa: E402
from lianfang.territory.models import Area, Compound  # noqa: E402

ACTOR = system("bench")
WHY = "the bench fills everything"
VISITS, TWICE, TIPS, LINKS, REPORTS, REFUSED = 20_000, 300, 1_000, 40, 1_000, 600
AT_ONCE = 200
RISK = "湖北省 高风险 2020-01-20至2020-03-10\n广东省深圳市 中风险 2020-01-25至2020-03-01\n"


def campaign(street: Area, now: datetime) -> None:
    plan = Plan(
        title="全街道入户摸排",
        kind=CampaignKind.HOUSEHOLD,
        purpose="了解近14天外出和健康情况",
        legal_basis="duty",
        starts_at=now,
        due_at=now + timedelta(days=14),
        profile="covid19-2020",
    )
    rows = Screening.objects.unscoped(reason=WHY).filter(title=plan.title)
    if not rows.exists():
        start_screening(actor=ACTOR, now=now, area=street, plan=plan)
    for _ in range(3600):  # the server's worker makes its tasks
        if rows.filter(made_at__isnull=False).exists():
            return
        time.sleep(0.5)
    raise TimeoutError(plan.title)


def body(task: ScreeningTask, dice: random.Random) -> dict[str, object]:
    """A door as a worker finds it: most as known, some in vain, some with a journey, a fever, somebody new."""
    share = dice.random()
    if share < 0.2 or not task.people:
        return {"door": task.dwelling, "channel": "door", "outcome": "no_answer"}
    people: list[dict[str, object]] = [{"uid": uid, "here": "yes"} for uid in task.people]
    if share < 0.3:
        leg = {"mode": "train", "number": f"G{dice.randint(1, 999)}", "date": "2020-02-18", "carriage": "4"}
        people[0] |= {"returned_on": "2020-02-18", "from": {"text": "湖北省荆州市"}, "legs": [leg]}
    elif share < 0.33:
        people[-1] |= {"health": {"temperature": 38.2, "symptoms": ["cough"]}}
    elif share < 0.36:
        new = {"name": f"欧阳{dice.choice('海山河林川')}", "phone": f"139{dice.randint(10**7, 10**8 - 1)}"}
        people.append({"new": new, "here": "yes", "remarks": "刚搬来"})
    return {"door": task.dwelling, "channel": "door", "outcome": "seen", "people": people}


def visits(now: datetime, dice: random.Random) -> None:
    """Doors of the whole subdistrict."""
    doors = ScreeningTask.objects.unscoped(reason=WHY).filter(dwelling__isnull=False)
    keys = list(doors.order_by("pk").values_list("pk", flat=True))
    chosen = dice.sample(keys, min(VISITS, len(keys)))
    for start in range(0, len(chosen), AT_ONCE):
        tasks = list(doors.filter(pk__in=chosen[start : start + AT_ONCE]))
        facts = [
            recorded(body(task, dice), now - timedelta(minutes=dice.randint(1, 5000)), now) for task in tasks
        ]
        take(facts, now)


def contradict(now: datetime) -> None:
    """Two workers at one door at once, of whom one says that everybody has moved away."""
    user = User.objects.get(username="bench.secretary")
    there = (
        Visit.objects.unscoped(reason=WHY).filter(people__gt=0, dwelling__isnull=False).order_by("pk")[:TWICE]
    )
    for one in there:
        said = {"door": one.dwelling, "channel": "door", "outcome": "moved"}
        seen = recorded(said, one.corrected_at, now)
        take([replace(seen, user=user)], now)


def recorded(said: dict[str, object], at: datetime, now: datetime) -> Recorded:
    return Recorded(uuid4(), ACTOR, None, None, at, at, now, VisitBody.model_validate(said))


def take(facts: list[Recorded], now: datetime) -> None:
    with transaction.atomic():
        refused = [one for one in take_visits(now=now, facts=facts) if one is not None]
    if refused:
        print(f"{len(refused)} of {len(facts)} refused: {refused[0].code}", flush=True)


def tell_tips(now: datetime, dice: random.Random) -> None:
    compounds = list(Compound.objects.unscoped(reason=WHY).order_by("pk").values_list("name", flat=True))
    for number in range(TIPS):
        door = f"{dice.choice(compounds)}{dice.randint(1, 30)}幢{dice.randint(101, 1802)}"
        text = f"{door}有人从外地回来没登记（{number}）"
        said_at = now - timedelta(hours=dice.randint(1, 90))
        one = tips.Received(
            key=uuid4(), channel=TipChannel.HOTLINE, text=text, said_at=said_at, place_text=text[:20]
        )
        tips.receive(actor=ACTOR, now=now, tips=[one])


def report(now: datetime, dice: random.Random) -> None:
    """Links of compounds and what families sent through them."""
    compounds = Compound.objects.unscoped(reason=WHY).exclude(path="").order_by("pk")[:LINKS]
    until = (now + timedelta(days=60)).date()
    ground = links.Ground("街道办", "0571-1", "了解返回人员", "consent", until, 30)
    made = [links.make_link(actor=ACTOR, now=now, compound=one.pk, ground=ground)[0] for one in compounds]
    for number in range(REPORTS):
        said = Said.model_validate(
            {
                "kind": "family",
                "building": str(dice.randint(1, 20)),
                "room": str(dice.randint(101, 1802)),
                "people": [{"name": f"王{number}", "phone": "13800138000", "from_text": "湖北省武汉市"}],
            }
        )
        sending.send(link=dice.choice(made), said=said, key=uuid4(), now=now)


def phones(now: datetime) -> None:
    """A phone each for worker and secretary; facts of a kind that nobody knows are refused and kept."""
    for name in ("bench.grid_worker", "bench.secretary"):
        phone = enrolled(User.objects.get(username=name), now)
        bearer = devices.bearer_of(phone.token, now=now)
        wire = [phone.fact({"n": n}, now, kind="riddle") for n in range(REFUSED // 2)]
        facts = [Signed(**one) for one in wire]
        for start in range(0, len(facts), AT_ONCE):
            portion = facts[start : start + AT_ONCE]
            receiving.receive(bearer=bearer, now=now, sent_at=now, facts=portion)


def main() -> None:
    now, dice = datetime.now(UTC), random.Random(3)
    street = Area.objects.unscoped(reason=WHY).filter(level="subdistrict").order_by("path")[0]
    paper = published.Paper(kind=published.Kind.AREAS, title="卫健委", content=RISK.encode(), year=2020)
    if not PublishedList.objects.unscoped(reason=WHY).exists():
        published.take_in(actor=ACTOR, now=now, area=street, paper=paper)
    campaign(street, now)
    if not Visit.objects.unscoped(reason=WHY).exists():
        visits(now, dice)
    if not VisitConflict.objects.unscoped(reason=WHY).exists():
        contradict(now)
    # Newcomers, answered questions and proposals follow by jobs of the server's worker.
    tell_tips(now, dice)
    report(now, dice)
    phones(now)


if __name__ == "__main__":
    main()
