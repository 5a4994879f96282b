"""A day of the data centre: lists are dropped, tried, applied; the next day a newer one; one is withdrawn."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from lianfang.api.tests.test_sending import Receiver
from tests.browser.choosing import choose
from tests.browser.conftest import Server, serving
from tests.browser.looks import Watch, picture, settle
from tests.browser.test_newcomer import both, desk, language, welcome

__all__ = ["desk"]
LONG = 60_000  # milliseconds: work in the background takes its time

REGISTER = """姓名,身份证号,联系电话,现住址,社区,网格
王伟,330109198705200033,13800000001,云滨湾小区1幢1单元101室,云滨社区,云滨社区第1网格
李芳,330109199003074524,13800000002,云滨湾小区1幢1单元102室,云滨社区,云滨社区第1网格
张敏,330109196512120046,13800000003,云滨湾小区1幢1单元201室,云滨社区,云滨社区第2网格
"""
TRAIN = """旅客姓名,证件号码,车次,乘车日期,联系方式,备用列
王伟,330109198705200033,G1234,2020-02-10,13800000001,武汉
赵强,330109197801011238,G1234,2020-02-10,13900000009,武汉
"""
NEWER = REGISTER.replace("13800000002", "13811111111").replace(
    "张敏,330109196512120046", "周洋,330109200001015673"
)


def lists(folder: Path) -> dict[str, Path]:
    """The files that arrive."""
    found = {}
    for name, text in {"居民登记.csv": REGISTER, "铁路名单.csv": TRAIN, "居民登记3月2日.csv": NEWER}.items():
        found[name] = folder / name
        found[name].write_text(text, encoding="gb18030")
    found["说明.pdf"] = folder / "说明.pdf"
    found["说明.pdf"].write_bytes(b"%PDF-1.4 something")
    return found


def ground(page: Page, file: str) -> None:
    """Legal basis and purpose of one file."""
    card = page.locator("article.file", has_text=file)
    choose(card.get_by_role("combobox", name="法律依据"), "传染病防治法")
    card.locator("input[name=purpose]").fill("摸排重点地区返回人员")
    card.get_by_role("button", name="保存", exact=True).click()
    expect(card.get_by_role("button", name="已保存")).to_be_visible()


def begin(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/imports")
    page.get_by_role("button", name="导入新名单").click()
    expect(page.get_by_text("把名单文件拖到这里")).to_be_visible()


def drop(page: Page, *files: Path) -> None:
    page.locator("input[name=files]").set_input_files([str(file) for file in files])


def apply(page: Page) -> None:
    page.get_by_role("button", name="试算", exact=True).click()
    expect(page.get_by_role("button", name="确认生效")).to_be_visible(timeout=LONG)


AREAS = """代码,名称
330109005,滨江街道
330109005001,云滨社区
330109005001001,云滨社区第1网格
330109005001002,云滨社区第2网格
"""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Takes the daily update."""
    with Receiver() as taking:
        thread = Thread(target=taking.serve_forever, daemon=True)
        thread.start()
        yield taking
        taking.shutdown()
        thread.join()


@pytest.fixture
def server(tmp_path: Path, receiver: Receiver) -> Iterator[Server]:
    """One that knows where the daily update goes."""
    with serving(tmp_path / "data", LIANFANG_NOTIFY=receiver.address, LIANFANG_NOTIFY_HOUR="23") as running:
        yield running


def test_lists_come_in_change_and_go(
    server: Server, receiver: Receiver, desk: tuple[Page, str, Watch], tmp_path: Path
) -> None:
    page, size, watch = desk
    welcome(page, server, size)
    expect(page).not_to_have_url(re.compile("welcome"), timeout=30_000)
    files = lists(tmp_path)
    first_lists(page, server, size, files)
    areas_follow(page, server, size, tmp_path)
    newer_version(page, server, size, files)
    update_is_sent(page, size, receiver)
    same_again(page, server, size, files)
    withdrawal(page, server, size)
    assert watch.unexpected() == []


