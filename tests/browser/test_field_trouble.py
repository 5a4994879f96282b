"""What goes wrong around a phone: withdrawn, a wrong clock, a full disk, two tabs, refused visits, signing out."""

import json
import re
import shutil
import sqlite3
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, Route, expect

from tests.browser.conftest import Server, serving
from tests.browser.field_town import PASSWORD, SECRET, make_town
from tests.browser.handset import APP, SIZE, enrol, kept_ready, standing, synced, type_pin, unlock
from tests.browser.looks import picture

DAYS = 3
BUILT = Path(__file__).parents[2] / "web" / "field" / "dist"
#: A page whose clock is some days ahead of everybody else's.
AHEAD = """(() => {
  const ahead = DAYS * 86400000, Right = Date
  class Wrong extends Right {
    constructor(...given) { if (given.length) super(...given); else super(Right.now() + ahead) }
    static now() { return Right.now() + ahead }
  }
  globalThis.Date = Wrong
})()""".replace("DAYS", str(DAYS))
_VISIT = """{
  kind: 'visit',
  body: { door: DOOR, channel: 'door', outcome: 'no_answer' },
  mark: { door: DOOR, outcome: 'no_answer', at: new Date().toISOString() },
}"""
#: The browser answers a write as it does when the disk is full.
_FULL = """() => {
  IDBObjectStore.prototype.reallyAdd = IDBObjectStore.prototype.add
  IDBObjectStore.prototype.add = () => { throw new DOMException('no space', 'QuotaExceededError') }
}"""
NEW_PIN = "141421"
NewPhone = Callable[[], BrowserContext]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all of them: every test brings a phone of its own."""
    folder = tmp_path_factory.mktemp("town")
    shutil.copytree(BUILT, folder / "app")
    settings = {"LIANFANG_FIELD": str(folder / "app"), "LIANFANG_SECOND_FACTOR": "secretary"}
    with serving(folder / "data", **settings) as server:
        make_town(server.data, 30)
        yield server


@pytest.fixture
def new_phone(browser: Browser) -> Iterator[NewPhone]:
    opened = []

    def another() -> BrowserContext:
        context = browser.new_context(
            viewport=SIZE, locale="zh-CN", reduced_motion="reduce", accept_downloads=True
        )
        context.route(re.compile(r"^https?://(?!127\.0\.0\.1[:/])"), lambda route: route.abort())
        opened.append(context)
        return context

    yield another
    for context in opened:
        context.close()


def visits(page: Page, *doors: int) -> None:
    """Record a visit in vain at each of these doors, through the app's own function."""
    for door in doors:
        page.evaluate(f"{APP}.save([{_VISIT.replace('DOOR', str(door))}])")


def some_doors(page: Page, count: int) -> list[int]:
    found: list[int] = page.evaluate(f"[...{APP}.book.value.doors.keys()].slice(0, {count})")
    return found


def device(page: Page) -> str:
    found: str = page.evaluate(f"{APP}.owner.value.device")
    return found


def facts(data: Path, phone: str, columns: str = "seq, verdict, code") -> list[Any]:
    """What the server keeps of the phone."""
    with sqlite3.connect(data / "lianfang.sqlite3") as base:
        question = f"select {columns} from sync_fact where device = ? order by seq"
        return base.execute(question, [UUID(phone).hex]).fetchall()


def both(page: Page, name: str) -> None:
    for code in ("en", "zh"):
        page.evaluate(
            "code => document.querySelector('#app').__vue_app__.config.globalProperties.$i18n.locale = code",
            code,
        )
        picture(page, f"field-{name}-{code}", whole=False)


