"""Programs come with an access token: no cookie, no page's token, a part of the rights."""

from collections.abc import Callable

import pytest
from django.test import Client

from lianfang.accounts.models import AccessToken
from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import Town

SignIn = Callable[..., Client]


@pytest.fixture
def made(town: Town, sign_in: SignIn) -> tuple[Client, str, int]:
    """A secretary's browser, a token of hers that reads runs and people, and its number."""
    browser = sign_in(Role.SECRETARY, town.here)
    body = {"name": "日报程序", "permissions": ["run.view", "person.view", "person.reveal"], "days": 30}
    answer = browser.post("/api/tokens", body, content_type="application/json").json()
    return browser, answer["secret"], answer["token"]["id"]


def program(secret: str) -> Client:
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {secret}"})


def test_it_opens_what_it_names_within_its_users_area(town: Town, made: tuple[Client, str, int]) -> None:
    browser, secret, _ = made
    run = f"/api/runs/{town.run.pk}"
    own = program(secret).get(f"{run}/people")
    assert own.status_code == 200
    assert own.json()["total"] == browser.get(f"{run}/people").json()["total"]
    assert program(secret).get(f"{run}/people/3").status_code == 404
    assert program(secret).get(f"{run}/findings").json()["code"] == "forbidden"
    assert browser.get(f"{run}/findings").status_code == 200


def test_writing_needs_no_pages_token(town: Town, made: tuple[Client, str, int]) -> None:
    people = f"/api/runs/{town.run.pk}/people"
    person = made[0].get(people).json()["items"][0]["person"]
    answer = program(made[1]).post(
        f"{people}/{person}/reveal", {"reason": "上门核对身份"}, content_type="application/json"
    )
    assert answer.status_code == 200


def test_it_opens_nothing_of_the_account(made: tuple[Client, str, int]) -> None:
    _, secret, number = made
    assert program(secret).get("/api/tokens").json()["code"] == "token.refused"
    assert program(secret).post(f"/api/tokens/{number}/revoke").json()["code"] == "token.refused"
    assert program(secret).get("/api/jobs").status_code == 200


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer ", "bearer lianfang_x", "Bearer 王"])
def test_a_wrong_one_opens_nothing_even_with_a_session(header: str, made: tuple[Client, str, int]) -> None:
    answer = made[0].get("/api/jobs", headers={"Authorization": header})
    assert (answer.status_code, answer.json()["code"]) == (401, "token.invalid")


def test_revoked_it_ends_at_once_and_stays_in_the_list(made: tuple[Client, str, int]) -> None:
    browser, secret, number = made
    assert browser.post(f"/api/tokens/{number}/revoke").json()["works"] is False
    assert program(secret).get("/api/jobs").json()["code"] == "token.invalid"
    [listed] = browser.get("/api/tokens").json()["items"]
    assert (listed["works"], listed["hint"]) == (False, secret[-4:])
    assert "secret" not in listed


def test_others_cannot_revoke_it(made: tuple[Client, str, int], sign_in: SignIn) -> None:
    other = sign_in(Role.ADMINISTRATOR)
    assert other.post(f"/api/tokens/{made[2]}/revoke").status_code == 404
    assert other.get("/api/tokens").json()["items"] == []
    assert AccessToken.objects.get().revoked_at is None
