"""Looking at a page as a picky reader: nothing cut, nothing beside the screen, nothing in the console."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import ConsoleMessage, Page

PICTURES = Path(__file__).parents[2] / "test-results"

#: Elements wider than the page, and texts that their box cuts off (unless they scroll or end with …).
_FAULTS = """() => {
  const width = document.documentElement.clientWidth
  const faults = []
  const wide = document.documentElement.scrollWidth
  if (wide > width + 1) faults.push(`page ${wide} > ${width}`)
  const ignored = '.unseen, .skip, thead, svg, canvas, .el-select, .el-input'
  for (const element of document.querySelectorAll('main *, header *, .el-drawer *, .el-dialog *')) {
    if (element.closest(ignored)) continue
    const box = element.getBoundingClientRect()
    if (!box.width || !box.height) continue
    const style = getComputedStyle(element)
    if (style.visibility === 'hidden' || style.display === 'none') continue
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())
    const words = element.textContent.trim().slice(0, 40)
    if (box.right > width + 1 && text) faults.push(`beside the page: ${words}`)
    const cuts = style.overflowX === 'hidden' && style.textOverflow !== 'ellipsis'
    if (text && cuts && element.scrollWidth > element.clientWidth + 1) faults.push(`cut: ${words}`)
  }
  return [...new Set(faults)].slice(0, 8)
}"""


#: axe-core comes with the web's test packages; it is put into the page from outside, so no address serves it.
_AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
_GRAVE = """async () => {
  const found = await axe.run(document, { resultTypes: ['violations'] })
  return found.violations
    .filter((one) => ['serious', 'critical'].includes(one.impact))
    .map((one) => [one.id, ...one.nodes.slice(0, 4).map((node) => node.html.slice(0, 160))].join(' | '))
}"""


@dataclass
class Watch:
    """Collects what a page complains about; `expected` are patterns of complaints that a journey provokes."""

    complaints: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def attach(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def unexpected(self) -> list[str]:
        return [
            complaint
            for complaint in self.complaints
            if not any(re.search(one, complaint) for one in self.expected)
        ]


def settle(page: Page) -> None:
    """Wait until nothing loads, moves or fades any more."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function(
        "() => !document.querySelector('[aria-busy=true], .el-skeleton, .el-loading-mask')"
    )
    page.wait_for_function("() => document.getAnimations().every((one) => one.playState !== 'running')")


def picture(page: Page, name: str, *, whole: bool = True) -> None:
    """Take the picture test-results/NAME.png of the settled page and demand that nothing is cut and nobody shut out."""
    settle(page)
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)
    faults = page.evaluate(_FAULTS)
    assert faults == [], f"{name}: {faults}"
    shut_out = barriers(page)
    assert shut_out == [], f"{name}: {shut_out}"


def barriers(page: Page) -> list[str]:
    """What keeps people from using the page as it is now: axe's serious and critical faults, and where they are.

    A message that begins to fade while axe looks is hard to read for that moment: what is found is looked at again
    once nothing moves.
    """
    page.evaluate(_AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(_GRAVE)
    if not found:
        return []
    settle(page)
    again: list[str] = page.evaluate(_GRAVE)
    return again
