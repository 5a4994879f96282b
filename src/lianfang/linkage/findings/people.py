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
from datetime import date

import polars as pl

from lianfang.linkage.fields import FIELDS, ListKind
from lianfang.linkage.findings.evidence import Evidence, person_id
from lianfang.linkage.findings.identity import birth_of, sex_of
from lianfang.linkage.findings.sentences import Found, placed

PEOPLE_COLUMNS: tuple[str, ...] = (
    "person_id", "name", "sex", "birth", "id_number", "phone", "other_phones", "address", "compound",
    "building", "unit", "room", "community", "grid", "household", "relation", "on_register", "sources", "records",
    "lists", "first_file", "first_row", "last_seen", "last_seen_file", "conflicts",
)  # fmt: skip

_EPOCH = date(1900, 1, 1)
_TRUE = pl.lit(True)


@dataclass(frozen=True)
class _Choice:
    """How one field is chosen: the column, which values are valid, which rows may speak."""

    field: str
    column: str
    valid: pl.Expr
    speaks: pl.Expr = _TRUE


_NOT_CARRIER = pl.col("kind") != ListKind.CARRIER.value
_CHOICES: tuple[_Choice, ...] = (
    _Choice("name", "name", pl.col("name_form").is_in(["full", "latin"]) & _NOT_CARRIER),
    _Choice("sex", "sex", pl.col("sex") == sex_of(pl.col("id18")), _NOT_CARRIER),
    _Choice("birth", "birth", pl.col("birth") == birth_of(pl.col("id18")), _NOT_CARRIER),
    _Choice("id", "id_text", pl.col("id_form").is_in(["valid", "foreign"]), pl.col("id_form") != "ruined"),
    _Choice("phone", "phone", pl.col("phone_form") == "mobile"),
    _Choice("address", "address", pl.col("place").is_not_null()),
    _Choice("household", "household", _TRUE),
    _Choice("relation", "relation", _TRUE),
    _Choice("community", "community", _TRUE),
    _Choice("grid", "grid", _TRUE),
)


def people(evidence: Evidence) -> pl.DataFrame:
    """One row per person, row i is person i.

    Columns: `person`, the chosen values, the parts of the chosen address, `place`, `birth_year`, the record
    each value
    comes from (`name_record` …; null where unknown), `records`, `sources`, `on_register`, `first_record`,
    `last_seen`, `last_record`.
    """
    rows = evidence.rows
    table = _counts(rows)
    for choice in _CHOICES:
        best = _best(rows, choice)
        table = table.join(best, on="person", how="left", maintain_order="left")
    table = _parts_of_address(table, rows)
    table = _birth_year(table, rows)
    return _territory(table, rows)


def _counts(rows: pl.DataFrame) -> pl.DataFrame:
    """Per person: how many records and lists, on the register or not, first and last seen."""
    seen = pl.col("date").is_not_null()
    return (
        rows.lazy()
        .select("person", "list", "record", "on_register", "date")
        .group_by("person")
        .agg(
            records=pl.len(),
            sources=pl.col("list").n_unique(),
            on_register=pl.col("on_register").any(),
            first_record=pl.col("record").min(),
            last_seen=pl.col("date").max(),
            last_record=pl.col("record").filter(seen & (pl.col("date") == pl.col("date").max())).min(),
        )
        .sort("person")
        .collect()
    )


def _best(rows: pl.DataFrame, choice: _Choice) -> pl.DataFrame:
    """person, <field>, <field>_record: the chosen value and the first record that gives it."""
    given = rows.lazy().filter(pl.col(choice.column).is_not_null() & choice.speaks)
    days = (pl.col("date") - pl.lit(_EPOCH)).dt.total_days().clip(0, 2**16 - 1).fill_null(0)
    candidates = (
        given.select(
            "person",
            "list",
            "trust",
            "record",
            value=choice.column,
            valid=choice.valid.fill_null(False),
            days=days,
        )
        .group_by("person", "value")
        .agg(
            lists=pl.col("list").n_unique().clip(0, 255),
            trust=pl.col("trust").max(),
            valid=pl.col("valid").any(),
            days=pl.col("days").max(),
            record=pl.col("record").min(),
        )
    )
    # One integer holds the whole order, so that the best of a person is a plain maximum: 1+8+4+16+32 bits.
    score = pl.col("valid").cast(pl.Int64)
    for column, bits in (("lists", 8), ("trust", 4), ("days", 16)):
        score = score * 2**bits + pl.col(column).cast(pl.Int64)
    score = score * 2**32 + (2**32 - 1 - pl.col("record").cast(pl.Int64))
    best = candidates.select("person", score=score).group_by("person").agg(pl.col("score").max()).collect()
    record = (2**32 - 1 - pl.col("score") % 2**32).cast(pl.UInt32)
    best = best.select("person", record.alias(f"{choice.field}_record"))
    value = rows.get_column(choice.column).gather(best.get_column(f"{choice.field}_record"))
    return best.with_columns(value.alias(choice.field))


