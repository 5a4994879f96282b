"""Places and findings as work: map, coverage, doors, a tree that is imported; findings given, settled, undone."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lianfang.linkage.result import RunResult, keep
from lianfang.linkage.tests.sample import sample
from tests.browser.choosing import choose, options
from tests.browser.conftest import Server
from tests.browser.looks import Watch, picture, settle
from tests.browser.test_newcomer import NAME, PASSWORD, both, desk

__all__ = ["desk"]  # a fixture
STREET, COMMUNITY = "330109005", "330109005001"
GRIDS = {f"{COMMUNITY}{i:03d}": f"云滨社区第{i}网格" for i in range(1, 13)}
AREAS = {STREET: "滨江街道", COMMUNITY: "云滨社区", **GRIDS}


def square(left: float, bottom: float, side: float) -> dict[str, object]:
    corners = [(0, 0), (side, 0), (side, side), (0, side), (0, 0)]
    return {"type": "Polygon", "coordinates": [[[120.2 + left + x, 30.2 + bottom + y] for x, y in corners]]}


def shapes() -> bytes:
    """Twelve grids as a block of four by three; the compound over all of them."""
    told: list[tuple[dict[str, str], dict[str, object]]] = [({"code": COMMUNITY}, square(0, 0, 0.04))]
    for number, code in enumerate(GRIDS):
        told.append(({"code": code}, square(number % 4 * 0.01, number // 4 * 0.01, 0.01)))
    told.append(({"name": "云滨湾"}, square(0.012, 0.012, 0.006)))
    for number, (name, state) in enumerate((("东门", "open"), ("北门", "closed"))):
        point: dict[str, object] = {"type": "Point", "coordinates": [120.218, 30.213 + number * 0.004]}
        told.append(({"kind": "gate", "compound": "云滨湾", "name": name, "state": state}, point))
    features = [{"type": "Feature", "properties": one, "geometry": shape} for one, shape in told]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


@pytest.fixture
def town(server: Server, tmp_path: Path) -> Server:
    """A server with the areas, and four hundred people in them."""
    return settled(server, tmp_path, sample(400))


def settled(server: Server, tmp_path: Path, result: RunResult) -> Server:
    """The server with the areas and this result loaded."""
    table = tmp_path / "areas.csv"
    table.write_text("代码,名称\n" + "".join(f"{code},{name}\n" for code, name in AREAS.items()), "utf-8")
    keep(result, tmp_path / "result")
    for words in (("territory", str(table)), ("load", str(tmp_path / "result"), "--title", "二月二十日")):
        command = [sys.executable, "-m", "lianfang", *words, "--data", str(server.data)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return server


def enter(page: Page, server: Server) -> None:
    page.goto(server.welcome)
    page.locator("input[name=username]").fill(NAME)
    page.locator("input[name=display-name]").fill("周敏")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=again]").fill(PASSWORD)
    page.get_by_role("button", name="开始使用").click()
    expect(page.get_by_role("heading", name="二月二十日")).to_be_visible()


def test_the_keeper_of_the_tree_imports_shapes_and_changes_areas(
    town: Server, desk: tuple[Page, str, Watch]
) -> None:
    page, size, watch = desk
    watch.expected = (r"409",)
    enter(page, town)
    page.goto(f"{town.address}/places/manage")
    settle(page)
    both(page, "territory", size)
    page.get_by_label("导入图形").set_input_files(
        {"name": "map.geojson", "mimeType": "application/geo+json", "buffer": shapes()}
    )
    expect(page.get_by_text("区划 13，小区 1，楼栋 0，出入口 2")).to_be_visible()
    picture(page, f"territory-tried-zh-{size}")
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("已导入", exact=True)).to_be_visible()

    page.get_by_role("button", name="更改云滨社区第12网格").click()
    page.get_by_role("menuitem", name="改名").click()
    page.locator("input[name=name]").fill("云滨社区第十二网格")
    picture(page, f"territory-rename-zh-{size}", whole=False)
    page.get_by_role("dialog").get_by_role("button", name="改名").click()
    expect(page.get_by_text("云滨社区第十二网格")).to_be_visible()
    page.get_by_role("button", name="更改云滨社区第1网格").click()
    page.get_by_role("menuitem", name="删除").click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(page.get_by_text(re.compile("还不能删除")).first).to_be_visible()
    assert watch.unexpected() == []


def walk(page: Page) -> None:
    """The arrows go from door to door: one stop of the tab key in the whole building, Enter opens."""
    doors = page.locator("[role=grid] button")
    expect(page.locator("[role=grid] button[tabindex='0']")).to_have_count(1)
    floor = page.locator("[role=grid] [role=row]").first.locator("button")
    doors.first.focus()
    page.keyboard.press("ArrowRight")
    expect(floor.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(floor.last).to_be_focused()
    page.keyboard.press("Home")
    expect(doors.first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def change_the_gates(page: Page, size: str) -> None:
    """A gate that was drawn closed is opened, another one closed for a time: both with a reason that stays."""
    expect(page.locator("svg[role=group] g.gate")).to_have_count(2)
    page.get_by_role("button", name="更改北门").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("救护、消防").click()
    picture(page, f"gate-zh-{size}", whole=False)
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("没有写明原因")).to_be_visible()
    page.locator("[data-act=open-gate]").click()
    dialog.locator("textarea[name=reason]").fill("图上关着，现在可以走")
    dialog.locator("[data-act=confirm]").click()
    expect(page.locator("svg[role=group] g.gate.open")).to_have_count(2)
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="关闭… 东门").click()
    choose(dialog.get_by_role("combobox", name="原因"), "施工或损坏")
    dialog.locator("textarea[name=text]").fill("门口挖沟埋管")
    picture(page, f"gate-close-zh-{size}", whole=False)
    dialog.locator("[data-act=confirm]").click()
    expect(page.get_by_text("门口挖沟埋管")).to_be_visible()
    expect(page.locator("svg[role=group] g.gate.open")).to_have_count(1)
    expect(dialog).to_be_hidden()


def test_a_secretary_reads_her_territory_at_a_glance(town: Server, desk: tuple[Page, str, Watch]) -> None:
    page, size, watch = desk
    enter(page, town)
    page.goto(f"{town.address}/places/manage")
    page.get_by_label("导入图形").set_input_files(
        {"name": "map.geojson", "mimeType": "application/geo+json", "buffer": shapes()}
    )
    page.get_by_role("button", name="确认导入").click()
    expect(page.get_by_text("已导入", exact=True)).to_be_visible()

    page.goto(f"{town.address}/places")
    expect(page.locator("svg[role=group] a.area").first).to_be_visible()
    both(page, "places", size)
    page.locator("svg[role=group] a.area").first.press("Enter")
    expect(page).to_have_url(re.compile(r"area=\d+"))
    settle(page)
    picture(page, f"places-grid-zh-{size}")

    page.goto(f"{town.address}/places/coverage?level=grid")
    expect(page.get_by_role("link", name="云滨社区第3网格")).to_be_visible()
    both(page, "coverage", size)
    page.get_by_role("button", name="看数字").first.click()
    expect(page.locator("figure table")).to_be_visible()

    page.goto(f"{town.address}/places")
    page.get_by_role("link", name="云滨湾").first.click()
    expect(page.get_by_role("heading", name="云滨湾")).to_be_visible()
    change_the_gates(page, size)
    door = page.locator("button.square.conflicting").first
    expect(door).to_be_visible()
    both(page, "doors", size)
    walk(page)
    door.click()
    expect(page.get_by_role("dialog")).to_contain_text("有矛盾")
    expect(page.get_by_role("dialog")).to_contain_text("****")
    picture(page, f"door-zh-{size}", whole=False)
    page.get_by_role("dialog").get_by_role("link").first.click()
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert watch.unexpected() == []


def counts(page: Page, label: str) -> int:
    """The number that the filter of states shows behind `label`."""
    box = page.get_by_role("combobox", name="办理情况")
    box.click(force=True)
    text = options(box, re.compile(f"^{label}")).inner_text()
    page.keyboard.press("Escape")
    return int(re.sub(r"\D", "", text))


def give_two(page: Page, size: str) -> None:
    """The first two findings of the page are given to a colleague."""
    boxes = page.locator("tbody .el-checkbox")
    for number in (0, 1):
        boxes.nth(number).click()
    expect(page.get_by_text("已选 2 条").first).to_be_visible()
    both(page, "findings-chosen", size)
    page.get_by_role("toolbar").get_by_role("button", name="分派").click()
    dialog = page.get_by_role("dialog")
    choose(dialog.get_by_role("combobox", name="选择人员"), re.compile("周敏"))
    picture(page, f"findings-assign-zh-{size}", whole=False)
    dialog.get_by_role("button", name="分派", exact=True).click()
    expect(page.get_by_text("已分派 · 周敏").first).to_be_visible()


def test_findings_are_given_settled_and_undone(town: Server, desk: tuple[Page, str, Watch]) -> None:
    page, size, watch = desk
    enter(page, town)
    page.goto(f"{town.address}/runs/1/findings?code=id.checksum")
    settle(page)
    todo = counts(page, "待办")
    give_two(page, size)

    page.goto(f"{town.address}/mine")
    expect(page.get_by_text("待办 2 条")).to_be_visible()
    both(page, "mine", size)
    page.get_by_role("button", name="办结").first.click()
    page.locator("textarea[name=note]").fill("已上门核对身份证")
    page.get_by_role("dialog").get_by_role("button", name="办结").click()
    expect(page.get_by_text("待办 1 条")).to_be_visible()

    page.goto(f"{town.address}/runs/1/findings?state=done")
    settle(page)
    assert counts(page, "待办") == todo - 1
    page.locator("tbody button.opener").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("已上门核对身份证")
    picture(page, f"finding-work-zh-{size}", whole=False)
    page.get_by_role("dialog").get_by_role("button", name="撤销上一步").click()
    page.get_by_role("dialog").last.get_by_role("button", name="撤销上一步").click()
    expect(page.get_by_role("dialog").first).to_contain_text("已分派 · 周敏")
    page.goto(f"{town.address}/runs/1/findings")
    settle(page)
    assert counts(page, "待办") == todo
    assert watch.unexpected() == []
