"""Who signed for which number: what the carrier's rows say together of a number and of him who gives it."""

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
    combined,
    hashed,
    stated,
)
from lianfang.linkage.engine.comparisons.hearsay import Hearsay
from lianfang.linkage.engine.comparisons.number_user import whole_name
from lianfang.linkage.engine.comparisons.registrant import bearer, firm_registrants

SEVERAL = 2


class Signer(Hearsay):
    """For a row of `hearsay` (a carrier's list) and a row of any other.

    Of the same name with another number: `another_signed`: somebody else signed for the number that he gives, so
    that he uses a relative's, or a relative's signature; `no_other_signed`: nobody else is known to have. Of another
    name with the same number: `giver_signs`: he who gives it signed for another number himself; `signs_several`: the
    registrant signed for several; `signs_one`: for this one only; silent where several rows give the registrant a
    number of his own, because then `registrant` has said more. People are found again by name and the last places of
    the ID number. Silent on all other pairs.
    """

    levels = ("another_signed", "no_other_signed", "giver_signs", "signs_several", "signs_one")
    groups = (levels[:2], levels[2:])

    def needs(self) -> Sequence[str]:
        return ("phone", "name_py", "name_form", "id_text")

    def facts(self, standard: pl.DataFrame, greatest: Mapping[str, int]) -> Mapping[str, pl.DataFrame]:
        hearsay, name, key = self._hearsay(standard), whole_name(standard), bearer(standard)
        phone = hashed(standard["phone"])
        signed = np.where(hearsay & (name != 0), phone, np.uint64(0))
        return {
            "number_signed": stated(signed),
            "number_signed_by": stated(combined((signed, name))),
            "signed_by": stated(np.where(hearsay, key, np.uint64(0))),
            "firm_signer": stated(key, phone=phone, hearsay=hearsay),
        }

    def tally(self, table: str, facts: pl.DataFrame) -> Counts:
        """How many rows of hearsay name a number, a number and a name, or a person; `firm_signer`: see Registrant."""
        if table == "firm_signer":
            return firm_registrants(facts)
        return Counts.of(facts["key"].to_numpy())

    def prepare(self, standard: pl.DataFrame, corpus: Corpus) -> Columns:
        phone, name = hashed(standard["phone"]), whole_name(standard)
        by_somebody = corpus.tables["number_signed"].find(phone) > 0
        by_him = corpus.tables["number_signed_by"].find(combined((phone, name))) > 0
        key = bearer(standard)
        signed = corpus.tables["signed_by"].find(key)
        return {
            "phone": phone,
            "name": name,
            "hearsay": self._hearsay(standard),
            "another": by_somebody & ~by_him,
            "signed": np.minimum(signed, SEVERAL).astype(np.uint8),
            "firm": corpus.tables["firm_signer"].find(key) > 0,
        }

    def compare(self, columns: Columns, a: Indices, b: Indices) -> Levels:
        levels: Levels = np.full(len(a), NULL, np.uint8)
        hearsay = columns["hearsay"]
        asked = np.flatnonzero(hearsay[a] != hearsay[b])
        row, other = a[asked], b[asked]
        row, other = np.where(hearsay[row], row, other), np.where(hearsay[row], other, row)
        names, phones = ((columns[key][row], columns[key][other]) for key in ("name", "phone"))
        told = (names[0] != 0) & (names[1] != 0) & (phones[0] != 0) & (phones[1] != 0)
        one_name, one_number = names[0] == names[1], phones[0] == phones[1]
        signed = columns["signed"]
        levels[asked] = np.select(
            [
                ~told | (one_name == one_number),
                one_name & columns["another"][other],
                one_name,
                columns["firm"][row],
                signed[other] > 0,
                signed[row] >= SEVERAL,
                signed[row] > 0,
            ],
            [NULL, 0, 1, NULL, 2, 3, 4],
            NULL,
        )
        return levels
