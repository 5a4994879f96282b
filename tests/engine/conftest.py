"""A small demo subdistrict, read once: what linking is tried on."""

from dataclasses import dataclass
from datetime import date

import polars as pl
import pytest

from lianfang.demo.command import make_demo
from lianfang.linkage.fields import ListKind, PersonList
from lianfang.linkage.readers import Source, read_lists

DAY = date(2020, 2, 20)


@dataclass(frozen=True)
class Town:
    """Its lists as read."""

    records: pl.DataFrame
    lists: tuple[PersonList, ...]

    def part(self, chosen: pl.Series) -> "Town":
        """The chosen records, numbered from 0, on the same lists."""
        records = self.records.filter(chosen).with_columns(record=pl.int_range(pl.len(), dtype=pl.UInt32))
        return Town(records, self.lists)

    def __add__(self, other: "Town") -> "Town":
        """The lists of both, one behind the other."""
        moved = other.records.with_columns(
            record=pl.col("record") + pl.lit(len(self.records), pl.UInt32),
            list=pl.col("list") + pl.lit(len(self.lists), pl.UInt16),
        )
        lists = [PersonList(len(self.lists) + one.index, f"{one.label} 2", one.kind) for one in other.lists]
        return Town(pl.concat([self.records, moved]), (*self.lists, *lists))


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """All lists of 1,500 people."""
    made = make_demo(1_500, 7, tmp_path_factory.mktemp("town"))
    sources = [Source(made.register, ListKind.REGISTER), *(Source(path) for path in made.lists)]
    reading = read_lists(sources)
    return Town(reading.records, reading.lists)
