"""How right are the links? `python bench/heldout/score.py DIR/links.csv DIR/truth.csv` prints the figures.

links: `file,row,person_id,…`; truth: `file,row,person` (empty: a row that means nobody, not scored). Clusters
are counted through contingency tables (true person × found person × list): a million rows take seconds.
"""

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray


@dataclass(frozen=True)
class Quality:
    """Counts of right, found and true things, and what follows from them."""

    right: int
    found: int
    true: int

    @property
    def precision(self) -> float:
        """Right among found; 1 where nothing was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Right among true; 1 where there is nothing to find."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return harmonic(self.precision, self.recall)


@dataclass(frozen=True)
class ListPair:
    """Pairs of rows between two lists, or within one (first == second)."""

    first: str
    second: str
    pairs: Quality

    @property
    def missed(self) -> int:
        """True pairs not found."""
        return self.pairs.true - self.pairs.right

    @property
    def false(self) -> int:
        """Found pairs that are not true."""
        return self.pairs.found - self.pairs.right


@dataclass(frozen=True)
class Score:
    """All figures of one run."""

    rows: int  # scored
    rows_without_link: int  # in truth, not in links: counted as alone
    rows_without_truth: int  # in links, not in truth or meaning nobody: not counted
    people: int
    clusters: int
    pairs: Quality  # all pairs within and across lists
    within: Quality  # both rows on one list
    across: Quality  # rows on different lists
    bcubed_precision: float
    bcubed_recall: float
    unseen: Quality  # rows outside the register whose person is not in the register
    list_pairs: tuple[ListPair, ...]

    @property
    def bcubed_f1(self) -> float:
        """Harmonic mean of B-cubed precision and recall."""
        return harmonic(self.bcubed_precision, self.bcubed_recall)


def harmonic(a: float, b: float) -> float:
    """2ab/(a+b), 0 where both are 0."""
    return 2 * a * b / (a + b) if a + b else 0.0


def score(links: pl.DataFrame, truth: pl.DataFrame, *, register: str = "register") -> Score:
    """Compare found with true persons.

    `links` needs file, row, person_id, each (file, row) once; `truth` file, row, person. `register` is how
    the register's file name begins. Raises ValueError if links name a row twice.
    """
    files = pl.concat([links["file"], truth["file"]]).cast(pl.String).unique().sort()
    # numbers for names: everything below counts integers only
    place = [
        pl.col("file").replace_strict(files, range(len(files)), return_dtype=pl.UInt16),
        pl.col("row").cast(pl.Int64),
    ]
    found = links.select(*place, _numbered(links["person_id"]).alias("c"))
    if found.select(pl.struct("file", "row").n_unique()).item() != found.height:
        raise ValueError("links name a row more than once")
    true = truth.select(*place, pl.col("person").cast(pl.Int64).alias("t")).drop_nulls("t")
    rows = true.join(found, on=["file", "row"], how="left")
    alone = int(rows["c"].null_count())
    # a row without a link is a person of its own, under a number that no cluster has
    lonely = pl.int_range(pl.len()) + found.height
    rows = rows.with_columns(pl.col("c").fill_null(lonely))
    listed = _list_pairs(rows, files.to_list())
    within = _total([p for p in listed if p.first == p.second])
    across = _total([p for p in listed if p.first != p.second])
    precision, recall = _bcubed(rows)
    return Score(
        rows=rows.height,
        rows_without_link=alone,
        rows_without_truth=found.height - (rows.height - alone),
        people=rows["t"].n_unique(),
        clusters=rows["c"].n_unique(),
        pairs=Quality(within.right + across.right, within.found + across.found, within.true + across.true),
        within=within,
        across=across,
        bcubed_precision=precision,
        bcubed_recall=recall,
        unseen=_unseen(rows, [i for i, f in enumerate(files) if f.startswith(register)]),
        list_pairs=listed,
    )


def _numbered(keys: pl.Series) -> pl.Series:
    """A number from 0 for each distinct key, below the length of `keys`."""
    distinct = keys.cast(pl.String).alias("key").to_frame()
    numbers = distinct.unique().with_row_index("number")
    return distinct.join(numbers, on="key", how="left", maintain_order="left")["number"].cast(pl.Int64)


def _list_pairs(rows: pl.DataFrame, files: list[str]) -> tuple[ListPair, ...]:
    right, out, real = (_between(rows, keys, len(files)) for keys in (["t", "c"], ["c"], ["t"]))
    return tuple(
        ListPair(a, b, Quality(int(right[i, j]), int(out[i, j]), int(real[i, j])))
        for i, a in enumerate(files)
        for j, b in enumerate(files)
        if i <= j
    )


def _between(rows: pl.DataFrame, keys: list[str], files: int) -> NDArray[np.int64]:
    """Pairs of rows that agree in `keys`, between and within lists, shape (files, files)."""
    counts = rows.group_by(keys).agg(
        [(pl.col("file") == f).sum().cast(pl.Int64).alias(f"{f}") for f in range(files)]
    )
    table = counts.drop(keys).to_numpy()
    pairs = table.T @ table
    np.fill_diagonal(pairs, (table * (table - 1)).sum(axis=0) // 2)
    return np.asarray(pairs, dtype=np.int64)


def _total(parts: list[ListPair]) -> Quality:
    return Quality(
        sum(p.pairs.right for p in parts), sum(p.pairs.found for p in parts), sum(p.pairs.true for p in parts)
    )


def _bcubed(rows: pl.DataFrame) -> tuple[float, float]:
    """Mean over rows of the share of the row's cluster (person) that is of its person (cluster)."""
    both = rows.group_by("t", "c").agg(pl.len().alias("n"))
    both = both.with_columns(
        pl.col("n").sum().over("c").alias("in_c"), pl.col("n").sum().over("t").alias("in_t")
    )
    n = both["n"].cast(pl.Float64)
    return float((n * n / both["in_c"]).sum()) / max(rows.height, 1), float(
        (n * n / both["in_t"]).sum()
    ) / max(rows.height, 1)


