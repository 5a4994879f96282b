"""Two subdistricts, east and west, and who works there."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from lianfang.kernel.actor import Actor, Grant
from lianfang.kernel.permissions import Permission
from lianfang.registry.actions import Registered, register_person

NOW = datetime(2020, 2, 20, 8, 0, tzinfo=UTC)
EAST, WEST = "330109/330109001/", "330109/330109010/"
_LOOK_AND_REGISTER = frozenset({Permission.PERSON_VIEW, Permission.PERSON_REGISTER})


def worker(number: int, path: str, permissions: frozenset[Permission] = _LOOK_AND_REGISTER) -> Actor:
    return Actor(user_id=number, name=f"网格员{number}", grants=(Grant(permissions, path),))


def met(by: Actor, name: str | None = None, **said: str) -> Registered:
    """Somebody is registered where this worker works."""
    return register_person(actor=by, now=NOW, path=by.grants[0].path or EAST, name=name, **said)


@dataclass(frozen=True)
class Cast:
    east: Actor
    west: Actor
    centre: Actor

    def met(self, name: str | None = None, **said: str) -> Registered:
        """Somebody is registered in the east."""
        return met(self.east, name, **said)


@pytest.fixture
def cast() -> Cast:
    return Cast(worker(1, EAST), worker(2, WEST), worker(3, ""))
