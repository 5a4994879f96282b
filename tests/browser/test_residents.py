"""A compound's link, a family on a phone whose network goes, the desk decides; a tip is given and answered."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.choosing import choose
from tests.browser.conftest import Server
from tests.browser.looks import PICTURES, Watch, picture, settle
from tests.browser.test_newcomer import both, desk
from tests.browser.test_places import enter, town

__all__ = ["desk", "town"]  # fixtures


def make_link(page: Page, server: Server, size: str) -> str:
    page.goto(f"{server.address}/reports/links")
    page.get_by_role("button", name="生成链接").click()
    dialog = page.get_by_role("dialog")
    box = dialog.get_by_role("combobox", name="小区")
    box.click(force=True)
    box.type("云滨湾")
    page.get_by_role("option", name=re.compile("^云滨湾$")).click()
    dialog.locator("input[name=collector]").fill("云滨社区居委会")
    dialog.locator("input[name=contact]").fill("0571-8600 0000")
    dialog.locator("input[name=purpose]").fill("查清返乡人员")
    dialog.locator("input[name=kept]").fill("2028-01-01")
    dialog.locator("input[name=kept]").press("Enter")
    picture(page, f"report-link-form-zh-{size}", whole=False)
    dialog.get_by_role("button", name="生成链接").click()
    address = dialog.locator("input[name=url]").input_value()
    picture(page, f"report-link-zh-{size}", whole=False)
    for code in ("en", "zh"):
        language_of(page, code)
        on_paper(page, f"report-poster-{code}", 1)
    return address


def language_of(page: Page, code: str) -> None:
    """The dialog lies over the switch: the page's own state is asked."""
    page.evaluate(
        "code => document.querySelector('#app').__vue_app__.config.globalProperties.$i18n.locale = code", code
    )


def on_paper(page: Page, name: str, sheets: int) -> None:
    """Print it as the browser does; so many sheets, and what stands on the first as a picture."""
    page.emulate_media(media="print")
    settle(page)
    file = PICTURES / f"{name}.pdf"
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")
    page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", file.read_bytes())) == sheets
    page.emulate_media(media="screen")


def type_in_paper(page: Page, town: Server, size: str) -> None:
    """A form that came on paper: everything that the online form asks can be typed in."""
    page.goto(f"{town.address}/reports")
    page.get_by_role("button", name="录入纸质表").click()
    dialog = page.get_by_role("dialog", name="录入纸质表")
    choose(dialog.get_by_role("combobox", name="小区链接"), re.compile("云滨湾"))
    dialog.locator("input[name=room]").fill("502")
    dialog.locator("input[name=name-1]").fill("单红")
    choose(dialog.get_by_role("combobox", name="性别"), re.compile("女"))
    dialog.locator("input[name=age-1]").fill("61")
    dialog.locator("input[name=from_text-1]").fill("武汉汉阳")
    dialog.locator("input[name=temperature-1]").fill("37.8")
    dialog.locator("[data-act=add-leg]").click()
    dialog.locator("input[name=leg-number-1]").fill("G98")
    dialog.locator("[data-act=add-contact]").click()
    choose(dialog.get_by_role("combobox", name="是什么人"), "疑似病例")
    dialog.locator("input[name=contact-name-1]").fill("李叔")
    picture(page, f"report-paper-typed-zh-{size}", whole=False)
    dialog.get_by_role("button", name="录入", exact=True).click()
    expect(page.get_by_text("回执编号（给填表人）")).to_be_visible()
    page.get_by_role("button", name="关闭").last.click()
    page.locator("tbody button.opener", has_text="502").click()
    for said in ("单红", "61 岁", "G98", "疑似病例 李叔"):
        expect(page.get_by_role("dialog")).to_contain_text(said)


