"""Plain facts: sex, birth, relation to the head of the household, and any text that is equal or not."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from lianfang.linkage.engine.comparisons.base import (
    NULL,
    Columns,
    Corpus,
    Counts,
    Indices,
    Levels,
    Uncounted,
    Undecided,
    hashed,
    stated,
)
from lianfang.linkage.engine.comparisons.phone import doors


class Equal(Uncounted):
    """One column, or the first one filled of several, equal or not."""

    levels = ("same", "different")
    groups = (levels,)

    def __init__(self, name: str, columns: Sequence[str]) -> None:
        self.name = name
        self.columns = tuple(columns)

    def needs(self) -> Sequence[str]:
        return self.columns

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        return {"value": hashed(standard.select(pl.coalesce(self.columns)).to_series())}

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        left, right = columns["value"][a], columns["value"][b]
        return np.where((left == 0) | (right == 0), NULL, left != right).astype(np.uint8)


class Birth(Uncounted):
    """Date of birth where both have one, else the year; silent where two ID numbers have already spoken."""

    levels = (
        "date",
        "date_near",
        "year",
        "year_near",
        "same_year",
        "year_far",
        "date_differs",
        "year_differs",
    )
    groups = (
        ("date", "date_near", "same_year", "date_differs"),
        ("year", "year_near", "year_far", "year_differs"),
    )

    def __init__(self, name: str) -> None:
        self.name = name

    def needs(self) -> Sequence[str]:
        return ("birth", "birth_year", "id18")

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        birth = standard["birth"]
        year = standard.select(pl.coalesce(pl.col("birth").dt.year(), "birth_year")).to_series()
        return {
            "year": year.fill_null(0).cast(pl.Int16).to_numpy(),
            "monthday": (birth.dt.month().cast(pl.Int16) * 100 + birth.dt.day()).fill_null(0).to_numpy(),
            "from_id": standard["id18"].is_not_null().to_numpy(),
        }

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        year = columns["year"]
        known = (year[a] != 0) & (year[b] != 0) & ~(columns["from_id"][a] & columns["from_id"][b])
        open_pairs = Undecided(a, b)
        open_pairs.decide_with(known, lambda a, b: _born(columns, a, b))
        return open_pairs.levels


def _born(columns: Columns, a: Indices, b: Indices) -> Levels:
    """Of pairs of which both sides have a year."""
    day_a, day_b = columns["monthday"][a], columns["monthday"][b]
    dated = (day_a != 0) & (day_b != 0)
    apart = np.abs(columns["year"][a] - columns["year"][b])
    swapped = (day_a // 100 == day_b % 100) & (day_a % 100 == day_b // 100)
    return np.select(
        [
            dated & (apart == 0) & (day_a == day_b),
            dated & (((apart == 0) & (swapped | (day_a // 100 == day_b // 100))) | (day_a == day_b)),
            dated & (apart == 0),
            dated,
            apart == 0,
            apart == 1,
            apart <= 3,
        ],
        [0, 1, 4, 6, 2, 3, 5],
        7,
    ).astype(np.uint8)


class Cell(Uncounted):
    """Where a phone usually is against where somebody lives; silent where two addresses can speak.

    A cell is named after a compound or, coarser, after a community; which community a compound belongs to is learnt
    from the rows that name both.
    """

    levels = ("same_compound", "same_community", "different")
    groups = (levels,)

    def __init__(self, name: str) -> None:
        self.name = name

    def needs(self) -> Sequence[str]:
        return ("cell_area", "compound", "community")

    def facts(self, standard: pl.DataFrame, greatest: Mapping[str, int]) -> Mapping[str, pl.DataFrame]:
        named = stated(self._areas(standard, "compound"), community=self._areas(standard, "community"))
        return {"community_of": named.filter(pl.col("community") != 0)}

    def tally(self, table: str, facts: pl.DataFrame) -> Counts:
        """The community that most rows name with a compound."""
        commonest = facts.group_by("key", "community").len()
        commonest = commonest.sort("len", "community", descending=[True, False])
        chosen = commonest.unique("key", keep="first", maintain_order=True).sort("key")
        return Counts(chosen["key"].to_numpy(), chosen["community"].to_numpy())

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        compound, community = self._areas(standard, "compound"), self._areas(standard, "community")
        return {
            "cell": self._areas(standard, "cell_area"),
            "compound": compound,
            "community": np.where(community != 0, community, corpus.tables["community_of"].find(compound)),
        }

    def _areas(self, standard: pl.DataFrame, column: str) -> np.ndarray:
        """Hashes of bare names, worked out once for each distinct one."""
        given = hashed(standard[column])
        distinct = (
            pl.DataFrame({"key": given, "value": standard[column]}).unique("key", keep="any").sort("key")
        )
        named = hashed(distinct.select(area_name("value")).to_series())
        return named[np.searchsorted(distinct["key"].to_numpy(), given)]

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        cell_a, cell_b = columns["cell"][a], columns["cell"][b]
        compound_a, compound_b = columns["compound"][a], columns["compound"][b]
        community_a, community_b = columns["community"][a], columns["community"][b]
        silent = ((cell_a == 0) & (cell_b == 0)) | (
            ((cell_a == 0) & (compound_a == 0) & (community_a == 0))
            | ((cell_b == 0) & (compound_b == 0) & (community_b == 0))
        )
        compound = ((cell_a != 0) & ((cell_a == compound_b) | (cell_a == cell_b))) | (
            (cell_b != 0) & (cell_b == compound_a)
        )
        community = ((cell_a != 0) & (cell_a == community_b)) | ((cell_b != 0) & (cell_b == community_a))
        return np.select([silent, compound, community], [NULL, 0, 1], 2).astype(np.uint8)


def area_name(column: str) -> pl.Expr:
    """The bare name of a place: 浦沿社区 and 浦沿 are one, 云滨湾小区 and 云滨湾 are one."""
    bare = pl.col(column).str.replace(r"(社区|小区|居委会|村委会|基站|附近|片区|一带)+$", "")
    return pl.when(bare != "").then(bare)


class Relation(Uncounted):
    """Relation to the head of the household, which tells apart those who live behind one door."""

    levels = ("same", "different")
    groups = (levels,)

    def __init__(self, name: str) -> None:
        self.name = name

    def needs(self) -> Sequence[str]:
        return ("relation", "compound", "building", "room")

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        return {"relation": hashed(standard["relation"]), "door": doors(standard)}

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        door, relation = columns["door"], columns["relation"]
        open_pairs = Undecided(a, b)
        # Few pairs live behind one door.
        open_pairs.decide(~open_pairs.same(door), NULL)
        left, right = open_pairs.both(relation)
        open_pairs.decide((left != 0) & (right != 0), (left != right).astype(np.uint8))
        return open_pairs.levels
