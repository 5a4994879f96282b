"""A community with a compound, two gates, a guard, a secretary, and three residents with passes: one stays home, one
has gone out at both gates on one quota.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import segno
from django.db import transaction

from lianfang.accounts.models import Appointment, User
from lianfang.accounts.roles import Role
from lianfang.gates import holders, issuing, keys
from lianfang.gates.crossing_body import CrossingBody, Decision
from lianfang.gates.crossings import take_crossings
from lianfang.gates.issuing import Order
from lianfang.kernel import clock
from lianfang.kernel.actor import Actor, system
from lianfang.registry.models import Person, Residence
from lianfang.screening.models import MeasureProposal
from lianfang.territory.actions import add_area
from lianfang.territory.models import Building, Compound, Dwelling, Gate
from tests.browser.field_town import PASSWORD

_ACTOR = system("test")


@dataclass
class Scan:
    """A crossing as sync hands it over."""

    body: CrossingBody
    corrected_at: datetime
    received_at: datetime
    actor: Actor = _ACTOR
    user: User | None = None
    id: UUID = field(default_factory=uuid4)


WIDTH, HEIGHT, A_SECOND = 640, 480, 10
_VISIBLE, _EMPTY = 3, 2  # seconds


def build(out: str) -> None:
    """Writes the passes, as JSON, to the file `out`."""
    now = clock.now()
    street = add_area(actor=_ACTOR, now=now, code="330109005", name="滨江街道")
    community = add_area(actor=_ACTOR, now=now, code="330109005001", name="云滨社区", parent=street)
    compound = Compound.objects.create(name="云滨湾", key="云滨湾", path=community.path)
    for name, code in (("东门", "G-1"), ("西门", "G-2")):
        Gate.objects.create(compound=compound, name=name, code=code)
    house = Building.objects.create(path=community.path, compound=compound, name="3")
    for username, name, role in (("gu.wei", "顾卫", Role.GUARD), ("zhou.min", "周敏", Role.SECRETARY)):
        user = User(username=username, display_name=name, created_at=now)
        user.set_password(PASSWORD)
        user.save()
        Appointment.objects.create(user=user, role=role.value, area=community, starts_at=now)
    keys.make_key(actor=_ACTOR, now=now, area=community.pk, days=365)
    passes = []
    residents = (
        ("501", "王小明", "13066881234"),
        ("502", "李秀英", "13066885678"),
        ("503", "陈大文", "13066880000"),
    )
    for room, name, phone in residents:
        door = Dwelling.objects.create(
            path=community.path, building=house, unit="2", room=room, key=f"云滨湾|3|2|{room}"
        )
        person = Person.objects.create(name=name, phone=phone, created_at=now)
        Residence.objects.create(person=person, path=door.path, place=door.key, since=now)
        to = holders.of_people(_ACTOR, [person.pk])
        order = Order("resident", (compound.pk,))
        passes += issuing.issue(actor=_ACTOR, now=now, order=order, to=to)
    MeasureProposal.objects.create(
        person=passes[1].person or 0, path=community.path, profile="covid19-2020", rule="test", measure="observe_home",
        told="{}", digest="0", made_at=now, state="confirmed",
    )  # fmt: skip
    use_twice(passes[2].serial, now)
    Path(out).write_text(json.dumps([{"serial": one.serial, "text": one.text} for one in passes]))


def use_twice(serial: str, now: datetime) -> None:
    """One quota, admitted at both gates."""
    gone = [
        Scan(
            CrossingBody(
                gate=gate.pk, direction="out", decision=Decision.ADMITTED, serial=serial, occupants=[], reasons=[]
            ),
            now - timedelta(minutes=90 - 7 * number), now,
        )
        for number, gate in enumerate(Gate.objects.unscoped(reason="the town is made").order_by("pk"))
    ]  # fmt: skip
    with transaction.atomic():
        assert take_crossings(now=now, facts=gone) == [None, None]


def film(text: str, file: Path) -> None:
    """What a camera sees: the code for three seconds, then nothing for two; Chromium shows it again and again."""
    rows = [list(row) for row in segno.make(text, version=8, error="m", boost_error=False).matrix_iter(7, 4)]
    left, top = (WIDTH - len(rows)) // 2, (HEIGHT - len(rows)) // 2
    shown = bytearray(b"\xd2" * (WIDTH * HEIGHT))
    for y, row in enumerate(rows):
        start = (top + y) * WIDTH + left
        shown[start : start + len(row)] = bytes(16 if dark else 235 for dark in row)
    colour = b"\x80" * (WIDTH * HEIGHT // 2)
    with file.open("wb") as made:
        made.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{A_SECOND}:1 Ip A1:1 C420\n".encode())
        for number in range((_VISIBLE + _EMPTY) * A_SECOND):
            picture = bytes(shown) if number < _VISIBLE * A_SECOND else b"\xd2" * (WIDTH * HEIGHT)
            made.write(b"FRAME\n" + picture + colour)
