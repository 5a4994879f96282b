"""Announced arrivals as work: a task for the door, due on the day."""

from datetime import UTC, datetime, time
from typing import Any

from lianfang.accounts.workers import holders, nearest
from lianfang.kernel.clock import LOCAL
from lianfang.kernel.permissions import Permission
from lianfang.screening import sentences
from lianfang.screening.models import ScreeningTask, TaskStep
from lianfang.screening.rules import Act, TaskState, door_order
from lianfang.screening.selfreport.body import Said
from lianfang.screening.selfreport.models import SelfReport
from lianfang.territory.models import Dwelling

URGENCY = 40
_WHY = "the arrival's own task"


def plan_arrival(report: SelfReport, said: Said, *, now: datetime, by_name: str) -> None:
    """Make the task of an arrival whose door is known, or bring it up to date. Inside the caller's transaction."""
    if report.dwelling is None or report.arrives_on is None:
        return
    rows = ScreeningTask.objects.unscoped(reason=_WHY)
    task = rows.filter(screening=report.link.campaign, dwelling=report.dwelling).first()
    if report.task and (task is None or task.pk != report.task):
        _close(report.task)  # the door was another one
    act = Act.REOPENED if task else Act.MADE
    task = task or _new(report, now)
    others = [reason for reason in task.reasons if reason.get("report") != report.pk]
    settled = task.state in (TaskState.DONE, TaskState.CLOSED)
    task.reasons = [_reason(report, said), *([] if settled else others)][:5]
    task.state, task.done_on, task.hint = TaskState.OPEN.value, None, {}
    # The end of the day on which they come; of several arrivals the first counts.
    due = datetime.combine(report.arrives_on, time(20), LOCAL).astimezone(UTC)
    task.due_at = due if settled or act == Act.MADE or others == [] else min(due, task.due_at or due)
    task.version += act != Act.MADE
    task.save()
    report.task = task.pk
    TaskStep.objects.create(
        task=task,
        at=now,
        act=act.value,
        by_name=by_name[:150],
        to_worker=task.worker,
        to_name=task.worker_name,
    )


def drop_arrival(report: SelfReport) -> None:
    """They do not come: nobody has to go, unless others were announced for the same door."""
    if report.task is None:
        return
    task = ScreeningTask.objects.unscoped(reason=_WHY).filter(pk=report.task).first()
    if task is None:
        return
    task.reasons = [reason for reason in task.reasons if reason.get("report") != report.pk]
    task.version += 1
    task.save(update_fields=["reasons", "version"])
    if not task.reasons:
        _close(task.pk)


def _close(task: int) -> None:
    rows = ScreeningTask.objects.unscoped(reason=_WHY).filter(pk=task)
    rows.exclude(state=TaskState.DONE.value).update(state=TaskState.CLOSED.value)


def _new(report: SelfReport, now: datetime) -> ScreeningTask:
    rows = Dwelling.objects.unscoped(reason=_WHY).select_related("building__compound")
    door = rows.get(pk=report.dwelling or 0)
    compound, building = door.building.compound.name, door.building.name
    near = nearest(holders(Permission.FIELD_WORK, now=now), door.path)
    return ScreeningTask(
        screening_id=report.link.campaign, path=door.path, dwelling=door.pk, compound=compound,
        building=building, unit=door.unit, floor=door.floor, room=door.room,
        place=sentences.place(compound, building, door.unit, door.room),
        order=door_order(compound, building, door.unit, door.floor, door.room), urgency=URGENCY,
        worker=near[0].id if near else None, worker_name=near[0].name[:150] if near else "",
    )  # fmt: skip


def _reason(report: SelfReport, said: Said) -> dict[str, Any]:
    first = said.people[0]
    many = len(said.people)
    origin = f"，从{first.from_text}来" if first.from_text else ""
    source = f" from {first.from_text}" if first.from_text else ""
    return {
        "code": "self_report.arrival", "uid": None, "points": URGENCY, "report": report.pk,
        "zh": f"预报：{first.name}等{many}人 {report.arrives_on} 到达{origin}"[:200],
        "en": f"Announced: {first.name}, {many} in all, arriving {report.arrives_on}{source}"[:200],
    }  # fmt: skip
