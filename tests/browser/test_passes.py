"""A key is made, a visitor gets a pass, it is withdrawn, he objects on his own phone, the desk reads it."""

import re
import sqlite3

from playwright.sync_api import Browser, Page, expect

from tests.browser.choosing import choose
from tests.browser.conftest import Server
from tests.browser.looks import Watch, picture, settle
from tests.browser.test_newcomer import both, desk
from tests.browser.test_places import enter, town

__all__ = ["desk", "town"]  # fixtures


def two_gates(page: Page) -> None:
    """The compound gets gates, to choose from when a pass is issued."""
    page.evaluate(
        """async () => {
            const [compound] = await (await fetch('/api/places/compounds')).json()
            const csrf = /csrftoken=([^;]+)/.exec(document.cookie)[1]
            const headers = {'Content-Type': 'application/json', 'X-CSRFToken': csrf}
            for (const name of ['东门', '西门']) {
                const body = JSON.stringify({name, kinds: ['walking']})
                const path = `/api/places/compounds/${compound.id}/gates`
                if (!(await fetch(path, {method: 'POST', headers, body})).ok) throw new Error(name)
            }
        }"""
    )


def keep_for_two_weeks(page: Page) -> None:
    """How long the register is kept, and why, is said in a form and stands there afterwards."""
    expect(page.get_by_text("现在保留 4 周")).to_be_visible()
    weeks = page.get_by_role("spinbutton", name="周数")
    weeks.fill("2")
    weeks.press("Tab")
    why = page.locator("input[name=keeping-why]")
    why.fill("疾控要求保留两周")
    page.locator("section", has=why).get_by_role("button", name="保存").click()
    expect(page.get_by_text("现在保留 2 周")).to_be_visible()
    expect(page.get_by_text("疾控要求保留两周").first).to_be_visible()


def issue_to_a_visitor(page: Page, size: str) -> None:
    page.get_by_role("button", name="办理出入证").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("外来人员或车辆").click()
    box = dialog.get_by_role("combobox", name="输入小区名称")
    box.click(force=True)
    box.type("云滨湾")
    page.get_by_role("option", name=re.compile("^云滨湾")).first.click()
    some = dialog.get_by_role("combobox", name=re.compile("只限这些卡口"))
    expect(some).to_be_visible()  # the compound's gates have come
    settle(page)
    choose(dialog.get_by_role("combobox", name="种类"), "访客证")
    choose(some, "东门")
    dialog.locator("input[name=holder]").click()  # the list of gates stays open otherwise
    dialog.locator("input[name=holder]").fill("赵小明")
    dialog.locator("input[name=phone]").fill("13900001111")
    picture(page, f"pass-issue-zh-{size}", whole=False)
    dialog.get_by_role("button", name="办理出入证").click()
    expect(page.get_by_role("button", name="赵*明")).to_be_visible()
    expect(page.get_by_text("只限 东门").first).to_be_visible()
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
    expect(phone.get_by_text("只能走：东门")).to_be_visible()
    phone.locator("textarea[name=objection]").fill("那天我本人在场，没有借出")
    picture(phone, "own-pass-zh-phone")
    phone.get_by_role("button", name="提出异议").click()
    expect(phone.get_by_role("heading", name="我的异议")).to_be_visible()
    phone.get_by_role("button", name="English").click()
    picture(phone, "own-pass-en-phone")
    context.close()
    return heard


def withdraw(page: Page, size: str) -> str:
    """The visitor's pass is withdrawn with a reason and an end; the address of its own page."""
    page.get_by_role("button", name="赵*明").click()
    panel = page.get_by_role("dialog")
    expect(panel.get_by_role("img", name="出入证二维码")).to_be_visible()
    panel.locator("textarea[name=why]").fill("借给同事使用")
    choose(panel.get_by_role("combobox", name="暂停的理由"), "转借他人")
    page.mouse.move(0, 0)
    picture(page, f"pass-zh-{size}", whole=False)
    with page.expect_response(re.compile("/revoke$")) as answer:
        panel.get_by_role("button", name="暂停使用", exact=True).click()
    expect(panel.get_by_text("已告知本人")).to_be_visible()
    picture(page, f"pass-withdrawn-zh-{size}", whole=False)
    return str(answer.value.json()["own_url"])


def grown_old(server: Server) -> None:
    """Nobody decides for a day and two hours."""
    with sqlite3.connect(server.data / "lianfang.sqlite3") as base:
        base.execute("update gates_objection set due_at = datetime('now', '-2 hours', '-1 minutes')")


def test_a_pass_from_the_key_to_the_objection(
    town: Server, desk: tuple[Page, str, Watch], browser: Browser
) -> None:
    page, size, watch = desk
    enter(page, town)
    two_gates(page)
    page.goto(f"{town.address}/passes/rules")
    page.get_by_role("button", name="生成第一把密钥").click()
    expect(page.get_by_text("正在签发")).to_be_visible()
    expect(page.get_by_text("已保存。")).to_be_hidden(timeout=10_000)
    a_kind_of_ones_own(page, size)
    keep_for_two_weeks(page)
    both(page, "pass-rules", size)
    page.goto(f"{town.address}/passes")
    if size == "desktop":
        issue_to_people(page)
    issue_to_a_visitor(page, size)
    address = withdraw(page, size)
    heard = object_on_the_phone(browser, address)
    page.goto(f"{town.address}/objections")
    expect(page.get_by_text("没有借出")).to_be_visible()
    grown_old(town)
    page.reload()
    expect(page.locator("[data-late]")).to_have_text("超期 2 小时")
    both(page, "objections", size)
    page.goto(f"{town.address}/passes")
    settle(page)
    both(page, "passes", size)
    assert heard.unexpected() == watch.unexpected() == []
