"""One person, one file: the best value of every field, and where the person stands.

Best value of a field, in this order:
  1. valid before invalid (a full name before a nickname, a valid ID number before a wrong one, sex and date
  of birth
     that a valid ID number confirms before those it does not, a room before a street);
  2. given by more lists;
  3. given by a kind of list that is believed more (`TRUST`: a visit has seen the person, a carrier only a
  contract);
  4. given later;
  5. read first (so that the same input always gives the same file).
A carrier's list describes whoever signed the contract, so its name is like an invalid one: taken only when
nobody else
knows a name; its sex and date of birth are not taken at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from lianfang.linkage.fields import FIELDS, ListKind
from lianfang.linkage.findings.choice import best_records, extreme_records
from lianfang.linkage.findings.evidence import Evidence, person_id
from lianfang.linkage.findings.sentences import Found, placed

PEOPLE_COLUMNS: tuple[str, ...] = (
    "person_id", "name", "sex", "birth", "id_number", "phone", "other_phones", "address", "compound",
    "building", "unit", "room", "community", "grid", "household", "relation", "on_register", "sources",
    "records", "lists", "first_file", "first_row", "last_seen", "last_seen_file", "conflicts",
)  # fmt: skip

_ADDRESS_PARTS = ("compound", "building", "unit", "room", "place", "address_form")
_TRUE = pl.lit(True)


@dataclass(frozen=True)
class _Choice:
    """How one field is chosen: the column, which values are valid, which rows may speak."""

    field: str
    column: str
    valid: pl.Expr
    speaks: pl.Expr = _TRUE


_NOT_CARRIER = pl.col("kind") != ListKind.CARRIER.value
_ID_VALID = pl.col("id18").is_not_null()
_OWN_NAME = ~pl.col("name_form").is_in(["company", "relative", "none"])
_CHOICES: tuple[_Choice, ...] = (
    _Choice("name", "name", pl.col("name_form").is_in(["full", "latin"]) & _NOT_CARRIER, _OWN_NAME),
    _Choice("sex", "sex", _ID_VALID & (pl.col("sex") == pl.col("id_sex")), _NOT_CARRIER),
    _Choice("birth", "birth", _ID_VALID & (pl.col("birth") == pl.col("id_birth")), _NOT_CARRIER),
    _Choice("id", "id_text", pl.col("id_form").is_in(["valid", "foreign"]), pl.col("id_form") != "ruined"),
    _Choice("phone", "phone", pl.col("phone_form") == "mobile"),
    _Choice("address", "address", pl.col("place").is_not_null()),
    _Choice("household", "household", _TRUE),
    _Choice("relation", "relation", _TRUE),
    _Choice("community", "community", _TRUE),
    _Choice("grid", "grid", _TRUE),
)


def people(evidence: Evidence) -> pl.DataFrame:
    """One row per person, row i is person i; grid and community as they say themselves (see `ground`).

    Columns: `person`, the chosen values, the parts of the chosen address, `place`, `birth_year`, the record
    each value
    comes from (`name_record` …; null where unknown), `records`, `sources`, `on_register`, `first_record`,
    `last_seen`, `last_record`.
    """
    rows, persons = evidence.rows, evidence.persons
    columns = _counts(evidence)
    for choice in _CHOICES:
        record = best_records(rows, choice.column, choice.valid, choice.speaks, persons)
        columns.append(record.alias(f"{choice.field}_record"))
        columns.append(rows.get_column(choice.column).gather(record).alias(choice.field))
    table = pl.DataFrame(columns)
    address = table.get_column("address_record")
    table = table.with_columns(rows.get_column(c).gather(address) for c in _ADDRESS_PARTS)
    return table.with_columns(_birth_year(table, evidence))


def _counts(evidence: Evidence) -> list[pl.Series]:
    """Per person: how many records and lists, on the register or not, first and last seen."""
    rows, stands, persons = evidence.rows, evidence.stands, evidence.persons
    present = stands.first >= 0
    registers = [one.index for one in evidence.lists if one.kind is ListKind.REGISTER]
    first = np.where(present, stands.first, rows.height).min(axis=1, initial=rows.height)
    dated = rows.select("person", "record", "date").filter(pl.col("date").is_not_null())
    days = (dated.get_column("date").cast(pl.Int32) + 2**20).cast(pl.UInt32)
    last = extreme_records(dated.get_column("person"), days, dated.get_column("record"), persons)
    return [
        pl.int_range(persons, dtype=pl.UInt32, eager=True).alias("person"),
        pl.Series("records", stands.counts.sum(axis=1, dtype=np.uint32)),
        pl.Series("sources", present.sum(axis=1, dtype=np.uint32)),
        pl.Series("on_register", present[:, registers].any(axis=1)),
        pl.Series("first_record", first.astype(np.uint32)),
        rows.get_column("date").gather(last).alias("last_seen"),
        last.alias("last_record"),
    ]


def _birth_year(table: pl.DataFrame, evidence: Evidence) -> pl.Series:
    """The year of the chosen date of birth; else a year from an age, of the record that is believed most."""
    known = evidence.rows.lazy().filter(pl.col("birth_year").is_not_null() & _NOT_CARRIER)
    rows = known.select("person", "trust", "record").collect()
    record = extreme_records(rows["person"], rows["trust"], rows["record"], evidence.persons)
    told = evidence.rows.get_column("birth_year").gather(record)
    year = table.get_column("birth").dt.year().cast(pl.Int16)
    return pl.select(pl.coalesce(year, told)).to_series().alias("birth_year")


def people_table(table: pl.DataFrame, evidence: Evidence, contradictions: Sequence[Found]) -> pl.DataFrame:
    """The rows of people.csv: PEOPLE_COLUMNS. `contradictions` are the findings about one person's fields."""
    rows = evidence.rows
    first, last = table.get_column("first_record"), table.get_column("last_record")
    table = table.with_columns(
        person_id(pl.col("person"), evidence.persons).alias("person_id"),
        rows.get_column("file").gather(first).alias("first_file"),
        rows.get_column("row").gather(first).alias("first_row"),
        rows.get_column("file").gather(last).alias("last_seen_file"),
        evidence.stands.labels(evidence.labels).list.join("；").alias("lists"),
        id_number=pl.col("id"),
    )
    for extra in (_conflicts(evidence, contradictions), _other_phones(rows, table)):
        table = table.join(extra, on="person", how="left", maintain_order="left")
    return table.select(PEOPLE_COLUMNS)


