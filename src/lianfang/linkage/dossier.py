"""One person's file, put together from the records linked to the person. Values leave here masked."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from lianfang.kernel.actor import Actor
from lianfang.linkage import access, queries
from lianfang.linkage.fields import FIELD_NAMES, ListKind
from lianfang.linkage.models import Run, RunFinding, RunList, RunPerson, RunRecord
from lianfang.linkage.rules import masked_value

#: What a file shows, in its order; what belongs to a single event (vehicle, temperature) stays on its row.
FILE_FIELDS: tuple[str, ...] = (
    "name", "sex", "birth", "age", "id_number", "phone", "address", "household", "relation", "community",
    "grid", "employer", "nationality", "origin",
)  # fmt: skip
_ADDRESS_PARTS = ("compound", "building", "unit", "room")


def file(actor: Actor, run: Run, number: int) -> dict[str, Any]:
    """Everything known of one person. Raises not_found."""
    found = queries.person(actor, run, number)
    records = list(access.records(actor, run).filter(person=number).order_by("list", "row"))
    findings = list(
        access.findings(actor, run, walked=True)
        .filter(Q(person=number) | Q(other_person=number))
        .order_by("number")
    )
    reviews = access.reviews(actor, run).filter(Q(person_a=number) | Q(person_b=number)).order_by("number")
    lists = {one.number: one for one in access.lists(actor, run)}
    contradicted = {
        one.field for one in findings if one.code.startswith("conflict.") and one.person == number
    }
    return {
        "person": found,
        "fields": _fields(found, records, lists, contradicted),
        "records": [record_card(record, lists) for record in records],
        "findings": findings,
        "reviews": list(reviews[:20]),
    }


def _fields(
    person: RunPerson, records: Sequence[RunRecord], lists: dict[int, RunList], contradicted: set[str]
) -> list[dict[str, Any]]:
    """Each field that somebody gave: its distinct values with the rows that give them, the best one first."""
    fields = []
    for name in FILE_FIELDS:
        best = _best(person, name)
        values: dict[str, list[dict[str, Any]]] = {}
        for record in records:
            value = given(record, name)
            if value:
                values.setdefault(value, []).append(source(record, lists))
        if not values and not best:
            continue
        if not hasattr(person, name):  # no best value was chosen: what most rows give stands first
            best = max(values, key=lambda value: len(values[value]))
        ranked = sorted(values.items(), key=lambda item: (item[0] != best, -len(item[1])))
        fields.append(
            {
                "field": name,
                "best": masked_value(name, best),
                "conflict": name in contradicted,
                "values": [
                    {"value": masked_value(name, value), "best": value == best, "sources": sources}
                    for value, sources in ranked
                ],
            }
        )
    return fields


def _best(person: RunPerson, field: str) -> str | None:
    if not hasattr(person, field):
        return None
    value = getattr(person, field)
    return None if value in (None, "") else str(value)


def given(record: RunRecord, field: str) -> str | None:
    """A record's value as received; an address that came in parts is put together."""
    value: str | None = getattr(record, field)
    if field == "address" and not value:
        parts = [getattr(record, part) for part in _ADDRESS_PARTS]
        value = " ".join(part for part in parts if part) or None
    return value


def source(record: RunRecord, lists: Mapping[int, RunList]) -> dict[str, Any]:
    """Where a record stands."""
    origin = lists[record.list]
    return {
        "record": record.record,
        "file": origin.label,
        "kind": ListKind(origin.kind),
        "row": record.row,
        "date": record.date,
    }


def record_card(record: RunRecord, lists: Mapping[int, RunList]) -> dict[str, Any]:
    """A record as a card: where it stands, how it was linked, its values masked."""
    values = [(name, masked_value(name, getattr(record, name))) for name in FIELD_NAMES]
    return {
        **source(record, lists),
        "person": record.person,
        "probability": record.probability,
        "rule": record.rule,
        "values": [{"field": name, "value": value} for name, value in values if value],
    }


def records_of_finding(actor: Actor, run: Run, found: RunFinding) -> list[dict[str, Any]]:
    """The one or two records that a finding speaks of, as far as the actor may see them."""
    wanted = [number for number in (found.record, found.other_record) if number is not None]
    lists = {one.number: one for one in access.lists(actor, run)}
    rows = {row.record: row for row in access.records(actor, run).filter(record__in=wanted)}
    return [record_card(rows[number], lists) for number in dict.fromkeys(wanted) if number in rows]
