"""What became of a person from run to run: first seen, changed, rows gained and lost, merged, corrected.

Values leave here masked. Only runs in which the person lay in the actor's area are told.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from lianfang.kernel.actor import Actor
from lianfang.linkage import access, dossier, person_file
from lianfang.linkage.corrections import shown_in_run
from lianfang.linkage.models import Run, RunList, RunPerson, RunRecord
from lianfang.linkage.rules import masked_value
from lianfang.registry import corrections
from lianfang.registry.models import Patch

_MOST_RUNS = 60
_MOST_ROWS = 30  # of one step


def history(actor: Actor, uid: int) -> list[dict[str, Any]]:
    """Steps, newest first. Raises not_found."""
    person_file.find(actor, uid)
    steps = [*_of_runs(actor, uid), *_of_patches(uid)]
    return sorted(steps, key=lambda step: step["at"], reverse=True)


def _of_runs(actor: Actor, uid: int) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    before: tuple[Run, RunPerson, dict[int, RunRecord]] | None = None
    for run in reversed(access.runs(actor).order_by("-pk")[:_MOST_RUNS]):
        person = access.people(actor, run).filter(uid=uid).first()
        if person is None:
            continue
        records = {one.key: one for one in access.records(actor, run).filter(person=person.person)}
        step = _step(actor, run, person, records, before)
        if before is None or step["changes"] or step["gained"] or step["lost"]:
            steps.append(step)
        before = (run, person, records)
    return steps


def _step(
    actor: Actor,
    run: Run,
    person: RunPerson,
    records: Mapping[int, RunRecord],
    before: tuple[Run, RunPerson, dict[int, RunRecord]] | None,
) -> dict[str, Any]:
    was = before[2] if before else {}
    gained = [record for key, record in records.items() if key not in was]
    lost = [record for key, record in was.items() if key not in records]
    merged = _former_owners(actor, before[0], person.uid, gained) if before else []
    return {
        "at": run.loaded_at,
        "kind": "first_seen" if before is None else "merged" if merged else "changed",
        "run": run.pk,
        "title": run.title,
        "changes": _changes(before[1], person) if before else [],
        "gained": _places(actor, run, gained),
        "lost": _places(actor, before[0], lost) if before else [],
        "merged": merged,
    }


def _changes(old: RunPerson, new: RunPerson) -> list[dict[str, Any]]:
    before, after = shown_in_run(old), shown_in_run(new)
    return [
        {
            "field": field,
            "before": masked_value(field, before[field]),
            "after": masked_value(field, after[field]),
        }
        for field in before
        if before[field] != after[field]
    ]


def _former_owners(actor: Actor, run: Run, uid: int, gained: Sequence[RunRecord]) -> list[dict[str, Any]]:
    """People of the run before who had some of these rows, as far as the actor may see them."""
    keys = [record.key for record in gained]
    if not keys:
        return []
    numbers = access.records(actor, run).filter(key__in=keys).values("person")
    people = access.people(actor, run).filter(person__in=numbers).exclude(uid=uid)
    return [{"uid": one.uid, "name": one.name} for one in people]


def _places(actor: Actor, run: Run, records: Sequence[RunRecord]) -> list[dict[str, Any]]:
    lists: dict[int, RunList] = {one.number: one for one in access.lists(actor, run)}
    ordered = sorted(records, key=lambda one: (one.list, one.row))
    return [dossier.source(record, lists) for record in ordered[:_MOST_ROWS]]


def _of_patches(uid: int) -> list[dict[str, Any]]:
    steps = []
    for patch in corrections.patches([uid]):
        steps.append(_patch(patch, "corrected", patch.at, patch.by_name))
        if patch.undone_at is not None:
            steps.append(_patch(patch, "undone", patch.undone_at, patch.undone_by_name))
    return steps


def _patch(patch: Patch, kind: str, at: datetime, by: str) -> dict[str, Any]:
    value, was = (masked_value(patch.field, text) for text in (patch.value, patch.was))
    change = {"field": patch.field, "before": was, "after": value}
    return {
        "at": at,
        "kind": kind,
        "by": by,
        "reason": patch.reason,
        "patch": patch.pk,
        "standing": patch.undone_at is None,
        "changes": [change if kind == "corrected" else {**change, "before": value, "after": was}],
    }
