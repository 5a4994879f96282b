"""Areas and places over HTTP: who sees and changes what, and what a stale page is told."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import Town
from lianfang.kernel.models import AuditRecord
from lianfang.territory.models import Dwelling

SignIn = Callable[..., Client]
JSON = "application/json"


def send(browser: Client, address: str, **body: object) -> tuple[int, Any]:
    answer = browser.post(f"/api{address}", body, content_type=JSON)
    return answer.status_code, answer.json() if answer.content else None


def compound_of(browser: Client) -> dict[str, Any]:
    [compound] = browser.get("/api/places/compounds").json()
    return dict(compound)


def doors_of(browser: Client) -> dict[int, dict[str, Any]]:
    """Every door that the browser's user sees, by id."""
    compound = browser.get(f"/api/places/compounds/{compound_of(browser)['id']}").json()
    found = {}
    for building in compound["buildings"]:
        for door in browser.get(f"/api/places/buildings/{building['id']}").json()["doors"]:
            found[door["id"]] = door
    return found


def test_coverage_adds_up_and_agrees_with_the_overview(town: Town, sign_in: SignIn) -> None:
    for browser in (sign_in(Role.DATA_CENTRE), sign_in(Role.SECRETARY, town.here)):
        rows = browser.get("/api/places/coverage").json()
        overview = browser.get(f"/api/runs/{town.run.pk}").json()
        top = [row for row in rows if row["level"] in (None, "subdistrict")] or rows
        for name in ("people", "registered", "seen", "unregistered"):
            known = overview[name] if name == "people" else sum(p[name] for p in overview["places"])
            assert sum(row[name] for row in top) == known
    assert [row["name"] for row in rows] == ["云滨社区第1网格"]


