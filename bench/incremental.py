"""5,000 new rows against what is known of 470,000 people: `python bench/incremental.py`. How to: bench/README.md.

The newest 5,000 self-reports are taken off their list; the rest of the six lists is linked and kept (not timed). Then,
each time from a copy of what is known and in a process of its own: the known is opened, the 5,000 rows are read, linked
and appended, so that the clusters are up to date. What they became is compared with one full run over everything.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from linkage import HERE, RESULTS, lists
from sidebyside import page
from sidebyside.contest import ContenderError, Site, run

LIST = "self_reports.csv"


def split(site: Site, new_rows: int) -> tuple[list[Path], Path]:
    """The lists without the newest rows of one of them, and those rows as a list."""
    text = next(path for path in site.files if path.name == LIST).read_text(encoding="utf-8-sig").splitlines()
    header, rows = text[0], text[1:]
    (site.work / "known-lists").mkdir(parents=True, exist_ok=True)
    rest, new = site.work / "known-lists" / LIST, site.work / "new_reports.csv"
    rest.write_text("\n".join([header, *rows[:-new_rows]]) + "\n", encoding="utf-8")
    new.write_text("\n".join([header, *rows[-new_rows:]]) + "\n", encoding="utf-8")
    return [rest if path.name == LIST else path for path in site.files], new


def agreement(site: Site, places: pl.DataFrame, files: list[Path], full: pl.DataFrame, moved: int) -> float:
    """Share of new rows that join the same known rows as in the full run, or as there nobody known.

    `places`: record, list, row of the known; `full`: file, row, person_id; `moved`: what a new row's number lacks to
    its number on the whole list.
    """
    labels = pl.Series([path.name for path in files], dtype=pl.String)
    known = places.select("record", pl.col("row").cast(pl.Int64), file=labels.gather(places["list"]))
    new = pl.read_parquet(site.work / "new" / "new.parquet")
    new = new.select("record", pl.col("row").cast(pl.Int64) + moved, file=pl.lit(LIST))
    where = pl.concat([known.with_columns(fresh=False), new.select(known.columns).with_columns(fresh=True)])
    links = pl.read_parquet(site.work / "new" / "links.parquet")
    both = where.join(links, on="record").join(full, on=["file", "row"])
    first = pl.col("record").filter(~pl.col("fresh")).min()
    judged = both.with_columns(by_known=first.over("person"), by_full=first.over("person_id")).filter("fresh")
    return float(judged.select(pl.col("by_known").eq_missing(pl.col("by_full")).mean()).item())


def measure(site: Site, people: int, new_rows: int, rounds: int) -> dict[str, Any]:
    """What the results keep."""
    files, new = split(site, new_rows)
    known = site.work / "known"
    kept = run(site, "known_full.py", site.work / "full-known", known, *files, out=site.work / "full-known")
    print(f"known: {kept['rows']:,} rows in {kept['seconds']:.1f} s", flush=True)
    reports = []
    for _ in range(rounds):
        shutil.rmtree(site.work / "copy", ignore_errors=True)
        shutil.copytree(known, site.work / "copy")
        reports.append(
            run(site, "known_new.py", site.work / "new", site.work / "copy", new, out=site.work / "new")
        )
        print(f"  {reports[-1]['seconds']:.2f} s {reports[-1]['steps']}", flush=True)
    run(site, "ours.py", site.work / "ours", *site.files, out=site.work / "ours")
    full = pl.read_parquet(site.work / "ours" / "clusters.parquet")
    full = full.select("file", pl.col("row").cast(pl.Int64), "person_id")
    places = pl.read_parquet(site.work / "full-known" / "places.parquet")
    whole = full.filter(pl.col("file") == LIST).height
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "people": people,
        "known_rows": kept["rows"],
        "new_rows": new_rows,
        "rounds": rounds,
        "median_seconds": round(statistics.median(each["seconds"] for each in reports), 2),
        "median_processor_seconds": round(
            statistics.median(each["processor_seconds"] for each in reports), 2
        ),
        "steps": {step: round(value, 3) for step, value in reports[-1]["steps"].items()},
        "peak_gigabytes": round(max(each["peak_bytes"] for each in reports) / 1e9, 2),
        "load": [round(each["load"], 2) for each in reports],
        "agreement": round(agreement(site, places, files, full, whole - new_rows), 4),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=470_000)
    parser.add_argument("--new-rows", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", type=Path, default=HERE.parent / ".cache" / "bench")
    parser.add_argument("--work", type=Path, help="directory for scratch files")
    parser.add_argument(
        "--out", type=Path, default=RESULTS, help="results to add to; the page is written beside it"
    )
    given = parser.parse_args()
    made = lists(given.data, given.people, given.seed, "field")
    if not given.out.exists():
        sys.exit("bench: there are no results yet to add to; run bench/linkage.py first")
    results = json.loads(given.out.read_text())
    try:
        with tempfile.TemporaryDirectory(dir=given.work) as scratch:
            python = Path(sys.executable)
            site = Site(python, python, made, Path(scratch), 1800)
            results["incremental"] = measure(site, given.people, given.new_rows, given.rounds)
    except ContenderError as error:
        sys.exit(f"bench: {error}")
    given.out.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    page.write(given.out)


if __name__ == "__main__":
    main()
