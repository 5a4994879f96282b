"""Lists that came on the command line are live like imported ones: added to, renewed, withdrawn, grounded."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lianfang.api.tests.conftest import NOW
from lianfang.api.tests.test_importing import (
    REGISTER,
    TRAIN,
    checked,
    desk,
    folder,
    imported,
    names,
    post,
    streets,
    upload,
)
from lianfang.kernel import clock, jobs
from lianfang.kernel.actor import system
from lianfang.kernel.errors import ProblemError
from lianfang.linkage.actions import load_result
from lianfang.linkage.importing import files
from lianfang.linkage.importing.loaded import Ground
from lianfang.linkage.importing.models import Import, ListVersion, Source
from lianfang.linkage.models import Run, RunPerson
from lianfang.linkage.reconcile import reconcile
from lianfang.linkage.result import read
from lianfang.territory.models import Compound

__all__ = ["desk", "folder", "streets"]
pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., Client]
VISITS = """姓名,身份证号,联系电话,现住址,走访日期
周洋,330109200001015673,13800000007,云滨湾小区1幢1单元301室,2020-02-18
"""
MAP = """[[list]]
file = "铁路.csv"
encoding = "gb18030"
[list.columns]
"备用" = "origin"
"""


def reconciled(place: Path, mapping: str = "", **lists: str) -> Path:
    """The folder of a run on the command line, of lists by their files' names; the first is the register."""
    place.mkdir(exist_ok=True)
    for name, text in lists.items():
        (place / f"{name}.csv").write_text(text, "gb18030")
    told = place / "map.toml"
    told.write_text(mapping, "utf-8")
    first, *others = [place / f"{name}.csv" for name in lists]
    reconcile(first, others, place / "out", mapping=told if mapping else None, as_of=date(2020, 2, 20))
    for name in lists:
        (place / f"{name}.csv").unlink()  # the folder holds everything that is needed
    return place / "out"


def load(out: Path, ground: Ground | None = None, *, replace: bool = False) -> Run:
    return load_result(
        actor=system("load"), now=NOW, result=read(out), title="二月", folder=out, ground=ground, replace=replace
    )  # fmt: skip


