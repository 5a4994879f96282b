"""A run in the database, or one that is about to come into it, as it is compared."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

import polars as pl

from lianfang.linkage.changes.compare import FINDINGS, PEOPLE, RECORDS, REVIEWS, VALUES, Standing
from lianfang.linkage.corrections import own_values
from lianfang.linkage.models import Run, RunFinding, RunList, RunPerson, RunPlace, RunRecord, RunReview

_WHY = "runs are compared as a whole"
_CHUNK = 50_000


def of_run(run: Run | None) -> Standing:
    """What is in the database; nothing without a run."""
    if run is None:
        return Standing.nothing()
    places = fetch(
        RunPlace.objects.unscoped(reason=_WHY).filter(run=run).values_list("number", "community", "name"),
        {"place": pl.Int64(), "community": pl.String(), "grid": pl.String()},
    )
    people = fetch(
        RunPerson.objects.unscoped(reason=_WHY)
        .filter(run=run, hidden=False)
        .values_list("uid", "person", *VALUES, "path", "place"),
        {"uid": pl.Int64(), "person": pl.Int64(), **dict.fromkeys(VALUES, pl.String()), **_AT},
    )
    people = _as_listed(people, run)
    records = fetch(
        RunRecord.objects.unscoped(reason=_WHY)
        .filter(run=run)
        .values_list("record", "key", "list", "person"),
        {"record": pl.Int64(), "key": pl.Int64(), "list": pl.Int64(), "person": pl.Int64()},
    )
    findings = fetch(
        RunFinding.objects.unscoped(reason=_WHY)
        .filter(run=run, hidden=False)
        .values_list("key", "code", "severity", "path", "place"),
        {"key": pl.Int64(), "code": pl.String(), "severity": pl.String(), **_AT},
    )
    reviews = fetch(
        RunReview.objects.unscoped(reason=_WHY)
        .filter(run=run, stratum="")
        .values_list("record_a", "record_b"),
        {"record_a": pl.Int64(), "record_b": pl.Int64()},
    )
    sources = [one.source or one.label for one in RunList.objects.filter(run=run).order_by("number")]
    return _standing(people, records, findings, reviews, places, sources)


def _as_listed(people: pl.DataFrame, run: Run) -> pl.DataFrame:
    """Corrections taken off again: runs are compared by what the lists say."""
    for field, own in own_values(run).items():
        if field in VALUES:
            listed = pl.DataFrame(
                {"uid": list(own), "_own": list(own.values())}, schema={"uid": pl.Int64, "_own": pl.String}
            )
            joined = people.join(listed.with_columns(_is=True), on="uid", how="left", maintain_order="left")
            value = pl.when(pl.col("_is")).then("_own").otherwise(field)
            people = joined.with_columns(value.alias(field)).drop("_own", "_is")
    return people


def of_frames(frames: Mapping[str, pl.LazyFrame], sources: Sequence[str], known: pl.DataFrame) -> Standing:
    """Of the rows that run_rows.tables makes; `sources` by the lists' numbers, `known`: person, uid."""
    uid = known.select(pl.col("person").cast(pl.Int64), "uid")
    people = frames["RunPerson"].select(pl.col("person").cast(pl.Int64), *VALUES, "path", "place").collect()
    people = people.with_columns(pl.col("birth").cast(pl.String)).join(
        uid, on="person", how="left", maintain_order="left"
    )
    places = frames["RunPlace"].select("community", place=pl.col("number").cast(pl.Int64), grid="name")
    return _standing(
        people,
        frames["RunRecord"].select(pl.col("record", "list", "person").cast(pl.Int64), "key").collect(),
        frames["RunFinding"].select("key", "code", "severity", *_AT).collect(),
        frames["RunReview"].filter(pl.col("stratum") == "").select("record_a", "record_b").collect(),
        places.collect(),
        sources,
    )


def _standing(
    people: pl.DataFrame,
    records: pl.DataFrame,
    findings: pl.DataFrame,
    reviews: pl.DataFrame,
    places: pl.DataFrame,
    sources: Sequence[str],
) -> Standing:
    named = pl.DataFrame(
        {"list": range(len(sources)), "source": list(sources)}, schema={"list": pl.Int64, "source": pl.String}
    )
    uids = people.select("person", "uid")
    keys = records.select("record", "key")
    ends = reviews.select(pl.col("record_a", "record_b").cast(pl.Int64))
    for end in ("a", "b"):
        ends = ends.join(keys.rename({"record": f"record_{end}", "key": f"key_{end}"}), on=f"record_{end}")

    def placed(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(pl.col("place").cast(pl.Int64)).join(places, on="place", how="left")

    rows = records.join(named, on="list", how="left").join(uids, on="person", how="left")
    return Standing(
        _typed(placed(people), PEOPLE), _typed(rows, RECORDS), _typed(placed(findings), FINDINGS),
        _typed(ends, REVIEWS),
    )  # fmt: skip


_AT: Mapping[str, pl.DataType] = {"path": pl.String(), "place": pl.Int64()}


def _typed(frame: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(kind) for name, kind in schema.items())


def fetch(rows: Iterable[tuple[Any, ...]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Rows of a query as a table, a portion at a time: a million tuples at once would need a gigabyte."""
    found = [pl.DataFrame(schema=dict(schema))]
    source = rows.iterator(chunk_size=_CHUNK) if hasattr(rows, "iterator") else iter(rows)
    while portion := list(islice(source, _CHUNK)):
        portion = [
            tuple(None if v is None else v if isinstance(v, int | str) else str(v) for v in row)
            for row in portion
        ]
        found.append(pl.DataFrame(portion, schema=dict(schema), orient="row"))
    return pl.concat(found)
