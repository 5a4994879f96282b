"""One person one file, by the number that a person keeps: what is shown, where it comes from, what was corrected.

Values leave here masked.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Q

from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.linkage import access, dossier, household
from lianfang.linkage.corrections import IN_RUN, version
from lianfang.linkage.engine.standardise.dates import days
from lianfang.linkage.fields import ListKind
from lianfang.linkage.findings.evidence import TRUST
from lianfang.linkage.models import Run, RunList, RunPerson, RunRecord
from lianfang.linkage.rules import masked_value
from lianfang.linkage.values import CORRECTABLE, standard
from lianfang.registry import corrections
from lianfang.registry.models import Patch
from lianfang.registry.queries import heir_of

_Values = dict[str, list[tuple[RunRecord, bool]]]
#: Lists whose rows are events in a person's days.
EVENT_KINDS: tuple[ListKind, ...] = (
    ListKind.GATE, ListKind.VISIT, ListKind.SELF_REPORT, ListKind.TRANSPORT,
)  # fmt: skip


def find(actor: Actor, uid: int) -> tuple[Run, RunPerson]:
    """The current run and the person in it: whoever has this number, or had it before he was merged into another.

    Raises not_found.
    """
    run = access.current(actor)
    person = access.people(actor, run).filter(uid=heir_of(uid)).first()
    if person is None:
        raise ProblemError(NOT_FOUND)
    return run, person


def read(actor: Actor, uid: int) -> dict[str, Any]:
    """Everything that is known of one person now. Raises not_found."""
    run, person = find(actor, uid)
    number = person.person
    records = list(access.records(actor, run).filter(person=number).order_by("list", "row"))
    lists = {one.number: one for one in access.lists(actor, run)}
    findings = list(
        access.findings(actor, run, walked=True)
        .filter(Q(person=number) | Q(other_person=number))
        .order_by("number")
    )
    reviews = access.reviews(actor, run).filter(Q(person_a=number) | Q(person_b=number)).order_by("number")
    conflicts = {one.field for one in findings if one.code.startswith("conflict.") and one.person == number}
    return {
        "run": run,
        "person": person,
        "place": access.places(actor, run).filter(number=person.place).first(),
        "may": {
            "correct": actor.can(Permission.PERSON_CORRECT, person.path),
            "reveal": actor.can(Permission.PERSON_REVEAL, person.path),
            "trace": actor.can(Permission.PERSON_TRACE, person.path),
        },
        "fields": _fields(person, records, lists, conflicts, run.as_of),
        "records": [dossier.record_card(record, lists) for record in records],
        "findings": findings,
        "reviews": _reviews(actor, run, number, list(reviews[:20])),
        "events": events(records, lists, run.as_of),
        **household.household(actor, run, person),
    }


def _reviews(actor: Actor, run: Run, number: int, reviews: Sequence[Any]) -> list[dict[str, Any]]:
    """Doubtful links with the number that the other person keeps, where the actor may see him."""
    others = {one.person_b if one.person_a == number else one.person_a for one in reviews}
    uids = dict(access.people(actor, run).filter(person__in=others).values_list("person", "uid"))
    names = ("number", "person_a", "person_b", "probability", "reason_zh", "reason_en")
    return [
        {
            **{name: getattr(one, name) for name in names},
            "other_uid": uids.get(one.person_b if one.person_a == number else one.person_a),
        }
        for one in reviews
    ]


def _fields(
    person: RunPerson,
    records: Sequence[RunRecord],
    lists: Mapping[int, RunList],
    conflicts: set[str],
    as_of: date,
) -> list[dict[str, Any]]:
    patches = corrections.standing([person.uid]).get(person.uid, {})
    fields = []
    for name in dossier.FILE_FIELDS:
        patch = patches.get(name)
        values = _values(name, records, as_of)
        shown = _shown(person, name, values, patch)
        if not values and not shown and patch is None and name not in CORRECTABLE:
            continue
        own = (patch.own_in_run if name in IN_RUN else _usual(values)) if patch else shown
        fields.append(
            {
                "field": name,
                "best": masked_value(name, shown) or None,
                "own": masked_value(name, own) if patch else None,
                "why": "corrected" if patch else _why(own, values, lists, as_of),
                "conflict": name in conflicts,
                "version": version(shown if name in IN_RUN or patch else "", patch),
                "correctable": name in CORRECTABLE,
                "patch": _patch(patch) if patch else None,
                "values": [_given(name, value, own, rows, lists) for value, rows in _ranked(values, own)],
            }
        )
    return fields


def _shown(person: RunPerson, name: str, values: _Values, patch: Patch | None) -> str:
    if name in IN_RUN:
        value = getattr(person, name)
        return "" if value is None else str(value)
    return patch.value if patch else _usual(values)


def _usual(values: _Values) -> str:
    """Of a field of which the run chooses none: what most rows give."""
    return max(values, key=lambda value: len(values[value])) if values else ""


def _values(name: str, records: Sequence[RunRecord], as_of: date) -> _Values:
    """Each different value in its form: the rows that give it, and whether it is a valid one there."""
    given = [(record, value) for record in records if (value := dossier.given(record, name))]
    found: _Values = {}
    forms = standard(name, [value for _, value in given], as_of)
    for (record, _), (text, valid) in zip(given, forms, strict=True):
        found.setdefault(text, []).append((record, valid))
    return found


def _ranked(values: _Values, own: str) -> list[tuple[str, list[tuple[RunRecord, bool]]]]:
    return sorted(values.items(), key=lambda item: (item[0] != own, -len(item[1])))


def _given(
    name: str, value: str, own: str, rows: Sequence[tuple[RunRecord, bool]], lists: Mapping[int, RunList]
) -> dict[str, Any]:
    return {
        "value": masked_value(name, value),
        "best": value == own,
        "valid": any(valid for _, valid in rows),
        "sources": [dossier.source(record, lists) for record, _ in rows],
    }


def _why(own: str, values: _Values, lists: Mapping[int, RunList], as_of: date) -> str:
    """Why the run shows this value, by the rule of findings.people.

    derived (no row gives it), only, valid (the others are not), more (lists), trusted (kind of list), later, first.
    """
    if own not in values:
        return "derived"
    others = [rows for value, rows in values.items() if value != own]
    if not others:
        return "only"
    mine = values[own]
    if any(valid for _, valid in mine) and not any(valid for rows in others for _, valid in rows):
        return "valid"
    counts = [len({record.list for record, _ in rows}) for rows in others]
    if len({record.list for record, _ in mine}) > max(counts):
        return "more"
    trust = [max(TRUST[ListKind(lists[record.list].kind)] for record, _ in rows) for rows in [mine, *others]]
    if trust[0] > max(trust[1:]):
        return "trusted"
    latest = [_latest(rows, as_of) for rows in [mine, *others]]
    return "later" if latest[0] > max(latest[1:]) else "first"


def _latest(rows: Sequence[tuple[RunRecord, bool]], as_of: date) -> date:
    given = days_of([record.date for record, _ in rows], as_of)
    return max((day for day in given if day), default=date.min)


def _patch(patch: Patch) -> dict[str, Any]:
    return {
        "id": patch.pk,
        "reason": patch.reason,
        "by": patch.by_name,
        "at": patch.at,
        "was": masked_value(patch.field, patch.was),
    }


def days_of(given: Sequence[str | None], as_of: date) -> list[date | None]:
    """The days that cells as received mean; None where they mean none."""
    return list(days(pl.Series("date", list(given), dtype=pl.String), as_of)["day"].to_list())


def events(records: Sequence[RunRecord], lists: Mapping[int, RunList], as_of: date) -> list[dict[str, Any]]:
    """Journeys, gate crossings, visits and reports of a person, oldest first; undated ones at the end."""
    mine = [one for one in records if ListKind(lists[one.list].kind) in EVENT_KINDS or one.vehicle]
    found = [
        {
            **dossier.source(one, lists),
            "day": day,
            **{
                name: masked_value(name, getattr(one, name))
                for name in ("vehicle", "seat", "origin", "temperature", "address", "remark")
            },
        }
        for one, day in zip(mine, days_of([one.date for one in mine], as_of), strict=True)
    ]
    return sorted(found, key=lambda one: (one["day"] is None, one["day"] or date.max, one["record"]))
