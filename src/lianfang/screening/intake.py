"""What has to be known to judge the visits of a batch: read together, once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from lianfang.accounts.models import User
from lianfang.accounts.sessions import actor_for
from lianfang.kernel.actor import Actor, Scope
from lianfang.kernel.permissions import Permission
from lianfang.registry.models import Person, Residence
from lianfang.screening.models import ScreeningTask, TaskStep, VisitedPerson
from lianfang.screening.rules import OPEN_STATES, CampaignKind
from lianfang.screening.visit_body import VisitBody
from lianfang.territory.models import Dwelling

_WHY = "whether it lies in the worker's area is decided right after"
_AT_ONCE = 2_000


@dataclass(frozen=True)
class Recorded:
    """One visit as somebody recorded it. `actor`: the worker with what he may do now; `user` None: the system.

    `at` by the clock of the phone, `corrected_at` by ours; `device` None: typed in at the desk, where `worker_name` is
    what stands on the paper (empty: the actor's own name).
    """

    id: UUID
    actor: Actor
    user: User | None
    device: UUID | None
    at: datetime
    corrected_at: datetime
    received_at: datetime
    body: VisitBody
    worker_name: str = ""


@dataclass
class Ground:
    """Doors, people and work that a batch of visits speaks of."""

    doors: dict[int, str]  # dwelling -> path
    tasks: dict[int, ScreeningTask]
    homes: dict[int, list[str]]  # person -> paths of residences
    seen_at: dict[int, set[int]]  # person -> doors where visits have seen him
    handed: dict[tuple[int, int], datetime]  # task, worker -> when it was last taken from him
    _scopes: dict[tuple[int, datetime], Scope] = field(default_factory=dict)
    _at_door: dict[int, list[ScreeningTask]] = field(default_factory=lambda: defaultdict(list))
    _of_person: dict[int, list[ScreeningTask]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for task in self.tasks.values():
            if task.dwelling is not None:
                self._at_door[task.dwelling].append(task)
            for uid in {task.person, *task.people} - {None}:
                self._of_person[uid].append(task)

    def task_of(self, fact: Recorded) -> ScreeningTask | None:
        """The work that the visit does: what it names, else the newest that waits there."""
        body = fact.body
        fitting = self._at_door.get(body.door or 0, []) + self._of_person.get(body.person or 0, [])
        named = [task for task in fitting if task.pk == body.task]
        if named:
            return named[0]
        waiting = [task for task in fitting if task.screening.ended_at is None]
        return max(waiting, key=lambda task: task.pk, default=None)

    def others_of(self, fact: Recorded, task: ScreeningTask | None) -> list[ScreeningTask]:
        """Work of other campaigns at the same door that the visit does as well: nobody is disturbed twice.

        Of a list of people only when the visit says of each of them how it stands, or that nobody was met at all.
        """
        body = fact.body
        told = {one.uid for one in body.people if one.here != "unknown"}
        return [
            other
            for other in self._at_door.get(body.door or 0, [])
            if (task is None or other.screening_id != task.screening_id)
            and other.state in OPEN_STATES
            and other.screening.ended_at is None
            and (
                other.screening.kind == CampaignKind.HOUSEHOLD
                or not body.people
                or told.issuperset(other.people)
            )
        ]

    def path_of(self, fact: Recorded, task: ScreeningTask | None) -> str | None:
        """The area that the visit belongs to; None when there is no such door or person in it."""
        body = fact.body
        if body.door is not None:
            return self.doors.get(body.door)
        if task is not None:
            return str(task.path)
        scope = fact.actor.scope(Permission.FIELD_WORK)
        homes = self.homes.get(body.person or 0, [])
        return next((path for path in homes if scope.covers(path)), None)

    def allowed(self, fact: Recorded, task: ScreeningTask | None, path: str) -> bool:
        """Whether it was the worker's to record: his area now or then, or work that was his at that moment."""
        if fact.actor.scope(Permission.FIELD_WORK).covers(path):
            return True
        if fact.device is None and fact.actor.scope(Permission.SCREENING_MANAGE).covers(path):
            return True  # a paper form, typed in at the desk
        if fact.user is None:
            return False
        if task is not None and task.worker == fact.user.pk:
            return True
        if task is not None:
            taken = self.handed.get((task.pk, fact.user.pk))
            if taken is not None and fact.corrected_at <= taken:
                return True
        return self._scope_then(fact.user, fact.corrected_at).covers(path)

    def _scope_then(self, user: User, moment: datetime) -> Scope:
        key = (user.pk, moment.replace(minute=0, second=0, microsecond=0))
        if key not in self._scopes:
            self._scopes[key] = actor_for(user, now=moment).scope(Permission.FIELD_WORK)
        return self._scopes[key]

    def knows(self, uid: int, fact: Recorded, task: ScreeningTask | None, path: str) -> bool:
        """Whether this person may be spoken of there: he is asked for, at home in the area, or was seen at the door."""
        if task is not None and uid in task.people:
            return True
        if fact.body.door is not None and fact.body.door in self.seen_at.get(uid, ()):
            return True
        scope = fact.actor.scope(Permission.FIELD_WORK)
        return any(home == path or scope.covers(home) for home in self.homes.get(uid, ()))


def read(facts: Sequence[Recorded]) -> Ground:
    """Everything that the visits speak of. Locks the work, in order, until the transaction ends."""
    doors = {one.body.door for one in facts if one.body.door is not None}
    persons = {one.body.person for one in facts if one.body.person is not None}
    uids = persons | {seen.uid for one in facts for seen in one.body.people if seen.uid is not None}
    tasks = _tasks(doors, persons)
    workers = {one.user.pk for one in facts if one.user is not None}
    return Ground(
        doors=_paths(doors),
        tasks=tasks,
        homes=_homes(uids),
        seen_at=_seen(uids),
        handed=_handed(tasks, workers),
    )


def _portions(wanted: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(wanted)
    return (ordered[start : start + _AT_ONCE] for start in range(0, len(ordered), _AT_ONCE))


def _paths(doors: set[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for portion in _portions(doors):
        rows = Dwelling.objects.unscoped(reason=_WHY).filter(pk__in=portion)
        found |= dict(rows.values_list("pk", "path"))
    return found


def _tasks(doors: set[int], persons: set[int]) -> dict[int, ScreeningTask]:
    """Work that is there, settled or not, of campaigns whose lists are made."""
    rows = ScreeningTask.objects.unscoped(reason=_WHY).filter(screening__made_at__isnull=False)
    locked: Any = rows.select_for_update(of=("self",)).select_related("screening")
    found: list[ScreeningTask] = []
    for portion in _portions(doors):
        found += locked.filter(dwelling__in=portion).order_by("pk")
    for portion in _portions(persons):
        found += locked.filter(person__in=portion).order_by("pk")
    return {task.pk: task for task in found}


def _homes(uids: set[int]) -> dict[int, list[str]]:
    """Where each lives; of somebody who was found to be another person, where that one does."""
    found: dict[int, list[str]] = defaultdict(list)
    for portion in _portions(uids):
        people = Person.objects.unscoped(reason=_WHY).filter(pk__in=portion, pending=False)
        into = {pk: merged or pk for pk, merged in people.values_list("pk", "merged_into")}
        homes = Residence.objects.unscoped(reason=_WHY).filter(person__in=set(into.values()))
        paths: dict[int, list[str]] = defaultdict(list)
        for person, path in homes.order_by("pk").values_list("person", "path"):
            paths[person].append(path)
        for pk, person in into.items():
            found[pk] = paths[person]
    return found


def _seen(uids: set[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for portion in _portions(uids):
        rows = VisitedPerson.objects.unscoped(reason=_WHY).filter(person__in=portion, dwelling__isnull=False)
        for person, door in rows.values_list("person", "dwelling"):
            if door is not None:
                found[person].add(door)
    return found


def _handed(tasks: dict[int, ScreeningTask], workers: set[int]) -> dict[tuple[int, int], datetime]:
    found: dict[tuple[int, int], datetime] = {}
    for portion in _portions(tasks):
        steps = TaskStep.objects.filter(task__in=portion, from_worker__in=workers).order_by("at")
        for task, worker, at in steps.values_list("task", "from_worker", "at"):
            if worker is not None:
                found[task, worker] = at
    return found
