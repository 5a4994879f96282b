"""Our engine, files to clusters: `ours.py OUT FILE…`, in the product's environment.

Nothing is set for the bench: the shipped model, no knowledge of the truth. `--wrong-link C` changes the stated cost of
a wrong link and so where the engine joins; the precision-recall curve is drawn with it.
"""

import argparse
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
from child import Report

from lianfang.linkage.engine.model import Model
from lianfang.linkage.engine.model_file import load_model
from lianfang.linkage.engine.pipeline import link
from lianfang.linkage.readers import Source, read_lists

#: The day to which ages and dates without a year refer, for every contender.
AS_OF = date(2020, 3, 15)


def model(wrong_link: float | None) -> Model:
    """The shipped model, with another cost of a wrong link if given."""
    shipped = load_model()
    if wrong_link is None:
        return shipped
    return replace(shipped, costs=replace(shipped.costs, wrong_link=wrong_link))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--wrong-link", type=float, help="cost of a wrong link, in cases decided by a human")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    report = Report("ours")
    reading = read_lists([Source(path) for path in given.files])
    report.done("read")
    # As `lianfang reconcile` runs it: steps are kept on disk, in a new directory, so that nothing done before is used.
    with tempfile.TemporaryDirectory(dir=given.out) as steps:
        linkage = link(
            reading.records, reading.lists, as_of=AS_OF, model=model(given.wrong_link), work_dir=Path(steps)
        )
        report.done("link")
    report.finish(given.out / "report.json", link=dict(linkage.seconds), reviews=linkage.reviews.height)
    label = pl.Series([each.label for each in reading.lists], dtype=pl.String)
    records = reading.records.select("record", "row", file=label.gather(reading.records["list"]))
    found = linkage.links.join(records, on="record", how="left")
    found.rename({"person": "person_id"}).write_parquet(given.out / "clusters.parquet")
    linkage.reviews.select("record_a", "record_b", "probability", "joined").write_parquet(
        given.out / "reviews.parquet"
    )


if __name__ == "__main__":
    main()