def test_a_door_is_known_seen_conflicting_or_empty(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    doors = doors_of(browser)
    compound = compound_of(browser)
    for state in ("known", "seen", "conflicting", "empty"):
        assert compound[state] == sum(door["state"] == state for door in doors.values())
    assert compound["doors"] == len(doors)
    assert compound["people"] == sum(door["people"] for door in doors.values())
    assert {"known", "seen", "conflicting"} <= {door["state"] for door in doors.values()}
    for door in doors.values():
        assert (door["state"] == "empty") == (door["people"] == 0)
        if door["state"] == "seen":
            assert door["seen"] == door["registered"] > 0
            assert door["unregistered"] == door["conflicts"] == 0


def test_a_secretary_sees_the_doors_of_her_grid_only(town: Town, sign_in: SignIn) -> None:
    here, there = (sign_in(Role.SECRETARY, area) for area in (town.here, town.there))
    own, others = doors_of(here), doors_of(there)
    assert own
    assert not own.keys() & others.keys()
    assert compound_of(here)["doors"] == len(own)
    nonsense = here.get("/api/places/dwellings/987654321")
    outside = here.get(f"/api/places/dwellings/{next(iter(others))}")
    assert (outside.status_code, outside.json()) == (nonsense.status_code, nonsense.json())
    assert outside.status_code == 404


def test_behind_a_door_are_its_people_with_their_numbers_masked(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.SECRETARY, town.here)
    number, door = next(item for item in doors_of(browser).items() if item[1]["people"])
    shown = browser.get(f"/api/places/dwellings/{number}")
    assert len(shown.json()["residents"]) == door["people"]
    assert shown.json()["compound_name"] == "云滨湾"
    assert "19870520" not in shown.content.decode().replace("1987-05-20", "")
    assert "1380000000" not in shown.content.decode()


def test_guards_and_volunteers_see_no_household(town: Town, sign_in: SignIn) -> None:
    number = Dwelling.objects.unscoped(reason="a test").values_list("pk", flat=True).first()
    for role in (Role.GUARD, Role.VOLUNTEER, Role.AUDITOR):
        browser = sign_in(role, town.here)
        assert browser.get(f"/api/places/dwellings/{number}").status_code == 403
        figures = compound_of(browser)
        assert {figures[name] for name in ("people", "known", "seen", "conflicting")} == {0}


def test_only_who_manages_the_area_changes_it(town: Town, sign_in: SignIn) -> None:
    address = f"/areas/{town.there.pk}/rename"
    assert send(sign_in(Role.SECRETARY, town.there), address, name="新名", version=1)[0] == 403
    away = send(sign_in(Role.ADMINISTRATOR, town.here), address, name="新名", version=1)
    assert away == send(
        sign_in(Role.ADMINISTRATOR, town.here), "/areas/987654321/rename", name="新", version=1
    )
    assert away[0] == 404
    status, area = send(sign_in(Role.ADMINISTRATOR, town.there), address, name="新名", version=1)
    assert (status, area["name"], area["version"]) == (200, "新名", 2)


def test_a_stale_page_is_told_what_changed(town: Town, sign_in: SignIn) -> None:
    browser, compound = sign_in(Role.ADMINISTRATOR), compound_of(sign_in(Role.ADMINISTRATOR))
    address = f"/places/compounds/{compound['id']}"
    assert send(browser, address, name="云滨湾花园", version=compound["version"])[0] == 200
    status, problem = send(browser, address, name="别的", version=compound["version"])
    assert (status, problem["code"], problem["params"]["name"]) == (409, "conflict", "云滨湾花园")
    assert compound_of(browser)["name"] == "云滨湾花园"


def test_areas_are_added_moved_and_removed(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    community = town.here.parent
    assert community
    status, made = send(browser, "/areas", parent=community.pk, code="330109005001099", name="第99网格")
    assert (status, made["path"]) == (200, f"{community.path}330109005001099/")
    _, other = send(browser, "/areas", parent=community.parent_id, code="330109005002", name="别的社区")
    move = {"parent": other["id"], "code": "330109005002001", "version": made["version"]}
    status, moved = send(browser, f"/areas/{made['id']}/move", **move)
    assert (status, moved["path"]) == (200, f"{other['path']}330109005002001/")
    in_use = send(browser, f"/areas/{community.pk}/remove", version=1)
    assert in_use[1]["code"] == "area.in_use"
    assert send(browser, f"/areas/{made['id']}/remove", version=moved["version"])[0] == 204
    done = AuditRecord.objects.filter(kind="area", object_id=str(made["id"])).order_by("pk")
    assert [record.action for record in done] == ["area.added", "area.moved", "area.removed"]


def upload(browser: Client, address: str, content: bytes, name: str = "表.csv") -> tuple[int, Any]:
    answer = browser.post(f"/api{address}", {"file": SimpleUploadedFile(name, content)})
    return answer.status_code, answer.json()


def test_a_table_is_tried_and_then_imported_and_comes_out_again(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    table = "代码,名称\n330109005003,新社区\n3301,短\n33010900,坏\n".encode("gb18030")
    tried = upload(browser, "/areas/import?dry_run=true", table)[1]
    assert (tried["added"], tried["refused"]) == (2, 1)
    assert browser.get("/api/areas").json() == browser.get("/api/areas").json()
    before = len(browser.get("/api/areas").json())
    assert upload(browser, "/areas/import", table)[1] == tried
    assert len(browser.get("/api/areas").json()) == before + 2
    export = browser.get("/api/areas/areas.csv").content
    again = upload(browser, "/areas/import", export)[1]
    assert (again["added"], again["renamed"], again["unchanged"]) == (0, 0, before + 2)


@pytest.mark.parametrize(
    ("address", "content", "code"),
    [
        ("/areas/import", b"", "area.file_unreadable"),
        ("/areas/import", b"%PDF-1.4", "area.file_unreadable"),
        ("/areas/import", "姓名,电话\n王,1\n".encode(), "area.file_unreadable"),
        ("/areas/import", b"x" * 10_000_001, "area.file_large"),
        ("/areas/shapes", b"x", "area.geometry"),
        ("/areas/shapes", b"x" * 20_000_001, "area.file_large"),
    ],
)
def test_bad_files_get_a_clear_answer(
    address: str, content: bytes, code: str, town: Town, sign_in: SignIn
) -> None:
    status, problem = upload(sign_in(Role.ADMINISTRATOR), address, content)
    assert (status, problem["code"]) == (422, code)
    assert upload(sign_in(Role.SECRETARY), address, content)[0] == 403


def test_shapes_are_kept_with_what_they_are_of(town: Town, sign_in: SignIn) -> None:
    square = {"type": "Polygon", "coordinates": [[[120, 30], [121, 30], [121, 31], [120, 30]]]}
    told = [{"code": town.here.code}, {"name": "云滨湾"}, {"kind": "building", "compound": "云滨湾", "name": "1"},
            {"name": "海市蜃楼"}, {"kind": "compound", "name": "新苑", "area": town.there.code}]  # fmt: skip
    shapes = [{"type": "Feature", "properties": one, "geometry": square} for one in told]
    content = json.dumps({"type": "FeatureCollection", "features": shapes}).encode()
    browser = sign_in(Role.ADMINISTRATOR)
    assert upload(browser, "/areas/shapes?dry_run=1", content, "a.geojson")[0] == 200
    assert browser.get("/api/areas/shapes").json() == []
    done = upload(browser, "/areas/shapes", content, "a.geojson")[1]
    assert done == {
        "areas": 1,
        "compounds": 1,
        "new_compounds": 1,
        "buildings": 1,
        "gates": 0,
        "left": 1,
        "unknown": ["海市蜃楼"],
    }
    drawn = browser.get("/api/areas/shapes").json()
    assert [one["name"] for one in drawn] == ["云滨社区第1网格", "云滨湾", "新苑"]
    seen = sign_in(Role.SECRETARY, town.there).get("/api/areas/shapes").json()
    assert [one["name"] for one in seen] == ["云滨湾", "新苑"]


def test_a_building_gets_its_doors_and_a_slip_of_the_hand_none(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    address = f"/places/compounds/{compound_of(browser)['id']}/buildings"
    status, made = send(browser, address, name="99", units=2, floors=3, across=4)
    assert (status, len(made["doors"]), {door["state"] for door in made["doors"]}) == (200, 24, {"empty"})
    assert [door["room"] for door in made["doors"]][:5] == ["101", "102", "103", "104", "201"]
    assert send(browser, address, name="98", units=50, floors=99, across=99)[1]["code"] == "dwelling.many"
    assert send(browser, address, name="98", units=10**30, floors=9, across=9)[0] == 422
    before = compound_of(browser)["doors"]
    door = made["doors"][0]["id"]
    assert send(browser, f"/places/dwellings/{door}", exists=False)[1]["door"]["removed"] is True
    assert compound_of(browser)["doors"] == before - 1
    assert send(browser, f"/places/dwellings/{door}", exists=True)[1]["door"]["removed"] is False
    assert compound_of(browser)["doors"] == before
