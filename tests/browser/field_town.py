"""A grid for the phone's journeys: three people behind each door, a campaign over all of them, grid workers and a
community secretary. Written into a running server's data folder by a process of its own.
"""

import os
import subprocess
import sys
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pyotp

from lianfang.accounts import second_factor
from lianfang.accounts.models import Appointment, User
from lianfang.accounts.roles import Role
from lianfang.accounts.sessions import actor_for
from lianfang.incidents import actions as tips
from lianfang.incidents.rules import TipChannel
from lianfang.kernel import clock
from lianfang.kernel.actor import system
from lianfang.kernel.clock import local_date
from lianfang.registry.models import Person, Residence
from lianfang.screening import making
from lianfang.screening.models import Screening, ScreeningTask
from lianfang.screening.published import Kind as PublishedKind
from lianfang.screening.published import Paper, take_in
from lianfang.screening.rules import CampaignKind
from lianfang.territory.actions import add_area
from lianfang.territory.models import Area, Building, Compound, Dwelling

PASSWORD = "grid-one-every-door"
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙", ("秀英", "建国", "伟", "洋", "静", "帆", "敏", "磊", "杰")
ON_A_FLOOR, FLOORS, UNITS = 2, 15, 2
COMPOUND = "云滨湾"
#: Where the secret of the secretary's authenticator is left for a test.
SECRET = "authenticator.txt"
_WHY = "the town is made for everybody"
_ACTOR = system("test")
_QUESTION = {
    "code": "person.missing",
    "zh": "运营商名单上有此人，社区台账没有：请核实是否居住。",
    "en": "On the carrier's list but not on the register: does this person live here?",
}


def make_town(data: Path, households: int) -> None:
    """Build the town in the data folder of a server."""
    env = {**os.environ, "LIANFANG_DATA": str(data), "DJANGO_SETTINGS_MODULE": "lianfang.settings"}
    lines = (
        "import django; django.setup()",
        f"from tests.browser.field_town import build; build({households})",
    )
    root = Path(__file__).parents[2]
    env["PYTHONPATH"] = os.pathsep.join([str(root), str(root / "src")])
    subprocess.run([sys.executable, "-c", "\n".join(lines)], env=env, check=True, cwd=root)


def build(households: int) -> None:
    """Doors, people, users, a campaign that is made."""
    now = clock.now()
    above = None
    for code, name in (
        ("330109005", "滨江街道"),
        ("330109005001", "云滨社区"),
        ("330109005001001", "云滨社区第1网格"),
    ):
        above = add_area(actor=_ACTOR, now=now, code=code, name=name, parent=above)
    assert above is not None
    _settle(above, households, now)
    for username, name, role, area in (
        ("li.na", "李娜", Role.GRID_WORKER, above),
        ("wu.fang", "吴芳", Role.GRID_WORKER, above),
        ("sun.li", "孙丽", Role.SECRETARY, above.parent),
        ("qian.min", "钱敏", Role.SECRETARY, above.parent),
        ("zhou.min", "周敏", Role.ADMINISTRATOR, None),
    ):
        user = User(username=username, display_name=name, created_at=now)
        user.set_password(PASSWORD)
        user.save()
        Appointment.objects.create(user=user, role=role.value, area=area, starts_at=now)
    _prove("sun.li", now)
    _begin(above, now)
    _publish(above, now)
    _tell(above, now)


def _prove(username: str, now: datetime) -> None:
    """An authenticator for this user, as his own page sets it up."""
    user = User.objects.get(username=username)
    actor = actor_for(user, now=now)
    secret, _ = second_factor.begin_authenticator(actor=actor, user=user, now=now)
    second_factor.confirm_authenticator(actor=actor, user=user, code=pyotp.TOTP(secret).at(now), now=now)
    (Path(os.environ["LIANFANG_DATA"]) / SECRET).write_text(secret)


def _tell(area: Area, now: datetime) -> None:
    """A tip from the hotline, given to 李娜."""
    secretary = actor_for(User.objects.get(username="sun.li"), now=now)
    said = tips.Received(
        uuid4(), TipChannel.HOTLINE, "二单元三楼有人从外地回来，没有登记", now - timedelta(hours=1), "李叔",
        place=("compound", Compound.objects.unscoped(reason=_WHY).get().pk),
    )  # fmt: skip
    made = tips.receive(actor=secretary, now=now, tips=[said])[0]
    worker = User.objects.get(username="li.na").pk
    tips.assign(
        actor=secretary, now=now, tip=made.pk, version=made.version, worker=worker,
        due_at=now + timedelta(hours=5), note="",
    )  # fmt: skip


