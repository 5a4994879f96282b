"""A worker's phone: signing in, the PIN, saving visits through the app's own functions."""

from typing import Any

from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.field_town import PASSWORD

PIN = "271828"
SIZE: ViewportSize = {"width": 390, "height": 844}
#: The app's own state and functions, as its root carries them.
APP = "document.querySelector('#app').__vue_app__.config.globalProperties.$phone"


def type_pin(page: Page, pin: str = PIN) -> None:
    for digit in pin:
        page.locator(f"[data-key='{digit}']").click()
    page.locator("[data-key=ok]").click()


def sign_in(page: Page, address: str, user: str = "li.na") -> None:
    """A new phone, up to where a PIN is chosen."""
    page.goto(f"{address}/field/")
    page.locator("input[name=username]").fill(user)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    expect(page.locator("[data-key=ok]")).to_be_visible()


def enrol(page: Page, address: str, user: str = "li.na") -> None:
    """A new phone, up to its work list."""
    sign_in(page, address, user)
    type_pin(page)
    type_pin(page)
    expect(page.locator("[data-entry]").first).to_be_visible(timeout=60_000)


def kept_ready(page: Page) -> None:
    """Wait until the service worker has every file, so that the app starts without a network."""
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def unlock(page: Page, address: str, pin: str = PIN) -> None:
    page.goto(f"{address}/field/")
    expect(page.locator("[data-key=ok]")).to_be_visible()
    type_pin(page, pin)
    expect(page.locator("[data-tab=work]")).to_be_visible(timeout=60_000)


def standing(page: Page) -> dict[str, Any]:
    """What the phone counts: unsent, rejected, photos, tally."""
    found: dict[str, Any] = page.evaluate(f"JSON.parse(JSON.stringify({APP}.standing.value))")
    return found


def synced(page: Page) -> None:
    """One whole round with the server, and no complaint about it."""
    page.wait_for_function(f"() => !{APP}.courier.busy")
    page.evaluate(f"{APP}.sync(true)")
    page.wait_for_function(f"() => !{APP}.courier.busy")
    problem = page.evaluate(f"String({APP}.courier.problem ?? '')")
    assert problem == "", problem
