"""Choosing from the kit's dropdowns: the options of one box, whatever else is still open or fading out."""

import re

from playwright.sync_api import Locator


def options(box: Locator, name: str | re.Pattern[str] | None = None) -> Locator:
    """The options (so named) of the listbox that the combobox `box` controls, and of no other."""
    listbox = box.get_attribute("aria-controls")
    assert listbox, "the box names no listbox"
    return box.page.locator(f'[id="{listbox}"]').get_by_role("option", name=name)


def choose(box: Locator, option: str | re.Pattern[str]) -> None:
    """Open the combobox and take the option so named; the kit lays what is chosen over the box that it listens on."""
    box.click(force=True)
    options(box, option).click()
