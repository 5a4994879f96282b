"""A part of a run looked at as the run looked at all: the same code, the same ground, fewer rows. No Django."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from lianfang.linkage import run_rows
from lianfang.linkage.assemble import put_together
from lianfang.linkage.engine.standardise.table import read_rows, spelt
from lianfang.linkage.engine.stranger import COLUMNS
from lianfang.linkage.fields import RECORD_SCHEMA, PersonList
from lianfang.linkage.findings import audit, gather, worklist
from lianfang.linkage.findings.evidence import REVIEW_SCHEMA
from lianfang.linkage.findings.ground import Ground
from lianfang.linkage.result import ListAccount
from lianfang.linkage.run_rows import Paths
from lianfang.linkage.stable_keys import finding_keys

LINK_SCHEMA: dict[str, pl.DataType] = {
    "record": pl.UInt32(),
    "person": pl.UInt32(),
    "probability": pl.Float32(),
    "rule": pl.String(),
}


@dataclass(frozen=True)
class Whole:
    """What is the same for every part of a run."""

    lists: tuple[ListAccount, ...]
    as_of: date
    ground: Ground
    paths: Paths


@dataclass(frozen=True)
class Part:
    """Rows of a run, by the run's numbers: RECORD_SCHEMA and key, and what the engine's table says of them."""

    whole: Whole
    records: pl.DataFrame
    standard: pl.DataFrame

    @property
    def numbers(self) -> pl.Series:
        return self.records["record"]


@dataclass(frozen=True)
class Tables:
    """Rows of the run's tables by the run's numbers; persons with `place_name`, findings and tasks as well.

    descriptions: person and what is said of each, for the registry.
    """

    persons: pl.DataFrame
    records: pl.DataFrame
    findings: pl.DataFrame
    places: pl.DataFrame
    tasks: pl.DataFrame
    descriptions: pl.DataFrame


def part_of(whole: Whole, records: pl.DataFrame) -> Part:
    """`records`: RECORD_SCHEMA and key."""
    ordered = records.sort("record")
    local = _numbered(ordered)
    slips = pl.DataFrame(
        [list(pair) for pair in whole.ground.slips],
        schema={"name": pl.String, "right": pl.String},
        orient="row",
    )
    return Part(whole, ordered, spelt(read_rows(local, whole.as_of), slips))


def tables(part: Part, links: pl.DataFrame, reviews: pl.DataFrame) -> Tables:
    """What a run would write of these rows. `links`: LINK_SCHEMA, `reviews`: REVIEW_SCHEMA, by the run's numbers."""
    whole, numbers = part.whole, part.numbers
    local = pl.DataFrame({"record": numbers, "at": pl.int_range(len(numbers), dtype=pl.UInt32, eager=True)})
    linked = local.join(links, on="record", how="left", maintain_order="left")
    own = linked.select(
        "probability", "rule", record="at", person=pl.col("at").min().over("person"), number="person"
    )
    evidence = gather(
        _numbered(part.records),
        [PersonList(i, one.label, one.kind) for i, one in enumerate(whole.lists)],
        part.standard,
        own.drop("number"),
        reviews=_localised(reviews, local),
        as_of=whole.as_of,
    )
    findings = audit(evidence, whole.ground.usual)
    work = worklist(findings, whole.ground)
    result = put_together(_numbered(part.records), whole.lists, part.standard, findings, work)
    built = run_rows.build(result, whole.paths)
    # Persons are counted from 1 in the order of their first rows.
    number = own.sort("record").unique("person", keep="first", maintain_order=True)["number"]
    return _by_the_run(part, built, run_rows.described(result.descriptions), number)


def _numbered(records: pl.DataFrame) -> pl.DataFrame:
    return records.select(*RECORD_SCHEMA).with_columns(record=pl.int_range(pl.len(), dtype=pl.UInt32))


def _localised(reviews: pl.DataFrame, local: pl.DataFrame) -> pl.DataFrame:
    for end in ("a", "b"):
        ends = local.rename({"record": f"record_{end}", "at": f"at_{end}"})
        reviews = reviews.join(ends, on=f"record_{end}", how="inner", maintain_order="left")
    at = reviews.with_columns(record_a="at_a", record_b="at_b")
    return at.select(pl.col(name).cast(kind) for name, kind in REVIEW_SCHEMA.items())


def _by_the_run(
    part: Part, built: Mapping[str, pl.DataFrame], described: pl.LazyFrame, number: pl.Series
) -> Tables:
    """From numbers of the part to those of the run."""
    numbers, keys = part.numbers, part.records["key"]
    names = built["RunPlace"].select("number", place_name="name", place_community="community")
    persons = _translated(built["RunPerson"], {"person": number}, less=1)
    persons = persons.with_columns(code=pl.format("P{}", pl.col("person").cast(pl.String).str.zfill(6)))
    found = built["RunFinding"].filter(pl.col("record").is_not_null())
    found = found.with_columns(keys.gather(found["record"]), other_key=keys.gather(found["other_record"]))
    found = found.with_columns(finding_keys(found.with_columns(file=pl.lit(""))).alias("key")).drop(
        "other_key"
    )
    found = _translated(found, {"record": numbers, "other_record": numbers})
    found = _translated(found, {"person": number, "other_person": number}, less=1)
    placed = [
        frame.join(names, left_on="place", right_on="number", how="left", maintain_order="left").drop("place")
        for frame in (persons, found, built["RunTask"])
    ]
    links = built["RunRecord"].select("record", "person", "probability", "rule", "path")
    links = _translated(_translated(links, {"record": numbers}), {"person": number}, less=1)
    said = _translated(described.collect(), {"person": number}, less=1).select("person", *COLUMNS)
    return Tables(placed[0], links, placed[1].drop("number"), built["RunPlace"], placed[2], said)


def _translated(frame: pl.DataFrame, columns: Mapping[str, pl.Series], less: int = 0) -> pl.DataFrame:
    """Positions (counted from `less`) replaced by what stands there."""
    return frame.with_columns(
        values.gather(frame[name].cast(pl.Int64) - less).alias(name) for name, values in columns.items()
    )
