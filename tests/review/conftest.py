"""A small town as a run really leaves it: read, linked, audited and loaded."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import Client

from lianfang.accounts.models import Appointment, User
from lianfang.accounts.roles import Role
from lianfang.demo.command import make_demo
from lianfang.kernel.actor import system
from lianfang.linkage.actions import load_result
from lianfang.linkage.models import Run
from lianfang.linkage.reconcile import reconcile
from lianfang.linkage.result import RunResult, read
from lianfang.territory.actions import add_area
from lianfang.territory.models import Area
from tests.review.wards import Wards

NOW = datetime(2020, 2, 20, 8, 0, tzinfo=UTC)
DAY = date(2020, 2, 20)


@pytest.fixture(scope="session")
def small_town(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """All lists of 250 people, reconciled."""
    folder: Path = tmp_path_factory.mktemp("town")
    made = make_demo(250, 11, folder)
    reconcile(made.register, made.lists, folder / "out", as_of=DAY)
    return read(folder / "out")


@pytest.fixture
def run(small_town: RunResult, db: None) -> Run:
    return load_result(actor=system("test"), now=NOW, result=small_town, title="二月")


@pytest.fixture(scope="session")
def reconciled(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    folder: Path = tmp_path_factory.mktemp("wards")
    made = make_demo(400, 5, folder)
    reconcile(made.register, made.lists, folder / "out", as_of=DAY)
    return read(folder / "out")


@pytest.fixture
def wards(reconciled: RunResult, db: None) -> Wards:
    actor = system("test")
    street = add_area(actor=actor, now=NOW, code="330109005", name="滨江街道")
    homes = reconciled.people.drop_nulls(["community", "grid"]).group_by("community", maintain_order=True)
    grids = []
    for i, ((name,), people) in enumerate(homes, 1):
        community = add_area(actor=actor, now=NOW, code=f"330109005{i:03d}", name=str(name), parent=street)
        for j, grid in enumerate(people["grid"].unique().sort().to_list(), 1):
            code = f"{community.code}{j:03d}"
            grids.append(add_area(actor=actor, now=NOW, code=code, name=grid, parent=community))
    empty = add_area(actor=actor, now=NOW, code="330109005999", name="空社区", parent=street)
    for code in ("330109005999001", "330109005999002"):
        grids.append(add_area(actor=actor, now=NOW, code=code, name=f"空网格{code[-1]}", parent=empty))
    run = load_result(actor=actor, now=NOW, result=reconciled, title="二月")
    return Wards(run, tuple(grids))


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
