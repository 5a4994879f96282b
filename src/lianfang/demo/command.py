"""`lianfang demo --people N --seed S --out DIR`: make the demo subdistrict's lists and the truth behind
them."""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from lianfang.demo.lists import carrier, gate, register, self_report, transport, visits
from lianfang.demo.lists.sheet import Book
from lianfang.demo.truth import write_territory, write_truth
from lianfang.demo.world import World, build_world
from lianfang.demo.writing import write_book

DAY = date(2020, 2, 20)  # the day of the lists: the second week after the holiday, everybody returns
SMALLEST, LARGEST = 50, 3_000_000
_MAKERS: tuple[Callable[[World], Book], ...] = (
    register.make,
    carrier.make,
    transport.make,
    gate.make,
    visits.make,
    self_report.make,
)
_README = """# 演示街道 / Demo subdistrict

Synthetic data by `lianfang demo --people {people} --seed {seed}`; day of the lists: {day}. Nobody in it
exists.
以下数据均为程序生成,人物、住址、电话均为虚构。

- `lists/` six person lists as offices send them, {rows:,} rows on {people:,} residents. The register is
`{register}`.
- `territory/` the areas with their codes, a map, the gates:
  `lianfang territory territory/areas.csv territory/map.geojson territory/gates.geojson`.
- `truth/` what is behind them, to measure with; the product never reads it:
  `rows.csv` (file, row, person_id: whom each row means), `people.csv`, `residences.csv`, `phones.csv`,
  `dwellings.csv`,
  `compounds.csv`, `errors.toml` (the error model: how often which writer makes which
  mistake).

Measure a result: `python -m lianfang.demo.score --links OUT/links.csv --truth truth/rows.csv --register
{register}`
"""


class DemoError(Exception):
    """The demo that was asked for cannot be; the message says why."""


@dataclass(frozen=True)
class Made:
    """Where the demo's files are: the register, the other lists, and how many data rows they hold
    together."""

    register: Path
    lists: tuple[Path, ...]
    truth: Path
    rows: int


def make_demo(people: int, seed: int, out: Path, say: Callable[[str], None] = lambda _: None) -> Made:
    """Write lists/, truth/ and README.md into `out` (made if missing). DemoError for an impossible size."""
    if not SMALLEST <= people <= LARGEST:
        raise DemoError(f"people must be between {SMALLEST} and {LARGEST}, not {people}")
    if seed < 0:
        raise DemoError(f"seed must not be negative, not {seed}")
    lists, truth, territory = out / "lists", out / "truth", out / "territory"
    for folder in (lists, truth, territory):
        folder.mkdir(parents=True, exist_ok=True)
    (lists / (gate.CSV)).unlink(missing_ok=True)  # another size may have left the other form of the gate book
    (lists / (gate.XLSX)).unlink(missing_ok=True)
    world = build_world(people, seed, DAY)
    say(f"{people:,} residents in {world.land.dwellings.height:,} dwellings")
    parts: list[pl.DataFrame] = []
    files: list[Path] = []
    for make in _MAKERS:
        book = make(world)
        parts.append(write_book(book, lists))
        files.append(lists / book.file)
        say(f"{book.file}: {parts[-1].height:,} rows")
    rows = pl.concat(parts)
    write_truth(world, rows, truth)
    write_territory(world.land, territory)
    text = _README.format(people=people, seed=seed, day=DAY, rows=rows.height, register=register.FILE)
    (out / "README.md").write_text(text, encoding="utf-8")
    return Made(files[0], tuple(files[1:]), truth, rows.height)


def main(argv: list[str]) -> int:
    """0 when the lists are written, 2 for arguments that cannot be."""
    parser = argparse.ArgumentParser(
        prog="lianfang demo", description="Make the demo subdistrict's six lists."
    )
    parser.add_argument("--people", type=int, default=20_000, help="residents (default 20000)")
    parser.add_argument(
        "--seed", type=int, default=1, help="the same seed gives the same subdistrict (default 1)"
    )
    parser.add_argument("--out", type=Path, required=True, help="directory to write lists/ and truth/ into")
    options = parser.parse_args(argv)
    since = time.perf_counter()
    try:
        made = make_demo(options.people, options.seed, options.out, print)
    except (DemoError, OSError) as error:
        print(f"lianfang demo: {error}", file=sys.stderr)
        return 2
    print(f"{made.rows:,} rows in {options.out} after {time.perf_counter() - since:.1f} s")
    return 0
