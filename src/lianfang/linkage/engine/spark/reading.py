"""Records → standardised rows → distinct rows with their numbers, in parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pyspark.sql import functions as F

from lianfang.linkage.engine.columns.dates import Balances
from lianfang.linkage.engine.columns.spec import Columns
from lianfang.linkage.engine.columns.table import clean_columns
from lianfang.linkage.engine.model import Model
from lianfang.linkage.engine.rows import compared_columns
from lianfang.linkage.engine.spark.tables import ROW, Schema, Table
from lianfang.linkage.engine.standardise.compounds import misspelt
from lianfang.linkage.engine.standardise.table import read_rows, spelling_of, spelt
from lianfang.linkage.fields import PersonList

_BALANCE: Schema = {"where": pl.String(), "list": pl.UInt16(), "balance": pl.Int64()}


def standard_table(model: Model, records: Table, lists: Sequence[PersonList], as_of: date) -> Table:
    """`rows.standard_table` in parts, in any order."""
    if model.columns is None:
        return _chinese(records, lists, as_of)
    return _columns(model.columns, records, as_of)


def _chinese(records: Table, lists: Sequence[PersonList], as_of: date) -> Table:
    read = records.map(lambda rows: read_rows(rows, as_of)).keep()
    named = read.map(lambda rows: spelling_of(rows, lists))
    slips = misspelt(named.sums(["name"], "seen", "in_register"))
    return read.map(lambda rows: spelt(rows, slips))


def _columns(spec: Columns, records: Table, as_of: date) -> Table:
    known: pl.DataFrame | None = None
    if any("date" in (*column.by, *column.clean) for column in spec.columns):
        known = records.map(lambda rows: _balances(spec, rows, as_of), _BALANCE).sums(
            ["where", "list"], "balance"
        )
    return records.map(lambda rows: clean_columns(spec, rows, as_of, Balances(known)))


def _balances(spec: Columns, rows: pl.DataFrame, as_of: date) -> pl.DataFrame:
    balances = Balances()
    clean_columns(spec, rows, as_of, balances)
    return pl.concat([pl.DataFrame(schema=_BALANCE), *balances.seen])


@dataclass(frozen=True)
class Numbering:
    """Records that repeat another one of their list (sorted), the record each repeats, and so the row numbers."""

    repeats: NDArray[np.uint32]
    leaders: NDArray[np.uint32]

    def repeated(self, records: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Which records repeat another one."""
        if not len(self.repeats):
            return np.zeros(len(records), bool)
        at = np.minimum(np.searchsorted(self.repeats, records), len(self.repeats) - 1)
        return np.asarray(self.repeats[at] == records)

    def rows_of(self, records: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """The row numbers of records that repeat none."""
        return (records - np.searchsorted(self.repeats, records)).astype(np.uint32)

    def records_of(self, leaders: pl.Series) -> pl.DataFrame:
        """All records of some rows, given by their first ones in order: record (sorted), row (place in `leaders`)."""
        own = pl.DataFrame({"record": leaders}).with_row_index("row")
        also = pl.DataFrame({"record": self.leaders, "repeat": self.repeats}).join(own, on="record")
        return pl.concat([own.select("record", "row"), also.select(record="repeat", row="row")]).sort(
            "record"
        )


def number_rows(model: Model, standard: Table, lists: Sequence[PersonList]) -> tuple[Table, Numbering]:
    """`rows.distinct_rows` in parts: the distinct rows, with ROW, their place among all of them."""
    compared = standard.map(lambda rows: _said(model, rows, lists)).keep()
    groups = (
        compared.rows.where("_said != 0")
        .groupBy("_said")
        .agg(F.min("record").alias("leader"), F.collect_set("record").alias("record"))
    )
    several = groups.where("size(record) > 1").select("leader", F.explode("record").alias("record"))
    repeats = several.where("record != leader")
    found = (
        Table(standard.cluster, repeats, {"leader": pl.UInt32(), "record": pl.UInt32()})
        .collect()
        .sort("record")
    )
    numbering = Numbering(found["record"].to_numpy(), found["leader"].to_numpy())
    sent = standard.cluster.send(numbering)
    return compared.map(lambda rows: _numbered(rows, sent.value)).keep(), numbering


def _said(model: Model, rows: pl.DataFrame, lists: Sequence[PersonList]) -> pl.DataFrame:
    table, said = compared_columns(model, rows, lists)
    return table.with_columns(_said=said)


def _numbered(rows: pl.DataFrame, numbering: Numbering) -> pl.DataFrame:
    own = rows.filter(~pl.Series(numbering.repeated(rows["record"].to_numpy()))).drop("_said")
    return own.with_columns(pl.Series(ROW, numbering.rows_of(own["record"].to_numpy())))
