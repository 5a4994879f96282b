"""Screening from the desk: published lists, a campaign, a form typed in, the measures that follow, people whom no list
has, what phones sent in vain; in both languages, as a wide page and as a phone.
"""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from lianfang.kernel import clock
from lianfang.linkage.tests.sample import by_chance
from tests.browser.choosing import choose
from tests.browser.conftest import Server
from tests.browser.looks import Watch, picture, settle
from tests.browser.test_newcomer import both, desk
from tests.browser.test_own_things import menu
from tests.browser.test_places import enter, settled

__all__ = ["desk"]  # a fixture
NOTICE = "3月1日至3月14日 武汉市、黄冈市；杭州市西湖区翠苑街道 高风险；鼓楼区 高风险"
COVID = "新型冠状病毒肺炎（2020年）"

#: In the page, because the session's cookie is there.
ASK = """const csrf = /csrftoken=([^;]+)/.exec(document.cookie)[1]
  const ask = async (path, body, headers) => (await fetch(path, {method: 'POST', body: JSON.stringify(body),
    headers: {'Content-Type': 'application/json', ...(headers ?? {'X-CSRFToken': csrf})}})).json()"""
#: Enrols a phone and sends a record that cannot be read.
SEND = f"""async (at) => {{
  {ASK}
  const id = crypto.randomUUID()
  const key = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'
  const made = await ask('/api/devices', {{id, name: '王丽的手机', public_key: key}})
  const facts = [{{payload: '{{"id": "13800001234", 没有写完', sig: 'AAAA'}}]
  const headers = {{Authorization: `Device ${{made.token}}`}}
  const told = await ask('/api/sync/facts', {{device: id, sent_at: at, facts}}, headers)
  return told.verdicts[0].code
}}"""
TAKE_IN = f"""async ([text, year]) => {{
  {ASK}
  return (await ask('/api/risk/lists', {{kind: 'trips', title: '市疾控中心', text, year}})).entries
}}"""
PROPOSED = "async () => (await (await fetch('/api/measures?state=open')).json()).total >= 4"


@pytest.fixture
def town(server: Server, tmp_path: Path) -> Server:
    """A server with the areas, and people of whom each list has some by chance."""
    return settled(server, tmp_path, by_chance(1_440))


def test_a_campaign_from_the_list_of_trains_to_the_measures(
    town: Server, desk: tuple[Page, str, Watch]
) -> None:
    page, size, watch = desk
    enter(page, town)
    published(page, town, size)
    rode = (clock.local_date(clock.now()) - timedelta(days=2)).isoformat()
    train = f"日期,车次,车厢,出发站,到达站\n{rode},K446/K447次,11号车厢,西安,深圳\n"
    assert page.evaluate(TAKE_IN, [train, int(rode[:4])]) == 1
    of_these(page, town, size)
    menu(page, "摸排")
    expect(page.get_by_text("还没有摸排")).to_be_visible()
    start(page, size)
    expect(page.get_by_role("heading", name="二月摸排")).to_be_visible()
    expect(page.get_by_text("待走访").first).to_be_visible(timeout=30_000)
    settle(page)
    type_in(page, size, rode)
    unseen(page, size)
    proposed(page, town, size, rode)
    refused(page, size)
    assert watch.unexpected() == []


def published(page: Page, town: Server, size: str) -> None:
    """A published list is looked at, taken in and withdrawn."""
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


def of_these(page: Page, town: Server, size: str) -> None:
    """Whoever is on the carrier's list can be screened as they are found."""
    page.goto(f"{town.address}/people?kind=carrier")
    page.get_by_role("button", name="对这些人摸排").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("共 480 人")).to_be_visible()
    picture(page, f"screening-people-zh-{size}", whole=False)
    dialog.get_by_role("button", name="取消").click()
    expect(dialog).to_be_hidden()


def start(page: Page, size: str) -> None:
    page.get_by_role("button", name="发起摸排").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("input[name=title]").fill("二月摸排")
    dialog.locator("input[name=purpose]").fill("查清返乡人员")
    when(dialog.get_by_label("截止时间").last, f"{clock.now() + timedelta(days=3):%Y-%m-%d} 20:00:00")
    choose(dialog.get_by_role("combobox", name="病种"), COVID)
    choose(dialog.get_by_role("combobox", name="超出最少必要的项目"), "工作单位")
    page.keyboard.press("Escape")
    dialog.get_by_label("为什么需要").fill("通知复工单位")
    expect(page.locator(".el-picker__popper:visible")).to_have_count(0)
    picture(page, f"screening-start-zh-{size}", whole=False)
    dialog.get_by_role("button", name="开始").click()


def when(field: Locator, text: str) -> None:
    field.fill(text)
    field.press("Enter")


