"""Importing through HTTP: upload, correct, dry run, apply; the same again, a newer version, withdrawing."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import NOW
from lianfang.kernel import clock, jobs
from lianfang.kernel.actor import system
from lianfang.kernel.sealed_files import MAGIC
from lianfang.linkage.importing import at_rest, files
from lianfang.linkage.importing.models import ListVersion, VersionState
from lianfang.linkage.importing.steps import expire
from lianfang.linkage.models import Run, RunPerson, RunRecord
from lianfang.registry.models import Person
from lianfang.territory.actions import add_area
from lianfang.territory.models import Area

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Client]
WHY = "the test counts everything"

REGISTER = """姓名,身份证号,联系电话,现住址
王伟,330109198705200033,13800000001,云滨湾小区1幢1单元101室
李芳,330109199003074524,13800000002,云滨湾小区1幢1单元102室
张敏,330109196512120046,13800000003,云滨湾小区1幢1单元201室
"""
TRAIN = """旅客姓名,证件号码,车次,乘车日期,联系方式
王伟,330109198705200033,G1234,2020-02-10,13800000001
赵强,330109197801011238,G1234,2020-02-10,13900000009
"""


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    """A data folder for each test: what is left in it is counted."""
    settings.LIANFANG_DATA = tmp_path


@pytest.fixture
def streets(db: None) -> tuple[Area, Area]:
    """The subdistrict and one community of it."""
    actor = system("test")
    street = add_area(actor=actor, now=NOW, code="330109005", name="滨江街道")
    one = add_area(actor=actor, now=NOW, code="330109005001", name="云滨社区", parent=street)
    return street, one


@pytest.fixture
def desk(streets: tuple[Area, Area], sign_in: SignIn) -> Client:
    """Somebody of the data centre, appointed to the whole subdistrict."""
    return sign_in(Role.DATA_CENTRE, streets[0])


def post(desk: Client, path: str, body: object = None, expect: int = 200) -> dict[str, Any]:
    answer = desk.post(f"/api{path}", body or {}, content_type="application/json")
    assert answer.status_code == expect, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def upload(desk: Client, number: int, name: str, text: str | bytes, expect: int = 200) -> dict[str, Any]:
    data = text if isinstance(text, bytes) else text.encode()
    answer = desk.post(
        f"/api/imports/{number}/files?name={name}", data, content_type="application/octet-stream"
    )
    assert answer.status_code == expect, answer.content.decode()
    jobs.drain()
    shown: dict[str, Any] = desk.get(f"/api/imports/{number}").json() if expect == 200 else answer.json()
    return shown


EXPIRES = clock.local_date(clock.now()) + timedelta(days=200)
GROUNDS = {"legal_basis": "epidemic_law", "purpose": "摸排返回人员", "expires_on": f"{EXPIRES}"}


def told(desk: Client, number: int, file: dict[str, Any], **more: object) -> dict[str, Any]:
    body = {"revision": file["revision"], **GROUNDS, **more}
    return post(desk, f"/imports/{number}/files/{file['id']}", body)


def draft(desk: Client, lists: dict[str, str]) -> int:
    number: int = post(desk, "/imports")["id"]
    for name, text in lists.items():
        upload(desk, number, name, text)
    for file in desk.get(f"/api/imports/{number}").json()["files"]:
        told(desk, number, file)
    return number


def checked(desk: Client, lists: dict[str, str]) -> dict[str, Any]:
    number = draft(desk, lists)
    post(desk, f"/imports/{number}/check")
    jobs.drain()
    found: dict[str, Any] = desk.get(f"/api/imports/{number}").json()
    assert found["state"] == "ready", found
    return found


def imported(desk: Client, lists: dict[str, str]) -> dict[str, Any]:
    number = checked(desk, lists)["id"]
    post(desk, f"/imports/{number}/apply")
    jobs.drain()
    found: dict[str, Any] = desk.get(f"/api/imports/{number}").json()
    assert found["state"] == "applied", found
    return found


def names() -> set[str | None]:
    people = RunPerson.objects.unscoped(reason=WHY).filter(run__current=True)
    return set(people.values_list("name", flat=True))


def test_what_was_recognised_is_shown_with_masked_samples(desk: Client) -> None:
    number = post(desk, "/imports")["id"]
    shown = upload(desk, number, "登记.csv", REGISTER)
    sheet = shown["files"][0]["sheets"][0]
    fields = [column["field"] for column in sheet["columns"]]
    assert fields == ["name", "id_number", "phone", "address"]
    assert sheet["columns"][1]["samples"][0] == "330****33"
    assert (sheet["records"], shown["files"][0]["state"]) == (3, "read")
    assert "330109198705200033" not in str(shown)


def test_from_files_to_a_register(desk: Client) -> None:
    found = checked(desk, {"登记.csv": REGISTER, "铁路.csv": TRAIN})
    difference = found["difference"]
    assert difference["first"] is True
    assert difference["people"]["new"] == 4
    assert Run.objects.count() == 0
    post(desk, f"/imports/{found['id']}/apply")
    jobs.drain()
    assert names() == {"王伟", "李芳", "张敏", "赵强"}
    assert Person.objects.unscoped(reason=WHY).count() == 4
    live = desk.get("/api/lists").json()["live"]
    assert [(one["file_name"], one["number"], one["rows"]) for one in live] == [
        ("登记.csv", 1, 3),
        ("铁路.csv", 1, 2),
    ]
    assert files.workplace(found["id"]).exists() is True  # made by asking
    assert list(files.workplace(found["id"]).iterdir()) == []


def test_the_same_file_again_changes_nothing_and_says_so(desk: Client) -> None:
    imported(desk, {"登记.csv": REGISTER})
    found = checked(desk, {"登记.csv": REGISTER})
    assert found["files"][0]["same_as"]["number"] == 1
    assert found["files"][0]["source"]["name"] == "登记"
    assert found["difference"]["nothing"] is True
    refused = post(desk, f"/imports/{found['id']}/apply", expect=409)
    assert refused["code"] == "import.nothing"


def test_a_newer_version_shows_what_changed_and_takes_the_place(desk: Client) -> None:
    imported(desk, {"登记.csv": REGISTER, "铁路.csv": TRAIN})
    before = {
        person.name: person.uid for person in RunPerson.objects.unscoped(reason=WHY).filter(run__current=True)
    }
    newer = REGISTER.replace("13800000002", "13811111111").replace(
        "张敏,330109196512120046,13800000003,云滨湾小区1幢1单元201室\n",
        "周洋,330109200001015673,13800000007,云滨湾小区1幢1单元301室\n",
    )
    found = checked(desk, {"登记3月2日.csv": newer})
    assert found["files"][0]["source"]["name"] == "登记"
    row = next(one for one in found["difference"]["lists"] if one["coming"])
    assert (row["new"], row["changed"], row["vanished"], row["unchanged"]) == (1, 1, 1, 1)
    people = found["difference"]["people"]
    assert (people["new"], people["gone"], people["changed"]) == (1, 1, 1)
    change = found["difference"]["examples"]["rows"][0]
    assert change["values"] == [{"field": "phone", "old": "138****02", "new": "138****11"}]
    post(desk, f"/imports/{found['id']}/apply")
    jobs.drain()
    assert names() == {"王伟", "李芳", "周洋", "赵强"}
    after = {
        person.name: person.uid for person in RunPerson.objects.unscoped(reason=WHY).filter(run__current=True)
    }
    assert after["李芳"] == before["李芳"]
    assert ListVersion.objects.filter(state=VersionState.SUPERSEDED).count() == 1


def tables(folder: Path) -> list[Path]:
    return sorted(file for file in (folder / "lists" / "imports").rglob("*") if file.is_file())


def test_between_dry_run_and_applying_nothing_lies_readable(desk: Client, tmp_path: Path) -> None:
    number = checked(desk, {"登记.csv": REGISTER})["id"]
    kept = tables(tmp_path)
    assert {file.name for file in kept} > {
        "RunPerson.parquet.sealed",
        "head.json.sealed",
        "records.parquet.sealed",
    }
    assert all(file.read_bytes().startswith(MAGIC) for file in kept)
    # A process was killed while it worked with them: the next one goes on, what nobody works with is sealed.
    killed = [at_rest.opened(number) for _ in range(2)]
    killed[0].__enter__()
    assert any(file.name == "RunPerson.parquet" for file in tables(tmp_path))
    at_rest.sweep()
    assert [file.name for file in tables(tmp_path)] == [file.name for file in kept]
    killed[1].__enter__()
    post(desk, f"/imports/{number}/apply")
    jobs.drain()
    assert names() == {"王伟", "李芳", "张敏"}
    assert tables(tmp_path) == []


def test_of_an_import_given_up_no_table_stays(desk: Client, tmp_path: Path) -> None:
    number = checked(desk, {"登记.csv": REGISTER})["id"]
    post(desk, f"/imports/{number}/discard")
    (files.workplace(number) / "rows").mkdir()
    (files.workplace(number) / "rows" / "RunPerson.parquet").write_text("left by a process that was killed")
    at_rest.sweep()
    assert tables(tmp_path) == []


def test_corrections_are_remembered_for_the_next_list_of_that_source(desk: Client) -> None:
    text = "姓名,证件,甲,乙\n王伟,330109198705200033,云滨湾小区1幢1单元101室,湖北\n"
    number = post(desk, "/imports")["id"]
    file = upload(desk, number, "返回人员0301.csv", text)["files"][0]
    shown = told(
        desk, number, file, proposal={"name": "返回人员", "organisation": "公安"},
        sheets=[{"index": 0, "columns": {"C": "address", "D": "origin"}}],
    )  # fmt: skip
    jobs.drain()
    shown = desk.get(f"/api/imports/{number}").json()
    assert [column["field"] for column in shown["files"][0]["sheets"][0]["columns"]][2:] == [
        "address",
        "origin",
    ]
    post(desk, f"/imports/{number}/check")
    jobs.drain()
    post(desk, f"/imports/{number}/apply")
    jobs.drain()
    again = post(desk, "/imports")["id"]
    shown = upload(desk, again, "返回人员0302.csv", text.replace("王伟", "王卫"))
    file = shown["files"][0]
    assert file["source"]["name"] == "返回人员"
    columns = file["sheets"][0]["columns"]
    assert [(column["field"], column["hand"]) for column in columns][2:] == [
        ("address", True),
        ("origin", True),
    ]
    assert (file["legal_basis"], file["purpose"]) == ("epidemic_law", "摸排返回人员")
    assert RunRecord.objects.unscoped(reason=WHY).get().origin == "湖北"


def test_withdrawing_takes_away_what_came_from_the_list_alone(desk: Client) -> None:
    imported(desk, {"登记.csv": REGISTER, "铁路.csv": TRAIN})
    train = next(one for one in desk.get("/api/lists").json()["live"] if one["file_name"] == "铁路.csv")
    stored = files.path(ListVersion.objects.get(pk=train["id"]).stored)
    assert stored.exists()
    refused = post(desk, f"/lists/{train['id']}/withdraw", {"reason": "误"}, expect=422)
    assert refused["code"] == "list.reason"
    post(desk, f"/lists/{train['id']}/withdraw", {"reason": "发错了名单"})
    jobs.drain()
    assert names() == {"王伟", "李芳", "张敏"}
    assert set(Person.objects.unscoped(reason=WHY).values_list("name", flat=True)) == names()
    assert not stored.exists()
    assert Run.objects.count() == 1  # an earlier run would still show the list
    gone = desk.get("/api/lists").json()["gone"]
    assert [(one["file_name"], one["state"]) for one in gone] == [("铁路.csv", "withdrawn")]
    again = post(desk, f"/lists/{train['id']}/withdraw", {"reason": "发错了名单"}, expect=409)
    assert again["code"] == "list.over"


def test_the_last_list_can_be_withdrawn_too(desk: Client) -> None:
    imported(desk, {"登记.csv": REGISTER})
    number = desk.get("/api/lists").json()["live"][0]["id"]
    post(desk, f"/lists/{number}/withdraw", {"reason": "疫情结束"})
    jobs.drain()
    assert names() == set()
    assert Person.objects.unscoped(reason=WHY).count() == 0


def test_a_withdrawn_version_can_bring_back_the_one_before(desk: Client) -> None:
    imported(desk, {"登记.csv": REGISTER})
    imported(desk, {"登记.csv": REGISTER.replace("王伟", "王为")})
    live = desk.get("/api/lists").json()["live"][0]
    assert (live["number"], live["restorable"]) == (2, True)
    post(desk, f"/lists/{live['id']}/withdraw", {"reason": "版本有误", "restore": True})
    jobs.drain()
    assert "王伟" in names()
    assert [one["number"] for one in desk.get("/api/lists").json()["live"]] == [1]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", b"%PDF-1.4 something", "file.pdf"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)), "file.image"),
        ("b.csv", "姓名\n".encode("utf-16")[:5] + bytes(range(128, 256)) * 20, None),
        ("c.csv", "品名,数量\n酒精,3\n".encode(), "header.no_person"),
    ],
)
def test_a_file_that_is_no_list_says_what_it_is(
    desk: Client, name: str, data: bytes, code: str | None
) -> None:
    number = post(desk, "/imports")["id"]
    file = upload(desk, number, name, data)["files"][0]
    problems = [*file["problems"], *(one for sheet in file["sheets"] for one in sheet["problems"])]
    if code not in (None, "header.no_person"):
        assert [one["code"] for one in problems] == [code]
        assert file["state"] == "unreadable"
    told(desk, number, file)
    refused = post(desk, f"/imports/{number}/check", expect=422)
    assert refused["code"] == "import.unreadable"
    assert refused["params"]["file"] == name
    assert Run.objects.count() == 0


def test_uploads_that_cannot_be_leave_nothing(desk: Client) -> None:
    number = post(desk, "/imports")["id"]
    assert upload(desk, number, "leer.csv", "", expect=422)["code"] == "upload.empty"
    upload(desk, number, "a.csv", REGISTER)
    assert upload(desk, number, "b.csv", REGISTER, expect=409) == {
        "code": "upload.twice", "params": {"name": "a.csv"},
    }  # fmt: skip
    answer = desk.post(
        f"/api/imports/{number}/files?name=gross.csv", b"x", content_type="application/octet-stream",
        headers={"Content-Length": str(10**13)},
    )  # fmt: skip
    assert answer.status_code == 413
    assert len(list(files.path("x").parent.iterdir())) == ListVersion.objects.count() == 1


def test_a_stale_page_changes_nothing(desk: Client) -> None:
    number = post(desk, "/imports")["id"]
    file = upload(desk, number, "a.csv", REGISTER)["files"][0]
    told(desk, number, file, purpose="第一次")
    body = {"revision": file["revision"], "purpose": "第二次"}
    assert post(desk, f"/imports/{number}/files/{file['id']}", body, expect=409)["code"] == "conflict"
    assert ListVersion.objects.get().purpose == "第一次"


def test_a_dry_run_older_than_the_live_lists_is_not_applied(desk: Client) -> None:
    first = checked(desk, {"登记.csv": REGISTER})
    imported(desk, {"铁路.csv": TRAIN})
    assert desk.get(f"/api/imports/{first['id']}").json()["stale"] is True
    assert post(desk, f"/imports/{first['id']}/apply", expect=409)["code"] == "import.stale"
    assert names() == {"王伟", "赵强"}


def test_what_is_missing_is_named(desk: Client) -> None:
    number = post(desk, "/imports")["id"]
    assert post(desk, f"/imports/{number}/check", expect=422)["code"] == "import.empty"
    upload(desk, number, "a.csv", REGISTER)
    assert post(desk, f"/imports/{number}/check", expect=422) == {
        "code": "import.incomplete",
        "params": {"file": "a.csv", "fields": ["legal_basis", "purpose", "expires_on"]},
    }


def test_a_draft_is_given_up_without_a_trace(desk: Client) -> None:
    found = checked(desk, {"登记.csv": REGISTER})
    post(desk, f"/imports/{found['id']}/discard")
    assert ListVersion.objects.count() == 0
    assert desk.get("/api/lists/sources").json() == []
    assert list(files.path("x").parent.iterdir()) == []


def test_cancelled_it_is_a_draft_again(desk: Client) -> None:
    number = draft(desk, {"登记.csv": REGISTER})
    assert post(desk, f"/imports/{number}/check")["working"] is True
    assert post(desk, f"/imports/{number}/cancel")["state"] == "draft"
    jobs.drain()
    assert Run.objects.count() == 0
    post(desk, f"/imports/{number}/check")
    jobs.drain()
    assert desk.get(f"/api/imports/{number}").json()["state"] == "ready"


def test_lists_whose_time_is_over_go(desk: Client) -> None:
    imported(desk, {"登记.csv": REGISTER})
    imported(desk, {"铁路.csv": TRAIN})
    ListVersion.objects.filter(file_name="铁路.csv").update(expires_on=NOW.date())
    assert expire(now=NOW - timedelta(days=2)) is None
    assert expire(now=NOW + timedelta(days=1)) is not None
    jobs.drain()
    assert names() == {"王伟", "李芳", "张敏"}
    assert expire(now=NOW + timedelta(days=1)) is None


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.GRID_WORKER, Role.LEADER, Role.AUDITOR])
def test_who_may_not_import_gets_nothing(role: Role, streets: tuple[Area, Area], sign_in: SignIn) -> None:
    browser = sign_in(role, streets[0])
    for path in ("/api/imports", "/api/lists", "/api/lists/sources"):
        assert browser.get(path).status_code == 403


def test_over_a_part_of_the_subdistrict_nobody_imports(
    streets: tuple[Area, Area], desk: Client, sign_in: SignIn
) -> None:
    number = draft(desk, {"登记.csv": REGISTER})
    part = sign_in(Role.DATA_CENTRE, streets[1])
    file = ListVersion.objects.get().pk
    nonsense = part.get("/api/imports/999999").content
    for path in ("/api/imports", f"/api/imports/{number}", "/api/lists", "/api/lists/sources"):
        answer = part.get(path)
        assert (answer.status_code, answer.content) == (404, nonsense)
    for path in (
        "/api/imports", f"/api/imports/{number}/check", f"/api/imports/{number}/apply",
        f"/api/imports/{number}/cancel", f"/api/imports/{number}/discard",
    ):  # fmt: skip
        assert part.post(path, {}, content_type="application/json").content == nonsense
    assert upload(part, number, "b.csv", TRAIN, expect=404)["code"] == "not_found"
    assert part.delete(f"/api/imports/{number}/files/{file}").content == nonsense
    assert ListVersion.objects.count() == 1
