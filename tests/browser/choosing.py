"""Choosing from the kit's dropdowns: the options of one box, whatever else is still open or fading out."""

import re

from playwright.sync_api import Locator, TimeoutError

#: How often a list that does not open is tried again; how long it is waited for, and between two looks (milliseconds).
TRIES, LOOKS, LOOK = 5, 3_000, 50


def options(box: Locator, name: str | re.Pattern[str] | None = None) -> Locator:
    """The options (so named) of the listbox that the combobox `box` controls, and of no other."""
    listbox = box.get_attribute("aria-controls")
    assert listbox, "the box names no listbox"
    return box.page.locator(f'[id="{listbox}"]').get_by_role("option", name=name)


def choose(box: Locator, option: str | re.Pattern[str]) -> None:
    """Open the combobox and take the option so named.

    The kit lays what is chosen over the box that it listens on, hence the force; a click in the moment in which a
    form moves, or in which another list closes, opens or takes nothing: as a person would, look, and click again.
    """
    for _ in range(TRIES):
        if box.get_attribute("aria-expanded") != "true":
            box.click(force=True)
        wanted = options(box, option)
        try:
            wanted.click(timeout=LOOKS)
        except TimeoutError:
            continue
        if taken(wanted):
            return
    raise AssertionError(f"no choice of {option!r} in {TRIES} tries")


def taken(option: Locator) -> bool:
    """Whether the list took the option; one that went away with its list was taken."""
    for _ in range(LOOKS // LOOK):
        if not option.count() or option.get_attribute("aria-selected") == "true":
            return True
        option.page.wait_for_timeout(LOOK)
    return False
