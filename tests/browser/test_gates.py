"""A guard's phone at a gate, without a network: the camera sees a pass, the answer comes at once, all is recorded."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.choosing import choose
from tests.browser.conftest import CHROMIUM_NAMES, CHROMIUM_OPTIONS, Server
from tests.browser.field_town import PASSWORD
from tests.browser.gate_town import film
from tests.browser.handset import APP, SIZE, kept_ready, sign_in, standing, synced, type_pin
from tests.browser.looks import Watch, picture, settle
from tests.browser.test_field import both
from tests.browser.test_newcomer import both as both_at_desk

#: What a guard waits for an answer at most: milliseconds from the picture to the screen.
AT_ONCE = 500


@pytest.fixture
def passes(server: Server, tmp_path: Path) -> list[dict[str, str]]:
    out, root = tmp_path / "passes.json", Path(__file__).parents[2]
    env = {
        **os.environ, "LIANFANG_DATA": str(server.data), "DJANGO_SETTINGS_MODULE": "lianfang.settings",
        "PYTHONPATH": os.pathsep.join([str(root), str(root / "src")]),
    }  # fmt: skip
    lines = f"import django; django.setup()\nfrom tests.browser.gate_town import build; build({str(out)!r})"
    subprocess.run([sys.executable, "-c", lines], env=env, check=True, cwd=root)
    found: list[dict[str, str]] = json.loads(out.read_text())
    film(found[0]["text"], tmp_path / "camera.y4m")
    return found


@pytest.fixture
def guard(playwright: Playwright, passes: list[dict[str, str]], tmp_path: Path) -> Iterator[Page]:
    """A browser whose camera sees the first pass now and then."""
    program = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    camera = [
        "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={tmp_path / 'camera.y4m'}", "--autoplay-policy=no-user-gesture-required",
    ]  # fmt: skip
    launched = playwright.chromium.launch(executable_path=program, args=[*CHROMIUM_OPTIONS, *camera])
    context = launched.new_context(
        viewport=SIZE, locale="zh-CN", reduced_motion="reduce", has_touch=True, device_scale_factor=2
    )
    context.route(re.compile(r"^https?://(?!127\.0\.0\.1[:/])"), lambda route: route.abort())
    yield context.new_page()
    launched.close()


def answered(page: Page, light: str) -> int:
    """The answer is of this colour; how many milliseconds after the picture it stood on the screen."""
    expect(page.locator(f"[data-light={light}][data-took]")).to_be_visible()
    return int(page.locator("[data-light]").get_attribute("data-took") or "")


def asked(data: Path, question: str) -> list[Any]:
    with sqlite3.connect(data / "lianfang.sqlite3") as base:
        return base.execute(question).fetchall()


def test_a_guard_at_the_gate(server: Server, guard: Page, passes: list[dict[str, str]]) -> None:
    watch = Watch(expected=(r"ERR_INTERNET_DISCONNECTED",))
    watch.attach(guard)
    sign_in(guard, server.address, "gu.wei")
    type_pin(guard)
    type_pin(guard)
    expect(guard.locator("[data-choose]")).to_be_visible(timeout=60_000)
    expect(guard.locator("[data-tab=work]")).to_have_count(0)  # a guard has his gate and no list of doors
    both(guard, "gate-choose")
    guard.locator("[data-gate]").first.click()
    kept_ready(guard)

    guard.context.set_offline(True)
    guard.goto(f"{server.address}/field/")
    type_pin(guard)
    took = [scanned(guard)]
    took += used_up(guard)
    by_hand(guard)
    suspended(guard)
    visitors(guard)
    assert standing(guard)["unsent"] == 7
    print(f"from the picture to the answer: {took} ms")
    assert min(took) < AT_ONCE  # the quickest: the others say how busy the machine is

    guard.context.set_offline(False)
    synced(guard)
    assert standing(guard)["unsent"] == standing(guard)["rejected"] == 0
    own = "select direction, decision, kind from gates_crossing where guard is not null order by at"
    rows = asked(server.data, own)
    assert rows == [
        ("out", "admitted", "resident"), ("in", "admitted", "resident"), ("out", "refused", "resident"),
        ("out", "refused", "resident"), ("in", "refused", "visitor"), ("in", "admitted", "returnee"),
    ]  # fmt: skip
    alerts(guard, server)
    at_the_desk(guard, server)
    assert watch.unexpected() == []


def scanned(page: Page) -> int:
    """Seen by the camera: green, out, let through with one tap."""
    expect(page.locator("[data-list-age]")).to_be_visible(timeout=60_000)
    took = answered(page, "green")
    expect(page.locator("[data-direction=out]")).to_have_attribute("aria-pressed", "true")
    both(page, "gate-green")
    page.locator("[data-act=admit]").click()
    expect(page.locator("[data-light]")).to_have_count(0)
    both(page, "gate-scan")
    return took


def used_up(page: Page) -> list[int]:
    """Seen again: he comes in by itself; and once more: the household has gone out already."""
    took = [answered(page, "green")]
    expect(page.locator("[data-direction=in]")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-document=no]").click()
    expect(
        page.locator("[data-light=red] [data-why=no_document]")
    ).to_be_visible()  # a pass without a document
    page.locator("[data-document=yes]").click()
    page.locator("input[name=temperature]").fill("365")
    page.locator("[data-act=admit]").click()
    took.append(answered(page, "red"))
    expect(page.locator("[data-why=exits_used]")).to_contain_text("起可再外出")
    both(page, "gate-red")
    page.locator("[data-act=refuse]").click()
    expect(page.locator("[data-light]")).to_have_count(0)
    return took


def look_away(page: Page) -> None:
    """The camera sees nothing any more; an answer that came meanwhile is closed."""
    page.wait_for_function("() => document.querySelector('video')?.srcObject")
    page.evaluate("document.querySelector('video').srcObject = null")
    page.wait_for_timeout(600)
    if page.locator("[data-light]").count():
        page.locator("[data-light] [data-act=cancel]").click()
    expect(page.locator("[data-light]")).to_have_count(0)


def by_hand(page: Page) -> None:
    """The code is at home: found by the last digits of the phone; she has to stay, which is all that is said."""
    look_away(page)
    page.locator("input[name=who]").fill("5678")
    page.locator("[data-act=find]").click()
    page.locator("[data-pass]").click(force=True)
    expect(page.locator("[data-light=red] [data-why=held]")).to_be_visible()
    both(page, "gate-held")
    page.locator("[data-act=refuse]").click()
    expect(page.locator("[data-light]")).to_have_count(0)  # what is typed before is cleared with the answer


def suspended(page: Page) -> None:
    """The same pass is suspended for hours, without a network: from then on it is refused here."""
    for step in ("suspend", "refused"):
        page.locator("input[name=who]").fill("5678")
        page.locator("[data-act=find]").click()
        page.locator("[data-pass]").click(force=True)
        if step == "suspend":
            page.locator("[data-act=suspend]").click()
            page.locator("textarea[name=suspend-text]").fill("证件借给同事使用")
            page.locator("[data-act=suspend-save]").scroll_into_view_if_needed()
            both(page, "gate-suspend")
            page.locator("[data-act=suspend-save]").click()
        else:
            expect(page.locator("[data-light=red] [data-why=suspended]")).to_be_visible()
            page.locator("[data-light] [data-act=cancel]").click()
        expect(page.locator("[data-light]")).to_have_count(0)


def visitors(page: Page) -> None:
    page.locator("[data-act=visitor]").click(force=True)
    page.locator("input[name=visitor-name]").fill("赵六")
    page.locator("input[name=plate]").fill("浙A·88888")
    page.locator("[data-act=occupant]").click()
    page.locator("[data-occupant] input").first.fill("司机老赵")
    page.locator("[data-occupant-document]").click()
    page.locator("input[name=temperature]").fill("38.2")
    expect(page.locator("[data-hot]")).to_be_visible()
    both(page, "gate-visitor")
    page.locator("[data-act=refuse]").click()
    page.locator("[data-act=visitor]").click(force=True)
    page.locator("[data-returnee=true]").click()
    page.locator("input[name=visitor-name]").fill("钱七")
    page.locator("input[name=visitor-phone]").fill("13700137000")
    page.locator("input[name=visitor-from]").fill("武汉汉阳")
    page.locator("input[name=visitor-to]").fill("3-2-501")
    page.locator("input[name=visitor-returned_on]").fill("2020-02-19")
    both(page, "gate-returnee")
    page.locator("[data-act=admit]").click()
    expect(page.locator("[data-form=visitor]")).to_have_count(0)


def alerts(page: Page, server: Server) -> None:
    """What has to be acted on is on the phone with the next contact."""
    kinds = asked(server.data, "select kind from gates_gatealert order by 1")
    assert kinds == [("fever",), ("held_out",), ("returnee",)]
    synced(page)
    page.evaluate(f"{APP}.lock()")
    type_pin(page)
    expect(page.locator("[data-alert=fever]")).to_be_visible()
    look_away(page)
    page.locator("[data-doubles] summary").click()
    expect(page.locator("[data-doubles]")).to_contain_text("陈*文")
    both(page, "gate-alerts")
    page.locator("[data-alert=fever] [data-act=acknowledge]").click()
    page.locator("textarea[name=done]").fill("已送发热门诊")
    page.locator("[data-act=acknowledge-save]").click()
    expect(page.locator("[data-alert=fever]")).to_have_count(0)
    synced(page)
    done = asked(server.data, "select done from gates_gatealert where kind = 'fever'")
    assert done == [("已送发热门诊",)]


def at_the_desk(guard: Page, server: Server) -> None:
    """The secretary sees a number, deals with what waits, reads the register, and has the returnee among the tips."""
    browser = guard.context.browser
    assert browser is not None
    desk, wide = Watch(), browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = wide.new_page()
    desk.attach(page)
    page.goto(f"{server.address}/gates/alerts")
    page.locator("input[name=username]").fill("zhou.min")
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("[data-waiting]")).to_contain_text("3")
    both_at_desk(page, "gate-alerts", "desk")
    page.locator("[data-alert=held_out]").get_by_role("button", name="我来处理").click()
    page.get_by_role("dialog").locator("textarea[name=reason]").fill("已上门劝返")
    page.get_by_role("button", name="记下并关闭").click()
    expect(page.locator("[data-alert=held_out]")).to_have_count(0)
    expect(page.locator("[data-waiting]")).to_contain_text("2")
    used_twice(page)
    the_register(page, server)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.address}/gates")
    expect(page.get_by_text("赵*").first).to_be_visible()
    settle(page)
    picture(page, "gate-register-zh-phone")
    page.goto(f"{server.address}/gates/alerts?view=done")
    expect(page.get_by_text("已上门劝返")).to_be_visible()
    picture(page, "gate-alerts-zh-phone")
    page.goto(f"{server.address}/tips")
    expect(page.get_by_text("从武汉汉阳返回").first).to_be_visible()
    expect(page.get_by_text("已建档").first).to_be_visible()
    page.locator("button[data-language=en]").click()
    expect(page.get_by_text("has come back, in through 云滨湾").first).to_be_visible()
    assert desk.unexpected() == []
    wide.close()


def used_twice(page: Page) -> None:
    """The quota that two gates admitted stands in a tab of its own until somebody has seen it."""
    page.locator("label", has_text="重复使用").click()
    double = page.locator("[data-double]")
    expect(double).to_contain_text("陈*文")
    expect(double).to_contain_text("云滨湾 东门")
    expect(double).to_contain_text("云滨湾 西门")
    both_at_desk(page, "gate-doubles", "desk")
    page.set_viewport_size({"width": 390, "height": 844})
    both_at_desk(page, "gate-doubles", "phone")
    page.set_viewport_size({"width": 1440, "height": 900})
    double.get_by_role("button", name="已知悉").click()
    expect(double).to_contain_text("周敏")
    expect(page.locator("[data-waiting]")).to_contain_text("1")


def the_register(page: Page, server: Server) -> None:
    page.goto(f"{server.address}/gates")
    expect(page.get_by_role("cell", name=re.compile("赵"))).to_be_visible()
    choose(page.get_by_role("combobox", name="小区"), "云滨湾")
    expect(page.get_by_text("现在在外")).to_be_visible()
    settle(page)
    both_at_desk(page, "gate-register", "desk")
    page.locator("[data-reveal=visitor]").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("textarea[name=reason]").fill("核查同车人员")
    dialog.locator("[data-act=confirm]").click()
    expect(page.get_by_text("司机老赵")).to_be_visible()
    picture(page, "gate-said-zh-desk", whole=False)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_placeholder("姓名、车牌").fill("5678")
    expect(page.get_by_role("cell", name=re.compile("李"))).to_be_visible()
    expect(page.get_by_role("cell", name=re.compile("赵"))).to_have_count(0)
