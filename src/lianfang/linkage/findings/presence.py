"""Findings about who stands where: twice in a list, in several lists, missing from the register, seen
nowhere."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lianfang.linkage.fields import ListKind, PersonList
from lianfang.linkage.findings.catalogue import CATALOGUE
from lianfang.linkage.findings.evidence import Evidence
from lianfang.linkage.findings.sentences import Found

#: What makes a further row of the same person a new entry instead of a repetition, for each kind of list. A
#: register
#: holds a person once; a gate book writes a line for every passage.
_NEW_ENTRY: dict[str, pl.Expr] = {
    ListKind.CARRIER.value: pl.col("phone"),
    ListKind.TRANSPORT.value: pl.concat_str(
        pl.col("date").cast(pl.String).fill_null(""), pl.lit("|"), pl.col("vehicle_given").fill_null("")
    ),
    ListKind.GATE.value: pl.col("record").cast(pl.String),
    ListKind.VISIT.value: pl.col("date").cast(pl.String),
    ListKind.SELF_REPORT.value: pl.col("date").cast(pl.String),
}
#: Fields that two rows of one list may have in common, with the columns that say so.
_COMPARED = {"name": "name", "id_number": "id_text", "phone": "phone", "birth": "birth", "address": "place"}


def presence(evidence: Evidence, people: pl.DataFrame) -> list[Found]:
    """Duplicates within lists, people in several lists, people missing here or there."""
    found = [*_repeated(evidence), *([_several(evidence)] if evidence.lists else [])]
    if evidence.has_register and evidence.has_others:
        found += [*_missing(evidence, people), _unseen(evidence, people)]
    return found


def _repeated(evidence: Evidence) -> list[Found]:
    """A row that repeats an earlier one; and, once per person and list, entries that may well repeat."""
    entry = pl.lit("")
    for kind, key in _NEW_ENTRY.items():
        entry = pl.when(pl.col("kind") == kind).then(key.fill_null("")).otherwise(entry)
    again = evidence.rows.filter(evidence.stands.count_of_row() > 1)
    again = again.with_columns(entry=entry).with_columns(
        other_record=pl.col("record").first().over("list", "person", "entry")
    )
    twice = again.filter(pl.col("record") != pl.col("other_record"))
    twice = twice.select("record", "person", "other_record", same=_same_fields(twice, evidence.rows))
    repeat = again.group_by("list", "person", maintain_order=True).agg(
        pl.col("record").first(),
        entries=pl.col("entry").n_unique(),
        n=pl.len(),
        rows=pl.col("row").cast(pl.String).head(10),
    )
    repeat = repeat.filter(pl.col("entries") > 1).select("record", "person", "n", "rows")
    return [Found(CATALOGUE["list.duplicate"], twice), Found(CATALOGUE["list.repeat"], repeat)]


def _same_fields(pairs: pl.DataFrame, rows: pl.DataFrame) -> pl.Series:
    """For each pair record/other_record the names of the fields whose values are equal, as a list."""
    columns = list(_COMPARED.values())
    left, right = (rows.select(columns)[pairs.get_column(c)] for c in ("record", "other_record"))
    both = pl.concat([left, right.rename({c: f"{c}_" for c in columns})], how="horizontal")
    equal = [
        pl.when(pl.col(c) == pl.col(f"{c}_")).then(pl.lit(field, dtype=pl.String))
        for field, c in _COMPARED.items()
    ]
    return both.select(same=pl.concat_list(equal).list.drop_nulls()).get_column("same")


def _several(evidence: Evidence) -> Found:
    """One line per person who stands in two lists or more, at the register's row if there is one."""
    first = evidence.stands.first
    person = np.flatnonzero((first >= 0).sum(axis=1) > 1)
    first = first[person]
    # The register's place first, then the other lists in the order of input.
    order = sorted(evidence.lists, key=lambda one: (one.kind is not ListKind.REGISTER, one.index))
    row = evidence.rows.get_column("row")
    rows = [row.gather(_known(first[:, one.index])).alias(str(one.index)) for one in order]
    records = pl.DataFrame([_known(first[:, one.index]).alias(str(one.index)) for one in order])
    frame = pl.DataFrame(rows).select(
        places_zh=_places(order, " 第{}行"),
        places_en=_places(order, " row {}"),
        n=pl.lit((first >= 0).sum(axis=1, dtype=np.uint32)),
    )
    return Found(
        CATALOGUE["person.several_lists"],
        frame.with_columns(
            pl.Series("person", person.astype(np.uint32)),
            records.select(pl.coalesce(pl.all())).to_series().alias("record"),
        ),
    )


