"""Changing the tree: renamed, moved with all that lies in it, taken away, imported from a table."""

from datetime import UTC, datetime

import pytest

from lianfang.kernel.actor import Actor, Grant, system
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.territory import actions, doors
from lianfang.territory.importing import import_areas
from lianfang.territory.models import Area

NOW = datetime(2020, 2, 1, 8, 0, tzinfo=UTC)
ACTOR = system("test")


def add(code: str, parent: Area | None = None) -> Area:
    return actions.add_area(actor=ACTOR, now=NOW, code=code, name=f"区划{code}", parent=parent)


@pytest.fixture
def street(db: None) -> Area:
    """A subdistrict with two communities, the first with two grids."""
    street = add("330109001")
    first, _second = add("330109001001", street), add("330109001002", street)
    add("330109001001001", first)
    add("330109001001002", first)
    return street


def area(code: str) -> Area:
    return Area.objects.unscoped(reason="a test").get(code=code)


def tree() -> list[str]:
    return [one.path for one in Area.objects.unscoped(reason="a test")]


def test_a_stale_page_is_told_what_is_there_now(street: Area) -> None:
    actions.rename_area(actor=ACTOR, now=NOW, area=area("330109001001"), name=" 新  名 ", version=1)
    with pytest.raises(ProblemError) as stale:
        actions.rename_area(actor=ACTOR, now=NOW, area=area("330109001001"), name="别的", version=1)
    assert stale.value.as_json() == {"code": "conflict", "params": {"name": "新 名", "version": 2}}
    assert area("330109001001").name == "新 名"


def test_a_branch_is_moved_with_codes_that_continue_the_new_one(street: Area) -> None:
    other = add("330109002")
    actions.move_area(
        actor=ACTOR, now=NOW, area=area("330109001001"), parent=other, code="330109002005", version=1
    )
    assert tree() == [
        "330109001/",
        "330109001/330109001002/",
        "330109002/",
        "330109002/330109002005/",
        "330109002/330109002005/330109002005001/",
        "330109002/330109002005/330109002005002/",
    ]


@pytest.mark.parametrize(
    ("code", "under", "problem"),
    [
        ("330109001002", "330109001", "area.code_taken"),
        ("330109002001", "330109001", "area.not_below"),
        ("33010900100", "330109001", "area.bad_code"),
        ("330109001009001", "330109001", "area.bad_code"),
        ("330109001009", "330109001001001", "area.not_below"),
    ],
)
def test_moves_that_cannot_be_change_nothing(street: Area, code: str, under: str, problem: str) -> None:
    before = tree()
    with pytest.raises(ProblemError) as refused:
        actions.move_area(
            actor=ACTOR, now=NOW, area=area("330109001001"), parent=area(under), code=code, version=1
        )
    assert (refused.value.code, tree()) == (problem, before)


def test_only_an_empty_area_is_taken_away(street: Area) -> None:
    doors.add_compound(actor=ACTOR, now=NOW, area=area("330109001001002"), name="云滨湾")
    for code, why in (("330109001001", "area"), ("330109001001002", "compound")):
        with pytest.raises(ProblemError) as refused:
            actions.remove_area(actor=ACTOR, now=NOW, area=area(code), version=1)
        assert refused.value.as_json() == {"code": "area.in_use", "params": {"what": why}}
    actions.remove_area(actor=ACTOR, now=NOW, area=area("330109001001001"), version=1)
    assert "330109001/330109001001/330109001001001/" not in tree()


def test_a_table_of_codes_becomes_the_tree(db: None) -> None:
    rows = [
        ["二〇二〇年区划", ""],
        ["代码", "名称"],
        ["330109005001", "云滨社区"],
        ["330109005000", "滨江街道"],
        ["330109", "萧山区"],
        ["330109005001001", "第1网格"],
        ["33010900", "短"],
        ["330109005002", ""],
        ["", ""],
        ["330109005001", "别名"],
    ]
    seen = import_areas(actor=ACTOR, now=NOW, rows=rows, dry_run=True)
    assert (seen.added, tree()) == (4, [])
    done = import_areas(actor=ACTOR, now=NOW, rows=rows)
    assert (done.added, done.renamed, done.unchanged, done.refused) == (4, 0, 0, 3)
    assert [(line.row, line.problem) for line in done.problems] == [
        (7, "area.bad_code"),
        (8, "area.no_name"),
        (10, "area.code_taken"),
    ]
    assert area("330109005001001").path == "330109/330109005/330109005001/330109005001001/"
    again = import_areas(
        actor=ACTOR, now=NOW, rows=[["code", "name"], ["330109", "萧山"], ["330109005", "滨江街道"]]
    )
    assert (again.added, again.renamed, again.unchanged) == (0, 1, 1)


def test_a_table_without_codes_is_refused(db: None) -> None:
    with pytest.raises(ProblemError, match=r"area\.file_unreadable"):
        import_areas(actor=ACTOR, now=NOW, rows=[["姓名", "电话"], ["王", "1"]])


def test_nobody_imports_outside_his_area(street: Area) -> None:
    grant = Grant(frozenset({Permission.AREA_MANAGE}), area("330109001001").path)
    somebody = Actor(user_id=1, name="李", grants=(grant,))
    rows = [["code", "name"], ["330109001001003", "新"], ["330109001002", "改名"], ["330109007", "根"]]
    done = import_areas(actor=somebody, now=NOW, rows=rows)
    assert (done.added, done.renamed) == (1, 0)
    assert [line.problem for line in done.problems] == ["not_found", "not_found"]
    assert area("330109001002").name == "区划330109001002"
