"""How long the estimate of whom no list has takes at the size of a subdistrict: the job, and the page that shows it.

    python bench/unseen.py [--people 470000] [--database sqlite] [--rounds 20] [--folder .cache/desk]

Through the real server on the subdistrict of bench/desk.py: somebody of the data centre has it reckoned anew (which is
what somebody waits for who presses the button), then the page asks for communities and grids as often as asked for.
"""

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

from deskwork import site
from deskwork.client import Browser

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 900
OVER = ("done", "failed", "cancelled")


def reckoned(browser: Browser) -> float:
    """Seconds from pressing the button until the job is over."""
    since = time.perf_counter()
    job = browser.post("/api/unseen")["job"]
    while time.perf_counter() - since < PATIENCE_S:
        state = browser.get(f"/api/jobs/{job}")["state"]
        if state in OVER:
            if state != "done":
                raise SystemExit(f"the job {state}")
            return time.perf_counter() - since
        time.sleep(0.1)
    raise SystemExit("the job takes too long")


def shown(browser: Browser, level: str, rounds: int) -> tuple[float, float, int]:
    """Median and worst milliseconds of the page's question, and how many areas it answers."""
    taken, areas = list[float](), 0
    for at in range(-1, rounds):
        since = time.perf_counter()
        areas = len(browser.get(f"/api/unseen?level={level}")["items"])
        if at >= 0:  # the first one warms up
            taken.append((time.perf_counter() - since) * 1000)
    return statistics.median(taken), max(taken), areas


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=470_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--folder", type=Path, default=ROOT / ".cache" / "desk")
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    folder = options.folder.resolve()
    with site.database(folder, options.database) as url:
        data = site.loaded(folder, options.people, options.database, url)
        with site.serving(data, url) as (port, token):
            browser = site.cast(port, token)["data_centre"]
            load = os.getloadavg()[0]
            print(f"{options.people:,} people, {options.database}, load {load:.1f}")
            print(f"reckoned anew in {reckoned(browser):.1f} s")
            for level in ("community", "grid"):
                median, worst, areas = shown(browser, level, options.rounds)
                print(f"{areas} areas by {level}: median {median:.0f} ms, at most {worst:.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
