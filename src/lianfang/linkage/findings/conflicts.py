"""Findings about fields of one person that contradict each other across lists.

The value that most lists give (then the most believed, then the first) stands; every other value is a
finding that
names both places. A carrier's list describes whoever signed the contract and is not asked.
"""

import polars as pl

from lianfang.linkage.fields import ListKind
from lianfang.linkage.findings.catalogue import CATALOGUE
from lianfang.linkage.findings.evidence import Evidence
from lianfang.linkage.findings.identity import birth_of, sex_of
from lianfang.linkage.findings.sentences import Found

#: Syllables that southern ears and hands confuse are not "beyond homophones": zh/z, ch/c, sh/s, n/l, ng/n.
_HEARD_ALIKE = ((r"\bzh", "z"), (r"\bch", "c"), (r"\bsh", "s"), (r"\bl", "n"), (r"ng\b", "n"))


def conflicts(evidence: Evidence) -> list[Found]:
    """All contradictions between the records of one person; every frame has value and other_value."""
    rows = evidence.rows.lazy().filter(pl.col("kind") != ListKind.CARRIER.value)
    own_birth = birth_of(pl.col("id18"))
    # A row that contradicts its own ID number is told as that (id.birth, id.sex), not a second time here.
    birth = rows.filter(own_birth.is_null() | (own_birth == pl.col("birth")))
    sex = rows.filter(pl.col("id18").is_null() | (sex_of(pl.col("id18")) == pl.col("sex")))
    named = rows.filter(pl.col("name_form") == "full").with_columns(heard=heard_alike(pl.col("name_py")))
    return [
        Found(CATALOGUE["conflict.id_number"], contradictions(rows, "id18")),
        Found(CATALOGUE["conflict.birth"], contradictions(birth, "birth")),
        Found(CATALOGUE["conflict.sex"], contradictions(sex, "sex")),
        Found(CATALOGUE["conflict.name"], contradictions(named, "heard", shown="name")),
        Found(CATALOGUE["conflict.phone"], _phone(evidence)),
    ]


def heard_alike(pinyin: pl.Expr) -> pl.Expr:
    """Toneless pinyin with the sounds folded that hearers confuse."""
    for pattern, plain in _HEARD_ALIKE:
        pinyin = pinyin.str.replace_all(pattern, plain)
    return pinyin


def contradictions(rows: pl.LazyFrame, column: str, *, shown: str | None = None) -> pl.DataFrame:
    """record, person, value, other_record, other_value, other_n: one row per value that is not the one that
    stands."""
    shown = shown or column
    values = (
        rows.filter(pl.col(column).is_not_null())
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


def _phone(evidence: Evidence) -> pl.DataFrame:
    """A registered phone that no other list knows, while two or more others agree on another one."""
    given = evidence.rows.lazy().filter(pl.col("phone").is_not_null())
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
