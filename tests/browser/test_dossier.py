"""A clerk finds somebody, reads the file, corrects it, sees who looked, prints a copy; on a desk and on a phone."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.choosing import options
from tests.browser.conftest import Server
from tests.browser.looks import Watch, picture, settle
from tests.browser.test_newcomer import both, desk, loaded, welcome  # fixtures among them

__all__ = ["desk", "loaded"]


def open_search(page: Page, text: str) -> None:
    page.keyboard.press("/")
    field = page.locator("input[name=global-search]")
    expect(field).to_be_focused()
    field.fill(text)


def found(page: Page) -> Locator:
    return options(page.locator("input[name=global-search]"))


def arrived(page: Page) -> None:
    """The first page after signing in; on a busy machine it takes its time."""
    expect(page.get_by_role("heading", name="二月二十日，三份名单")).to_be_visible(timeout=30_000)


def test_a_clerk_finds_reads_corrects_and_undoes(loaded: Server, desk: tuple[Page, str, Watch]) -> None:
    page, size, watch = desk
    watch.expected = (r"422",)
    welcome(page, loaded, size)
    arrived(page)

    open_search(page, "ww")
    expect(found(page).first).to_contain_text("王伟")
    picture(page, f"search-zh-{size}", whole=False)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/people/\d+$"))
    expect(page.get_by_role("heading", name=re.compile("王伟"))).to_be_visible()
    expect(page.get_by_text("首次出现").first).to_be_visible()
    both(page, "dossier", size)

    page.get_by_role("button", name="更正：电话").click()
    page.locator("input[name=patch-value]").fill("13705")
    page.get_by_role("button", name="本人说明").click()
    page.get_by_role("button", name="保存更正").click()
    expect(page.get_by_text("不像完整的电话号码")).to_be_visible()
    picture(page, f"correct-zh-{size}", whole=False)
    page.locator("input[name=patch-value]").fill("13705712345")
    page.get_by_role("button", name="保存更正").click()
    expect(page.get_by_text("137****45").first).to_be_visible()
    expect(page.get_by_text(re.compile("周敏 于 .* 更正"))).to_be_visible()
    both(page, "corrected", size)

    open_search(page, "13705712345")
    expect(found(page)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("input[name=global-search]")).to_be_hidden()

    page.get_by_role("button", name="撤销更正：电话").click()
    expect(page.get_by_text(re.compile("周敏 于 .* 更正"))).to_have_count(0)
    assert watch.unexpected() == []


def test_the_table_is_filtered_saved_as_a_view_and_exported(
    loaded: Server, desk: tuple[Page, str, Watch], tmp_path: Path
) -> None:
    page, size, watch = desk
    welcome(page, loaded, size)
    arrived(page)
    page.goto(
        f"{loaded.address}/people?only=conflicts&sort=-findings&columns=name,age,phone,grid,conflicts,findings"
    )
    settle(page)
    both(page, "people-table", size)
    page.get_by_role("button", name="常用视图").click()
    page.get_by_role("button", name="保存为视图").click()
    page.locator("input[name=view-name]").fill("有矛盾的人")
    picture(page, f"view-zh-{size}", whole=False)
    page.get_by_role("dialog").get_by_role("button", name="保存为视图").click()
    expect(page.get_by_role("button", name="有矛盾的人").first).to_be_visible()
    page.goto(f"{loaded.address}/people")
    page.get_by_role("button", name="常用视图").click()
    page.get_by_role("button", name="有矛盾的人", exact=True).click()
    expect(page).to_have_url(re.compile("only=conflicts"))
    page.get_by_role("button", name="导出", exact=True).click()
    with page.expect_download() as taken:
        page.get_by_role("dialog").get_by_role("button", name="导出", exact=True).click()
    taken.value.save_as(tmp_path / "people.xlsx")
    assert (tmp_path / "people.xlsx").stat().st_size > 1000
    assert watch.unexpected() == []


def test_a_copy_for_the_person_is_made_with_a_reason(loaded: Server, desk: tuple[Page, str, Watch]) -> None:
    page, size, watch = desk
    welcome(page, loaded, size)
    arrived(page)
    page.goto(f"{loaded.address}/people?text=13800000002")
    page.get_by_role("link", name=re.compile("张伟")).first.click()
    page.get_by_role("link", name="给本人的副本").click()
    page.locator("textarea[name=reason]").fill("本人申请查阅")
    page.get_by_role("dialog").get_by_role("button", name="生成副本").click()
    expect(page.get_by_text("13800000002").first).to_be_visible()
    page.emulate_media(media="print")
    picture(page, f"copy-zh-{size}")
    page.emulate_media(media="screen")
    assert watch.unexpected() == []
