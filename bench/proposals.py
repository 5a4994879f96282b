"""How long the rules need for everybody of whom visits told something, and the page that shows what they propose.

    python bench/proposals.py [--people 11500]              # SQLite
    python tests/postgres.py python bench/proposals.py      # PostgreSQL

11,500 returnees came to the subdistrict of 470,000 in a month: so many people are told of, each with a place, a day
and a train, one in ten with a contact or a symptom, against 2,000 published trips and two cities as risk areas.
"""

import argparse
import atexit
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta

_FOLDER = tempfile.mkdtemp(prefix="lianfang-bench-")
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
os.environ["LIANFANG_DATA"] = _FOLDER  # before the settings are read: no bench touches anybody's data
os.environ["DJANGO_SETTINGS_MODULE"] = "lianfang.settings"

from pathlib import Path  # noqa: E402
from uuid import uuid4  # noqa: E402

from lianfang import datadir  # noqa: E402

datadir.prepare(Path(_FOLDER))

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from lianfang.kernel import clock  # noqa: E402
from lianfang.kernel.actor import system  # noqa: E402
from lianfang.kernel.clock import local_date  # noqa: E402
from lianfang.registry.models import Person  # noqa: E402
from lianfang.screening import measures, risk_queries  # noqa: E402
from lianfang.screening.models import Screening, ScreeningTask, Statement, Visit  # noqa: E402
from lianfang.screening.published import Kind, Paper, take_in  # noqa: E402
from lianfang.territory.actions import add_area  # noqa: E402
from lianfang.territory.models import Area  # noqa: E402

PLACES = ("湖北省武汉市", "湖北省黄冈市", "浙江省温州市", "河南省信阳市", "广东省深圳市", "江西省九江市")


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=11_500)
    given = parser.parse_args(argv)
    call_command("migrate", verbosity=0)
    now, actor = clock.now(), system("bench")
    area = add_area(actor=actor, now=now, code="330109005", name="滨江街道")
    publish(area, now)
    tell(area, given.people, now)
    print(f"{connection.vendor}: {given.people} people told of, load {os.getloadavg()[0]:.1f}")
    for what in ("first", "again, nothing new"):
        began, cpu = time.perf_counter(), time.process_time()
        found = measures.renew("", now=now, tell=lambda step, share: None)
        spent = time.perf_counter() - began
        print(f"rules, {what}: {spent:.1f} s ({time.process_time() - cpu:.1f} s of processor), {found} open")
    began = time.perf_counter()
    chosen = risk_queries.MeasureFilter(state="open")
    page = risk_queries.measures_page(actor, chosen, now=now, page=1, size=50)
    print(
        f"page of {page.total}: {1000 * (time.perf_counter() - began):.0f} ms; load {os.getloadavg()[0]:.1f}"
    )
    return 0


def publish(area: Area, now: datetime) -> None:
    """2,000 trips and two risk areas, as lists that are taken in."""
    today, actor = local_date(now), system("bench")
    days = [today - timedelta(days=back) for back in range(14)]
    lines = [
        f"{day.month}月{day.day}日 G{number}次 {number % 16 + 1}车厢"
        for day in days
        for number in range(1, 144)
    ]
    said = "\n".join(lines[:2000]).encode()
    take_in(actor=actor, now=now, area=area, paper=Paper(Kind.TRIPS, "trips", said, year=today.year))
    rows = [f"{place},高风险,{(today - timedelta(days=40)).isoformat()}" for place in PLACES[:2]]
    table = "\n".join(["地区,风险等级,开始日期", *rows]).encode()
    take_in(actor=actor, now=now, area=area, paper=Paper(Kind.AREAS, "areas", table, year=today.year))


def tell(area: Area, people: int, now: datetime) -> None:
    """A visit with one statement for each of so many people."""
    dice, today = random.Random(1), local_date(now)
    campaign = Screening.objects.create(
        title="bench", kind="people", path=area.path, purpose="bench", legal_basis="duty", starts_at=now,
        due_at=now + timedelta(days=2), created_at=now, profile="covid19-2020", made_at=now,
    )  # fmt: skip
    task = ScreeningTask.objects.create(screening=campaign, path=area.path, due_at=now)
    persons = Person.objects.bulk_create(
        [Person(name=f"王{n}", created_at=now) for n in range(people)], batch_size=500
    )
    met = {
        "task": task, "path": area.path, "worker_name": "bench", "channel": "door", "outcome": "seen",
        "at": now, "corrected_at": now, "received_at": now, "body": "{}",
    }  # fmt: skip
    visits = [Visit(id=uuid4(), **met) for _ in persons]
    Visit.objects.bulk_create(visits, batch_size=500)
    told = {"path": area.path, "position": 0, "here": "yes", "newcomer": False, "matters": True, "at": now}
    rows = [
        Statement(visit=visit, person=person.pk, body=said(person.pk, today, dice), **told)
        for visit, person in zip(visits, persons, strict=True)
    ]
    Statement.objects.bulk_create(rows, batch_size=500)


def said(uid: int, today: date, dice: random.Random) -> str:
    day = (today - timedelta(days=dice.randint(1, 13))).isoformat()
    leg = f'{{"mode":"train","number":"G{dice.randint(1, 999)}","date":"{day}","carriage":"{dice.randint(1, 16)}"}}'
    more = ',"health":{"temperature":37.9,"symptoms":["cough"]}' if dice.random() < 0.05 else ""
    if dice.random() < 0.05:
        more += f',"contacts":[{{"kind":"case","on":"{day}"}}]'
    place = dice.choice(PLACES)
    return (
        f'{{"uid":{uid},"here":"yes","from":{{"text":"{place}"}},"returned_on":"{day}","legs":[{leg}]{more}}}'
    )


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
