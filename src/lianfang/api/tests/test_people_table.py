"""Search and the table of people through HTTP: in scope only, filtered, sorted, exported."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import Town
from lianfang.kernel import clock
from lianfang.kernel.models import AuditRecord
from lianfang.linkage import walking
from lianfang.linkage.models import RunPerson, RunRecord
from lianfang.registry import elsewhere

SignIn = Callable[..., Client]
WHY = "the test looks at everything"
COLUMNS = ["name", "id_number", "phone", "age", "grid", "on_register", "uid"]


def people(browser: Client, **query: Any) -> list[dict[str, Any]]:
    answer = browser.get("/api/people", {"size": 200, **query}).json()
    assert answer["total"] == len(answer["items"])
    return list(answer["items"])


def search(browser: Client, text: str) -> dict[str, Any]:
    answer = browser.post("/api/search", {"text": text}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def export(browser: Client, **body: Any) -> Any:
    return browser.post("/api/people/export", {"columns": COLUMNS, **body}, content_type="application/json")


def text_of(answer: Any) -> str:
    return b"".join(answer).decode("utf-8-sig")


def somebody(town: Town, path: str) -> RunPerson:
    found = RunPerson.objects.unscoped(reason=WHY).filter(run=town.run, path=path).first()
    assert found
    return found


def test_the_table_holds_ones_own_area_only(town: Town, sign_in: SignIn) -> None:
    own, all_of_them = people(sign_in(Role.SECRETARY, town.here)), people(sign_in(Role.DATA_CENTRE))
    assert 0 < len(own) < len(all_of_them) == 60
    assert {one["place"] for one in own} == {1}
    for browser in (sign_in(Role.GUARD), sign_in(None)):
        assert browser.get("/api/people").json()["code"] == "forbidden"


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ({"sex": "F"}, lambda one: one["sex"] == "F"),
        ({"on_register": False}, lambda one: not one["on_register"]),
        ({"sources_from": 3}, lambda one: one["sources"] >= 3),
        ({"sources_to": 1}, lambda one: one["sources"] == 1),
        ({"conflicts": True}, lambda one: one["conflicts"] > 0),
        ({"findings": False}, lambda one: one["findings"] == 0),
        ({"place": 2}, lambda one: one["place"] == 2),
    ],
)
def test_filters_keep_who_fits(query: dict[str, Any], fits: Any, town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    everybody = people(browser)
    assert {one["uid"] for one in people(browser, **query)} == {one["uid"] for one in everybody if fits(one)}


def test_an_area_chooses_its_people_and_one_outside_is_not_there(town: Town, sign_in: SignIn) -> None:
    assert {one["place"] for one in people(sign_in(Role.DATA_CENTRE), area=town.here.pk)} == {1}
    browser = sign_in(Role.SECRETARY, town.there)
    refused, nonsense = (browser.get("/api/people", {"area": pk}) for pk in (town.here.pk, 999_999))
    assert (refused.status_code, refused.content) == (404, nonsense.content)
    taken = export(browser, filters={"area": town.here.pk})
    assert (taken.status_code, taken.content) == (404, nonsense.content)


def test_ages_kinds_of_list_and_corrections_filter(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    ages = {one["age"] for one in people(browser)}
    assert ages == {32}
    assert len(people(browser, age_from=32, age_to=32)) == 60
    assert people(browser, age_from=33) == people(browser, age_to=31) == []
    on_carrier = (
        RunRecord.objects.unscoped(reason=WHY).filter(run=town.run, list=2).values_list("person", flat=True)
    )
    assert {one["person"] for one in people(browser, kind="carrier")} == set(on_carrier)
    assert people(browser, kind="visit") == people(browser, corrected=True) == []
    assert len(people(browser, corrected=False)) == 60


@pytest.mark.parametrize("sort", ["name", "birth", "sources", "findings", "last_seen", "conflicts"])
def test_sorting_goes_both_ways_through_all_pages(sort: str, town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    for order in (sort, f"-{sort}"):
        pages = [
            browser.get("/api/people", {"sort": order, "size": 25, "page": page}).json()["items"]
            for page in (1, 2, 3)
        ]
        together = [one for page in pages for one in page]
        assert len({one["uid"] for one in together}) == 60
        values = [one[sort] for one in together]
        assert values == sorted(values, reverse=order.startswith("-"))


@pytest.mark.parametrize("walked", [False, True])
@pytest.mark.parametrize("sort", ["birth", "-birth", "last_seen", "-last_seen"])
def test_whoever_has_no_value_comes_last_either_way(
    sort: str, walked: bool, town: Town, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    if walked:
        monkeypatch.setattr(walking, "LARGE", 0)
    column = sort.removeprefix("-")
    everybody = RunPerson.objects.unscoped(reason=WHY).filter(run=town.run, hidden=False)
    unknown = list(everybody.order_by("person").values_list("pk", flat=True)[::3])
    everybody.filter(pk__in=unknown).update(**{column: None})
    browser = sign_in(Role.DATA_CENTRE)
    for size in (7, 20, 25, 40):  # the end of the known falls inside a page, and between two
        together = [
            one[column]
            for page in range(1, 60 // size + 2)
            for one in browser.get("/api/people", {"sort": sort, "size": size, "page": page}).json()["items"]
        ]
        known = [one for one in together if one is not None]
        assert len(together) == 60
        assert together == [*sorted(known, reverse=sort.startswith("-")), *[None] * len(unknown)]


def test_search_finds_people_and_places_of_ones_area(town: Town, sign_in: SignIn) -> None:
    one = somebody(town, town.here.path)
    assert one.name
    own, other = sign_in(Role.SECRETARY, town.here), sign_in(Role.SECRETARY, town.there)
    initials = next(
        word for word in one.search.split() if len(word) == 2 and word.isalpha() and word.isascii()
    )
    for text in (one.name, initials, str(one.phone)[-4:], str(one.id_number)[6:]):
        assert one.uid in [found["uid"] for found in search(own, text)["people"]], text
        assert one.uid not in [found["uid"] for found in search(other, text)["people"]], text
    shown = search(own, str(one.phone))["people"][0]
    assert str(one.phone) not in str(shown)
    assert str(one.id_number) not in str(shown)
    assert [place["name"] for place in search(own, "第1网格")["places"]] == ["云滨社区第1网格"]
    assert search(other, "第1网格")["places"] == []
    assert (
        next(place["kind"] for place in search(sign_in(Role.LEADER), "330109005001")["places"]) == "community"
    )


def test_who_may_see_no_people_finds_places_only(town: Town, sign_in: SignIn) -> None:
    one = somebody(town, town.here.path)
    found = search(sign_in(Role.VOLUNTEER, town.here), f"{one.id_number}")
    assert (found["people"], found["elsewhere"]) == ([], None)
    assert search(sign_in(Role.VOLUNTEER, town.here), "网格")["places"]
    assert Client().post("/api/search", {"text": "x"}, content_type="application/json").status_code == 401


VALID = "110101199003072033"


def test_somebody_elsewhere_is_hinted_at_only_for_whole_numbers(town: Town, sign_in: SignIn) -> None:
    everywhere, stranger = sign_in(Role.DATA_CENTRE), sign_in(Role.SECRETARY, town.there)
    one = somebody(town, town.here.path)
    base = next(
        field["version"]
        for field in everywhere.get(f"/api/people/{one.uid}").json()["fields"]
        if field["field"] == "id_number"
    )
    body = {"field": "id_number", "value": VALID, "reason": "本人身份证", "base": base, "confirmed": True}
    done = everywhere.post(f"/api/people/{one.uid}/patches", body, content_type="application/json")
    assert done.status_code == 200, done.content
    for text, said in (
        (VALID, "exists"),
        (f"{one.phone} {one.name}", "exists"),
        (f"{one.phone}", None),
        (one.name, None),
        (VALID[:17], None),
        (VALID[-6:], None),
        (f"{one.phone} 无此人", "unknown"),
        ("110101199003071516", "unknown"),
    ):
        found = search(stranger, str(text))
        assert (found["elsewhere"], one.uid in [who["uid"] for who in found["people"]]) == (said, False), text
    assert search(everywhere, VALID)["elsewhere"] is None
    asked = AuditRecord.objects.filter(action="person.asked_elsewhere")
    assert asked.count() == 4
    assert VALID not in str(list(asked.values_list("details", "object_id")))


def test_whoever_tries_numbers_is_stopped(
    town: Town, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, later = (
        sign_in(Role.SECRETARY, town.there),
        clock.now() + elsewhere.WINDOW + timedelta(minutes=1),
    )
    one = somebody(town, town.here.path)
    text = f"{one.phone} {one.name}"
    assert [search(browser, text)["elsewhere"] for _ in range(elsewhere.QUESTIONS)] == [
        "exists"
    ] * elsewhere.QUESTIONS
    assert search(browser, text)["elsewhere"] == "limit"
    assert search(sign_in(Role.SECRETARY, town.there), text)["elsewhere"] == "exists"  # a colleague is not
    monkeypatch.setattr(clock, "now", lambda: later)
    assert search(browser, text)["elsewhere"] == "exists"


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("云滨湾", "compound", "云滨湾"),
        ("云滨湾1幢", "building", "云滨湾1"),
        ("云滨湾小区1幢2单元110室", "door", "云滨湾1-2-110"),
    ],
)
def test_compounds_buildings_and_doors_are_found(
    text: str, kind: str, name: str, town: Town, sign_in: SignIn
) -> None:
    found = [(one["kind"], one["name"]) for one in search(sign_in(Role.DATA_CENTRE), text)["places"]]
    assert (kind, name) in found


@pytest.mark.parametrize(
    "text", ["", " ", "%", "_", "'", "\\", "号", "a" * 200, "1" * 200, "🙂", "10**30", "-"]
)
def test_awkward_words_find_nothing_and_break_nothing(text: str, town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    search(browser, text)
    assert browser.get("/api/people", {"text": text}).status_code == 200


def test_an_export_is_masked_neutral_and_recorded(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.SECRETARY, town.here)
    text = text_of(export(browser, filters={"sex": "F"}))
    rows = text.splitlines()
    assert rows[0] == "姓名,证件号码,电话,年龄,网格,已登记,档案号"
    assert len(rows) == 1 + len(people(browser, sex="F"))
    assert "19870520" not in text
    assert "1380000" not in text
    told = AuditRecord.objects.get(action="people.exported").details
    assert (told["rows"], told["masked"], told["columns"]) == (len(rows) - 1, True, COLUMNS)
    assert text_of(export(browser, language="en")).splitlines()[0].startswith("name,ID number,phone,age")


def test_a_workbook_holds_the_same(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.SECRETARY, town.here)
    answer = export(browser, format="xlsx", sort="-name")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    names = [one["name"] for one in people(browser, sort="-name")]
    assert [row[0] for row in rows[1:]] == names
    assert rows[0][0] == "姓名"


def test_numbers_leave_only_with_right_and_reason(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.SECRETARY, town.here)
    assert export(browser, reason="x").json()["code"] == "reveal.reason"
    assert export(sign_in(Role.LEADER, town.here), reason="上报区里").json()["code"] == "forbidden"
    assert export(sign_in(Role.GRID_WORKER, town.here)).json()["code"] == "forbidden"
    assert not AuditRecord.objects.filter(action="people.exported").exists()
    text = text_of(export(browser, reason="上报区里"))
    one = somebody(town, town.here.path)
    assert str(one.id_number) in text
    assert str(one.phone) in text
    assert AuditRecord.objects.get(action="people.exported").details["reason"] == "上报区里"


@pytest.mark.parametrize(
    "query",
    [{"age_from": 10**30}, {"sort": "secret"}, {"sex": "X"}, {"place": -1}, {"size": 1000}, {"kind": "?"}],
)
def test_questions_that_do_not_fit_are_refused(query: dict[str, Any], town: Town, sign_in: SignIn) -> None:
    answer = sign_in(Role.DATA_CENTRE).get("/api/people", query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
