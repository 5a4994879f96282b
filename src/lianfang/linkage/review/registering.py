"""The registry follows a decision: merged people are found under one number, and apart again when it is taken back."""

from collections.abc import Collection
from datetime import datetime

import polars as pl

from lianfang.kernel.actor import system
from lianfang.linkage.models import Run, RunPerson
from lianfang.linkage.review.change import Change
from lianfang.registry.loading import PEOPLE
from lianfang.registry.renewing import regroup

_WHY = "the registry knows everybody"


def register(run: Run, change: Change, now: datetime) -> dict[int, int]:
    """Number -> uid of everybody whom the change concerns, as shown afterwards. To be called before the rows change."""
    numbers = {record: link[0] for record, link in change.links.items()}
    after = set(numbers.values())
    uids = _known(run, change.shown | after | {engine[0] for engine in change.engine.values()})
    gone = {number: uids[number] for number in change.shown - after if number in uids}
    heirs = {engine[0]: numbers[record] for record, engine in sorted(change.engine.items(), reverse=True)}
    merged = {uid: uids[heirs[n]] for n, uid in gone.items() if n <= change.people and heirs[n] in uids}
    known = pl.DataFrame(
        [(number, uids.get(number)) for number in after],
        schema={"person": pl.Int64, "uid": pl.Int64},
        orient="row",
    )
    people = change.after.persons.with_columns(pl.col("person").cast(pl.Int64)).select(*PEOPLE)
    said = change.after.descriptions.with_columns(pl.col("person").cast(pl.Int64)).lazy()
    found = regroup(
        actor=system("review"),
        now=now,
        people=people.join(known, on="person"),
        descriptions=said,
        merged=merged,
        split=[uid for number, uid in gone.items() if number > change.people],
    )
    return dict(found.select("person", "uid").iter_rows())


def _known(run: Run, numbers: Collection[int]) -> dict[int, int]:
    """Number -> uid: the engine's persons keep theirs for good, whoever was split off while it is shown."""
    rows = RunPerson.objects.unscoped(reason=_WHY).filter(run=run, person__in=numbers)
    found = dict(rows.filter(hidden=False).values_list("person", "uid"))
    return found | dict(rows.filter(derived=False).values_list("person", "uid"))
