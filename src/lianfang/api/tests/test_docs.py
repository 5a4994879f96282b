"""The API's description: for whoever is signed in, with nothing from outside."""

import json
import re
from collections.abc import Callable

from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api import docs
from lianfang.api.contract import contract

SignIn = Callable[..., Client]


def test_the_description_is_the_contract(sign_in: SignIn) -> None:
    assert sign_in(Role.VOLUNTEER).get("/api/openapi.json").json() == json.loads(contract())


def test_strangers_sign_in_first(db: None) -> None:
    assert Client().get("/api/openapi.json").status_code == 401
    assert Client().get("/api/docs").headers["Location"] == "/sign-in?next=/api/docs"


def test_everything_that_the_page_loads_is_our_own(sign_in: SignIn) -> None:
    browser = sign_in(Role.VOLUNTEER)
    answer = browser.get("/api/docs")
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', answer.content.decode())
    assert sorted(loaded) == sorted(f"/api/docs/{name}" for name in docs.ASSETS)
    for address in loaded:
        assert len(b"".join(browser.get(address))) > 500
    assert browser.get("/api/docs/redoc.standalone.js").status_code == 404


def test_an_endpoint_says_whether_tokens_open_it() -> None:
    paths = json.loads(contract())["paths"]
    assert {"AccessToken": []} in paths["/api/jobs"]["get"]["security"]
    assert {"AccessToken": []} not in paths["/api/tokens"]["get"]["security"]
