"""Users in the browser: invited by link, appointed, locked, two at one page; one's own second factor and passkeys."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.choosing import choose
from tests.browser.conftest import Server
from tests.browser.looks import Watch, picture, settle
from tests.browser.test_newcomer import NAME, PASSWORD, SIZES, language

AREAS = """
import django; django.setup()
from lianfang.kernel import clock
from lianfang.kernel.actor import system
from lianfang.territory.actions import add_area
above = None
for code, name in (("330109005", "滨江街道"), ("330109005001", "云滨社区"), ("330109005001001", "云滨社区第1网格")):
    above = add_area(actor=system("test"), now=clock.now(), code=code, name=name, parent=above)
"""
OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
NewPage = Callable[[], tuple[Page, Watch]]


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def new_page(size: str, browser: Browser) -> Iterator[NewPage]:
    """Browsers of one size, each of its own, that may not leave this machine."""
    width, height = SIZES[size]
    opened = []

    def another() -> tuple[Page, Watch]:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce"
        )
        context.route(re.compile(r"^https?://(?!(127\.0\.0\.1|localhost)[:/])"), lambda route: route.abort())
        opened.append(context)
        page, watch = context.new_page(), Watch()
        watch.attach(page)
        return page, watch

    yield another
    for context in opened:
        context.close()


@pytest.fixture
def town(server: Server) -> Server:
    """A server whose territory is one subdistrict with one community and one grid."""
    env = {**os.environ, "LIANFANG_DATA": str(server.data), "DJANGO_SETTINGS_MODULE": "lianfang.settings"}
    subprocess.run([sys.executable, "-c", AREAS], env=env, check=True)
    return server


def begin(page: Page, server: Server, address: str = "") -> None:
    """The first administrator chooses his password."""
    page.goto(server.welcome.replace(server.address, address or server.address))
    page.locator("input[name=username]").fill(NAME)
    page.locator("input[name=display-name]").fill("周敏")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=again]").fill(PASSWORD)
    page.get_by_role("button", name="开始使用").click()
    expect(page.get_by_role("button", name="周敏 的菜单")).to_be_visible()


def own(page: Page, name: str) -> None:
    """Choose from the menu under one's name."""
    page.get_by_role("button", name=re.compile("的菜单$")).click()
    page.get_by_role("menuitem", name=name).click()


def both(page: Page, name: str, size: str, *, whole: bool = True) -> None:
    for code in ("en", "zh"):
        page.evaluate("code => document.querySelector(`button[data-language=${code}]`).click()", code)
        picture(page, f"{name}-{code}-{size}", whole=whole)


def dialog(page: Page) -> Locator:
    return page.get_by_role("dialog").filter(visible=True)


def choose_post(page: Page, role: str) -> None:
    """A role over the only grid."""
    choose(dialog(page).get_by_role("combobox", name="岗位"), role)
    dialog(page).get_by_role("combobox", name="区域").fill("第1网格")
    page.locator(".el-tree-node__content:visible").get_by_text("云滨社区第1网格").click()


def invite(page: Page, size: str) -> str:
    """Invite 李娜 as grid worker; returns the link that is shown this once."""
    page.get_by_role("button", name="邀请用户").click()
    dialog(page).locator("input[name=username]").fill("li.na")
    dialog(page).locator("input[name=display-name]").fill("李娜")
    choose_post(page, "网格员")
    both(page, "invite", size, whole=False)
    dialog(page).get_by_role("button", name="生成邀请链接").click()
    expect(dialog(page).get_by_role("img", name="链接的二维码")).to_be_visible()
    both(page, "invitation-link", size, whole=False)
    link = dialog(page).locator("input[name=link]").input_value()
    page.keyboard.press("Escape")
    return link


def join(page: Page, link: str, size: str) -> None:
    """李娜 opens her link, chooses a password and is in."""
    page.goto(link)
    expect(page.get_by_text("李娜，欢迎加入")).to_be_visible()
    both(page, "join", size)
    page.locator("input[name=password]").fill("grid-one-every-door")
    page.locator("input[name=again]").fill("grid-one-every-door")
    page.get_by_role("button", name="设定密码并登录").click()
    expect(page.get_by_role("button", name="李娜 的菜单")).to_be_visible()


