"""The pictures of the documentation, taken from a running demo: python -m tests.browser.pictures ADDRESS NAME.

ADDRESS is a started server with the demo in it, NAME a user who may see its result; the password is asked for
(or taken from the variable PICTURES_PASSWORD). Writes docs/pictures/*.png. Run it again when a screen changes.
"""

import getpass
import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.browser.conftest import CHROMIUM_NAMES, CHROMIUM_OPTIONS
from tests.browser.looks import settle

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
#: Picture → page of the run, and what to click there before the picture is taken.
SHOWN: dict[str, tuple[str, str | None]] = {
    "overview": ("", None),
    "finding": ("/findings?code=address.moved", "button.opener"),
    "person": ("/people/13", None),
    "work": ("/work", None),
}
SIZE: ViewportSize = {"width": 1180, "height": 760}


def main(address: str, user: str, password: str) -> None:
    """Sign in once for each language and take every picture."""
    program = next(filter(None, map(shutil.which, CHROMIUM_NAMES)))
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        for language, locale in (("zh", "zh-CN"), ("en", "en-GB")):
            page = browser.new_page(viewport=SIZE, locale=locale, reduced_motion="reduce")
            sign_in(page, address, user, password)
            run = page.url.partition("?")[0]
            for name, (path, click) in SHOWN.items():
                page.goto(run + path)
                settle(page)
                if click:
                    page.locator(click).first.click()
                    settle(page)
                page.screenshot(path=PICTURES / f"{name}-{language}.png")
        browser.close()


def sign_in(page: Page, address: str, user: str, password: str) -> None:
    """Ends on the newest run's figures."""
    page.goto(address)
    page.locator("input[name=username]").fill(user)
    page.locator("input[name=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs/*")
    settle(page)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], os.environ.get("PICTURES_PASSWORD") or getpass.getpass())
