"""A key is made, a visitor gets a pass, it is withdrawn, he objects on his own phone, the desk reads it."""

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.choosing import choose
from tests.browser.conftest import Server
from tests.browser.looks import Watch, picture, settle
from tests.browser.test_newcomer import both, desk
from tests.browser.test_places import enter, town

__all__ = ["desk", "town"]  # fixtures


def issue_to_a_visitor(page: Page, size: str) -> None:
    page.get_by_role("button", name="办理出入证").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("外来人员或车辆").click()
    box = dialog.get_by_role("combobox", name="输入小区名称")
    box.click(force=True)
    box.type("云滨湾")
    page.get_by_role("option", name=re.compile("^云滨湾")).first.click()
    choose(dialog.get_by_role("combobox", name="种类"), "访客证")
    dialog.locator("input[name=holder]").fill("赵小明")
    dialog.locator("input[name=phone]").fill("13900001111")
    picture(page, f"pass-issue-zh-{size}", whole=False)
    dialog.get_by_role("button", name="办理出入证").click()
    expect(page.get_by_role("button", name="赵*明")).to_be_visible()
    # Messages that fade are hard to read, and there may be two of them.
    expect(page.get_by_text("已办理 1 张。")).to_have_count(0, timeout=10_000)


def issue_to_people(page: Page) -> None:
    """To somebody chosen by name, of the register."""
    name = page.evaluate(
        "fetch('/api/people?sort=name&size=1').then((a) => a.json()).then((a) => a.items[0].name)"
    )
    page.get_by_role("button", name="办理出入证").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("个人", exact=True).click()
    for label, typed in (("输入小区名称", "云滨湾"), ("持证人", name)):
        box = dialog.get_by_role("combobox", name=label)
        box.click(force=True)
        box.type(typed)
        page.get_by_role("option", name=re.compile(f"^{typed}")).first.click()
    dialog.get_by_role("button", name="办理出入证").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("cell", name=re.compile("居民出入证")).first).to_be_visible()


def a_kind_of_ones_own(page: Page, size: str) -> None:
    page.get_by_role("button", name="新增证件种类").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[name=kind-zh]").fill("夜班证")
    dialog.locator("input[name=kind-en]").fill("Night shift")
    dialog.locator("input[name=kind-code]").fill("night_shift")
    dialog.get_by_role("button", name="加一个时段").click()
    picture(page, f"pass-kind-zh-{size}", whole=False)
    dialog.get_by_role("button", name="保存").click()
    expect(page.get_by_role("cell", name=re.compile("夜班证"))).to_be_visible()


def object_on_the_phone(browser: Browser, address: str) -> Watch:
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    phone, heard = context.new_page(), Watch()
    heard.attach(phone)
    phone.goto(address)
    expect(phone.get_by_text("借给同事使用")).to_be_visible()
    phone.locator("textarea[name=objection]").fill("那天我本人在场，没有借出")
    picture(phone, "own-pass-zh-phone")
    phone.get_by_role("button", name="提出异议").click()
    expect(phone.get_by_role("heading", name="我的异议")).to_be_visible()
    phone.get_by_role("button", name="English").click()
    picture(phone, "own-pass-en-phone")
    context.close()
    return heard


def test_a_pass_from_the_key_to_the_objection(
    town: Server, desk: tuple[Page, str, Watch], browser: Browser
) -> None:
    page, size, watch = desk
    enter(page, town)
    page.goto(f"{town.address}/passes/rules")
    page.get_by_role("button", name="生成第一把密钥").click()
    expect(page.get_by_text("正在签发")).to_be_visible()
    expect(page.get_by_text("已保存。")).to_be_hidden(timeout=10_000)
    a_kind_of_ones_own(page, size)
    both(page, "pass-rules", size)
    page.goto(f"{town.address}/passes")
    if size == "desktop":
        issue_to_people(page)
    issue_to_a_visitor(page, size)
    page.get_by_role("button", name="赵*明").click()
    panel = page.get_by_role("dialog")
    expect(panel.get_by_role("img", name="出入证二维码")).to_be_visible()
    panel.locator("textarea[name=why]").fill("借给同事使用")
    choose(panel.get_by_role("combobox", name="暂停的理由"), "转借他人")
    page.mouse.move(0, 0)
    picture(page, f"pass-zh-{size}", whole=False)
    with page.expect_response(re.compile("/revoke$")) as answer:
        panel.get_by_role("button", name="暂停使用", exact=True).click()
    address = answer.value.json()["own_url"]
    expect(panel.get_by_text("已告知本人")).to_be_visible()
    picture(page, f"pass-withdrawn-zh-{size}", whole=False)
    heard = object_on_the_phone(browser, address)
    page.goto(f"{town.address}/objections")
    expect(page.get_by_text("没有借出")).to_be_visible()
    both(page, "objections", size)
    page.goto(f"{town.address}/passes")
    settle(page)
    both(page, "passes", size)
    assert heard.unexpected() == watch.unexpected() == []