def test_a_user_is_invited_appointed_and_locked(town: Server, size: str, new_page: NewPage) -> None:
    page, watch = new_page()
    begin(page, town)
    expect(page.get_by_text("您的岗位应设置第二重验证")).to_be_visible()
    own(page, "用户与任命")
    link = invite(page, size)
    expect(page.get_by_role("link", name="李娜")).to_be_visible()
    both(page, "users", size)

    guest, guest_watch = new_page()
    guest_watch.expected = (r"40[13]", r"410")
    join(guest, link, size)

    page.get_by_role("link", name="李娜").click()
    expect(page.get_by_role("heading", name="李娜")).to_contain_text("正常")
    page.locator("[data-act=appoint]").click()
    choose_post(page, "卡口值守")
    both(page, "appoint", size, whole=False)
    dialog(page).get_by_role("button", name="任命", exact=True).click()
    expect(page.get_by_role("row").filter(has_text="卡口值守")).to_be_visible()
    end_appointment(page, size)
    both(page, "user", size)

    page.locator("[data-act=lock]").click()
    dialog(page).locator("textarea[name=reason]").fill("不再上班了")
    both(page, "lock", size, whole=False)
    dialog(page).get_by_role("button", name="停用账号").click()
    expect(page.get_by_role("heading", name="李娜")).to_contain_text("已停用")
    guest.goto(f"{town.address}/account")
    expect(guest.get_by_role("heading", name="登录")).to_be_visible()
    guest.goto(link)
    expect(guest.get_by_text("此链接已失效")).to_be_visible()
    both(guest, "join-used", size)
    assert watch.unexpected() == []
    assert guest_watch.unexpected() == []


def end_appointment(page: Page, size: str) -> None:
    """End the guard's appointment; it stays in the table."""
    row = page.get_by_role("row").filter(has_text="卡口值守")
    row.get_by_role("button", name="结束").click()
    dialog(page).locator("textarea[name=reason]").fill("调到别的社区")
    both(page, "end-appointment", size, whole=False)
    dialog(page).get_by_role("button", name="结束").click()
    expect(row).to_contain_text("已结束")


def test_two_administrators_at_one_user(town: Server, size: str, new_page: NewPage) -> None:
    page, watch = new_page()
    watch.expected = (r"409",)
    begin(page, town)
    own(page, "用户与任命")
    invite(page, size)
    page.get_by_role("link", name="李娜").click()
    expect(page.get_by_role("heading", name="李娜")).to_be_visible()
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("[data-act=rename]").click()
    dialog(other).locator("input[name=display-name]").fill("李娜娜")
    dialog(other).get_by_role("button", name="改姓名").click()
    expect(other.get_by_role("heading", name="李娜娜")).to_be_visible()

    page.locator("[data-act=lock]").click()
    dialog(page).locator("textarea[name=reason]").fill("不再上班了")
    dialog(page).get_by_role("button", name="停用账号").click()
    expect(dialog(page)).to_contain_text("别人刚刚改过此用户（周敏）：改姓名")
    picture(page, f"stale-user-zh-{size}", whole=False)
    expect(page.get_by_role("heading", name="李娜娜", include_hidden=True)).to_be_visible()
    dialog(page).get_by_role("button", name="停用账号").click()
    expect(page.get_by_role("heading", name="李娜娜")).to_contain_text("已停用")
    assert watch.unexpected() == []


