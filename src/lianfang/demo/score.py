"""How good a reconciliation is: links.csv against the demo's (or any) truth, row by row.

`python -m lianfang.demo.score --links OUT/links.csv --truth truth/rows.csv --register 1_居民底册.csv
[--format json]`

Pairwise: of all pairs of rows, within and across lists, that are put together, how many mean one person
(precision),
and the reverse (recall). B-cubed: the same seen from each row, so that large persons do not outweigh small
ones.
Within one list: pairs inside one file only; sheets of one workbook are one list. Unseen: rows of other lists
whose
person has no row in the register. A row that links.csv lacks counts as a person of its own.
"""

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl


@dataclass(frozen=True)
class Figure:
    """Shares between 0 and 1; `f1` is their harmonic mean. A share of nothing is 1."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class Score:
    """`rows`: rows of the truth; `missing`: of these, not in links.csv; `extra`: rows only links.csv has."""

    pairwise: Figure
    b_cubed: Figure
    within_list: Figure
    unseen: Figure
    rows: int
    missing: int
    extra: int


def score(links: Path, truth: Path, register: str) -> Score:
    """Compare links.csv (file, row, person_id, …) with the truth (file, row, person_id); `register` is a
    file's name.

    Raises FileNotFoundError, or ValueError where a row is named twice or the register holds no rows."""
    found, true = _read(links), _read(truth)
    both = true.join(found, on=("file", "row"), how="left", suffix="_found")
    missing = both["person_id_found"].null_count()
    own = pl.concat_str(pl.lit("missing "), pl.int_range(pl.len()).cast(pl.String))
    rows = both.select(
        truth=pl.col("person_id").rank("dense"),
        found=pl.coalesce("person_id_found", own).rank("dense"),
        list=pl.col("file").str.split("#").list.first(),
    )
    registered = rows["list"] == Path(register).name
    if not registered.any():
        raise ValueError(f"{truth}: no rows of the register {register!r}")
    return Score(
        pairwise=_pairwise(rows, []),
        b_cubed=_b_cubed(rows),
        within_list=_pairwise(rows, ["list"]),
        unseen=_unseen(rows, registered),
        rows=rows.height,
        missing=missing,
        extra=found.height - (rows.height - missing),
    )


def _read(path: Path) -> pl.DataFrame:
    types = {"file": pl.String, "row": pl.UInt32, "person_id": pl.String}
    frame = pl.read_csv(path, columns=list(types), schema_overrides=types)
    if frame.select("file", "row").is_duplicated().any():
        raise ValueError(f"{path}: a row is named twice")
    return frame


def _figure(right: float, found: float, true: float) -> Figure:
    precision = right / found if found else 1.0
    recall = right / true if true else 1.0
    both = precision + recall
    return Figure(precision, recall, 2 * precision * recall / both if both else 0.0)


def _pairwise(rows: pl.DataFrame, inside: list[str]) -> Figure:
    def pairs(*keys: str) -> int:
        size = rows.group_by(*inside, *keys).len().get_column("len").cast(pl.Int64)
        return int((size * (size - 1) // 2).sum())

    return _figure(pairs("truth", "found"), pairs("found"), pairs("truth"))


def _b_cubed(rows: pl.DataFrame) -> Figure:
    cells = rows.group_by("truth", "found").len("both")
    for key in ("truth", "found"):
        cells = cells.join(rows.group_by(key).len(f"size_{key}"), on=key)
    squared = pl.col("both").cast(pl.Float64) ** 2
    sums = cells.select(
        precision=(squared / pl.col("size_found")).sum(), recall=(squared / pl.col("size_truth")).sum()
    ).row(0)
    precision, recall = (float(value) / rows.height for value in sums)
    return Figure(precision, recall, 2 * precision * recall / (precision + recall))


def _unseen(rows: pl.DataFrame, registered: pl.Series) -> Figure:
    on_register, others = rows.filter(registered), rows.filter(~registered)
    true = ~others["truth"].is_in(on_register["truth"].unique().implode())
    found = ~others["found"].is_in(on_register["found"].unique().implode())
    return _figure(int((true & found).sum()), int(found.sum()), int(true.sum()))


def _table(result: Score) -> str:
    lines = [f"{'':12}{'precision':>11}{'recall':>9}{'F1':>9}"]
    for name in ("pairwise", "b_cubed", "within_list", "unseen"):
        figure: Figure = getattr(result, name)
        lines.append(f"{name:12}{figure.precision:11.4f}{figure.recall:9.4f}{figure.f1:9.4f}")
    lines.append(f"{result.rows:,} rows, {result.missing:,} missing in links, {result.extra:,} extra")
    return "\n".join(lines)


def main(argv: list[str]) -> int:
    """0 when the score is printed, 2 where a file cannot be scored."""
    parser = argparse.ArgumentParser(prog="python -m lianfang.demo.score", description=__doc__)
    parser.add_argument("--links", type=Path, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--register", required=True, help="file name of the register as in the truth")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options = parser.parse_args(argv)
    try:
        result = score(options.links, options.truth, options.register)
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        print(f"score: {error}", file=sys.stderr)
        return 2
    print(json.dumps(asdict(result)) if options.format == "json" else _table(result))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
