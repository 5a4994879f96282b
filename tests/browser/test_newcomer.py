"""A newcomer's first hour: welcome link, figures, a finding, a person's file, a work list; both languages."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from lianfang.linkage.result import keep
from lianfang.linkage.tests.sample import sample
from tests.browser.conftest import Server
from tests.browser.looks import Watch, picture, settle

SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
NAME, PASSWORD = "zhou.min", "four-gates-closed-one-open"


@pytest.fixture
def loaded(server: Server, tmp_path: Path) -> Server:
    """A server with a finished run of four hundred people."""
    keep(sample(400), tmp_path / "result")
    words = [sys.executable, "-m", "lianfang", "load", str(tmp_path / "result"), "--data", str(server.data)]
    done = subprocess.run(
        [*words, "--title", "二月二十日，三份名单"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return server


@pytest.fixture(params=SIZES)
def desk(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, str, Watch]]:
    """A page of one size that may not leave this machine, its size's name, and what it complains about."""
    width, height = SIZES[request.param]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        reduced_motion="reduce",
        accept_downloads=True,
    )
    context.route(re.compile(r"^https?://(?!127\.0\.0\.1[:/])"), lambda route: route.abort())
    page = context.new_page()
    watch = Watch()
    watch.attach(page)
    yield page, request.param, watch
    context.close()


def welcome(page: Page, server: Server, size: str) -> None:
    """Open the one-time link, choose name and password, arrive at the figures."""
    page.goto(server.welcome)
    expect(page.get_by_role("heading", name="欢迎使用联防")).to_be_visible()
    picture(page, f"welcome-zh-{size}")
    language(page, "en")
    picture(page, f"welcome-en-{size}")
    language(page, "zh")
    page.locator("input[name=username]").fill(NAME)
    page.locator("input[name=display-name]").fill("周敏")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=again]").fill(PASSWORD)
    page.get_by_role("button", name="开始使用").click()


def language(page: Page, code: str) -> None:
    page.locator(f"button[data-language={code}]").click()


def both(page: Page, name: str, size: str) -> None:
    """A picture in each language; ends in Chinese."""
    for code in ("en", "zh"):
        language(page, code)
        picture(page, f"{name}-{code}-{size}")


def place(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="主导航").get_by_role("link", name=name).click()


def test_a_newcomer_finds_everything(loaded: Server, desk: tuple[Page, str, Watch]) -> None:
    page, size, watch = desk
    welcome(page, loaded, size)

    expect(page.get_by_role("heading", name="二月二十日，三份名单")).to_be_visible()
    expect(page.get_by_text("400", exact=True).first).to_be_visible()
    both(page, "overview", size)

    page.get_by_role("link", name=re.compile("证件号码校验位错误")).click()
    expect(page).to_have_url(re.compile(r"/findings\?code=id\.checksum"))
    settle(page)
    expect(page.get_by_text("330****17").first).to_be_visible()
    both(page, "findings", size)

    page.locator("main button.opener").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("怎么办")
    picture(page, f"finding-zh-{size}", whole=False)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()

    place(page, "一人一档")
    settle(page)
    page.get_by_placeholder(re.compile("姓名、拼音")).fill("ww")
    expect(page).to_have_url(re.compile("text=ww"))
    both(page, "people", size)
    page.get_by_role("link", name="王伟").first.click()

    expect(page.get_by_role("heading", name=re.compile("王伟"))).to_be_visible()
    expect(page.get_by_text("各名单互相矛盾").first).to_be_visible()
    both(page, "person", size)
    reveal(page, size)

    place(page, "工作清单")
    expect(page.get_by_role("heading", name="云滨社区第4网格")).to_be_visible()
    both(page, "work", size)

    place(page, "名单")
    expect(page.get_by_text("文件有密码")).to_be_visible()
    both(page, "lists", size)
    assert watch.unexpected() == []


