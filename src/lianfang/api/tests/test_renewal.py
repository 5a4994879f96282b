"""The live lists once more: areas that come or change after the lists apply to what is loaded; decisions teach."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import NOW, Town
from lianfang.api.tests.test_importing import imported, post, upload
from lianfang.kernel import clock, jobs
from lianfang.kernel.actor import system
from lianfang.kernel.models import AuditRecord
from lianfang.linkage.engine.pipeline import link
from lianfang.linkage.importing import composition, work
from lianfang.linkage.models import Decision, Run, RunFinding, RunPerson, RunRecord
from lianfang.linkage.review.following import follow
from lianfang.registry.models import Residence
from lianfang.territory.actions import add_area, move_area, rename_area
from lianfang.territory.mapping import import_map
from lianfang.territory.models import Area, Building, Compound, Dwelling

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Client]
WHY = "the test counts everything"

REGISTER = """户号,与户主关系,姓名,身份证号,联系电话,现住址,社区,网格
A1,户主,王伟,330109198705200033,13800000001,云滨湾小区1幢1单元101室,云滨社区,云滨社区第1网格
A2,户主,李芳,330109199003074524,13800000002,云滨湾小区1幢1单元102室,云滨社区,云滨社区第1网格
A3,户主,张敏,330109196512120046,13800000003,云滨湾小区1幢1单元201室,云滨社区,云滨社区第2网格
A4,户主,周洋,330109200001015674,13800000007,云滨湾小区1幢1单元301室,云滨社区,云滨社区第2网格
A5,户主,吴静,33010919870520003X,13800000008,滨和苑2幢1单元301室,滨和社区,滨和社区第1网格
"""
TRAIN = """旅客姓名,证件号码,车次,乘车日期,联系方式,现住址
王伟,330109198705200033,G1234,2020-02-10,13800000001,
赵强,330109197801011238,G1234,2020-02-10,13900000009,
郑爽,330109198203040017,G1234,2020-02-10,13900000010,云滨湾小区1幢1单元101室
"""
AREAS = """代码,名称
330109005,滨江街道
330109005001,云滨社区
330109005001001,云滨社区第1网格
330109005001002,云滨社区第2网格
330109005002,滨和社区
"""


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.LIANFANG_DATA = tmp_path


@pytest.fixture
def boss(db: None, sign_in: SignIn) -> Client:
    """Somebody who administers everything, before there is any area; the lists are loaded already."""
    browser = sign_in(Role.ADMINISTRATOR, None)
    imported(browser, {"登记.csv": REGISTER, "铁路.csv": TRAIN})
    return browser


def areas_come(browser: Client, text: str = AREAS) -> None:
    file = SimpleUploadedFile("areas.csv", text.encode())
    answer = browser.post("/api/areas/import", {"file": file})
    assert (answer.status_code, answer.json()["refused"]) == (200, 0), answer.content


def renewal(browser: Client) -> dict[str, Any]:
    answer = browser.get("/api/lists/renewal")
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def tried(browser: Client, *, taught: bool = False) -> dict[str, Any]:
    number = post(browser, "/lists/renewal", {"taught": taught})["id"]
    jobs.drain()
    found: dict[str, Any] = browser.get(f"/api/imports/{number}").json()
    assert found["state"] == "ready", found
    return found


def renewed(browser: Client, *, taught: bool = False) -> dict[str, Any]:
    number = tried(browser, taught=taught)["id"]
    post(browser, f"/imports/{number}/apply")
    jobs.drain()
    found: dict[str, Any] = browser.get(f"/api/imports/{number}").json()
    assert found["state"] == "applied", found
    return found


def area(name: str) -> Area:
    return Area.objects.unscoped(reason=WHY).get(name=name)


def current() -> int:
    return Run.objects.get(current=True).pk


def seen(browser: Client) -> dict[str, int]:
    """How much of everything somebody sees."""
    run = current()
    places = browser.get(f"/api/runs/{run}/places").json()
    coverage = browser.get("/api/places/coverage").json()
    return {
        "people": browser.get("/api/people").json()["total"],
        "found": len(
            browser.post("/api/search", {"text": "王伟"}, content_type="application/json").json()["people"]
        ),
        "findings": browser.get(f"/api/runs/{run}/findings").json()["total"],
        "places": len(places),
        "tasks": sum(place["tasks"] for place in places),
        "covered": max((row["people"] for row in coverage if row["id"]), default=0),
        "doors": sum(one["doors"] for one in browser.get("/api/places/compounds").json()),
    }


def test_areas_that_come_after_the_lists_apply_to_what_is_loaded(boss: Client, sign_in: SignIn) -> None:
    whole = seen(boss)
    assert renewal(boss)["people"] == 0
    areas_come(boss)
    secretary = sign_in(Role.SECRETARY, area("云滨社区"))
    assert set(seen(secretary).values()) == {0}
    told = renewal(boss)
    assert (told["people"], told["places"], told["without_files"], told["batch"]) == (6, 4, [], None)
    assert "云滨社区第1网格" in told["names"]

    found = tried(boss)
    difference = found["difference"]
    assert (difference["nothing"], difference["regrouped"]) == (False, 0)
    assert {name: difference["people"][name] for name in ("placed", "moved", "new", "gone", "changed")} == {
        "placed": 6, "moved": 0, "new": 0, "gone": 0, "changed": 0,
    }  # fmt: skip
    assert set(seen(secretary).values()) == {0}
    assert renewal(boss)["batch"] == found["id"]
    assert post(boss, "/lists/renewal", {"taught": False})["id"] == found["id"]
    post(boss, f"/imports/{found['id']}/apply")
    jobs.drain()

    now = seen(secretary)
    assert (now["people"], now["found"], now["covered"], now["places"]) == (5, 1, 5, 3)
    assert now["findings"] > 0
    assert now["tasks"] > 0
    assert now["doors"] == 4
    # Doors are believed where registered people live in areas: there were none before.
    assert {**seen(boss), "covered": 0, "doors": 0} == whole
    other = sign_in(Role.SECRETARY, area("滨和社区"))
    assert (seen(other)["people"], seen(other)["found"]) == (1, 0)
    assert (renewal(boss)["people"], renewal(boss)["batch"]) == (0, None)
    for model in (Compound, Building, Dwelling):
        assert not model.objects.unscoped(reason=WHY).filter(path="").exists()


def test_nobody_has_moved_and_nothing_is_lost(boss: Client, sign_in: SignIn) -> None:
    run = Run.objects.get(current=True)
    uid = {one.name: one.uid for one in RunPerson.objects.unscoped(reason=WHY).filter(run=run)}
    rows = [f"{one['name']}{one['code']}" for one in findings(boss)]
    settled = findings(boss)[0]
    work_on(boss, settled)
    patch = {
        "field": "employer",
        "value": "滨江小学",
        "reason": "本人来电更正",
        "base": base(boss, uid["李芳"]),
    }
    post(boss, f"/people/{uid['李芳']}/patches", patch)
    apart(run)
    split = boss.get("/api/people").json()["total"]
    areas_come(boss)
    renewed(boss)
    after = {one.name: one.uid for one in RunPerson.objects.unscoped(reason=WHY).filter(run__current=True)}
    assert {name: after[name] for name in ("李芳", "张敏", "周洋", "吴静")} == {
        name: uid[name] for name in ("李芳", "张敏", "周洋", "吴静")
    }
    assert boss.get("/api/people").json()["total"] == split
    assert len(findings(boss)) >= len(rows)
    [again] = [one for one in findings(boss) if one["key"] == settled["key"]]
    assert (again["state"], again["work"]["note"]) == ("done", "已核实")
    file = sign_in(Role.SECRETARY, area("云滨社区")).get(f"/api/people/{uid['李芳']}").json()
    assert next(one for one in file["fields"] if one["field"] == "employer")["best"] == "滨江小学"
    assert [home["until"] for home in file["homes"]] == [None]
    homes = Residence.objects.unscoped(reason=WHY).filter(person=uid["李芳"])
    assert [home.path for home in homes] == [area("云滨社区第1网格").path]
    assert boss.get("/api/changes").json()["totals"]["person.came"] == 0
    history = boss.get(f"/api/people/{uid['李芳']}/history").json()
    assert "moved" not in {step["kind"] for step in history}
    acts = AuditRecord.objects.filter(kind="import").values_list("action", flat=True)
    assert list(acts).count("import.applied") == 2


def findings(browser: Client) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = browser.get(f"/api/runs/{current()}/findings?size=200").json()["items"]
    return rows


def work_on(browser: Client, finding: dict[str, Any]) -> None:
    chosen = [{"key": finding["key"], "version": 0}]
    post(browser, "/work/settle", {"chosen": chosen, "state": "done", "note": "已核实"})


def base(browser: Client, uid: int) -> str:
    fields = browser.get(f"/api/people/{uid}").json()["fields"]
    version: str = next(one["version"] for one in fields if one["field"] == "employer")
    return version


def apart(run: Run) -> None:
    """Somebody decides that the two rows of 王伟 are two people."""
    rows = RunRecord.objects.unscoped(reason=WHY).filter(run=run, name="王伟").order_by("key")
    first, second = rows.values_list("key", flat=True)
    made = Decision.objects.create(
        record_key_a=first, record_key_b=second, verdict="not_same", by_name="某人", at=clock.now(), run=run
    )
    assert follow(run, made, clock.now())


def test_a_renamed_or_moved_area_keeps_its_people(boss: Client, sign_in: SignIn) -> None:
    areas_come(boss)
    renewed(boss)
    actor = system("test")
    grid = area("云滨社区第1网格")
    rename_area(actor=actor, now=NOW, area=grid, name="东区网格", version=grid.version)
    moved = area("云滨社区第2网格")
    move_area(
        actor=actor,
        now=NOW,
        area=moved,
        parent=area("滨和社区"),
        code="330109005002001",
        version=moved.version,
    )
    assert renewal(boss)["people"] == 0
    imported(boss, {"登记3月.csv": REGISTER.replace("13800000002", "13811111111")})
    east = sign_in(Role.GRID_WORKER, Area.objects.unscoped(reason=WHY).get(pk=grid.pk))
    assert east.get("/api/people").json()["total"] == 2
    assert sign_in(Role.SECRETARY, area("滨和社区")).get("/api/people").json()["total"] == 3


def test_a_map_says_where_a_compound_lies_that_lists_led_to(boss: Client) -> None:
    estate = Compound.objects.create(key="滨江公寓", name="滨江公寓", derived=True)
    house = Building.objects.create(compound=estate, name="1", derived=True)
    Dwelling.objects.create(building=house, room="101", key="滨江公寓|1||101", derived=True)
    areas_come(boss)
    square = [[[120.1, 30.1], [120.2, 30.1], [120.2, 30.2], [120.1, 30.1]]]
    shape = {"type": "Feature", "properties": {"name": "滨江公寓", "area": "330109005002"},
             "geometry": {"type": "Polygon", "coordinates": square}}  # fmt: skip
    content = json.dumps({"type": "FeatureCollection", "features": [shape]}).encode()
    mapped = import_map(actor=system("test"), now=NOW, content=content)
    assert (mapped.compounds, mapped.new_compounds, mapped.left) == (1, 0, 0)
    placed = Compound.objects.unscoped(reason=WHY).get(key="滨江公寓")
    assert (placed.path, placed.derived) == (area("滨和社区").path, False)
    for model in (Building, Dwelling):
        assert [one.path for one in model.objects.unscoped(reason=WHY)] == [placed.path]


def test_what_was_loaded_without_its_files_says_so(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE, None)
    community = area("云滨社区")
    add_area(actor=system("test"), now=NOW, code="330109005001003", name="云滨社区第3网格", parent=community)
    told = renewal(browser)
    assert told["people"] > 0
    assert "居民登记.csv" in told["without_files"]
    refused = post(browser, "/lists/renewal", {"taught": False}, expect=409)
    assert refused["code"] == "lists.no_files"


def test_a_renewal_that_would_change_nothing_cannot_be_applied_but_given_up(boss: Client) -> None:
    found = tried(boss)
    assert found["difference"]["nothing"] is True
    assert post(boss, f"/imports/{found['id']}/apply", expect=409)["code"] == "import.nothing"
    assert upload(boss, found["id"], "a.csv", TRAIN, expect=409)["code"] == "import.state"
    assert post(boss, f"/imports/{found['id']}/discard")["state"] == "discarded"
    assert len(boss.get("/api/lists").json()["live"]) == 2


def test_decisions_teach_the_weights_on_request_and_go_on_doing_so(
    boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[bool, int]] = []

    def watched(*args: Any, **options: Any) -> Any:
        asked.append((options["retrain"], len(options.get("decisions", ()))))
        return link(*args, **options)

    monkeypatch.setattr(work, "link", watched)
    apart(Run.objects.get(current=True))
    told = renewal(boss)
    assert (told["decisions"], told["new_decisions"], told["taught"]) == (1, 1, False)
    before = seen(boss)
    found = tried(boss, taught=True)
    assert (found["taught"], asked) == (True, [(True, 1)])
    assert seen(boss) == before  # a dry run
    assert post(boss, "/lists/renewal", {"taught": False}, expect=409)["code"] == "import.state"
    post(boss, f"/imports/{found['id']}/apply")
    jobs.drain()
    assert composition.taught()
    assert renewal(boss)["taught"] is True
    imported(boss, {"登记3月.csv": REGISTER.replace("13800000002", "13811111111")})
    assert asked[-1] == (True, 1)
    renewed(boss, taught=False)
    assert asked[-1] == (False, 1)
    assert not composition.taught()


def test_a_finding_that_decisions_hide_and_bring_back_comes_once(boss: Client) -> None:
    shown = [row["key"] for row in findings(boss)]
    twin = RunFinding.objects.unscoped(reason=WHY).filter(run=current()).order_by("number")[0]
    twin.pk, twin.hidden = None, True
    twin.save()
    areas_come(boss)
    renewed(boss)
    assert sorted(row["key"] for row in findings(boss)) == sorted(shown)


def test_the_settled_are_not_counted_after_a_renewal_either(boss: Client) -> None:
    one = next(row for row in findings(boss) if row["person"] is not None)
    work_on(boss, one)
    areas_come(boss)
    renewed(boss)
    waiting = [row for row in findings(boss) if row["state"] in ("open", "assigned") and row["person"]]
    people = boss.get("/api/people?size=200").json()["items"]
    assert sum(person["findings"] for person in people) == len(waiting)
    assert RunFinding.objects.unscoped(reason=WHY).filter(run=current(), state="done").count() == 1