def _other_phones(rows: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """person, other_phones: every phone given for a person but the chosen one, in the order of input."""
    chosen = table.get_column("phone").gather(rows.get_column("person"))
    others = rows.select("person", "phone").filter((pl.col("phone") != chosen).fill_null(False))
    others = others.unique(maintain_order=True)
    return others.group_by("person", maintain_order=True).agg(other_phones=pl.col("phone").str.join("；"))


def _conflicts(evidence: Evidence, contradictions: Sequence[Found]) -> pl.DataFrame:
    """person, conflicts: `出生日期：1987-05-20（a.csv 第3行）≠ 1987-05-02（b.csv 第9行）`, one per
    contradiction."""
    label = {field.name: field.zh for field in FIELDS}
    texts = [
        placed(found, evidence).select(
            "person",
            text=pl.format(
                "{}：{}（{} 第{}行）≠ {}（{} 第{}行）",
                pl.lit(label[found.kind.field]),
                *(
                    pl.col(c).cast(pl.String)
                    for c in ("value", "file", "row", "other_value", "other_file", "other_row")
                ),
            ),
        )
        for found in contradictions
    ]
    if not texts:
        return pl.DataFrame(schema={"person": pl.UInt32, "conflicts": pl.String})
    return (
        pl.concat(texts).group_by("person", maintain_order=True).agg(conflicts=pl.col("text").str.join("；"))
    )
