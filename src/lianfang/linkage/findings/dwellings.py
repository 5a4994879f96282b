"""Findings about who lives where: moved since registered, and several households behind one door."""

import polars as pl

from lianfang.linkage.fields import ListKind
from lianfang.linkage.findings.catalogue import CATALOGUE
from lianfang.linkage.findings.evidence import Evidence, other_door
from lianfang.linkage.findings.sentences import Found

#: Kinds of list whose address is where the person lives now; a carrier's is a mast, a train's is a
#: passport's.
_TELLS_HOME = [kind.value for kind in (ListKind.VISIT, ListKind.SELF_REPORT, ListKind.GATE, ListKind.OTHER)]
_PARTS = ("compound", "building", "unit", "room")


def dwellings(evidence: Evidence) -> list[Found]:
    """People who moved, flats with several households."""
    return [
        Found(CATALOGUE["address.moved"], _moved(evidence)),
        Found(CATALOGUE["household.two_in_flat"], _flats(evidence)),
    ]


def _moved(evidence: Evidence) -> pl.DataFrame:
    """The latest address told by another list, if it is another door and not older than the register's
    entry."""
    homes = evidence.rows.lazy().filter(pl.col("place").is_not_null())
    columns = ["record", "person", "date", "address", "address_given", *_PARTS]
    register = homes.filter("on_register").select(columns).unique("person", keep="last", maintain_order=True)
    latest = (
        homes.filter(pl.col("kind").is_in(_TELLS_HOME))
        .select(*columns, "trust")
        .sort(["date", "trust", "record"], descending=[True, True, False], nulls_last=True)
        .unique("person", keep="first", maintain_order=True)
    )
    not_older = pl.col("date").is_null() | (pl.col("date_new") >= pl.col("date"))
    return (
        register.join(latest, on="person", suffix="_new")
        .filter(other_door("_new") & not_older.fill_null(False))
        .select(
            "record",
            "person",
            other_record="record_new",
            address="address_given",
            new_address="address_given_new",
            register_date="date",
            date="date_new",
        )
        .sort("record")
        .collect()
    )


def _flats(evidence: Evidence) -> pl.DataFrame:
    """Flats for which the register names several household numbers (it has no dates of leaving: perhaps).

    A room without its unit, in a building that has units, may be any of several flats: nothing is said of it.
    """
    homes = evidence.rows.lazy().filter(pl.col("on_register") & pl.col("place").is_not_null())
    with_units = homes.filter(pl.col("unit").is_not_null()).select("compound", "building").unique()
    vague = homes.filter(pl.col("unit").is_null()).join(with_units, on=["compound", "building"], how="semi")
    registered = homes.filter(pl.col("household").is_not_null()).join(vague, on="record", how="anti")
    households = registered.group_by("list", "place", "household").agg(pl.col("record").min()).sort("record")
    return (
        households.filter(pl.len().over("list", "place") > 1)
        .group_by("list", "place", maintain_order=True)
        .agg(
            pl.col("record").first(),
            other_record=pl.col("record").get(1),
            n=pl.len(),
            households=pl.col("household").head(10),
        )
        .join(evidence.rows.lazy().select("record", "person", address="address_given"), on="record")
        .sort("record")
        .drop("list", "place")
        .collect()
    )
