"""Our linkage beside Splink, recordlinkage and exact matching: `python bench/linkage.py`. How to: bench/README.md.

Makes held-out lists, gives every contender a process of its own, scores the clusters against the truth and writes what
came out into docs/develop/bench-linkage.json, from which the page and its pictures are made (`--page`: only those).
"""

import argparse
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import venv
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import polars as pl

from sidebyside import contest, english, judge, page
from sidebyside.contest import ContenderError, Site

HERE = Path(__file__).resolve().parent
RESULTS = HERE.parent / "docs" / "develop" / "bench-linkage.json"
CONTENDERS = ("ours", "splink", "splink_rows", "recordlinkage", "exact")
#: Costs of a wrong link at which the engine's precision-recall curve is drawn; the shipped model states 3.75.
WRONG_LINK = (0.02, 0.1, 0.3, 1.0, 3.0, 10.0, 50.0, 500.0)


def peers_python(given: Path | None) -> Path:
    """The Python of the peers' environment; made from requirements.txt at first use and when that changes."""
    if given is not None:
        return given
    home = HERE / ".venv"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    pins = HERE / "requirements.txt"
    wanted = hashlib.sha256(pins.read_bytes()).hexdigest()
    stamp = home / "installed.txt"
    if not stamp.exists() or stamp.read_text() != wanted:
        print("installing the peers", flush=True)
        venv.create(home, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(pins)]
        subprocess.run(install, check=True)
        stamp.write_text(wanted)
    return python


def lists(data: Path, people: int, seed: int, profile: str) -> Path:
    """The directory of held-out lists of a size, made if missing."""
    out = data / f"{profile}-{people}-{seed}"
    if not (out / "truth.csv").exists():
        words = ["--people", str(people), "--seed", str(seed), "--profile", profile, "--out", str(out)]
        subprocess.run(
            [sys.executable, str(HERE / "heldout" / "make.py"), *words], check=True, stdout=subprocess.DEVNULL
        )
    return out


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    try:
        memory = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9)
    except (AttributeError, ValueError):
        memory = 0
    return {
        "cores": cores,
        "memory_gigabytes": memory,
        "system": platform.system(),
        "machine": platform.machine(),
    }


def versions(python: Path) -> dict[str, str]:
    """Versions of what took part."""
    names = ("splink", "duckdb", "recordlinkage", "pandas")
    peers = f"import importlib.metadata as m; print(*(m.version(name) for name in {names}))"
    told = subprocess.run(
        [str(python), "-c", peers], check=True, capture_output=True, text=True
    ).stdout.split()
    ours = {name: metadata.version(name) for name in ("polars", "numpy")}
    return {"python": platform.python_version(), **dict(zip(names, told, strict=True)), **ours}


def one_size(site: Site, given: argparse.Namespace, people: int) -> dict[str, Any]:
    """Everything measured on lists of one size."""
    rounds = given.rounds or (3 if people <= 100_000 else 1)
    entries, curves = contest.contest(site, given.contenders, rounds, lambda line: print(line, flush=True))
    placed = contest.places(site)
    truth = judge.read_truth(site.lists / "truth.csv")
    result: dict[str, Any] = {
        "people": people,
        "rows": placed.height,
        "date": datetime.now(UTC).date().isoformat(),
        "rounds": rounds,
        "contenders": {name: contest.summary(entry) for name, entry in entries.items()},
        "curves": {name: judge.thinned(points) for name, points in curves.items()},
    }
    if entries.get("ours") and entries["ours"].runs:
        found = pl.read_parquet(site.work / "ours" / "clusters.parquet")
        reviews = pl.read_parquet(site.work / "ours" / "reviews.parquet")
        result["calibration"] = judge.calibration(found, truth)
        result["review_calibration"] = judge.review_calibration(reviews, placed, truth)
        result["reviews"] = reviews.height
        if people <= given.curve_people:
            result["curves"]["ours"] = our_curve(site, truth)
    return result


def our_curve(site: Site, truth: pl.DataFrame) -> list[dict[str, float]]:
    """Our precision and recall at several costs of a wrong link."""
    points = []
    for cost in WRONG_LINK:
        out = site.work / "ours-curve"
        contest.run(site, "ours.py", out, *site.files, "--wrong-link", str(cost), out=out)
        points.append(contest.judged(site, out / "clusters.parquet", truth))
    return [{name: round(point[name], 4) for name in ("precision", "recall", "f1")} for point in points]


def measure(given: argparse.Namespace) -> None:
    """Measure the sizes asked for, and put them beside those already in the results."""
    python = peers_python(given.peers_python)
    results = json.loads(given.out.read_text()) if given.out.exists() else {"sizes": {}}
    results.update(machine=machine(), versions=versions(python), seed=given.seed)
    with tempfile.TemporaryDirectory(dir=given.work) as scratch:
        if given.english:
            site = Site(Path(sys.executable), python, Path(scratch), Path(scratch), given.limit)
            results["english"] = english.contest(site, given.public, lambda line: print(line, flush=True))
            given.out.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        for people in given.people:
            data = given.data or HERE.parent / ".cache" / "bench"
            made = data if (data / "truth.csv").exists() else lists(data, people, given.seed, given.profile)
            print(f"{people:,} people ({given.profile})", flush=True)
            site = Site(Path(sys.executable), python, made, Path(scratch) / str(people), given.limit)
            results["sizes"][f"{given.profile} {people}"] = one_size(site, given, people)
            given.out.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    sizes = [20_000, 100_000, 470_000]
    parser.add_argument(
        "--people",
        type=lambda text: [int(n) for n in text.split(",") if n],
        default=sizes,
        help="sizes, with commas",
    )
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--profile", choices=["field", "kept", "rural"], default="field")
    parser.add_argument(
        "--data", type=Path, help="directory of lists, or one in which lists are made and kept"
    )
    parser.add_argument(
        "--contenders", type=lambda text: text.split(","), default=list(CONTENDERS), help="with commas"
    )
    parser.add_argument("--rounds", type=int, help="timed runs of each (default: 3, above 100,000 people 1)")
    parser.add_argument("--limit", type=float, default=900, help="seconds after which a contender is stopped")
    parser.add_argument(
        "--curve-people", type=int, default=100_000, help="largest size at which our own curve is drawn"
    )
    parser.add_argument("--english", action="store_true", help="public data in English as well")
    parser.add_argument(
        "--public", type=Path, help="with --english: directory with fake_1000.csv, historical_people.csv"
    )
    parser.add_argument(
        "--peers-python", type=Path, help="Python with the peers (default: bench/.venv, made when missing)"
    )
    parser.add_argument("--work", type=Path, help="directory for scratch files")
    parser.add_argument("--out", type=Path, default=RESULTS, help="results; the page is written beside it")
    parser.add_argument("--page", action="store_true", help="only make the page and its pictures anew")
    return parser.parse_args()


def main() -> None:
    """Command line."""
    given = arguments()
    given.out.parent.mkdir(parents=True, exist_ok=True)  # before an hour of measuring, not after
    try:
        if not given.page:
            measure(given)
        page.write(given.out)
    except ContenderError as error:
        sys.exit(f"bench: {error}")


if __name__ == "__main__":
    main()
