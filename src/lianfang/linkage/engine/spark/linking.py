"""The whole way from records to persons on a Spark cluster. See `link`."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pyspark.sql import DataFrame, SparkSession

from lianfang.linkage.engine.answer import drawn_together, most_valuable_first
from lianfang.linkage.engine.clock import Clock, Progress
from lianfang.linkage.engine.model import Model
from lianfang.linkage.engine.model_file import load_model
from lianfang.linkage.engine.pipeline import MULTIPLICITY, Linkage
from lianfang.linkage.engine.rows import lists_without_repeats
from lianfang.linkage.engine.spark.comparing import compare, weigh
from lianfang.linkage.engine.spark.counting import corpus_of
from lianfang.linkage.engine.spark.pairing import candidate_pairs, rows_of
from lianfang.linkage.engine.spark.reading import number_rows, standard_table
from lianfang.linkage.engine.spark.resolving import Resolving, parts_of, resolve
from lianfang.linkage.engine.spark.tables import Cluster, Schema, Table
from lianfang.linkage.engine.training import fit, strata_of
from lianfang.linkage.fields import RECORD_SCHEMA, ListKind, PersonList

#: Rows that one task is given at a time.
ROWS_A_PART = 100_000
KINDS = tuple(kind.value for kind in ListKind)


def link(
    session: SparkSession,
    records: pl.DataFrame | DataFrame,
    lists: Sequence[PersonList],
    *,
    as_of: date,
    model: Model | None = None,
    progress: Progress | None = None,
    standard: bool = True,
) -> Linkage:
    """`pipeline.link` with the same result, row for row. `records` may be Spark's own table (Parquet on a cluster).

    Without `standard` only its columns record and list come to the driver. Records are numbered 0, 1, 2 …
    without gaps. Raises ValueError if they are not, OtherSoftware (in a failed task) if an executor would get
    other results.
    """
    model = model or load_model()
    clock = Clock(progress)
    count = records.height if isinstance(records, pl.DataFrame) else records.count()
    cores = session.sparkContext.defaultParallelism
    cluster = Cluster(session, max(cores, -(-count // ROWS_A_PART)))
    try:
        return _link(
            cluster, _laid_down(cluster, records, model), count, lists, as_of, model, clock, standard
        )
    finally:
        cluster.forget()


def _laid_down(cluster: Cluster, records: pl.DataFrame | DataFrame, model: Model) -> Table:
    schema = record_schema(model)
    if isinstance(records, DataFrame):
        return cluster.adopt(records, schema)
    return cluster.table(records.select(name for name in schema if name in records.columns))


def record_schema(model: Model) -> Schema:
    """Columns that records may have."""
    if model.columns is None:
        return RECORD_SCHEMA
    texts = {column.name: pl.String() for column in model.columns.columns}
    return {"record": pl.UInt32(), "list": pl.UInt16(), **texts}


def _link(
    cluster: Cluster,
    records: Table,
    count: int,
    lists: Sequence[PersonList],
    as_of: date,
    model: Model,
    clock: Clock,
    whole: bool,
) -> Linkage:
    standard = standard_table(model, records, lists, as_of).keep()
    collected = (standard if whole else standard.select("record", "list")).collect().sort("record")
    if collected["record"].to_list()[-1:] != [count - 1] * min(count, 1):
        raise ValueError("records must be numbered 0, 1, 2 … without gaps")
    clock.done("standardise", 0.2)
    table, numbering = number_rows(model, standard, lists)
    list_of = np.delete(collected["list"].to_numpy(), numbering.repeats)
    kind = np.array([KINDS.index(person_list.kind.value) for person_list in lists], np.uint8)[list_of]
    corpus = cluster.send(corpus_of(model, table, len(list_of)))
    clock.done("prepare", 0.35)
    candidates, passed_over = candidate_pairs(model, table, list_of if model.within_lists == "no" else None)
    clock.done("block", 0.45)
    compared, samples = compare(model, table, corpus, candidates, kind, KINDS)
    sizes = np.bincount(kind, minlength=len(KINDS))
    weights = fit(model, strata_of(sizes.astype(float), KINDS, MULTIPLICITY), samples, corpus.value)
    clock.done("learn", 0.65)
    weighed = weigh(weights, compared)
    kept = weighed.collect().sort("pair")
    clock.done("weigh", 0.7)
    part_of = parts_of(len(list_of), kept["pair"], cluster.parts)
    alone = _alone(model, list_of, kept)
    sent = cluster.send(part_of), cluster.send(numbering)
    task = Resolving(weights, corpus, *sent, alone, sizes)
    links, cases, looks = resolve(task, table, weighed)
    clock.done("resolve", 0.95)
    links, reviews = links.sort("record"), most_valuable_first(cases)
    clock.done("answer", 1.0)
    return Linkage(
        collected, links, reviews, weights, tuple(passed_over), clock.seconds, looks=drawn_together([looks])
    )


def _alone(model: Model, list_of: NDArray[np.uint16], kept: pl.DataFrame) -> Mapping[int, int]:
    """The mark of each list that holds everybody once."""
    a, b = rows_of(kept["pair"])
    table = pl.DataFrame({"list": list_of})
    marks = lists_without_repeats(model, table, a, b, kept["weight"].to_numpy())
    found = table.with_columns(mark=marks).filter(pl.col("mark") != 0).unique()
    return dict(found.iter_rows())
