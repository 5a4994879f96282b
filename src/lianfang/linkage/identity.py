"""Who of a new run is who of the run before: persons keep their number although a run counts anew.

A person inherits the number that most of its records had; two who claim one number: the one with more of its records.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from lianfang.registry.loading import PEOPLE, claimed_by_number, stage_people
from lianfang.registry.renewing import Renewal, plan


@dataclass(frozen=True)
class Identities:
    """Who of a run is whom: `uids` (person, uid) of all; `renewal` says what the registry has to learn when the run
    becomes current."""

    uids: pl.DataFrame
    renewal: Renewal


def stage(
    *,
    now: datetime,
    before: pl.DataFrame,
    persons: pl.DataFrame,
    records: pl.DataFrame,
    descriptions: pl.LazyFrame,
    tell: Callable[[float], None],
) -> Identities:
    """Everybody of a run gets his number; new people come into the registry, seen by nobody before `renew`.

    before: key, uid of the rows of the run before; persons: columns of PEOPLE; records: person and key; descriptions:
    person and columns of engine.stranger.COLUMNS.
    """
    numbers = recognised(records, descriptions, before)
    people = persons.with_columns(pl.col("person").cast(pl.Int64)).select(*PEOPLE)
    known = people.join(numbers, on="person", maintain_order="left")
    new = people.join(numbers, on="person", how="anti", maintain_order="left")
    share = new.height / max(people.height, 1)
    staged = stage_people(
        now=now, people=new, descriptions=descriptions, tell=lambda done: tell(0.05 + 0.95 * share * done)
    )
    renewal = plan(
        known=known, descriptions=descriptions, before=before["uid"].unique(), new=new.height, now=now,
        tell=lambda done: tell(0.05 + 0.95 * (share + (1 - share) * done)),
    )  # fmt: skip
    return Identities(pl.concat([known.select("person", "uid"), staged.select("person", uid="id")]), renewal)


def recognised(records: pl.DataFrame, descriptions: pl.LazyFrame, before: pl.DataFrame) -> pl.DataFrame:
    """person, uid of those whom the registry knows: by their rows, else by a valid ID number."""
    known = inherited(records, before)
    numbers = descriptions.select("person", "id18").drop_nulls().collect()
    new = numbers.join(known, on="person", how="anti")
    return pl.concat([known, claimed_by_number(new, taken=known["uid"])])


def inherited(records: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """person, uid (Int64, each at most once) of those who were known; `records`: person, key, `before`: key, uid."""
    votes = (
        records.select(pl.col("person").cast(pl.Int64), "key")
        .join(before, on="key")
        .group_by("person", "uid")
        .len()
        .sort("len", "uid", "person", descending=[True, False, False])
    )
    found = votes.select("person", "uid").clear()
    while votes.height:
        # The first claim of a person that is also the first claim to the number; then those left over claim again.
        first = votes.filter(pl.col("uid").is_first_distinct() & pl.col("person").is_first_distinct())
        chosen = first.select("person", "uid")
        found = pl.concat([found, chosen])
        votes = votes.join(chosen, on="person", how="anti").join(chosen, on="uid", how="anti")
    return found
