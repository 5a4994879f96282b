"""One day at the gates of the demo's subdistrict: everybody goes out and comes back; server and phones are killed.

    python bench/gateday.py --people 470000 --kills 10 --database sqlite|postgresql [--folder .cache/gateday] [--page]

The subdistrict gets its gates, keys and passes the first time (--folder keeps it). Then `lianfang serve` and its worker
run, and a phone at each gate, a process of its own: it judges whoever comes by with what it knows, writes it down, and
sends it in batches of up to 200, through a network that loses requests and answers. Some phones are out of touch for
hours. The day is cut into seven parts: at the end of each the phones that are in touch have sent everything and ask
what is new, so that what each of them knows is certain, and with it what it must answer. Server with worker, and
phones, are killed (SIGKILL) at random moments. Afterwards everything is compared with the truth
(src/lianfang/demo/gateday).
"""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from daywork import page
from daywork.clock import VARIABLE, Clock, follow
from deskwork import site as desk

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "docs" / "develop"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--people", type=int, default=470_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, default=10, help="of the server with its worker")
    parser.add_argument("--phone-kills", type=int, help="(default: as many as phones)")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--folder", type=Path, default=ROOT / ".cache" / "gateday")
    parser.add_argument(
        "--resume",
        type=int,
        default=0,
        metavar="PART",
        help="go on with this part of a day that was cut short",
    )
    parser.add_argument("--fresh", action="store_true", help="make the subdistrict anew")
    parser.add_argument("--page", action="store_true", help="only write the page from what was measured")
    given = parser.parse_args(argv)
    folder = given.folder.resolve()
    if given.page:
        (RESULTS / "bench-gateday.md").write_text(page.written(folder), "utf-8")
        return 0
    place = folder / f"{given.database}-{given.people}"
    if given.fresh:
        shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True, exist_ok=True)
    with desk.database(place, given.database) as url:  # one of its own for each size
        clock_file = place / "clock"
        clock = prepared(place, url, clock_file)
        from daywork import playing  # noqa: PLC0415  # only now: database and clock are chosen

        told = playing.played(given, place, url, clock, clock_file)
    if not told["faults"]:
        (folder / f"{given.database}-{given.people}.json").write_text(json.dumps(told, indent=1), "utf-8")
    print(json.dumps(told, indent=1, ensure_ascii=False), flush=True)
    return 1 if told["faults"] else 0


def prepared(place: Path, url: str, clock_file: Path) -> Clock:
    """The program set up on this database, with the day's clock."""
    os.environ |= {
        "LIANFANG_DATA": str(place), "LIANFANG_DATABASE": url, "DJANGO_SETTINGS_MODULE": "lianfang.settings",
        VARIABLE: str(clock_file),
    }  # fmt: skip
    sys.path.insert(0, str(ROOT / "src"))
    from lianfang import datadir  # noqa: PLC0415

    datadir.prepare(place)
    import django  # noqa: PLC0415

    clock = follow(clock_file)
    django.setup()
    return clock


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
