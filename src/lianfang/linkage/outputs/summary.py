"""The figures of a run, as data: summary.json, and what the report draws."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lianfang.linkage.fields import ListKind
from lianfang.linkage.findings.audit import Findings
from lianfang.linkage.findings.worklist import WorkList

#: Raised when a key of summary.json changes its meaning or goes; new keys do not raise it.
SCHEMA_VERSION = 1
_BINS = 20
_COMBINATIONS = 15


@dataclass(frozen=True)
class ListAccount:
    """How a list was read; `rows` are its data rows, `rejected` those that could not be read."""

    file: str
    kind: str
    kind_zh: str
    kind_en: str
    rows: int
    rejected: int = 0
    columns: tuple[dict[str, Any], ...] = ()
    encoding: str | None = None
    header_rows: tuple[int, ...] = ()
    other_rows: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class ListFigures:
    """What a list turned out to hold."""

    account: ListAccount
    people: int
    repeated_rows: int
    not_in_register: int


@dataclass(frozen=True)
class KindFigures:
    """How many findings of a kind there are."""

    code: str
    severity: str
    title_zh: str
    title_en: str
    count: int


@dataclass(frozen=True)
class AreaFigures:
    """People and doors of a grid (or community, compound): registered and seen, only registered, not
    registered."""

    area: str
    seen: int
    unseen: int
    unregistered: int
    doors: int
    urgent_doors: int


@dataclass(frozen=True)
class Summary:
    """Everything that summary.json says. Counts of people add up: seen + unseen + unregistered = people."""

    as_of: str
    totals: Mapping[str, int]
    lists: tuple[ListFigures, ...]
    findings: tuple[KindFigures, ...]
    compared: tuple[str, ...]  # the lists, or files, that the next two compare
    lists_per_person: Mapping[int, int]
    combinations: tuple[Mapping[str, Any], ...]
    probability: tuple[Mapping[str, float], ...]
    areas: tuple[AreaFigures, ...]
    errors: tuple[Mapping[str, Any], ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    schema: int = SCHEMA_VERSION

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


def summarise(findings: Findings, work: WorkList, accounts: Sequence[ListAccount]) -> Summary:
    """Count. `accounts` are parallel to the run's lists."""
    kinds = tuple(
        KindFigures(f.kind.code, f.kind.severity.value, f.kind.title_zh, f.kind.title_en, len(f))
        for f in findings.found
    )
    names, present = _groups(findings)
    return Summary(
        as_of=findings.evidence.as_of.isoformat(),
        totals=_totals(findings, work, kinds),
        lists=_lists(findings, accounts),
        findings=kinds,
        compared=tuple(names),
        lists_per_person=_lists_per_person(present),
        combinations=_combinations(names, present),
        probability=_probability(findings),
        areas=_areas(findings, work),
    )


def write_summary(target: Path, summary: Summary) -> None:
    """summary.json: UTF-8 without a byte order mark."""
    target.write_text(summary.to_json() + "\n", encoding="utf-8")


def _status(findings: Findings) -> pl.Series:
    """seen, unseen or unregistered for each person. Without a register all are unregistered."""
    lists = findings.evidence.lists
    others = [one.index for one in lists if one.kind is not ListKind.REGISTER]
    elsewhere = pl.Series((findings.evidence.stands.first[:, others] >= 0).any(axis=1))
    registered = findings.people.get_column("on_register")
    status = pl.when(~registered).then(pl.lit("unregistered")).when(elsewhere).then(pl.lit("seen"))
    return pl.select(status.otherwise(pl.lit("unseen"))).to_series().alias("status")


