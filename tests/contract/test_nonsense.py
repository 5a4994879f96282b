"""Every route is asked with each of its values replaced by nonsense: a clear refusal, never a 500."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.test import Client

from lianfang.accounts.roles import Role
from tests.contract.answers import fault
from tests.permissions import matrix
from tests.permissions.cast import Somebody, Standing, undone
from tests.permissions.requests import address_of, body_of, ids_of, parameters_of, send
from tests.permissions.town import Town

pytestmark = pytest.mark.django_db
ROUTES = sorted(set(matrix.routes()))
WRITES = [route for route in ROUTES if not route.startswith("GET ")]
NUMBERS: tuple[Any, ...] = (
    10**30,
    -(10**30),
    -1,
    2**31,
    2**63,
    1e308,
    math.inf,
    math.nan,
    0.5,
    True,
    "一",
    None,
    [],
    {},
)
TEXTS: tuple[Any, ...] = (
    "\x00", "\ud800", "字" * 100_000, "", " ", "' OR 1=1 --", "../../etc/passwd", "%00", 10**30, None, [], {}, True,
)  # fmt: skip
IN_ADDRESS = (
    "1" + "0" * 30,
    "-1",
    "%00",
    "x",
    "9" * 5000,
    "1.5",
    "%F0%9F%98%80",
    "%ED%A0%80",
    "nan",
    "+1",
    "%D6%D0",
)
JSON = "application/json"
BODIES: tuple[tuple[str, bytes, str], ...] = (
    ("cut off", b'{"a": ', JSON),
    ("no object", b"[1, 2", JSON),
    ("another type", b"[]", JSON),
    ("a number alone", b"1" + b"0" * 5000, JSON),
    ("nested too deep", b"[" * 50_000 + b"]" * 50_000, JSON),
    ("objects nested too deep", b'{"a":' * 20_000 + b"1" + b"}" * 20_000, JSON),
    ("nothing", b"", JSON),
    ("GB18030", '{"name": "王伟"}'.encode("gb18030"), JSON),
    ("UTF-16", '{"name": "王伟"}'.encode("utf-16"), JSON),
    ("a form", b"name=x&a=b", "application/x-www-form-urlencoded"),
    ("a broken form with files", b"--x\r\nnot a form", "multipart/form-data; boundary=x"),
    ("a form with files and no boundary", b"--x\r\n", "multipart/form-data"),
    ("bytes", bytes(range(256)), "application/octet-stream"),
    ("text of an unknown encoding", b"x", "text/plain; charset=klingon"),
    ("JSON of an unknown encoding", b"{}", "application/json; charset=klingon"),
    ("NaN", b'{"version": NaN, "name": Infinity}', JSON),
    ("the same name twice", b'{"version": 1, "version": {}}', JSON),
)


def wrong(browser: Client, method: str, address: str, body: bytes = b"", kind: str = JSON) -> str | None:
    """What is wrong with the answer; the request is undone."""
    with undone(browser):
        response = browser.generic(method, address, body, content_type=kind)
        return fault(response.status_code, response.getvalue())


@pytest.fixture
def asking(cast: list[Somebody]) -> Somebody:
    """The administrator of everything: nobody gets further."""
    return next(one for one in cast if one.role == Role.ADMINISTRATOR and one.standing == Standing.WHOLE)


@pytest.mark.parametrize("route", ROUTES)
def test_nonsense_in_the_address(route: str, town: Town, asking: Somebody) -> None:
    method, ids = route.partition(" ")[0], ids_of(asking, town)
    body = json.dumps(body_of(route, ids)).encode()
    faults = []
    for parameter in parameters_of(route):
        for value in IN_ADDRESS:
            address = address_of(route, ids, **{parameter: value})
            faults.append((address[:120], wrong(asking.browser, method, address, body)))
    assert [one for one in faults if one[1]] == []


@pytest.mark.parametrize("route", WRITES)
def test_nonsense_as_a_value(route: str, town: Town, asking: Somebody) -> None:
    ids = ids_of(asking, town)
    with undone(asking.browser):  # as it stands, the request gets through
        plain = send(asking.browser, route, ids).status_code
    assert plain == matrix.rows()[route].cells[Role.ADMINISTRATOR, Standing.WHOLE]
    address, faults = address_of(route, ids), []
    for where, body in mutated(body_of(route, ids)):
        found = wrong(asking.browser, route.partition(" ")[0], address, json.dumps(body).encode())
        if found:
            faults.append((where, found))
    assert faults == []


@pytest.mark.parametrize("route", WRITES)
def test_nonsense_as_a_body(route: str, town: Town, asking: Somebody) -> None:
    address, method = address_of(route, ids_of(asking, town)), route.partition(" ")[0]
    found = {name: wrong(asking.browser, method, address, body, kind) for name, body, kind in BODIES}
    assert {name: one for name, one in found.items() if one} == {}


@pytest.mark.parametrize("route", [route for route in ROUTES if route.startswith("GET ")])
def test_nonsense_as_a_query(route: str, town: Town, asking: Somebody) -> None:
    address, faults = address_of(route, ids_of(asking, town)).partition("?")[0], []
    for name in asked_by(route):
        for value in IN_ADDRESS:
            found = wrong(asking.browser, "GET", f"{address}?{name}={value}")
            if found:
                faults.append((f"{name}={value[:40]}", found))
    assert faults == []


def test_another_method_is_refused_in_words(asking: Somebody) -> None:
    for method, address in (("PUT", "/api/areas"), ("PATCH", "/api/users/1"), ("DELETE", "/api/runs")):
        assert wrong(asking.browser, method, address) is None


def asked_by(route: str) -> list[str]:
    """The query parameters that the contract names for this route."""
    method, path = route.split(" ")
    operation = matrix.contract()["paths"][f"/api{path}"][method.lower()]
    return [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"]


def mutated(body: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """The body with one value replaced, for each value and each piece of nonsense that fits its place."""
    if isinstance(body, Mapping):
        for name, value in body.items():
            for at, changed in mutated(value, f"{where}.{name}"):
                yield at, {**body, name: changed}
            yield f"{where} without {name}", {other: one for other, one in body.items() if other != name}
        yield f"{where} with more", {**body, "\x00": 1, "__proto__": {}, "字" * 1000: None}
    elif isinstance(body, list):
        for number, value in enumerate(body):
            for at, changed in mutated(value, f"{where}[{number}]"):
                yield at, [*body[:number], changed, *body[number + 1 :]]
        yield f"{where} many", body * 5000
    else:
        choice = NUMBERS if isinstance(body, int | float) and not isinstance(body, bool) else TEXTS
        for value in choice:
            yield f"{where} = {str(value)[:20]!r}", value
