"""Two runs beside each other: who is new, gone, elsewhere, changed; which findings and rows are new or gone.

Polars only, no Django. People are known again by `uid`, rows and findings by `key` (stable_keys).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

#: What of a person is compared; a change of any of them is a change of the person.
VALUES: tuple[str, ...] = (
    "name", "sex", "birth", "id_number", "phone", "address", "household",
)  # fmt: skip
_PLACE = {"path": pl.String(), "community": pl.String(), "grid": pl.String()}
PEOPLE: Mapping[str, pl.DataType] = {
    "uid": pl.Int64(), "person": pl.Int64(), **dict.fromkeys(VALUES, pl.String()), **_PLACE,
}  # fmt: skip
RECORDS: Mapping[str, pl.DataType] = {"key": pl.Int64(), "source": pl.String(), "uid": pl.Int64()}
FINDINGS: Mapping[str, pl.DataType] = {
    "key": pl.Int64(), "code": pl.String(), "severity": pl.String(), **_PLACE,
}  # fmt: skip
REVIEWS: Mapping[str, pl.DataType] = {"key_a": pl.Int64(), "key_b": pl.Int64()}


class ChangeKind(StrEnum):
    """One kind of change; the value is stored and sent."""

    PERSON_NEW = "person.new"
    PERSON_GONE = "person.gone"
    PERSON_CAME = "person.came"  # from another place of the register
    PERSON_LEFT = "person.left"  # for another place of the register
    PERSON_CHANGED = "person.changed"
    FINDING_NEW = "finding.new"
    FINDING_CLOSED = "finding.closed"


@dataclass(frozen=True)
class Standing:
    """One run, as far as it is compared. Columns as in PEOPLE, RECORDS, FINDINGS, REVIEWS; uid is null where nobody
    is known yet."""

    people: pl.DataFrame
    records: pl.DataFrame
    findings: pl.DataFrame
    reviews: pl.DataFrame

    @classmethod
    def nothing(cls) -> "Standing":
        return cls(*(pl.DataFrame(schema=dict(one)) for one in (PEOPLE, RECORDS, FINDINGS, REVIEWS)))


def changes(before: Standing, after: Standing) -> pl.DataFrame:
    """kind, uid, person (number in the new run, else null), key, code, path, community, grid; a line a change."""
    new = after.people.join(before.people, on="uid", how="anti")
    gone = before.people.join(after.people, on="uid", how="anti").with_columns(person=pl.lit(None, pl.Int64))
    both = _both(before, after)
    # Who lies in another area while the lists say the same has not moved: the areas have changed around him.
    moved = both.filter(_differs("community", "grid"))
    came = moved.select(after.people.columns)
    left = before.people.join(moved.select("uid"), on="uid").with_columns(person=pl.lit(None, pl.Int64))
    changed = both.filter(_differs(*VALUES)).select(after.people.columns)
    opened = after.findings.join(before.findings, on="key", how="anti")
    closed = before.findings.join(after.findings, on="key", how="anti")
    return pl.concat(
        [
            _of_people(ChangeKind.PERSON_NEW, new),
            _of_people(ChangeKind.PERSON_GONE, gone),
            _of_people(ChangeKind.PERSON_CAME, came),
            _of_people(ChangeKind.PERSON_LEFT, left),
            _of_people(ChangeKind.PERSON_CHANGED, changed),
            _of_findings(ChangeKind.FINDING_NEW, opened),
            _of_findings(ChangeKind.FINDING_CLOSED, closed),
        ]
    )


def changed_values(before: Standing, after: Standing) -> pl.DataFrame:
    """uid, field, old, new: what of people known in both runs has changed."""
    both = _both(before, after).filter(_differs(*VALUES))
    parts = [
        both.filter(_differs(one)).select(
            "uid", field=pl.lit(one), old=pl.col(f"{one}_before"), new=pl.col(one)
        )
        for one in VALUES
    ]
    return pl.concat(parts)


def rows(before: Standing, after: Standing) -> pl.DataFrame:
    """source, rows (now), new, unchanged, vanished, changed: of every source of either run.

    A row that vanished and a new one of the same person in the same source are one changed row.
    """
    new = after.records.join(before.records.select("key"), on="key", how="anti")
    vanished = before.records.join(after.records.select("key"), on="key", how="anti")
    now = after.records.group_by("source").len("rows")
    was = before.records.group_by("source").len("before")
    counts = now.join(was, on="source", how="full", coalesce=True)
    for name, frame in (("came", new), ("went", vanished), ("changed", _pairs(vanished, new))):
        counts = counts.join(frame.group_by("source").len(name), on="source", how="left")
    filled = counts.with_columns(pl.exclude("source").fill_null(0).cast(pl.Int64))
    return filled.select(
        "source",
        "rows",
        "before",
        "changed",
        new=pl.col("came") - pl.col("changed"),
        vanished=pl.col("went") - pl.col("changed"),
        unchanged=pl.col("rows") - pl.col("came"),
    ).sort("source")


def changed_rows(before: Standing, after: Standing) -> pl.DataFrame:
    """source, key_before, key: rows that stand for one another, see `rows`."""
    new = after.records.join(before.records.select("key"), on="key", how="anti")
    vanished = before.records.join(after.records.select("key"), on="key", how="anti")
    return _pairs(vanished, new)


def placed(before: Standing, after: Standing) -> int:
    """How many people come into another area although the lists say the same of where they live."""
    both = _both(before, after)
    return both.filter(_differs("path") & ~_differs("community", "grid")).height


def regrouped(before: Standing, after: Standing) -> int:
    """How many rows known to both belong to another person than before."""
    both = after.records.join(before.records, on="key", suffix="_before")
    return both.filter(_differs("uid")).height


def new_reviews(before: Standing, after: Standing) -> int:
    """How many doubtful cases there were not before."""
    return ordered(after.reviews).join(ordered(before.reviews), on=["key_a", "key_b"], how="anti").height


def ordered(reviews: pl.DataFrame) -> pl.DataFrame:
    """Cases with the smaller key first: the engine may turn a pair round."""
    return reviews.select(
        key_a=pl.min_horizontal("key_a", "key_b"), key_b=pl.max_horizontal("key_a", "key_b")
    ).unique()


def _pairs(vanished: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    def counted(frame: pl.DataFrame) -> pl.DataFrame:
        known = frame.drop_nulls("uid").sort("key")
        return known.with_columns(n=pl.int_range(pl.len()).over("source", "uid"))

    pairs = counted(vanished).join(counted(new), on=["source", "uid", "n"], suffix="_now")
    return pairs.select("source", key_before="key", key="key_now")


def _both(before: Standing, after: Standing) -> pl.DataFrame:
    return after.people.join(before.people, on="uid", suffix="_before")


def _differs(*columns: str) -> pl.Expr:
    return pl.any_horizontal([pl.col(one).ne_missing(pl.col(f"{one}_before")) for one in columns])


def _of_people(kind: ChangeKind, people: pl.DataFrame) -> pl.DataFrame:
    return people.select(
        pl.lit(kind.value).alias("kind"), "uid", "person", pl.lit(None, pl.Int64).alias("key"),
        pl.lit("").alias("code"), *(pl.col(name).fill_null("") for name in _PLACE),
    )  # fmt: skip


def _of_findings(kind: ChangeKind, findings: pl.DataFrame) -> pl.DataFrame:
    return findings.select(
        pl.lit(kind.value).alias("kind"), pl.lit(None, pl.Int64).alias("uid"),
        pl.lit(None, pl.Int64).alias("person"), "key", "code",
        *(pl.col(name).fill_null("") for name in _PLACE),
    )  # fmt: skip
