"""An area that is moved takes along whatever lies in it, in every app."""

from datetime import UTC, datetime

from lianfang.accounts.models import Appointment, User
from lianfang.accounts.roles import Role
from lianfang.kernel.actor import system
from lianfang.kernel.models import AuditRecord
from lianfang.registry.models import Person, PersonKey, Residence
from lianfang.territory import actions, doors
from lianfang.territory.models import Area, Compound

NOW = datetime(2020, 2, 1, 8, 0, tzinfo=UTC)
ACTOR = system("test")


def add(code: str, parent: Area | None = None) -> Area:
    return actions.add_area(actor=ACTOR, now=NOW, code=code, name=f"区划{code}", parent=parent)


def test_a_moved_area_takes_everything_along(db: None) -> None:
    street = add("330109001")
    first, second = add("330109001001", street), add("330109001002", street)
    grid = add("330109001001001", first)
    doors.add_compound(actor=ACTOR, now=NOW, area=grid, name="云滨湾")
    person = Person.objects.create(created_at=NOW)
    Residence.objects.create(person=person, path=grid.path, since=NOW)
    PersonKey.objects.create(key="ww", path=grid.path, person=person.pk)
    secretary = User.objects.create(username="li", created_at=NOW)
    Appointment.objects.create(user=secretary, role=Role.SECRETARY, area=grid, starts_at=NOW)

    moved = actions.move_area(
        actor=ACTOR, now=NOW, area=grid, parent=second, code="330109001002007", version=1
    )
    new = "330109001/330109001002/330109001002007/"
    assert (moved.path, moved.code, moved.version) == (new, "330109001002007", 2)
    for model in (Compound, Residence, PersonKey):
        assert [row.path for row in model.objects.unscoped(reason="a test")] == [new]
    assert Appointment.objects.get().area == moved
    assert AuditRecord.objects.get(action="area.moved").details == {
        "code": "330109001002007",
        "was": "330109001001001",
    }
