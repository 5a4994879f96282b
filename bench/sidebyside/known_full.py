"""A full run whose result is kept as what is known: `known_full.py OUT KNOWN_DIR FILE…`, with the product's Python."""

import argparse
from functools import partial
from pathlib import Path

from child import Report
from ours import AS_OF

from lianfang.linkage.engine.known import save_known
from lianfang.linkage.engine.pipeline import link
from lianfang.linkage.readers import Source, read_lists


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("known", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    report = Report("known")
    reading = read_lists([Source(path) for path in given.files])
    link(reading.records, reading.lists, as_of=AS_OF, keep=partial(save_known, given.known))
    report.done("full run, kept")
    report.finish(given.out / "report.json", rows=reading.records.height)
    reading.records.select("record", "list", "row").write_parquet(given.out / "places.parquet")


if __name__ == "__main__":
    main()
