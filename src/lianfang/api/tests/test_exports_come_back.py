"""What this product exports it reads again: people, findings, work lists, masked or not."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lianfang.api.tests.test_importing import (
    REGISTER,
    TRAIN,
    desk,
    folder,
    imported,
    names,
    post,
    streets,
    told,
    upload,
)
from lianfang.kernel import jobs
from lianfang.linkage.models import RunFinding
from lianfang.linkage.reconcile import reconcile

__all__ = ["desk", "folder", "streets"]
pytestmark = pytest.mark.django_db(transaction=True)
#: Whoever is in no area is in nobody's export.
HERE = REGISTER.replace("现住址\n", "现住址,社区\n").replace("室\n", "室,云滨社区\n")
COLUMNS = [
    "name",
    "sex",
    "birth",
    "age",
    "id_number",
    "phone",
    "address",
    "community",
    "grid",
    "household",
    "relation",
]
MORE = ["on_register", "sources", "records", "conflicts", "findings", "last_seen", "corrected", "uid"]


def exported(desk: Client, **body: object) -> bytes:
    answer = desk.post(
        "/api/people/export", {"columns": [*COLUMNS, *MORE], **body}, content_type="application/json"
    )
    assert answer.status_code == 200, answer.content
    if getattr(answer, "streaming", False):
        return b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    content: bytes = answer.content
    return content


def tried(desk: Client, name: str, data: bytes) -> dict[str, Any]:
    """The import of one file after its dry run."""
    number = post(desk, "/imports")["id"]
    file = upload(desk, number, name, data)["files"][0]
    assert (file["state"], file["problems"]) == ("read", [])
    assert file["rows"], file["sheets"]
    told(desk, number, file)
    post(desk, f"/imports/{number}/check")
    jobs.drain()
    shown: dict[str, Any] = desk.get(f"/api/imports/{number}").json()
    assert shown["state"] == "ready", shown["progress"]
    return shown


def fields(shown: dict[str, Any]) -> dict[str, str | None]:
    """Heading → field of the first sheet."""
    return {one["header"]: one["field"] for one in shown["files"][0]["sheets"][0]["columns"]}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_people_unmasked_are_the_same_people(desk: Client, kind: str, language: str) -> None:
    imported(desk, {"登记.csv": HERE, "铁路.csv": TRAIN})
    before = names()
    data = exported(desk, format=kind, language=language, reason="与统计局核对")
    shown = tried(desk, f"people.{kind}", data)
    found = fields(shown)
    assert [found[one] for one in list(found)[:11]] == COLUMNS
    assert set(list(found.values())[11:]) <= {None, "date"}  # figures and file numbers are nobody's data
    people = shown["difference"]["people"]
    assert (people["new"], people["gone"]) == (0, 0)
    assert shown["files"][0]["rejected"] == 0
    post(desk, f"/imports/{shown['id']}/apply")
    jobs.drain()
    assert names() == before


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_people_with_masked_numbers_are_read_too(desk: Client, kind: str) -> None:
    imported(desk, {"登记.csv": HERE, "铁路.csv": TRAIN})
    shown = tried(desk, f"people.{kind}", exported(desk, format=kind, language="zh"))
    assert shown["files"][0]["rows"] == 3
    assert {one["field"] for one in shown["files"][0]["sheets"][0]["columns"]} >= {"id_number", "phone"}
    people = shown["difference"]["people"]
    assert (people["new"], people["gone"]) == (0, 0)  # known by name, address and what is left of the numbers


def test_findings_bring_their_people(desk: Client) -> None:
    run = imported(desk, {"登记.csv": HERE, "铁路.csv": TRAIN})["run"]
    assert RunFinding.objects.unscoped(reason="the test counts").filter(run=run).exists()
    for kind in ("csv", "xlsx"):
        answer = desk.get(f"/api/runs/{run}/findings.{kind}")
        data = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        shown = tried(desk, f"findings-{kind}.{kind}", data)
        assert "name" in fields(shown).values()
        assert shown["difference"]["people"]["gone"] == 0


def test_a_work_list_that_was_printed_is_read(desk: Client, tmp_path: Path) -> None:
    (tmp_path / "登记.csv").write_text(HERE, "utf-8")
    (tmp_path / "铁路.csv").write_text(TRAIN, "utf-8")
    reconcile(tmp_path / "登记.csv", [tmp_path / "铁路.csv"], tmp_path / "out", as_of=date(2020, 2, 20))
    imported(desk, {"登记.csv": HERE, "铁路.csv": TRAIN})
    shown = tried(desk, "worklist.xlsx", (tmp_path / "out" / "worklist.xlsx").read_bytes())
    found = [one["columns"] for one in shown["files"][0]["sheets"] if one["records"]]
    assert found
    assert {"name", "address"} <= {one["field"] for one in found[0]}
    assert shown["difference"]["people"]["gone"] == 0
