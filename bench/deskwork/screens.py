"""Every screen of the desk by its name in web/desk/src/router.ts, and what it asks of the server when it opens.

A test holds the names against the router.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from deskwork.client import Ask, Browser
from deskwork.site import current

ROUNDS = 20
FIRST = "bench"  # the first administrator's name
UNSEEN = "/api/unseen?level=community"
#: What only he opens who is appointed everywhere.
WHOLE = frozenset({"imports", "import"})


@dataclass
class Known:
    """What somebody has in his area, to ask for by number; a different one each round where there are several."""

    run: int
    places: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    compounds: list[dict[str, Any]] = field(default_factory=list)
    areas: list[dict[str, Any]] = field(default_factory=list)
    buildings: list[tuple[int, int]] = field(default_factory=list)  # compound, building
    doors: list[int] = field(default_factory=list)
    imports: list[int] = field(default_factory=list)
    users: list[int] = field(default_factory=list)
    manages: bool = False  # and may see their phones
    visits: list[str] = field(default_factory=list)
    risk: int = 0  # a published list
    campaign: int = 0
    tasks: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    passes: list[int] = field(default_factory=list)
    plans: list[tuple[int, int]] = field(default_factory=list)  # plan, compound
    entered: list[int] = field(default_factory=list)  # compounds with gates
    total: int = 0
    problems: int = 0


def look_around(browser: Browser) -> Known:
    """Collect what there is, as far as the user may see it."""
    if not browser.may("run.view"):
        known = Known(0, areas=browser.get("/api/areas"))
    else:
        run = current(browser)
        known = Known(run, places=browser.get(f"/api/runs/{run}/places"), areas=browser.get("/api/areas"))
        page = browser.get("/api/people?size=200")
        known.total, dice = page["total"], random.Random(7)
        last = max(1, known.total // 50)
        pages = [dice.randint(1, last) for _ in range(8)]
        known.people = [one for at in pages for one in browser.get(f"/api/people?page={at}")["items"]]
        dice.shuffle(known.people)
        found = browser.get(f"/api/runs/{run}/findings?size=200")
        known.findings, known.problems = found["items"], found["total"]
        known.compounds = sorted(browser.get("/api/places/compounds"), key=lambda one: -one["doors"])
        for one in known.compounds[:3]:
            shown = browser.get(f"/api/places/compounds/{one['id']}")
            known.buildings += [(one["id"], house["id"]) for house in shown["buildings"][:10]]
        shown = browser.get(f"/api/places/buildings/{known.buildings[0][1]}")
        known.doors = [door["id"] for door in shown["doors"]]
    _field_work(browser, known)
    if browser.user["username"] == FIRST:
        known.imports = [one["id"] for one in browser.get("/api/imports")["items"]]
    if browser.may("user.view"):
        known.users = [one["id"] for one in browser.get("/api/users")["items"]]
        known.manages = browser.may("user.manage")
    return known


def _field_work(browser: Browser, known: Known) -> None:
    """The campaign with its work, visits to people of the area, what phones sent in vain, a list of risk areas."""
    if browser.may("finding.view"):
        found = browser.get("/api/screenings?running=true")
        known.campaign = max(found, key=lambda one: one["figures"]["total"])["id"] if found else 0
        if known.campaign:
            shown = browser.get(f"/api/screenings/{known.campaign}/tasks?page=1&size=50&state=done")
            known.tasks = [one["id"] for one in shown["items"]]
            steps = (browser.get(f"/api/screenings/{known.campaign}/tasks/{one}") for one in known.tasks[:10])
            known.visits = [step["visit"] for task in steps for step in task["steps"] if step["visit"]]
        lists = browser.get("/api/risk/lists")
        known.risk = lists[0]["id"] if lists else 0
    if browser.may("screening.manage"):
        known.refused = [one["id"] for one in browser.get("/api/sync/refused?page=1&size=50")["items"]]


Make = Callable[[Known, int], list[str | Ask]]


@dataclass(frozen=True)
class Screen:
    """`what` tells rows of one screen apart; `needs`: who may not do this does not open the screen."""

    name: str
    needs: str
    asks: Make
    what: str = ""


def turn(of: list[Any], at: int) -> Any:
    return of[at % len(of)]


def people(text: str = "", **query: object) -> Make:
    """The table of people with one filter or order."""

    def asks(known: Known, at: int) -> list[str | Ask]:
        last = max(1, -(-known.total // 50))
        words = {
            key: {"LAST": last, "MIDDLE": last // 2 or 1}.get(str(value), value)
            for key, value in query.items()
        }
        if text:
            words["text"] = quote(typed(text, known, at))
        told = "&".join(
            f"{key}={value}" for key, value in {"sort": "person", "page": 1, "size": 50, **words}.items()
        )
        return [f"/api/people?{told}", f"/api/runs/{known.run}/places", "/api/areas", "/api/views/people"]

    return asks


def findings(**query: object) -> Make:
    def asks(known: Known, at: int) -> list[str | Ask]:
        last = max(1, -(-known.problems // 50))
        words = {key: {"LAST": last}.get(str(value), value) for key, value in query.items()}
        if words.get("place"):
            words["place"] = max(known.places, key=lambda one: one["people"])["number"]
        told = "&".join(
            f"{key}={quote(str(value))}"
            for key, value in {"sort": "number", "page": 1, "size": 50, **words}.items()
        )
        run = f"/api/runs/{known.run}"
        rest = [
            f"{run}/places",
            "/api/areas",
            f"{run}/lists",
            "/api/work/states",
            "/api/work/workers",
            "/api/views/findings",
        ]
        return [f"{run}/findings?{told}", *rest]

    return asks


def typed(kind: str, known: Known, at: int) -> str:
    """What somebody types who looks for the person of this round."""
    person = turn(known.people, at)
    name, address = person["name"] or "王伟", person["address"] or "1幢"
    return {
        "surname": name[0],
        "name": name,
        "initials": turn(["zs", "ww", "lf", "zm", "wxy", "lj"], at),
        "pinyin": turn(["zhangwei", "wangf", "lina", "chenj", "liuyang"], at),
        "last four of a phone": (person["phone"] or "1234")[-2:] + "00",
        "beginning of a phone": (person["phone"] or "138")[:3] + "1",
        "part of an ID number": (person["id_number"] or "330101")[:6] + "1990",
        "address": address[:8],
        "name and address": f"{name[0]} {address[:6]}",
        "nothing that fits": f"qqxx{at}",
    }[kind]  # fmt: skip


def searching(kind: str) -> Make:
    return lambda known, at: [Ask("/api/search", {"text": typed(kind, known, at)})]


def reviewing(**which: object) -> Make:
    body = {"state": "open", "sort": "worth", "place": None, "days": None, "skip": [], **which}
    looks = which.get("state") == "looks"
    precise: list[str | Ask] = ["/api/reviews/precision"] if looks else []
    return lambda known, at: [
        Ask("/api/reviews/next", body), "/api/reviews/counts", f"/api/runs/{known.run}/places", "/api/areas", *precise,
    ]  # fmt: skip


def file(known: Known, at: int) -> list[str | Ask]:
    if not known.people:
        return []
    uid = turn(known.people, at)["uid"]
    return [f"/api/people/{uid}", f"/api/people/{uid}/history", f"/api/visits?person={uid}"]


def traced(known: Known, at: int) -> list[str | Ask]:
    return [*file(known, at), f"/api/people/{turn(known.people, at)['uid']}/looks"] if known.people else []


def campaign(*parts: str) -> Make:
    """What a campaign's page asks; nothing before there is one."""
    return lambda known, at: [f"/api/screenings/{known.campaign}{part}" for part in parts if known.campaign]


