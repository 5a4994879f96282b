"""Exact keys on the standardised table: rows with the same valid ID number, or the same phone and name, are one person.

`exact.py TABLE.parquet OUT`, in the product's environment. This is what a spreadsheet can do.
"""

import argparse
from pathlib import Path

import polars as pl
from child import Report

KEYS = (("id18",), ("phone", "name"))


def clusters(table: pl.DataFrame) -> pl.DataFrame:
    """record, person_id: the smallest record that equal keys lead to, in as many steps as it takes."""
    frame = table.select("record", "id18", "phone", "name", person_id="record")
    while True:
        before = frame["person_id"]
        for key in (*KEYS, ("person_id",)):
            known = pl.all_horizontal(pl.col(part).is_not_null() for part in key)
            least = frame.filter(known).group_by(key).agg(least=pl.col("person_id").min())
            frame = frame.join(least, on=key, how="left", maintain_order="left")
            frame = frame.with_columns(pl.min_horizontal("person_id", "least").alias("person_id")).drop(
                "least"
            )
            # whoever was led to a record follows where that record is led
            led = frame.select(pl.col("record").alias("person_id"), pl.col("person_id").alias("next"))
            frame = frame.join(led, on="person_id", how="left", maintain_order="left")
            frame = frame.with_columns(pl.col("next").alias("person_id")).drop("next")
        if frame["person_id"].equals(before):
            return frame.select("record", "person_id")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("table", type=Path)
    parser.add_argument("out", type=Path, help="directory")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    report = Report("exact")
    table = pl.read_parquet(given.table, columns=["record", "id18", "phone", "name"])
    found = clusters(table)
    report.done("join")
    report.finish(given.out / "report.json")
    found.write_parquet(given.out / "clusters.parquet")


if __name__ == "__main__":
    main()
