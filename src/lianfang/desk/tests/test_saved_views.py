"""Saved views through HTTP: own ones, shared ones, in two areas."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lianfang.accounts.models import Appointment, User
from lianfang.accounts.roles import Role
from lianfang.desk.rules import MAX_VIEWS
from lianfang.kernel import clock
from lianfang.kernel.actor import system
from lianfang.kernel.models import AuditRecord
from lianfang.territory.actions import add_area
from lianfang.territory.models import Area

Person = Callable[[Role | None, Area | None], Client]
ADDRESS = "/api/views/people"


@pytest.fixture
def areas(db: None) -> tuple[Area, Area, Area]:
    """A subdistrict and its two communities."""
    one, now = system("test"), clock.now()
    street = add_area(actor=one, now=now, code="330109005", name="滨江街道")
    here, there = (
        add_area(actor=one, now=now, code=f"33010900500{i}", name=f"{i}社区", parent=street) for i in (1, 2)
    )
    return street, here, there


@pytest.fixture
def person(db: None) -> Person:
    def make(role: Role | None, area: Area | None) -> Client:
        user = User.objects.create(username=f"u{User.objects.count()}", created_at=clock.now())
        if role:
            Appointment.objects.create(user=user, role=role.value, area=area, starts_at=clock.now())
        browser = Client()
        browser.force_login(user)
        return browser

    return make


def save(browser: Client, name: str, path: str | None = None, **query: str) -> Any:
    body = {"name": name, "query": query, "path": path}
    return browser.post(ADDRESS, body, content_type="application/json")


def names(browser: Client, address: str = ADDRESS) -> list[str]:
    return [view["name"] for view in browser.get(address).json()["views"]]


def test_a_view_is_kept_without_what_was_typed(areas: tuple[Area, ...], person: Person) -> None:
    browser = person(Role.SECRETARY, areas[1])
    saved = save(browser, " 未登记 ", only="unregistered", sort="-findings", text="张三", page="3", grid="")
    assert saved.status_code == 200
    view = browser.get(ADDRESS).json()["views"][0]
    assert (view["name"], view["query"]) == ("未登记", {"only": "unregistered", "sort": "-findings"})
    assert (view["mine"], view["path"]) == (True, None)
    assert "张三" not in str(list(AuditRecord.objects.values_list("details", flat=True)))


def test_the_same_name_replaces_and_another_screen_is_another_list(
    areas: tuple[Area, ...], person: Person
) -> None:
    browser = person(Role.SECRETARY, areas[1])
    first = save(browser, "急", only="conflicts").json()["id"]
    second = save(browser, "急", only="unseen").json()
    assert (second["id"], second["query"]) == (first, {"only": "unseen"})
    assert names(browser, "/api/views/findings") == []
    assert browser.get("/api/views/nonsense").status_code == 422


def test_only_the_owner_sees_and_removes_a_private_view(areas: tuple[Area, ...], person: Person) -> None:
    owner, colleague = person(Role.SECRETARY, areas[1]), person(Role.DATA_CENTRE, None)
    number = save(owner, "我的").json()["id"]
    assert names(colleague) == []
    refused = colleague.delete(f"{ADDRESS}/{number}")
    nonsense = colleague.delete(f"{ADDRESS}/999999")
    assert (refused.status_code, refused.content) == (404, nonsense.content)
    assert owner.delete(f"{ADDRESS}/{number}").status_code == 204
    assert names(owner) == []


def test_a_shared_view_reaches_the_area_and_those_above_it(areas: tuple[Area, ...], person: Person) -> None:
    street, here, there = areas
    owner = person(Role.SECRETARY, here)
    save(owner, "共享", here.path)
    assert names(person(Role.GRID_WORKER, here)) == ["共享"]
    assert names(person(Role.DATA_CENTRE, street)) == ["共享"]
    assert names(person(Role.LEADER, None)) == ["共享"]
    assert names(person(Role.SECRETARY, there)) == []
    seen = person(Role.SECRETARY, here)
    number = seen.get(ADDRESS).json()["views"][0]["id"]
    assert seen.delete(f"{ADDRESS}/{number}").status_code == 404


def test_nobody_shares_with_an_area_that_is_not_his(areas: tuple[Area, ...], person: Person) -> None:
    street, here, there = areas
    browser = person(Role.SECRETARY, here)
    for path in (there.path, street.path, ""):
        assert save(browser, "越界", path).status_code == 404
    assert browser.get(ADDRESS).json()["areas"] == [{"path": here.path, "name": "1社区"}]
    everybody = person(Role.DATA_CENTRE, None)
    assert save(everybody, "全街道", "").status_code == 200
    assert names(browser) == ["全街道"]


def test_without_an_appointment_there_are_no_views(person: Person) -> None:
    assert person(None, None).get(ADDRESS).json()["code"] == "forbidden"
    assert Client().get(ADDRESS).status_code == 401


def test_what_does_not_fit_is_refused(areas: tuple[Area, ...], person: Person) -> None:
    browser = person(Role.SECRETARY, areas[1])
    assert save(browser, "  ").json()["code"] == "view.nameless"
    many = {f"f{i}": "x" for i in range(31)}
    assert save(browser, "大", **many).json()["code"] == "view.too_large"
    assert save(browser, "长" * 61).json()["code"] == "invalid"
    assert save(browser, "\0").json()["code"] == "request.unreadable"
    assert save(browser, "路", "a'b").json()["code"] == "invalid"
    for i in range(MAX_VIEWS):
        assert save(browser, f"v{i}").status_code == 200
    assert save(browser, "one more").json()["code"] == "view.too_many"
    assert save(browser, "v0", only="unseen").status_code == 200
