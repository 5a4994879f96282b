"""How many nobody has seen, from the lists to the page: by area, with words, for one's own area alone."""

from collections.abc import Callable

import pytest
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import Town
from lianfang.api.tests.people import call
from lianfang.kernel import jobs
from lianfang.territory.models import Area

pytestmark = pytest.mark.django_db
SignIn = Callable[[Role | None, Area | None], Client]


def test_before_it_is_reckoned_the_page_is_empty_but_says_what_it_rests_on(
    town: Town, sign_in: SignIn
) -> None:
    status, page = call(sign_in(Role.DATA_CENTRE, None), "GET", "/unseen")

    assert (status, page["items"], page["run"]) == (200, [], None)
    assert [one["code"] for one in page["assumptions"]] == ["closed", "matched", "chance", "alike", "pairs"]


def test_it_is_reckoned_by_area_from_the_current_lists(town: Town, sign_in: SignIn) -> None:
    desk = sign_in(Role.DATA_CENTRE, None)

    assert call(desk, "POST", "/unseen")[0] == 200
    jobs.drain()

    page = call(desk, "GET", "/unseen")[1]
    assert page["run"] == town.run.pk
    by_path = {one["path"]: one for one in page["items"]}
    here = by_path[town.here.path]
    assert here["level"] == "grid"
    grid = next(one for one in call(desk, "GET", "/places/coverage")[1] if one["path"] == town.here.path)
    assert here["seen"] == grid["people"] > 0
    assert here["zh"]
    assert here["en"]
    parent = town.here.parent
    assert parent is not None
    assert by_path[parent.path]["seen"] >= here["seen"]
    assert {one["level"] for one in call(desk, "GET", "/unseen?level=grid")[1]["items"]} == {"grid"}


def test_everybody_sees_his_own_areas_alone(town: Town, sign_in: SignIn) -> None:
    call(sign_in(Role.DATA_CENTRE, None), "POST", "/unseen")
    jobs.drain()

    mine = call(sign_in(Role.GRID_WORKER, town.here), "GET", "/unseen")[1]["items"]

    assert [one["path"] for one in mine] == [town.here.path]


def test_a_worker_does_not_start_it(town: Town, sign_in: SignIn) -> None:
    assert call(sign_in(Role.GRID_WORKER, town.here), "POST", "/unseen")[0] == 403