def _known(records: NDArray[np.int64]) -> pl.Series:
    return pl.select(pl.when(pl.Series(records) >= 0).then(pl.Series(records))).to_series().cast(pl.UInt32)


def _places(lists: Sequence[PersonList], row: str) -> pl.Expr:
    """`a.csv 第3行`, … as a list, from one column of row numbers per list."""
    places = [
        pl.when(pl.col(str(one.index)).is_not_null()).then(
            pl.format(one.label.replace("{", "{{").replace("}", "}}") + row, str(one.index))
        )
        for one in lists
    ]
    return pl.concat_str(places, separator="、" if "第" in row else ", ", ignore_nulls=True)


def _missing(evidence: Evidence, people: pl.DataFrame) -> list[Found]:
    """Somebody on a list but not in the register.

    Told apart: perhaps somebody registered (a doubtful link says so), nothing by which to find them, and the
    rest.
    """
    absent = people.filter(~pl.col("on_register"))
    has_id, has_phone, has_home = (pl.col(c).is_not_null() for c in ("id", "phone", "place"))
    chosen = absent.get_column("person").to_numpy()
    lists = evidence.stands.labels(evidence.labels, chosen).alias("lists")
    absent = absent.select(
        "person",
        lists,
        record="first_record",
        known=_known_of(absent, evidence),
        clear=has_id | has_phone | has_home,
    )
    absent = absent.join(_candidates(evidence, people), on="person", how="left", maintain_order="left")
    perhaps = pl.col("other_record").is_not_null()
    alone = absent.filter(~perhaps).drop("other_record", "probability")
    return [
        Found(CATALOGUE["register.missing"], alone.filter(pl.col("clear")).drop("clear")),
        Found(CATALOGUE["register.perhaps"], absent.filter(perhaps).drop("clear", "known")),
        Found(CATALOGUE["register.missing_vague"], alone.filter(~pl.col("clear")).drop("clear")),
    ]


def _known_of(absent: pl.DataFrame, evidence: Evidence) -> pl.Series:
    """The fields by which each person can be looked for, as a list of their names."""
    # The name on a carrier's list is whoever signed the contract, not for certain the person meant.
    kinds = evidence.rows.get_column("kind").gather(absent.get_column("name_record"))
    signed = (kinds == ListKind.CARRIER.value).alias("signed")
    named = (
        pl.when("signed")
        .then(pl.lit("holder"))
        .when(pl.col("name_record").is_not_null())
        .then(pl.lit("name"))
    )
    columns = {"id_number": "id", "phone": "phone", "birth": "birth", "address": "address"}
    others = (
        pl.when(pl.col(column).is_not_null()).then(pl.lit(field, dtype=pl.String))
        for field, column in columns.items()
    )
    known = pl.concat_list(named, *others).list.drop_nulls()
    return absent.with_columns(signed).select(known=known).get_column("known")


def _candidates(evidence: Evidence, people: pl.DataFrame) -> pl.DataFrame:
    """person, other_record, probability: for people outside the register the likeliest doubtful link into it."""
    reviews, person = evidence.reviews, evidence.rows.get_column("person")
    sides = [("record_a", "record_b"), ("record_b", "record_a")]
    pairs = pl.concat(
        pl.DataFrame(
            {
                "person": person.gather(reviews.get_column(one)),
                "other": person.gather(reviews.get_column(other)),
                "other_record": reviews.get_column(other),
                "probability": reviews.get_column("probability"),
            }
        )
        for one, other in sides
    )
    registered = people.filter("on_register").get_column("person")
    pairs = pairs.filter(pl.col("other").is_in(registered.implode()) & (pl.col("person") != pl.col("other")))
    best = pairs.sort("probability", "other_record", descending=[True, False])
    return best.unique("person", keep="first", maintain_order=True).drop("other")


def _unseen(evidence: Evidence, people: pl.DataFrame) -> Found:
    """In the register and nowhere else, although other lists were given."""
    others = [one.index for one in evidence.lists if one.kind is not ListKind.REGISTER]
    elsewhere = pl.Series((evidence.stands.first[:, others] >= 0).any(axis=1))
    unseen = people.filter(~elsewhere)
    return Found(CATALOGUE["register.unseen"], unseen.select("person", record="first_record"))