def _totals(findings: Findings, work: WorkList, kinds: Sequence[KindFigures]) -> dict[str, int]:
    status = dict(_status(findings).value_counts().iter_rows())
    by_severity = dict.fromkeys(("error", "warning", "info"), 0)
    for kind in kinds:
        by_severity[kind.severity] += kind.count
    evidence = findings.evidence
    return {
        "lists": len(evidence.lists),
        "rows": evidence.rows.height,
        "rejected": evidence.rejected.height,
        "people": evidence.persons,
        "seen": status.get("seen", 0),
        "unseen": status.get("unseen", 0),
        "unregistered": status.get("unregistered", 0),
        "in_several_lists": int((findings.people.get_column("sources") > 1).sum()),
        "reviews": evidence.reviews.height,
        "errors": by_severity["error"],
        "warnings": by_severity["warning"],
        "infos": by_severity["info"],
        "doors": work.doors.height,
        "urgent_doors": int((work.doors.get_column("urgency") >= 50).sum()),
    }


def _lists(findings: Findings, accounts: Sequence[ListAccount]) -> tuple[ListFigures, ...]:
    stands = findings.evidence.stands
    absent = ~findings.people.get_column("on_register").to_numpy()
    figures = []
    for one, account in zip(findings.evidence.lists, accounts, strict=True):
        present = stands.first[:, one.index] >= 0
        repeated = int(np.maximum(stands.counts[:, one.index].astype(np.int64) - 1, 0).sum())
        figures.append(ListFigures(account, int(present.sum()), repeated, int((present & absent).sum())))
    return tuple(figures)


#: From this number of lists on, the sheets of a workbook count as one list where sets of lists are compared.
MANY_LISTS = 12


def _groups(findings: Findings) -> tuple[list[str], NDArray[np.bool_]]:
    """The lists to compare and, person by person, who stands in them: the lists, or the files if there are
    many."""
    present = findings.evidence.stands.first >= 0
    labels = findings.evidence.labels
    if len(labels) <= MANY_LISTS:
        return labels, present
    files = [label.partition("#")[0] for label in labels]
    names = list(dict.fromkeys(files))
    member = [[place for place, file in enumerate(files) if file == name] for name in names]
    return names, np.stack([present[:, places].any(axis=1) for places in member], axis=1)


def _lists_per_person(present: NDArray[np.bool_]) -> dict[int, int]:
    counts, people = np.unique(present.sum(axis=1), return_counts=True)
    return {int(n): int(count) for n, count in zip(counts, people, strict=True)}


def _combinations(names: list[str], present: NDArray[np.bool_]) -> tuple[dict[str, Any], ...]:
    """The commonest sets of lists that a person stands in, and the number of people."""
    sets, people = np.unique(present, axis=0, return_counts=True)
    order = np.argsort(-people, kind="stable")[:_COMBINATIONS]
    return tuple(
        {
            "lists": [name for name, there in zip(names, sets[one], strict=True) if there],
            "people": int(people[one]),
        }
        for one in order
    )


def _probability(findings: Findings) -> tuple[dict[str, float], ...]:
    """Rows by the probability of their link; a person's only row has nothing to be linked to and is left
    out."""
    people = findings.people.get_column("records").gather(findings.evidence.rows.get_column("person"))
    linked = findings.evidence.rows.get_column("probability").filter(people > 1)
    counts, edges = np.histogram(linked.to_numpy(), bins=_BINS, range=(0.0, 1.0))
    return tuple(
        {"from": round(float(low), 3), "to": round(float(high), 3), "rows": int(count)}
        for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
    )


def _areas(findings: Findings, work: WorkList) -> tuple[AreaFigures, ...]:
    people = work.areas_of(findings.people).to_frame().with_columns(_status(findings))
    counted = people.group_by("area").agg(
        (pl.col("status") == status).sum().alias(status) for status in ("seen", "unseen", "unregistered")
    )
    doors = work.doors.group_by("area").agg(doors=pl.len(), urgent_doors=(pl.col("urgency") >= 50).sum())
    rows = counted.join(doors, on="area", how="left").fill_null(0)
    order = {area: place for place, area in enumerate(work.areas)}
    listed = sorted(
        rows.iter_rows(named=True), key=lambda row: (order.get(row["area"], len(order)), row["area"])
    )
    return tuple(AreaFigures(**row) for row in listed)
