"""What all findings are made from: one wide row per record, in record order, so that a record number is an
index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from lianfang.linkage.fields import ListKind, PersonList

#: Columns of records as received that findings quote, with the name they have in `Evidence.rows`.
GIVEN: dict[str, str] = {
    "name": "name_given",
    "id_number": "id_given",
    "phone": "phone_given",
    "birth": "birth_text",
    "age": "age_text",
    "date": "date_text",
    "community": "community",
    "grid": "grid",
    "vehicle": "vehicle_given",
}

#: Columns of `standardise` that findings use.
STANDARD: tuple[str, ...] = (
    "name", "name_form", "name_py", "surname", "id18", "id_text", "id_form", "sex", "sex_given", "birth",
    "birth_given", "birth_year", "date_doubt", "phone", "phone_form", "compound", "building", "unit", "room",
    "place", "address", "address_form", "household", "relation", "date",
)  # fmt: skip

#: How far a kind of list is believed about a person's values, 0 … 15; see `people.py` for how it is used.
TRUST: dict[ListKind, int] = {
    ListKind.VISIT: 6,
    ListKind.REGISTER: 5,
    ListKind.TRANSPORT: 5,
    ListKind.SELF_REPORT: 4,
    ListKind.OTHER: 3,
    ListKind.GATE: 2,
    ListKind.CARRIER: 1,
}

REVIEW_SCHEMA: dict[str, pl.DataType] = {
    "record_a": pl.UInt32(),
    "record_b": pl.UInt32(),
    "probability": pl.Float32(),
    "reason_zh": pl.String(),
    "reason_en": pl.String(),
}
REJECTED_SCHEMA: dict[str, pl.DataType] = {
    "file": pl.String(),
    "row": pl.UInt32(),
    "reason": pl.String(),
    "reason_zh": pl.String(),
    "reason_en": pl.String(),
    "content": pl.String(),
}


@dataclass(frozen=True)
class Evidence:
    """The joined tables of one run.

    rows: one row per record, row i is record i: GIVEN, STANDARD, `record`, `list`, `file`, `row`, `kind`,
    `trust`,
        `on_register`, `person` (dense number from 0, in order of first record), `probability`, `rule`.
    reviews, rejected: as the engine and the readers gave them.
    """

    lists: tuple[PersonList, ...]
    rows: pl.DataFrame
    reviews: pl.DataFrame
    rejected: pl.DataFrame
    as_of: date
    persons: int

    @property
    def has_register(self) -> bool:
        return any(one.kind is ListKind.REGISTER for one in self.lists)

    @property
    def has_others(self) -> bool:
        return any(one.kind is not ListKind.REGISTER for one in self.lists)


def gather(
    records: pl.DataFrame,
    lists: Sequence[PersonList],
    standard: pl.DataFrame,
    links: pl.DataFrame,
    *,
    reviews: pl.DataFrame | None = None,
    rejected: pl.DataFrame | None = None,
    as_of: date,
) -> Evidence:
    """Join what readers and engine gave into one table, without copying the columns.

    Raises ValueError if records are not numbered 0, 1, 2 … or if some record is not linked exactly once: a
    row would
    disappear, which must never happen silently.
    """
    records, standard, links = (_in_order(frame) for frame in (records, standard, links))
    _check_complete(records, standard, links)
    persons = links.get_column("person").unique().sort()
    number = pl.DataFrame({"person": persons, "number": pl.Series(range(persons.len()), dtype=pl.UInt32)})
    person = links.select("person").join(number, on="person", how="left", maintain_order="left")
    listed = _per_list(lists)
    rows = pl.concat(
        [
            records.select(
                "record", "list", "row", *(pl.col(a).alias(b) for a, b in GIVEN.items()), _address()
            ),
            records.select("list").join(listed, on="list", how="left", maintain_order="left").drop("list"),
            standard.select(STANDARD),
            links.select("probability", "rule"),
            person.select(person="number"),
        ],
        how="horizontal",
    )
    return Evidence(
        lists=tuple(lists),
        rows=rows,
        reviews=reviews if reviews is not None else pl.DataFrame(schema=REVIEW_SCHEMA),
        rejected=rejected if rejected is not None else pl.DataFrame(schema=REJECTED_SCHEMA),
        as_of=as_of,
        persons=persons.len(),
    )


def person_id(number: pl.Expr, persons: int) -> pl.Expr:
    """`P000001` for person 0; wider when there are more than 999,999 people. Stable for the same input."""
    width = max(6, len(str(persons)))
    return pl.concat_str(pl.lit("P"), (number + 1).cast(pl.String).str.zfill(width))


def _in_order(frame: pl.DataFrame) -> pl.DataFrame:
    return frame if frame.get_column("record").is_sorted() else frame.sort("record")


def _check_complete(records: pl.DataFrame, standard: pl.DataFrame, links: pl.DataFrame) -> None:
    expected = pl.Series("record", range(records.height), dtype=pl.UInt32)
    for what, frame in (("records", records), ("standard", standard), ("links", links)):
        if not frame.get_column("record").equals(expected):
            raise ValueError(f"{what}: every record 0 … {records.height - 1} must stand there exactly once")


def _per_list(lists: Sequence[PersonList]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "list": [one.index for one in lists],
            "file": [one.label for one in lists],
            "kind": [one.kind.value for one in lists],
            "trust": [TRUST[one.kind] for one in lists],
            "on_register": [one.kind is ListKind.REGISTER for one in lists],
        },
        schema={
            "list": pl.UInt16,
            "file": pl.String,
            "kind": pl.Enum([kind.value for kind in ListKind]),
            "trust": pl.UInt8,
            "on_register": pl.Boolean,
        },
    )


def _address() -> pl.Expr:
    """The address as the list writes it, in one column or in several."""
    parts = pl.concat_str("compound", "building", "unit", "room", separator=" ", ignore_nulls=True)
    return pl.coalesce("address", pl.when(parts != "").then(parts)).alias("address_given")
