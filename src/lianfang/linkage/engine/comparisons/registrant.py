"""A number that stands under another name than its registrant's: whose is it? What other rows say of the two."""

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
from lianfang.linkage.engine.comparisons.number_user import minors, whole_name
from lianfang.linkage.engine.comparisons.phone import LATEST, latest_year

#: What is known of the registrant: listed with this very number; with another one, by several rows; with another one,
#: by one row; with none; or not listed.
HIS, FIRM, ANOTHER, NUMBERLESS, UNKNOWN = 0, 1, 2, 3, 4
#: How the other one gives the number: in several rows, too young to sign himself, with another number beside it, once.
OFTEN, MINOR, BESIDE, ONCE = 0, 1, 2, 3
#: The last characters of an ID number, which a mask leaves.
TAIL = 4


class Registrant(Hearsay):
    """For a row of `hearsay` (a carrier's list) and a row of another name with the same number.

    The registrant may use it and a relative only have given it (`his`: the registrant gives it himself elsewhere;
    `none_…`: he is listed, always without a number), or it is the relative's, signed for by the registrant, who has
    another of his own (`another_…`, or `firm_…` where several rows say so); `unknown_…`: he is on no other list. The
    second part is how the relative gives it: in several rows (`…_often`), he is too young to sign (`…_minor`), he gives
    another one too (`…_beside`), or just `…_once`. People are found again by name and the last places of the ID number.
    Of persons with several rows the smallest level counts, so the better informed ones come first. Silent on all
    other pairs.
    """

    levels = (
        "his",
        "firm_often",
        "firm_beside",
        "firm_once",
        "another_often",
        "another_minor",
        "another_beside",
        "another_once",
        "none_often",
        "none_minor",
        "none_beside",
        "none_once",
        "unknown_often",
        "unknown_beside",
        "unknown_once",
    )
    groups = (levels[:12], levels[12:])

    def needs(self) -> Sequence[str]:
        return ("phone", "name_py", "name_form", "id_text", "birth_year")

    def greatest(self, standard: pl.DataFrame) -> Mapping[str, int]:
        return {LATEST: latest_year(standard)}

    def facts(self, standard: pl.DataFrame, greatest: Mapping[str, int]) -> Mapping[str, pl.DataFrame]:
        key, phone, hearsay = bearer(standard), hashed(standard["phone"]), self._hearsay(standard)
        said = np.where(hearsay, 0, key)
        return {
            "numbers_of": stated(said, phone=phone),
            "gives": stated(combined((said, phone))),
            "firm": stated(key, phone=phone, hearsay=hearsay),
        }

    def tally(self, table: str, facts: pl.DataFrame) -> Counts:
        """By person: one more than his numbers; the rows that give one; registrants with a number that several give."""
        if table == "gives":
            return Counts.of(facts["key"].to_numpy())
        if table == "firm":
            return firm_registrants(facts)
        numbers = facts.unique().group_by("key").agg(n=1 + (pl.col("phone") != 0).sum()).sort("key")
        return Counts(numbers["key"].to_numpy(), numbers["n"].cast(pl.UInt64).to_numpy())

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        phone, hearsay, key = hashed(standard["phone"]), self._hearsay(standard), bearer(standard)
        known = corpus.tables["numbers_of"].find(key)
        rows = corpus.tables["gives"].find(combined((key, phone)))
        firm = corpus.tables["firm"].find(key) > 0
        minor = minors(standard, int(corpus.tables[LATEST].numbers[0]))
        registrant = [rows > 0, (known > 1) & firm, known > 1, known > 0]
        return {
            "phone": phone,
            "name": np.where(phone != 0, whole_name(standard), np.uint64(0)),
            "hearsay": hearsay,
            "registrant": np.select(registrant, [HIS, FIRM, ANOTHER, NUMBERLESS], UNKNOWN).astype(np.uint8),
            "given": np.select([rows > 1, minor, known > 2], [OFTEN, MINOR, BESIDE], ONCE).astype(np.uint8),
        }

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        levels: Levels = np.full(len(a), NULL, np.uint8)
        phone, name, hearsay = columns["phone"], columns["name"], columns["hearsay"]
        asked = np.flatnonzero((phone[a] == phone[b]) & (hearsay[a] != hearsay[b]))
        a, b = a[asked], b[asked]
        told = (name[a] != 0) & (name[b] != 0) & (name[a] != name[b])
        asked, a, b = asked[told], a[told], b[told]
        signed, other = np.where(hearsay[a], a, b), np.where(hearsay[a], b, a)
        levels[asked] = LEVEL[columns["registrant"][signed], columns["given"][other]]
        return levels


#: The level by what is known of the registrant (rows) and how the other one gives the number (columns).
LEVEL = np.array(
    [
        [0, 0, 0, 0],
        [1, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9, 10, 11],
        [12, 12, 13, 14],
    ],
    np.uint8,
)


def firm_registrants(facts: pl.DataFrame) -> Counts:
    """Registrants (key) with a number that several rows give, be they the carrier's or others."""
    signed = facts.filter("hearsay").select("key").unique()
    given = facts.filter(pl.col("phone") != 0).join(signed, on="key", how="semi")
    often = given.group_by("key", "phone").len().filter(pl.col("len") > 1)
    firm = often.select("key").unique().sort("key")["key"].to_numpy()
    return Counts(firm, np.ones(len(firm), np.uint64))


def bearer(standard: pl.DataFrame) -> NDArray[np.uint64]:
    """Key of a person by name (as it sounds) and the last places of the ID number; 0 if either is not known."""
    tail = standard["id_text"].str.slice(-TAIL)
    shown = tail.str.contains(r"^\d{3}[\dXx]$").fill_null(False).to_numpy()
    return combined((whole_name(standard), np.where(shown, hashed(tail), np.uint64(0))))
