"""What the screens of passes, gates and gate plans ask of the server when they open."""

from datetime import datetime, timedelta, timezone

from deskwork.client import Ask, Browser
from deskwork.screens import Known, Make, Screen, always, one_of, turn

CHINA = timezone(timedelta(hours=8))
PASSES = "/api/passes?page=1&size=50"


def look(browser: Browser, known: Known) -> None:
    """Passes, plans and compounds with gates, as far as the user may see them."""
    if not browser.may("pass.view"):
        return
    known.passes = [one["id"] for one in browser.get(f"{PASSES}&state=valid")["items"]]
    known.plans = [(one["id"], one["compound"]) for one in browser.get("/api/gate-plans?size=50")["items"]]
    known.entered = [one["id"] for one in browser.get("/api/gates/places")]


def days(back: int) -> str:
    return f"{datetime.now(CHINA) - timedelta(days=back):%Y-%m-%d}"


def register(query: str = "", *, back: int = 1, one: bool = False) -> Make:
    """The register of a local day, of all compounds or of one."""

    def asks(known: Known, at: int) -> list[str | Ask]:
        if not known.entered:
            return []
        where = f"&compound={turn(known.entered, at)}" if one else ""
        day = days(back)
        crossings = f"/api/gates/crossings?first_on={day}&last_on={day}&page=1&size=50{where}{query}"
        return [crossings, f"/api/gates/figures?day={day}{where}", "/api/gates/places"]

    return asks


def plan(known: Known, at: int) -> list[str | Ask]:
    if not known.plans:
        return []
    number, compound = turn(known.plans, at)
    path = f"/api/gate-plans/{number}"
    return [path, f"/api/gate-plans/grounds/{compound}", f"{path}/opinions?page=1&size=20"]


def rules(known: Known, at: int) -> list[str | Ask]:
    area = known.areas[0]["id"]
    return [
        "/api/areas",
        f"/api/pass-rules?area={area}",
        "/api/pass-rules/keys",
        "/api/pass-rules/budgets",
    ]


PLANS = (
    "/api/gate-plans?text=&page=1&size=50",
    "/api/gate-plans/counts",
    "/api/gate-plans/closures?which=closed",
)
GATE_SCREENS: tuple[Screen, ...] = (
    Screen("passes", "pass.issue", always(PASSES, "/api/passes/lists")),
    Screen("passes", "pass.issue", always("/api/passes?page=100&size=50", "/api/passes/lists"), "page 100"),
    Screen("passes", "pass.view", always(f"{PASSES}&state=revoked"), "withdrawn"),
    Screen("passes", "pass.view", always(f"{PASSES}&code=resident&state=valid"), "of one kind, valid"),
    Screen("passes", "pass.view", always(f"{PASSES}&text=5678"), "last four of a phone"),
    Screen("passes", "pass.view", one_of("passes", "/api/passes/{}"), "one pass"),
    Screen("pass-rules", "pass.manage", rules),
    Screen("objections", "pass.view", always("/api/objections?state=waiting&page=1&size=20")),
    Screen("objections", "pass.view", always("/api/objections?state=overdue&page=1&size=20"), "overdue"),
    Screen("gate-plans", "pass.view", always(*PLANS)),
    Screen("gate-plan", "pass.view", plan),
    Screen("gate-register", "pass.view", register(back=0)),
    Screen("gate-register", "pass.view", register(), "a whole day"),
    Screen("gate-register", "pass.view", register(one=True), "one compound, who is out"),
    Screen("gate-register", "pass.view", register("&decision=refused"), "refused"),
    Screen("gate-register", "pass.view", register("&text=5678"), "last four of a phone"),
    Screen("gate-alerts", "pass.view", always("/api/gates/alerts?waiting=true&page=1&size=20")),
    Screen(
        "gate-alerts", "pass.view", always("/api/gates/alerts?waiting=false&page=1&size=20"), "dealt with"
    ),
    Screen("gate-alerts", "pass.view", always("/api/passes/double-uses?page=1&size=20"), "double uses"),
    Screen("gate-alerts", "pass.view", always("/api/gates/waiting"), "the number in the bar"),
)
