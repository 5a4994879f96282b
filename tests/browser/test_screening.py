"""A campaign at the desk: started, its figures, a form typed in, refused records, a phone withdrawn; both languages."""

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from lianfang.kernel import clock
from tests.browser.conftest import Server
from tests.browser.looks import Watch, picture, settle
from tests.browser.test_newcomer import both, desk, loaded
from tests.browser.test_own_things import inside, menu

__all__ = ["desk", "inside", "loaded"]  # fixtures

#: In the page, because the session's cookie is there: enrols a phone and sends a record that cannot be read.
SEND = """async (at) => {
  const csrf = /csrftoken=([^;]+)/.exec(document.cookie)[1]
  const id = crypto.randomUUID()
  const ask = async (path, body, headers) => (await fetch(path, {method: 'POST', body: JSON.stringify(body),
    headers: {'Content-Type': 'application/json', ...headers}})).json()
  const key = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'
  const made = await ask('/api/devices', {id, name: '王丽的手机', public_key: key}, {'X-CSRFToken': csrf})
  const facts = [{payload: '{"id": "13800001234", 没有写完', sig: 'AAAA'}]
  const told = await ask('/api/sync/facts', {device: id, sent_at: at, facts}, {Authorization: `Device ${made.token}`})
  return told.verdicts[0].code
}"""


def test_a_campaign_from_the_desk(inside: tuple[Page, str, Watch, Server]) -> None:
    page, size, watch, _ = inside
    menu(page, "摸排")
    expect(page.get_by_text("还没有摸排")).to_be_visible()
    start(page, size)
    expect(page.get_by_role("heading", name="二月摸排")).to_be_visible()
    expect(page.get_by_text("待走访").first).to_be_visible(timeout=30_000)
    settle(page)
    page.locator("main table button.link").first.click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("button", name="录入纸质表").click()
    form = page.get_by_role("dialog", name="录入纸质表")
    picture(page, f"screening-paper-zh-{size}", whole=False)
    form.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已录入")).to_be_visible()
    expect(drawer.get_by_role("link", name=re.compile(r"^20\d\d-")).first).to_be_visible()
    picture(page, f"screening-task-zh-{size}", whole=False)
    drawer.get_by_role("link", name=re.compile(r"^20\d\d-")).first.click()
    expect(page).to_have_url(re.compile("/visits/"))
    expect(drawer).to_be_hidden()
    both(page, "visit", size)
    page.go_back()
    expect(page.get_by_role("heading", name="各社区、网格")).to_be_visible()
    drawer.get_by_role("button", name=re.compile("关闭")).click()
    page.reload()
    expect(page.get_by_text("进度与预计")).to_be_visible()
    settle(page)
    both(page, "screening", size)
    assert watch.unexpected() == []


def start(page: Page, size: str) -> None:
    page.get_by_role("button", name="发起摸排").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[name=title]").fill("二月摸排")
    dialog.locator("input[name=purpose]").fill("查清返乡人员")
    due = dialog.get_by_label("截止时间").last
    due.fill(f"{clock.now() + timedelta(days=3):%Y-%m-%d} 20:00:00")
    due.press("Enter")
    dialog.locator("input[name=purpose]").click()
    expect(page.locator(".el-picker__popper:visible")).to_have_count(0)
    picture(page, f"screening-start-zh-{size}", whole=False)
    dialog.get_by_role("button", name="开始").click()


def test_what_a_phone_sent_in_vain_is_shown_and_the_phone_withdrawn(
    inside: tuple[Page, str, Watch, Server],
) -> None:
    page, size, watch, _ = inside
    assert page.evaluate(SEND, clock.now().isoformat()) == "fact.unreadable"
    menu(page, "摸排")
    page.get_by_role("link", name="未收下的记录").click()
    expect(page.get_by_text("这条记录读不懂")).to_be_visible()
    both(page, "refused", size)
    page.locator("main table button.link").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("138****34")
    picture(page, f"refused-record-zh-{size}", whole=False)
    page.keyboard.press("Escape")
    menu(page, "我的账号")
    expect(page.get_by_text("王丽的手机")).to_be_visible()
    page.locator("button[data-act=withdraw-device]").click()
    page.get_by_role("dialog").locator("textarea").fill("手机丢了")
    page.get_by_role("dialog").get_by_role("button", name="收回").click()
    expect(page.get_by_text(re.compile("收回：手机丢了"))).to_be_visible()
    both(page, "devices", size)
    assert watch.unexpected() == []