def reveal(page: Page, size: str) -> None:
    """Unmask the ID number: not without a reason, and then in full."""
    page.get_by_role("button", name="显示证件和电话").click()
    send = page.get_by_role("dialog").get_by_role("button", name="显示", exact=True)
    expect(send).to_be_disabled()
    page.locator("textarea[name=reason]").fill("上门前核对")
    picture(page, f"reveal-zh-{size}", whole=False)
    send.click()
    expect(page.get_by_text(re.compile(r"^33010919870520\d{4}$")).first).to_be_visible()
    picture(page, f"revealed-zh-{size}")


def test_signing_out_and_in_again_leads_back_to_the_page(
    loaded: Server, desk: tuple[Page, str, Watch]
) -> None:
    page, size, watch = desk
    watch.expected = (r"401",)
    welcome(page, loaded, size)
    expect(page.get_by_role("heading", name="二月二十日，三份名单")).to_be_visible()
    page.get_by_role("button", name=re.compile("的菜单$")).click()
    page.get_by_role("menuitem", name="退出").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    both(page, "sign-in", size)
    page.goto(f"{loaded.address}/runs/1/people?text=王")
    page.locator("input[name=username]").fill(NAME)
    page.locator("input[name=password]").fill("wrong password")
    page.keyboard.press("Enter")
    expect(page.get_by_text("用户名或密码不对")).to_be_visible()
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/runs/1/people\?text="))
    assert watch.unexpected() == []


def test_the_welcome_link_works_once(loaded: Server, desk: tuple[Page, str, Watch]) -> None:
    page, size, watch = desk
    welcome(page, loaded, size)
    expect(page.get_by_role("heading", name="二月二十日，三份名单")).to_be_visible()
    page.goto(f"{loaded.address}/runs")
    page.goto(loaded.welcome)
    expect(page.get_by_text("此链接已失效")).to_be_visible()
    picture(page, f"welcome-used-zh-{size}")
    assert watch.unexpected() == []


def test_findings_are_exported_masked(loaded: Server, desk: tuple[Page, str, Watch]) -> None:
    page, size, _ = desk
    welcome(page, loaded, size)
    expect(page.get_by_role("heading", name="二月二十日，三份名单")).to_be_visible()
    page.goto(f"{loaded.address}/runs/1/findings?code=conflict.phone")
    page.get_by_role("button", name="导出").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="CSV").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert text.startswith("finding,severity,code,file,row")
    assert not re.search(r"\d{11}", text)


def test_what_is_not_there_says_so(loaded: Server, desk: tuple[Page, str, Watch]) -> None:
    page, size, watch = desk
    watch.expected = (r"404", r"422")
    welcome(page, loaded, size)
    expect(page.get_by_role("heading", name="二月二十日，三份名单")).to_be_visible()
    page.goto(f"{loaded.address}/runs/1/people/99999")
    expect(page.get_by_role("alert")).to_contain_text("没有找到")
    picture(page, f"not-found-zh-{size}")
    page.goto(f"{loaded.address}/runs/1/findings?text=没有这样的人")
    expect(page.get_by_text("没有符合条件的结果")).to_be_visible()
    picture(page, f"findings-none-zh-{size}")
    page.goto(f"{loaded.address}/no/such/page")
    expect(page.get_by_role("heading", name="这里没有内容")).to_be_visible()
    assert watch.unexpected() == []


def test_a_page_can_be_worked_by_keyboard(loaded: Server, desk: tuple[Page, str, Watch]) -> None:
    page, size, watch = desk
    welcome(page, loaded, size)
    expect(page.get_by_role("heading", name="二月二十日，三份名单")).to_be_visible()
    page.goto(f"{loaded.address}/runs/1/findings")
    settle(page)
    page.locator("main button.opener").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    stops = json.loads(
        page.evaluate("JSON.stringify([...document.querySelectorAll('[tabindex]')].map(e => e.tabIndex))")
    )
    assert all(stop <= 0 for stop in stops)
    assert watch.unexpected() == []
