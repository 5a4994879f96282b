"""A person is found while somebody types, by whatever is known of him, and only in one's own area."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.registry import queries
from lianfang.registry.queries import find_people
from lianfang.registry.tests.conftest import EAST, Cast, met, worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(cast: Cast) -> Cast:
    cast.met("王建国", id_number="33010619800101521X", phone="13800138000", address="云滨湾小区3幢2单元501室")
    cast.met("王芳", phone="13911112222", address="云滨湾小区3幢2单元501室")
    cast.met("欧阳凌霄", phone="13511112222", address="江南豪园1号楼101")
    met(cast.west, "王建国", phone="18612345678", address="滨文苑2-1-301")
    return cast


def names(cast: Cast, text: str) -> list[str]:
    return [person.name for person in find_people(actor=cast.east, text=text).people]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("王建国", ["王建国"]),
        ("王建", ["王建国"]),
        ("建国", ["王建国"]),
        ("wangjian", ["王建国"]),
        ("WJG", ["王建国"]),
        ("jianguo", ["王建国"]),
        ("1380", ["王建国"]),
        ("8000", ["王建国"]),
        ("00138", ["王建国"]),
        ("３３０１０６", ["王建国"]),
        ("19800101", ["王建国"]),
        ("521X", ["王建国"]),
        ("江南", ["欧阳凌霄"]),
        ("ouyang", ["欧阳凌霄"]),
        ("云滨湾3幢2单元501室 芳", ["王芳"]),
        ("王 501", ["王芳", "王建国"]),
        ("3-2-501", ["王芳", "王建国"]),
        ("云滨湾 501", ["王芳", "王建国"]),
        ("建国 501", ["王建国"]),
        ("王 8000", ["王建国"]),
        ("王 502", []),
        ("云滨湾小区", ["王芳", "王建国"]),
        ("王芳 1391", ["王芳"]),
        ("王芳 1380", []),
        ("18612345678", []),
        ("赵", []),
        ("", []),
        ("%", []),
        ("1", []),
    ],
)
def test_found_by(town: Cast, typed: str, found: list[str]) -> None:
    assert sorted(names(town, typed)) == sorted(found)


def test_everybody_finds_his_own_people(town: Cast) -> None:
    assert len(find_people(actor=town.west, text="王建国").people) == 1
    assert len(find_people(actor=town.centre, text="王建国").people) == 2
    assert find_people(actor=town.west, text="王芳").people == []


def test_numbers_come_masked(town: Cast) -> None:
    person = find_people(actor=town.east, text="王建国").people[0]
    assert (person.id_number, person.phone) == ("330****1X", "138****00")


def test_exact_ones_come_first_and_the_rest_is_announced(town: Cast) -> None:
    town.met("王芳芳", phone="13800000001")
    found = find_people(actor=town.east, text="王芳", limit=1)
    assert [person.name for person in found.people] == ["王芳"]
    assert found.more


def test_nobody_looks_without_permission() -> None:
    with pytest.raises(ProblemError, match="forbidden"):
        find_people(actor=worker(9, EAST, frozenset({Permission.AREA_VIEW})), text="王")


def test_no_query_looks_inside_texts(town: Cast) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        names(town, "王 501")
        names(town, "wang")
    assert all("LIKE" not in query["sql"].upper() for query in queries)


def test_words_that_many_share_still_meet(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "FEW", 0)
    for typed in ("王 501", "云滨湾 501", "云滨湾 王"):
        assert sorted(names(town, typed)) == ["王建国", "王芳"], typed
    assert names(town, "王 8000") == ["王建国"]
    assert names(town, "建国 501") == ["王建国"]