def type_in(page: Page, size: str, rode: str) -> None:
    """A form on paper: somebody came by a train with a case, met one, and coughs; nothing is said beforehand."""
    page.locator("main table button.link").first.click()
    drawer = page.get_by_role("dialog")
    drawer.get_by_role("button", name="录入纸质表").click()
    form = page.get_by_role("dialog", name="录入纸质表")
    form.get_by_role("button", name="保存").click()
    expect(form.get_by_text("请填写表上的走访时间和结果")).to_be_visible()
    form.locator("input[name=worker]").fill("李楼长")
    when(form.get_by_label("走访时间").last, f"{clock.now() - timedelta(hours=9):%Y-%m-%d %H:%M}:00")
    choose(form.get_by_role("combobox", name="结果"), "见到人")
    person = form.locator("[data-person]").first
    expect(form.locator("[data-person] input[type=radio]:checked")).to_have_count(0)
    form.get_by_role("button", name="保存").click()
    expect(form.get_by_text("请至少填写一人的情况")).to_be_visible()
    for one in form.locator("[data-person]").all():
        one.get_by_text("住这里", exact=True).click()
    told(person, rode)
    picture(page, f"screening-paper-zh-{size}", whole=False)
    form.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已录入")).to_be_visible()
    visit = drawer.get_by_role("link", name=re.compile(r"^20\d\d-")).first
    expect(visit).to_be_visible()
    picture(page, f"screening-task-zh-{size}", whole=False)
    visit.click()
    expect(page.get_by_text("周敏 录入")).to_be_visible()
    expect(page.get_by_text("接触：确诊病例")).to_be_visible()
    expect(drawer).to_be_hidden()
    both(page, "visit", size)
    page.go_back()
    expect(page.get_by_role("heading", name="各社区、网格")).to_be_visible()
    drawer.get_by_role("button", name=re.compile("关闭")).click()


def told(person: Locator, rode: str) -> None:
    person.locator("summary").click()
    person.locator("input[name=from-1]").fill("武汉汉阳")
    person.locator("input[name=temperature-1]").fill("37，8")
    expect(person.get_by_text("发热：请按规定立即上报")).to_be_visible()
    choose(person.get_by_role("combobox", name="症状"), "干咳")
    person.page.keyboard.press("Escape")
    person.locator("input[name=extra-employer-1]").fill("纺织厂")
    person.locator("[data-act=add-leg]").click()
    person.locator("input[name=leg-number-1]").fill("k447次")
    person.locator("input[name=leg-date-1]").fill(rode)
    person.locator("input[name=leg-carriage-1]").fill("11")
    person.locator("[data-act=add-contact]").click()
    choose(person.get_by_role("combobox", name="是什么人"), "确诊病例")
    person.locator("input[name=contact-on-1]").fill(
        (date.fromisoformat(rode) + timedelta(days=1)).isoformat()
    )


def unseen(page: Page, size: str) -> None:
    """The campaign's page says how many no list has: two of thirty people here."""
    page.reload()
    expect(page.get_by_text("进度与预计")).to_be_visible()
    panel = page.get_by_role("region", name="还有多少人不在任何名单上")
    panel.get_by_role("button", name="重新估计").click()
    expect(panel.get_by_text("已有记录1,344人").or_(panel.get_by_text("已有记录1344人"))).to_be_visible(
        timeout=30_000
    )
    panel.get_by_text("方法", exact=True).click()
    panel.get_by_text("这些数字在什么条件下成立").click()
    settle(page)
    page.evaluate("scrollTo(0, 0)")
    both(page, "screening", size)
    page.goto(re.sub(r"/screenings.*", "/places/coverage?level=grid", page.url))
    expect(page.get_by_text("云滨社区第3网格").nth(1)).to_be_visible()
    both(page, "unseen", size)


def proposed(page: Page, town: Server, size: str, rode: str) -> None:
    """The ride, the contact and the symptoms became proposals, each with its reason; one is confirmed, one declined."""
    page.wait_for_function(PROPOSED, timeout=30_000)
    page.goto(f"{town.address}/measures")
    card = page.locator(".cards > li").filter(has_text="K446")
    expect(card.filter(has_text="居家医学观察")).to_contain_text(f"{rode} K446/K447次列车有已公布病例")
    expect(page.locator(".cards > li").filter(has_text="集中医学观察")).to_contain_text("确诊病例")
    expect(page.locator(".cards > li").filter(has_text="就医排查")).to_contain_text("体温37.8℃")
    page.locator(".cards").evaluate(
        "(all) => all.querySelectorAll('details').forEach((one) => { one.open = true })"
    )
    both(page, "measures", size)
    count = page.locator(".cards > li").count()
    card.filter(has_text="居家医学观察").get_by_role("button", name="确认", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="确认", exact=True).click()
    expect(page.locator(".cards > li")).to_have_count(count - 1)
    page.locator(".cards > li").filter(has_text="集中医学观察").get_by_role("button", name="不采纳").click()
    page.get_by_role("dialog").locator("textarea[name=reason]").fill("没有集中观察点，改为居家")
    page.get_by_role("dialog").get_by_role("button", name="不采纳").click()
    expect(page.locator(".cards > li")).to_have_count(count - 2)
    page.goto(f"{town.address}/measures?state=declined")
    expect(page.get_by_text("没有集中观察点，改为居家")).to_be_visible()


def refused(page: Page, size: str) -> None:
    """What a phone sent in vain is shown, and the phone withdrawn."""
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
