"""Giving findings to somebody, settling them, opening them again, taking the last step back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.linkage.errors import FINDING_CHANGED, FINDINGS_MANY, NOTE_SHORT, NOTHING_TO_UNDO
from lianfang.linkage.models import Run, RunFinding
from lianfang.linkage.work import figures
from lianfang.linkage.work.models import FindingNote, FindingWork
from lianfang.linkage.work.people import Worker
from lianfang.linkage.work.rules import MIN_NOTE, MOST_AT_ONCE, Act, WorkState
from lianfang.territory.models import Area
from lianfang.territory.rules import common_path

#: key and version as the page showed them; version 0: nobody had touched it.
Chosen = Sequence[tuple[int, int]]
_STANDING = ("state", "assignee", "assignee_name", "team", "team_name", "due")
_WHY = "only findings that the actor may work on get here"


@dataclass(frozen=True)
class Step:
    """What is to be done with each finding; `changes` of FindingWork's columns."""

    act: Act
    changes: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    to: str = ""
    due: date | None = None


def assign(
    *,
    actor: Actor,
    now: datetime,
    run: Run,
    chosen: Chosen,
    worker: Worker | None = None,
    team: Area | None = None,
    due: date | None = None,
    note: str = "",
) -> int:
    """Give findings to a user or to whoever works in an area; to neither: nobody's again. Settled ones reopen.

    Returns how many. Raises not_found (also for a user or an area that may not see one of them), finding.changed,
    finding.many, forbidden.
    """
    rows = _rows(actor, run, chosen)
    for row in rows:
        if worker and not worker.covers(row.path):
            raise ProblemError(NOT_FOUND)
        if team and not (row.path.startswith(team.path) or team.path.startswith(row.path)):
            raise ProblemError(NOT_FOUND)
    given = worker is not None or team is not None
    changes = {
        "state": WorkState.ASSIGNED if given else WorkState.OPEN,
        "assignee": worker.id if worker else None,
        "assignee_name": worker.name if worker else "",
        "team": team.path if team else None,
        "team_name": team.name if team else "",
        "due": due,
    }
    to = worker.name if worker else team.name if team else ""
    step = Step(Act.ASSIGNED if given else Act.FREED, changes, note.strip(), to, due)
    return _take(actor, now, run, rows, chosen, step)


def settle(*, actor: Actor, now: datetime, run: Run, chosen: Chosen, state: WorkState, note: str) -> int:
    """Done, or dismissed, with a note that says how it was found out. Raises finding.note, finding.changed, …"""
    text = note.strip()
    if len(text) < MIN_NOTE:
        raise ProblemError(NOTE_SHORT, least=MIN_NOTE)
    rows = _rows(actor, run, chosen)
    act = Act.DONE if state == WorkState.DONE else Act.DISMISSED
    return _take(actor, now, run, rows, chosen, Step(act, {"state": state}, text))


def reopen(*, actor: Actor, now: datetime, run: Run, chosen: Chosen, note: str = "") -> int:
    """Back to whoever had it, or to nobody. Raises finding.changed, not_found."""
    rows = _rows(actor, run, chosen)
    with transaction.atomic():
        known = _known([row.key for row in rows])
        given = [row for row in rows if row.key in known and _had(known[row.key])]
        rest = [row for row in rows if row not in given]
        for some, state in ((given, WorkState.ASSIGNED), (rest, WorkState.OPEN)):
            if some:
                step = Step(Act.REOPENED, {"state": state}, note.strip())
                _take(actor, now, run, some, chosen, step, quiet=True)
        _record(actor, now, rows, Act.REOPENED)
    return len(rows)


def _had(work: FindingWork) -> bool:
    return work.assignee is not None or work.team is not None


def remark(*, actor: Actor, now: datetime, run: Run, chosen: Chosen, note: str) -> int:
    """A note that changes nothing else. Raises finding.note, finding.changed, not_found."""
    text = note.strip()
    if len(text) < MIN_NOTE:
        raise ProblemError(NOTE_SHORT, least=MIN_NOTE)
    return _take(actor, now, run, _rows(actor, run, chosen), chosen, Step(Act.NOTED, {}, text))


def undo(*, actor: Actor, now: datetime, run: Run, chosen: Chosen) -> int:
    """Each finding stands again as before its last step; the step stays in the history. Raises finding.nothing, …"""
    rows = _rows(actor, run, chosen)
    with transaction.atomic():
        for row in rows:
            last = _last_step(row.key)
            if last is None:
                raise ProblemError(NOTHING_TO_UNDO)
            before = dict(last.before)
            if before.get("due"):
                before["due"] = date.fromisoformat(before["due"])
            _take(actor, now, run, [row], chosen, Step(Act.UNDONE, before), quiet=True, undoes=last.pk)
        _record(actor, now, rows, Act.UNDONE)
    return len(rows)


def _last_step(key: int) -> FindingNote | None:
    """The newest step that has not been taken back and is no taking back itself."""
    notes = FindingNote.objects.unscoped(reason=_WHY).filter(key=key).order_by("-pk")
    undone: set[int] = set()
    for note in notes:
        if note.act == Act.UNDONE:
            undone.add(note.before.get("undoes", 0))
        elif note.pk not in undone and note.act != Act.NOTED:
            return note
    return None


