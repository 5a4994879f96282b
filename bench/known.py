"""A new list against what is known: how long, and how far from a full run of everything?

`python bench/known.py DIR [--new 5000]`: DIR holds lists (CSV or workbooks; `truth*` is left out). Rows drawn from all
lists but the register are the new list; the rest is linked and stored first. Printed: seconds for reading 5,000 rows
again, linking and appending them; then everything is linked at once, and the new rows' persons are compared.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from lianfang.linkage.engine.basis import Basis
from lianfang.linkage.engine.known import Known, KnownLinks, save_known
from lianfang.linkage.engine.pipeline import link
from lianfang.linkage.fields import ListKind, PersonList
from lianfang.linkage.readers import Source, read_lists

DAY = date(2020, 3, 1)
ROUNDS = 5


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lists", type=Path, metavar="DIR")
    parser.add_argument("--new", type=int, default=5_000, help="rows of the new list")
    given = parser.parse_args(argv)
    paths = sorted(
        p for p in given.lists.iterdir() if p.suffix in (".csv", ".xlsx", ".xls") and "truth" not in p.name
    )
    reading = read_lists([Source(path) for path in paths])
    old, new = split(reading.records, reading.lists, given.new)
    with tempfile.TemporaryDirectory() as folder:
        stored: list[float] = []

        def keep(basis: Basis) -> None:
            since = time.perf_counter()
            save_known(Path(folder) / "known", basis)
            stored.append(time.perf_counter() - since)

        began = time.perf_counter()
        link(old, reading.lists, as_of=DAY, keep=keep)
        whole = time.perf_counter() - began
        print(
            f"{len(old):,} rows linked and stored: {whole:.1f} s, of it storing {stored[0]:.1f} s", flush=True
        )
        answer, after = measured(Path(folder) / "known", new, reading.lists)
        compared(old, new, reading.lists, answer, after.links())
    return 0


def split(
    records: pl.DataFrame, lists: tuple[PersonList, ...], count: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What is known, and the new rows, each numbered from 0."""
    registers = [one.index for one in lists if one.kind is ListKind.REGISTER]
    others = np.flatnonzero(~records["list"].is_in(registers).to_numpy())
    chosen = np.zeros(len(records), bool)
    chosen[np.random.default_rng(1).choice(others, min(count, len(others)), replace=False)] = True
    number = pl.int_range(pl.len(), dtype=pl.UInt32)
    old, new = (records.filter(pl.Series(mask)).with_columns(record=number) for mask in (~chosen, chosen))
    return old, new


def measured(directory: Path, new: pl.DataFrame, lists: tuple[PersonList, ...]) -> tuple[KnownLinks, Known]:
    """The best of some rounds, because other work on the machine only ever adds."""
    began = time.perf_counter()
    known = Known.open(directory)
    opened = time.perf_counter() - began
    taken, steps = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = known.link(new, lists, as_of=DAY)
        taken.append(time.perf_counter() - began)
        steps.append(answer.seconds)
    best = int(np.argmin(taken))
    began = time.perf_counter()
    after = known.append(answer)
    appended = time.perf_counter() - began
    told = ", ".join(f"{name} {seconds:.2f}" for name, seconds in steps[best].items())
    print(
        f"open {opened:.2f} s; link {len(new):,} rows {taken[best]:.2f} s ({told}); append {appended:.2f} s"
    )
    return answer, after


def compared(
    old: pl.DataFrame,
    new: pl.DataFrame,
    lists: tuple[PersonList, ...],
    answer: KnownLinks,
    after: pl.DataFrame,
) -> None:
    """Against a run of everything: the same person, or in which way another."""
    moved = new.with_columns(
        record=pl.col("record") + pl.lit(len(old), pl.UInt32),
        list=pl.col("list") + pl.lit(len(lists), pl.UInt16),
    )
    more = [PersonList(len(lists) + one.index, f"{one.label} (new)", one.kind) for one in lists]
    full = link(pl.concat([old, moved]), [*lists, *more], as_of=DAY).links.sort("record")["person"].to_numpy()
    mine = after["person"].to_numpy()
    ways: Counter[str] = Counter()
    for ours, theirs in zip(mine[len(old) :].tolist(), full[len(old) :].tolist(), strict=True):
        ways[way(ours, theirs, len(old), mine, full)] += 1
    for name, count in ways.most_common():
        print(f"{count / len(new):7.2%}  {name}")
    print(f"{(mine[: len(old)] == full[: len(old)]).mean():7.2%}  of the rows known before: the same person")


def way(ours: int, theirs: int, known: int, mine: np.ndarray, full: np.ndarray) -> str:
    """How two answers for one row differ."""
    if ours == theirs:
        return "the same person"
    if ours < known and theirs < known:
        same = full[ours] == theirs or mine[theirs] == ours
        return (
            "the same person, whose other rows a full run groups otherwise"
            if same
            else "another known person"
        )
    if ours < known:
        return "a known person; a full run leaves the row apart"
    return "nobody known; a full run finds somebody" if theirs < known else "a new person, grouped otherwise"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
