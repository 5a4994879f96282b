"""Findings about fields of one person that contradict each other across lists.

The value that most lists give (then the most believed, then the first) stands; every other value is a
finding that
names both places. A carrier's list describes whoever signed the contract and is not asked.
"""

import polars as pl

from lianfang.linkage.fields import ListKind
from lianfang.linkage.findings.catalogue import CATALOGUE
from lianfang.linkage.findings.choice import varied
from lianfang.linkage.findings.evidence import Evidence
from lianfang.linkage.findings.sentences import Found


def conflicts(evidence: Evidence) -> list[Found]:
    """All contradictions between the records of one person; every frame has value and other_value."""
    rows = evidence.rows.lazy().filter(pl.col("kind") != ListKind.CARRIER.value)
    # A row that contradicts its own ID number is told as that (id.birth, id.sex), not a second time here.
    birth = rows.filter(pl.col("id18").is_null() | (pl.col("id_birth") == pl.col("birth")))
    sex = rows.filter(pl.col("id18").is_null() | (pl.col("id_sex") == pl.col("sex")))
    # The folded syllables: what ears and hands confuse (zh/z, n/l, ng/n) is not "beyond homophones".
    named = rows.filter(pl.col("name_form") == "full").with_columns(
        heard=pl.concat_str("surname_pyf", "given_pyf", separator=" ")
    )
    return [
        Found(CATALOGUE["conflict.id_number"], contradictions(rows, "id18")),
        Found(CATALOGUE["conflict.birth"], contradictions(birth, "birth")),
        Found(CATALOGUE["conflict.sex"], contradictions(sex, "sex")),
        Found(CATALOGUE["conflict.name"], _names(named)),
        Found(CATALOGUE["conflict.phone"], _phone(evidence)),
    ]


def contradictions(rows: pl.LazyFrame, column: str, *, shown: str | None = None) -> pl.DataFrame:
    """record, person, value, other_record, other_value, other_n: one row per value that is not the one that
    stands."""
    shown = shown or column
    values = (
        varied(rows, "person", column)
        .select("person", "list", "record", "trust", key=column, value=shown)
        .group_by("person", "key")
        .agg(
            n=pl.col("list").n_unique(),
            trust=pl.col("trust").max(),
            value=pl.col("value").sort_by("record").first(),
            record=pl.col("record").min(),
        )
        .filter(pl.len().over("person") > 1)
        .sort("person", "n", "trust", "record", descending=[False, True, True, False])
    )
    stands = [pl.col(a).first().over("person").alias(f"other_{a}") for a in ("record", "value", "n")]
    return (
        values.with_columns(stands)
        .filter(pl.col("record") != pl.col("other_record"))
        .select("record", "person", "value", "other_record", "other_value", "other_n")
        .collect()
    )


def _names(named: pl.LazyFrame) -> pl.DataFrame:
    """Names that sound different; a name written in part (袁永 for 袁永伟) is short, not another."""
    found = contradictions(named, "heard", shown="name")
    name, other = pl.col("value"), pl.col("other_value")
    return found.filter(~(name.str.contains(other, literal=True) | other.str.contains(name, literal=True)))


def _phone(evidence: Evidence) -> pl.DataFrame:
    """A registered phone that no other list knows, while two or more others agree on another one."""
    given = varied(evidence.rows.lazy(), "person", "phone")
    used = given.group_by("person", "phone").agg(
        n=pl.col("list").n_unique(),
        registered=pl.col("on_register").any(),
        record=pl.col("record").min(),
    )
    register = used.filter((pl.col("n") == 1) & pl.col("registered"))
    others = (
        used.filter((pl.col("n") >= 2) & ~pl.col("registered"))
        .sort("n", "record", descending=[True, False])
        .unique("person", keep="first", maintain_order=True)
        .select("person", other_record="record", other_value="phone", other_n="n")
    )
    return (
        register.join(others, on="person")
        .select("record", "person", "other_record", "other_value", "other_n", value="phone")
        .sort("record")
        .collect()
    )
