"""Polars tables that lie in parts on the machines of a Spark cluster."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import polars as pl
import pyarrow as pa
from pyspark import Broadcast, StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lianfang.linkage.engine.spark.fingerprint import fingerprint, require

T = TypeVar("T")
Schema = dict[str, Any]
OneTable = Callable[[pl.DataFrame], pl.DataFrame]
TwoTables = Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]

#: Spark knows no unsigned numbers: they travel as signed ones of the same or the next size (u64: the same bits).
_WIRE: Mapping[pl.DataType, tuple[str, pa.DataType]] = {
    pl.String(): ("string", pa.string()),
    pl.Binary(): ("binary", pa.binary()),
    pl.Boolean(): ("boolean", pa.bool_()),
    pl.Date(): ("date", pa.date32()),
    pl.UInt8(): ("smallint", pa.int16()),
    pl.Int16(): ("smallint", pa.int16()),
    pl.UInt16(): ("int", pa.int32()),
    pl.Int32(): ("int", pa.int32()),
    pl.UInt32(): ("bigint", pa.int64()),
    pl.Int64(): ("bigint", pa.int64()),
    pl.UInt64(): ("bigint", pa.int64()),
    pl.Float32(): ("float", pa.float32()),
    pl.Float64(): ("double", pa.float64()),
}
#: Columns of our own, which no model can name.
PART, ROW = "_part", "_row"


def ddl(schema: Schema) -> str:
    """The schema as Spark writes it."""
    return ", ".join(f"`{name}` {_WIRE[kind][0]}" for name, kind in schema.items())


def packed(frame: pl.DataFrame, schema: Schema) -> pa.Table:
    """A Polars table as Spark takes it, with the columns of `schema`."""
    columns = []
    for name, kind in schema.items():
        column = frame[name].cast(kind)
        signed = column.reinterpret(signed=True) if kind == pl.UInt64 else column
        columns.append(signed.to_arrow().cast(_WIRE[kind][1]))
    fields = [pa.field(name, _WIRE[kind][1]) for name, kind in schema.items()]
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def unpacked(table: pa.Table, schema: Schema) -> pl.DataFrame:
    """The reverse of `packed`."""
    frame = pl.DataFrame(pl.from_arrow(table.select(list(schema))))
    unsigned = [
        pl.col(n).cast(pl.Int64).reinterpret(signed=False) for n, kind in schema.items() if kind == pl.UInt64
    ]
    return frame.with_columns(unsigned).cast(pl.Schema(schema))


class Cluster:
    """A session of Spark and what this run has laid down there."""

    def __init__(self, session: SparkSession, parts: int) -> None:
        self.session = session
        self.parts = parts  # into how many pieces tables are cut
        self.driver = fingerprint()
        self._kept: list[DataFrame] = []
        self._sent: list[Broadcast[Any]] = []
        session.conf.set("spark.sql.shuffle.partitions", str(parts))

    def send(self, value: T) -> "Broadcast[T]":
        """To every executor, once."""
        sent = self.session.sparkContext.broadcast(value)
        self._sent.append(sent)
        return sent

    def table(self, frame: pl.DataFrame) -> "Table":
        """A table of the driver, cut into parts."""
        made = self.session.createDataFrame(packed(frame, frame.schema), schema=ddl(frame.schema))
        return Table(self, made.repartition(self.parts), dict(frame.schema))

    def adopt(self, frame: DataFrame, schema: Schema) -> "Table":
        """Spark's own table; missing columns are null."""
        columns = [
            (F.col(name) if name in frame.columns else F.lit(None)).cast(_WIRE[kind][0]).alias(name)
            for name, kind in schema.items()
        ]
        return Table(self, frame.select(*columns), schema)

    def keep(self, frame: DataFrame) -> DataFrame:
        """Worked out once and kept on the executors, on their discs where memory ends."""
        self._kept.append(frame.persist(StorageLevel.MEMORY_AND_DISK))
        return frame

    def forget(self) -> None:
        """Frees what was kept and sent."""
        for frame in self._kept:
            frame.unpersist()
        for sent in self._sent:
            sent.unpersist()


