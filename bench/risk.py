"""Published lists in their real mess: how much of them is read?

`python bench/risk.py --trips trips.csv --figures city_daily.csv[.gz] [--year 2020]`. Neither file is shipped.
Trips: rows, trips,
what was not read and why, repeats merged, seconds. Figures: cities found (and how many of the codes that the file
itself gives are found by name alone), rows without a place, areas derived, seconds.
"""

import argparse
import csv
import gzip
import io
import sys
import time
from collections import Counter
from pathlib import Path

from lianfang.screening.engine import cotravel, risk


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trips", type=Path)
    parser.add_argument("--figures", type=Path)
    parser.add_argument("--year", type=int, default=2020)
    given = parser.parse_args(argv)
    if given.trips:
        trips(given.trips, given.year)
    if given.figures:
        figures(given.figures)
    return 0


def trips(path: Path, year: int) -> None:
    began = time.perf_counter()
    reading = cotravel.read_file(path.name, path.read_bytes(), year=year)
    merged = cotravel.merge(reading.trips)
    index = cotravel.Index(merged)
    took = time.perf_counter() - began
    missed = [
        trip
        for trip in reading.trips
        if not index.check(cotravel.Leg(trip.numbers[0], trip.mode, trip.dates[0]))
    ]
    print(
        f"trips: {len(reading.trips)} read, {len(reading.unread)} not, {len(merged)} after merging; {took:.2f} s"
    )
    print(f"  not read: {dict(Counter(row.code for row in reading.unread))}")
    print(f"  mended or doubtful: {dict(Counter(note for trip in reading.trips for note in trip.notes))}")
    print(f"  trips that a leg with their own number and date does not hit: {len(missed)}")


def figures(path: Path) -> None:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    began = time.perf_counter()
    found = risk.read_figures(path.name, content)
    areas = risk.derive_areas(found, risk.Rule(), source=path.name)
    took = time.perf_counter() - began
    print(f"figures: {len(found.totals)} divisions, {len(areas)} areas; {took:.2f} s")
    print(f"  rows without a place: {dict(Counter(code for _, _, code in found.unread))}")
    named = {
        (row["province"] + row["city"] if row["city"] != row["province"] else row["city"], row["cityCode"])
        for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        if row["city"] and len(row["cityCode"]) == 6 and row["cityCode"].isdigit()
    }
    wrong = [
        (name, code, place) for name, code in named if (place := risk.find_place(name)) != risk.Place(code)
    ]
    print(f"  of {len(named)} names with a code, found by name alone: {len(named) - len(wrong)}")
    for name, code, place in sorted(wrong, key=str):
        print(f"    {name} {code}: {place}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
