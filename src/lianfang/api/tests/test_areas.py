"""The territory as a picker needs it: only one's own part, for the permission that is asked for."""

from collections.abc import Callable

from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import Town

SignIn = Callable[..., Client]


def codes(browser: Client, query: str = "") -> list[str]:
    answer = browser.get(f"/api/areas{query}")
    assert answer.status_code == 200, answer.content
    return [area["code"] for area in answer.json()]


def test_the_whole_tree_parents_first(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    assert codes(browser) == ["330109005", "330109005001", "330109005001001", "330109005001002"]
    street, community, *_ = browser.get("/api/areas").json()
    assert (street["parent"], community["parent"]) == (None, street["id"])
    assert community["level"] == "community"
    assert community["path"] == "330109005/330109005001/"


def test_only_ones_own_part(town: Town, sign_in: SignIn) -> None:
    assert codes(sign_in(Role.SECRETARY, town.there)) == ["330109005001002"]


def test_where_one_holds_another_permission(town: Town, sign_in: SignIn) -> None:
    assert len(codes(sign_in(Role.ADMINISTRATOR), "?permission=user.manage")) == 4
    refused = sign_in(Role.SECRETARY, town.there).get("/api/areas?permission=user.manage")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    nonsense = sign_in(Role.SECRETARY, town.there).get("/api/areas?permission=nonsense")
    assert (nonsense.status_code, nonsense.json()["code"]) == (422, "invalid")


def test_without_appointment_there_is_no_territory(town: Town, sign_in: SignIn) -> None:
    assert sign_in(None).get("/api/areas").status_code == 403
