"""Who uses a number that stands under somebody's name: what all other lists together say of it."""

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
    combined,
    hashed,
    stated,
)
from lianfang.linkage.engine.comparisons.hearsay import Hearsay
from lianfang.linkage.engine.comparisons.phone import CHILD, LATEST, doors, latest_year

#: What is known of a row's number; 0: nothing that could be said.
OWN, NOWHERE, OTHERS = 1, 2, 3
#: Who is at least CHILD and younger than this has a phone of his own mostly, and cannot sign for it.
OF_AGE = 18


class NumberUser(Hearsay):
    """For a row of `hearsay` (a carrier's list) and a row of the same name with another number.

    `own`: elsewhere the number stands under the registrant's name. `nowhere`: it stands on no other list, as second
    numbers mostly do; `further`: the same of somebody who signed for other numbers too. `…_minor`: behind his door
    lives one who is too young to sign for a number, and gives none of his own. `others`: it stands elsewhere, but under
    other names only: somebody else uses it. Silent where names differ (then nobody asks) and where the numbers are
    equal (then `phone` has said it). Between two rows of hearsay both numbers are asked: `others_one` if others use one
    of them, `nowhere_one` if one stands nowhere. Of persons with several rows the smallest level counts: of the
    same number the one that knows more.
    """

    levels = (
        "own",
        "further_minor",
        "further",
        "nowhere_minor",
        "nowhere",
        "others",
        "own_both",
        "nowhere_one",
        "others_one",
    )
    groups = (levels[:6], levels[6:])

    def needs(self) -> Sequence[str]:
        return ("phone", "name_py", "name_form", "id_text", "birth_year", "compound", "building", "room")

    def greatest(self, standard: pl.DataFrame) -> Mapping[str, int]:
        return {LATEST: latest_year(standard)}

    def facts(self, standard: pl.DataFrame, greatest: Mapping[str, int]) -> Mapping[str, pl.DataFrame]:
        phone, hearsay = hashed(standard["phone"]), self._hearsay(standard)
        said = np.where(hearsay, 0, phone)
        minor = minors(standard, greatest[LATEST])
        return {
            "number_given": stated(said),
            "number_named": stated(combined((said, whole_name(standard)))),
            "numbers_signed": stated(np.where(hearsay, signer(standard), np.uint64(0))),
            "minor_without": stated(np.where(hearsay, 0, doors(standard)), phone=phone, minor=minor),
        }

    def tally(self, table: str, facts: pl.DataFrame) -> Counts:
        """How often something is said; `minor_without`: doors behind which a minor gives no number of his own."""
        if table == "minor_without":
            return doors_of_minors_without(facts)
        return Counts.of(facts["key"].to_numpy())

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        phone, name = hashed(standard["phone"]), whole_name(standard)
        hearsay = self._hearsay(standard) & (phone != 0) & (name != 0)
        named = corpus.tables["number_named"].find(combined((phone, name))) > 0
        given = corpus.tables["number_given"].find(phone) > 0
        user = np.select([~hearsay, named, given], [0, OWN, OTHERS], NOWHERE).astype(np.uint8)
        return {
            "phone": phone,
            "name": name,
            "user": user,
            "further": corpus.tables["numbers_signed"].find(signer(standard)) > 1,
            "minor": corpus.tables["minor_without"].find(doors(standard)) > 0,
        }

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        user = columns["user"]
        said = np.maximum(user[a], user[b])
        index = np.flatnonzero(said)
        a, b = a[index], b[index]
        one_name = (columns["name"][a] == columns["name"][b]) & (columns["name"][a] != 0)
        levels: Levels = np.full(len(said), NULL, np.uint8)
        wanted = one_name & (columns["phone"][a] != columns["phone"][b])
        asked, left, right = index[wanted], a[wanted], b[wanted]
        both = (user[left] != 0) & (user[right] != 0)
        signed, other = np.where(user[left] != 0, left, right), np.where(user[left] != 0, right, left)
        nowhere = 4 - 2 * columns["further"][signed] - columns["minor"][other].astype(np.int64)
        alone = np.select([said[asked] == OWN, said[asked] == NOWHERE], [0, nowhere], 5)
        levels[asked] = np.where(both, said[asked] - 1 + len(self.groups[0]), alone)
        return levels


def doors_of_minors_without(facts: pl.DataFrame) -> Counts:
    """Doors (key) with a row of a minor, where no row of a minor gives a number that nobody else there gives."""
    home = facts.join(facts.filter("minor").select("key").unique(), on="key", how="semi")
    numbers = home.filter(pl.col("phone") != 0).group_by("key", "phone").agg(pl.col("minor").all())
    theirs = numbers.filter("minor").select("key").unique()
    without = home.select("key").unique().join(theirs, on="key", how="anti").sort("key")["key"].to_numpy()
    return Counts(without, np.ones(len(without), np.uint64))


def minors(standard: pl.DataFrame, now: int) -> NDArray[np.bool_]:
    """Who in the year `now` is old enough for a phone and too young to sign for one."""
    year = standard["birth_year"].fill_null(0).to_numpy()
    found: NDArray[np.bool_] = (year > now - OF_AGE) & (year <= now - CHILD) & (year > 0)
    return found


def signer(standard: pl.DataFrame) -> NDArray[np.uint64]:
    """Key of a registrant by name and ID number as it stands there, masked or not; 0 if either is not known."""
    return combined((whole_name(standard), hashed(standard["id_text"])))


def whole_name(standard: pl.DataFrame) -> NDArray[np.uint64]:
    """Hash of how a name sounds; 0 where only a part of it is known."""
    whole = (standard["name_form"] == "full").fill_null(False).to_numpy()
    return np.where(whole, hashed(standard["name_py"]), np.uint64(0))
