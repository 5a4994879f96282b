"""Users with phones and houses with people, as several benches need them. Django has been set up by whoever asks."""

from datetime import datetime, timedelta
from uuid import UUID

from lianfang.accounts import devices
from lianfang.accounts.models import Appointment, User
from lianfang.accounts.roles import Role
from lianfang.accounts.sessions import actor_for
from lianfang.api.tests.phone import Phone
from lianfang.registry.models import Person, Residence
from lianfang.territory.models import Area, Building, Compound, Dwelling


def enrolled(user: User, now: datetime) -> Phone:
    """A phone of the user's."""
    phone = Phone()
    _, phone.token = devices.enrol(
        actor=actor_for(user, now=now),
        now=now,
        device=UUID(phone.id),
        name="手机",
        public_key=phone.public_key,
    )
    return phone


def employed(username: str, name: str, role: Role, area: Area, now: datetime) -> Phone:
    """A new user with this role in the area: his phone."""
    user = User.objects.create(username=username, display_name=name, created_at=now)
    Appointment.objects.create(user=user, role=role.value, area=area, starts_at=now - timedelta(days=9))
    return enrolled(user, now)


def house(
    name: str, path: str, now: datetime, *, doors: int, people: int
) -> tuple[Compound, list[Dwelling], list[Person]]:
    """A compound of one building with `people` behind each of its doors; the people door by door."""
    compound = Compound.objects.create(name=name, key=name, path=path)
    building = Building.objects.create(compound=compound, name="1", path=path, doors=doors)
    dwellings = Dwelling.objects.bulk_create(
        Dwelling(building=building, path=path, room=str(n), floor=1, key=f"{name}|1||{n}")
        for n in range(doors)
    )
    persons = Person.objects.bulk_create(
        Person(name=f"王小{n}", created_at=now) for n in range(doors * people)
    )
    Residence.objects.bulk_create(
        Residence(person=one, path=path, place=dwellings[n // people].key, since=now)
        for n, one in enumerate(persons)
    )
    return compound, dwellings, persons
