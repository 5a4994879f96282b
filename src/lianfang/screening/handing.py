"""Work changes hands: given to somebody, handed over with a reason, opened again. Every step stays in the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lianfang.accounts.workers import Holder, holders
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.screening import access, errors
from lianfang.screening.models import Screening, ScreeningTask, TaskStep
from lianfang.screening.rules import OPEN_STATES, Act, TaskState
from lianfang.territory.rules import common_path

LEAST_REASON = 2
MOST_AT_ONCE = 20_000
_OPEN = [one.value for one in OPEN_STATES]
_WHY = "only work that the actor may give away gets here"


@dataclass(frozen=True)
class Which:
    """Either some tasks, as the page showed them (number, version), or everything open of one worker (0: nobody's).

    `path`: only below this area.
    """

    chosen: Sequence[tuple[int, int]] = ()
    worker: int | None = None
    path: str = ""


def workers(actor: Actor, *, now: datetime) -> list[Holder]:
    """Who can be given work: whoever may work in the field in an area that the actor manages or that holds it."""
    scope = actor.require(Permission.SCREENING_MANAGE)
    return [
        one
        for one in holders(Permission.FIELD_WORK, now=now)
        if any(scope.covers(path) or any(own.startswith(path) for own in scope.paths) for path in one.paths)
    ]


def hand_over(
    *, actor: Actor, now: datetime, campaign: int, which: Which, to: int | None, reason: str
) -> int:
    """Give work to somebody (None: nobody's); how many tasks. What the former worker has recorded before is taken.

    Work that was with the secretary is somebody's again. Raises forbidden, not_found, screening.reason,
    screening.ended, screening.worker, screening.task_changed, screening.tasks_many.
    """
    found = access.campaign(actor, campaign, Permission.SCREENING_MANAGE)
    words = reason.strip()[:300]
    if len(words) < LEAST_REASON:
        raise ProblemError(errors.REASON, least=LEAST_REASON)
    if found.ended_at is not None:
        raise ProblemError(errors.ENDED)
    receiver = _receiver(actor, to, now)
    with transaction.atomic():
        tasks = _tasks(actor, found, which)
        if receiver and not all(receiver.covers(task.path) for task in tasks):
            raise ProblemError(errors.WORKER)
        _give(actor, now, tasks, receiver, words)
        audit.record(
            actor=actor, action="screening.handed", now=now, kind="screening", object_id=campaign,
            path=common_path(task.path for task in tasks), details={"tasks": len(tasks), "to": to},
        )  # fmt: skip
    return len(tasks)


def _receiver(actor: Actor, to: int | None, now: datetime) -> Holder | None:
    if to is None:
        return None
    found = next((one for one in workers(actor, now=now) if one.id == to), None)
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def _tasks(actor: Actor, campaign: Screening, which: Which) -> list[ScreeningTask]:
    rows = access.tasks(actor, Permission.SCREENING_MANAGE).filter(screening=campaign, state__in=_OPEN)
    if which.path:
        rows = rows.filter(path__gte=which.path, path__lt=f"{which.path}~")
    rows = rows.select_for_update().order_by("pk")
    if which.chosen:
        versions = dict(which.chosen)
        found = list(rows.filter(pk__in=list(versions)))
        if len(found) != len(versions):
            raise ProblemError(NOT_FOUND)
        if any(task.version != versions[task.pk] for task in found):
            raise ProblemError(errors.TASK_CHANGED)
        return found
    if which.worker is None:
        raise ProblemError(NOT_FOUND)
    found = list(rows.filter(worker=which.worker or None)[: MOST_AT_ONCE + 1])
    if len(found) > MOST_AT_ONCE:
        raise ProblemError(errors.TASKS_MANY, most=MOST_AT_ONCE)
    if not found:
        raise ProblemError(NOT_FOUND)
    return found


def _give(
    actor: Actor, now: datetime, tasks: Sequence[ScreeningTask], receiver: Holder | None, words: str
) -> None:
    name = receiver.name[:150] if receiver else ""
    steps = [
        TaskStep(
            task=task,
            at=now,
            act=(Act.HANDED if task.worker is not None else Act.ASSIGNED).value,
            by=actor.user_id,
            by_name=actor.name[:150],
            from_worker=task.worker,
            from_name=task.worker_name,
            to_worker=receiver.id if receiver else None,
            to_name=name,
            text=words,
        )
        for task in tasks
    ]
    TaskStep.objects.bulk_create(steps, batch_size=500)
    for task in tasks:
        task.worker, task.worker_name = (receiver.id if receiver else None), name
        task.version += 1
        if receiver and task.state == TaskState.WITH_SECRETARY:
            task.state = TaskState.RETURNED.value
    columns = ["worker", "worker_name", "version", "state"]
    ScreeningTask.objects.unscoped(reason=_WHY).bulk_update(tasks, columns, batch_size=500)


def reopen(*, actor: Actor, now: datetime, task: int, version: int, reason: str) -> ScreeningTask:
    """The door is to be seen again; tries begin anew. Whoever had it has it.

    Raises forbidden, not_found, screening.reason, screening.ended, screening.task_changed.
    """
    words = reason.strip()[:300]
    if len(words) < LEAST_REASON:
        raise ProblemError(errors.REASON, least=LEAST_REASON)
    with transaction.atomic():
        rows = access.tasks(actor, Permission.SCREENING_MANAGE).select_related("screening")
        found = rows.select_for_update(of=("self",)).filter(pk=task).first()
        if found is None:
            raise ProblemError(NOT_FOUND)
        if found.screening.ended_at is not None:
            raise ProblemError(errors.ENDED)
        if found.version != version or found.state in _OPEN:
            raise ProblemError(errors.TASK_CHANGED)
        found.state, found.tries, found.done_on = TaskState.OPEN.value, 0, None
        found.version += 1
        found.save(update_fields=["state", "tries", "done_on", "version"])
        TaskStep.objects.create(
            task=found, at=now, act=Act.REOPENED.value, by=actor.user_id, by_name=actor.name[:150], text=words
        )
        audit.record(
            actor=actor, action="screening.reopened", now=now, kind="screening", object_id=found.screening_id,
            path=found.path, details={"task": task},
        )  # fmt: skip
    return found
