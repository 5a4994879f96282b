"""Whoever was merged into another is found under the other: his old address leads there, if one may see it."""

from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.kernel.models import AuditRecord
from lianfang.linkage.models import RunPerson, RunReview
from tests.review.wards import WHY, SignIn, Wards, case_where, post


def uids(wards: Wards, case: RunReview) -> list[int]:
    people = RunPerson.objects.unscoped(reason=WHY).filter(run=wards.run, hidden=False)
    return [people.get(person=number).uid for number in (case.person_a, case.person_b)]


def merged(wards: Wards, browser: Client) -> tuple[int, int, int]:
    """Merges two people of one area. Answers the decision, the number that is left, the number that is gone."""
    case = case_where(wards, lambda one: not one.joined and bool(one.path) and one.path == one.path_b)
    before = uids(wards, case)
    made = post(browser, f"/{case.number}/decision", {"verdict": "same"}).json()["id"]
    case.refresh_from_db()
    heir = uids(wards, case)[0]
    return made, heir, next(uid for uid in before if uid != heir)


def test_the_old_address_leads_to_the_file(wards: Wards, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    made, heir, gone = merged(wards, browser)
    assert browser.get(f"/api/people/{gone}").json()["person"]["uid"] == heir
    assert (
        browser.get(f"/api/people/{gone}/history").json() == browser.get(f"/api/people/{heir}/history").json()
    )
    looked = AuditRecord.objects.filter(action="person.viewed")
    assert [one.object_id for one in looked] == [str(heir)]
    browser.delete(f"/api/reviews/decisions/{made}")
    assert browser.get(f"/api/people/{gone}").json()["person"]["uid"] == gone


def test_a_file_outside_ones_area_is_missing_under_the_old_number_too(wards: Wards, sign_in: SignIn) -> None:
    _, heir, gone = merged(wards, sign_in(Role.DATA_CENTRE))
    home = RunPerson.objects.unscoped(reason=WHY).get(run=wards.run, hidden=False, uid=heir).path
    own = next(area for area in wards.grids if area.path == home)
    other = next(area for area in wards.grids if area.path != home)
    assert sign_in(Role.SECRETARY, own).get(f"/api/people/{gone}").status_code == 200
    stranger = sign_in(Role.SECRETARY, other)
    missing = stranger.get(f"/api/people/{gone}")
    assert (missing.status_code, missing.content) == (404, stranger.get("/api/people/999999999").content)
