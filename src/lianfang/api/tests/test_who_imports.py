"""Lists are the whole territory's: a subdistrict's own data centre imports where there is no other subdistrict."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.kernel.actor import system
from lianfang.territory.actions import add_area
from lianfang.territory.models import Area

SignIn = Callable[..., Client]
NOW = datetime(2020, 2, 20, 8, 0, tzinfo=UTC)


def add(code: str, parent: Area | None = None) -> Area:
    return add_area(actor=system("test"), now=NOW, code=code, name=f"区划{code}", parent=parent)


@pytest.fixture
def street(db: None) -> Area:
    """The only subdistrict of a district, in its city, with two communities."""
    street = add("330109005", add("330109", add("3301")))
    add("330109005001", street)
    add("330109005002", street)
    return street


def begins(browser: Client) -> int:
    return browser.post("/api/imports", {}, content_type="application/json").status_code


def test_below_a_district_the_only_subdistricts_data_centre_imports(street: Area, sign_in: SignIn) -> None:
    browser = sign_in(Role.DATA_CENTRE, street)
    assert begins(browser) == 200
    assert [browser.get(path).status_code for path in ("/api/imports", "/api/lists")] == [200, 200]


def test_beside_another_subdistrict_it_does_not_and_above_both_one_does(
    street: Area, sign_in: SignIn
) -> None:
    add("330109006", street.parent)
    assert begins(sign_in(Role.DATA_CENTRE, street)) == 404
    assert begins(sign_in(Role.DATA_CENTRE, street.parent)) == 200


def test_the_only_community_of_a_subdistrict_is_not_the_subdistrict(sign_in: SignIn, db: None) -> None:
    only = add("330109005001", add("330109005"))
    assert begins(sign_in(Role.DATA_CENTRE, only)) == 404
    assert begins(sign_in(Role.DATA_CENTRE, only.parent)) == 200
