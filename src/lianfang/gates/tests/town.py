"""A community with a compound, two grids, and people in them; passes are tested in it."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from lianfang.gates.issuing import Order
from lianfang.kernel.actor import Actor, Grant, system
from lianfang.kernel.permissions import Permission
from lianfang.registry.models import Person, Residence
from lianfang.territory.actions import add_area
from lianfang.territory.models import Area, Building, Compound, Dwelling

NOW = datetime(2020, 2, 24, 4, 0, tzinfo=UTC)  # noon in China
SYSTEM = system("test")
WHY = "the test sees everything"


@dataclass
class Place:
    """`compound` lies in `community`, with one door behind which `people` live; `other` in another community."""

    street: Area
    community: Area
    compound: Compound
    other: Compound
    door: Dwelling
    people: list[Person]

    def order(self, code: str = "resident") -> Order:
        return Order(code, (self.compound.pk,))


@pytest.fixture(name="place")
def built(db: None) -> Place:
    street = add_area(actor=SYSTEM, now=NOW, code="330109005", name="滨江街道")
    communities = [
        add_area(actor=SYSTEM, now=NOW, code=f"33010900500{n}", name=f"{n}社区", parent=street)
        for n in (1, 2)
    ]
    compounds = [
        Compound.objects.create(path=one.path, name=f"{one.name}小区", key=f"{one.name}小区")
        for one in communities
    ]
    house = Building.objects.create(path=communities[0].path, compound=compounds[0], name="3")
    door = Dwelling.objects.create(
        path=communities[0].path, building=house, unit="2", room="501", key="1社区小区|3|2|501"
    )
    people = [
        Person.objects.create(name=name, phone=phone, created_at=NOW)
        for name, phone in (("王小明", "13066881234"), ("李秀英", "13066885678"))
    ]
    for one in people:
        Residence.objects.create(person=one, path=door.path, place=door.key, since=NOW)
    return Place(street, communities[0], compounds[0], compounds[1], door, people)


def worker(user: int, path: str, *permissions: Permission) -> Actor:
    """Somebody who holds these permissions (all, when none is named) at `path`."""
    held = frozenset(permissions or Permission)
    return Actor(user_id=user, name=f"某{user}", grants=(Grant(held, path),))
