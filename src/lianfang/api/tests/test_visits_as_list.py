"""What phones recorded is one of the lists of the next reconciliation."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import NOW
from lianfang.api.tests.people import Clock, call, enter, somebody
from lianfang.api.tests.phone import Phone, verdicts
from lianfang.api.tests.test_importing import TRAIN, draft, imported, post, told
from lianfang.kernel import jobs
from lianfang.kernel.actor import system
from lianfang.linkage.models import Run, RunFinding, RunList, RunPerson
from lianfang.linkage.work.models import FindingWork
from lianfang.territory.actions import add_area
from lianfang.territory.doors import add_compound
from lianfang.territory.models import Dwelling

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "the test counts everything"
REGISTER = """姓名,身份证号,联系电话,现住址,网格
王伟,330109198705200033,13800000001,云滨湾小区1幢1单元101室,云滨第1网格
李芳,330109199003074524,13800000002,云滨湾小区1幢1单元102室,云滨第1网格
张敏,330109196512120046,13800000003,云滨湾小区1幢1单元201室,云滨第1网格
"""


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.LIANFANG_DATA = tmp_path


def current() -> Run:
    return Run.objects.get(current=True)


def begin(desk: Client) -> None:
    """The resident register and a train are live."""
    number = draft(desk, {"居民登记.csv": REGISTER, "铁路.csv": TRAIN})
    file = desk.get(f"/api/imports/{number}").json()["files"][0]
    told(desk, number, file, sheets=[{"index": 0, "kind": "register"}])
    for step in ("check", "apply"):
        jobs.drain()
        post(desk, f"/imports/{number}/{step}")
    jobs.drain()


def test_who_was_met_is_on_a_list_of_the_next_run(db: None, time: Clock) -> None:
    actor = system("test")
    street = add_area(actor=actor, now=NOW, code="330109005", name="滨江街道")
    community = add_area(actor=actor, now=NOW, code="330109005001", name="云滨社区", parent=street)
    grid = add_area(actor=actor, now=NOW, code="330109005001001", name="云滨第1网格", parent=community)
    add_compound(actor=actor, now=NOW, area=community, name="云滨湾")
    somebody("data", (Role.DATA_CENTRE, None))
    somebody("wu", (Role.GRID_WORKER, grid))
    desk = enter("data")[0]
    begin(desk)
    first = current()
    fang = RunPerson.objects.unscoped(reason=WHY).get(run=first, name="李芳")
    assert fang.sources == 1
    phone = Phone().enrol(enter("wu")[0])
    door = Dwelling.objects.unscoped(reason=WHY).get(pk=fang.dwelling or 0)
    new = {"name": "欧阳海", "phone": "13912340001"}
    body = {
        "door": door.pk, "channel": "door", "outcome": "seen",
        "people": [{"uid": fang.uid, "here": "yes"}, {"new": new, "here": "yes", "from": {"text": "荆州"}}],
    }  # fmt: skip
    assert verdicts(phone.send([phone.fact(body, time.moment)], time.moment)[1]) == [("accepted", "")]
    jobs.drain()
    unseen = RunFinding.objects.unscoped(reason=WHY).get(
        run=first, code="register.unseen", person=fang.person
    )
    assert FindingWork.objects.unscoped(reason=WHY).get(key=unseen.key).state == "done"
    status, visits = call(desk, "GET", f"/visits?person={fang.uid}")
    assert (status, [one["outcome"] for one in visits]) == (200, ["seen"])

    imported(desk, {"航空.csv": TRAIN.replace("G1234", "CA1508").replace("02-10", "02-12")})
    second = current()
    assert RunList.objects.filter(run=second, source="live:visits", kind="visit", records=2).exists()
    people = {
        one.name: one for one in RunPerson.objects.unscoped(reason=WHY).filter(run=second, hidden=False)
    }
    assert people["李芳"].sources == 2  # the register and the visit
    assert people["李芳"].uid == fang.uid
    assert "欧阳海" in people
    findings = RunFinding.objects.unscoped(reason=WHY).filter(run=second, code="register.missing")
    assert people["欧阳海"].person in {one.person for one in findings}
