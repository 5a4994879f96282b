"""A gate plan at the desk: a map is imported, the choices are worked out, residents asked, one is decided."""

import json
import re

from playwright.sync_api import Page, expect

from tests.browser.choosing import choose
from tests.browser.conftest import Server
from tests.browser.looks import Watch, picture, settle
from tests.browser.test_newcomer import both, desk
from tests.browser.test_places import enter, town

__all__ = ["desk", "town"]  # fixtures


def drawn(houses: list[str]) -> bytes:
    """Buildings in two rows, a road between and round them, three gates of which two take a fire engine."""

    def feature(kind: str, shape: str, at: object, **more: str) -> dict[str, object]:
        return {
            "type": "Feature", "properties": {"kind": kind, **more}, "geometry": {"type": shape, "coordinates": at},
        }  # fmt: skip

    features = [
        feature("building", "Point", [120.2 + n % 10 * 0.0004, 30.2 + n // 10 * 0.0008], name=name)
        for n, name in enumerate(houses)
    ]
    road = [[120.1995, 30.2004], [120.2045, 30.2004]]
    features.append(feature("path", "LineString", road, way="drive"))
    for name, east, kinds in (
        ("西门", 120.1995, "walking,emergency"),
        ("中门", 120.202, "walking"),
        ("东门", 120.2045, "walking,emergency"),
    ):
        features.append(feature("gate", "Point", [east, 30.2004], name=name, kinds=kinds))
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def begin(page: Page, address: str) -> None:
    """A new plan for one compound."""
    page.goto(f"{address}/gate-plans")
    page.locator("[data-act=new-plan]").click()
    dialog = page.get_by_role("dialog")
    choose(dialog.get_by_role("combobox", name="小区"), "云滨湾")
    dialog.locator("input[name=title]").fill("二月封闭方案")
    dialog.get_by_role("button", name="新建方案").click()
    expect(page.get_by_role("heading", name="二月封闭方案")).to_be_visible()


def draw(page: Page, size: str) -> None:
    """The map is imported; a gate is drawn, undone and drawn again."""
    first = "fetch('/api/gate-plans').then((a) => a.json()).then((a) => a.items[0].compound)"
    compound = page.evaluate(first)
    ground = page.evaluate(f"fetch('/api/gate-plans/grounds/{compound}').then((a) => a.json())")
    page.locator("[data-act=draw]").click()
    drawing = drawn([one["name"] for one in ground["buildings"]])
    page.locator("input[type=file]").set_input_files(
        {"name": "map.geojson", "mimeType": "application/json", "buffer": drawing}
    )
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.locator("[data-act=draw]").click()
    page.locator("[data-tool=gate]").click()
    page.get_by_role("dialog").locator("svg.editing").click(position={"x": 60, "y": 30})
    page.locator("[data-act=undo]").click()
    page.locator("[data-tool=gate]").click()
    page.get_by_role("dialog").locator("svg.editing").click(position={"x": 60, "y": 30})
    settle(page)
    picture(page, f"gate-plan-draw-zh-{size}", whole=False)
    page.locator("[data-act=save-map]").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def say_as_a_resident(page: Page, address: str) -> None:
    """By the link of the compound, on a phone: which option, and what one thinks of it."""
    token = page.evaluate(
        """async () => {
            const compound = (await (await fetch('/api/gate-plans')).json()).items[0].compound
            const csrf = /csrftoken=([^;]+)/.exec(document.cookie)[1]
            const day = new Date(Date.now() + 40 * 86400e3).toISOString().slice(0, 10)
            const body = {compound, collector: '云滨社区居委会', contact: '0571-88880000', purpose: '疫情防控',
                legal_basis: 'epidemic_law', kept_until: day, days: 30}
            const headers = {'Content-Type': 'application/json', 'X-CSRFToken': csrf}
            const answer = await fetch('/api/self-reports/links', {method: 'POST', headers, body: JSON.stringify(body)})
            return (await answer.json()).url.split('/r/')[1]
        }"""
    )
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    phone, heard = context.new_page(), Watch()
    heard.attach(phone)
    phone.goto(f"{address}/r/{token}")
    phone.get_by_role("button", name="对小区大门方案提意见").click()
    phone.get_by_label("不同意").check()
    phone.locator("textarea[name=text]").fill("东门离菜场近")
    picture(phone, "resident-plan-zh-phone")
    phone.get_by_role("button", name="English").click()
    picture(phone, "resident-plan-en-phone")
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_text("Handed to the community")).to_be_visible()
    assert heard.unexpected() == []
    context.close()
    page.reload()
    expect(page.get_by_text("东门离菜场近")).to_be_visible()


def test_a_plan_from_the_map_to_the_decision(town: Server, desk: tuple[Page, str, Watch]) -> None:
    page, size, watch = desk
    enter(page, town)
    begin(page, town.address)
    draw(page, size)
    page.locator("[data-act=reckon]").click()
    expect(page.get_by_text("建议", exact=True)).to_be_visible()
    page.locator("[data-act=ask]").click()
    page.locator("[data-act=confirm]").click()
    expect(page.locator("[data-act=decide]")).to_be_visible()
    page.locator("input[name=said]").fill("东门近菜场，希望保留")
    page.locator("[data-act=hear]").click()
    expect(page.get_by_text("东门近菜场，希望保留")).to_be_visible()
    settle(page)
    both(page, "gate-plan-asking", size)
    say_as_a_resident(page, town.address)
    page.locator("[data-act=decide]").click()
    page.locator("textarea[name=text]").fill("人手不足，集中检查")
    page.locator("[data-act=confirm]").click()
    expect(page.get_by_role("heading", name="决定", exact=True)).to_be_visible()
    both(page, "gate-plan-decided", size)
    page.goto(f"{town.address}/gate-plans")
    expect(page.get_by_text(re.compile("复核日期")).first).to_be_visible()
    both(page, "gate-plans", size)
    assert watch.unexpected() == []
