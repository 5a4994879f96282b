"""One new list against what is known: `known_new.py OUT KNOWN_DIR FILE`, in the product's environment."""

import argparse
from pathlib import Path

import polars as pl
from child import Report
from ours import AS_OF

from lianfang.linkage.engine.known import Known
from lianfang.linkage.readers import Source, read_lists


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("known", type=Path)
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    report = Report("known")
    known = Known.open(given.known)
    report.done("open")
    reading = read_lists([Source(given.file)])
    report.done("read")
    found = known.link(reading.records, reading.lists, as_of=AS_OF)
    report.done("link")
    after = known.append(found)
    report.done("append")
    report.finish(given.out / "report.json", link=dict(found.seconds), new_rows=reading.records.height)
    labels = pl.Series([each.label for each in after.lists], dtype=pl.String)
    rows = reading.records.select("record", "row").with_columns(
        pl.col("record") + pl.lit(found.first_record, pl.UInt32)
    )
    after.links().write_parquet(given.out / "links.parquet")
    rows.write_parquet(given.out / "new.parquet")
    labels.to_frame("label").write_parquet(given.out / "lists.parquet")


if __name__ == "__main__":
    main()
