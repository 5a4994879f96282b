"""Findings about who stands where: twice in a list, in several lists, missing from the register, seen
nowhere."""

import polars as pl

from lianfang.linkage.fields import ListKind
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
    found = [*_repeated(evidence), _several(evidence)]
    if evidence.has_register and evidence.has_others:
        found += [*_missing(evidence, people), _unseen(evidence, people)]
    return found


def _repeated(evidence: Evidence) -> list[Found]:
    """A row that repeats an earlier one; and, once per person and list, entries that may well repeat."""
    entry = pl.lit("")
    for kind, key in _NEW_ENTRY.items():
        entry = pl.when(pl.col("kind") == kind).then(key.fill_null("")).otherwise(entry)
    again = evidence.rows.filter(pl.len().over("list", "person") > 1)
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
    stands = (
        evidence.rows.lazy()
        .select("record", "person", "list", "file", "row", "on_register")
        .unique(["person", "list"], keep="first", maintain_order=True)
        .filter(pl.len().over("person") > 1)
        .with_columns(zh=pl.format("{} 第{}行", "file", "row"), en=pl.format("{} row {}", "file", "row"))
        .sort(["on_register", "record"], descending=[True, False])
        .group_by("person", maintain_order=True)
        .agg(pl.col("record").first(), n=pl.len(), places_zh=pl.col("zh"), places_en=pl.col("en"))
        .sort("record")
        .collect()
    )
    return Found(CATALOGUE["person.several_lists"], stands)


def _missing(evidence: Evidence, people: pl.DataFrame) -> list[Found]:
    """Somebody on a list but not in the register: told apart by whether there is enough to find them."""
    absent = people.filter(~pl.col("on_register"))
    full_name = pl.col("name_record").is_not_null()
    has_id, has_phone, has_home = (pl.col(c).is_not_null() for c in ("id", "phone", "place"))
    lists = (
        evidence.rows.lazy()
        .select("person", "list", "file")
        .unique(["person", "list"])
        .sort("list")
        .group_by("person", maintain_order=True)
        .agg(lists=pl.col("file"))
        .collect()
    )
    known = pl.concat_list(
        pl.when(have).then(pl.lit(field, dtype=pl.String))
        for field, have in {
            "name": full_name,
            "id_number": has_id,
            "phone": has_phone,
            "birth": pl.col("birth").is_not_null(),
            "address": pl.col("address").is_not_null(),
        }.items()
    ).list.drop_nulls()
    absent = absent.join(lists, on="person", how="left", maintain_order="left")
    absent = absent.select(
        "person", "lists", record="first_record", known=known, clear=has_id | has_phone | has_home
    )
    return [
        Found(CATALOGUE["register.missing"], absent.filter(pl.col("clear")).drop("clear")),
        Found(CATALOGUE["register.missing_vague"], absent.filter(~pl.col("clear")).drop("clear")),
    ]


def _unseen(evidence: Evidence, people: pl.DataFrame) -> Found:
    """In the register and nowhere else, although other lists were given."""
    only = evidence.rows.lazy().group_by("person").agg(elsewhere=(~pl.col("on_register")).any())
    alone = only.filter(~pl.col("elsewhere")).select("person").collect()
    unseen = people.join(alone, on="person", how="semi", maintain_order="left")
    return Found(CATALOGUE["register.unseen"], unseen.select("person", record="first_record"))