def test_a_withdrawn_phone_hands_over_its_work_and_empties_itself(town: Server, new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.new_page()
    enrol(page, town.address)
    phone.set_offline(True)
    visits(page, *some_doors(page, 2))
    own = device(page)
    with sqlite3.connect(town.data / "lianfang.sqlite3") as base:
        base.execute(
            "update accounts_device set withdrawn_at = '2020-02-20 08:00:00' where id = ?", [UUID(own).hex]
        )
    phone.set_offline(False)
    page.evaluate(f"{APP}.sync(true)")
    expect(page.get_by_role("heading", name="这台手机已被停用")).to_be_visible()
    both(page, "withdrawn")
    assert facts(town.data, own) == [(1, "rejected", "device.withdrawn"), (2, "rejected", "device.withdrawn")]
    assert page.evaluate("indexedDB.databases().then((all) => all.map((one) => one.name))") == []


def test_a_clock_wrong_by_days_is_said_and_both_times_are_kept(town: Server, new_phone: NewPhone) -> None:
    phone = new_phone()
    phone.add_init_script(AHEAD)
    page = phone.new_page()
    enrol(page, town.address)
    visits(page, *some_doors(page, 1))
    synced(page)
    expect(page.locator("[data-note=clock]")).to_contain_text("快 72 小时")
    both(page, "clock")
    page.locator("[data-tab=sync]").click()
    expect(page.locator("[data-clock]")).to_contain_text("快 72 小时")
    days = "round(julianday(at) - julianday(corrected_at), 2), skew / 86400.0"
    assert [(row[0], round(row[1], 2)) for row in facts(town.data, device(page), days)] == [(DAYS, -DAYS)]


def test_a_full_disk_says_so_and_loses_nothing_typed(town: Server, new_phone: NewPhone) -> None:
    page = new_phone().new_page()
    enrol(page, town.address)
    page.wait_for_function(f"() => !{APP}.courier.busy")
    page.locator("[data-entry]").first.click()
    page.locator("[data-act=all]").click()
    page.locator("textarea[name=remarks]").fill("水管漏水" * 40)
    page.wait_for_function(f"() => {APP}.drafts.value.size === 1")
    page.evaluate(_FULL)
    page.locator("[data-act=save]").click()
    expect(page.get_by_role("alert").filter(has_text="手机存储已满")).to_be_visible()
    both(page, "full")
    assert standing(page)["unsent"] == 0
    expect(page.locator("textarea[name=remarks]")).to_have_value("水管漏水" * 40)
    page.evaluate("() => { IDBObjectStore.prototype.add = IDBObjectStore.prototype.reallyAdd }")
    page.locator("[data-act=save]").click()
    expect(page.locator("[data-tab=work]")).to_be_visible()
    synced(page)
    assert facts(town.data, device(page)) == [(1, "accepted", "")]


def test_two_tabs_do_not_double_anything(town: Server, new_phone: NewPhone) -> None:
    phone = new_phone()
    one = phone.new_page()
    enrol(one, town.address)
    kept_ready(one)
    doors = some_doors(one, 8)
    phone.set_offline(True)
    other = phone.new_page()
    unlock(other, town.address)
    for page in (one, other):  # both at once: neither waits for the other
        page.evaluate(
            f"doors => {{ for (const door of doors) void {APP}.save([{_VISIT.replace('DOOR', 'door')}]) }}",
            doors,
        )
    for page in (one, other):
        page.wait_for_function(f"() => {APP}.standing.value.unsent === 16")
    phone.set_offline(False)
    for page in (one, other):
        page.evaluate(f"void {APP}.sync(false)")
    for page in (one, other):
        page.wait_for_function(f"() => {APP}.standing.value.unsent === 0")
    assert facts(town.data, device(one)) == [(number, "accepted", "") for number in range(1, 17)]


def test_a_refused_visit_is_kept_shown_and_dealt_with(town: Server, new_phone: NewPhone) -> None:
    page = new_phone().new_page()
    enrol(page, town.address)
    visits(page, 987_654)
    synced(page)
    assert facts(town.data, device(page)) == [(1, "rejected", "fact.not_found")]
    expect(page.locator("[data-act=unsent]")).to_contain_text("未收 1")
    page.locator("[data-tab=sync]").click()
    refused = page.locator("[data-rejected='fact.not_found']")
    expect(refused).to_contain_text("这户不在您的辖区")
    both(page, "refused")
    refused.get_by_role("button", name="已处理，移除").click()
    both(page, "ask")
    page.locator("[data-act=yes]").click()
    expect(refused).to_have_count(0)
    assert standing(page)["rejected"] == 0


#: A household with a new person, and an answer that no campaign there asks for.
_TOO_MUCH = """{
  kind: 'visit',
  body: { door: DOOR, channel: 'phone', outcome: 'seen', hazards: ['电线乱接'], people: [
    { new: { name: '欧阳海', phone: '13900001111' }, here: 'yes', from: { text: '武汉' }, extra: { income: '无' } }] },
  mark: { door: DOOR, outcome: 'seen', at: new Date().toISOString() },
}"""


def test_a_refused_visit_is_corrected_in_its_form(town: Server, new_phone: NewPhone) -> None:
    page = new_phone().new_page()
    enrol(page, town.address)
    door = some_doors(page, 20)[-1]
    page.evaluate(f"{APP}.save([{_TOO_MUCH.replace('DOOR', str(door))}])")
    synced(page)
    assert facts(town.data, device(page)) == [(1, "rejected", "visit.field_off")]
    page.locator("[data-tab=sync]").click()
    page.locator("[data-rejected='visit.field_off'] [data-act=again]").click()
    fresh = page.locator("[data-person=new]")
    expect(fresh.locator("input[name=new-name]")).to_have_value("欧阳海")
    expect(fresh.locator("input[name=from]")).to_have_value("武汉")
    expect(fresh.locator("[data-risk]")).to_contain_text("湖北省武汉市")
    fresh.locator("[data-risk]").scroll_into_view_if_needed()
    both(page, "corrected")
    for known in page.locator("[data-person]").all()[1:]:
        known.locator("[data-here=yes]").click()
    page.locator("[data-act=save]").click()
    expect(page.locator("[data-visit]")).to_have_count(0)
    synced(page)
    assert facts(town.data, device(page)) == [(1, "rejected", "visit.field_off"), (2, "accepted", "")]
    assert standing(page)["rejected"] == 0


def test_the_pin_is_changed_and_unsent_work_opens_with_the_new_one(town: Server, new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.new_page()
    enrol(page, town.address)
    phone.set_offline(True)
    visits(page, *some_doors(page, 1))
    page.locator("[data-tab=settings]").click()
    page.locator("[data-act=pin]").click()
    type_pin(page)
    both(page, "pin-new")
    type_pin(page, NEW_PIN)
    type_pin(page, NEW_PIN)
    expect(page.get_by_text("PIN 码已更改")).to_be_visible()
    page.evaluate(f"{APP}.lock()")
    type_pin(page)
    expect(page.get_by_text("PIN 码不正确")).to_be_visible()
    type_pin(page, NEW_PIN)
    expect(page.locator("[data-tab=work]")).to_be_visible()
    phone.set_offline(False)
    synced(page)
    assert facts(town.data, device(page)) == [(1, "accepted", "")]


def test_a_role_that_demands_a_second_factor_demands_it_on_the_phone(
    town: Server, new_phone: NewPhone
) -> None:
    page = new_phone().new_page()
    for user, told in (("qian.min", "需要先设置第二重验证"), ("sun.li", "请完成第二重验证")):
        page.goto(f"{town.address}/field/")
        page.locator("input[name=username]").fill(user)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("button[type=submit]").click()
        expect(page.get_by_text(told)).to_be_visible()
    both(page, "second-factor")
    secret = (town.data / SECRET).read_text()
    page.locator("input[name=code]").fill("000000")
    page.locator("button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    # The next half minute's code: this one's may have been used when the authenticator was set up.
    page.locator("input[name=code]").fill(pyotp.TOTP(secret).at(time.time() + 30))
    page.locator("button[type=submit]").click()
    type_pin(page)
    type_pin(page)
    expect(page.locator("[data-entry]").first).to_be_visible(timeout=60_000)


def test_a_new_version_moves_in_and_unsent_work_stays(town: Server, new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.new_page()
    enrol(page, town.address)
    kept_ready(page)
    phone.set_offline(True)
    visits(page, *some_doors(page, 3))
    entry = page.locator("[data-entry]").first.get_attribute("data-entry")
    page.locator(f"[data-entry='{entry}']").click()
    page.locator("[data-person]").first.locator("[data-here=no]").click()
    page.wait_for_function(f"() => {APP}.drafts.value.size === 1")
    page.evaluate(f"{APP}.lock()")
    publish(town.data.parent / "app", "second")
    phone.set_offline(False)
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    page.wait_for_function("() => document.querySelector('meta[name=build]')?.content === 'second'")
    assert page.evaluate("caches.keys()") == ["lianfang-field-second"]
    assert standing(page)["unsent"] == 3
    phone.set_offline(True)
    unlock(page, town.address)  # the new one starts without a network as well
    assert page.evaluate("document.querySelector('meta[name=build]').content") == "second"
    page.locator(f"[data-entry='{entry}']").click()
    expect(page.locator("[data-person]").first.locator("[data-here=no]")).to_have_attribute(
        "aria-pressed", "true"
    )
    phone.set_offline(False)
    synced(page)
    assert facts(town.data, device(page)) == [(at, "accepted", "") for at in (1, 2, 3)]


def publish(app: Path, build: str) -> None:
    """Put the next version of the app in the place of this one: other names, another list of files."""
    page, worker = app / "index.html", app / "sw.js"
    code = next((app / "assets").glob("main-*.js"))
    code.rename(code.with_name(f"main-{build}.js"))
    told = page.read_text().replace(code.name, f"main-{build}.js")
    page.write_text(told.replace("</head>", f'<meta name="build" content="{build}"></head>'))
    listed, found = re.subn(r'("version":\s*")[0-9a-f]{8}', rf"\g<1>{build}", worker.read_text())
    assert found == 1
    worker.write_text(listed.replace(code.name, f"main-{build}.js"))


def test_signing_out_keeps_unsent_work_for_its_owner(town: Server, new_phone: NewPhone) -> None:
    phone = new_phone()
    page = phone.new_page()
    enrol(page, town.address)
    phone.set_offline(True)
    visits(page, *some_doors(page, 1))
    page.locator("[data-tab=settings]").click()
    page.locator("[data-act=out]").click()
    expect(page.locator("[data-sheet=ask]")).to_contain_text("有 1 条记录服务器还没有收下")
    page.locator("[data-act=yes]").click()
    page.get_by_role("button", name="忘记 PIN 码").click()
    expect(page.get_by_text("放弃 PIN 码就等于放弃这些记录")).to_be_visible()
    both(page, "forgot")
    page.get_by_role("button", name="再试一次").click()
    type_pin(page)
    expect(page.get_by_role("heading", name="已退出登录").first).to_be_visible()
    assert page.evaluate(f"{APP}.book.value.doors.size") == 0
    both(page, "signed-out")
    under_way: list[Route] = []
    page.route("**/api/sync/facts", lambda route: route.continue_() if under_way else under_way.append(route))
    phone.set_offline(False)
    page.wait_for_function(f"() => {APP}.courier.busy")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").click()
    expect(page.locator("[data-tab=work]")).to_be_visible()
    under_way[0].continue_()  # with the token from before he signed out: the fact goes again with his new one
    page.wait_for_function(f"() => {APP}.standing.value.unsent === 0 && {APP}.book.value.doors.size === 30")
    assert facts(town.data, device(page)) == [(1, "accepted", "")]


def test_unsent_work_goes_into_a_file_and_stays_until_it_is_answered(
    town: Server, new_phone: NewPhone
) -> None:
    phone = new_phone()
    page = phone.new_page()
    enrol(page, town.address)
    phone.set_offline(True)
    visits(page, *some_doors(page, 2))
    page.locator("[data-tab=sync]").click()
    page.locator("[data-act=export]").click()
    with page.expect_download() as waiting:
        page.locator("[data-act=yes]").click()
    content = json.loads(waiting.value.path().read_text("utf-8"))
    assert (content["format"], len(content["facts"])) == ("lianfang-facts-1", 2)
    expect(page.get_by_text("已导出 2 条")).to_be_visible()
    assert standing(page)["unsent"] == 2  # a file is no answer
    assert brought(town, phone, content) == ["accepted", "accepted"]
    phone.set_offline(False)
    synced(page)
    assert standing(page)["tally"] == {"accepted": 0, "duplicate": 2, "rejected": 0}
    assert standing(page)["unsent"] == 0


def brought(town: Server, phone: BrowserContext, content: Any) -> list[str]:
    """The verdicts of the file when somebody brings it to the desk: 吴芳, another worker."""
    ask = phone.request
    ask.get(f"{town.address}/field/")
    headers = {"X-CSRFToken": next(one["value"] for one in phone.cookies() if one["name"] == "csrftoken")}
    entered = {"username": "wu.fang", "password": PASSWORD}
    assert ask.post(f"{town.address}/api/session", data=entered, headers=headers).ok
    headers = {"X-CSRFToken": next(one["value"] for one in phone.cookies() if one["name"] == "csrftoken")}
    told = ask.post(f"{town.address}/api/sync/files", data=content, headers=headers)
    assert told.ok, told.text()
    return [one["verdict"] for one in told.json()["verdicts"]]


def test_a_photo_of_twenty_megabytes_is_made_small_and_arrives(town: Server, new_phone: NewPhone) -> None:
    page = new_phone().new_page()
    enrol(page, town.address)
    page.locator("[data-entry]").last.click()
    page.locator("[data-act=all]").click()
    photo: FilePayload = {"name": "meter.bmp", "mimeType": "image/bmp", "buffer": bitmap(3_000, 2_300)}
    page.locator("input[name=photo]").set_input_files(photo)
    expect(page.get_by_role("img", name="照片 1")).to_be_visible(timeout=60_000)
    page.locator("[data-act=save]").click()
    expect(page.locator("[data-tab=work]")).to_be_visible()
    page.wait_for_function(f"() => !{APP}.courier.busy")
    synced(page)
    assert standing(page) | {"tally": None} == {"unsent": 0, "rejected": 0, "photos": 0, "tally": None}
    with sqlite3.connect(town.data / "lianfang.sqlite3") as base:
        (kept,) = base.execute("select media, size from sync_photo").fetchall()
    assert kept[0] == "image/jpeg"
    assert 10_000 < kept[1] < 1_500_000


def bitmap(width: int, height: int) -> bytes:
    """An uncompressed picture, as large as cameras make them: stripes of many colours."""
    row = bytes(place * 7 % 256 for place in range(width * 3))
    size = len(row) * height
    head = b"BM" + struct.pack("<IHHI", 54 + size, 0, 0, 54)
    form = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, size, 2835, 2835, 0, 0)
    return head + form + b"".join(row[at % 97 * 3 :] + row[: at % 97 * 3] for at in range(height))