@dataclass(frozen=True)
class Table:
    """A table in parts. Functions given to it run on executors, on Polars tables."""

    cluster: Cluster
    rows: DataFrame
    schema: Schema

    def map(self, function: OneTable, schema: Schema | None = None) -> "Table":
        """`function` of any pieces of the table: it must look at each row by itself."""
        given, driver = self.schema, self.cluster.driver
        made = dict(schema or function(pl.DataFrame(schema=given)).schema)

        def pieces(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            require(driver)
            for batch in batches:
                found = function(unpacked(pa.Table.from_batches([batch]), given))
                yield from packed(found, made).to_batches()

        return Table(self.cluster, self.rows.mapInArrow(pieces, ddl(made)), made)

    def group(self, function: OneTable, schema: Schema | None = None) -> "Table":
        """`function` of all rows that have the same PART, which it does not see."""
        given, driver = _without_part(self.schema), self.cluster.driver
        made = dict(schema or function(pl.DataFrame(schema=given)).schema)

        def whole(table: pa.Table) -> pa.Table:
            require(driver)
            return packed(function(unpacked(table, given)), made)

        return Table(self.cluster, self.rows.groupBy(PART).applyInArrow(whole, ddl(made)), made)

    def meet(self, other: "Table", function: TwoTables, schema: Schema) -> "Table":
        """`function` of all rows of both tables that have the same PART, which it does not see."""
        mine, others, driver = _without_part(self.schema), _without_part(other.schema), self.cluster.driver
        made = dict(schema)

        def both(left: pa.Table, right: pa.Table) -> pa.Table:
            require(driver)
            return packed(function(unpacked(left, mine), unpacked(right, others)), made)

        # Under another name, or Spark cannot tell the columns apart where one table was made from the other.
        theirs = other.rows.select(F.col(PART).alias("_their_part"), *others)
        grouped = self.rows.groupBy(PART).cogroup(theirs.groupBy("_their_part"))
        return Table(self.cluster, grouped.applyInArrow(both, ddl(made)), made)

    def part_by(self, column: str) -> "Table":
        """With PART, a number below `cluster.parts` made of a whole number."""
        mixed = F.pmod(F.hash(F.col(column)), F.lit(self.cluster.parts)).cast("int")
        return Table(self.cluster, self.rows.withColumn(PART, mixed), {**self.schema, PART: pl.Int32()})

    def where(self, condition: str) -> "Table":
        """The rows for which an SQL condition holds."""
        return Table(self.cluster, self.rows.where(condition), self.schema)

    def select(self, *columns: str) -> "Table":
        return Table(self.cluster, self.rows.select(*columns), {name: self.schema[name] for name in columns})

    def renamed(self, last: str) -> "Table":
        """With another name for the last column."""
        *others, old = self.schema
        schema = {**{name: self.schema[name] for name in others}, last: self.schema[old]}
        return Table(self.cluster, self.rows.withColumnRenamed(old, last), schema)

    def distinct(self) -> "Table":
        return Table(self.cluster, self.rows.distinct(), self.schema)

    def union(self, other: "Table") -> "Table":
        """Both tables, which have the same columns."""
        return Table(self.cluster, self.rows.unionByName(other.rows), self.schema)

    def join(self, other: "Table", on: str) -> "Table":
        """Rows of both with equal values of a column."""
        return Table(self.cluster, self.rows.join(other.rows, on), {**self.schema, **other.schema})

    def sums(self, by: Sequence[str], *columns: str) -> pl.DataFrame:
        """Sums of columns of whole numbers, on the driver."""
        summed = self.rows.groupBy(*by).agg(*(F.sum(column).alias(column) for column in columns))
        schema = {**{name: self.schema[name] for name in by}, **dict.fromkeys(columns, pl.Int64())}
        return unpacked(summed.toArrow(), schema)

    def tallied(self, by: Sequence[str], count: str) -> pl.DataFrame:
        """How many rows there are of each combination, on the driver."""
        counted = self.rows.groupBy(*by).agg(F.count("*").alias(count))
        return unpacked(counted.toArrow(), {**{name: self.schema[name] for name in by}, count: pl.Int64()})

    def keep(self) -> "Table":
        """See Cluster.keep."""
        return Table(self.cluster, self.cluster.keep(self.rows), self.schema)

    def count(self) -> int:
        return int(self.rows.count())

    def collect(self) -> pl.DataFrame:
        """The whole table on the driver, in any order."""
        return unpacked(self.rows.toArrow(), self.schema)


def _without_part(schema: Schema) -> Schema:
    return {name: kind for name, kind in schema.items() if name != PART}
