"""What all findings are made from: one wide row per record, in record order, so that a record number is an
index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from polars import selectors

from lianfang.linkage.fields import ListKind, PersonList
from lianfang.linkage.findings.choice import Stands

#: Columns of records as received that findings quote, with the name they have in `Evidence.rows`.
GIVEN: dict[str, str] = {
    "name": "name_given",
    "id_number": "id_given",
    "phone": "phone_given",
    "birth": "birth_text",
    "age": "age_text",
    "date": "date_text",
    "grid": "grid",
    "vehicle": "vehicle_given",
}

#: Columns of `standardise` that findings use.
STANDARD: tuple[str, ...] = (
    "name", "name_form", "surname", "surname_pyf", "given_pyf", "id18", "id_text", "id_form", "id_birth",
    "id_sex", "sex", "sex_given", "birth", "birth_given", "birth_year", "birth_year_from", "date_doubt",
    "birth_doubt", "phone", "phone_form", "compound", "building", "unit", "room", "place", "address",
    "address_form", "community", "household", "relation", "date",
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
    stands: where each person stands; reviews, rejected: as the engine and the readers gave them.
    """

    lists: tuple[PersonList, ...]
    rows: pl.DataFrame
    reviews: pl.DataFrame
    rejected: pl.DataFrame
    stands: Stands
    as_of: date
    persons: int

    @property
    def labels(self) -> list[str]:
        return [one.label for one in self.lists]

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
    person = links.get_column("person").rank("dense").cast(pl.UInt32) - 1
    persons = person.n_unique()
    listed = _per_list(lists)
    rows = pl.concat(
        [
            records.select(
                "record", "list", "row", *(pl.col(a).alias(b) for a, b in GIVEN.items()), _address()
            ),
            records.select("list").join(listed, on="list", how="left", maintain_order="left").drop("list"),
            # Words of closed lists as text: sentences are built from them.
            standard.select(STANDARD).with_columns(selectors.enum().cast(pl.String)),
            links.select(
                "probability", pl.col("rule") if "rule" in links.columns else pl.lit("").alias("rule")
            ),
            person.alias("person").to_frame(),
        ],
        how="horizontal",
    )
    return Evidence(
        lists=tuple(lists),
        rows=rows,
        reviews=_or_empty(reviews, REVIEW_SCHEMA),
        rejected=_or_empty(rejected, REJECTED_SCHEMA),
        stands=Stands(rows, persons, len(lists)),
        as_of=as_of,
        persons=persons,
    )


def person_id(number: pl.Expr, persons: int) -> pl.Expr:
    """`P000001` for person 0; wider when there are more than 999,999 people. Stable for the same input."""
    width = max(6, len(str(persons)))
    return pl.concat_str(pl.lit("P"), (number + 1).cast(pl.String).str.zfill(width))


def _or_empty(frame: pl.DataFrame | None, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(schema=schema) if frame is None or not frame.width else frame


def _in_order(frame: pl.DataFrame) -> pl.DataFrame:
    return frame if frame.get_column("record").is_sorted() else frame.sort("record")


def _check_complete(records: pl.DataFrame, standard: pl.DataFrame, links: pl.DataFrame) -> None:
    expected = pl.int_range(records.height, dtype=pl.UInt32, eager=True).alias("record")
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
    """The address as the list writes it; bare numbers from several columns get the words that they stand for."""
    words = {"building": "幢", "unit": "单元", "room": "室"}
    worded = [pl.col(part).str.replace(r"^(\d+)$", f"${{1}}{word}") for part, word in words.items()]
    parts = pl.concat_str("compound", *worded, ignore_nulls=True)
    return pl.coalesce("address", pl.when(parts != "").then(parts)).alias("address_given")


_ADDRESS_WORDS = r"小区|号楼|单元|[幢栋楼室]|[\s\-#,，]"


def other_door(suffix: str) -> pl.Expr:
    """Whether compound, building, unit, room and address, and their twins with `suffix`, are different doors.

    An unknown part is no difference. Nor is an address with more or less around it (石桥村2组2号 and 2组2号), or a
    compound that begins or goes on alike where building and room are equal (云滨苑 written as 云滨院, 杨家墩村
    as 洋家墩村): that is a slip, not a move.
    """
    compound, twin = pl.col("compound"), pl.col(f"compound{suffix}")
    building, unit, room = (
        pl.col(part) != pl.col(f"{part}{suffix}") for part in ("building", "unit", "room")
    )
    head, tail = (compound.str.slice(*part) == twin.str.slice(*part) for part in ((0, 1), (1, None)))
    slip = (head | (tail & (compound.str.len_chars() > 2))) & ~building & ~room
    bare, bare_twin = (pl.col(a).str.replace_all(_ADDRESS_WORDS, "") for a in ("address", f"address{suffix}"))
    parts_differ = pl.any_horizontal(~(_one_within(compound, twin) | slip), building, unit, room)
    return (parts_differ & ~_one_within(bare, bare_twin).fill_null(False)).fill_null(False)


def _one_within(text: pl.Expr, twin: pl.Expr) -> pl.Expr:
    return text.str.contains(twin, literal=True) | twin.str.contains(text, literal=True)
