"""One's own things: background work with its progress, access tokens, the audit record, the API's description."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.looks import Watch, picture, settle
from tests.browser.test_newcomer import both, desk, language, loaded, welcome

__all__ = ["desk", "loaded"]  # fixtures


def menu(page: Page, entry: str) -> None:
    page.get_by_role("button", name=re.compile("的菜单$")).click()
    page.get_by_role("menuitem", name=entry).click()


@pytest.fixture
def inside(loaded: Server, desk: tuple[Page, str, Watch]) -> tuple[Page, str, Watch, Server]:
    page, size, watch = desk
    welcome(page, loaded, size)
    expect(page.get_by_role("heading", name="二月二十日，三份名单")).to_be_visible()
    return page, size, watch, loaded


def test_the_audit_record_is_read_and_verified(inside: tuple[Page, str, Watch, Server]) -> None:
    page, size, watch, _ = inside
    menu(page, "审计记录")
    expect(page.get_by_role("heading", name="审计记录")).to_be_visible()
    expect(page.get_by_text("登录", exact=True).first).to_be_visible()
    both(page, "audit", size)
    page.get_by_role("button", name="校验完整性").click()
    expect(page.get_by_text(re.compile(r"记录完整，共校验 \d+ 条"))).to_be_visible(timeout=30_000)
    both(page, "audit-verified", size)
    page.get_by_role("textbox", name="姓名").fill("没有这个人")
    expect(page.get_by_text("没有符合条件的记录")).to_be_visible()
    page.get_by_role("button", name="清除筛选").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="导出 CSV").click()
    assert taken.value.path().read_text("utf-8-sig").startswith("id,at,actor_id")
    menu(page, "后台任务")
    expect(page.get_by_text("校验审计记录")).to_be_visible()
    expect(page.get_by_text("已完成")).to_be_visible()
    both(page, "jobs", size)
    assert watch.unexpected() == []


def test_a_token_is_shown_once_and_revoked(inside: tuple[Page, str, Watch, Server]) -> None:
    page, size, watch, server = inside
    menu(page, "访问令牌")
    expect(page.get_by_text("还没有令牌")).to_be_visible()
    both(page, "tokens-none", size)
    page.get_by_role("button", name="新建令牌").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[name=token-name]").fill("日报程序")
    dialog.get_by_text("查看核对结果", exact=True).click()
    picture(page, f"token-new-zh-{size}", whole=False)
    dialog.get_by_role("button", name="新建令牌").click()
    secret = page.locator("[data-secret]").inner_text()
    assert secret.startswith("lianfang_")
    settle(page)
    picture(page, f"token-once-zh-{size}", whole=False)
    answer = page.context.browser.new_context().request.get(  # type: ignore[union-attr]  # it has one
        f"{server.address}/api/runs", headers={"Authorization": f"Bearer {secret}"}
    )
    assert answer.status == 200
    page.get_by_role("button", name="已保存好").click()
    expect(page.get_by_text("日报程序")).to_be_visible()
    assert secret not in page.content()
    both(page, "tokens", size)
    page.get_by_role("button", name="撤销").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销")).to_be_visible()
    language(page, "zh")
    assert watch.unexpected() == []


def test_the_api_is_described_without_anything_from_outside(inside: tuple[Page, str, Watch, Server]) -> None:
    page, size, watch, _ = inside
    menu(page, "接口文档")
    expect(page.get_by_text("/api/jobs/{number}/cancel")).to_be_visible(timeout=20_000)
    page.screenshot(path=f"test-results/api-docs-{size}.png")
    assert watch.unexpected() == []