def live(desk: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.get("/api/lists").json()["live"]
    return found


def uids() -> dict[str | None, int]:
    people = RunPerson.objects.unscoped(reason="the test counts").filter(run__current=True)
    return dict(people.values_list("name", "uid"))


def test_a_gate_plan_counts_the_people_whom_the_lists_put_into_buildings(
    desk: Client, tmp_path: Path
) -> None:
    place = "云滨社区,云滨湾小区"
    register = f"""姓名,身份证号,联系电话,社区,现住址
王伟,330109198705200033,13800000001,{place}1幢1单元101室
李芳,330109199003074524,13800000002,{place}1幢1单元102室
张敏,330109196512120046,13800000003,{place}1幢1单元201室
赵强,330109197801011238,13900000009,{place}2幢1单元101室
"""
    visits = f"""姓名,身份证号,联系电话,社区,现住址,走访日期
周洋,330109200001015673,13800000007,{place}1幢1单元301室,2020-02-18
王伟,330109198705200033,13800000001,{place}1幢1单元101室,2020-02-18
"""  # 王伟 stands on two lists and lives there once
    load(reconciled(tmp_path / "a", 登记=register, 走访=visits))
    (compound,) = Compound.objects.unscoped(reason="the test counts")
    ground = desk.get(f"/api/gate-plans/grounds/{compound.pk}").json()
    assert {one["name"]: one["people"] for one in ground["buildings"]} == {"1": 4, "2": 1}


def test_they_are_live_with_their_files(desk: Client, tmp_path: Path) -> None:
    load(reconciled(tmp_path / "a", 登记=REGISTER, 铁路=TRAIN))
    shown = live(desk)
    assert [(one["source"]["name"], one["kind"], one["number"], one["rows"]) for one in shown] == [
        ("登记", "register", 1, 3),
        ("铁路", "transport", 1, 2),
    ]
    assert [(one["legal_basis"], one["purpose"], one["expires_on"]) for one in shown] == [("", "", None)] * 2
    stored = list(ListVersion.objects.values_list("stored", flat=True))
    assert all(files.path(name).is_file() for name in stored)


def test_what_is_imported_is_added_to_them(desk: Client, tmp_path: Path) -> None:
    load(reconciled(tmp_path / "a", 登记=REGISTER, 铁路=TRAIN))
    before = uids()
    found = imported(desk, {"走访.csv": VISITS})
    difference = found["difference"]
    assert [(one["source"], one["going"]) for one in difference["lists"]] == [
        ("登记", False), ("铁路", False), ("走访", False),
    ]  # fmt: skip
    assert {one["unchanged"] for one in difference["lists"] if not one["coming"]} == {2, 3}
    assert (difference["people"]["new"], difference["people"]["gone"]) == (1, 0)
    assert names() == {"王伟", "李芳", "张敏", "赵强", "周洋"}
    assert {name: uid for name, uid in uids().items() if name in before} == before


def test_the_same_file_changes_nothing_and_a_newer_one_its_own_list(desk: Client, tmp_path: Path) -> None:
    load(reconciled(tmp_path / "a", 登记=REGISTER, 铁路=TRAIN))
    same = checked(desk, {"登记.csv": REGISTER.encode("gb18030").decode("gb18030")})
    assert same["files"][0]["source"]["name"] == "登记"
    assert same["difference"]["nothing"] is True
    found = imported(desk, {"登记3月2日.csv": REGISTER.replace("13800000002", "13811111111")})
    row = next(one for one in found["difference"]["lists"] if one["coming"])
    assert (row["source"], row["changed"], row["unchanged"]) == ("登记", 1, 2)
    assert [(one["source"]["name"], one["number"]) for one in live(desk)] == [("登记", 2), ("铁路", 1)]


def test_the_very_same_bytes_are_said_to_be_there(desk: Client, tmp_path: Path) -> None:
    load(reconciled(tmp_path / "a", 登记=REGISTER))
    number = post(desk, "/imports")["id"]
    shown = upload(desk, number, "登记.csv", REGISTER.encode("gb18030"))
    assert shown["files"][0]["same_as"]["source"]["name"] == "登记"


def test_each_can_be_withdrawn(desk: Client, tmp_path: Path) -> None:
    load(reconciled(tmp_path / "a", 登记=REGISTER, 铁路=TRAIN))
    train = next(one for one in live(desk) if one["source"]["name"] == "铁路")
    post(desk, f"/lists/{train['id']}/withdraw", {"reason": "发错了名单"})
    jobs.drain()
    assert names() == {"王伟", "李芳", "张敏"}
    assert len(live(desk)) == 1


def test_what_the_user_said_of_columns_and_encoding_holds(desk: Client, tmp_path: Path) -> None:
    train = TRAIN.replace("联系方式", "联系方式,备用").replace("13800000001", "13800000001,武汉")
    load(reconciled(tmp_path / "a", MAP, 登记=REGISTER, 铁路=train))
    found = imported(desk, {"走访.csv": VISITS})
    assert {one["unchanged"] for one in found["difference"]["lists"] if not one["coming"]} == {2, 3}
    assert Source.objects.get(name="铁路").remembered["columns"] == {"备用": "origin"}


def test_loaded_again_a_list_is_a_newer_version_and_the_same_stays(desk: Client, tmp_path: Path) -> None:
    load(reconciled(tmp_path / "a", 登记=REGISTER, 铁路=TRAIN))
    load(reconciled(tmp_path / "b", 登记=REGISTER.replace("王伟", "王为"), 铁路=TRAIN))
    assert [(one["source"]["name"], one["number"]) for one in live(desk)] == [("登记", 2), ("铁路", 1)]
    assert len(list(files.path("x").parent.iterdir())) == ListVersion.objects.count() == 3
    load(reconciled(tmp_path / "c", 登记=REGISTER.replace("王伟", "王为"), 铁路=TRAIN))
    assert ListVersion.objects.count() == 3
    assert Import.objects.count() == 2


def test_lists_of_others_stop_it_unless_they_are_to_end(desk: Client, tmp_path: Path) -> None:
    imported(desk, {"走访.csv": VISITS})
    out = reconciled(tmp_path / "a", 登记=REGISTER)
    with pytest.raises(ProblemError) as refused:
        load(out)
    assert (refused.value.code, refused.value.params) == ("lists.others", {"names": ["走访.csv"]})
    assert names() == {"周洋"}
    assert len(list(files.path("x").parent.iterdir())) == 1
    load(out, replace=True)
    assert names() == {"王伟", "李芳", "张敏"}
    assert [one["file_name"] for one in desk.get("/api/lists").json()["gone"]] == ["走访.csv"]


def test_the_ground_is_stated_with_the_command_or_later(desk: Client, tmp_path: Path) -> None:
    expires = clock.local_date(clock.now()) + timedelta(days=200)
    said = Ground("duty", "摸排返回人员", expires)
    load(reconciled(tmp_path / "a", 登记=REGISTER), said)
    one = live(desk)[0]
    assert (one["legal_basis"], one["purpose"], one["expires_on"]) == ("duty", "摸排返回人员", f"{expires}")
    body = {
        "revision": one["revision"],
        "legal_basis": "consent",
        "purpose": "回访",
        "expires_on": "2099-01-01",
    }
    told = post(desk, f"/lists/{one['id']}/ground", body)
    assert (told["legal_basis"], told["purpose"], told["expires_on"]) == ("consent", "回访", "2099-01-01")
    assert post(desk, f"/lists/{one['id']}/ground", body, expect=409)["code"] == "conflict"
    soon = {**body, "revision": told["revision"], "expires_on": "2020-02-20"}
    assert post(desk, f"/lists/{one['id']}/ground", soon, expect=422)["code"] == "list.ground_over"
    assert Source.objects.get().purpose == "回访"
