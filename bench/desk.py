"""How long every screen of the desk takes for people who see only their own area, through the real server.

    python bench/desk.py --people 470000 --database sqlite [--only people,findings] [--rounds 20] [--slow 200]
    python bench/desk.py --people 470000 --database postgresql

The subdistrict is made, reconciled and loaded in --folder (default .cache/desk) when it is not there yet. Then a grid
worker, a secretary, the data centre, an administrator and an auditor open every screen of web/desk/src/router.ts; what
a screen asks is asked at once, as a browser does, and the time until the last byte counts. Results are kept in
--folder; with --page docs/develop/bench-desk.md is made from them.
"""

import argparse
import json
import os
import statistics
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deskwork import page, site
from deskwork.client import Answer, Ask, Browser
from deskwork.gate_screens import GATE_SCREENS, look
from deskwork.screens import ROUNDS, SCREENS, WHOLE, Known, Screen, look_around

ROOT = Path(__file__).resolve().parents[1]


def measured(screen: Screen, browser: Browser, known: Known, rounds: int) -> dict[str, Any]:
    """One row: median and 95th percentile of the screen, its biggest answer, its slowest request."""
    taken, answers = list[float](), list[Answer]()
    for at in range(-1, rounds):
        asks = [one if isinstance(one, Ask) else Ask(one) for one in screen.asks(known, at % rounds)]
        milliseconds, found = browser.screen(asks)
        if at >= 0:  # the first one warms up
            taken.append(milliseconds)
            answers += found
    slowest: dict[str, list[float]] = {}
    for one in answers:
        slowest.setdefault(one.ask.path.partition("?")[0], []).append(one.milliseconds)
    path = max(slowest, key=lambda one: statistics.median(slowest[one]))
    return {
        "screen": screen.name,
        "what": screen.what,
        "median": statistics.median(taken),
        "calm": statistics.median(sorted(taken)[: -(-len(taken) // 3)]),
        "p95": sorted(taken)[max(0, round(len(taken) * 0.95) - 1)],
        "kilobytes": sum(one.size for one in answers) / rounds / 1000,
        "slowest": path,
        "its": statistics.median(slowest[path]),
    }


def rows(cast: dict[str, Browser], options: argparse.Namespace) -> list[dict[str, Any]]:
    """A row for each screen and role that may open it."""
    wanted = set(options.only.split(",")) if options.only else None
    found = []
    for role, browser in cast.items():
        if options.roles and role not in options.roles.split(","):
            continue
        known = look_around(browser)
        look(browser, known)
        for screen in (*SCREENS, *GATE_SCREENS):
            if not browser.may(screen.needs) or (wanted and screen.name not in wanted):
                continue
            if (role == "first") != (screen.name in WHOLE):
                continue
            if not screen.asks(known, 0):
                continue  # an auditor sees who looked, but no people to begin with
            row = {"role": role, **measured(screen, browser, known, options.rounds)}
            found.append(row)
            if row["median"] > options.slow:
                print(
                    f"{role:<14}{screen.name:<12}{screen.what:<26}{row['median']:>8.0f}{row['p95']:>8.0f} ms"
                    f"  {row['slowest']} {row['its']:.0f}",
                    flush=True,
                )
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=470_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--folder", type=Path, default=ROOT / ".cache" / "desk")
    parser.add_argument("--only", default="", help="names of screens, with commas")
    parser.add_argument("--roles", default="", help="only these, with commas")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--slow", type=float, default=200, help="say which screens take longer (ms)")
    parser.add_argument("--page", action="store_true", help="only write the page from what was measured")
    options = parser.parse_args()
    folder = options.folder.resolve()
    if options.page:
        (ROOT / "docs" / "develop" / "bench-desk.md").write_text(page.written(folder), "utf-8")
        return 0
    with site.database(folder, options.database) as url:
        data = site.loaded(folder, options.people, options.database, url)
        with site.serving(data, url) as (port, token):
            cast = site.cast(port, token)
            site.worked(cast)
            site.filled(data, url)
            before = os.getloadavg()[0]
            found = rows(cast, options)
    told = {
        "database": options.database, "people": options.people, "rounds": options.rounds,
        "nice": os.nice(0),
        "date": f"{datetime.now(UTC):%Y-%m-%d}", "load": [round(before, 1), round(os.getloadavg()[0], 1)],
        "processors": os.cpu_count(), "rows": found,
    }  # fmt: skip
    if not options.only:
        (folder / f"{options.database}.json").write_text(json.dumps(told, indent=1), "utf-8")
    slow = [row for row in found if row["median"] > options.slow]
    print(f"{len(found)} rows, {len(slow)} over {options.slow:.0f} ms; load {told['load']}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
