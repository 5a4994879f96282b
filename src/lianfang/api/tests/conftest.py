"""The fixed cast: two communities, a run over both, and somebody for each role that matters."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.test import Client

from lianfang.accounts.models import Appointment, User
from lianfang.accounts.roles import Role
from lianfang.api.tests.field import campaigning  # noqa: F401  # the fixture `field`
from lianfang.api.tests.people import Clock, somebody, stopped_clock  # noqa: F401  # the last is the fixture `time`
from lianfang.kernel.actor import system
from lianfang.linkage.actions import load_result
from lianfang.linkage.models import Run
from lianfang.linkage.tests.sample import sample
from lianfang.territory.actions import add_area
from lianfang.territory.models import Area

NOW = datetime(2020, 2, 20, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Town:
    """`here` is the first of the sample's twelve grids, `there` the second; both hold people of the run."""

    run: Run
    here: Area
    there: Area


@pytest.fixture
def town(db: None) -> Town:
    actor = system("test")
    street = add_area(actor=actor, now=NOW, code="330109005", name="滨江街道")
    community = add_area(actor=actor, now=NOW, code="330109005001", name="云滨社区", parent=street)
    grids = [
        add_area(
            actor=actor, now=NOW, code=f"330109005001{i:03d}", name=f"云滨社区第{i}网格", parent=community
        )
        for i in (1, 2)
    ]
    run = load_result(actor=actor, now=NOW, result=sample(60), title="二月")
    return Town(run=run, here=grids[0], there=grids[1])


@pytest.fixture
def sign_in(db: None) -> Callable[[Role | None, Area | None], Client]:
    """A browser in which somebody with this role over this area (None: everywhere) is signed in."""

    def as_role(role: Role | None, area: Area | None = None) -> Client:
        user = User.objects.create(username=f"u{User.objects.count()}", display_name="某人", created_at=NOW)
        if role:
            Appointment.objects.create(user=user, role=role.value, area=area, starts_at=NOW)
        browser = Client()
        browser.force_login(user)
        return browser

    return as_role


@pytest.fixture
def cast(town: Town, time: Clock) -> Town:
    """周敏 administers everything, 钱 the first grid; 吴 works in the first grid, 郑 in the second, 孙 in both."""
    somebody("zhou", (Role.ADMINISTRATOR, None))
    somebody("qian", (Role.ADMINISTRATOR, town.here))
    somebody("wu", (Role.GRID_WORKER, town.here))
    somebody("zheng", (Role.GRID_WORKER, town.there))
    somebody("sun", (Role.GRID_WORKER, town.here), (Role.GRID_WORKER, town.there))
    return town
