"""Correcting one value of a person: checked, shown at once, undone, carried into every later run.

Only what is shown changes: the values in RunPerson of the current run and in the registry with its keys. Rows of
lists, findings and earlier runs stay as they are.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2b

from django.db import transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.clock import local_date
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.linkage import access
from lianfang.linkage.errors import (
    PATCH_DOUBTFUL,
    PATCH_INVALID,
    PATCH_REASON,
    PATCH_SAME,
    PATCH_STALE,
    PATCH_UNDONE,
)
from lianfang.linkage.models import Run, RunPerson, RunRecord
from lianfang.linkage.rules import MIN_REASON, masked_value
from lianfang.linkage.values import read_value
from lianfang.registry import corrections
from lianfang.registry.models import Patch
from lianfang.registry.renewing import merged_into

#: Fields that a person of a run has a chosen value of; the others are shown as most rows give them.
IN_RUN: tuple[str, ...] = (
    "name", "sex", "birth", "id_number", "phone", "address", "household", "relation",
)  # fmt: skip
_WHY = "patches follow their people into a new run, wherever these live"
_PORTION = 500


@dataclass(frozen=True)
class Change:
    """What a clerk wants: the field's new value as typed, why, and the version of the field that he saw."""

    field: str
    value: str
    reason: str
    base: str
    confirmed: bool = False


