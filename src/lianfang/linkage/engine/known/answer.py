"""What a new list turned out to be, as tables."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from lianfang.linkage.engine.answer import ALONE, FOUNDER, SAME_ROW, reviews_of, rules
from lianfang.linkage.engine.edges import Resolution
from lianfang.linkage.engine.known.files import Array
from lianfang.linkage.engine.known.segment import Index
from lianfang.linkage.engine.settled import Decision
from lianfang.linkage.engine.unique import distinct
from lianfang.linkage.engine.weights import Weights
from lianfang.linkage.fields import PersonList


@dataclass(frozen=True)
class Addition:
    """What is to be written down when the new rows become known; rows are numbered on from the known ones."""

    generation: int
    lists: tuple[PersonList, ...]
    table: pl.DataFrame  # record and list numbered on
    kind: Array
    alone: Array
    twin: Array
    columns: Mapping[str, Mapping[str, Array]]
    blocks: tuple[Index, ...]
    doors: Index
    parts: Mapping[str, Array]
    root: Array  # of the new rows
    moved: Array  # (persons, 2): root before, root now, of known persons that were joined
    open: Array  # (pairs, 2): groups judged and left apart
    apart: Array  # (pairs, 2): rows that never meet


@dataclass(frozen=True)
class KnownLinks:
    """Who the people of new lists are.

    Records and persons are numbered on from those known: record r of the new lists is `first_record` + r.

    - standard: the new records standardised (record and list as they were given).
    - links: record, person (smallest record of its rows), known (whether that person was known before),
      probability, rule; one line for every new record, in their order.
    - reviews: see `engine.answer.reviews_of`; cases that concern a new record.
    - joined: person, into: known persons whom new rows show to be one.
    - refused: decisions that contradict others.
    """

    first_record: int
    standard: pl.DataFrame
    links: pl.DataFrame
    reviews: pl.DataFrame
    joined: pl.DataFrame
    refused: tuple[Decision, ...]
    seconds: Mapping[str, float]
    addition: Addition


@dataclass(frozen=True)
class Outcome:
    """The resolution of known rows (as many as `fresh` says) and behind them of new ones."""

    resolution: Resolution
    record: Array  # numbered on
    before: Array  # the root that each known row had; of a new row itself
    fresh: int


def new_links(
    standard: pl.DataFrame, twin: Array, first_record: int, outcome: Outcome, weights: Weights
) -> pl.DataFrame:
    """See KnownLinks; `twin` gives each new record's position among the outcome's rows."""
    joins, root = outcome.resolution.joins, outcome.resolution.root
    known = outcome.fresh
    size = np.bincount(root, minlength=len(root)) + np.bincount(root[twin], minlength=len(root))
    size -= np.bincount(
        root[distinct(twin)], minlength=len(root)
    )  # rows, and records beyond the first of a row
    told = rules(joins, weights).gather(pl.Series(twin))
    founder = pl.Series(joins.partner[twin] == twin)
    return pl.DataFrame(
        {
            "record": standard["record"].to_numpy().astype(np.uint32) + np.uint32(first_record),
            "person": outcome.record[root[twin]],
            "known": root[twin] < known,
            "probability": joins.probability[twin],
            "row": twin,
            "alone": size[root[twin]] == 1,
        }
    ).select(
        "record",
        "person",
        "known",
        "probability",
        rule=pl.when("alone")
        .then(pl.lit(ALONE))
        .when(pl.col("row").is_first_distinct().not_())
        .then(pl.lit(SAME_ROW))
        .when(founder)
        .then(pl.lit(FOUNDER))
        .otherwise(told),
    )


def new_reviews(outcome: Outcome, weights: Weights) -> pl.DataFrame:
    """Cases in which a new row, or a known person that it changed, stands on one side."""
    resolution = outcome.resolution
    touched = np.zeros(len(resolution.root), bool)
    touched[resolution.root[outcome.fresh :]] = True
    edges = resolution.open.where(touched[resolution.open.x] | touched[resolution.open.y])
    about = Resolution(resolution.root, resolution.joins, edges, resolution.missing)
    return reviews_of(pl.DataFrame({"record": outcome.record}), about, weights)


def joined_persons(outcome: Outcome) -> Array:
    """Positions (root before, root now) of known persons that became one with another; shape (persons, 2)."""
    root = outcome.resolution.root
    persons = distinct(outcome.before[: outcome.fresh])
    moved = persons[root[persons] != persons]
    return np.stack([moved, root[moved]], axis=1)