def _unseen(rows: pl.DataFrame, register: list[int]) -> Quality:
    """Rows outside the register: is the person not in the register, and does the cluster say so?"""
    listed = pl.col("file").is_in(register)
    judged = rows.with_columns(
        (~listed.any().over("t")).alias("true"), (~listed.any().over("c")).alias("found")
    ).filter(~listed)
    right = judged.filter(pl.col("true") & pl.col("found")).height
    return Quality(right, int(judged["found"].sum()), int(judged["true"].sum()))


def table(result: Score) -> str:
    """The figures as text for a terminal."""
    lines = [
        f"{result.rows:,} rows, {result.people:,} people, {result.clusters:,} clusters;"
        f" {result.rows_without_link:,} rows not linked, {result.rows_without_truth:,} links without truth",
        f"{'':24}{'precision':>10}{'recall':>10}{'F1':>10}{'missed':>12}{'false':>12}",
    ]
    named = [("pairs", result.pairs), ("within one list", result.within), ("across lists", result.across)]
    named.append(("unseen (rows)", result.unseen))
    for name, q in named:
        lines.append(_line(name, q.precision, q.recall, q.f1, q.true - q.right, q.found - q.right))
    lines.insert(3, _line("B-cubed", result.bcubed_precision, result.bcubed_recall, result.bcubed_f1))
    lines.append("")
    for part in sorted(result.list_pairs, key=lambda p: -(p.missed + p.false)):
        if part.pairs.true or part.pairs.found:
            name = f"{Path(part.first).stem} × {Path(part.second).stem}"
            q = part.pairs
            lines.append(_line(name, q.precision, q.recall, q.f1, part.missed, part.false))
    return "\n".join(lines)


def _line(
    name: str, precision: float, recall: float, f1: float, missed: int | None = None, false: int = 0
) -> str:
    counts = "" if missed is None else f"{missed:>12,}{false:>12,}"
    return f"{name:24}{precision:>10.4f}{recall:>10.4f}{f1:>10.4f}{counts}"


def as_dict(result: Score) -> dict[str, object]:
    """All figures, with what follows from the counts, for JSON."""
    out: dict[str, object] = {**asdict(result), "bcubed_f1": result.bcubed_f1}
    for name in ("pairs", "within", "across", "unseen"):
        q: Quality = getattr(result, name)
        out[name] = {**asdict(q), "precision": q.precision, "recall": q.recall, "f1": q.f1}
    return out


def read(path: Path) -> pl.DataFrame:
    """A links.csv or truth.csv, every column as text."""
    return pl.read_csv(path, infer_schema=False)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("links", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--register", default="register", help="how the register's file name begins")
    parser.add_argument("--format", choices=["text", "json"], default="text")
    given = parser.parse_args()
    result = score(read(given.links), read(given.truth), register=given.register)
    print(
        table(result) if given.format == "text" else json.dumps(as_dict(result), ensure_ascii=False, indent=1)
    )


if __name__ == "__main__":
    main()
