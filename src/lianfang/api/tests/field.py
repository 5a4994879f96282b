"""A community with a campaign: two grids with a worker and his phone each, a secretary at her desk."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lianfang.accounts.roles import Role
from lianfang.api.tests.people import Clock, call, enter, somebody
from lianfang.api.tests.phone import Phone
from lianfang.kernel import jobs
from lianfang.territory.models import Area


@dataclass
class Field:
    """The town with 吴 in the first grid and 郑 in the second, a phone each, and a secretary over both."""

    here: Area
    there: Area
    desk: Client
    wu: Phone
    zheng: Phone
    time: Clock


@pytest.fixture(name="field")
def campaigning(town: Any, time: Clock) -> Field:
    somebody("mi", (Role.SECRETARY, town.here.parent))
    phones = []
    for name, area in (("wu", town.here), ("zheng", town.there)):
        somebody(name, (Role.GRID_WORKER, area))
        phones.append(Phone().enrol(enter(name)[0]))
    return Field(town.here, town.there, enter("mi")[0], phones[0], phones[1], time)


def start(field: Field, **said: Any) -> dict[str, Any]:
    """A campaign through the community's households; its work lists are made."""
    now = field.time.moment
    body = {
        "title": "二月摸排", "kind": "household", "area": field.here.parent_id, "purpose": "查清返乡人员",
        "legal_basis": "epidemic_law", "starts_at": now.isoformat(),
        "due_at": (now + timedelta(days=2)).isoformat(), **said,
    }  # fmt: skip
    status, made = call(field.desk, "POST", "/screenings", body)
    assert status == 200, made
    jobs.drain()
    status, made = call(field.desk, "GET", f"/screenings/{made['id']}")
    assert status == 200, made
    assert made["made_at"]
    found: dict[str, Any] = made
    return found


def snapshot(phone: Phone, have: str = "") -> dict[str, Any]:
    status, answer = phone.ask("GET", f"/sync/snapshot?have={have}")
    assert status == 200, answer
    found: dict[str, Any] = answer
    return found
