"""Doors from people's addresses: the same door keeps its id, hand-made ones keep everything."""

from datetime import UTC, datetime

import polars as pl
import pytest

from lianfang.kernel.actor import system
from lianfang.territory import actions, doors
from lianfang.territory.deriving import REAL_COMPOUND, settle
from lianfang.territory.models import Area, Building, Compound, Dwelling

NOW = datetime(2020, 2, 1, 8, 0, tzinfo=UTC)
ROOT = "330109001/"
COMMUNITY = f"{ROOT}330109001004/"
GRID, OTHER = f"{COMMUNITY}330109001004001/", f"{COMMUNITY}330109001004002/"
COLUMNS = ("compound", "building", "unit", "room", "path", "people", "registered")


def lived_in(*rows: tuple[str | None, str | None, str | None, str | None, str, int, int]) -> pl.DataFrame:
    kinds = [*[pl.String] * 5, pl.UInt32, pl.UInt32]
    return pl.DataFrame(list(rows), schema=dict(zip(COLUMNS, kinds, strict=True)), orient="row")


def everything(model: type[Compound] | type[Building] | type[Dwelling]) -> list[dict[str, object]]:
    rows = model.objects.unscoped(reason="a test").order_by("pk").values()
    return [dict(row) for row in rows]


def ids() -> dict[str, int]:
    return dict(Dwelling.objects.unscoped(reason="a test").values_list("key", "pk"))


def test_people_lead_to_compound_building_and_door(db: None) -> None:
    found = settle(
        lived_in(("云滨湾", "3", "2", "501", GRID, 3, 3), ("云滨湾", "4", None, "1203", OTHER, 1, 0))
    )
    [compound] = everything(Compound)
    assert (compound["key"], compound["path"], compound["derived"]) == ("云滨湾", COMMUNITY, True)
    assert [(one["name"], one["path"], one["doors"]) for one in everything(Building)] == [
        ("3", GRID, 1),
        ("4", OTHER, 1),
    ]
    assert [(one["key"], one["floor"]) for one in everything(Dwelling)] == [
        ("云滨湾|3|2|501", 5),
        ("云滨湾|4||1203", 12),
    ]
    assert sorted(found["dwelling"]) == sorted(ids().values())


def test_the_same_lists_again_change_nothing_and_ids_stay(db: None) -> None:
    lists = lived_in(("云滨湾", "3", "2", "501", GRID, 3, 3), ("石桥村1组", "18", None, "201", OTHER, 3, 3))
    settle(lists)
    before = [everything(model) for model in (Compound, Building, Dwelling)]
    settle(lists)
    assert [everything(model) for model in (Compound, Building, Dwelling)] == before
    assert {"云滨湾|3|2|501", "石桥村1组|18||201"} == set(ids())
    assert [one["key"] for one in before[0]] == ["云滨湾", "石桥村"]
    assert "1组18" in [one["name"] for one in before[1]]


def test_a_door_that_no_list_names_any_more_stays(db: None) -> None:
    settle(lived_in(("云滨湾", "3", "2", "501", GRID, 3, 3)))
    was = ids()
    settle(lived_in(("云滨湾", "3", "2", "502", GRID, 3, 3)))
    assert was.items() < ids().items()


def test_a_forgotten_unit_means_the_only_door_it_can_mean(db: None) -> None:
    found = settle(
        lived_in(
            ("云滨湾", "3", "1", "501", GRID, 3, 3),
            ("云滨湾", "3", "1", "502", GRID, 3, 3),
            ("云滨湾", "3", "2", "502", GRID, 3, 3),
            ("云滨湾", "3", None, "501", GRID, 1, 1),
            ("云滨湾", "3", None, "502", GRID, 1, 1),
        )
    )
    without_unit = found.filter(pl.col("unit") == "").select("room", "dwelling").rows()
    assert without_unit == [("501", ids()["云滨湾|3|1|501"])]
    assert len(ids()) == 3


def test_misspelt_names_and_addresses_out_of_town_make_no_compound(db: None) -> None:
    found = settle(
        lived_in(
            ("九堡街道春江里", "3", None, "501", "", 2, 0),
            ("云滨弯", "3", None, "501", "", 1, 1),
            ("新城", "1", None, "101", "", REAL_COMPOUND, 0),
            (None, "1", None, "101", GRID, 5, 5),
            ("云滨湾" * 30, "1", None, "101", GRID, 5, 5),
            ("云|湾", "1", None, "101", GRID, 5, 5),
        )
    )
    assert [one["key"] for one in everything(Compound)] == ["新城"]
    assert found.height == 1


@pytest.fixture
def grid(db: None) -> Area:
    actor, parent = system("test"), None
    for code in ("330109001", "330109001004", "330109001004001"):
        parent = actions.add_area(actor=actor, now=NOW, code=code, name=code, parent=parent)
    assert parent
    return parent


def test_what_was_made_by_hand_is_never_touched(grid: Area) -> None:
    actor = system("test")
    compound = doors.add_compound(actor=actor, now=NOW, area=grid, name="云滨湾")
    plan = doors.Plan(units=2, floors=3, across=2)
    doors.add_building(actor=actor, now=NOW, compound=compound, area=None, name="3", plan=plan)
    before = everything(Dwelling)
    assert len(before) == 12
    found = settle(
        lived_in(("云滨湾", "3", "2", "301", OTHER, 3, 3), ("云滨湾", "3", "2", "901", OTHER, 1, 1))
    )
    assert everything(Dwelling)[:12] == before
    assert found.filter(pl.col("room") == "301")["dwelling"].to_list() == [ids()["云滨湾|3|2|301"]]
    assert everything(Compound)[0]["path"] == grid.path
    assert everything(Building)[0]["doors"] == 13


def test_a_door_said_to_be_none_is_not_counted_and_comes_back(grid: Area) -> None:
    actor = system("test")
    settle(lived_in(("云滨湾", "3", "2", "501", GRID, 3, 3)))
    door = Dwelling.objects.unscoped(reason="a test").get()
    doors.set_door(actor=actor, now=NOW, dwelling=door, exists=False)
    assert everything(Building)[0]["doors"] == 0
    settle(lived_in(("云滨湾", "3", "2", "502", GRID, 3, 3)))
    assert everything(Building)[0]["doors"] == 1
    doors.set_door(actor=actor, now=NOW, dwelling=door, exists=True)
    assert everything(Building)[0]["doors"] == 2
    assert door.pk in ids().values()


def test_people_who_are_placed_elsewhere_take_derived_doors_along(db: None) -> None:
    settle(lived_in(("云滨湾", "3", "2", "501", GRID, 3, 3)))
    was = ids()
    settle(lived_in(("云滨湾", "3", "2", "501", OTHER, 3, 3)))
    assert ids() == was
    assert [everything(model)[0]["path"] for model in (Compound, Building, Dwelling)] == [OTHER] * 3
