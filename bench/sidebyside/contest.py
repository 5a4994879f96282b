"""Contenders in processes of their own, one size of lists at a time, round by round."""

import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from heldout.score import score
from sidebyside import judge

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LISTS = ("register", "carrier", "transport", "gate", "visits", "self_reports")
Say = Callable[[str], None]


class ContenderError(Exception):
    """A contender that did not finish; says why in words."""


@dataclass(frozen=True)
class Site:
    """Where things are: the two Pythons, the lists of one size, a directory for what contenders write."""

    python: Path
    peers_python: Path
    lists: Path
    work: Path
    limit: float  # seconds for one run of one contender

    @property
    def files(self) -> list[Path]:
        """The lists, in the order in which every contender reads them."""
        found = [path for name in LISTS for path in sorted(self.lists.glob(f"{name}.*"))]
        if len(found) != len(LISTS):
            raise ContenderError(f"{self.lists} does not hold the six lists")
        return found


@dataclass
class Entry:
    """One contender at one size: every run, and what the clusters were worth."""

    name: str
    runs: list[dict[str, Any]] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
    threshold: float | None = None
    note: str = ""


def run(site: Site, script: str, *words: str | Path, out: Path, peer: bool = False) -> dict[str, Any]:
    """Run one script, which writes into `out`, to its end; returns its report, with the seconds of the whole process.

    Raises ContenderError.
    """
    python = site.peers_python if peer else site.python
    env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{HERE}", "PYTHONWARNINGS": "ignore"}
    log = site.work / f"{Path(script).stem}.log"
    start = time.perf_counter()
    with log.open("w") as told:
        child = subprocess.Popen(
            [str(python), str(HERE / script), *map(str, words)], env=env, stdout=told, stderr=told
        )
        try:
            code = child.wait(timeout=site.limit)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            raise ContenderError(f"not finished after {site.limit:,.0f} s") from None
    if code:
        lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip(" ^~\n")]
        last = next((line for line in reversed(lines) if "Error" in line), lines[-1] if lines else "")
        raise ContenderError(f"ended with code {code}: {last[:200]}")
    report: dict[str, Any] = json.loads((out / "report.json").read_text())
    return {**report, "process_seconds": time.perf_counter() - start}


def table(site: Site, name: str = "") -> Path:
    """The standardised table that a peer reads."""
    return site.work / ("rowwise" if name == "splink_rows" else "prepared") / "standard.parquet"


def places(site: Site, name: str = "") -> pl.DataFrame:
    """record, file, row of every record, in order, as a contender numbers them."""
    frame = pl.read_parquet(table(site, name), columns=["record", "file", "row"]).sort("record")
    return frame.with_columns(pl.col("row").cast(pl.Int64))


def whole(prepared: Mapping[str, Any], linked: Mapping[str, Any]) -> dict[str, Any]:
    """One run from files to clusters made by two processes in turn: times add up, the larger memory counts."""
    return {
        "seconds": prepared["seconds"] + linked["seconds"],
        "processor_seconds": prepared["processor_seconds"] + linked["processor_seconds"],
        "peak_bytes": max(prepared["peak_bytes"], linked["peak_bytes"]),
        "load": linked["load"],
        "linking_seconds": linked["seconds"],
        "steps": {**prepared["steps"], **linked["steps"]},
    }


def judged(
    site: Site, clusters: Path, truth: pl.DataFrame, name: str = "", doubts: pl.DataFrame | None = None
) -> dict[str, float]:
    """Figures of a contender's file of clusters: record, person_id; `doubts`: see `judge.claimed`."""
    found = pl.read_parquet(clusters, columns=["record", "person_id"])
    numbered = places(site, name).with_columns(pl.col("record").cast(pl.UInt32))
    placed = numbered.join(found.with_columns(pl.col("record").cast(pl.UInt32)), on="record")
    figures = judge.figures(score(placed, truth))
    if doubts is not None:
        figures["claimed_f1"] = judge.claimed(placed, doubts, truth).f1
    return figures


def doubts_of(site: Site, name: str) -> pl.DataFrame | None:
    """Pairs that a contender leaves apart and that may be one person; exact keys know no doubts."""
    if name == "ours":
        reviews = pl.read_parquet(site.work / name / "reviews.parquet")
        return reviews.filter(~pl.col("joined")).select("record_a", "record_b")
    told = site.work / f"{name}-all" / "doubts.parquet"
    return pl.read_parquet(told) if told.exists() else None


PEER_SCRIPTS = {
    "splink": "splink_chinese.py",
    "splink_rows": "splink_chinese.py",
    "recordlinkage": "recordlinkage_chinese.py",
}


