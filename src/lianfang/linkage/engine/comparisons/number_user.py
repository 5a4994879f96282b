"""Who uses a number that stands under somebody's name: what all other lists together say of it."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lianfang.linkage.engine.comparisons.base import (
    NULL,
    Columns,
    Corpus,
    Indices,
    Levels,
    Uncounted,
    combined,
    hashed,
    stated,
)

#: What is known of a row's number; 0: nothing that could be said.
OWN, NOWHERE, OTHERS = 1, 2, 3


class NumberUser(Uncounted):
    """For a row of `hearsay` (a carrier's list) and a row of the same name with another number.

    `own`: elsewhere the number stands under the registrant's name. `nowhere`: it stands on no other list, as second
    numbers mostly do. `others`: it stands elsewhere, but under other names only: somebody else uses it. Silent where
    names differ (then nobody asks) and where the numbers are equal (then `phone` has said it). Between two rows of
    hearsay both numbers are asked: `others_one` if others use one of them, `nowhere_one` if one stands nowhere.
    """

    levels = ("own", "nowhere", "others", "own_both", "nowhere_one", "others_one")
    groups = (("own", "nowhere", "others"), ("own_both", "nowhere_one", "others_one"))

    def __init__(self, name: str, hearsay: Sequence[str]) -> None:
        self.name = name
        self.hearsay = tuple(hearsay)

    def needs(self) -> Sequence[str]:
        return ("phone", "name_py", "name_form")

    def facts(self, standard: pl.DataFrame, greatest: Mapping[str, int]) -> Mapping[str, pl.DataFrame]:
        said = np.where(self._hearsay(standard), 0, hashed(standard["phone"]))
        return {
            "number_given": stated(said),
            "number_named": stated(combined((said, _whole_name(standard)))),
        }

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        phone, name = hashed(standard["phone"]), _whole_name(standard)
        hearsay = self._hearsay(standard) & (phone != 0) & (name != 0)
        named = corpus.tables["number_named"].find(combined((phone, name))) > 0
        given = corpus.tables["number_given"].find(phone) > 0
        user = np.select([~hearsay, named, given], [0, OWN, OTHERS], NOWHERE).astype(np.uint8)
        return {"phone": phone, "name": name, "user": user}

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
        levels[asked] = said[asked] - 1 + len(self.groups[0]) * both
        return levels

    def _hearsay(self, standard: pl.DataFrame) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = standard["kind"].is_in(self.hearsay).to_numpy()
        return found


def _whole_name(standard: pl.DataFrame) -> NDArray[np.uint64]:
    """Hash of how a name sounds; 0 where only a part of it is known."""
    whole = (standard["name_form"] == "full").fill_null(False).to_numpy()
    return np.where(whole, hashed(standard["name_py"]), np.uint64(0))
