"""The engine's answer as tables: one link a record, and the cases for a human."""

import json
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lianfang.linkage.engine.edges import Joins, Resolution
from lianfang.linkage.engine.explain import Explanation, explain, phrases
from lianfang.linkage.engine.weights import Weights

#: Rules of records that no weight decided.
ALONE, FOUNDER, SAME_ROW, CERTAIN, DECIDED = "alone", "founder", "same_row", "id.equal", "decided"
SEED = 20200123  # of the second look


def links_of(
    record: NDArray[np.uint32], twin: NDArray[np.uint32], resolution: Resolution, weights: Weights
) -> pl.DataFrame:
    """record, person (the smallest record of its rows), probability, rule: one line for every record.

    `twin` is the row of each record. `rule` names what spoke for the link, strongest first
    (`phone.equal_own+name.exact`); or `alone` (nobody else is this person), `founder` (others joined this record),
    `same_row` (the list says the same twice), `decided` (somebody said so).
    """
    person_row = resolution.root[twin]
    first = np.full(len(resolution.root), np.iinfo(np.uint32).max, np.uint32)
    np.minimum.at(first, person_row, record)
    joins = resolution.joins
    rows = (
        rules(joins, weights)
        .to_frame("rule")
        .with_columns(
            row=pl.int_range(pl.len(), dtype=pl.UInt32),
            founder=pl.Series(joins.partner == np.arange(len(joins.partner))),
        )
    )
    links = pl.DataFrame(
        {
            "record": record,
            "person": first[person_row],
            "probability": joins.probability[twin],
            "row": twin,
        }
    ).join(rows, on="row", how="left", maintain_order="left")
    repeated = pl.col("row").is_first_distinct().not_()
    return links.select(
        "record",
        "person",
        "probability",
        rule=pl.when(pl.len().over("person") == 1)
        .then(pl.lit(ALONE))
        .when(repeated)
        .then(pl.lit(SAME_ROW))
        .when("founder")
        .then(pl.lit(FOUNDER))
        .otherwise("rule"),
    )


def rules(joins: Joins, weights: Weights) -> pl.Series:
    """The rule by which each row was joined; explained once for every distinct pattern."""
    keys = pl.DataFrame({"pattern": joins.pattern, "stratum": joins.stratum})
    distinct = keys.unique()
    told = [explanation.rule or "weak" for explanation in _explain_all(distinct, weights)]
    joined = keys.join(
        distinct.with_columns(rule=pl.Series(told, dtype=pl.String)),
        on=["pattern", "stratum"],
        how="left",
        maintain_order="left",
    )
    return joined.select(
        pl.when(pl.Series(joins.certain))
        .then(pl.lit(CERTAIN))
        .when(pl.Series(joins.decided))
        .then(pl.lit(DECIDED))
        .otherwise("rule")
    ).to_series()


def reviews_of(table: pl.DataFrame, resolution: Resolution, weights: Weights) -> pl.DataFrame:
    """Cases for a human, the most valuable look first.

    record_a, record_b, probability, weight (log2 odds), joined (whether the rows count as one person for now),
    rule, reason_zh, reason_en, worth (what a look may save, in looks),
    steps (see `told_steps`). A case is worth a look where the dearer of the two possible mistakes, times its
    probability, costs more than the look (`costs` of the model).
    """
    return most_valuable_first(cases_of(table, resolution, weights))


def most_valuable_first(cases: pl.DataFrame) -> pl.DataFrame:
    """Cases in the order in which somebody should look at them."""
    return cases.sort("worth", "record_a", "record_b", descending=[True, False, False])


def cases_of(table: pl.DataFrame, resolution: Resolution, weights: Weights) -> pl.DataFrame:
    """`reviews_of` in any order."""
    costs = weights.model.costs
    frame = pl.concat([_open_cases(resolution), _joined_cases(resolution)])
    # What is left apart however likely it is (two namesakes are alike, or nobody may join) is for a human all the more.
    doubtful = ~pl.col("joined") | (pl.col("probability") <= costs.review_to)
    frame = frame.filter(doubtful & (pl.col("probability") >= costs.review_from))
    worth = (
        pl.when("joined")
        .then((1 - pl.col("probability")) * costs.wrong_link)
        .otherwise(pl.col("probability") * costs.missed_link)
    )
    record = table["record"]
    return _told(frame, weights).select(
        record_a=record.gather(frame["a"]),
        record_b=record.gather(frame["b"]),
        probability=pl.col("probability").cast(pl.Float32),
        weight=pl.col("weight").cast(pl.Float32),
        joined="joined",
        rule="rule",
        reason_zh="reason_zh",
        reason_en="reason_en",
        worth=worth.cast(pl.Float32),
        steps="steps",
    )


