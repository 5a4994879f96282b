"""Visits come in: judged one by one, written together. The desk's paper forms go the same way."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lianfang.kernel import bulk
from lianfang.kernel.clock import local_date
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.screening import contradictions, errors, following, intake, measures
from lianfang.screening.intake import Ground, Recorded
from lianfang.screening.models import Leg, ScreeningTask, Statement, TaskStep, Visit, VisitedPerson
from lianfang.screening.rules import Act, Outcome, TaskState, after_visit
from lianfang.screening.visit_body import PersonSeen
from lianfang.screening.writing import save_tasks

__all__ = ["Recorded", "take_visits"]

_STEP = {
    TaskState.RETURNED: Act.TRIED, TaskState.WITH_SECRETARY: Act.PASSED_UP, TaskState.DONE: Act.DONE,
}  # fmt: skip


@dataclass
class _Rows:
    """What is to be written for a batch."""

    visits: list[Visit] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    legs: list[tuple[Statement, PersonSeen]] = field(default_factory=list)
    persons: list[VisitedPerson] = field(default_factory=list)
    steps: list[TaskStep] = field(default_factory=list)
    tasks: dict[int, ScreeningTask] = field(default_factory=dict)


def take_visits(*, now: datetime, facts: Sequence[Recorded]) -> list[ProblemError | None]:
    """Take the visits in their order, inside the caller's transaction; for each None, or why it is refused.

    Refusals: not_found (the door or person is not the worker's), visit.person, visit.field_off. Whoever is new is
    registered by a job. Whether a fact came before is for the caller to know.
    """
    ground, rows, verdicts = intake.read(facts), _Rows(), list[ProblemError | None]()
    for fact in facts:
        try:
            _take(fact, ground, rows)
        except ProblemError as problem:
            verdicts.append(problem)
        else:
            verdicts.append(None)
    _write(rows)
    contradictions.notice(rows.visits, now=now)
    if any(visit.people for visit in rows.visits):
        following.enqueue(now=now)
    if any(statement.matters for statement in rows.statements):
        measures.enqueue(now=now)
    return verdicts


def _take(fact: Recorded, ground: Ground, rows: _Rows) -> None:
    task = ground.task_of(fact)
    path = ground.path_of(fact, task)
    if path is None or not ground.allowed(fact, task, path):
        raise ProblemError(NOT_FOUND)
    for seen in fact.body.people:
        if seen.uid is not None and not ground.knows(seen.uid, fact, task, path):
            raise ProblemError(errors.PERSON, uid=seen.uid)
    done = [*([task] if task is not None else []), *ground.others_of(fact, task)]
    _demand_switched_on(fact, done)
    visit = _visit(fact, task, path)
    rows.visits.append(visit)
    for position, seen in enumerate(fact.body.people):
        if seen.uid is not None:
            rows.persons.append(visited(visit, seen.uid, seen.here))
        if seen.telling:
            statement = _statement(visit, position, seen)
            rows.statements.append(statement)
            if seen.legs:
                rows.legs.append((statement, seen))
    for one in done:
        rows.steps.append(_advance(one, visit, fact))
        rows.tasks[one.pk] = one


def _demand_switched_on(fact: Recorded, tasks: Sequence[ScreeningTask]) -> None:
    """Raises visit.field_off for a field that no reason was named for."""
    used = {name for seen in fact.body.people for name in seen.extra}
    if fact.body.photos:
        used.add("photo")
    if fact.user is not None and any(seen.new and seen.new.id_number for seen in fact.body.people):
        used.add("id_number")  # what residents report of themselves stands under the notice of their own page
    on = {one["field"] for task in tasks for one in task.screening.extra_fields}
    if off := sorted(used - on):
        raise ProblemError(errors.FIELD_OFF, field=off[0])


def _typed_in(fact: Recorded) -> bool:
    return fact.device is None and fact.user is not None


def _visit(fact: Recorded, task: ScreeningTask | None, path: str) -> Visit:
    body = fact.body
    return Visit(
        id=fact.id, task=task, path=path, dwelling=body.door, person=body.person, worker=fact.actor.user_id,
        worker_name=(fact.worker_name or fact.actor.name)[:150], device=fact.device,
        typed_by_name=fact.actor.name[:150] if _typed_in(fact) else "", channel=body.channel.value,
        outcome=body.outcome.value, at=fact.at, corrected_at=fact.corrected_at, received_at=fact.received_at,
        people=len(body.people), newcomers=sum(1 for one in body.people if one.new is not None),
        followed=not body.people, body=body.model_dump_json(by_alias=True, exclude_defaults=True),
    )  # fmt: skip


def visited(visit: Visit, person: int, here: str) -> VisitedPerson:
    """That the visit found this person there, or not."""
    where = {"path": visit.path, "dwelling": visit.dwelling, "at": visit.corrected_at}
    return VisitedPerson(visit=visit, person=person, here=here, **where)


def _statement(visit: Visit, position: int, seen: PersonSeen) -> Statement:
    return Statement(
        visit=visit, path=visit.path, position=position, person=seen.uid, dwelling=visit.dwelling, here=seen.here,
        newcomer=seen.new is not None, matters=seen.matters, returned_on=seen.returned_on, at=visit.corrected_at,
        body=seen.model_dump_json(by_alias=True, exclude_defaults=True),
    )  # fmt: skip


def _advance(task: ScreeningTask, visit: Visit, fact: Recorded) -> TaskStep:
    """The task as it stands after the visit, and the step of its history.

    In whatever order visits come: tries are counted, what is done stays done, the newest visit says how and when next.
    """
    wish = fact.body.next
    said = {name: str(value) for name, value in (wish.model_dump(exclude_none=True) if wish else {}).items()}
    after = after_visit(
        Outcome(visit.outcome), fact.body.channel, tries=task.tries, most=task.screening.tries, said=said
    )
    newest = task.last_at is None or visit.corrected_at >= task.last_at
    settled = task.state in (TaskState.DONE, TaskState.CLOSED)
    task.tries = after.tries
    if newest:
        task.last_outcome, task.last_at = visit.outcome, visit.corrected_at
    if after.state == TaskState.DONE and task.state != TaskState.DONE:
        task.state, task.hint = TaskState.DONE.value, {}
        task.done_on = local_date(visit.corrected_at)
    elif not settled and (newest or after.state == TaskState.WITH_SECRETARY):
        with_secretary = task.state == TaskState.WITH_SECRETARY
        task.state = (TaskState.WITH_SECRETARY if with_secretary else after.state).value
        task.hint = after.hint
    task.version += 1
    return TaskStep(
        task=task, at=visit.corrected_at, act=_STEP[after.state].value, by=visit.worker,
        by_name=visit.worker_name, outcome=visit.outcome, channel=visit.channel, visit=visit.id,
    )  # fmt: skip


def _write(rows: _Rows) -> None:
    bulk.append(rows.visits)
    bulk.append(rows.persons)
    Statement.objects.bulk_create(rows.statements, batch_size=500)
    bulk.append([leg for statement, seen in rows.legs for leg in _legs(statement, seen)])
    bulk.append(rows.steps)
    save_tasks(list(rows.tasks.values()))


def _legs(statement: Statement, seen: PersonSeen) -> list[Leg]:
    return [
        Leg(
            statement=statement,
            path=statement.path,
            person=statement.person,
            mode=one.mode,
            number=one.number,
            date=one.date,
            carriage=one.carriage,
            seat=one.seat,
            from_place=one.from_[:80],
            to_place=one.to[:80],
        )
        for one in seen.legs
    ]


def body_of(visit: Visit) -> dict[str, object]:
    """What the visit says, as it was recorded."""
    found: dict[str, object] = json.loads(visit.body)
    return found
