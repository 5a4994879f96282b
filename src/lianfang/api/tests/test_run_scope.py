"""What of a run each role sees: in its own area, in another, with no appointment."""

from collections.abc import Callable

import pytest
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import Town
from lianfang.kernel.models import AuditRecord

SignIn = Callable[..., Client]


def test_a_secretary_sees_the_people_of_her_grid_only(town: Town, sign_in: SignIn) -> None:
    browser, everywhere = sign_in(Role.SECRETARY, town.here), sign_in(Role.DATA_CENTRE)
    address = f"/api/runs/{town.run.pk}/people?size=200"
    own = browser.get(address).json()
    assert 0 < own["total"] < everywhere.get(address).json()["total"] == 60
    assert {item["place"] for item in own["items"]} == {1}


@pytest.mark.parametrize("screen", ["findings", "people", "rejected"])
def test_counts_lists_and_search_agree_on_the_scope(screen: str, town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.SECRETARY, town.there)
    page = browser.get(f"/api/runs/{town.run.pk}/{screen}?size=200").json()
    assert page["total"] == len(page["items"])
    assert {item["place"] for item in page["items"] if "place" in item} <= {2}


def test_the_overview_counts_what_the_lists_show(town: Town, sign_in: SignIn) -> None:
    for browser in (sign_in(Role.DATA_CENTRE), sign_in(Role.SECRETARY, town.here)):
        run = f"/api/runs/{town.run.pk}"
        figures = browser.get(run).json()
        assert figures["people"] == browser.get(f"{run}/people").json()["total"]
        assert figures["people"] == sum(place["people"] for place in figures["places"])
        findings = sum(one["findings"] for one in figures["findings"])
        assert findings == browser.get(f"{run}/findings").json()["total"]


def test_guards_and_strangers_see_no_run(town: Town, sign_in: SignIn) -> None:
    for browser in (sign_in(Role.GUARD), sign_in(None)):
        for rest in ("", "/people", "/findings", "/people/1", "/places", "/findings.csv"):
            assert browser.get(f"/api/runs/{town.run.pk}{rest}").json()["code"] == "forbidden"


def test_numbers_are_masked_everywhere(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    run = f"/api/runs/{town.run.pk}"
    for rest in (
        "/people?size=200",
        "/people/1",
        "/findings?size=200",
        "/findings/1",
        "/places/1/tasks",
        "/rejected",
    ):
        text = browser.get(run + rest).content.decode()
        assert "19870520" not in text.replace("1987-05-20", ""), rest
        assert "1380000000" not in text, rest
    export = b"".join(browser.get(f"{run}/findings.csv")).decode()
    assert "138000000" not in export


def test_revealing_needs_a_reason_a_right_and_leaves_a_trace(town: Town, sign_in: SignIn) -> None:
    address = f"/api/runs/{town.run.pk}/people/2/reveal"

    def ask(browser: Client, reason: str) -> tuple[int, dict[str, object]]:
        answer = browser.post(address, {"reason": reason}, content_type="application/json")
        return answer.status_code, answer.json()

    assert ask(sign_in(Role.DATA_CENTRE), "  x ")[1]["code"] == "reveal.reason"
    assert ask(sign_in(Role.ADMINISTRATOR), "上门核对身份")[1]["code"] == "forbidden"
    assert ask(sign_in(Role.SECRETARY, town.here), "上门核对身份")[0] == 404
    assert not AuditRecord.objects.filter(action="person.revealed").exists()
    status, body = ask(sign_in(Role.DATA_CENTRE), "上门核对身份")
    assert (status, body["id_number"]) == (200, "330109198705200001")
    trace = AuditRecord.objects.get(action="person.revealed")
    assert trace.details["reason"] == "上门核对身份"
    assert (trace.kind, trace.details["run"]) == ("person", town.run.pk)


def test_an_export_neutralises_formulas_and_is_recorded(town: Town, sign_in: SignIn) -> None:
    answer = sign_in(Role.DATA_CENTRE).get(f"/api/runs/{town.run.pk}/findings.csv?severity=info")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("finding,severity,code")
    assert not any(cell.startswith(("=", "+", "@")) for line in lines for cell in line.split(","))
    assert AuditRecord.objects.get(action="run.exported").details == {
        "what": "findings",
        "rows": len(lines) - 1,
    }


@pytest.mark.parametrize("text", ["王伟", "wangwei", "ww", "0000000", "3301091987", "云滨湾小区1幢"])
def test_people_are_found_by_whatever_is_known(text: str, town: Town, sign_in: SignIn) -> None:
    page = (
        sign_in(Role.DATA_CENTRE).get(f"/api/runs/{town.run.pk}/people", {"text": text, "size": "200"}).json()
    )
    assert 1 in [item["person"] for item in page["items"]]


def test_a_work_list_comes_in_order_and_only_of_ones_own_grid(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.GRID_WORKER, town.here)
    run = f"/api/runs/{town.run.pk}"
    places = {place["number"]: place for place in browser.get(f"{run}/places").json()}
    assert set(places) == {1}
    own = browser.get(f"{run}/places/1/tasks").json()
    assert own["total"] == places[1]["tasks"]
    assert [item["position"] for item in own["items"]] == sorted(item["position"] for item in own["items"])
    elsewhere, nowhere = (browser.get(f"{run}/places/{number}/tasks") for number in (2, 987654))
    assert (elsewhere.status_code, elsewhere.content) == (404, nowhere.content)