def a_campaign() -> Make:
    """A campaign's page as it opens, with the estimate of whom no list has."""
    parts = campaign("", "/areas", "/workers", "/tasks?page=1&size=50")
    return lambda known, at: [*asked, UNSEEN] if (asked := parts(known, at)) else []


def one_of(which: str, path: str) -> Make:
    """Something by its number or id, another one each round; nothing where there is none."""

    def asks(known: Known, at: int) -> list[str | Ask]:
        there = getattr(known, which)
        return [path.format(turn(there, at))] if there else []

    return asks


def task_list(known: Known, at: int) -> list[str | Ask]:
    place = max(known.places, key=lambda one: one["tasks"])["number"]
    return [f"/api/runs/{known.run}/places", f"/api/runs/{known.run}/places/{place}/tasks?page=1&size=100"]


def house(known: Known, at: int) -> list[str | Ask]:
    compound, building = turn(known.buildings, at)
    return [f"/api/places/compounds/{compound}", f"/api/places/buildings/{building}"]


def below(known: Known, at: int) -> list[str | Ask]:
    return [*TERRITORY, f"/api/places/compounds?path={quote(known.areas[0]['path'])}"]


def exported(known: Known, at: int) -> list[str | Ask]:
    columns = ["name", "sex", "age", "phone", "address", "grid"]
    body = {"filters": {}, "columns": columns, "format": "csv", "language": "zh", "sort": "person"}
    return [Ask("/api/people/export", body, begun=True)]


