"""What holds for every endpoint: a permission, answers in codes, no 500, the committed contract."""

import re
from collections.abc import Callable
from enum import Enum
from typing import get_args

import pytest
from django.test import Client
from ninja import Schema
from ninja.operation import Operation

from lianfang.accounts.roles import Role
from lianfang.api.app import api
from lianfang.api.contract import CONTRACT, contract
from lianfang.api.routing import OWN_ACCOUNT, Guard
from lianfang.api.tests.conftest import Town

OPEN = {
    "/session",
    "/session/code",
    "/session/passkey",
    "/session/passkey/options",
    "/welcome",
    "/welcome/check",
    "/invitation",
    "/invitation/check",
    "/self-report/open",
    "/self-report/send",
    "/self-report/see",
    "/self-report/correct",
    "/self-report/withdraw",
    "/self-report/tip",
    "/self-report/plans",
    "/self-report/opinions",
    "/own-pass/open",
    "/own-pass/object",
}
#: Phones sign in with a credential of their own.
BY_DEVICE = {("POST", "/sync/facts"), ("GET", "/sync/snapshot"), ("POST", "/sync/photos/{photo}")}
SignIn = Callable[..., Client]


def operations() -> list[tuple[str, Operation]]:
    return [
        (prefix + path, operation)
        for prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
    ]


def test_every_endpoint_declares_a_permission() -> None:
    assert len(operations()) >= 16
    for path, operation in operations():
        guards = [one for one in operation.auth_callbacks if isinstance(one, Guard)]
        assert len(guards) == 1, f"{path} declares no permission"
        if guards[0].permission is None:
            assert path in OPEN, f"{path} is open to everybody"
        if guards[0].permission is OWN_ACCOUNT:
            assert path.startswith("/account"), f"{path} is open without a second factor"


def enums(annotation: object) -> list[type[Enum]]:
    """The enumerations in a type."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return [annotation]
    return [one for part in get_args(annotation) for one in enums(part)]


def test_no_two_schemas_have_one_name() -> None:
    """The contract holds one schema for a name: of two, the web's types would describe only one."""
    homes: dict[str, set[str]] = {}
    waiting = [Schema]
    while waiting:
        for schema in waiting.pop().__subclasses__():
            waiting.append(schema)
            if schema.__module__.startswith("lianfang.api.") and "[" not in schema.__name__:
                homes.setdefault(schema.__name__, set()).add(schema.__module__)
                for field in schema.model_fields.values():
                    for one in enums(field.annotation):
                        homes.setdefault(one.__name__, set()).add(one.__module__)
    assert {name: found for name, found in homes.items() if len(found) > 1} == {}


def test_the_contract_is_the_committed_one() -> None:
    assert CONTRACT.read_text("utf-8") == contract(), "run `lianfang contract` and `npm run types`"


@pytest.mark.parametrize(
    ("path", "operation"), operations(), ids=lambda one: one if isinstance(one, str) else ""
)
def test_nobody_gets_in_without_signing_in(path: str, operation: Operation, db: None) -> None:
    if path in OPEN:
        return
    address = "/api" + re.sub(r"\{\w+\}", "1", path)
    method = operation.methods[0]
    answer = Client().generic(method, address, "{}", content_type="application/json")
    code = "device.unknown" if (method, path) in BY_DEVICE else "sign_in.required"
    assert (answer.status_code, answer.json()["code"]) == (401, code)


HUGE = 10**30
NONSENSE = [
    f"/{HUGE}",
    "/-1",
    "/abc",
    f"/1/findings?page={HUGE}",
    f"/1/findings?size={HUGE}",
    f"/1/findings?list={HUGE}",
    f"/1/findings?place={HUGE}",
    "/1/findings?page=0",
    "/1/findings?sort=password",
    "/1/findings?severity=x",
    "/1/findings?text=%00",
    f"/1/findings?text={'长' * 300}",
    f"/1/findings/{HUGE}",
    f"/1/people/{HUGE}",
    f"/1/people?place={HUGE}",
    f"/1/people?page={HUGE}",
    "/1/people?text=%00",
    f"/1/places/{HUGE}/tasks",
    f"/1/places/1/tasks?page={HUGE}",
    f"/1/rejected?list={HUGE}",
    f"/1/findings.csv?list={HUGE}",
]


@pytest.mark.parametrize("rest", NONSENSE)
def test_nonsense_is_refused_in_words(rest: str, sign_in: SignIn) -> None:
    answer = sign_in(Role.DATA_CENTRE).get(f"/api/runs{rest}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_hidden_and_missing_answer_alike(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.SECRETARY, town.here)
    run = f"/api/runs/{town.run.pk}"
    hidden = browser.get(f"{run}/people/3")  # lives in the grid next door
    missing = browser.get(f"{run}/people/99999")
    nowhere = browser.get("/api/no/such/thing")
    assert hidden.status_code == missing.status_code == nowhere.status_code == 404
    assert hidden.content == missing.content == nowhere.content


def test_a_write_needs_the_pages_token(town: Town, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    address = f"/api/runs/{town.run.pk}/people/1/reveal"
    answer = strict.post(address, {"reason": "上门核对身份"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
