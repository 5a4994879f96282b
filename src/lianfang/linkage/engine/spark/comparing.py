"""Pairs of rows compared where both rows are: what training looks at, and what each pair weighs."""

from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pyspark import Broadcast

from lianfang.linkage.engine.comparisons.base import Corpus, Indices
from lianfang.linkage.engine.model import Model
from lianfang.linkage.engine.patterns import compare_pairs, pack
from lianfang.linkage.engine.pipeline import FLOOR, weigh_patterns
from lianfang.linkage.engine.rows import prepare
from lianfang.linkage.engine.samples import (
    CANDIDATE_PAIRS,
    HOME_PAIRS,
    Counted,
    Samples,
    drawn,
    share_of,
    stranger_pairs,
)
from lianfang.linkage.engine.spark.pairing import housemates, rows_of
from lianfang.linkage.engine.spark.tables import PART, ROW, Schema, Table
from lianfang.linkage.engine.weights import Weights

STRANGERS, HOUSEMATES, CANDIDATES = 0, 1, 2
_PAIRS: Schema = {"source": pl.UInt8(), "pair": pl.UInt64(), "first": pl.UInt32(), "second": pl.UInt32()}
_COMPARED: Schema = {
    "source": pl.UInt8(),
    "pair": pl.UInt64(),
    "pattern": pl.UInt64(),
    "stratum": pl.UInt16(),
    "sampled": pl.Boolean(),
}
_WEIGHED: Schema = {"pair": pl.UInt64(), "weight": pl.Float64()}


def compare(
    model: Model,
    table: Table,
    corpus: Broadcast[Corpus],
    candidates: Table,
    kind: NDArray[np.uint8],
    kinds: tuple[str, ...],
) -> tuple[Table, Samples]:
    """All candidate pairs and samples as patterns of evidence (kept), and the samples as training wants them."""
    share = share_of(CANDIDATE_PAIRS, candidates.count())
    homes, home_pairs, home_rows = housemates(model, table, kinds)
    home_share = share_of(HOME_PAIRS, home_pairs)
    homes = homes.map(lambda pairs: pairs.filter(pl.Series(drawn(pairs["pair"].to_numpy(), home_share))))
    strangers = table.cluster.table(_packed(*stranger_pairs(kind, kinds)))
    sources = ((strangers, STRANGERS), (homes, HOUSEMATES), (candidates, CANDIDATES))
    wanted = [pairs.map(partial(_sourced, source=source), _PAIRS) for pairs, source in sources]
    pairs = wanted[0].union(wanted[1]).union(wanted[2]).part_by("first").keep()
    first, second = (pairs.select(PART, side).renamed(ROW) for side in ("first", "second"))
    rows = first.union(second).distinct().join(table, ROW)
    compared = rows.meet(pairs, lambda r, p: _compared(model, r, p, corpus.value, share), _COMPARED).keep()
    counted = compared.where("sampled").tallied(["source", "pattern", "stratum"], "pairs")
    of_source = [Counted.of(counted.filter(pl.col("source") == source)) for _, source in sources]
    return compared, Samples(of_source[0], of_source[1], home_pairs, home_rows, of_source[2], share)


def _packed(a: Indices, b: Indices) -> pl.DataFrame:
    return pl.DataFrame({"pair": a.astype(np.uint64) << np.uint64(32) | b.astype(np.uint64)})


def _sourced(pairs: pl.DataFrame, source: int) -> pl.DataFrame:
    a, b = rows_of(pairs["pair"])
    return pl.DataFrame(
        {"source": np.full(len(a), source, np.uint8), "pair": pairs["pair"], "first": a, "second": b}
    )


def _compared(
    model: Model, rows: pl.DataFrame, pairs: pl.DataFrame, corpus: Corpus, share: float
) -> pl.DataFrame:
    rows = rows.sort(ROW)
    ready = prepare(model, rows, corpus)
    first = pairs["first"].to_numpy()
    a, b = (
        np.searchsorted(rows[ROW].to_numpy(), pairs[s].to_numpy()).astype(np.uint32)
        for s in ("first", "second")
    )
    sampled = (pairs["source"] != CANDIDATES).to_numpy() | drawn(first, share)
    return pairs.select(
        "source",
        "pair",
        pattern=pack(compare_pairs(model.comparisons, ready.columns, a, b)),
        stratum=ready.stratum(a, b).astype(np.uint16),
        sampled=sampled,
    )


def weigh(weights: Weights, compared: Table) -> Table:
    """`pipeline.score` in parts: candidate pairs that are worth remembering, with their weights."""
    candidates = compared.where(f"source = {CANDIDATES}")
    distinct = weigh_patterns(weights, candidates.select("pattern", "stratum").distinct().collect())
    sent = compared.cluster.send(distinct.filter(pl.col("weight") > FLOOR))
    return candidates.map(lambda pairs: _weighed(pairs, sent.value), _WEIGHED).keep()


def _weighed(pairs: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    return pairs.join(known, on=["pattern", "stratum"]).select("pair", "weight")
