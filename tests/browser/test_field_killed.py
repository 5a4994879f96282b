"""Three phones, two thousand visits, twenty kills, a network that loses requests and answers: each arrives once."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, Playwright

from tests.browser.conftest import CHROMIUM_NAMES, CHROMIUM_OPTIONS, Server
from tests.browser.field_town import make_town
from tests.browser.flapping import Flapping
from tests.browser.handset import APP, PIN, enrol, kept_ready, standing

FACTS, KILLS, SEED = 2_000, 20, 11
#: So many facts at least were recorded between the kills.
WORKED = 200
HOUSEHOLDS = 60
USERS = ("li.na", "wu.fang", "li.na")
#: Visits are recorded through the app's own function, a few at a time, as long as the page lives.
_RECORD = """async ([from, to, doors]) => {
  for (let at = from; at < to; at += 3) {
    const some = [...Array(Math.min(3, to - at)).keys()].map((step) => ({
      kind: 'visit',
      body: { door: doors[(at + step) % doors.length], channel: 'door', outcome: 'no_answer', remarks: `${at + step}` },
      mark: { door: doors[(at + step) % doors.length], outcome: 'no_answer', at: new Date().toISOString() },
    }))
    await window.saved(await APP.save(some))
  }
}""".replace("APP", APP)

_SEND = """async () => {
  while (APP.standing.value.unsent) {
    await APP.sync(false)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}""".replace("APP", APP)


@dataclass
class Handset:
    """A phone: a browser with a disk of its own, which is killed like a phone whose battery is pulled out."""

    number: int
    user: str
    disk: Path
    address: str
    begun: int = 0  # visits that it was told to record
    survived: int = 0  # of these, recorded when the kills were over
    told: set[str] = field(default_factory=set)  # ids of those that the app called saved
    _child: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """Start the browser; it comes up while something else goes on."""
        program = next(filter(None, map(shutil.which, CHROMIUM_NAMES)))
        self._mark.unlink(missing_ok=True)
        words = [
            program,
            *CHROMIUM_OPTIONS,
            "--remote-debugging-port=0",
            f"--user-data-dir={self.disk}",
            "about:blank",
        ]
        self._child = subprocess.Popen(
            words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def page(self, playwright: Playwright) -> Page:
        """The one page of the browser that was launched."""
        port = _port(self._mark)
        found = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}").contexts[0].pages[0]
        found.expose_function("saved", lambda ids: self.told.update(ids))
        return found

    def kill(self) -> None:
        """The whole browser at once, whatever it is doing."""
        if self._child is not None:
            os.killpg(self._child.pid, signal.SIGKILL)
            self._child.wait(timeout=20)
            self._child = None

    @property
    def _mark(self) -> Path:
        return self.disk / "DevToolsActivePort"


def _port(mark: Path) -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if mark.is_file() and (text := mark.read_text()).count("\n"):
            return text.split("\n")[0]
        time.sleep(0.05)
    pytest.fail("the browser did not start")


@pytest.fixture
def network(server: Server) -> Iterator[Flapping]:
    with Flapping(server.address, seed=SEED) as made:
        yield made


@pytest.fixture
def phones(network: Flapping, tmp_path: Path) -> Iterator[list[Handset]]:
    made = [Handset(at, user, tmp_path / f"phone-{at}", network.address) for at, user in enumerate(USERS)]
    for phone in made:
        phone.disk.mkdir()
    yield made
    for phone in made:
        phone.kill()


def test_every_fact_arrives_exactly_once(
    server: Server, network: Flapping, playwright: Playwright, phones: list[Handset]
) -> None:
    make_town(server.data, HOUSEHOLDS)
    chance = random.Random(SEED)
    fresh = [enrolled(playwright, phone) for phone in phones]
    network.loses_requests, network.loses_answers = 0.2, 0.3
    rest = [FACTS // 3, FACTS // 3, FACTS - 2 * (FACTS // 3)]
    for kill in range(KILLS):
        phone, following = phones[kill % len(phones)], phones[(kill + 1) % len(phones)]
        network.off = chance.random() < 0.3
        page = fresh[kill] if kill < len(fresh) else reopened(playwright, phone)
        begin(page, rest[phone.number])
        if kill + 1 >= len(fresh):
            following.launch()
        page.wait_for_timeout(chance.uniform(50, 1_000))  # not time.sleep: the page calls back
        phone.kill()
    network.off, network.loses_requests, network.loses_answers = False, 0.0, 0.0
    finish(playwright, phones, rest)
    assert network.lost_requests > 5
    assert network.lost_answers > 5
    check(server.data, phones)


def enrolled(playwright: Playwright, phone: Handset) -> Page:
    """A new phone with its work list, ready to start without a network."""
    phone.launch()
    page = phone.page(playwright)
    enrol(page, phone.address, phone.user)
    kept_ready(page)
    return page


def reopened(playwright: Playwright, phone: Handset) -> Page:
    """The app, opened with the PIN after a kill; as `unlock`, without the taps on the keys."""
    page = phone.page(playwright)
    page.goto(f"{phone.address}/field/", wait_until="commit")
    page.wait_for_function(
        f"() => document.querySelector('#app')?.__vue_app__ && {APP}.phase.value === 'locked'"
    )
    page.evaluate(f"{APP}.unlock('{PIN}')")
    page.wait_for_function(f"() => {APP}.book.value")
    return page


def begin(page: Page, share: int) -> None:
    """Let the app record and send a part of its share."""
    recorded = before(page)
    upto = min(recorded + share // 5, share)
    page.evaluate(f"(all) => {{ ({_RECORD})(all).catch(() => undefined) }}", [recorded, upto, doors(page)])


def finish(playwright: Playwright, phones: list[Handset], rest: list[int]) -> None:
    """The rest is recorded and everything sent by all three at once, without any more accidents."""
    pages = []
    for phone in phones:
        phone.kill()
        phone.launch()
    for phone in phones:
        pages.append(reopened(playwright, phone))
        phone.survived = before(pages[-1])
    assert sum(phone.survived for phone in phones) > WORKED, "the kills hit phones that were not at work"
    for phone, page in zip(phones, pages, strict=True):
        todo = [phone.survived, rest[phone.number], doors(page)]
        page.evaluate(f"(all) => {{ window.over = ({_RECORD})(all).then({_SEND}) }}", todo)
    for phone, page in zip(phones, pages, strict=True):
        page.evaluate("window.over")
        assert standing(page)["rejected"] == 0
        phone.begun = rest[phone.number]


def before(page: Page) -> int:
    """How many visits this phone has recorded so far: its own counter, which a kill must neither lose nor double."""
    found: int = page.evaluate(
        f"{APP}.database().then((base) => base.get('meta', 'seq')).then((seq) => seq ?? 0)"
    )
    return found


def doors(page: Page) -> list[int]:
    found: list[int] = page.evaluate(f"[...{APP}.book.value.doors.keys()]")
    return found


def check(data: Path, phones: list[Handset]) -> None:
    """Each fact once, numbered without a gap, each a visit; nothing that was called saved is missing."""
    with sqlite3.connect(data / "lianfang.sqlite3") as base:
        facts = base.execute("select fact, device, seq, verdict from sync_fact").fetchall()
        visits = base.execute("select count(*), count(distinct id) from screening_visit").fetchone()
    assert [row for row in facts if row[3] != "accepted"] == []
    assert len(facts) == len({row[0] for row in facts}) == FACTS
    assert visits == (FACTS, FACTS)
    by_device: dict[str, list[int]] = {}
    for row in facts:
        by_device.setdefault(row[1], []).append(row[2])
    assert sorted(map(len, by_device.values())) == sorted(phone.begun for phone in phones)
    for numbers in by_device.values():
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
    told = set().union(*(phone.told for phone in phones))
    assert len(told) > FACTS // 2
    assert {UUID(one).hex for one in told} <= {row[0] for row in facts}
