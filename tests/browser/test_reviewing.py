"""A clerk decides a hundred cases by single keys, takes some back, and looks at automatic links again."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lianfang.demo.command import make_demo
from lianfang.linkage.reconcile import reconcile
from tests.browser.conftest import Server
from tests.browser.looks import Watch, picture, settle

NAME, PASSWORD = "zhoumin", "correct-horse-battery"
CASES = 100


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town with more than a hundred doubtful links."""
    folder = tmp_path_factory.mktemp("reviewing")
    made = make_demo(3_000, 7, folder)
    reconcile(made.register, made.lists, folder / "out", as_of=date(2020, 2, 20))
    return folder / "out"


@pytest.fixture
def loaded(server: Server, result: Path) -> Server:
    words = [sys.executable, "-m", "lianfang", "load", str(result), "--data", str(server.data)]
    subprocess.run(words, check=True, capture_output=True)
    return server


def enter(page: Page, server: Server) -> None:
    page.goto(server.welcome)
    for name, value in (
        ("username", NAME), ("display-name", "周敏"), ("password", PASSWORD), ("again", PASSWORD),
    ):  # fmt: skip
        page.locator(f"input[name={name}]").fill(value)
    page.keyboard.press("Enter")
    page.wait_for_url("**/runs/*")
    page.goto(f"{server.address}/review")
    settle(page)


def number(page: Page) -> str:
    return page.locator("article.case > p.small").inner_text()


def press(page: Page, key: str) -> None:
    """One key, and the next case stands there."""
    before = number(page)
    page.keyboard.press(key)
    page.wait_for_function(
        """(before) => {
          const shown = document.querySelector('article.case')
          if (!shown || shown.getAttribute('aria-busy') === 'true') return false
          return shown.querySelector(':scope > p.small').innerText !== before
        }""",
        arg=before,
    )


def test_a_hundred_cases_by_keys_and_back(loaded: Server, page: Page) -> None:
    watch = Watch()
    watch.attach(page)
    enter(page, loaded)
    waiting = int(page.locator(".tabs .here .num").inner_text().replace(",", ""))
    assert waiting > CASES
    seen = []
    for i in range(CASES):
        seen.append(number(page))
        press(page, "nus"[i % 3])
    assert len(set(seen)) == CASES
    settle(page)
    for i in reversed(range(CASES - 6, CASES)):
        page.keyboard.press("z")
        expect(page.locator("article.case > p.small")).to_have_text(seen[i])
        settle(page)
    expect(page.locator(".page-head p")).to_contain_text(str(CASES - 6))
    assert watch.unexpected() == []


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_the_queue_and_the_second_look_in_both_languages(
    loaded: Server, browser: Browser, width: int, height: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    page = context.new_page()
    enter(page, loaded)
    for language in ("zh", "en"):
        if language == "en":
            page.evaluate("localStorage.setItem('lianfang.language', 'en')")
        for name, query in (("review", ""), ("second-look", "?state=looks")):
            page.goto(f"{loaded.address}/review{query}")
            settle(page)
            press(page, "s")
            picture(page, f"{name}-{language}-{width}")
    context.close()
