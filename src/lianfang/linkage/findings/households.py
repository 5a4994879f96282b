"""Findings about households that do not fit, judged within one list by its household numbers and
relations."""

import polars as pl

from lianfang.linkage.fields import ListKind
from lianfang.linkage.findings.catalogue import CATALOGUE
from lianfang.linkage.findings.evidence import Evidence, other_door
from lianfang.linkage.findings.sentences import Found
from lianfang.linkage.findings.values import years_between

#: Below this age nobody keeps a household alone (民法典 17: sixteen with own income).
ADULT_YEARS = 16
#: A spouse below this age is a slip of the pen (the law says 20 and 22).
SPOUSE_YEARS = 18
#: Parents and children are at least this many years apart.
GENERATION_YEARS = 14

_PARTS = ("compound", "building", "unit", "room")
_OF_HOUSEHOLDS = [kind.value for kind in (ListKind.REGISTER, ListKind.VISIT, ListKind.OTHER)]
_COLUMNS = (
    "record",
    "person",
    "list",
    "household",
    "relation",
    "sex",
    "birth",
    "birth_year",
    "address",
    "address_given",
    *_PARTS,
)


def households(evidence: Evidence) -> list[Found]:
    """Heads, spouses, generations, addresses and children of every household of the register and the visit
    forms."""
    members = evidence.rows.filter(
        pl.col("household").is_not_null() & pl.col("kind").is_in(_OF_HOUSEHOLDS)
    ).select(_COLUMNS)
    # The same person twice in one list is a duplicate, told as such; here each counts once.
    members = members.unique(["list", "household", "person"], keep="first", maintain_order=True)
    heads = members.filter(pl.col("relation") == "head")
    first = heads.unique(["list", "household"], keep="first", maintain_order=True)
    beside = members.join(first, on=["list", "household"], suffix="_head", maintain_order="left").filter(
        pl.col("person") != pl.col("person_head")
    )
    beside = beside.with_columns(other_record="record_head")
    return [
        Found(CATALOGUE["household.child_alone"], _child_alone(evidence, members)),
        Found(CATALOGUE["household.two_heads"], _two_heads(beside)),
        Found(CATALOGUE["household.spouse_sex"], _spouse_sex(beside)),
        Found(CATALOGUE["household.spouse_age"], _spouse_age(evidence, beside)),
        Found(CATALOGUE["household.generation"], _generation(beside)),
        Found(CATALOGUE["household.address"], _address(beside)),
    ]


def _years(evidence: Evidence) -> pl.Expr:
    return years_between(pl.col("birth"), pl.lit(evidence.as_of))


def _child_alone(evidence: Evidence, members: pl.DataFrame) -> pl.DataFrame:
    """Households whose members all have a known date of birth and are all children; told at the eldest."""
    aged = members.with_columns(years=_years(evidence))
    eldest = pl.col("years").sort_by("years", "record", descending=[True, False])
    of_eldest = [
        pl.col(c).sort_by("years", "record", descending=[True, False]).first() for c in ("record", "person")
    ]
    houses = aged.group_by("list", "household").agg(
        *of_eldest, years=eldest.first(), known=pl.col("years").is_not_null().all()
    )
    alone = houses.filter(pl.col("known") & pl.col("years").is_between(0, ADULT_YEARS - 1)).sort("record")
    return alone.select("record", "person", "years", "household")


def _two_heads(beside: pl.DataFrame) -> pl.DataFrame:
    return beside.filter(pl.col("relation") == "head").select("record", "person", "other_record", "household")


def _spouse_sex(beside: pl.DataFrame) -> pl.DataFrame:
    same = (pl.col("relation") == "spouse") & (pl.col("sex") == pl.col("sex_head"))
    return beside.filter(same).select("record", "person", "other_record", "sex")


def _spouse_age(evidence: Evidence, beside: pl.DataFrame) -> pl.DataFrame:
    young = beside.filter(pl.col("relation") == "spouse").with_columns(years=_years(evidence))
    return young.filter(pl.col("years").is_between(0, SPOUSE_YEARS - 1)).select(
        "record", "person", "other_record", "years"
    )


def _generation(beside: pl.DataFrame) -> pl.DataFrame:
    """A child born too soon after the head, or a parent too soon before."""
    younger_by = pl.col("birth_year").cast(pl.Int32) - pl.col("birth_year_head").cast(pl.Int32)
    gap = pl.when(pl.col("relation") == "child").then(younger_by).otherwise(-younger_by)
    related = beside.filter(pl.col("relation").is_in(["child", "parent"])).with_columns(gap=gap)
    return related.filter(pl.col("gap") < GENERATION_YEARS).select(
        "record",
        "person",
        "other_record",
        "birth_year",
        "relation",
        "gap",
        other_birth_year="birth_year_head",
    )


def _address(beside: pl.DataFrame) -> pl.DataFrame:
    """A member whose door is not the head's; an unknown part is no difference."""
    return beside.filter(other_door("_head")).select(
        "record",
        "person",
        "other_record",
        "household",
        address="address_given",
        other_address="address_given_head",
    )
