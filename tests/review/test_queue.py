"""The queue over HTTP: who sees what, one decision at a time, everything follows, everything can be taken back."""

import pytest

from lianfang.accounts.roles import Role
from lianfang.kernel.models import AuditRecord
from lianfang.linkage.models import RunReview
from lianfang.linkage.review import access
from lianfang.territory.models import Area
from tests.review.wards import WHY, Json, SignIn, Wards, across, case_where, post


def test_the_next_case_shows_both_people_and_why(wards: Wards, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    case = post(browser, "/next").json()["case"]
    assert case["decidable"]
    assert case["reason_zh"]
    assert case["reason_en"]
    assert case["steps"][0]["name"] == "prior."
    assert all(step["zh"] and step["en"] for step in case["steps"])
    assert all(side["visible"] and side["records"] for side in case["sides"])
    shown = str(case)
    assert AuditRecord.objects.filter(action="review.opened").count() == 1
    person = case["sides"][0]["person"]
    assert "****" in shown or not (person["phone"] or person["id_number"])


def test_deciding_and_taking_back_change_every_count_alike(wards: Wards, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    before = browser.get(f"/api/runs/{wards.run.pk}").json()
    open_before = browser.get("/api/reviews/counts").json()["open"]
    case = case_where(wards, lambda one: not one.joined)
    made = post(browser, f"/{case.number}/decision", {"verdict": "same", "note": "电话核实"}).json()
    after = browser.get(f"/api/runs/{wards.run.pk}").json()
    assert after["people"] == before["people"] - 1
    listed = browser.get(f"/api/runs/{wards.run.pk}/people?size=200").json()
    assert listed["total"] == after["people"]
    found = browser.get(f"/api/runs/{wards.run.pk}/findings?size=1").json()
    assert found["total"] == sum(one["findings"] for one in after["findings"])
    assert browser.get("/api/reviews/counts").json()["open"] < open_before
    gone = browser.delete(f"/api/reviews/decisions/{made['id']}")
    assert gone.status_code == 200
    assert browser.get(f"/api/runs/{wards.run.pk}").json() == before
    assert browser.get("/api/reviews/counts").json()["open"] == open_before


def test_nothing_lies_beyond_the_whole_subdistrict(wards: Wards, sign_in: SignIn) -> None:
    counts = sign_in(Role.DATA_CENTRE).get("/api/reviews/counts").json()
    assert counts["open"] > 0
    assert counts["beyond"] == 0


def test_of_two_reviewers_the_later_one_hears_what_was_decided(wards: Wards, sign_in: SignIn) -> None:
    first, second = sign_in(Role.DATA_CENTRE), sign_in(Role.DATA_CENTRE)
    case = case_where(wards, lambda one: not one.joined)
    assert post(first, f"/{case.number}/decision", {"verdict": "not_same"}).status_code == 200
    late = post(second, f"/{case.number}/decision", {"verdict": "same"})
    assert (late.status_code, late.json()["code"]) == (409, "review.decided")
    assert late.json()["params"]["verdict"] == "not_same"
    case.refresh_from_db()
    assert case.verdict == "not_same"


def test_who_opens_a_case_holds_it_for_a_while(wards: Wards, sign_in: SignIn) -> None:
    first, second = sign_in(Role.DATA_CENTRE), sign_in(Role.DATA_CENTRE)
    mine = post(first, "/next").json()["case"]["number"]
    assert post(first, "/next").json()["case"]["number"] == mine
    assert post(second, "/next").json()["case"]["number"] != mine
    assert post(second, f"/{mine}/open").json()["case"]["held_by"] == "某人"


def test_a_side_outside_ones_area_is_there_but_says_nothing(wards: Wards, sign_in: SignIn) -> None:
    case = across(wards)
    own = next(area for area in wards.grids if area.path == case.path)
    other = next(area for area in wards.grids if area.path not in (case.path, case.path_b))
    browser = sign_in(Role.SECRETARY, own)
    shown = post(browser, f"/{case.number}/open").json()["case"]
    assert not shown["decidable"]
    assert shown["reason_zh"] == shown["reason_en"] == ""
    assert shown["steps"] == []
    hidden = shown["sides"][1]
    assert hidden == {"visible": False, "record": None, "person": None, "records": [], "neighbours": []}
    beyond = browser.get("/api/reviews?state=beyond").json()["items"]
    assert case.number in [one["number"] for one in beyond]
    assert case.number not in [one["number"] for one in browser.get("/api/reviews?size=200").json()["items"]]
    refused = post(browser, f"/{case.number}/decision", {"verdict": "same"})
    assert (refused.status_code, refused.json()["code"]) == (403, "review.beyond")
    stranger = sign_in(Role.SECRETARY, other)
    for number in (case.number, 999_999):
        missing = post(stranger, f"/{number}/decision", {"verdict": "same"})
        assert (missing.status_code, missing.content) == (404, browser.get("/api/none").content)
        assert post(stranger, f"/{number}/open").status_code == 404


def test_decisions_of_ones_area_are_taken_back_once(wards: Wards, sign_in: SignIn) -> None:
    centre = sign_in(Role.DATA_CENTRE)
    case = case_where(wards, lambda one: bool(one.path) and one.path == one.path_b)
    area = next(area for area in wards.grids if area.path == case.path)
    other = next(area for area in wards.grids if area.path != case.path)
    made = post(centre, f"/{case.number}/decision", {"verdict": "unsure"}).json()
    assert sign_in(Role.SECRETARY, other).delete(f"/api/reviews/decisions/{made['id']}").status_code == 404
    secretary = sign_in(Role.SECRETARY, area)
    own = post(secretary, f"/{case.number}/decision", {"verdict": "not_same"}).json()  # nobody was sure
    assert secretary.delete(f"/api/reviews/decisions/{own['id']}").status_code == 200
    again = secretary.delete(f"/api/reviews/decisions/{own['id']}")
    assert (again.status_code, again.json()["code"]) == (409, "review.undone")


def test_the_second_look_measures(wards: Wards, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    nothing = browser.get("/api/reviews/precision").json()
    assert nothing["overall"] == {"share": None, "low": None, "high": None}
    for verdict in ("same", "same", "not_same", "unsure"):
        case = post(browser, "/next", {"state": "looks"}).json()["case"]
        assert case["second_look"]
        assert post(browser, f"/{case['number']}/decision", {"verdict": verdict}).status_code == 200
    measured = browser.get("/api/reviews/precision").json()
    assert measured["looked"] == 3
    assert 0 < measured["overall"]["low"] < measured["overall"]["share"] < 1
    assert sum(one["unsure"] for one in measured["strata"]) == 1


def test_a_split_person_is_two(wards: Wards, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    before = browser.get(f"/api/runs/{wards.run.pk}").json()["people"]
    case = post(browser, "/next", {"state": "looks"}).json()["case"]
    post(browser, f"/{case['number']}/decision", {"verdict": "not_same"})
    assert browser.get(f"/api/runs/{wards.run.pk}").json()["people"] == before + 1
    sides = post(browser, f"/{case['number']}/open").json()["case"]["sides"]
    assert sides[0]["person"]["person"] != sides[1]["person"]["person"]


def test_what_contradicts_a_decision_in_force_is_refused_with_its_maker(
    wards: Wards, sign_in: SignIn
) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    look = post(browser, "/next", {"state": "looks"}).json()["case"]["number"]
    row = RunReview.objects.unscoped(reason=WHY).get(run=wards.run, number=look)
    post(browser, f"/{look}/decision", {"verdict": "not_same"})
    # A second case about the same two rows' people, as a later run may bring it.
    row.pk, row.number, row.stratum, row.verdict = None, 900_000, "", ""
    row.key_a, row.key_b = row.key_b, row.key_a
    row.save(force_insert=True)
    refused = post(browser, "/900000/decision", {"verdict": "same"})
    assert (refused.status_code, refused.json()["code"]) == (409, "review.decided")


@pytest.mark.parametrize("role", [Role.GRID_WORKER, Role.GUARD, Role.AUDITOR, Role.LEADER])
def test_who_may_not_decide_sees_no_queue(wards: Wards, sign_in: SignIn, role: Role) -> None:
    browser = sign_in(role)
    for address in ("", "/counts", "/precision", "/decisions"):
        answer = browser.get(f"/api/reviews{address}")
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/next", {"place": 10**30}),
        ("/next", {"skip": [10**30]}),
        ("/next", {"state": "all"}),
        ("/1/decision", {"verdict": "perhaps"}),
        ("/1/decision", {"verdict": "same", "note": "长" * 501}),
        (f"/{10**30}/open", {}),
    ],
)
def test_nonsense_is_refused_in_words(wards: Wards, sign_in: SignIn, address: str, body: Json) -> None:
    answer = post(sign_in(Role.DATA_CENTRE), address, body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_cases_are_filtered_by_area_at_every_level(wards: Wards, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    areas = Area.objects.unscoped(reason=WHY).exclude(name="空社区")
    every = browser.get("/api/reviews?size=200").json()["total"]
    rows = list(RunReview.objects.unscoped(reason=WHY).filter(access.is_open(), run=wards.run))
    assert len(rows) == every > 0
    seen: dict[str, int] = {}
    for area in areas:
        mine = {
            one.number for one in rows if one.path.startswith(area.path) or one.path_b.startswith(area.path)
        }
        page = browser.get(f"/api/reviews?size=200&area={area.pk}").json()
        assert {one["number"] for one in page["items"]} == mine
        counts = browser.get(f"/api/reviews/counts?area={area.pk}").json()
        assert counts["open"] == page["total"] == len(mine)
        assert sum(one["cases"] for one in counts["places"]) == len(mine)
        if mine:
            assert post(browser, "/next", {"area": area.pk}).json()["case"]["number"] in mine
            seen[area.level] = seen.get(area.level, 0) + 1
    assert set(seen) == {"subdistrict", "community", "grid"}


def test_an_area_outside_ones_own_is_not_there(wards: Wards, sign_in: SignIn) -> None:
    own, other = wards.grids[0], wards.grids[1]
    browser = sign_in(Role.SECRETARY, own)
    assert browser.get(f"/api/reviews/counts?area={own.pk}").status_code == 200
    for answer in (
        browser.get(f"/api/reviews?area={other.pk}"),
        browser.get(f"/api/reviews/counts?area={other.pk}"),
        post(browser, "/next", {"area": other.pk}),
        browser.get(f"/api/runs/{wards.run.pk}/findings?area={other.pk}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
