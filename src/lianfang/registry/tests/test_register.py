"""Somebody stands at the door or gate: known already, or new?"""

import pytest

from lianfang.kernel.errors import ProblemError
from lianfang.kernel.models import AuditRecord
from lianfang.kernel.permissions import Permission
from lianfang.registry.actions import register_person
from lianfang.registry.models import Identifier, Person, Residence
from lianfang.registry.tests.conftest import EAST, NOW, WEST, Cast, met, worker

pytestmark = pytest.mark.django_db

ZHANG = "33010619800101521X"
HOME = "云滨湾小区3幢2单元501室"


def people() -> int:
    return Person.objects.unscoped(reason="test").count()


def test_a_stranger_becomes_a_person_with_a_home(cast: Cast) -> None:
    new = cast.met("张伟", id_number=ZHANG, phone="138 0013 8000", address=HOME)
    assert new.created
    assert (new.person.name, new.person.phone, new.person.sex) == ("张伟", "13800138000", "M")
    home = Residence.objects.unscoped(reason="test").get()
    assert (home.path, home.place) == (EAST, "云滨湾|3|2|501")


@pytest.mark.parametrize(
    "said",
    [
        {"name": "张伟", "id_number": ZHANG},
        {"name": "張偉", "id_number": f" {ZHANG} "},
        {"name": "张玮", "phone": "13800138000", "address": "云滨湾3-2-501"},
        {"name": "张伟", "address": "云滨湾3号楼2单元501"},
        {"id_number": ZHANG},
    ],
)
def test_who_comes_again_is_recognised(cast: Cast, said: dict[str, str]) -> None:
    first = cast.met("张伟", id_number=ZHANG, phone="13800138000", address=HOME)
    again = cast.met(**said)
    assert (again.created, again.person.pk) == (False, first.person.pk)
    assert people() == 1


@pytest.mark.parametrize(
    "said",
    [
        {"name": "张大力", "phone": "13800138000", "address": HOME},  # his son, on the family's phone
        {"name": "张伟", "id_number": "330106197505053418"},  # another one of this name
        {"name": "张伟"},
    ],
)
def test_somebody_else_is_somebody_else(cast: Cast, said: dict[str, str]) -> None:
    first = cast.met("张伟", id_number=ZHANG, phone="13800138000", address=HOME)
    other = cast.met(**said)
    assert other.created
    assert other.person.pk != first.person.pk


def test_what_is_said_later_is_learnt(cast: Cast) -> None:
    first = cast.met("张伟", id_number=ZHANG)
    cast.met("张伟", id_number=ZHANG, phone="13800138000", address=HOME)
    by_phone = cast.met("张伟", phone="13800138000", address=HOME)
    assert by_phone.person.pk == first.person.pk
    known = Person.objects.unscoped(reason="test").get()
    assert (known.phone, known.address) == ("13800138000", HOME)
    assert set(Identifier.objects.values_list("kind", flat=True)) >= {"id_number", "phone", "name_place"}


def test_the_same_said_twice_changes_nothing(cast: Cast) -> None:
    cast.met("张伟", id_number=ZHANG, address=HOME)
    cast.met("张伟", id_number=ZHANG, address=HOME)
    known = Person.objects.unscoped(reason="test").get()
    assert (known.version, len(known.descriptions)) == (1, 1)
    assert Residence.objects.unscoped(reason="test").count() == 1


def test_a_person_known_elsewhere_is_recognised_and_lives_here_too(cast: Cast) -> None:
    there = met(cast.west, "张伟", id_number=ZHANG)
    here = cast.met("张伟", id_number=ZHANG, address=HOME)
    assert (here.created, here.person.pk) == (False, there.person.pk)
    paths = Residence.objects.unscoped(reason="test").values_list("path", flat=True)
    assert sorted(paths) == sorted([EAST, WEST])


def test_doubtful_ones_are_named_only_to_who_may_see_them(cast: Cast) -> None:
    """A number shared by two households makes nobody one person, but is worth a question."""
    for actor in (cast.east, cast.west):
        met(actor, "李建国", phone="13900139000", birth="1970-02-03")
    assert people() in (1, 2)
    stranger = cast.met("李建", phone="13900139000")
    seen = set(stranger.doubtful)
    visible = set(
        Residence.objects.unscoped(reason="test").filter(path=EAST).values_list("person", flat=True)
    )
    assert seen <= visible


def test_every_registration_is_recorded_without_personal_data(cast: Cast) -> None:
    cast.met("张伟", id_number=ZHANG)
    cast.met("张伟", id_number=ZHANG)
    records = AuditRecord.objects.order_by("pk")
    assert [record.action for record in records] == ["person.registered", "person.recognised"]
    assert all("张" not in str(record.details) for record in records)


def test_nothing_said_is_refused(cast: Cast) -> None:
    with pytest.raises(ProblemError, match=r"person\.nothing_said"):
        cast.met(address=HOME)


def test_nobody_registers_outside_his_area(cast: Cast) -> None:
    with pytest.raises(ProblemError, match="not_found"):
        register_person(actor=cast.east, now=NOW, path=WEST, name="张伟")
    with pytest.raises(ProblemError, match="forbidden"):
        register_person(
            actor=worker(9, EAST, frozenset({Permission.AREA_VIEW})), now=NOW, path=EAST, name="张伟"
        )
    assert people() == 0


def test_an_id_number_never_belongs_to_two(cast: Cast) -> None:
    cast.met("张伟", id_number=ZHANG, phone="13800138000", address=HOME, birth="1980-01-01")
    other = cast.met("欧阳凌霄", phone="13511112222", address="江南豪园1-1-101")
    cast.met("欧阳凌霄", phone="13511112222", address="江南豪园1-1-101", id_number="330106197505053418")
    assert Identifier.objects.filter(kind="id_number").count() == 2
    assert other.created
