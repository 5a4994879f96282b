"""How many nobody has seen, from the lists to the page: by area, with words, for one's own area alone."""

from collections.abc import Callable

import pytest
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.conftest import NOW, Town
from lianfang.api.tests.people import call
from lianfang.kernel import jobs
from lianfang.kernel.actor import system
from lianfang.linkage.actions import load_result
from lianfang.linkage.tests.sample import by_chance
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


def test_its_numbers_are_those_of_the_people_whom_no_list_has(town: Town, sign_in: SignIn) -> None:
    """Two of thirty are on no list, in every grid: of 1,440 people 8 in each of twelve grids."""
    load_result(actor=system("test"), now=NOW, result=by_chance(1_440), title="三月")
    desk = sign_in(Role.DATA_CENTRE, None)
    call(desk, "POST", "/unseen")
    jobs.drain()

    told = {level: call(desk, "GET", f"/unseen?level={level}")[1]["items"] for level in ("community", "grid")}

    assert [(one["name"], one["seen"]) for one in told["grid"]] == [
        ("云滨社区第1网格", 112),
        ("云滨社区第2网格", 112),
    ]
    for one in told["grid"]:
        assert one["low"] <= 8 <= one["high"]
        assert (one["unseen"], one["at_least"]) == (pytest.approx(8, abs=2), 8)
    (community,) = told["community"]
    assert community["seen"] == 1_344  # ten grids are no areas here: their people count for the community
    assert (community["unseen"], community["at_least"]) == (pytest.approx(96, abs=3), 96)
    assert community["low"] <= 96 <= community["high"] < 130


def test_of_a_grid_with_too_few_nothing_is_said_but_the_share_around_it(town: Town, sign_in: SignIn) -> None:
    load_result(actor=system("test"), now=NOW, result=by_chance(390), title="三月")
    desk = sign_in(Role.DATA_CENTRE, None)
    call(desk, "POST", "/unseen")
    jobs.drain()

    first, second = call(desk, "GET", "/unseen?level=grid")[1]["items"]

    assert (first["seen"], second["seen"]) == (55, 29)
    assert (first["status"], second["status"]) == ("own", "pooled")
    assert "按上一级区域的比例推算" in second["zh"]
    assert second["unseen"] == pytest.approx(2, abs=1)


def test_everybody_sees_his_own_areas_alone(town: Town, sign_in: SignIn) -> None:
    call(sign_in(Role.DATA_CENTRE, None), "POST", "/unseen")
    jobs.drain()

    mine = call(sign_in(Role.GRID_WORKER, town.here), "GET", "/unseen")[1]["items"]

    assert [one["path"] for one in mine] == [town.here.path]


def test_a_worker_does_not_start_it(town: Town, sign_in: SignIn) -> None:
    assert call(sign_in(Role.GRID_WORKER, town.here), "POST", "/unseen")[0] == 403
