"""Who lives behind which door, and how the doors of a building stand."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from lianfang.linkage.result import ADDRESS_PARTS
from lianfang.territory.deriving import settle
from lianfang.territory.models import Building, Dwelling


class DoorState(StrEnum):
    """How much the lists say of a door; the value is sent."""

    CONFLICTING = "conflicting"  # somebody unregistered, or lists that contradict one another
    SEEN = "seen"  # everybody registered there has been seen on another list
    KNOWN = "known"  # registered, but not (all) seen
    EMPTY = "empty"  # nobody, by any list


_COUNTS = ("people", "registered", "seen", "unregistered", "conflicts")


@dataclass(frozen=True)
class Behind:
    """`dwellings`: person, dwelling (null where the address means none); `buildings`: rows of RunBuilding."""

    dwellings: pl.DataFrame
    buildings: pl.DataFrame


def behind(
    persons: pl.DataFrame, addresses: pl.DataFrame, tell: Callable[[float], None] = lambda share: None
) -> Behind:
    """Who lives behind which door. Makes the doors that are not in the territory yet.

    persons: person, path, on_register, sources, conflicts; addresses: person and ADDRESS_PARTS.
    """
    lived = persons.join(
        addresses.with_columns(pl.col("person").cast(persons.schema["person"])), on="person", how="left"
    )
    counts = lived.group_by(*ADDRESS_PARTS, "path").agg(
        people=pl.len(), registered=pl.col("on_register").sum()
    )
    where = settle(counts, tell=lambda share: tell(0.7 * share))
    tell(0.7)
    given = lived.with_columns(pl.col("unit").fill_null("")).join(where, on=ADDRESS_PARTS, how="left")
    tell(0.8)
    return Behind(given.select("person", "dwelling"), _buildings(given.drop_nulls("dwelling")))


def states(people: pl.DataFrame, *by: str) -> pl.DataFrame:
    """One row a dwelling with the people behind it: `by`, _COUNTS and `state`.

    people: `by`, on_register, sources, conflicts.
    """
    counted = people.group_by(*by, maintain_order=True).agg(
        people=pl.len(),
        registered=pl.col("on_register").sum(),
        seen=(pl.col("on_register") & (pl.col("sources") > 1)).sum(),
        unregistered=(~pl.col("on_register")).sum(),
        conflicts=pl.col("conflicts").sum(),
    )
    contradicts = (pl.col("unregistered") > 0) | (pl.col("conflicts") > 0)
    state = (
        pl.when(contradicts)
        .then(pl.lit(DoorState.CONFLICTING.value))
        .when(pl.col("seen") == pl.col("registered"))
        .then(pl.lit(DoorState.SEEN.value))
        .otherwise(pl.lit(DoorState.KNOWN.value))
    )
    return counted.with_columns(state=state)


def _buildings(people: pl.DataFrame) -> pl.DataFrame:
    why = "a run's people live wherever they live"
    houses = Building.objects.unscoped(reason=why).values_list("pk", "compound")
    of = pl.DataFrame(list(houses), schema={"house": pl.Int64, "compound": pl.Int64}, orient="row")
    paths = Dwelling.objects.unscoped(reason=why).values_list("pk", "path")
    at = pl.DataFrame(list(paths), schema={"dwelling": pl.Int64, "path": pl.String}, orient="row")
    doors = states(people, "house", "dwelling").join(at, on="dwelling").join(of, on="house")
    return (
        doors.group_by("house", "compound", "path")
        .agg(
            pl.col("people").sum(),
            *(
                (pl.col("state") == state.value).sum().alias(state.value)
                for state in DoorState
                if state != DoorState.EMPTY
            ),
        )
        .rename({"house": "building"})
    )
