"""Counts over all rows, worked out in parts."""

import numpy as np
import polars as pl

from lianfang.linkage.engine.comparisons.base import Comparison, Corpus, Counts
from lianfang.linkage.engine.model import Model
from lianfang.linkage.engine.rows import greatest_of
from lianfang.linkage.engine.spark.tables import Schema, Table

#: Facts of all corpus tables on one road: which table, the key, and what else they say.
_FACTS: Schema = {"table": pl.UInt8(), "key": pl.UInt64(), "x": pl.UInt64(), "y": pl.UInt64()}
_ENTRIES: Schema = {"table": pl.UInt8(), "key": pl.UInt64(), "number": pl.UInt64()}


def corpus_of(model: Model, table: Table, rows: int) -> Corpus:
    """`rows.corpus_of` in parts; the tables are put together on the driver."""
    found = table.map(lambda part: _greatest(model, part)).collect()
    greatest = {name: int(number) for name, number in found.group_by("name").max().iter_rows()}
    made = _Tables(model, table, greatest)
    facts = table.map(made.facts, _FACTS).part_by("key")
    entries = facts.group(made.tally, _ENTRIES).collect().sort("table", "key")
    tables = {name: Counts.single(number) for name, number in greatest.items()}
    for place, name in enumerate(made.names):
        own = entries.filter(pl.col("table") == place)
        tables[name] = Counts(own["key"].to_numpy(), own["number"].to_numpy())
    return Corpus(rows, tables)


def _greatest(model: Model, part: pl.DataFrame) -> pl.DataFrame:
    found = greatest_of(model.comparisons, part)
    return pl.DataFrame(
        {"name": list(found), "number": list(found.values())}, schema={"name": pl.String, "number": pl.Int64}
    )


class _Tables:
    """The corpus tables of a model by number. Travels to the executors."""

    def __init__(self, model: Model, table: Table, greatest: dict[str, int]) -> None:
        self.greatest = greatest
        nobody = pl.DataFrame(schema=table.schema)
        self.names: list[str] = []
        self.by: list[Comparison] = []
        self.columns: list[dict[str, pl.DataType]] = []
        for comparison in model.comparisons:
            for name, facts in comparison.facts(nobody, greatest).items():
                self.names.append(name)
                self.by.append(comparison)
                self.columns.append(dict(facts.schema))

    def facts(self, part: pl.DataFrame) -> pl.DataFrame:
        """What some rows say, for all tables."""
        found = [pl.DataFrame(schema=_FACTS)]
        for comparison in dict.fromkeys(self.by):
            for name, facts in comparison.facts(part, self.greatest).items():
                place = self.names.index(name)
                extra = [facts[column].cast(pl.UInt64) for column in facts.columns[1:]]
                extra += [pl.zeros(len(facts), pl.UInt64, eager=True)] * (2 - len(extra))
                number = pl.Series(np.full(len(facts), place, np.uint8))
                found.append(pl.DataFrame(dict(zip(_FACTS, (number, facts["key"], *extra), strict=True))))
        return pl.concat(found)

    def tally(self, facts: pl.DataFrame) -> pl.DataFrame:
        """The entries of all tables for the keys at hand."""
        found = [pl.DataFrame(schema=_ENTRIES)]
        for place, (name, comparison, columns) in enumerate(
            zip(self.names, self.by, self.columns, strict=True)
        ):
            own = facts.filter(pl.col("table") == place).drop("table")
            given = own.select(
                pl.col(old).cast(kind).alias(new)
                for old, (new, kind) in zip(("key", "x", "y"), columns.items(), strict=False)
            )
            counts = comparison.tally(name, given)
            number = pl.Series(np.full(len(counts.keys), place, np.uint8))
            found.append(pl.DataFrame({"table": number, "key": counts.keys, "number": counts.numbers}))
        return pl.concat(found)