def _told(pairs: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    """Pairs (pattern, stratum) with rule, reason_zh, reason_en and steps."""
    distinct = pairs.select("pattern", "stratum").unique()
    told = _explain_all(distinct, weights)
    words = distinct.with_columns(
        rule=pl.Series([e.rule for e in told], dtype=pl.String),
        reason_zh=pl.Series([e.sentence("zh") for e in told], dtype=pl.String),
        reason_en=pl.Series([e.sentence("en") for e in told], dtype=pl.String),
        steps=pl.Series([told_steps(e) for e in told], dtype=pl.String),
    )
    return pairs.join(words, on=["pattern", "stratum"], how="left", maintain_order="left")


def told_steps(explanation: Explanation) -> str:
    """The waterfall as JSON: [["prior", "", bits, 0], [comparison, level, bits, likeness], …]; words are `phrases`."""
    steps = [["prior", "", round(explanation.prior, 2), 0.0]]
    steps += [[s.comparison, s.level, round(s.bits, 2), round(s.likeness, 2)] for s in explanation.steps]
    return json.dumps(steps)


#: How many automatic links of one kind of evidence are put before somebody again.
LOOKS = 40


def second_looks(
    table: pl.DataFrame, resolution: Resolution, weights: Weights, looks: int = LOOKS
) -> pl.DataFrame:
    """A random sample of what was joined without anybody's look, drawn from each kind of evidence by itself.

    Columns of `reviews_of`, and `stratum`: the evidence that spoke loudest (`phone.equal_own`), `links`: how many joins
    it made in all. Drawn by a hash of the record: the same lists give the same sample.
    """
    return drawn_together([looks_of(table, resolution, weights, looks)], looks)


def drawn_together(parts: Sequence[pl.DataFrame], looks: int = LOOKS) -> pl.DataFrame:
    """The sample of a whole whose parts have been drawn by `looks_of`: the same as if it had been drawn at once."""
    drawn = pl.concat(parts)
    counted = drawn.unique(["part", "stratum"]).group_by("stratum").agg(pl.col("links").sum())
    placed = drawn.drop("links").join(counted, on="stratum", how="left", maintain_order="left")
    chosen = placed.filter(pl.col("lot").rank("ordinal").over("stratum") <= looks)
    return chosen.sort("stratum", "lot").drop("part", "lot")


def looks_of(
    table: pl.DataFrame, resolution: Resolution, weights: Weights, looks: int = LOOKS, part: int = 0
) -> pl.DataFrame:
    """`second_looks` of a part of the rows, with `lot`, by which it was drawn, and `part`, whose `links` are told."""
    odds = pl.col("probability").cast(pl.Float64).clip(1e-9, 1 - 1e-7)
    certain = pl.col("by") == CERTAIN  # no weight decided: there is no waterfall
    zh, en = phrases()["id"]["equal"]
    return _told(_drawn(table, resolution, weights, looks), weights).select(
        "record_a", "record_b", "probability",
        weight=(odds / (1 - odds)).log(2).cast(pl.Float32),
        joined=pl.lit(True),
        rule=pl.when(certain).then(pl.lit(CERTAIN)).otherwise("rule"),
        reason_zh=pl.when(certain).then(pl.lit(zh)).otherwise("reason_zh"),
        reason_en=pl.when(certain).then(pl.lit(en)).otherwise("reason_en"),
        worth=((1 - odds) * weights.model.costs.wrong_link).cast(pl.Float32),
        steps=pl.when(certain).then(pl.lit("[]")).otherwise("steps"),
        stratum="by",
        links=pl.col("links").cast(pl.UInt32),
        lot="lot",
        part=pl.lit(part, pl.Int32),
    )  # fmt: skip


def _drawn(table: pl.DataFrame, resolution: Resolution, weights: Weights, looks: int) -> pl.DataFrame:
    joins, record = resolution.joins, table["record"]
    rows = np.flatnonzero((joins.partner != np.arange(len(joins.partner))) & ~joins.decided)
    joined = pl.DataFrame(
        {
            "pattern": joins.pattern[rows],
            "stratum": joins.stratum[rows],
            "by": rules(joins, weights).gather(rows).str.split("+").list.first(),
            "record_a": record.gather(joins.partner[rows]),
            "record_b": record.gather(rows),
            "probability": joins.probability[rows],
        }
    )
    numbered = joined.with_columns(
        links=pl.len().over("by"), lot=pl.col("record_b").cast(pl.UInt32).hash(SEED)
    )
    return numbered.filter(pl.col("lot").rank("ordinal").over("by") <= looks)


def _open_cases(resolution: Resolution) -> pl.DataFrame:
    edges = resolution.open
    return pl.DataFrame(
        {
            "a": edges.x,
            "b": edges.y,
            "weight": edges.weight,
            "probability": 1 / (1 + np.exp2(-np.clip(edges.weight, -60, 60))),
            "pattern": edges.pattern,
            "stratum": edges.stratum,
            "joined": np.zeros(len(edges.x), bool),
        }
    )


def _joined_cases(resolution: Resolution) -> pl.DataFrame:
    joins = resolution.joins
    # One case for a group that joined, not one for each of its rows.
    rows = np.flatnonzero((joins.partner != np.arange(len(joins.partner))) & ~joins.certain & ~joins.decided)
    frame = pl.DataFrame(
        {
            "a": joins.partner[rows],
            "b": rows,
            "probability": joins.probability[rows].astype(float),
            "pattern": joins.pattern[rows],
            "stratum": joins.stratum[rows],
            "joined": np.ones(len(rows), bool),
        }
    ).unique(["a", "pattern", "probability"], keep="first", maintain_order=True)
    odds = (
        pl.col("probability").clip(1e-9, 1 - 1e-7) / (1 - pl.col("probability").clip(1e-9, 1 - 1e-7))
    ).log(2)
    return frame.with_columns(weight=odds).select(
        "a", "b", "weight", "probability", "pattern", "stratum", "joined"
    )


def _explain_all(distinct: pl.DataFrame, weights: Weights) -> list[Explanation]:
    return explain(weights, list(distinct.select("pattern", "stratum").iter_rows()))
