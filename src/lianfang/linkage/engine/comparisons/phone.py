"""Phone numbers: the same, one digit off, and how many names share it."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from lianfang.linkage.engine.comparisons.base import (
    NULL,
    Columns,
    Corpus,
    Indices,
    Levels,
    characters,
    differences,
    hashed,
)
from lianfang.linkage.engine.comparisons.chinese_id import one_missing

#: One person's number stands under at most two names (hearsay counts), a family's under a handful.
OWN, FAMILY = 2, 8
#: Who is younger or older than this (years) is often listed with the number of somebody at home.
CHILD, AGED = 13, 72
#: Numbers of more people behind one door say little about any of them.
HOME = 12


class Phone:
    """Levels from "the same number, which nobody else gave" to "another number".

    `lent` is a number that a child or an aged person behind the same door is listed with: most likely the mother's
    or the son's. `at_home` is one that an adult there is listed with: most likely that adult's.
    """

    levels = ("equal_own", "equal_family", "equal_many", "near", "equal_dependant", "lent", "at_home", "different")
    groups = (levels,)

    def __init__(self, name: str) -> None:
        self.name = name

    def needs(self) -> Sequence[str]:
        return ("phone", "phone2", "phone_text", "phone_form", "name_py", "birth_year", "compound", "building", "room")

    def count(self, standard: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
        """Under how many names a number stands, which numbers stand behind a door, and the youngest year of birth."""
        given = standard.filter(pl.col("phone").is_not_null())
        names = given.filter(pl.col("name_form") == "full").select(
            pl.col("phone").alias("value"), pl.col("name_py").hash().alias("name")
        )
        holders = names.unique().group_by("value").len().select("value", pl.col("len").cast(pl.UInt32).alias("count"))
        return {"phone": holders, "phone_at_door": phones_behind_doors(standard)}

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        text = standard.select(
            pl.when(pl.col("phone_form").is_in(["mobile", "landline", "malformed"])).then(
                pl.coalesce("phone", "phone_text")
            )
        ).to_series()
        behind = corpus.tables["phone_at_door"]
        marked = marks(hashed(behind["door"]), hashed(behind["value"]))
        lent = behind["dependant"].to_numpy()
        return {
            "phone": hashed(text),
            "phone2": hashed(standard["phone2"]),
            "digits": characters(text, 12).astype(np.uint8),
            "holders": corpus.count_of("phone", standard["phone"]).astype(np.uint16),
            "door": hashed(door(standard)),
            "dependant": dependants(standard).to_numpy(),
            # Sorted (door, phone) marks of all rows; they are looked up, not gathered.
            "lent": np.sort(marked[lent]),
            "at_home": np.sort(marked[~lent]),
        }

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        phone_a, phone_b = columns["phone"][a], columns["phone"][b]
        second_a, second_b = columns["phone2"][a], columns["phone2"][b]
        equal = (
            ((phone_a == phone_b) & (phone_a != 0))
            | ((second_a == phone_b) & (second_a != 0))
            | ((phone_a == second_b) & (second_b != 0))
        )
        holders = np.maximum(columns["holders"][a], columns["holders"][b])
        known = (phone_a != 0) & (phone_b != 0)
        dependant = columns["dependant"][a] | columns["dependant"][b]
        return np.select(
            [
                equal & dependant,
                equal & (holders <= OWN),
                equal & (holders <= FAMILY),
                equal,
                self._near(columns, a, b, known & ~equal),
                self._behind("at_home", columns, a, b),
                self._behind("lent", columns, a, b),
                ~known,
            ],
            [4, 0, 1, 2, 3, 6, 5, NULL],
            7,
        ).astype(np.uint8)

    def _near(self, columns: Columns, a: Indices, b: Indices, wanted: np.ndarray) -> np.ndarray:
        """One digit wrong, missing or swapped with its neighbour."""
        near = np.zeros(len(a), bool)
        index = np.flatnonzero(wanted)
        digits_a, digits_b = columns["digits"][a[index]], columns["digits"][b[index]]
        count, swapped = differences(digits_a, digits_b)
        near[index] = (count == 1) | swapped | one_missing(digits_a, digits_b)
        return near

    def _behind(self, whose: str, columns: Columns, a: Indices, b: Indices) -> np.ndarray:
        """Whether the one's number is known behind the other's door, though he does not stand there himself."""
        behind = columns[whose]
        found = np.zeros(len(a), bool)
        if not len(behind):
            return found
        for here, there in ((a, b), (b, a)):
            phone, home = columns["phone"][here], columns["door"][there]
            index = np.flatnonzero((phone != 0) & (home != 0) & (home != columns["door"][here]))
            mark = marks(home[index], phone[index])
            at = np.minimum(np.searchsorted(behind, mark), len(behind) - 1)
            found[index] |= behind[at] == mark
        return found


def door(standard: pl.DataFrame) -> pl.Series:
    """The door as text, without its unit, which is so often left out."""
    return standard.select(
        pl.concat_str("compound", pl.lit("|"), "building", pl.lit("|"), "room").alias("door")
    ).to_series()


def dependants(standard: pl.DataFrame) -> pl.Series:
    """Who is a child or aged, by the year of birth against the latest one of the lists."""
    year = standard["birth_year"]
    now = year.max()
    if not isinstance(now, int):
        return pl.repeat(False, len(standard), dtype=pl.Boolean, eager=True)
    return ((year > now - CHILD) | (year < now - AGED)).fill_null(False)


def phones_behind_doors(standard: pl.DataFrame) -> pl.DataFrame:
    """Distinct (door, value = phone, dependant = only children or aged gave it); doors with very many left out."""
    given = standard.select(
        door(standard), pl.col("phone").alias("value"), dependants(standard).alias("dependant")
    ).drop_nulls()
    pairs = given.group_by("door", "value").agg(pl.col("dependant").all())
    return pairs.filter(pl.len().over("door") <= HOME)


def marks(doors: np.ndarray, phones: np.ndarray) -> np.ndarray:
    """One number for a door and a phone together."""
    mixed: np.ndarray = doors * np.uint64(0x9E3779B97F4A7C15) ^ phones
    return mixed
