"""Published lists as a secretary brings them in, levels of a place, proposals and the unseen; in both languages."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.looks import Watch, settle
from tests.browser.test_newcomer import both, desk
from tests.browser.test_places import enter, town

__all__ = ["desk", "town"]  # fixtures
NOTICE = "3月1日至3月14日 武汉市、黄冈市；杭州市西湖区翠苑街道 高风险；鼓楼区 高风险"


def test_a_published_list_is_looked_at_taken_in_and_withdrawn(
    town: Server, desk: tuple[Page, str, Watch]
) -> None:
    page, size, watch = desk
    enter(page, town)
    page.goto(f"{town.address}/risk")
    page.get_by_role("button", name="收入名单").click()
    page.locator("input[name=title]").fill("市疫情防控指挥部")
    page.locator("textarea[name=text]").fill(NOTICE)
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_text("读懂 3 条")).to_be_visible()
    expect(page.get_by_text("同名地点不止一处", exact=False)).to_be_visible()
    both(page, "risk-preview", size)
    page.get_by_role("button", name="收入", exact=True).click()
    expect(page.get_by_role("heading", name="市疫情防控指挥部")).to_be_visible()
    page.locator("input[name=place]").fill("武汉江岸区")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_text("湖北省武汉市江岸区")).to_be_visible()
    both(page, "risk", size)
    page.get_by_role("button", name="撤回").click()
    page.locator("textarea[name=reason]").fill("发布单位已更正")
    page.get_by_role("dialog").get_by_role("button", name="撤回").click()
    expect(page.get_by_text("周敏已撤回：发布单位已更正")).to_be_visible()

    page.goto(f"{town.address}/measures")
    expect(page.get_by_text("没有待决定的建议。")).to_be_visible()
    page.goto(f"{town.address}/places/coverage?level=grid")
    page.get_by_role("button", name="重新估计").click()
    expect(page.get_by_text("云滨社区第3网格").nth(1)).to_be_visible()
    settle(page)
    both(page, "unseen", size)
    assert watch.unexpected() == []
