"""`lianfang link`: which rows of these lists are the same person? For any lists that have a model file.

Writes into --out: links.csv (file,row,person_id,probability,rule; rows as a spreadsheet numbers them, the
header is row 1) and reviews.csv (pairs of rows that a human should look at, the most valuable first).
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from lianfang.linkage.engine.clock import Progress
from lianfang.linkage.engine.columns.table import read_columns
from lianfang.linkage.engine.model import Model, ModelError
from lianfang.linkage.engine.model_file import load_model
from lianfang.linkage.engine.pipeline import Linkage
from lianfang.linkage.engine_choice import EngineProblem, add_engine_options, engine_chosen
from lianfang.linkage.fields import ListKind, PersonList
from lianfang.linkage.model_lists import UnusableList, read_tables
from lianfang.linkage.readers import Source, read_lists

SHIPPED = ("english", "chinese")


@dataclass(frozen=True)
class Lists:
    """What is to be linked: `records` for the engine, and the place of each (`record`, `file`, `row`)."""

    records: pl.DataFrame
    lists: tuple[PersonList, ...]
    places: pl.DataFrame


def main(argv: Sequence[str]) -> int:
    """0 done, 1 a list cannot be used or the result not written, 2 the command line or the model is wrong."""
    given = _parser().parse_args(argv)
    try:
        model = load_model(given.model if given.model in SHIPPED else Path(given.model))
        lists = _chinese(given.lists) if model.columns is None else _generic(given.lists, model)
        with engine_chosen(given, standard=False) as link:
            result = link(
                lists.records, lists.lists, as_of=given.as_of, model=model, progress=_told(given.quiet)
            )
        _write(given.out, lists, result)
    except (ModelError, EngineProblem) as error:
        return _complain(str(error), 2)
    except UnusableList as error:
        return _complain(str(error), 1)
    except OSError as error:
        return _complain(f"{error.filename or given.out}: {error.strerror or error}", 1)
    if not given.quiet:
        print(_summary(result, given.out))
    return 0


def _summary(result: Linkage, out: Path) -> str:
    people, cases = result.links["person"].n_unique(), len(result.reviews)
    lines = [f"{len(result.links):,} rows, {people:,} people, {cases:,} cases to look at: {out}"]
    for over in result.passed_over:
        lines.append(f"  not compared by {over.rule}: {over.rows:,} rows in {over.blocks:,} groups too large")
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lianfang link", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("lists", nargs="+", type=Path, metavar="LIST", help="CSV files or Excel workbooks")
    parser.add_argument(
        "--model", default="english", help="english, chinese or a model file (docs/develop/models.md)"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where links.csv goes")
    parser.add_argument(
        "--as-of",
        type=date.fromisoformat,
        default=date.today(),
        metavar="DATE",
        help="the day that ages refer to",
    )
    add_engine_options(parser)
    parser.add_argument("--quiet", action="store_true", help="say nothing but what went wrong")
    return parser


def _generic(paths: Sequence[Path], model: Model) -> Lists:
    assert model.columns is not None
    tables = read_tables(paths, model.columns)
    records = read_columns(model.columns, [(table.label, table.cells) for table in tables])
    lists = tuple(PersonList(i, table.label, ListKind.OTHER) for i, table in enumerate(tables))
    rows = pl.concat([table.rows for table in tables])
    return Lists(records, lists, _places(records, lists, rows))


def _chinese(paths: Sequence[Path]) -> Lists:
    reading = read_lists([Source(path) for path in paths])
    if reading.errors:
        raise UnusableList("\n".join(f"{error.file}: {error.en}" for error in reading.errors))
    return Lists(
        reading.records, reading.lists, _places(reading.records, reading.lists, reading.records["row"])
    )


def _places(records: pl.DataFrame, lists: Sequence[PersonList], rows: pl.Series) -> pl.DataFrame:
    labels = pl.Series([person_list.label for person_list in lists], dtype=pl.String)
    return pl.DataFrame({"record": records["record"], "file": labels.gather(records["list"]), "row": rows})


def _write(out: Path, lists: Lists, result: Linkage) -> None:
    out.mkdir(parents=True, exist_ok=True)
    width = len(str(max(len(result.links), 1)))
    number = pl.col("person").rank("dense").cast(pl.String).str.zfill(width)
    links = result.links.join(lists.places, on="record", how="left", maintain_order="left").select(
        "file", "row", pl.concat_str(pl.lit("P"), number).alias("person_id"), "probability", "rule"
    )
    links.write_csv(out / "links.csv", float_precision=4)
    reviews = result.reviews
    for side in ("a", "b"):
        place = lists.places.rename(
            {"record": f"record_{side}", "file": f"file_{side}", "row": f"row_{side}"}
        )
        reviews = reviews.join(place, on=f"record_{side}", how="left", maintain_order="left")
    told = reviews.select(
        "file_a", "row_a", "file_b", "row_b", "probability", "joined", "rule", "reason_zh", "reason_en"
    )
    told.write_csv(out / "reviews.csv", float_precision=4)


def _told(quiet: bool) -> Progress | None:
    return None if quiet else lambda step, share: print(f"{share:4.0%} {step}", file=sys.stderr)


def _complain(message: str, code: int) -> int:
    print(f"lianfang link: {message}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
