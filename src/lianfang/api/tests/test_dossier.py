"""One person one file through HTTP: in one's own area, in another, corrected, undone, looked at."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import NOW, Town
from lianfang.kernel.actor import system
from lianfang.kernel.models import AuditRecord
from lianfang.linkage.actions import load_result
from lianfang.linkage.changes.models import RunChange
from lianfang.linkage.models import RunPerson, RunRecord
from lianfang.linkage.tests.sample import sample
from lianfang.registry.models import Patch, Person

SignIn = Callable[..., Client]
WHY = "the test looks at everything"
REASON = "居民来电更正"


def uid_of(town: Town, number: int) -> int:
    return RunPerson.objects.unscoped(reason=WHY).get(run=town.run, person=number).uid


def here(town: Town) -> int:
    """Somebody of the grid `here`."""
    return RunPerson.objects.unscoped(reason=WHY).filter(run=town.run, path=town.here.path)[0].uid


def field(browser: Client, uid: int, name: str) -> dict[str, Any]:
    fields = browser.get(f"/api/people/{uid}").json()["fields"]
    return next(one for one in fields if one["field"] == name)


def correct(browser: Client, uid: int, name: str, value: str, **more: Any) -> Any:
    base = more.pop("base", None) or field(browser, uid, name)["version"]
    body = {"field": name, "value": value, "reason": REASON, "base": base, **more}
    return browser.post(f"/api/people/{uid}/patches", body, content_type="application/json")


def found(browser: Client, text: str) -> list[int]:
    answer = browser.post("/api/search", {"text": text}, content_type="application/json").json()
    return [one["uid"] for one in answer["people"]]


def again(days: int = 1, **changed: Any) -> None:
    load_result(
        actor=system("test"),
        now=NOW + timedelta(days=days),
        result=replace(sample(60), **changed),
        title="次日",
    )


def test_every_value_says_where_it_comes_from(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    file = browser.get(f"/api/people/{uid_of(town, 3)}").json()
    phone = next(one for one in file["fields"] if one["field"] == "phone")
    assert phone["best"] == "138****02"
    assert [value["sources"][0]["file"] for value in phone["values"]] == [
        "居民登记.csv",
        "卡口登记.xlsx#东门",
    ]
    assert phone["values"][0]["best"]
    assert not phone["values"][1]["best"]
    assert phone["conflict"]
    assert phone["why"] in ("more", "trusted")
    assert file["may"] == {"correct": True, "reveal": True, "trace": False}
    assert [event["day"] for event in file["events"]] == ["2020-02-18"]


def test_a_file_outside_the_area_is_not_there(town: Town, sign_in: SignIn) -> None:
    uid, browser = here(town), sign_in(Role.SECRETARY, town.there)
    nonsense = browser.get("/api/people/999999").content
    for rest in ("", "/history", "/looks"):
        answer = browser.get(f"/api/people/{uid}{rest}")
        assert (answer.status_code, answer.content) == (404, nonsense), rest
    for rest, body in (("/reveal", {"reason": REASON}), ("/print", {"reason": REASON})):
        answer = browser.post(f"/api/people/{uid}{rest}", body, content_type="application/json")
        assert (answer.status_code, answer.content) == (404, nonsense), rest
    assert correct(browser, uid, "name", "王五", base="x").content == nonsense
    assert browser.delete(f"/api/people/{uid}/patches/1").content == nonsense
    assert not AuditRecord.objects.filter(kind="person", action__startswith="person.").exists()


def test_every_look_is_recorded_and_told_to_the_secretary_and_the_auditor(
    town: Town, sign_in: SignIn
) -> None:
    uid, worker = here(town), sign_in(Role.GRID_WORKER, town.here)
    assert worker.get(f"/api/people/{uid}").status_code == 200
    assert worker.get(f"/api/people/{uid}/looks").json()["code"] == "forbidden"
    for browser in (sign_in(Role.SECRETARY, town.here), sign_in(Role.AUDITOR)):
        seen = browser.get(f"/api/people/{uid}/looks").json()
        assert [(one["action"], one["by"]) for one in seen] == [("person.viewed", "某人")]
    assert sign_in(Role.AUDITOR).get(f"/api/people/{uid}").json()["code"] == "forbidden"


def test_a_correction_shows_at_once_and_everywhere(town: Town, sign_in: SignIn) -> None:
    uid, browser = here(town), sign_in(Role.SECRETARY, town.here)
    before = list(RunRecord.objects.unscoped(reason=WHY).order_by("pk").values())
    old = field(browser, uid, "phone")["best"]
    assert correct(browser, uid, "phone", "1370571 2345").status_code == 200
    shown = field(browser, uid, "phone")
    assert (shown["best"], shown["own"], shown["why"]) == ("137****45", old, "corrected")
    assert (shown["patch"]["reason"], shown["patch"]["was"]) == (REASON, old)
    table = browser.get("/api/people", {"text": "13705712345"}).json()
    assert [(one["uid"], one["phone"], one["corrected"]) for one in table["items"]] == [
        (uid, "137****45", ["phone"])
    ]
    assert found(browser, "13705712345") == [uid]
    assert found(browser, "2345") == [uid]
    assert list(RunRecord.objects.unscoped(reason=WHY).order_by("pk").values()) == before
    trace = AuditRecord.objects.get(action="person.corrected")
    assert trace.details == {"field": "phone", "patch": shown["patch"]["id"]}


def test_a_new_name_is_found_by_its_sound(town: Town, sign_in: SignIn) -> None:
    uid, browser = here(town), sign_in(Role.SECRETARY, town.here)
    assert correct(browser, uid, "name", "欧阳静雯").status_code == 200
    assert found(browser, "ouyangjingwen") == found(browser, "oyjw") == found(browser, "欧阳") == [uid]
    names = [one["name"] for one in browser.get("/api/people?sort=name&size=200").json()["items"]]
    assert "欧阳静雯" in names


def test_undoing_restores_everything(town: Town, sign_in: SignIn) -> None:
    uid, browser = here(town), sign_in(Role.SECRETARY, town.here)
    start = browser.get(f"/api/people/{uid}").json()["fields"]
    for name, value in (("phone", "13705712345"), ("phone", "13705719999"), ("birth", "1990-1-2")):
        assert correct(browser, uid, name, value, confirmed=True).status_code == 200
    patches = list(Patch.objects.unscoped(reason=WHY).order_by("pk"))
    assert browser.delete(f"/api/people/{uid}/patches/{patches[1].pk}").status_code == 204
    assert field(browser, uid, "phone")["best"] == "137****45"
    for patch in (patches[0], patches[2]):
        assert browser.delete(f"/api/people/{uid}/patches/{patch.pk}").status_code == 204
    assert browser.get(f"/api/people/{uid}").json()["fields"] == start
    assert found(browser, "13705712345") == []
    person = Person.objects.unscoped(reason=WHY).get(pk=uid)
    assert not any(one.get("corrected") for one in person.descriptions)
    twice = browser.delete(f"/api/people/{uid}/patches/{patches[0].pk}")
    assert (twice.status_code, twice.json()["code"]) == (409, "patch.undone")


def test_an_older_patch_undone_below_a_newer_one_changes_nothing_shown(town: Town, sign_in: SignIn) -> None:
    uid, browser = here(town), sign_in(Role.SECRETARY, town.here)
    first = correct(browser, uid, "phone", "13705712345").json()["id"]
    correct(browser, uid, "phone", "13705719999")
    assert browser.delete(f"/api/people/{uid}/patches/{first}").status_code == 204
    assert field(browser, uid, "phone")["best"] == "137****99"


def test_a_stale_page_is_told_what_changed(town: Town, sign_in: SignIn) -> None:
    uid = here(town)
    one, other = sign_in(Role.SECRETARY, town.here), sign_in(Role.SECRETARY, town.here)
    base = field(other, uid, "phone")["version"]
    assert correct(one, uid, "phone", "13705712345").status_code == 200
    late = correct(other, uid, "phone", "13705719999", base=base)
    assert (late.status_code, late.json()["code"]) == (409, "patch.stale")
    told = late.json()["params"]
    assert (told["field"], told["value"], told["by"]) == ("phone", "137****45", "某人")
    name = field(other, uid, "name")["version"]
    assert (
        correct(other, uid, "name", "王五", base=name).status_code == 200
    )  # another field is not in the way


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("birth", "昨天", "date"),
        ("birth", "2099-01-01", "date"),
        ("sex", "x", "sex"),
        ("name", "  ", "empty"),
        ("name", "长" * 81, "long"),
        ("grid", "第9网格", "field"),
        ("relation", "123", "relation"),
    ],
)
def test_what_cannot_be_is_refused(name: str, value: str, why: str, town: Town, sign_in: SignIn) -> None:
    answer = correct(sign_in(Role.SECRETARY, town.here), here(town), name, value, base="x", confirmed=True)
    assert answer.json() == {"code": "patch.invalid", "params": {"field": name, "why": why}}


@pytest.mark.parametrize(
    ("name", "value", "doubt"),
    [
        ("id_number", "330109198705200018", "id.checksum"),
        ("id_number", "33010", "id.form"),
        ("id_number", "11010119900307299X", "id.birth"),
        ("phone", "1370571", "phone.form"),
        ("birth", "1890-01-01", "birth.age"),
    ],
)
def test_what_is_odd_is_asked_again(name: str, value: str, doubt: str, town: Town, sign_in: SignIn) -> None:
    uid, browser = here(town), sign_in(Role.SECRETARY, town.here)
    answer = correct(browser, uid, name, value)
    assert (answer.status_code, answer.json()["code"]) == (422, "patch.doubtful")
    assert doubt in answer.json()["params"]["doubts"]
    assert correct(browser, uid, name, value, confirmed=True).status_code == 200


def test_a_correction_needs_a_reason_a_change_and_the_right(town: Town, sign_in: SignIn) -> None:
    uid, browser = here(town), sign_in(Role.SECRETARY, town.here)
    assert correct(browser, uid, "phone", "13705712345", reason=" x ").json()["code"] == "patch.reason"
    correct(browser, uid, "phone", "13705712345")
    assert correct(browser, uid, "phone", "13705712345").json()["code"] == "patch.same"
    for role in (Role.GRID_WORKER, Role.LEADER):
        assert correct(sign_in(role, town.here), uid, "name", "王五", base="x").json()["code"] == "forbidden"


def test_a_known_value_can_be_taken_away(town: Town, sign_in: SignIn) -> None:
    uid, browser = here(town), sign_in(Role.SECRETARY, town.here)
    assert correct(browser, uid, "phone", "").status_code == 200
    shown = field(browser, uid, "phone")
    assert (shown["best"], shown["why"]) == (None, "corrected")


def test_fields_that_a_run_does_not_choose_are_corrected_too(town: Town, sign_in: SignIn) -> None:
    uid, browser = here(town), sign_in(Role.SECRETARY, town.here)
    done = correct(browser, uid, "employer", "云滨小学")
    assert done.status_code == 200
    assert field(browser, uid, "employer")["best"] == "云滨小学"
    browser.delete(f"/api/people/{uid}/patches/{done.json()['id']}")
    assert field(browser, uid, "employer")["best"] is None


def test_a_correction_survives_the_next_run_and_is_undone_there(town: Town, sign_in: SignIn) -> None:
    uid, browser = here(town), sign_in(Role.SECRETARY, town.here)
    number = correct(browser, uid, "phone", "13705712345").json()["id"]
    again()
    assert field(browser, uid, "phone")["best"] == "137****45"
    assert found(browser, "13705712345") == [uid]
    result = sample(60)
    assert not RunChange.objects.unscoped(reason=WHY).filter(uid=uid, kind="person.changed").exists()
    moved = result.people.with_columns(phone=pl.lit("13300001111"))
    again(2, people=moved)
    assert field(browser, uid, "phone")["best"] == "137****45"
    assert Person.objects.unscoped(reason=WHY).get(pk=uid).phone == "13705712345"
    assert browser.delete(f"/api/people/{uid}/patches/{number}").status_code == 204
    assert (
        field(browser, uid, "phone")["best"] == "133****11"
    )  # what the lists say now, not what they said then
    assert Person.objects.unscoped(reason=WHY).get(pk=uid).phone == "13300001111"


def test_a_correction_follows_its_person_into_another_number(town: Town, sign_in: SignIn) -> None:
    """Two people of yesterday are one today: whoever has the rows of the one who is gone has his corrections."""
    browser = sign_in(Role.DATA_CENTRE)
    gone, stays = uid_of(town, 1), uid_of(town, 13)
    assert correct(browser, gone, "employer", "云滨小学").status_code == 200
    result = sample(60)
    one = result.people["person_id"][0]
    other = result.people["person_id"][12]
    renamed = pl.col("person_id").replace({one: other})
    again(
        links=result.links.with_columns(renamed),
        people=result.people.filter(pl.col("person_id") != one),
        findings=result.findings.with_columns(renamed),
        descriptions=result.descriptions.with_columns(renamed),
    )
    keeper = next(uid for uid in (stays, gone) if browser.get(f"/api/people/{uid}").status_code == 200)
    assert field(browser, keeper, "employer")["best"] == "云滨小学"


def test_history_tells_runs_and_corrections(town: Town, sign_in: SignIn) -> None:
    uid, browser = here(town), sign_in(Role.SECRETARY, town.here)
    number = correct(browser, uid, "name", "王五").json()["id"]
    browser.delete(f"/api/people/{uid}/patches/{number}")
    result = sample(60)
    person = pl.col("phone") == RunPerson.objects.unscoped(reason=WHY).get(run=town.run, uid=uid).phone
    again(
        people=result.people.with_columns(
            address=pl.when(person).then(pl.lit("新家1幢101室")).otherwise("address")
        )
    )
    steps = browser.get(f"/api/people/{uid}/history").json()
    assert {step["kind"] for step in steps} == {"changed", "undone", "corrected", "first_seen"}
    changed = next(step for step in steps if step["kind"] == "changed")
    assert [(one["field"], one["after"]) for one in changed["changes"]] == [("address", "新家1幢101室")]
    assert steps == sorted(steps, key=lambda step: step["at"], reverse=True)


def test_revealing_shows_corrected_numbers_too_and_leaves_a_trace(town: Town, sign_in: SignIn) -> None:
    uid, browser = here(town), sign_in(Role.SECRETARY, town.here)
    correct(browser, uid, "phone", "13705712345")

    def ask(words: str) -> dict[str, Any]:
        answer = browser.post(f"/api/people/{uid}/reveal", {"reason": words}, content_type="application/json")
        return dict(answer.json())

    assert ask("x")["code"] == "reveal.reason"
    told = ask("上门核对")
    assert told["phone"] == "13705712345"
    assert told["patches"][0]["after"] == "13705712345"
    assert [one["action"] for one in browser.get(f"/api/people/{uid}/looks").json()][:2] == [
        "person.revealed", "person.corrected",
    ]  # fmt: skip
    printed = browser.post(
        f"/api/people/{uid}/print", {"reason": "本人申请"}, content_type="application/json"
    )
    assert printed.status_code == 204
    assert AuditRecord.objects.get(action="person.printed").details == {"reason": "本人申请"}
