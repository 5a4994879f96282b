"""The territory tree and the scopes cut from it, alike on both databases."""

from datetime import UTC, datetime

import pytest

from lianfang.kernel.actor import EVERYWHERE, Actor, Grant, Scope, system
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import UnscopedQueryError
from lianfang.territory import access, actions
from lianfang.territory.models import Area
from lianfang.territory.rules import Level, level_of, parent_code

NOW = datetime(2020, 2, 1, 8, 0, tzinfo=UTC)


def add(code: str, parent: Area | None = None) -> Area:
    return actions.add_area(actor=system("test"), now=NOW, code=code, name=f"区划{code}", parent=parent)


@pytest.fixture
def district(db: None) -> Area:
    """A district with two subdistricts; one has a community with two grids, one grid's code a letter."""
    district = add("330109")
    west, _east = add("330109001", district), add("330109010", district)
    community = add("330109001004", west)
    add("33010900100401a", community)
    add("330109001004012", community)
    return district


def codes(scope: Scope) -> list[str]:
    return list(Area.objects.within(scope).values_list("code", flat=True))


def test_a_scope_covers_an_area_and_everything_below(district: Area) -> None:
    west = "330109/330109001/"
    assert codes(Scope((west,))) == ["330109001", "330109001004", "330109001004012", "33010900100401a"]
    assert len(codes(EVERYWHERE)) == 6
    assert codes(Scope((west + "330109001004/", "330109/330109010/"))) == [
        "330109001004",
        "330109001004012",
        "33010900100401a",
        "330109010",
    ]


def test_an_empty_scope_matches_nothing(district: Area) -> None:
    assert codes(Scope()) == []


def test_a_forgotten_scope_is_an_error(district: Area) -> None:
    for query in (
        lambda: list(Area.objects.all()),
        lambda: Area.objects.filter(code="330109").first(),
        lambda: Area.objects.get(code="330109"),
        lambda: Area.objects.count(),
        lambda: Area.objects.filter(level="grid").exists(),
        lambda: list(Area.objects.values_list("code")),
        lambda: list(Area.objects.iterator()),
        lambda: Area.objects.filter(code="x").update(name="x"),
        lambda: Area.objects.all().delete(),
        lambda: list(district.children.all()),
    ):
        with pytest.raises(UnscopedQueryError):
            query()


def test_filters_after_the_scope_keep_it(district: Area) -> None:
    scope = Scope(("330109/330109001/",))
    assert Area.objects.within(scope).filter(level=Level.GRID.value).count() == 2
    assert not Area.objects.within(scope).filter(code="330109010").exists()
    assert [area.name for area in Area.objects.filter(code="330109")[:0]] == []


def test_the_actor_sees_his_part(district: Area) -> None:
    grant = Grant(frozenset({Permission.AREA_VIEW}), "330109/330109010/")
    seen = access.visible_areas(Actor(user_id=1, name="李", grants=(grant,)))
    assert [area.code for area in seen] == ["330109010"]


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("33010", "area.bad_code"),
        ("33010a", "area.bad_code"),
        ("330110001", "area.not_below"),
        ("330109001", "area.code_taken"),
    ],
)
def test_codes_that_do_not_fit_are_refused(district: Area, code: str, problem: str) -> None:
    with pytest.raises(ProblemError) as refused:
        add(code, district)
    assert refused.value.code == problem


def test_nobody_adds_outside_his_area(district: Area) -> None:
    grant = Grant(frozenset({Permission.AREA_MANAGE}), "330109/330109010/")
    outsider = Actor(user_id=1, name="李", grants=(grant,))
    with pytest.raises(ProblemError, match="not_found"):
        actions.add_area(actor=outsider, now=NOW, code="330109020", name="新", parent=district)


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("33", Level.PROVINCE, None),
        ("3301", Level.CITY, "33"),
        ("330109", Level.DISTRICT, "3301"),
        ("330109001", Level.SUBDISTRICT, "330109"),
        ("330109001004", Level.COMMUNITY, "330109001"),
        ("330109001004A1b", Level.GRID, "330109001004"),
    ],
)
def test_levels_and_parents_of_codes(code: str, level: Level, parent: str | None) -> None:
    assert level_of(code) == level
    assert parent_code(code) == parent


@pytest.mark.parametrize(
    "text", ["", "3", "33010", "３３", "33010900100-", "330109001004~~~", "330109001004网格一"]
)
def test_what_is_no_code(text: str) -> None:
    assert level_of(text) is None
    with pytest.raises(ValueError, match="no administrative code"):
        parent_code(text)
