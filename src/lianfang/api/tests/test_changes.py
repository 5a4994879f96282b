"""The daily update: the same figures as page, list, export; inside one's area; taken back is not changed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import NOW, Town
from lianfang.kernel.actor import system
from lianfang.linkage.actions import load_result
from lianfang.linkage.changes.models import RunChange
from lianfang.linkage.models import Run
from lianfang.linkage.result import RunResult
from lianfang.linkage.tests.sample import sample
from lianfang.territory.models import Area

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
WHY = "the test counts everything"


def load(result: RunResult, days: int) -> Run:
    return load_result(actor=system("test"), now=NOW + timedelta(days=days), result=result, title="三月")


def without(result: RunResult, code: str) -> RunResult:
    """The same lists without one person and all that speaks of him."""
    gone = result.links.with_row_index("record").filter(pl.col("person_id") == code)["record"]
    keep = ~pl.col("record").is_in(gone.implode())
    frames = {
        name: getattr(result, name).filter(pl.col("person_id") != code)
        for name in ("people", "links", "findings", "descriptions")
    }
    return RunResult(**{
        **vars(result), **frames,
        "records": result.records.filter(keep), "pinyin": result.pinyin.filter(keep),
        "reviews": result.reviews.clear(),
    })  # fmt: skip


def shown(browser: Client, **query: str | int) -> dict[str, Any]:
    answer = browser.get("/api/changes", query)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_the_first_run_is_no_change(town: Town, sign_in: SignIn) -> None:
    found = shown(sign_in(Role.DATA_CENTRE))
    assert set(found["totals"].values()) == {0}
    assert RunChange.objects.unscoped(reason=WHY).count() == 0


def test_whoever_vanishes_is_gone_and_whoever_comes_is_new(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    load(without(sample(60), "P000001"), 1)
    gone = shown(browser)
    assert (gone["totals"]["person.gone"], gone["totals"]["person.new"]) == (1, 0)
    assert gone["totals"]["finding.closed"] > 0
    load(sample(60), 2)
    back = shown(browser, since=gone["until"])
    assert (back["totals"]["person.gone"], back["totals"]["person.new"]) == (0, 1)
    assert "新增1人" in back["message"]["zh"]
    people = browser.get("/api/changes/people", {"kind": "person.new", "since": gone["until"]}).json()
    assert [one["name"] for one in people["items"]] == ["王伟"]


def test_what_was_taken_back_within_the_span_is_no_change(town: Town, sign_in: SignIn) -> None:
    first = load(without(sample(60), "P000001"), 1)
    load(sample(60), 2)
    load(without(sample(60), "P000001"), 3)
    found = shown(sign_in(Role.DATA_CENTRE), since=first.pk)
    assert (found["totals"]["person.new"], found["totals"]["person.gone"]) == (0, 0)
    assert (found["totals"]["finding.new"], found["totals"]["finding.closed"]) == (0, 0)


def test_places_and_totals_are_the_same_count(town: Town, sign_in: SignIn) -> None:
    load(sample(90), 1)
    found = shown(sign_in(Role.DATA_CENTRE))
    for kind, total in found["totals"].items():
        assert sum(place["counts"][kind] for place in found["places"]) == total
    assert found["totals"]["person.new"] == 31 or found["totals"]["person.new"] == 30
    lines = sign_in(Role.DATA_CENTRE).get("/api/changes/export.csv").content.decode("utf-8-sig").splitlines()
    column = lines[0].split(",").index("person.new")
    assert sum(int(line.split(",")[column]) for line in lines[1:]) == found["totals"]["person.new"]


@pytest.mark.parametrize("where", ["here", "there"])
def test_a_grid_worker_sees_the_changes_of_his_grid(where: str, town: Town, sign_in: SignIn) -> None:
    load(sample(90), 1)
    area: Area = getattr(town, where)
    found = shown(sign_in(Role.GRID_WORKER, area))
    assert {place["grid"] for place in found["places"]} == {area.name}
    assert 0 < found["totals"]["person.new"] < 30
    answer = sign_in(Role.GRID_WORKER, area).get("/api/changes/people", {"kind": "person.new"}).json()
    assert {one["grid"] for one in answer["items"]} == {area.name}


def test_without_permission_there_is_nothing(town: Town, sign_in: SignIn) -> None:
    for role in (Role.GUARD, Role.VOLUNTEER):
        assert sign_in(role, town.here).get("/api/changes").status_code == 403
    assert sign_in(Role.GRID_WORKER, town.here).get("/api/changes/export.csv").status_code == 403


def test_old_runs_go_but_one(town: Town) -> None:
    for days in (1, 2, 3):
        load(sample(60 + days), days)
    assert Run.objects.count() == 2
