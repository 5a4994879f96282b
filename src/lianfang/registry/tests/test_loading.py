"""A run's people become the registry, as if each had been registered."""

from typing import Any

import polars as pl
import pytest

from lianfang.kernel.errors import ProblemError
from lianfang.registry import matching
from lianfang.registry.actions import register_person
from lianfang.registry.keys import NEEDED
from lianfang.registry.loading import PEOPLE, load_people
from lianfang.registry.models import Identifier, Person, PersonKey, Residence
from lianfang.registry.queries import find_people
from lianfang.registry.tests.conftest import EAST, NOW, WEST, Cast

pytestmark = pytest.mark.django_db

SAID = [
    {
        "name": "王建国",
        "id_number": "33010619800101521X",
        "phone": "13800138000",
        "address": "云滨湾小区3幢2单元501室",
    },
    {"name": 'O\'Brien "Bob", 张', "phone": "13911112222", "address": "a,b\nc"},
]


def described_as(said: dict[str, str]) -> dict[str, Any]:
    return matching.matcher().describe(said, NOW.date())


def frames() -> tuple[pl.DataFrame, pl.DataFrame]:
    described = [described_as(said) for said in SAID]
    columns = sorted({*NEEDED, *(name for one in described for name in one)})
    people = [
        {"person": 40 + i, "path": (EAST, WEST)[i], "sex": None, "birth": None, **said}
        for i, said in enumerate(SAID)
    ]
    text = {name: pl.Int64 if name == "birth_year" else pl.String for name in columns}
    descriptions = pl.DataFrame(described, schema=text).with_columns(
        pl.col("birth").str.to_date(), person=pl.int_range(40, 40 + pl.len(), dtype=pl.Int64)
    )
    return pl.DataFrame(people, schema=PEOPLE), descriptions


def test_loaded_people_are_as_registered_ones(cast: Cast) -> None:
    people, descriptions = frames()
    ids = load_people(actor=cast.centre, now=NOW, people=people, descriptions=descriptions.lazy())
    assert ids["person"].to_list() == [40, 41]
    loaded = Person.objects.unscoped(reason="test").get(pk=ids["id"][0])
    assert loaded.descriptions == [described_as(SAID[0])]
    assert loaded.created_at == NOW
    keys = set(
        PersonKey.objects.unscoped(reason="test").filter(person=loaded.pk).values_list("key", flat=True)
    )
    kinds = set(Identifier.objects.filter(person=loaded).values_list("kind", "value"))
    home = Residence.objects.unscoped(reason="test").get(person=loaded)
    Person.objects.unscoped(reason="test").all().delete()
    PersonKey.objects.unscoped(reason="test").all().delete()
    again = cast.met(**SAID[0]).person
    assert set(PersonKey.objects.unscoped(reason="test").values_list("key", flat=True)) == keys
    assert set(Identifier.objects.values_list("kind", "value")) == kinds
    same_home = Residence.objects.unscoped(reason="test").get(person=again)
    assert (home.place, home.path, home.since) == (same_home.place, same_home.path, same_home.since)


def test_loaded_people_are_found_and_recognised(cast: Cast) -> None:
    people, descriptions = frames()
    ids = load_people(actor=cast.centre, now=NOW, people=people, descriptions=descriptions.lazy())
    assert [person.id for person in find_people(actor=cast.east, text="wjg").people] == [ids["id"][0]]
    assert find_people(actor=cast.west, text="wjg").people == []
    known = register_person(actor=cast.east, now=NOW, path=EAST, name="王建国", phone="13800138000")
    assert (known.created, known.person.pk) == (False, ids["id"][0])


def test_people_registered_after_loading_have_ids_of_their_own(cast: Cast) -> None:
    people, descriptions = frames()
    before = cast.met("赵四", phone="13700000000").person.pk
    ids = load_people(actor=cast.centre, now=NOW, people=people, descriptions=descriptions.lazy())
    after = cast.met("钱五", phone="13700000001").person.pk
    assert before < min(ids["id"]) <= max(ids["id"]) < after


def test_a_number_that_two_have_is_the_first_ones(cast: Cast) -> None:
    people, descriptions = frames()
    double = descriptions.with_columns(id18=pl.lit("33010619800101521X"))
    ids = load_people(actor=cast.centre, now=NOW, people=people, descriptions=double.lazy())
    assert Identifier.objects.get(kind="id_number").person_id == ids["id"][0]


def test_only_who_registers_everywhere_loads(cast: Cast) -> None:
    with pytest.raises(ProblemError):
        load_people(actor=cast.east, now=NOW, people=frames()[0], descriptions=frames()[1].lazy())
