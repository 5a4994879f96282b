"""Every route × role × standing answers as matrix.txt says, and nobody is told anything of another area."""

import io
import json
import re
import zipfile
from dataclasses import dataclass

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import get_resolver

from lianfang.kernel.actor import Scope
from lianfang.linkage.models import RunFinding, RunPerson
from lianfang.linkage.work.models import FindingWork
from lianfang.territory.models import Area, Building, Compound, Dwelling
from tests.permissions import matrix
from tests.permissions.cast import NOBODY, Somebody, Standing, undone
from tests.permissions.requests import ASKS, asks_for_something_hidden, ids_of, nonsense, send
from tests.permissions.town import Side, Town

pytestmark = pytest.mark.django_db
ROWS = matrix.rows()
ROUTES = sorted(set(matrix.routes()))
WHOLE_NUMBER = re.compile(r"33010919870520\d{4}|\b1[3-9]\d{9}\b")


@dataclass(frozen=True)
class Answer:
    status: int
    text: str


def ask(one: Somebody, route: str, ids: dict[str, int | str]) -> Answer:
    """The answer; whatever the request did is undone."""
    with undone(one.browser):
        response = send(one.browser, route, ids)
        return Answer(response.status_code, _text(response))


def _text(response: HttpResponseBase) -> str:
    """The body; Chinese as it is read, not as JSON escapes it: words are looked for in it."""
    body: bytes = response.getvalue()
    if body.startswith(b"%PDF"):
        return ""
    if body.startswith(b"PK"):  # a workbook
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"".join(map(book.read, book.namelist()))
    text = body.decode("utf-8")
    if text and "json" in response.headers.get("Content-Type", ""):
        return json.dumps(json.loads(text), ensure_ascii=False)
    return text


def test_every_route_has_a_row() -> None:
    missing = [route for route in ROUTES if route not in ROWS]
    assert not missing, f"not in {matrix.FILE.name}: {missing}{matrix.HOW}"


def test_every_row_and_every_request_has_a_route() -> None:
    gone = sorted({*ROWS, *ASKS} - set(ROUTES))
    assert not gone, f"the API does not have: {gone}; take them out of {matrix.FILE.name} and requests.py"


def test_nothing_but_the_api_the_pages_and_health_is_served() -> None:
    own = {str(one.pattern) for one in get_resolver().url_patterns}
    docs = {"api/docs", "api/docs/<str:name>"}  # a page that reads openapi.json, and its script
    field = {one for one in own if one.lstrip("^").startswith("field")}
    resident = {"r/assets/<path:path>", r"^r/(?P<token>[\w-]*)$"}  # the page checks its token with the API
    assert own == {
        "health", "assets/<path:path>", *docs, "api/", "api/<path:rest>", *field, *resident,
        r"^(?!api/)(?P<path>.*)$",
    }  # fmt: skip


@pytest.mark.parametrize("route", ROUTES)
def test_statuses(route: str, town: Town, cast: list[Somebody]) -> None:
    row, wrong = ROWS[route], []
    for one in [*cast, NOBODY]:
        answer = ask(one, route, ids_of(one, town))
        expected = row.cells[one.role, one.standing] if one.role and one.standing else row.out
        if answer.status != expected:
            wrong.append(f"{one}: {answer.status} instead of {expected}: {answer.text[:200]}")
        known = {town.here.compound} if route in ASKS and ASKS[route].opened else set()
        if leaks := _leaks(one, answer.text, town) - known:
            wrong.append(f"{one} is told of {leaks}")
        if WHOLE_NUMBER.search(answer.text) and not (route in ASKS and ASKS[route].reveals):
            wrong.append(f"{one} is shown a whole number")
    assert not wrong, "\n".join([route, *wrong])


def _leaks(one: Somebody, text: str, town: Town) -> set[str]:
    """Words in the answer of a community over which the one who asked is not appointed."""
    others = {
        Standing.WHOLE: frozenset[str](),
        Standing.OWN: town.there.words,
        Standing.OTHER: town.here.words,
    }.get(one.standing or Standing.ENDED, town.here.words | town.there.words)
    return {word for word in others if word in text}


@pytest.mark.parametrize("route", [route for route in ROUTES if asks_for_something_hidden(route)])
def test_what_is_elsewhere_answers_like_what_is_not_there(
    route: str, town: Town, cast: list[Somebody]
) -> None:
    for one in cast:
        if one.standing != Standing.OTHER:
            continue
        ids = ids_of(one, town)
        assert ask(one, route, ids) == ask(one, route, nonsense(route, ids)), f"{one}: {route}"


@pytest.mark.parametrize("route", [route for route in ROUTES if route in ASKS and ASKS[route].shows])
def test_the_look_for_leaks_sees_something(route: str, town: Town, cast: list[Somebody]) -> None:
    own = [one for one in cast if one.standing == Standing.OWN]
    answers = [ask(one, route, ids_of(one, town)) for one in own]
    shown = [answer for answer in answers if answer.status == 200]
    assert shown
    assert any(word in answer.text for answer in shown for word in town.here.words)


@pytest.mark.parametrize("route", [route for route in ROUTES if not route.startswith("GET ")])
def test_nobody_changes_another_area(route: str, town: Town, cast: list[Somebody]) -> None:
    before = _territory(town.here)
    for one in cast:
        if one.standing == Standing.OTHER:
            with undone(one.browser):
                send(one.browser, route, ids_of(one, town))
                assert _territory(town.here) == before, f"{one}: {route}"


def _territory(side: Side) -> list[list[tuple[object, ...]]]:
    """The community as it is: its areas and places, people, findings and what was done about them."""
    scope = Scope((side.community.path,))
    return [
        list(model.objects.within(scope).order_by("pk").values_list())
        for model in (Area, Compound, Building, Dwelling, RunPerson, RunFinding, FindingWork)
    ]


def test_a_write_without_the_pages_token_is_refused_everywhere(town: Town, cast: list[Somebody]) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = next(one for one in cast if one.standing == Standing.OWN).browser.cookies
    for route in ROUTES:
        if not route.startswith("GET "):
            with undone(strict):
                answer = send(strict, route, ids_of(cast[0], town))
            assert (answer.status_code, '"csrf"' in _text(answer)) == (403, True), route
