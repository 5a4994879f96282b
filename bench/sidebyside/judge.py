"""What a contender's clusters are worth, and which threshold is best: everything here knows the truth."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from heldout.score import Quality, Score
from sidebyside.components import at_thresholds


def read_truth(path: Path) -> pl.DataFrame:
    """truth.csv with row as a number."""
    return pl.read_csv(path, schema_overrides={"row": pl.Int64, "person": pl.Int64})


def figures(result: Score) -> dict[str, float]:
    """The figures of the table, by name."""
    return {
        "precision": result.pairs.precision,
        "recall": result.pairs.recall,
        "f1": result.pairs.f1,
        "bcubed_precision": result.bcubed_precision,
        "bcubed_recall": result.bcubed_recall,
        "bcubed_f1": result.bcubed_f1,
        "within_f1": result.within.f1,
        "across_f1": result.across.f1,
        "unseen_precision": result.unseen.precision,
        "unseen_recall": result.unseen.recall,
        "unseen_f1": result.unseen.f1,
        "clusters": result.clusters,
    }


#: Log2 odds (a probability of 0.3, from which our shipped model asks somebody) of a pair left apart at which the one
#: may be the other.
MAY_BE = float(np.log2(0.3 / 0.7))


def claimed(
    found: pl.DataFrame, doubts: pl.DataFrame, truth: pl.DataFrame, register: str = "register"
) -> Quality:
    """Rows outside the register whose person is claimed not to be in it, against the truth.

    `found`: record, file, row, person_id. Claimed is who has no row in the register and may not be
    somebody who has: `doubts` (record_a, record_b) are the pairs left apart that may be one person.
    """
    listed = pl.col("file").str.starts_with(register)
    found = found.with_columns(pl.col("record").cast(pl.UInt32), pl.col("row").cast(pl.Int64), listed=listed)
    found = found.with_columns(known=pl.col("listed").any().over("person_id"))
    who = found.select("record", "person_id", "known")
    sides = [("record_a", "record_b"), ("record_b", "record_a")]
    pairs = pl.concat(doubts.select(one=one, other=other).cast(pl.UInt32) for one, other in sides)
    pairs = pairs.join(who.filter("known").select(other="record"), on="other", how="semi")
    perhaps = pairs.join(who, left_on="one", right_on="record")["person_id"].unique()
    claims = found.with_columns(claim=~pl.col("known") & ~pl.col("person_id").is_in(perhaps.implode()))
    judged = claims.join(truth.drop_nulls("person"), on=["file", "row"])
    judged = judged.with_columns(true=~pl.col("listed").any().over("person")).filter(~pl.col("listed"))
    right = judged.filter(pl.col("true") & pl.col("claim")).height
    return Quality(right, int(judged["claim"].sum()), int(judged["true"].sum()))


def thresholds(weight: NDArray[np.float64], steps: int) -> list[float]:
    """Candidates for the best threshold: evenly over the range of weights, and over their ranks."""
    finite = weight[np.isfinite(weight)]
    if not len(finite):
        return [0.0]
    even = np.linspace(finite.min(), finite.max(), steps)
    ranks = np.quantile(finite, np.linspace(0, 1, steps))
    return [float(value) for value in np.unique(np.round(np.concatenate([even, ranks]), 3))]


def curve(pairs: pl.DataFrame, places: pl.DataFrame, truth: pl.DataFrame) -> list[dict[str, float]]:
    """precision, recall and f1 over all pairs at many thresholds, highest first, more of them around the best.

    pairs: a, b, weight; places: record, file, row in order of record.
    """
    weight = pairs["weight"].to_numpy().astype(np.float64)
    a, b = (pairs[name].to_numpy().astype(np.uint32) for name in ("a", "b"))
    real = places.join(truth, on=["file", "row"], how="left", maintain_order="left")["person"]
    known = real.is_not_null().to_numpy()
    _, person = np.unique(real.drop_nulls().to_numpy(), return_inverse=True)
    found: dict[float, dict[str, float]] = {}
    wanted = thresholds(
        weight, 400 if len(weight) < 100_000 else 40
    )  # on small lists one pair makes a difference
    for _ in range(3):
        for threshold, component in at_thresholds(places.height, a, b, weight, wanted):
            found[threshold] = {"threshold": threshold, **quality(component[known], person)}
        wanted = around(best(list(found.values()))["threshold"], found)
    return [found[threshold] for threshold in sorted(found, reverse=True)]


def quality(found: NDArray[np.uint32], true: NDArray[np.int64]) -> dict[str, float]:
    """precision, recall and f1 over all pairs, of cluster and person of each row."""
    both = np.unique(found.astype(np.int64) * (int(true.max(initial=0)) + 1) + true, return_counts=True)[1]
    right, all_found, all_true = (
        int((n * (n - 1)).sum()) for n in (both, np.bincount(found), np.bincount(true))
    )
    precision, recall = right / max(all_found, 1), right / max(all_true, 1)
    return {"precision": precision, "recall": recall, "f1": 2 * right / max(all_found + all_true, 1)}


def around(threshold: float, tried: Collection[float]) -> list[float]:
    """New thresholds between one and its neighbours among those tried."""
    lower = max((each for each in tried if each < threshold), default=threshold)
    upper = min((each for each in tried if each > threshold), default=threshold)
    new = np.round(np.concatenate([np.linspace(lower, threshold, 5), np.linspace(threshold, upper, 5)]), 3)
    return [float(each) for each in np.unique(new) if each not in tried]


def best(points: Sequence[dict[str, float]]) -> dict[str, float]:
    """The point with the highest pairwise F1; of equals the first."""
    return max(points, key=lambda point: point["f1"])


def thinned(points: Sequence[dict[str, float]], least: float = 0.01) -> list[dict[str, float]]:
    """precision, recall, f1 of points that are at least `least` apart in one of the first two, and the best one."""
    kept: list[dict[str, float]] = []
    top = best(points)
    for point in points:
        near = kept and all(abs(point[name] - kept[-1][name]) < least for name in ("precision", "recall"))
        if not near or point is top:
            kept.append({name: round(point[name], 4) for name in ("precision", "recall", "f1")})
    return kept


def calibration(found: pl.DataFrame, truth: pl.DataFrame) -> list[dict[str, Any]]:
    """How often joined rows belong to their person, by the probability that the engine gave them.

    `found`: file, row, person_id, probability, rule. A joined row is right when most other rows of its cluster
    are of its true person. Rows that joined nothing are not judged here, nor those whose person is unknown.
    """
    known = found.with_columns(pl.col("row").cast(pl.Int64)).join(
        truth.drop_nulls("person"), on=["file", "row"]
    )
    counted = known.with_columns(
        same=pl.len().over("person_id", "person") - 1, others=pl.len().over("person_id") - 1
    )
    judged = counted.filter(~pl.col("rule").is_in(["alone", "founder"]) & (pl.col("others") > 0))
    judged = judged.select("probability", right=2 * pl.col("same") >= pl.col("others"))
    return binned(judged)


def review_calibration(
    reviews: pl.DataFrame, places: pl.DataFrame, truth: pl.DataFrame
) -> list[dict[str, Any]]:
    """How often the two rows of a case for review are one person, by probability."""
    person = places.join(truth, on=["file", "row"], how="left").select("record", "person")
    sides = reviews.join(person, left_on="record_a", right_on="record", how="left")
    sides = sides.join(person, left_on="record_b", right_on="record", how="left", suffix="_b")
    sides = sides.drop_nulls(["person", "person_b"])
    return binned(sides.select("probability", right=pl.col("person") == pl.col("person_b")))


#: Borders of the bins: finer where nearly everything is.
BORDERS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0)


def binned(judged: pl.DataFrame, least: int = 20) -> list[dict[str, Any]]:
    """low, high, rows, mean predicted probability, share right; bins with fewer than `least` rows are left out."""
    probability = judged["probability"].cast(pl.Float64)
    number = np.searchsorted(BORDERS[1:-1], probability.to_numpy(), side="left")
    counted = (
        judged.with_columns(probability, bin=pl.Series(number))
        .group_by("bin")
        .agg(
            rows=pl.len(),
            predicted=pl.col("probability").mean(),
            right=pl.col("right").mean(),
        )
        .filter(pl.col("rows") >= least)
        .sort("bin")
    )
    return [
        {
            "low": BORDERS[row["bin"]],
            "high": BORDERS[row["bin"] + 1],
            "rows": row["rows"],
            "predicted": round(row["predicted"], 5),
            "right": round(row["right"], 5),
        }
        for row in counted.iter_rows(named=True)
    ]