def report_a_family(phone: Page, address: str, size: str) -> str:
    phone.goto(address)
    expect(phone.get_by_text("云滨社区居委会").first).to_be_visible()
    picture(phone, f"resident-start-zh-{size}")
    phone.get_by_role("button", name=re.compile("申报我家的情况")).click()
    phone.locator("input[name=building]").fill("3幢")
    phone.locator("input[name=room]").fill("501室")
    phone.locator("input[name=name-1]").fill("欧阳海")
    phone.locator("input[name=from-1]").fill("武汉")
    phone.get_by_role("button", name="加一段行程").click()
    phone.locator("input[name=number-1-1]").fill("G98")
    phone.get_by_role("button", name="加一位接触者").click()
    phone.get_by_label("是什么人").select_option("疑似病例")
    phone.get_by_role("checkbox", name="咳嗽").check()
    picture(phone, f"resident-form-zh-{size}")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_role("alert")).to_contain_text("网络不通")
    phone.context.set_offline(False)
    phone.reload()
    phone.get_by_role("button", name=re.compile("提交")).click()
    expect(phone.locator("input[name=name-1]")).to_have_value("欧阳海")
    phone.get_by_role("button", name="提交").click()
    code = phone.locator(".code-big").inner_text()
    picture(phone, f"resident-receipt-zh-{size}")
    assert phone.evaluate("Object.keys(localStorage).filter((one) => one.includes('report'))") == []
    return code


@pytest.mark.parametrize("desk", ["desktop"], indirect=True)
def test_a_family_reports_itself_and_reads_the_answer(
    town: Server, desk: tuple[Page, str, Watch], browser: Browser
) -> None:
    page, size, watch = desk
    enter(page, town)
    address = make_link(page, town, size)
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    phone, heard = context.new_page(), Watch(expected=(r"ERR_INTERNET_DISCONNECTED",))
    heard.attach(phone)
    code = report_a_family(phone, address, "phone")

    page.goto(f"{town.address}/reports")
    page.locator("tbody button.opener").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("G98")
    box = page.get_by_role("dialog").get_by_role("combobox", name=re.compile("查找门牌"))
    box.click(force=True)
    box.type("云滨湾3")
    page.locator("textarea[name=answer]").fill("谢谢，已登记")
    picture(page, f"report-zh-{size}", whole=False)
    page.get_by_role("button", name="已掌握").click()
    expect(page.get_by_role("dialog")).to_contain_text("周敏 已办理")

    phone.get_by_role("button", name="查看办理情况").click()
    expect(phone.get_by_text("谢谢，已登记")).to_be_visible()
    assert phone.locator("input[name=receipt]").input_value() == code
    picture(phone, "resident-own-zh-phone")
    phone.get_by_role("button", name="English").click()
    picture(phone, "resident-own-en-phone")
    phone.goto(address)
    settle(phone)
    picture(phone, "resident-start-en-phone")
    phone.set_viewport_size({"width": 1120, "height": 790})  # a sheet of A4 lying down
    on_paper(phone, "resident-paper-en", 1)
    phone.get_by_role("button", name="中文").click()
    on_paper(phone, "resident-paper-zh", 1)
    context.close()
    type_in_paper(page, town, size)
    assert heard.unexpected() == watch.unexpected() == []


def test_a_tip_is_pasted_given_and_answered(town: Server, desk: tuple[Page, str, Watch]) -> None:
    page, size, watch = desk
    enter(page, town)
    page.goto(f"{town.address}/tips")
    page.get_by_role("button", name="登记线索").click()
    page.get_by_text("粘贴多条").click()
    page.locator("textarea[name=pasted]").fill(
        "王阿姨 08:15\n云滨湾有人从外地回来\n李叔 08:20\n楼道没有消毒\n"
    )
    page.get_by_role("button", name="拆分").click()
    expect(page.get_by_text("拆成 2 条")).to_be_visible()
    picture(page, f"tips-split-zh-{size}", whole=False)
    page.get_by_role("button", name="保存 2 条").click()
    expect(page.locator("tbody button.opener")).to_have_count(2)
    both(page, "tips", size)
    page.get_by_role("button", name="云滨湾有人从外地回来").click()
    choose(page.get_by_role("dialog").get_by_role("combobox", name="交给谁"), re.compile("周敏"))
    page.get_by_role("dialog").get_by_role("button", name="分派").click()
    expect(page.get_by_role("dialog")).to_contain_text("→ 周敏")
    page.locator("textarea[name=found]").fill("一家三口已登记")
    page.locator("textarea[name=told]").fill("已登记，谢谢")
    page.mouse.move(0, 0)
    picture(page, f"tip-zh-{size}", whole=False)
    page.get_by_role("dialog").get_by_role("button", name="答复").click()
    expect(page.get_by_role("dialog")).to_contain_text("已答复")
    page.mouse.move(0, 0)
    picture(page, f"tip-answered-zh-{size}", whole=False)
    assert watch.unexpected() == []