def first_lists(page: Page, server: Server, size: str, files: dict[str, Path]) -> None:
    """Two lists and a file that is none; a column is corrected; what was tried is applied."""
    page.goto(f"{server.address}/imports")
    expect(page.get_by_text("还没有名单")).to_be_visible()
    both(page, "imports-empty", size)
    begin(page, server)
    drop(page, files["居民登记.csv"], files["铁路名单.csv"], files["说明.pdf"])
    expect(page.get_by_text("这是 PDF 文件")).to_be_visible(timeout=LONG)
    card = page.locator("article.file", has_text="铁路名单.csv")
    expect(card.get_by_text("2 行").first).to_be_visible(timeout=LONG)
    both(page, "import-files", size)
    page.locator("article.file", has_text="说明.pdf").get_by_role("button", name="移出").click()
    expect(page.get_by_text("这是 PDF 文件")).to_be_hidden()

    card.get_by_role("button", name=re.compile("核对各列")).click()
    expect(card.get_by_text("139****09").filter(visible=True)).to_be_visible()
    choose(card.get_by_role("combobox", name="“备用列”列的含义"), "来自")
    card.get_by_role("button", name="按更正重新读取").click()
    expect(card.get_by_role("button", name="按更正重新读取")).to_be_hidden(timeout=LONG)
    both(page, "import-columns", size)
    ground(page, "居民登记.csv")
    ground(page, "铁路名单.csv")
    apply(page)
    both(page, "import-dry-run", size)
    page.get_by_role("button", name="确认生效").click()
    expect(page.get_by_text("已生效，共 5 行")).to_be_visible(timeout=LONG)
    both(page, "import-applied", size)


def areas_follow(page: Page, server: Server, size: str, folder: Path) -> None:
    """The areas come after the lists: the desk says what that means and places everybody anew."""
    table = folder / "areas.csv"
    table.write_text(AREAS, encoding="utf-8")
    page.goto(f"{server.address}/places/manage")
    page.locator("input[type=file]").first.set_input_files(str(table))
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_role("button", name="重新归位")).to_be_visible()
    both(page, "areas-changed", size)
    page.get_by_role("button", name="重新归位").click()
    expect(page.get_by_role("button", name="确认生效")).to_be_visible(timeout=LONG)
    both(page, "renewal-dry-run", size)
    page.get_by_role("button", name="确认生效").click()
    expect(page.get_by_text("按现在的区划重新归位")).to_be_visible(timeout=LONG)


def update_is_sent(page: Page, size: str, receiver: Receiver) -> None:
    """By the button; the message holds counts only."""
    page.get_by_role("button", name="立即发送").click()
    expect(page.get_by_text("正在发送；是否送达见")).to_be_visible()
    deadline = time.monotonic() + LONG / 1000
    while not receiver.got and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    assert "【每日更新】" in receiver.got[0]["message"]


def newer_version(page: Page, server: Server, size: str, files: dict[str, Path]) -> None:
    """Its source is known again, and with it everything that was said the first time."""
    begin(page, server)
    drop(page, files["居民登记3月2日.csv"])
    card = page.locator("article.file", has_text="居民登记3月2日.csv")
    expect(card.get_by_role("button", name="已保存")).to_be_visible(timeout=LONG)
    apply(page)
    page.get_by_role("tab", name="更改的行").click()
    expect(page.get_by_role("tabpanel", name="更改的行").get_by_text("138****11")).to_be_visible()
    both(page, "import-newer", size)
    page.get_by_role("button", name="确认生效").click()
    expect(page.get_by_text("已生效，共 3 行")).to_be_visible(timeout=LONG)
    page.goto(f"{server.address}/changes")
    expect(page.get_by_text("【每日更新】")).to_be_visible()
    both(page, "changes", size)


def same_again(page: Page, server: Server, size: str, files: dict[str, Path]) -> None:
    begin(page, server)
    drop(page, files["居民登记3月2日.csv"])
    expect(page.get_by_text("完全相同")).to_be_visible(timeout=LONG)
    page.get_by_role("button", name="试算", exact=True).click()
    expect(page.get_by_text("没有变化")).to_be_visible(timeout=LONG)
    both(page, "import-same", size)


def ground_asked(page: Page, size: str) -> None:
    """The dialog of a list's legal basis covers the switch of languages: the page is told from outside."""
    picture(page, f"ground-zh-{size}", whole=False)
    page.keyboard.press("Escape")
    language(page, "en")
    page.get_by_role("row", name=re.compile("铁路名单")).get_by_role("button", name="Change").first.click()
    picture(page, f"ground-en-{size}", whole=False)
    page.keyboard.press("Escape")
    language(page, "zh")


def withdrawal(page: Page, server: Server, size: str) -> None:
    page.goto(f"{server.address}/imports")
    settle(page)
    both(page, "imports", size)
    page.get_by_role("row", name=re.compile("铁路名单")).get_by_role("button", name="修改依据").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    ground_asked(page, size)
    row = page.get_by_role("row", name=re.compile("铁路名单"))
    row.get_by_role("button", name="撤回").first.click()
    page.locator("textarea[name=reason]").fill("发错了名单")
    picture(page, f"withdraw-zh-{size}", whole=False)
    page.get_by_role("dialog").get_by_role("button", name="撤回", exact=True).click()
    expect(page.get_by_text("名单已撤回")).to_be_visible(timeout=LONG)
    picture(page, f"withdrawn-zh-{size}")
