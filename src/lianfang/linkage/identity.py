"""Who of a new run is who of the run before: persons keep their number although a run counts anew.

A person inherits the number that most of its records had; two who claim one number: the one with more of its records.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from lianfang.kernel.actor import Actor
from lianfang.linkage.models import Run, RunPerson, RunRecord
from lianfang.registry.loading import PEOPLE, stage_people
from lianfang.registry.renewing import claimed_by_number, renew

_WHY = "a run's rows are compared with those of the run before, whosever they are"


@dataclass(frozen=True)
class Identities:
    """Who of a run is whom: `uids` (person, uid) of all; `known` (columns of PEOPLE, uid) those who were there before;
    `before` the numbers that the run before gave; `new` how many are new; `records` how many rows speak of them."""

    uids: pl.DataFrame
    known: pl.DataFrame
    before: pl.Series
    new: int
    records: int


def stage(
    *,
    now: datetime,
    before: Run | None,
    persons: pl.DataFrame,
    records: pl.DataFrame,
    descriptions: pl.LazyFrame,
    tell: Callable[[float], None],
) -> Identities:
    """Everybody of a run gets his number; new people come into the registry, seen by nobody before `settle`.

    persons: rows of RunPerson; records: person and key; descriptions: person and columns of engine.stranger.COLUMNS.
    """
    rows = known_before(before)
    numbers = recognised(records, descriptions, rows)
    people = persons.with_columns(pl.col("person").cast(pl.Int64)).select(*PEOPLE)
    known = people.join(numbers, on="person", maintain_order="left")
    new = people.join(numbers, on="person", how="anti", maintain_order="left")
    staged = stage_people(now=now, people=new, descriptions=descriptions, tell=tell)
    uids = pl.concat([known.select("person", "uid"), staged.select("person", uid="id")])
    return Identities(uids, known, rows["uid"].unique(), new.height, records.height)


def settle(*, actor: Actor, now: datetime, found: Identities, descriptions: pl.LazyFrame) -> None:
    """The registry says what this run says. To be called inside the transaction that makes the run current."""
    renew(
        actor=actor, now=now, known=found.known, descriptions=descriptions, before=found.before, new=found.new
    )


def recognised(records: pl.DataFrame, descriptions: pl.LazyFrame, before: pl.DataFrame) -> pl.DataFrame:
    """person, uid of those whom the registry knows: by their rows, else by a valid ID number."""
    known = inherited(records, before)
    numbers = descriptions.select("person", "id18").drop_nulls().collect()
    new = numbers.join(known, on="person", how="anti")
    return pl.concat([known, claimed_by_number(new, taken=known["uid"])])


def known_before(run: Run | None) -> pl.DataFrame:
    """key, uid of every record of a run; empty without one."""
    if run is None:
        return pl.DataFrame(schema={"key": pl.Int64, "uid": pl.Int64})
    people = (
        RunPerson.objects.unscoped(reason=_WHY).filter(run=run, hidden=False).values_list("person", "uid")
    )
    rows = RunRecord.objects.unscoped(reason=_WHY).filter(run=run).values_list("key", "person")
    uids = pl.DataFrame(list(people), schema={"person": pl.Int64, "uid": pl.Int64}, orient="row")
    keys = pl.DataFrame(list(rows), schema={"key": pl.Int64, "person": pl.Int64}, orient="row")
    return keys.join(uids, on="person").select("key", "uid")


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