def test_ones_own_second_factor(town: Server, size: str, new_page: NewPage) -> None:
    page, watch = new_page()
    watch.expected = (r"422",)
    begin(page, town)
    own(page, "我的账号")
    expect(page.get_by_role("heading", name="第二重验证")).to_be_visible()
    both(page, "account", size)
    page.locator("[data-act=authenticator]").click()
    dialog(page).locator("input[name=confirm]").fill(PASSWORD)
    picture(page, f"confirm-zh-{size}", whole=False)
    dialog(page).get_by_role("button", name="继续").click()
    expect(dialog(page).get_by_role("img", name="验证器的二维码")).to_be_visible()
    both(page, "authenticator", size, whole=False)
    app = pyotp.TOTP(dialog(page).locator(".secret").inner_text())
    dialog(page).locator("input[name=first-code]").fill("000000")
    dialog(page).get_by_role("button", name="启用").click()
    expect(dialog(page).get_by_text("验证码不对")).to_be_visible()
    dialog(page).locator("input[name=first-code]").fill(app.now())
    dialog(page).get_by_role("button", name="启用").click()
    expect(dialog(page).get_by_text("这些恢复码只显示这一次")).to_be_visible()
    both(page, "recovery-codes", size, whole=False)
    codes = dialog(page).locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    dialog(page).get_by_role("button", name="已经保存好").click()
    expect(page.get_by_text("还有 10 个未使用")).to_be_visible()
    expect(page.get_by_text("您的岗位应设置第二重验证")).to_be_hidden()
    both(page, "account-secured", size)

    own(page, "退出")
    for recovery in ("", codes[0]):
        password(page, size)
        # Read when it is typed, for its time runs out; the one just used is not taken again.
        page.locator("input[name=code]").fill(recovery or app.at(int(time.time()) + 30))
        page.get_by_role("button", name="验证", exact=True).click()
        expect(page.get_by_role("button", name="周敏 的菜单")).to_be_visible()
        own(page, "退出")
        expect(page.get_by_role("heading", name="登录")).to_be_visible()
    assert watch.unexpected() == []


def password(page: Page, size: str) -> None:
    page.locator("input[name=username]").fill(NAME)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="第二重验证")).to_be_visible()
    both(page, "second-step", size)


def test_a_passkey_alone_and_as_second_step(town: Server, size: str, new_page: NewPage) -> None:
    page, watch = new_page()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})
    begin(page, town, town.address.replace("127.0.0.1", "localhost"))
    own(page, "我的账号")
    for name in ("办公室电脑", "备用钥匙"):
        page.locator("[data-act=passkey]").click()
        dialog(page).locator("input[name=passkey-name]").fill(name)
        dialog(page).locator("input[name=confirm]").fill(PASSWORD)
        picture(page, f"add-passkey-zh-{size}", whole=False)
        dialog(page).get_by_role("button", name="继续").click()
        if name == "办公室电脑":
            dialog(page).get_by_role("button", name="已经保存好").click()
            expect(page.get_by_text("办公室电脑")).to_be_visible()
            # The same device again says so; another device is another passkey.
            usb = {"options": {**OPTIONS, "transport": "usb"}}
            spare = device.send("WebAuthn.addVirtualAuthenticator", usb)["authenticatorId"]
    expect(page.get_by_text("备用钥匙")).to_be_visible()
    both(page, "account-passkeys", size)
    page.locator("li", has_text="备用钥匙").get_by_role("button", name="移除").click()
    dialog(page).locator("input[name=confirm]").fill(PASSWORD)
    dialog(page).get_by_role("button", name="继续").click()
    expect(page.get_by_text("备用钥匙")).to_be_hidden()
    device.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": spare})

    own(page, "退出")
    both(page, "sign-in-passkey", size)
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_role("button", name="周敏 的菜单")).to_be_visible()
    own(page, "我的账号")
    expect(page.get_by_text(re.compile("通行密钥登录，"))).to_be_visible()
    own(page, "退出")
    password(page, size)
    page.get_by_role("button", name="用通行密钥登录").click()
    expect(page.get_by_role("button", name="周敏 的菜单")).to_be_visible()
    assert watch.unexpected() == []


def test_under_a_bare_address_passkeys_say_where_they_work(
    town: Server, size: str, new_page: NewPage
) -> None:
    page, watch = new_page()
    begin(page, town)
    own(page, "我的账号")
    expect(page.get_by_role("link", name="http://localhost:")).to_be_visible()
    expect(page.locator("[data-act=passkey]")).to_have_count(0)
    settle(page)
    language(page, "zh")
    assert watch.unexpected() == []
