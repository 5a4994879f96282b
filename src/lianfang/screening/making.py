"""The work of a campaign: which doors, whom to ask for and why, who goes there. Done by a job."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from django.db import transaction

from lianfang.accounts.workers import Holder, holders, nearest
from lianfang.kernel.actor import EVERYWHERE, Scope
from lianfang.kernel.permissions import Permission
from lianfang.registry.models import Residence
from lianfang.screening import reconciled, sentences
from lianfang.screening.households import Dweller, Households, households, uids_of
from lianfang.screening.models import Screening, ScreeningTask
from lianfang.screening.rules import CampaignKind, door_order
from lianfang.territory.models import Dwelling

Tell = Callable[[str, float], None]
Finishing = Callable[[], AbstractContextManager[dict[str, object]]]
_AT_ONCE = 2_000
MOST_REASONS = 12
#: A door without any question is asked last.
PLAIN = 1
_WHY = "the tasks of a campaign, made once"


def make(campaign: Screening, *, now: datetime, tell: Tell, finishing: Finishing) -> None:
    """Write the tasks of the campaign; nobody sees them before all are there. May be begun again after a kill."""
    scope = scope_of(campaign)
    ScreeningTask.objects.unscoped(reason=_WHY).filter(screening=campaign).delete()
    tell("screening.people", 0.05)
    made = _tasks(campaign, scope)
    who = _Division(holders(Permission.FIELD_WORK, now=now))
    total = len(made) or 1
    for start in range(0, len(made), _AT_ONCE):
        tell("screening.tasks", 0.3 + 0.6 * start / total)
        portion = made[start : start + _AT_ONCE]
        for task in portion:
            who.give(task)
        with transaction.atomic():
            ScreeningTask.objects.bulk_create(portion, batch_size=500)
    with finishing() as outcome:
        outcome["tasks"] = len(made)
        Screening.objects.unscoped(reason=_WHY).filter(pk=campaign.pk).update(made_at=now)


def scope_of(campaign: Screening) -> Scope:
    """The part of the territory that a campaign goes through."""
    paths = tuple(sorted(campaign.areas)) or (campaign.path,)
    return EVERYWHERE if "" in paths else Scope(paths)


def _tasks(campaign: Screening, scope: Scope) -> list[ScreeningTask]:
    behind = households(scope)
    if campaign.kind == CampaignKind.PEOPLE:
        return _of_people(campaign, scope, behind)
    questions = _questions(scope, None)
    doors = _doors(scope)
    return [_door(campaign, row, behind.get(row["pk"], {}), questions) for row in doors]


def _questions(scope: Scope, uids: Sequence[int] | None) -> dict[int, list[reconciled.Question]]:
    found: dict[int, list[reconciled.Question]] = defaultdict(list)
    for one in reconciled.lists().questions(scope, uids):
        found[one.uid].append(one)
    return found


def _doors(scope: Scope, pks: Sequence[int] | None = None) -> Iterator[dict[str, Any]]:
    """Every door there is, with the names of its building and compound."""
    rows = Dwelling.objects.within(scope).filter(removed_at=None)
    columns = ("pk", "path", "unit", "floor", "room", "building__name", "building__compound__name")
    for start in range(0, len(pks) if pks is not None else 1, _AT_ONCE):
        portion = rows if pks is None else rows.filter(pk__in=pks[start : start + _AT_ONCE])
        yield from portion.order_by("pk").values(*columns).iterator(chunk_size=_AT_ONCE)


def _door(
    campaign: Screening,
    row: dict[str, Any],
    people: dict[int, Dweller],
    questions: dict[int, list[reconciled.Question]],
) -> ScreeningTask:
    reasons = [_reason(one) for uid in sorted(people) for one in questions.get(uid, ())]
    points = [one.points for uid in people for one in questions.get(uid, ())]
    compound, building = row["building__compound__name"], row["building__name"]
    return ScreeningTask(
        screening=campaign, path=row["path"], dwelling=row["pk"], people=uids_of(people.values()),
        compound=compound, building=building, unit=row["unit"], floor=row["floor"], room=row["room"],
        place=sentences.place(compound, building, row["unit"], row["room"]),
        order=door_order(compound, building, row["unit"], row["floor"], row["room"]),
        reasons=sorted(reasons, key=lambda one: -one["points"])[:MOST_REASONS], urgency=urgency(points),
        due_at=campaign.due_at,
    )  # fmt: skip


def urgency(points: Sequence[int]) -> int:
    """As the work list of a run adds it up: the most urgent question, and 2 for every further one, 10 at most."""
    return max(points) + min(10, 2 * (len(points) - 1)) if points else PLAIN


def _reason(one: reconciled.Question) -> dict[str, Any]:
    return {"code": one.code, "uid": one.uid, "points": one.points, "zh": one.zh, "en": one.en}


def _of_people(campaign: Screening, scope: Scope, behind: Households) -> list[ScreeningTask]:
    """A task for the door of each of the people chosen, and one for each who has no door."""
    wanted = {int(uid) for uid in campaign.choice.get("uids", [])}
    questions = _questions(scope, sorted(wanted))
    for uid in wanted:
        named = sentences.on_the_list(campaign.title)
        questions[uid].append(reconciled.Question(uid, "screening.listed", 60, named["zh"], named["en"]))
    doors = {door: people for door, people in behind.items() if wanted & people.keys()}
    made = []
    for row in _doors(scope, sorted(doors)):
        people = doors[row["pk"]]
        asked = {uid: one for uid, one in people.items() if uid in wanted}
        task = _door(campaign, row, asked, questions)
        made.append(task)
    housed = {uid for task in made for uid in task.people}
    return made + _without_door(campaign, scope, sorted(wanted - housed), questions)


def _without_door(
    campaign: Screening, scope: Scope, uids: Sequence[int], questions: dict[int, list[reconciled.Question]]
) -> list[ScreeningTask]:
    paths: dict[int, tuple[str, str]] = {}
    for start in range(0, len(uids), _AT_ONCE):
        homes = Residence.objects.within(scope).filter(person__in=uids[start : start + _AT_ONCE], until=None)
        for person, path, address in homes.order_by("-since").values_list("person", "path", "address"):
            paths.setdefault(person, (path, address))
    made = []
    for uid in uids:
        if uid not in paths:
            continue  # nobody of this area
        asked = questions.get(uid, [])
        path, address = paths[uid]
        made.append(
            ScreeningTask(
                screening=campaign,
                path=path,
                person=uid,
                people=[uid],
                place=address[:200],
                order=door_order(address[:150], "", "", None, ""),
                reasons=[_reason(one) for one in asked],
                urgency=urgency([one.points for one in asked]),
                due_at=campaign.due_at,
            )
        )
    return made


class _Division:
    """Gives each task to the worker of its grid; several share a grid building by building."""

    def __init__(self, workers: Sequence[Holder]) -> None:
        self._workers = workers
        self._near: dict[str, list[Holder]] = {}
        self._buildings: dict[tuple[str, str, str], int] = {}

    def give(self, task: ScreeningTask) -> None:
        if task.path not in self._near:
            self._near[task.path] = nearest(self._workers, task.path)
        near = self._near[task.path]
        if near:
            key = (task.path, task.compound, task.building)
            turn = self._buildings.setdefault(key, len(self._buildings))
            chosen = near[turn % len(near)]
            task.worker, task.worker_name = chosen.id, chosen.name[:150]
