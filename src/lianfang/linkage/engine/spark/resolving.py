"""Persons: connected parts of the pairs are found on the driver and resolved on the executors, in two halves."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from io import BytesIO
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pyspark import Broadcast

from lianfang.linkage.engine.answer import cases_of, links_of, looks_of
from lianfang.linkage.engine.comparisons.base import Corpus
from lianfang.linkage.engine.connected import connected
from lianfang.linkage.engine.edges import Edges, Joins, best_known, missing_share, rank_of_kinds
from lianfang.linkage.engine.pipeline import TRUST
from lianfang.linkage.engine.resolve import Resolver
from lianfang.linkage.engine.rows import identities, prepare
from lianfang.linkage.engine.samples import DOORS
from lianfang.linkage.engine.spark.pairing import rows_of
from lianfang.linkage.engine.spark.reading import Numbering
from lianfang.linkage.engine.spark.tables import PART, ROW, Schema, Table
from lianfang.linkage.engine.weights import Weights

Arrays = Mapping[str, NDArray[Any]]
_HALFWAY: Schema = {PART: pl.Int32(), "state": pl.Binary(), "outside": pl.Binary()}
_LINKS: Schema = {
    "record": pl.UInt32(),
    "person": pl.UInt32(),
    "probability": pl.Float32(),
    "rule": pl.String(),
}
_CASES: Schema = {
    "record_a": pl.UInt32(),
    "record_b": pl.UInt32(),
    "probability": pl.Float32(),
    "weight": pl.Float32(),
    "joined": pl.Boolean(),
    "rule": pl.String(),
    "reason_zh": pl.String(),
    "reason_en": pl.String(),
    "worth": pl.Float32(),
    "steps": pl.String(),
}
_LOOKS: Schema = {
    **_CASES,
    "stratum": pl.String(),
    "links": pl.UInt32(),
    "lot": pl.UInt64(),
    "part": pl.Int32(),
}
_ANSWERS: Schema = {**_LINKS, **_LOOKS}


def parts_of(rows: int, pairs: pl.Series, parts: int) -> NDArray[np.int32]:
    """For each row the number of its part: connected rows are together, parts are about equally large."""
    a, b = rows_of(pairs)
    label = connected(rows, a, b)
    sizes = np.bincount(label)
    before = np.cumsum(sizes) - sizes
    part: NDArray[np.int32] = (before * parts // max(rows, 1)).astype(np.int32)[label]
    return part


@dataclass(frozen=True)
class Resolving:
    """What every executor needs to resolve a part. Travels there."""

    weights: Weights
    corpus: Broadcast[Corpus]
    part_of: Broadcast[NDArray[np.int32]]  # of all rows
    numbering: Broadcast[Numbering]
    alone: Mapping[int, int]  # list -> its mark if it holds everybody once; see Resolver
    rows_of_kind: NDArray[np.intp]  # of all rows

    def place(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with their part."""
        return rows.with_columns(pl.Series(PART, self.part_of.value[rows[ROW].to_numpy()]))

    def place_pairs(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """Pairs with their part."""
        first, _ = rows_of(pairs["pair"])
        return pairs.with_columns(pl.Series(PART, self.part_of.value[first]))

    def begin(self, rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
        """The first half of a part, packed."""
        rows, pairs = rows.sort(ROW), pairs.sort("pair")
        resolver, numbers = self._resolver(rows), rows[ROW].to_numpy()
        a, b = (np.searchsorted(numbers, side).astype(np.uint32) for side in rows_of(pairs["pair"]))
        edges = resolver.begin(a, b, pairs["weight"].to_numpy(), self.weights.model.costs.link_at)
        outside = resolver.outside(best_known(resolver.rank, self.rows_of_kind))
        arrays = {"root": resolver.root, **_arrays("joins", resolver.joins), **_arrays("edges", edges)}
        part = int(self.part_of.value[numbers[0]])
        halfway = {PART: part, "state": _file(arrays), "outside": outside.astype(np.int64).tobytes()}
        return pl.DataFrame([halfway], schema=_HALFWAY)

    def finish(self, rows: pl.DataFrame, halfway: pl.DataFrame, missing: NDArray[np.float64]) -> pl.DataFrame:
        """The second half of a part, as links and cases for a human."""
        rows = rows.sort(ROW)
        arrays = np.load(BytesIO(halfway["state"][0]), allow_pickle=False)
        resolver = self._resolver(rows)
        resolver.root = arrays["root"]
        resolver.joins = Joins(*(arrays[f"joins_{f.name}"] for f in fields(Joins)))
        edges = Edges(*(arrays[f"edges_{f.name}"] for f in fields(Edges)))
        resolution = resolver.finish(edges, missing, self.weights.model.costs.link_at)
        records = self.numbering.value.records_of(rows["record"])
        links = links_of(records["record"].to_numpy(), records["row"].to_numpy(), resolution, self.weights)
        cases = cases_of(rows, resolution, self.weights)
        looks = looks_of(rows, resolution, self.weights, part=int(self.part_of.value[rows[ROW][0]]))
        answers = ((links, _LINKS), (cases, _CASES), (looks, _LOOKS))
        nothing = pl.DataFrame(schema=_ANSWERS)
        return pl.concat([nothing, *(one.cast(pl.Schema(schema)) for one, schema in answers)], how="diagonal")

    def _resolver(self, rows: pl.DataFrame) -> Resolver:
        model = self.weights.model
        ready = prepare(model, rows, self.corpus.value)
        alone = np.array([self.alone.get(number, 0) for number in rows["list"].to_list()], np.uint16)
        return Resolver(
            self.weights, ready, rank_of_kinds(ready.kinds, TRUST), identities(model, rows), alone
        )


def resolve(task: Resolving, table: Table, pairs: Table) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Links, cases and second looks (see `answer.looks_of`), in any order, on the driver."""
    rows = table.map(task.place).keep()
    halfway = rows.meet(pairs.map(task.place_pairs), task.begin, _HALFWAY).keep()
    outside = halfway.select("outside").collect()["outside"]
    counted = [np.frombuffer(part, np.int64).reshape(2, -1) for part in outside]
    nobody = np.zeros((2, DOORS * len(task.rows_of_kind)), np.int64)
    missing = missing_share(*sum(counted, nobody))
    answers = rows.meet(halfway, lambda r, h: task.finish(r, h, missing), _ANSWERS).collect()
    links = answers.filter(pl.col("record").is_not_null()).select(*_LINKS)
    compared = answers.filter(pl.col("record_a").is_not_null())
    drawn = pl.col("stratum").is_not_null()
    return links, compared.filter(~drawn).select(*_CASES), compared.filter(drawn).select(*_LOOKS)


def _arrays(prefix: str, item: Joins | Edges) -> dict[str, NDArray[Any]]:
    return {f"{prefix}_{f.name}": getattr(item, f.name) for f in fields(item)}


def _file(arrays: Arrays) -> bytes:
    out = BytesIO()
    np.savez(out, allow_pickle=False, **arrays)
    return out.getvalue()