def run_part(*paths: str) -> Make:
    return lambda known, at: [f"/api/runs/{known.run}{path}" for path in paths]


def always(*paths: str) -> Make:
    return lambda known, at: list(paths)


TERRITORY = ("/api/areas", "/api/areas/shapes", "/api/places/coverage")
_FIND = (
    "surname", "name", "initials", "pinyin", "last four of a phone", "beginning of a phone", "part of an ID number",
    "address", "name and address", "nothing that fits",
)  # fmt: skip
_PEOPLE: dict[str, Make] = {
    "": people(),
    "last page": people(page="LAST"),
    "by name": people(sort="name"),
    "by name, in the middle": people(sort="name", page="MIDDLE"),
    "by name, last page": people(sort="name", page="LAST"),
    "by birth": people(sort="birth"),
    "most findings first": people(sort="-findings"),
    "last seen first": people(sort="-last_seen"),
    "women of 60 and more": people(sex="F", age_from=60),
    "with conflicts": people(conflicts="true"),
    "not on the register": people(on_register="false", sort="name"),
    "on the gate book": people(kind="gate"),
    "in three lists": people(sources_from=3),
    "corrected": people(corrected="true"),
    "surname typed": people("surname"),
    "initials typed": people("initials"),
}
_FINDINGS: dict[str, Make] = {
    "": findings(),
    "last page": findings(page="LAST"),
    "to do": findings(state="todo"),
    "settled": findings(state="done"),
    "one's own": findings(assignee="mine"),
    "of one kind": findings(code="address.moved"),
    "errors": findings(severity="error"),
    "of one grid": findings(place=True),
    "by name": findings(sort="name"),
    "by list": findings(sort="-list"),
    "older than a day": findings(older=1),
    "words": findings(text="云滨"),
}
SHELL = always(
    "/api/session", "/api/runs/vocabulary", "/api/runs", "/api/jobs?which=running&mine=true&size=1"
)
#: Screens that cannot be opened in the bench's database; the page says so.
UNMEASURED: frozenset[str] = frozenset()
SCREENS: tuple[Screen, ...] = (
    Screen("welcome", "", always("/api/session")),
    Screen("sign-in", "", always("/api/session")),
    Screen("join", "", always("/api/session")),
    Screen("home", "run.view", SHELL, "first load"),
    Screen(
        "home",
        "area.view",
        always("/api/session", "/api/jobs?which=running&mine=true&size=1"),
        "first load, without runs",
    ),
    Screen("runs", "run.view", always("/api/runs")),
    Screen("overview", "run.view", run_part("")),
    *(Screen("findings", "finding.view", asks, what) for what, asks in _FINDINGS.items()),
    Screen(
        "findings",
        "finding.view",
        lambda known, at: [
            f"/api/runs/{known.run}/findings/{turn(known.findings, at)['number']}",
            f"/api/work/history/{turn(known.findings, at)['key']}",
        ],
        "one finding",
    ),
    Screen(
        "run-people",
        "person.view",
        lambda known, at: [
            f"/api/people?run={known.run}&sort=name&page=1&size=50",
            f"/api/runs/{known.run}/places",
        ],
    ),
    Screen(
        "person",
        "person.view",
        lambda known, at: [
            f"/api/runs/{known.run}/people/{turn(known.people, at)['person']}",
            f"/api/runs/{known.run}/places",
        ],
    ),
    Screen("work", "finding.view", task_list),
    Screen(
        "lists",
        "run.view",
        lambda known, at: [
            f"/api/runs/{known.run}/lists",
            f"/api/runs/{known.run}/rejected?list=0&page=1&size=50",
        ],
    ),
    Screen(
        "changes", "run.view", always("/api/changes", "/api/changes/people?kind=person.new&page=1&size=50")
    ),
    Screen("places", "run.view", always(*TERRITORY), "map"),
    Screen("places", "run.view", below, "map and compounds"),
    Screen("coverage", "run.view", always("/api/places/coverage")),
    Screen("territory", "area.manage", always("/api/areas?permission=area.manage")),
    Screen(
        "compound",
        "run.view",
        lambda known, at: [f"/api/places/compounds/{turn(known.buildings, at)[0]}"],
        "buildings",
    ),
    Screen("compound", "person.view", house, "doors"),
    Screen(
        "compound",
        "person.view",
        lambda known, at: [f"/api/places/dwellings/{turn(known.doors, at)}"],
        "one door",
    ),
    Screen("mine", "finding.work", always("/api/work/mine?page=1&size=20")),
    *(Screen("people", "person.view", asks, what) for what, asks in _PEOPLE.items()),
    Screen("people", "export.make", exported, "export begins"),
    *(Screen("people", "person.view", searching(kind), f"search: {kind}") for kind in _FIND),
    Screen("dossier", "person.view", file),
    Screen(
        "dossier",
        "person.trace",
        traced,
        "with who looked",
    ),
    Screen("dossier-print", "person.view", file),
    Screen(
        "imports", "list.import", always("/api/lists", "/api/imports?page=1&size=20", "/api/lists/renewal")
    ),
    Screen(
        "import",
        "list.import",
        lambda known, at: [f"/api/imports/{turn(known.imports, at)}", "/api/lists/sources"],
    ),
    Screen("review", "review.decide", reviewing()),
    Screen("review", "review.decide", reviewing(sort="age"), "oldest first"),
    Screen("review", "review.decide", reviewing(state="looks"), "second look"),
    Screen("jobs", "area.view", always("/api/jobs?page=1&size=50")),
    Screen("tokens", "area.view", always("/api/tokens")),
    Screen("audit", "audit.view", always("/api/audit?size=50")),
    Screen(
        "audit",
        "audit.view",
        always("/api/audit?size=50&action=person.viewed&since=2020-01-01&until=2099-01-01"),
        "of one kind",
    ),
    Screen("audit", "audit.view", always("/api/audit?size=50&actor=bench.secretary"), "of one user"),
    Screen("account", "area.view", always("/api/account", "/api/account/sessions", "/api/devices")),
    Screen("users", "user.view", always("/api/users?page=1&size=50", "/api/areas?permission=user.view")),
    Screen(
        "user",
        "user.view",
        lambda known, at: [
            f"/api/users/{turn(known.users, at)}",
            f"/api/users/{turn(known.users, at)}/history",
            *([f"/api/devices?user={turn(known.users, at)}"] if known.manages else []),
        ],
    ),
    Screen("screenings", "finding.view", always("/api/screenings?running=true")),
    Screen("screenings", "finding.view", always("/api/screenings"), "all"),
    Screen("screening", "finding.view", a_campaign()),
    Screen("screening", "finding.view", campaign("/tasks?page=1&size=50&state=done"), "work that is done"),
    Screen("screening", "finding.view", campaign("/tasks?page=40&size=50"), "page 40 of the work"),
    Screen(
        "screening",
        "finding.view",
        lambda known, at: (
            [f"/api/screenings/{known.campaign}/tasks/{turn(known.tasks, at)}"] if known.tasks else []
        ),
        "one door",
    ),
    Screen("visit", "person.view", one_of("visits", "/api/visits/{}")),
    Screen("contradictions", "screening.manage", always("/api/contradictions?decided=false")),
    Screen("contradictions", "screening.manage", always("/api/contradictions?decided=true"), "decided"),
    Screen("refused", "screening.manage", always("/api/sync/refused?page=1&size=50")),
    Screen("refused", "screening.manage", one_of("refused", "/api/sync/refused/{}"), "one fact"),
    Screen("risk", "finding.view", always("/api/risk/lists")),
    Screen(
        "risk",
        "finding.view",
        lambda known, at: [f"/api/risk/lists/{known.risk}"] if known.risk else [],
        "one list",
    ),
    Screen(
        "risk",
        "finding.view",
        always(f"/api/risk/history?named={quote('荆州市')}&until=2020-03-01"),
        "one place",
    ),
    Screen("measures", "person.view", always("/api/measures?state=open&page=1&size=50")),
    Screen("measures", "person.view", always("/api/measures?page=1&size=50"), "all"),
    Screen("tips", "tip.view", always("/api/tips?page=1&size=50")),
    Screen("tips", "tip.view", always("/api/tips?page=20&size=50"), "page 20"),
    Screen("reports", "screening.manage", always("/api/self-reports?page=1&size=50")),
    Screen("report-links", "screening.manage", always("/api/self-reports/links")),
    Screen("nowhere", "", always("/api/session")),
)
