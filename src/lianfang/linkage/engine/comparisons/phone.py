"""Phone numbers: the same, one digit off, and how many names share it."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lianfang.linkage.engine.comparisons.base import (
    NULL,
    Columns,
    Corpus,
    Counts,
    Indices,
    Levels,
    Uncounted,
    Undecided,
    characters,
    combined,
    differences,
    hashed,
    stated,
)
from lianfang.linkage.engine.comparisons.chinese_id import one_missing

#: The latest year of birth of all lists.
LATEST = "latest_birth_year"
#: One person's number stands under at most two names (one may be misspelt), a family's under a handful.
OWN, FAMILY = 2, 8
#: Who is younger than this (years) is mostly listed with the number of somebody at home; who is older than that shares
#: his number with somebody at home only where both give it.
CHILD, AGED = 13, 72
#: Numbers of more people behind one door say little about any of them.
HOME = 12


#: Who behind a door gave a number there (`phones_behind_doors`).
CHILDREN, ONCE, OFTEN = 1, 2, 3


class Phone(Uncounted):
    """Levels from "the same number, which nobody else gave" to "another number".

    `equal_dependant` is a number that a child gives, or an aged person together with somebody else. `lent` is one that
    only a child behind the same door is listed with: most likely the mother's. `at_home` is one that an adult there
    is listed with: most likely that adult's, and more so if several rows say it (`at_home_often`). Each is told apart
    by whether the person compared is himself listed with another number (`…_beside`): who has one of his own needs
    the housemate's less. Of a person with several rows the lowest level counts, so that `…_beside` comes first: one
    row with a number of his own is enough.
    """

    levels = (
        "equal_own",
        "equal_family",
        "equal_many",
        "near",
        "equal_dependant",
        "lent_beside",
        "lent",
        "at_home_often_beside",
        "at_home_often",
        "at_home_beside",
        "at_home",
        "different",
    )
    groups = (levels,)

    def __init__(self, name: str, hearsay: Sequence[str] = ()) -> None:
        self.name = name
        self.hearsay = tuple(hearsay)  # kinds of list that may name somebody else with a number

    def needs(self) -> Sequence[str]:
        return (
            "phone",
            "phone2",
            "phone_text",
            "phone_form",
            "name_py",
            "birth_year",
            "compound",
            "building",
            "room",
        )

    def greatest(self, standard: pl.DataFrame) -> Mapping[str, int]:
        return {LATEST: latest_year(standard)}

    def facts(self, standard: pl.DataFrame, greatest: Mapping[str, int]) -> Mapping[str, pl.DataFrame]:
        phone, name = hashed(standard["phone"]), hashed(standard["name_py"])
        whole = (standard["name_form"] == "full").fill_null(False).to_numpy()
        if self.hearsay:
            whole = whole & ~standard["kind"].is_in(self.hearsay).to_numpy()
        adult = ~children(standard, greatest[LATEST])
        return {
            "phone": stated(phone, name=np.where(whole, name, 0)).filter(pl.col("name") != 0),
            "phone_at_door": stated(doors(standard), phone=phone, adult=adult).filter(pl.col("phone") != 0),
        }

    def tally(self, table: str, facts: pl.DataFrame) -> Counts:
        """Under how many names a number stands; who behind a door gave it."""
        if table == "phone":
            return Counts.of(facts.unique()["key"].to_numpy())
        return phones_behind_doors(facts)

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        text = standard.select(
            pl.when(pl.col("phone_form").is_in(["mobile", "landline", "malformed"])).then(
                pl.coalesce("phone", "phone_text")
            )
        ).to_series()
        behind = corpus.tables["phone_at_door"]
        return {
            "phone": hashed(text),
            "phone2": hashed(standard["phone2"]),
            "digits": characters(text, 12).astype(np.uint8),
            "holders": corpus.tables["phone"].find(hashed(standard["phone"])).astype(np.uint16),
            "hearsay": standard["kind"].is_in(self.hearsay).to_numpy(),
            "door": doors(standard),
            "child": children(standard, int(corpus.tables[LATEST].numbers[0])),
            "aged": aged(standard, int(corpus.tables[LATEST].numbers[0])),
            # Sorted (door, phone) marks of all rows; they are looked up, not gathered.
            "behind": behind.keys,
            "slots": slots(behind.keys),
            "giver": behind.numbers.astype(np.uint8),
        }

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        open_pairs = Undecided(a, b)
        phone_a, phone_b = open_pairs.both(columns["phone"])
        second_a, second_b = open_pairs.both(columns["phone2"])
        equal = (
            ((phone_a == phone_b) & (phone_a != 0))
            | ((second_a == phone_b) & (second_a != 0))
            | ((phone_a == second_b) & (second_b != 0))
        )
        open_pairs.decide_with(equal, lambda a, b: _shared(columns, a, b))
        open_pairs.decide(self._near(columns, open_pairs.a, open_pairs.b), 3)
        behind = self._behind(columns, open_pairs.a, open_pairs.b)
        open_pairs.decide(behind != NULL, behind)
        phone_a, phone_b = open_pairs.both(columns["phone"])
        hearsay_a, hearsay_b = open_pairs.both(columns["hearsay"])
        # A carrier lists every number once: that two of its rows differ says nothing.
        telling = ~np.logical_and(hearsay_a, hearsay_b)
        open_pairs.decide((phone_a != 0) & (phone_b != 0) & telling, self.levels.index("different"))
        return open_pairs.levels

    def _near(self, columns: Columns, a: Indices, b: Indices) -> np.ndarray:
        """One digit wrong, missing or swapped with its neighbour."""
        near = np.zeros(len(a), bool)
        index = np.flatnonzero((columns["phone"][a] != 0) & (columns["phone"][b] != 0))
        digits_a, digits_b = (np.take(columns["digits"], side[index], axis=0) for side in (a, b))
        count, swapped = differences(digits_a, digits_b)
        near[index] = (count == 1) | swapped | one_missing(digits_a, digits_b)
        return near

    def _behind(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        """The level where the one's number is known behind the other's door, but not under him."""
        levels = np.full(len(a), NULL, np.uint8)
        marks, givers, phone = columns["behind"], columns["giver"], columns["phone"]
        taken = columns["slots"]
        if not len(marks):
            return levels
        door_a, door_b = columns["door"][a], columns["door"][b]
        for here, there, home in ((a, b, door_b), (b, a, door_a)):
            index = np.flatnonzero((phone[here] != 0) & (home != 0) & (door_a != door_b))
            mark = combined((home[index], phone[here[index]]))
            likely = np.flatnonzero(taken[_slot(mark, taken)])
            index, mark = index[likely], mark[likely]
            at = np.minimum(np.searchsorted(marks, mark), len(marks) - 1)
            known = marks[at] == mark
            index, giver = index[known], givers[at[known]]
            level = BEHIND[giver, (phone[there[index]] == 0).astype(np.intp)]
            levels[index] = np.minimum(levels[index], level)
        return levels


def _shared(columns: Columns, a: Indices, b: Indices) -> Levels:
    """The level of pairs with one number."""
    told = Undecided(a, b)
    holders = np.maximum(*told.both(columns["holders"]))
    dependant = told.either(columns["child"]) | told.either(columns["aged"]) & (holders > 1)
    return np.select([dependant, holders <= OWN, holders <= FAMILY], [4, 0, 1], 2).astype(np.uint8)


def slots(known: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """For the last bits of a hash, whether one of the known hashes may be meant: of others few.

    Most that are asked for are not known, and to look where they would stand in a sorted array misses the cache at
    every step.
    """
    taken = np.zeros(1 << (len(known) * 8).bit_length(), bool)
    taken[_slot(known, taken)] = True
    return taken


def _slot(hashes: NDArray[np.uint64], taken: NDArray[np.bool_]) -> NDArray[np.uint32]:
    return (hashes & np.uint64(len(taken) - 1)).astype(np.uint32)


#: The level by who gave the number behind the door, and whether the person compared has one of his own (0) or none (1).
BEHIND = np.array(
    [[NULL, NULL]]
    + [
        [Phone.levels.index(f"{giver}_beside"), Phone.levels.index(giver)]
        for giver in ("lent", "at_home", "at_home_often")
    ],
    np.uint8,
)


def doors(standard: pl.DataFrame) -> np.ndarray:
    """Hash of the door without its unit, which is so often left out; 0 where it is not known."""
    return combined([hashed(standard[part]) for part in ("compound", "building", "room")])


def latest_year(standard: pl.DataFrame) -> int:
    """The latest year of birth of all lists, which stands for the present; 0 if none is known."""
    return max(int(standard["birth_year"].fill_null(0).to_numpy().max(initial=0)), 0)


def children(standard: pl.DataFrame, now: int) -> NDArray[np.bool_]:
    """Who is a child in the year `now`."""
    found: NDArray[np.bool_] = standard["birth_year"].fill_null(0).to_numpy() > max(now - CHILD, 0)
    return found


def aged(standard: pl.DataFrame, now: int) -> NDArray[np.bool_]:
    """Who is aged in the year `now`."""
    year = standard["birth_year"].fill_null(0).to_numpy()
    found: NDArray[np.bool_] = (year > 0) & (year < now - AGED)
    return found


def phones_behind_doors(facts: pl.DataFrame) -> Counts:
    """(door, phone) together → CHILDREN if only children gave it there, else ONCE or OFTEN (rows).

    Crowded doors are left out.
    """
    given = facts.group_by("key", "phone").agg(pl.col("adult").any(), rows=pl.len())
    given = given.filter(pl.len().over("key") <= HOME)
    mark = combined((given["key"].to_numpy(), given["phone"].to_numpy()))
    order = np.argsort(mark)
    by_adult, rows = given["adult"].to_numpy()[order], given["rows"].to_numpy()[order]
    giver = np.where(by_adult, np.where(rows > 1, OFTEN, ONCE), CHILDREN)
    return Counts(mark[order], giver.astype(np.uint64))
