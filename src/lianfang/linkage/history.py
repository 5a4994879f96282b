"""What became of a person from run to run: first seen, changed, rows gained and lost, merged, corrected.

Values leave here masked. Only runs in which the person lay in the actor's area are told.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from lianfang.kernel.actor import Actor
from lianfang.kernel.permissions import Permission
from lianfang.linkage import access, dossier, person_file
from lianfang.linkage.changes.compare import ChangeKind
from lianfang.linkage.changes.models import RunChange
from lianfang.linkage.corrections import shown_in_run
from lianfang.linkage.models import Run, RunList, RunPerson, RunRecord
from lianfang.linkage.rules import masked_value
from lianfang.registry import corrections
from lianfang.registry.models import Patch

_MOST_ROWS = 30  # of one step
_KINDS: Mapping[str, str] = {
    ChangeKind.PERSON_NEW: "first_seen",
    ChangeKind.PERSON_CAME: "moved",
    ChangeKind.PERSON_CHANGED: "changed",
}


def history(actor: Actor, uid: int) -> list[dict[str, Any]]:
    """Steps, newest first. Raises not_found."""
    run, person = person_file.find(actor, uid)
    steps = [*_noted(actor, person.uid), *_of_patches(person.uid)]
    latest = _latest(actor, run, person)
    if latest is not None:
        # Of the newest run the rows are still there: it can be told in full.
        steps = [step for step in steps if step.get("run") != run.pk] + [latest]
    if not any(step["kind"] == "first_seen" for step in steps):
        since = corrections.known_since(person.uid)
        steps.append({"at": since or run.loaded_at, "kind": "first_seen"})
    return sorted(steps, key=lambda step: step["at"], reverse=True)


def _noted(actor: Actor, uid: int) -> list[dict[str, Any]]:
    """What was noted when each run became current; values are not kept longer than their run."""
    scope = actor.require(Permission.PERSON_VIEW)
    found = RunChange.objects.within(scope).filter(uid=uid, kind__in=_KINDS).order_by("-run", "kind")
    titles = dict(access.runs(actor).values_list("pk", "title"))
    steps: dict[int, dict[str, Any]] = {}
    for change in found:
        step = {"at": change.at, "kind": _KINDS[change.kind], "run": change.run}
        steps.setdefault(change.run, {**step, "title": titles.get(change.run, "")})
    return list(steps.values())


def _latest(actor: Actor, run: Run, person: RunPerson) -> dict[str, Any] | None:
    """The step from the run before to the current one, if that one is still kept and knew the person."""
    before = access.runs(actor).filter(pk__lt=run.pk).order_by("-pk").first()
    old = access.people(actor, before).filter(uid=person.uid).first() if before else None
    if before is None or old is None:
        return None
    step = _step(actor, run, person, _rows(actor, run, person), (before, old, _rows(actor, before, old)))
    return step if step["changes"] or step["gained"] or step["lost"] else None


def _rows(actor: Actor, run: Run, person: RunPerson) -> dict[int, RunRecord]:
    return {one.key: one for one in access.records(actor, run).filter(person=person.person)}


def _step(
    actor: Actor,
    run: Run,
    person: RunPerson,
    records: Mapping[int, RunRecord],
    before: tuple[Run, RunPerson, dict[int, RunRecord]],
) -> dict[str, Any]:
    was = before[2]
    gained = [record for key, record in records.items() if key not in was]
    lost = [record for key, record in was.items() if key not in records]
    merged = _former_owners(actor, before[0], person.uid, gained)
    return {
        "at": run.loaded_at,
        "kind": "merged" if merged else "changed",
        "run": run.pk,
        "title": run.title,
        "changes": _changes(before[1], person),
        "gained": _places(actor, run, gained),
        "lost": _places(actor, before[0], lost),
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
