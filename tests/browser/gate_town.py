"""A community with a compound, two gates, a guard, a secretary, and two residents with passes; one stays home."""

import json
from pathlib import Path

import segno

from lianfang.accounts.models import Appointment, User
from lianfang.accounts.roles import Role
from lianfang.gates import holders, issuing, keys
from lianfang.gates.issuing import Order
from lianfang.kernel import clock
from lianfang.kernel.actor import system
from lianfang.registry.models import Person, Residence
from lianfang.screening.models import MeasureProposal
from lianfang.territory.actions import add_area
from lianfang.territory.models import Building, Compound, Dwelling, Gate
from tests.browser.field_town import PASSWORD

_ACTOR = system("test")
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
    user = User(username="gu.wei", display_name="顾卫", created_at=now)
    user.set_password(PASSWORD)
    user.save()
    Appointment.objects.create(user=user, role=Role.GUARD.value, area=community, starts_at=now)
    secretary = User(username="zhou.min", display_name="周敏", created_at=now)
    secretary.set_password(PASSWORD)
    secretary.save()
    Appointment.objects.create(user=secretary, role=Role.SECRETARY.value, area=community, starts_at=now)
    keys.make_key(actor=_ACTOR, now=now, area=community.pk, days=365)
    passes = []
    for room, name, phone in (("501", "王小明", "13066881234"), ("502", "李秀英", "13066885678")):
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
    Path(out).write_text(json.dumps([{"serial": one.serial, "text": one.text} for one in passes]))


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
