"""Findings as work over HTTP: given, settled, reopened, undone; who may; what a stale page is told."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import polars as pl
import pytest
from django.test import Client

from lianfang.accounts.models import Appointment, User
from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import NOW, Town
from lianfang.kernel.actor import system
from lianfang.kernel.models import AuditRecord
from lianfang.linkage.actions import load_result
from lianfang.linkage.models import Run, RunFigure, RunFinding, RunText
from lianfang.linkage.tests.sample import sample
from lianfang.linkage.work import found_in
from lianfang.linkage.work.figures import moment
from lianfang.linkage.work.models import FindingNote
from lianfang.territory.models import Area

SignIn = Callable[..., Client]


def findings(browser: Client, run: int, **which: str | int) -> list[dict[str, Any]]:
    page = browser.get(f"/api/runs/{run}/findings", {"size": 200, **which}).json()
    assert page["total"] == len(page["items"])
    return list(page["items"])


def chosen(*rows: dict[str, Any]) -> list[dict[str, object]]:
    return [{"key": row["key"], "version": row["work"]["version"] if row["work"] else 0} for row in rows]


def send(browser: Client, what: str, *rows: dict[str, Any], **more: object) -> tuple[int, dict[str, Any]]:
    body = {"chosen": chosen(*rows), **more}
    answer = browser.post(f"/api/work/{what}", body, content_type="application/json")
    return answer.status_code, answer.json()


def appoint(role: Role, area: Area | None, name: str) -> User:
    user = User.objects.create(username=name, display_name=name, created_at=NOW)
    Appointment.objects.create(user=user, role=role.value, area=area, starts_at=NOW)
    return user


def as_user(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def test_a_finding_is_given_done_with_a_note_and_reopened(town: Town, sign_in: SignIn) -> None:
    run, secretary = town.run.pk, sign_in(Role.SECRETARY, town.here)
    worker = appoint(Role.GRID_WORKER, town.here, "格员小赵")
    first = findings(secretary, run)[0]
    assert (first["state"], first["work"]) == ("open", None)
    assert send(secretary, "assign", first, worker=worker.pk, due="2020-02-25")[0] == 200

    [own] = findings(as_user(worker), run, assignee="mine", state="todo")
    assert (own["key"], own["state"], own["due"]) == (first["key"], "assigned", "2020-02-25")
    assert send(as_user(worker), "settle", own, state="done", note=" ")[1]["code"] == "finding.note"
    assert send(as_user(worker), "settle", own, state="done", note="已上门核实")[0] == 200
    [done] = findings(secretary, run, state="done")
    assert (done["key"], done["work"]["note"], done["work"]["changed_by"]) == (
        own["key"],
        "已上门核实",
        "格员小赵",
    )

    assert send(secretary, "reopen", done, note="再看一次")[0] == 200
    [again] = findings(as_user(worker), run, assignee="mine")
    assert (again["state"], again["work"]["assignee"]) == ("assigned", worker.pk)
    steps = secretary.get(f"/api/work/history/{own['key']}").json()
    assert [step["act"] for step in steps] == ["reopened", "done", "assigned"]
    acts = AuditRecord.objects.filter(kind="finding").order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["finding.assigned", "finding.done", "finding.reopened"]


def test_steps_are_taken_back_one_after_the_other(town: Town, sign_in: SignIn) -> None:
    run, browser = town.run.pk, sign_in(Role.DATA_CENTRE)
    one = findings(browser, run)[0]
    as_it_was = {**one}
    send(browser, "assign", one, area=town.here.parent_id, due="2020-02-25", note="请核实")
    [given] = findings(browser, run, state="assigned")
    send(browser, "settle", given, state="dismissed", note="不用管")
    [settled] = findings(browser, run, state="dismissed")
    assert send(browser, "undo", settled)[0] == 200
    [back] = findings(browser, run, state="assigned")
    assert (back["due"], back["work"]["team_name"]) == ("2020-02-25", "云滨社区")
    assert send(browser, "undo", back)[0] == 200
    [open_again] = [row for row in findings(browser, run) if row["key"] == one["key"]]
    assert {name: open_again[name] for name in ("state", "due", "since")} == {
        name: as_it_was[name] for name in ("state", "due", "since")
    }
    assert send(browser, "undo", open_again)[1]["code"] == "finding.nothing"
    assert FindingNote.objects.unscoped(reason="a test").count() == 4


def test_two_at_once_do_not_overwrite_each_other(town: Town, sign_in: SignIn) -> None:
    run = town.run.pk
    one, other = sign_in(Role.SECRETARY, town.here), sign_in(Role.DATA_CENTRE)
    rows = findings(one, run)[:3]
    assert send(one, "settle", rows[1], state="done", note="已核实")[0] == 200
    status, problem = send(other, "settle", *rows, state="dismissed", note="不管了")
    assert (status, problem["code"]) == (409, "finding.changed")
    assert problem["params"]["findings"] == 1
    assert (problem["params"]["state"], problem["params"]["by"]) == ("done", "某人")
    assert problem["params"]["keys"] == [rows[1]["key"]]
    assert [row["state"] for row in findings(one, run)[:3]] == ["open", "done", "open"]


def test_nobody_works_outside_his_area(town: Town, sign_in: SignIn) -> None:
    run = town.run.pk
    everywhere, here = sign_in(Role.DATA_CENTRE), sign_in(Role.SECRETARY, town.here)
    [away, *_] = findings(sign_in(Role.SECRETARY, town.there), run)
    [own, *_] = findings(here, run)
    nonsense = {**away, "key": "123456789"}
    for what, more in (
        ("assign", {}), ("settle", {"state": "done", "note": "好的"}), ("reopen", {}), ("undo", {}),
        ("note", {"note": "看看"}),
    ):  # fmt: skip
        assert send(here, what, away, **more) == send(here, what, nonsense, **more)
        assert send(here, what, own, away, **more)[0] == 404
        assert send(sign_in(Role.LEADER, town.here), what, own, **more)[0] == 403
    assert send(here, "settle", {**own, "key": str(10**18 * 9)}, state="done", note="好的")[0] == 404
    hidden, nowhere = (here.get(f"/api/work/history/{key}") for key in (away["key"], "123"))
    assert (hidden.status_code, hidden.content) == (404, nowhere.content)
    stranger = appoint(Role.GRID_WORKER, town.there, "别处")
    assert send(everywhere, "assign", own, worker=stranger.pk)[0] == 404
    assert send(everywhere, "assign", own, area=town.there.pk)[0] == 404
    assert {row["state"] for row in findings(everywhere, run)} == {"open"}


def test_only_people_who_may_work_there_can_be_chosen(town: Town, sign_in: SignIn) -> None:
    names = {
        "本格": (Role.GRID_WORKER, town.here), "别格": (Role.GRID_WORKER, town.there),
        "中心": (Role.DATA_CENTRE, None), "门岗": (Role.GUARD, town.here),
    }  # fmt: skip
    users = {name: appoint(role, area, name) for name, (role, area) in names.items()}
    Appointment.objects.filter(user=users["中心"]).update(ends_at=NOW + timedelta(days=1))
    listed = as_user(users["本格"]).get("/api/work/workers").json()
    assert [one["name"] for one in listed] == ["本格"]
    everywhere = {one["name"] for one in sign_in(Role.DATA_CENTRE).get("/api/work/workers").json()}
    assert {"本格", "别格"} <= everywhere
    assert not {"门岗", "中心"} & everywhere


def test_many_at_once_by_a_filter_unless_it_has_become_others(town: Town, sign_in: SignIn) -> None:
    run, browser = town.run.pk, sign_in(Role.DATA_CENTRE)
    phones = len(findings(browser, run, code="conflict.phone"))
    which = {"code": "conflict.phone", "state": "todo"}
    stale = send(
        browser, "settle", state="done", note="统一核实", matching={"which": which, "total": phones + 1}
    )
    assert (stale[0], stale[1]["code"]) == (409, "finding.changed")
    settled = send(
        browser, "settle", state="done", note="统一核实", matching={"which": which, "total": phones}
    )
    assert settled == (200, {"findings": phones})
    assert len(findings(browser, run, state="done")) == phones


def test_counts_agree_everywhere(town: Town, sign_in: SignIn) -> None:
    run = town.run.pk
    secretary = sign_in(Role.SECRETARY, town.here)
    rows = findings(secretary, run)
    send(secretary, "settle", *rows[:2], state="done", note="已核实")
    send(secretary, "assign", rows[2], area=town.here.pk)
    for browser in (secretary, sign_in(Role.DATA_CENTRE), sign_in(Role.SECRETARY, town.there)):
        overview = browser.get(f"/api/runs/{run}").json()
        states = browser.get("/api/work/states").json()
        every, todo = findings(browser, run), findings(browser, run, state="todo")
        export = list(csv.DictReader(io.StringIO(exported(browser, run))))
        assert len(every) == sum(kind["findings"] for kind in overview["findings"])
        assert len(every) == sum(states[name] for name in ("open", "assigned", "done", "dismissed"))
        assert len(every) == len(export)
        assert len(todo) == sum(kind["todo"] for kind in overview["findings"])
        assert len(todo) == states["open"] + states["assigned"]
        assert len(todo) == sum(row["state"] in ("open", "assigned") for row in export)
        for kind in overview["findings"]:
            assert kind["todo"] == len(findings(browser, run, state="todo", code=kind["code"]))
        for state in ("open", "assigned", "done", "dismissed"):
            assert states[state] == len(findings(browser, run, state=state))
        coverage = browser.get("/api/places/coverage").json()
        top = [row for row in coverage if row["level"] in (None, "subdistrict")] or coverage
        assert sum(row["findings"] for row in top) == len(todo)
        for row in coverage:
            if row["id"] is not None:
                assert row["findings"] == len(findings(browser, run, state="todo", area=row["id"]))
        agrees_with_people(browser, run, todo)


def agrees_with_people(browser: Client, run: int, todo: list[dict[str, Any]]) -> None:
    """The table of people counts, sorts and filters by what waits."""
    waiting = Counter(row["person"] for row in todo if row["person"] is not None)
    people = browser.get("/api/people?size=200").json()["items"]
    assert {one["person"]: one["findings"] for one in people if one["findings"]} == dict(waiting)
    only = browser.get("/api/people?size=200&findings=true").json()
    assert only["total"] == len(waiting) == len(only["items"])


def exported(browser: Client, run: int) -> str:
    return b"".join(browser.get(f"/api/runs/{run}/findings.csv")).decode("utf-8-sig")


def test_a_workbook_holds_the_same_as_the_csv(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    answer = browser.get(f"/api/runs/{town.run.pk}/findings.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet
    rows = [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert rows == list(csv.reader(io.StringIO(exported(browser, town.run.pk))))


def test_work_outlives_the_next_run(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.SECRETARY, town.here)
    rows = findings(browser, town.run.pk)
    send(browser, "assign", rows[0], area=town.here.pk, due="2020-02-25", note="下午去")
    send(browser, "settle", rows[1], state="done", note="已核实")
    later = load_result(actor=system("test"), now=NOW + timedelta(days=3), result=sample(60), title="次日")
    again = {row["key"]: row for row in findings(browser, later.pk)}
    assert again.keys() == {row["key"] for row in rows}
    assert (again[rows[0]["key"]]["state"], again[rows[0]["key"]]["due"]) == ("assigned", "2020-02-25")
    assert again[rows[1]["key"]]["work"]["note"] == "已核实"
    assert {row["since"] for row in again.values()} == {rows[0]["since"]}
    assert len(findings(browser, later.pk, assignee="mine", state="todo")) == 1


def pack_again(run: Run) -> None:
    """As a load does, of the findings that are there."""
    RunText.objects.unscoped(reason="a test").filter(run=run).delete()
    columns = ("path", "number", "name", "reason_zh", "reason_en")
    rows = RunFinding.objects.unscoped(reason="a test").filter(run=run).values_list(*columns)
    frame = pl.DataFrame(
        list(rows), schema=dict.fromkeys(columns, pl.String) | {"number": pl.UInt32}, orient="row"
    )
    found_in.store(run, frame.lazy())


def test_words_are_found_in_a_persons_own_area_only(town: Town, sign_in: SignIn) -> None:
    """The same as reading every finding, with other filters, in every order; and in runs without an index."""
    for area, word in ((town.here, "登记"), (town.there, "1"), (town.here, "云滨"), (town.here, "row")):
        browser = sign_in(Role.SECRETARY, area)
        every = findings(browser, town.run.pk)
        held = [
            one
            for one in every
            if any(word in str(one[key]).lower() for key in ("name", "reason_zh", "reason_en"))
        ]
        for more in ({}, {"sort": "-number"}, {"sort": "name"}, {"severity": "warning"}):
            kept = [one["number"] for one in held if one["severity"] == more.get("severity", one["severity"])]
            assert sorted(one["number"] for one in findings(browser, town.run.pk, text=word, **more)) == kept
        RunText.objects.unscoped(reason="a test").filter(run=town.run).delete()
        assert [one["number"] for one in findings(browser, town.run.pk, text=word)] == [
            one["number"] for one in held
        ]
        pack_again(town.run)


@pytest.mark.parametrize(
    ("which", "expected"),
    [({"older": 1}, 2), ({"older": 3}, 0), ({"overdue": "true"}, 1), ({"assignee": "nobody"}, 1),
     ({"assignee": "mine"}, 1), ({"text": "王伟"}, 1)],
)  # fmt: skip
def test_filters(
    which: dict[str, str | int], expected: int, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = RunFinding.objects.unscoped(reason="a test").filter(run=town.run)
    left.filter(number__gt=2).delete()
    figures = RunFigure.objects.unscoped(reason="a test").filter(
        run=town.run, measure__in=("findings", "since")
    )
    figures.delete()
    for row in left:
        figures.create(run=town.run, measure="findings", a=row.number, b=row.severity, path=row.path, n=1)
        figures.create(run=town.run, measure="since", a=moment(row.since), path=row.path, n=1)
    left.filter(number=1).update(name="王伟")
    pack_again(town.run)
    user = appoint(Role.DATA_CENTRE, None, "中心")
    browser = as_user(user)
    monkeypatch.setattr("lianfang.kernel.clock.now", lambda: NOW + timedelta(days=2))
    first = findings(browser, town.run.pk)[0]
    assert send(browser, "assign", first, worker=user.pk, due="2020-02-21")[0] == 200
    assert len(findings(browser, town.run.pk, **which)) == expected


@pytest.mark.parametrize(
    "which",
    [{"state": "x"}, {"assignee": "x"}, {"assignee": str(10**30)}, {"older": 10**30}, {"area": 10**30}],
)
def test_nonsense_is_refused(which: dict[str, str | int], town: Town, sign_in: SignIn) -> None:
    answer = sign_in(Role.DATA_CENTRE).get(f"/api/runs/{town.run.pk}/findings", which)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