def _publish(area: Area, now: datetime) -> None:
    """A train with a case, the day before yesterday."""
    day = local_date(now) - timedelta(days=2)
    line = f"{day.month}月{day.day}日 K446/K447次 11号车厢 西安-深圳"
    paper = Paper(kind=PublishedKind.TRIPS, title="市疾控中心", content=line.encode(), year=day.year)
    take_in(actor=_ACTOR, now=now, area=area, paper=paper)
    since = (day - timedelta(days=20)).isoformat()
    areas = f"地区,风险等级,开始日期\n湖北省武汉市,高风险,{since}\n浙江省温州市,中风险,{since}\n".encode()
    take_in(
        actor=_ACTOR, now=now, area=area, paper=Paper(PublishedKind.AREAS, "省卫健委", areas, year=day.year)
    )


def _settle(area: Area, households: int, now: datetime) -> None:
    """Doors in buildings of two stairs and fifteen floors; a couple and their child behind each."""
    compound = Compound.objects.create(name=COMPOUND, key=COMPOUND, path=area.path)
    inside = ON_A_FLOOR * FLOORS * UNITS
    doors = []
    for start in range(0, households, inside):
        name = str(start // inside + 1)
        building = Building.objects.create(compound=compound, name=name, path=area.path, doors=inside)
        doors += [_door(building, place, area.path) for place in range(min(inside, households - start))]
    Dwelling.objects.bulk_create(doors)
    people = [_person(number, now) for number in range(3 * households)]
    Person.objects.bulk_create(people)
    Residence.objects.bulk_create(
        [
            Residence(person=person, path=area.path, place=doors[at // 3].key, address=COMPOUND, since=now)
            for at, person in enumerate(people)
        ]
    )


def _door(building: Building, place: int, path: str) -> Dwelling:
    unit, rest = divmod(place, ON_A_FLOOR * FLOORS)
    floor, door = divmod(rest, ON_A_FLOOR)
    room = f"{floor + 1}0{door + 1}"
    key = f"{COMPOUND}|{building.name}|{unit + 1}|{room}"
    return Dwelling(building=building, unit=str(unit + 1), room=room, floor=floor + 1, key=key, path=path)


def _person(number: int, now: datetime) -> Person:
    surname = SURNAMES[number // 3 * 7 % len(SURNAMES)]
    return Person(
        name=surname + GIVEN[number * 5 % len(GIVEN)], sex="FM"[number % 2], birth=date(1950 + number % 60, 3, 1),
        phone=f"138{number:08d}", id_number=f"330109{1950 + number % 60}0301{number % 10_000:04d}", created_at=now,
    )  # fmt: skip


def _begin(area: Area, now: datetime) -> None:
    """A campaign through all doors, made without a job; every tenth has a question, every fiftieth is urgent."""
    campaign = Screening.objects.create(
        title="重点地区返回人员摸排", kind=CampaignKind.HOUSEHOLD.value, path=area.path,
        purpose="两天内找到所有从重点地区返回的人员，并告知居家观察。", legal_basis="epidemic_law",
        starts_at=now, due_at=now + timedelta(days=2), hours="9:00–20:30", created_at=now, created_by_name="周敏",
        extra_fields=[
            {"field": "photo", "why": "登记隐患时需要照片作证"},
            {"field": "employer", "why": "复工单位需要通知"},
        ],
    )  # fmt: skip
    making.make(campaign, now=now, tell=lambda step, share: None, finishing=lambda: nullcontext({}))
    tasks = list(ScreeningTask.objects.unscoped(reason=_WHY).order_by("pk")[::10])
    for at, task in enumerate(tasks):
        task.reasons = [{**_QUESTION, "uid": task.people[0]}]
        task.urgency = 72 if at % 5 == 0 else 20
    ScreeningTask.objects.unscoped(reason=_WHY).bulk_update(tasks, ["reasons", "urgency"])