def _rows(actor: Actor, run: Run, chosen: Chosen) -> list[RunFinding]:
    """The findings, all of which the actor may work on. Raises not_found, finding.many."""
    scope = actor.require(Permission.FINDING_WORK)
    keys = {key for key, _ in chosen}
    if len(keys) > MOST_AT_ONCE:
        raise ProblemError(FINDINGS_MANY, most=MOST_AT_ONCE)
    rows: list[RunFinding] = []
    wanted = sorted(keys)
    for start in range(0, len(wanted), 500):
        portion = RunFinding.objects.within(scope).filter(run=run, key__in=wanted[start : start + 500])
        rows += portion.only("key", "code", "path", "number", "person")
    if not rows or len(rows) != len(keys):
        raise ProblemError(NOT_FOUND)
    return rows


def _known(keys: Sequence[int]) -> dict[int, FindingWork]:
    found: dict[int, FindingWork] = {}
    for start in range(0, len(keys), 500):
        portion = FindingWork.objects.unscoped(reason=_WHY).filter(key__in=keys[start : start + 500])
        found |= {one.key: one for one in portion}
    return found


def _check(rows: Sequence[RunFinding], chosen: Chosen, known: dict[int, FindingWork]) -> None:
    """Raises finding.changed with what stands there now, when a page is older than the database."""
    versions = dict(chosen)
    changed = [
        known[row.key] for row in rows if row.key in known and known[row.key].version != versions[row.key]
    ]
    if changed:
        last = max(changed, key=lambda one: one.changed_at)
        raise ProblemError(
            FINDING_CHANGED, findings=len(changed), state=last.state, by=last.changed_by,
            at=last.changed_at.isoformat(), note=last.note, to=last.assignee_name or last.team_name,
            keys=[str(one.key) for one in changed[:50]],
        )  # fmt: skip


def _take(
    actor: Actor,
    now: datetime,
    run: Run,
    rows: Sequence[RunFinding],
    chosen: Chosen,
    step: Step,
    *,
    quiet: bool = False,
    undoes: int = 0,
) -> int:
    """One step for every finding, all or none; `quiet`: the caller records it for all together."""
    with transaction.atomic():
        known = _known([row.key for row in rows])
        _check(rows, chosen, known)
        notes = []
        for row in rows:
            work = known.get(row.key)
            before = {name: _plain(getattr(work, name)) for name in _STANDING} if work else _UNTOUCHED
            if undoes:
                before = {**before, "undoes": undoes}
            notes.append(
                FindingNote(key=row.key, at=now, by=actor.user_id, by_name=actor.name[:150], act=step.act,
                            text=step.text[:1000], to=step.to[:80], due=step.due, before=before, path=row.path)
            )  # fmt: skip
        _write(actor, now, rows, known, step)
        FindingNote.objects.bulk_create(notes, batch_size=500)
        _show(run, rows, step)
        if not quiet:
            _record(actor, now, rows, step.act)
    return len(rows)


_UNTOUCHED: dict[str, Any] = {
    "state": WorkState.OPEN.value, "assignee": None, "assignee_name": "", "team": None, "team_name": "",
    "due": None,
}  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _write(
    actor: Actor, now: datetime, rows: Sequence[RunFinding], known: dict[int, FindingWork], step: Step
) -> None:
    """Every finding's row made or changed; whoever was quicker meanwhile wins. Raises finding.changed."""
    who = {"changed_at": now, "changed_by": actor.name[:150]}
    said = {"note": step.text[:1000]} if step.text else {}
    changes = {name: value for name, value in step.changes.items() if name in _STANDING}
    new = [
        FindingWork(key=row.key, code=row.code, path=row.path, **{**_UNTOUCHED, **changes, **who, **said})
        for row in rows
        if row.key not in known
    ]
    try:
        with transaction.atomic():
            FindingWork.objects.bulk_create(new, batch_size=500)
    except IntegrityError as problem:
        raise ProblemError(FINDING_CHANGED, findings=1) from problem
    by_version: dict[int, list[int]] = {}
    for row in rows:
        if row.key in known:
            by_version.setdefault(known[row.key].version, []).append(known[row.key].pk)
    for version, pks in by_version.items():
        for start in range(0, len(pks), 500):
            portion = pks[start : start + 500]
            there = FindingWork.objects.unscoped(reason=_WHY).filter(pk__in=portion, version=version)
            if there.update(version=version + 1, **changes, **who, **said) != len(portion):
                raise ProblemError(FINDING_CHANGED, findings=1)


def _show(run: Run, rows: Sequence[RunFinding], step: Step) -> None:
    """The run's findings carry how they stand: lists and counts ask one table."""
    shown = {
        name: step.changes[name] for name in ("state", "assignee", "team", "due") if name in step.changes
    }
    if not shown:
        return
    numbers = [row.pk for row in rows]
    for start in range(0, len(numbers), 500):
        RunFinding.objects.unscoped(reason=_WHY).filter(pk__in=numbers[start : start + 500]).update(**shown)
    if "state" in shown:
        figures.count_again(run, [row.person for row in rows if row.person is not None])


def _record(actor: Actor, now: datetime, rows: Sequence[RunFinding], act: Act) -> None:
    one = str(rows[0].key) if len(rows) == 1 else ""
    audit.record(
        actor=actor, action=f"finding.{act.value}", now=now, kind="finding", object_id=one,
        path=common_path(row.path for row in rows), details={"findings": len(rows)},
    )  # fmt: skip
