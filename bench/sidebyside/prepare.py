"""Files to the standardised table that the peers link: `prepare.py OUT FILE…`, in the product's environment.

The peers get our reading and our standardising, with its speed; both count in their time from files to clusters.
"""

import argparse
from datetime import date
from pathlib import Path

import polars as pl
from child import Report

from lianfang.linkage.engine.standardise import standardise
from lianfang.linkage.readers import Source, read_lists

#: The day to which ages and dates without a year refer, for every contender.
AS_OF = date(2020, 3, 15)


def ends_of_numbers() -> list[pl.Expr]:
    """id_head and id_tail, for peers to block masked numbers by: what shows around a mask, else six and four places."""
    text, masked = pl.col("id_text"), pl.col("id_form") == "masked"
    head = pl.when(masked).then(text.str.extract(r"^([^*]*)")).otherwise(text.str.slice(0, 6))
    tail = pl.when(masked).then(text.str.extract(r"([^*]*)$")).otherwise(text.str.slice(-4))
    return [
        pl.when(part != "").then(part).alias(name) for name, part in (("id_head", head), ("id_tail", tail))
    ]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    report = Report("prepare")
    reading = read_lists([Source(path) for path in given.files])
    report.done("read")
    standard = standardise(reading.records, reading.lists, AS_OF)
    report.done("standardise")
    report.finish(given.out / "report.json")
    label = pl.Series([each.label for each in reading.lists], dtype=pl.String)
    kind = pl.Series([each.kind.value for each in reading.lists], dtype=pl.String)
    table = standard.with_columns(
        file=label.gather(standard["list"]),
        kind=kind.gather(standard["list"]),
        row=reading.records.sort("record")["row"],
    )
    table = table.with_columns(pl.col(pl.Enum).cast(pl.String), *ends_of_numbers())
    table.write_parquet(given.out / "standard.parquet", row_group_size=122_880)


if __name__ == "__main__":
    main()
