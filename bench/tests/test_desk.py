"""The bench of the desk opens every screen that the desk has."""

import re
from pathlib import Path

from deskwork.screens import SCREENS

ROUTER = Path(__file__).parents[2] / "web" / "desk" / "src" / "router.ts"


def test_every_screen_of_the_router_is_measured() -> None:
    routes = set(re.findall(r"\bname: '([\w-]+)', component:", ROUTER.read_text("utf-8")))
    assert len(routes) > 25
    assert {screen.name for screen in SCREENS} == routes


def test_rows_of_one_screen_can_be_told_apart() -> None:
    names = [(screen.name, screen.what) for screen in SCREENS]
    assert len(names) == len(set(names))