def choose(site: Site, name: str, truth: pl.DataFrame) -> list[dict[str, float]]:
    """An untimed run of a peer that writes all pairs it scored: its figures at many thresholds."""
    out = site.work / f"{name}-all"
    if name == "splink_rows":
        prepare_rows(site)
    run(site, PEER_SCRIPTS[name], table(site, name), out, out=out, peer=True)
    pairs = pl.read_parquet(out / "pairs.parquet")
    points = judge.curve(pairs, places(site, name), truth)
    apart = pl.col("weight").is_between(judge.MAY_BE, judge.best(points)["threshold"], closed="left")
    pairs.filter(apart).select(record_a="a", record_b="b").write_parquet(out / "doubts.parquet")
    (out / "pairs.parquet").unlink()
    return points


def contest(
    site: Site, names: Sequence[str], rounds: int, say: Say
) -> tuple[dict[str, Entry], dict[str, list[dict[str, float]]]]:
    """All contenders side by side; returns their entries, and the threshold curves of the peers."""
    site.work.mkdir(parents=True, exist_ok=True)
    truth = judge.read_truth(site.lists / "truth.csv")
    prepare(site)
    entries = {name: Entry(name) for name in names}
    curves = {}
    for name in [name for name in names if name in PEER_SCRIPTS]:
        try:
            curves[name] = choose(site, name, truth)
            entries[name].threshold = judge.best(curves[name])["threshold"]
            say(
                f"  {name}: best threshold {entries[name].threshold}, F1 {judge.best(curves[name])['f1']:.4f}"
            )
        except ContenderError as error:
            entries[name].note = str(error)
            say(f"  {name}: {error}")
    for each in range(rounds):
        prepared = prepare(site)
        for entry in entries.values():
            if not entry.note:
                say(f"  round {each + 1}: {entry.name} {take_turn(site, entry, prepared)}")
    for entry in entries.values():
        if entry.runs:
            doubts = doubts_of(site, entry.name)
            clusters = site.work / entry.name / "clusters.parquet"
            entry.figures = judged(site, clusters, truth, entry.name, doubts)
    return entries, curves


def prepare(site: Site) -> dict[str, Any]:
    """Read and standardise for the peers."""
    out = site.work / "prepared"
    return run(site, "prepare.py", out, *site.files, out=out)


def prepare_rows(site: Site) -> dict[str, Any]:
    """Read and standardise row by row, as users of the peers do."""
    out = site.work / "rowwise"
    return run(site, "rowwise.py", out, *site.files, out=out, peer=True)


def take_turn(site: Site, entry: Entry, prepared: Mapping[str, Any]) -> str:
    """One timed run, told in a few words; a contender that does not finish takes no further turn."""
    out = site.work / entry.name
    try:
        if entry.name == "ours":
            entry.runs.append(run(site, "ours.py", out, *site.files, out=out))
        elif entry.name == "exact":
            entry.runs.append(whole(prepared, run(site, "exact.py", table(site), out, out=out)))
        else:
            script = PEER_SCRIPTS[entry.name]
            if entry.name == "splink_rows":
                prepared = prepare_rows(site)
            chosen = ("--threshold", str(entry.threshold))
            linked = run(site, script, table(site, entry.name), out, *chosen, out=out, peer=True)
            entry.runs.append(whole(prepared, linked))
    except ContenderError as error:
        entry.note = str(error)
        return entry.note
    return f"{entry.runs[-1]['seconds']:.1f} s, {entry.runs[-1]['peak_bytes'] / 1e9:.2f} GB"


def summary(entry: Entry) -> dict[str, Any]:
    """What the results keep of an entry."""
    kept: dict[str, Any] = {"note": entry.note, "threshold": entry.threshold}
    if entry.runs:
        kept["figures"] = {name: round(value, 4) for name, value in entry.figures.items()}
        kept["seconds"] = [round(each["seconds"], 2) for each in entry.runs]
        kept["median_seconds"] = round(statistics.median(each["seconds"] for each in entry.runs), 2)
        kept["median_processor_seconds"] = round(
            statistics.median(each["processor_seconds"] for each in entry.runs), 2
        )
        kept["peak_gigabytes"] = round(max(each["peak_bytes"] for each in entry.runs) / 1e9, 2)
        kept["load"] = [round(each["load"], 2) for each in entry.runs]
        kept["steps"] = {step: round(value, 2) for step, value in entry.runs[-1]["steps"].items()}
        kept["steps"].update(
            {step: round(value, 2) for step, value in entry.runs[-1].get("link", {}).items()}
        )
    return kept