def _parts_of_address(table: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    parts = rows.select("record", "compound", "building", "unit", "room", "place", "address_form")
    return table.join(parts, left_on="address_record", right_on="record", how="left", maintain_order="left")


def _birth_year(table: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The year of the chosen date of birth; else a year from an age, of the record that is believed most."""
    known = rows.lazy().filter(pl.col("birth_year").is_not_null() & _NOT_CARRIER)
    year = (
        known.group_by("person")
        .agg(pl.col("birth_year").sort_by("trust", "record", descending=[True, False]).first().alias("year"))
        .collect()
    )
    table = table.join(year, on="person", how="left", maintain_order="left")
    return table.with_columns(
        birth_year=pl.coalesce(pl.col("birth").dt.year().cast(pl.Int16), pl.col("year").cast(pl.Int16))
    ).drop("year")


def _territory(table: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Grid and community of the chosen address, learnt from the records that give both; else the person's
    own.

    Somebody who has moved, or was never registered, belongs to the grid worker of the door they live behind.
    """
    for field in ("grid", "community"):
        known = rows.lazy().filter(pl.col(field).is_not_null() & pl.col("compound").is_not_null())
        for keys in (["compound", "building"], ["compound"]):
            whole = pl.all_horizontal(pl.col(key).is_not_null() for key in keys)
            lookup = (
                known.filter(whole)
                .group_by(*keys, field)
                .agg(n=pl.len())
                .sort("n", field, descending=[True, False])
                .group_by(keys, maintain_order=True)
                .agg(
                    pl.col(field).first().alias(f"_{field}{len(keys)}"),
                    share=pl.col("n").first() / pl.col("n").sum(),
                )
                .filter(pl.col("share") > 0.8)  # a compound of several grids does not say which one
                .drop("share")
                .collect()
            )
            table = table.join(lookup, on=keys, how="left", maintain_order="left")
        table = table.with_columns(pl.coalesce(f"_{field}2", f"_{field}1", field).alias(field)).drop(
            f"_{field}1", f"_{field}2"
        )
    return table


def people_table(table: pl.DataFrame, evidence: Evidence, contradictions: Sequence[Found]) -> pl.DataFrame:
    """The rows of people.csv: PEOPLE_COLUMNS. `contradictions` are the findings about one person's fields."""
    rows = evidence.rows
    first = rows.select("file", "row")[table.get_column("first_record")]
    conflicts = _conflicts(evidence, contradictions)
    listed = _listed(rows)
    phones = _other_phones(rows, table)
    table = table.with_columns(first_file=first.get_column("file"), first_row=first.get_column("row"))
    for extra in (conflicts, listed, phones):
        table = table.join(extra, on="person", how="left", maintain_order="left")
    last = rows.select("record", last_seen_file="file")
    table = table.join(last, left_on="last_record", right_on="record", how="left", maintain_order="left")
    return table.select(
        person_id(pl.col("person"), evidence.persons).alias("person_id"),
        *(pl.col(c) if c != "id_number" else pl.col("id").alias("id_number") for c in PEOPLE_COLUMNS[1:]),
    )


def _listed(rows: pl.DataFrame) -> pl.DataFrame:
    """person, lists: the names of a person's lists in the order of input."""
    stands = rows.lazy().select("person", "list", "file").unique(["person", "list"]).sort("list")
    return stands.group_by("person", maintain_order=True).agg(lists=pl.col("file").str.join("；")).collect()


def _other_phones(rows: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """person, other_phones: every phone given for a person but the chosen one, in the order of input."""
    phones = (
        rows.lazy()
        .filter(pl.col("phone").is_not_null())
        .group_by("person", "phone")
        .agg(pl.col("record").min())
    )
    chosen = table.lazy().select("person", "phone")
    others = phones.join(chosen, on=["person", "phone"], how="anti").sort("record")
    return (
        others.group_by("person", maintain_order=True)
        .agg(other_phones=pl.col("phone").str.join("；"))
        .collect()
    )


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
