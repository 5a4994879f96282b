"""The review queue in the browser: a hundred cases by single keys, taking back, the list; two reviewers at one case."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lianfang.demo.command import make_demo
from lianfang.linkage.reconcile import reconcile
from tests.browser.conftest import Server
from tests.browser.looks import Watch, picture, settle
from tests.browser.test_newcomer import PASSWORD, SIZES, both

REVIEWERS = """
import django; django.setup()
from lianfang.accounts.models import Appointment, User
from lianfang.kernel import clock
for username, name in (("zhou", "周敏"), ("li", "李娜")):
    user = User(username=username, display_name=name, created_at=clock.now())
    user.set_password("four-gates-closed-one-open")
    user.save()
    Appointment.objects.create(user=user, role="data_centre", area=None, starts_at=clock.now())
"""
KEYS = ("s", "s", "u", "s", "n", "s", "s", "u", "s", "s")
CASES = 100
SignedIn = Callable[..., tuple[Page, Watch]]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All lists of three hundred people, reconciled."""
    folder: Path = tmp_path_factory.mktemp("queue")
    made = make_demo(300, 5, folder)
    reconcile(made.register, made.lists, folder / "out", as_of=date(2020, 2, 20))
    return folder / "out"


@pytest.fixture
def queue(server: Server, result: Path) -> Server:
    """A server with the run, and two people of the data centre."""
    env = {**os.environ, "LIANFANG_DATA": str(server.data), "DJANGO_SETTINGS_MODULE": "lianfang.settings"}
    load = [
        sys.executable,
        "-m",
        "lianfang",
        "load",
        str(result),
        "--data",
        str(server.data),
        "--title",
        "二月",
    ]
    subprocess.run(load, check=True, capture_output=True)
    subprocess.run([sys.executable, "-c", REVIEWERS], env=env, check=True)
    return server


@pytest.fixture
def signed_in(queue: Server, browser: Browser) -> Iterator[SignedIn]:
    """A browser of a size in which somebody has opened the queue."""
    opened = []

    def enter(username: str, size: str = "desktop", query: str = "") -> tuple[Page, Watch]:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce"
        )
        context.route(re.compile(r"^https?://(?!127\.0\.0\.1[:/])"), lambda route: route.abort())
        opened.append(context)
        page, watch = context.new_page(), Watch()
        watch.attach(page)
        page.goto(f"{queue.address}/sign-in?next=/review{query}")
        page.locator("input[name=username]").fill(username)
        page.locator("input[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("article.case")).to_be_visible()
        settle(page)
        return page, watch

    yield enter
    for context in opened:
        context.close()


def case_number(page: Page) -> str:
    return page.locator("article.case").get_attribute("data-case") or ""


def press(page: Page, key: str) -> None:
    """One key; returns when another case is there."""
    before = case_number(page)
    page.keyboard.press(key)
    page.wait_for_function(
        "was => { const now = document.querySelector('article.case[aria-busy=false]');"
        " return now && now.dataset.case !== was }",
        arg=before,
    )


def test_a_hundred_cases_take_a_hundred_keys(signed_in: SignedIn) -> None:
    page, watch = signed_in("zhou", query="?state=looks")
    press(page, "ArrowRight")
    for i in range(CASES):
        press(page, KEYS[i % len(KEYS)])
    expect(page.get_by_text(f"本次已判 {CASES} 条")).to_be_visible()
    last = case_number(page)
    page.keyboard.press("z")
    expect(page.get_by_text(f"本次已判 {CASES - 1} 条")).to_be_visible(timeout=60_000)
    page.wait_for_function("last => document.querySelector('article.case').dataset.case !== last", arg=last)
    settle(page)
    page.get_by_role("button", name=re.compile("^已判断")).click()
    expect(page.get_by_text(re.compile(r"1[–-]50.*100"))).to_be_visible()
    decisions_teach(page)
    assert watch.unexpected() == []


def decisions_teach(page: Page) -> None:
    """What was decided teaches the weights: tried, looked at, put in force."""
    page.get_by_role("button", name=re.compile("^抽样复看")).click()
    page.get_by_role("button", name="用判断校准权重").click()
    expect(page.get_by_role("button", name="确认生效")).to_be_visible(timeout=90_000)
    expect(page.get_by_text(re.compile("现用自动关联的实测准确率"))).to_be_visible()
    both(page, "taught-dry-run", "desktop")
    page.get_by_role("button", name="确认生效").click()
    expect(page.get_by_text("权重都参考人工判断")).to_be_visible(timeout=90_000)


def test_two_reviewers_at_one_case(signed_in: SignedIn) -> None:
    first, _ = signed_in("zhou")
    second, watch = signed_in("li")
    watch.expected = (r"409",)
    mine = case_number(first)
    assert case_number(second) != mine  # somebody looks at that one
    # The other one's page is old: he still has the case before him.
    theirs = case_number(second)
    decided = first.evaluate(
        "async number => (await fetch(`/api/reviews/${number}/decision`, {method: 'POST', headers: {"
        "'X-CSRFToken': document.cookie.match(/csrftoken=([^;]+)/)[1], 'Content-Type': 'application/json'},"
        " body: JSON.stringify({verdict: 'not_same', note: '电话核实'})})).status",
        theirs,
    )
    assert decided == 200
    press(second, "s")
    expect(second.get_by_text(re.compile("周敏刚才已判断过"))).to_be_visible()
    assert watch.unexpected() == []


@pytest.mark.parametrize("size", SIZES)
def test_the_screens_of_the_queue(signed_in: SignedIn, size: str) -> None:
    page, watch = signed_in("zhou", size)
    both(page, "review", size)
    page.get_by_role("button", name="显示证件和电话").click()
    page.get_by_role("dialog").get_by_role("button", name="核对是否同一人").click()
    picture(page, f"review-reveal-zh-{size}", whole=False)
    page.get_by_role("dialog").get_by_role("button", name="显示", exact=True).click()
    expect(page.get_by_role("button", name="重新隐藏")).to_be_visible()
    settle(page)
    # What the screen hides looks like 158****33; a list itself may have sent 3301**********1234.
    expect(page.locator("table.sides")).not_to_contain_text(re.compile(r"(?<!\*)\d{3}\*{4}\d{2}(?!\*)"))
    page.locator("textarea[name=note]").fill("电话核实，两人同名")
    page.get_by_role("button", name="不是同一人").click()
    expect(page.get_by_text("本次已判 1 条")).to_be_visible()
    settle(page)
    for state, name in (("抽样复看", "looks"), ("已判断", "decided")):
        page.get_by_role("button", name=re.compile(f"^{state}")).click()
        settle(page)
        both(page, f"review-{name}", size)
    expect(page.get_by_text("电话核实，两人同名")).to_be_visible()
    page.get_by_role("button", name=re.compile("^撤销对")).first.click()
    expect(page.get_by_text(re.compile("周敏已撤销"))).to_be_visible()
    both(page, "review-undone", size)
    assert watch.unexpected() == []
