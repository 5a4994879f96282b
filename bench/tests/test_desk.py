"""The bench of the desk opens every screen that the desk has."""

import re
from pathlib import Path

from deskwork.gate_screens import GATE_SCREENS
from deskwork.screens import SCREENS as FIRST
from deskwork.screens import UNMEASURED

SCREENS = (*FIRST, *GATE_SCREENS)
ROUTER = Path(__file__).parents[2] / "web" / "desk" / "src" / "router.ts"


def test_every_screen_of_the_router_is_measured_or_said_not_to_be() -> None:
    routes = set(re.findall(r"\bname: '([\w-]+)', component:", ROUTER.read_text("utf-8")))
    assert len(routes) > 25
    measured = {screen.name for screen in SCREENS}
    assert measured | UNMEASURED == routes
    assert not measured & UNMEASURED


def test_rows_of_one_screen_can_be_told_apart() -> None:
    names = [(screen.name, screen.what) for screen in SCREENS]
    assert len(names) == len(set(names))
