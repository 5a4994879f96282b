"""Public data sets: our engine with `english.toml` through its command, beside Splink at its best threshold."""

import subprocess
import time
from pathlib import Path
from typing import Any

import polars as pl

from heldout.score import read, score
from sidebyside import judge
from sidebyside.contest import HERE, ContenderError, Say, Site, run

#: Data sets by the name that scripts use, with the one that readers know.
NAMES = {
    "historical_people": "historical people (splink)",
    "fake_1000": "fake_1000 (splink)",
    "rldata10000": "RLdata10000",
    "febrl3": "Febrl 3",
    "febrl4": "Febrl 4",
}
KEPT = ("f1", "precision", "recall")
#: The command as it is installed, without needing it on the path.
COMMAND = "import sys; from lianfang.linkage.link_command import main; sys.exit(main(sys.argv[1:]))"


def contest(site: Site, extra: Path | None, say: Say) -> list[dict[str, Any]]:
    """One row of figures for every data set at hand; `extra` may hold those that no package brings."""
    data = site.work / "public"
    words = [site.peers_python, HERE / "english_data.py", data, *([extra] if extra else [])]
    subprocess.run([str(word) for word in words], check=True)
    rows = []
    for name, shown in NAMES.items():
        home = data / name
        if home.exists():
            our, their = ours(site, home), splink(site, home)
            say(f"  {shown}: ours {our['f1']:.4f}, Splink {their['f1']:.4f}")
            height = read(home / "truth.csv").height
            rows.append({"data": shown, "rows": height, "ours": our, "splink": their})
    return rows


def lists(home: Path) -> list[Path]:
    """The lists of a data set, by name."""
    return [path for path in sorted(home.glob("*.csv")) if path.name != "truth.csv"]


def ours(site: Site, home: Path) -> dict[str, float]:
    """`lianfang link` as shipped: figures, and seconds of the whole command."""
    out = site.work / "english" / home.name
    words = [
        str(site.python),
        "-c",
        COMMAND,
        *map(str, lists(home)),
        "--model",
        "english",
        "--out",
        str(out),
        "--quiet",
    ]
    start = time.perf_counter()
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    if done.returncode:
        raise ContenderError(f"lianfang link, {home.name}: {done.stderr[-200:]}")
    truth = judge.read_truth(home / "truth.csv")
    found = pl.read_csv(out / "links.csv", schema_overrides={"row": pl.Int64})
    return kept(judge.figures(score(found, truth)), seconds)


def splink(site: Site, home: Path) -> dict[str, float]:
    """Splink's best threshold: figures, and seconds of the whole process without clustering."""
    out = site.work / "splink-english" / home.name
    report = run(site, "splink_english.py", home.name, home, out, peer=True, out=out)
    places = pl.concat(
        pl.DataFrame({"file": [path.name] * rows(path), "row": range(2, rows(path) + 2)})
        for path in lists(home)
    )
    numbered = places.with_row_index("record").with_columns(pl.col("row").cast(pl.Int64))
    points = judge.curve(
        pl.read_parquet(out / "pairs.parquet"), numbered, judge.read_truth(home / "truth.csv")
    )
    return kept(judge.best(points), report["process_seconds"])


def rows(path: Path) -> int:
    """Data rows of a list."""
    return pl.read_csv(path, infer_schema=False).height


def kept(figures: dict[str, float], seconds: float) -> dict[str, float]:
    """What the results keep."""
    return {**{name: round(figures[name], 4) for name in KEPT}, "seconds": round(seconds, 1)}