def version(shown: str, patch: Patch | None) -> str:
    """What a field is like now, as a short text that changes with it."""
    state = f"{shown}\x1f{patch.pk if patch else 0}"
    return blake2b(state.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def shown_in_run(person: RunPerson) -> dict[str, str]:
    """The values that a person of a run has, as text."""
    values = {field: getattr(person, field) for field in IN_RUN}
    return {field: "" if value is None else str(value) for field, value in values.items()}


def correct(*, actor: Actor, now: datetime, uid: int, change: Change) -> Patch:
    """Show another value for one field from now on.

    Raises not_found, forbidden, patch.invalid, patch.reason, patch.doubtful (unless confirmed), patch.same, and
    patch.stale when the field is no longer what the clerk saw.
    """
    reason = change.reason.strip()
    with transaction.atomic():
        found = access.correctable(actor, access.current(actor)).filter(uid=uid).first()
        person = corrections.hold(uid) if found else None
        if found is None or person is None:
            raise ProblemError(NOT_FOUND)
        if len(reason) < MIN_REASON:
            raise ProblemError(PATCH_REASON, least=MIN_REASON)
        found.refresh_from_db()  # as it is now that nobody else can change it
        value = _checked(change, shown_in_run(found), local_date(now))
        below = corrections.standing([uid]).get(uid, {}).get(change.field)
        was = _shown(found, change.field, below)
        _refuse_stale(change, was, below)
        if value == was and (below or change.field in IN_RUN):
            raise ProblemError(PATCH_SAME, field=change.field)
        said = corrections.Said(
            change.field, value, reason[:500], was=was, own_in_run=was, path=found.path, rows=_rows(found)
        )
        patch = corrections.add(actor=actor, now=now, person=person, said=said)
        _show(found, change.field, value)
        audit.record(
            actor=actor, action="person.corrected", now=now, kind="person", object_id=uid, path=found.path,
            details={"field": change.field, "patch": patch.pk},
        )  # fmt: skip
    return patch


def undo(*, actor: Actor, now: datetime, uid: int, number: int) -> None:
    """Take a correction back: the one before it is shown again, or what the lists say.

    Raises not_found, forbidden, patch.undone.
    """
    with transaction.atomic():
        found = access.correctable(actor, access.current(actor)).filter(uid=uid).first()
        person = corrections.hold(uid) if found else None
        patch = next((one for one in corrections.patches([uid]) if one.pk == number), None)
        if found is None or person is None or patch is None:
            raise ProblemError(NOT_FOUND)
        if patch.undone_at is not None:
            raise ProblemError(
                PATCH_UNDONE, by=patch.undone_by_name, at=patch.undone_at.isoformat(timespec="seconds")
            )
        found.refresh_from_db()
        below = corrections.undo(actor=actor, now=now, person=person, patch=patch)
        _show(found, patch.field, below.value if below else patch.own_in_run)
        audit.record(
            actor=actor, action="person.correction_undone", now=now, kind="person", object_id=uid,
            path=found.path, details={"field": patch.field, "patch": patch.pk},
        )  # fmt: skip


def own_values(run: Run) -> dict[str, dict[int, str | None]]:
    """field → uid → what the lists themselves say where a run shows a correction."""
    own: dict[str, dict[int, str | None]] = {}
    if run.current:
        for patch in Patch.objects.unscoped(reason=_WHY).filter(undone_at=None, field__in=IN_RUN):
            own.setdefault(patch.field, {})[patch.person] = patch.own_in_run or None
    return own


def carry_over(run: Run) -> int:
    """Show the patches that stand in a run that has just been loaded; answers how many people have some.

    A person who has another number now is found by the rows that he had: whoever has most of them. Patches of people
    whom no list names any more wait. Inside the transaction that loads the run, after the registry was renewed.
    """
    waiting = Patch.objects.unscoped(reason=_WHY).filter(undone_at=None)
    rows = {patch.person: list(patch.rows) for patch in waiting.order_by("pk")}
    if not rows:
        return 0
    people = _successors(run, rows)
    for old, found in people.items():
        if found.uid != old:
            Patch.objects.unscoped(reason=_WHY).filter(person=old).update(person=found.uid)
    shown = corrections.standing({found.uid for found in people.values()})
    for found in {found.uid: found for found in people.values()}.values():
        _lay_over(found, shown[found.uid])
    return len(shown)


def _lay_over(found: RunPerson, patches: Mapping[str, Patch]) -> None:
    rows = _rows(found)
    for field, patch in patches.items():
        patch.own_in_run, patch.rows, patch.path = shown_in_run(found).get(field, ""), rows, found.path
        patch.save(update_fields=["own_in_run", "rows", "path"])
    for field, patch in patches.items():
        _show(found, field, patch.value)
    person = corrections.hold(found.uid)
    if person is not None:
        corrections.show_again(person, patches)


def lie_on_top(run: Run, uids: Iterable[int]) -> None:
    """Patches are shown again on people who have just been regrouped; of people who are one now, the newest each."""
    shown = list(uids)
    absorbed = merged_into(shown)
    patches = corrections.standing([*shown, *absorbed])
    mine: dict[int, dict[str, Patch]] = {}
    for uid, fields in sorted(patches.items(), key=lambda item: item[0] in shown):
        mine.setdefault(absorbed.get(uid, uid), {}).update(fields)
    for found in RunPerson.objects.unscoped(reason=_WHY).filter(run=run, hidden=False, uid__in=mine):
        for field, patch in mine[found.uid].items():
            _show(found, field, patch.value)
        person = corrections.hold(found.uid)
        if person is not None:
            corrections.show_again(person, patches.get(found.uid, {}))


def _successors(run: Run, rows: Mapping[int, Iterable[int]]) -> dict[int, RunPerson]:
    """uid of before → the person of this run who has most of the rows, else who has the same uid."""
    keys = sorted({key for mine in rows.values() for key in mine})
    owner: dict[int, int] = {}
    for start in range(0, len(keys), _PORTION):
        found = RunRecord.objects.unscoped(reason=_WHY).filter(
            run=run, key__in=keys[start : start + _PORTION]
        )
        owner.update(found.values_list("key", "person"))
    votes = {uid: Counter(owner[key] for key in mine if key in owner) for uid, mine in rows.items()}
    chosen = {uid: count.most_common(1)[0][0] for uid, count in votes.items() if count}
    by_number = _people(run, "person", chosen.values())
    by_uid = _people(run, "uid", set(rows) - set(chosen))
    return {**{uid: by_number[number] for uid, number in chosen.items()}, **by_uid}


def _people(run: Run, column: str, wanted: Iterable[int]) -> dict[int, RunPerson]:
    numbers, people = sorted(set(wanted)), RunPerson.objects.unscoped(reason=_WHY)
    found: dict[int, RunPerson] = {}
    for start in range(0, len(numbers), _PORTION):
        some = people.filter(run=run, hidden=False, **{f"{column}__in": numbers[start : start + _PORTION]})
        found.update({getattr(one, column): one for one in some})
    return found


def _checked(change: Change, shown: Mapping[str, str], as_of: date) -> str:
    reading = read_value(change.field, change.value, shown, as_of)
    if reading.problem:
        raise ProblemError(PATCH_INVALID, field=change.field, why=reading.problem)
    if reading.doubts and not change.confirmed:
        raise ProblemError(PATCH_DOUBTFUL, field=change.field, doubts=list(reading.doubts))
    return reading.text


def _refuse_stale(change: Change, shown: str, patch: Patch | None) -> None:
    if change.base == version(shown, patch):
        return
    raise ProblemError(
        PATCH_STALE,
        field=change.field,
        value=masked_value(change.field, shown),
        by=patch.by_name if patch else None,
        at=patch.at.isoformat(timespec="seconds") if patch else None,
    )


def _shown(found: RunPerson, field: str, patch: Patch | None) -> str:
    if field in IN_RUN:
        return shown_in_run(found)[field]
    return patch.value if patch else ""


def _rows(found: RunPerson) -> list[int]:
    rows = RunRecord.objects.unscoped(reason="the rows of a person whom the actor may correct")
    return sorted(rows.filter(run=found.run_id, person=found.person).values_list("key", flat=True))


def _show(found: RunPerson, field: str, value: str) -> None:
    """Put a value into the run's person."""
    if field not in IN_RUN:
        return
    changed = [field]
    if field == "birth":
        found.birth = date.fromisoformat(value) if value else None
    elif field == "sex":
        found.sex = value
    else:
        setattr(found, field, value or None)
    if field == "name":
        found.name_key = value[:40]
        changed.append("name_key")
    found.save(update_fields=changed)
