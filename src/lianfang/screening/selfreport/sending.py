"""What somebody without an account does: sends, looks what became of it, corrects, withdraws."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from lianfang.accounts import throttle
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.clock import local_date
from lianfang.kernel.errors import CONFLICT, ProblemError
from lianfang.registry.rules import mask
from lianfang.screening.selfreport import access, body, errors
from lianfang.screening.selfreport.arrivals import drop_arrival, plan_arrival
from lianfang.screening.selfreport.body import Said
from lianfang.screening.selfreport.models import ReportLink, SelfReport
from lianfang.screening.selfreport.rules import (
    UNHANDLED,
    Means,
    ReportState,
    door_part,
    fresh_receipt,
    hashed_receipt,
)
from lianfang.territory.models import Dwelling

#: Within a quarter of an hour. Many phones share one address of a carrier; a compound has thousands of people.
PER_ADDRESS, PER_LINK, LOOKS_PER_ADDRESS = 60, 300, 120
_WHY = "a door of the link's own compound, named by whoever lives there"
_HELD = "whoever holds the receipt"
RESIDENT = Actor(user_id=None, name="resident")


def throttled(address: str, link: ReportLink | None, *, now: datetime) -> None:
    """Count one try: to send through `link`, or (None) to look. Raises self_report.throttled.

    Call it outside any transaction: a try counts although it is refused.
    """
    if link is None:
        limits = {throttle.key_of("self_report.look", address): LOOKS_PER_ADDRESS}
    else:
        limits = {
            throttle.key_of("self_report.address", address): PER_ADDRESS,
            throttle.key_of("self_report.link", link.pk): PER_LINK,
        }
    throttle.demand(limits, now=now, refusal=errors.THROTTLED)


@transaction.atomic
def send(
    *,
    link: ReportLink,
    said: Said,
    key: UUID,
    now: datetime,
    actor: Actor = RESIDENT,
    means: Means = Means.SELF,
) -> tuple[SelfReport, str]:
    """Keep a report; with its receipt, which is told this once. An arrival at a door that is known becomes work.

    Sent again with the same `key`, because the answer was lost: the report that is there, with a fresh receipt.
    Raises self_report.day.
    """
    if not body.fitting_day(said, local_date(now)):
        raise ProblemError(errors.DAY)
    receipt = fresh_receipt()
    rows = SelfReport.objects.unscoped(reason="made by the same page a moment ago")
    if rows.filter(key=key, link=link).update(receipt_hash=hashed_receipt(receipt)):
        return rows.get(key=key), receipt
    door = find_door(link, said)
    report = SelfReport(
        link=link, key=key, path=door.path if door else link.path, kind=said.kind, means=means.value,
        receipt_hash=hashed_receipt(receipt), received_at=now, changed_at=now, dwelling=door.pk if door else None,
    )  # fmt: skip
    _fill(report, said)
    report.save()
    plan_arrival(report, said, now=now, by_name=actor.name)
    report.save(update_fields=["task"])
    audit.record(
        actor=actor, action="self_report.received", now=now, kind="self_report", object_id=report.pk,
        path=report.path, details={"kind": said.kind, "people": report.people, "means": means.value},
    )  # fmt: skip
    return report, receipt


def find_door(link: ReportLink, said: Said) -> Dwelling | None:
    """The one door of the compound that is written like this; None when there is none, or several."""
    rows = Dwelling.objects.unscoped(reason=_WHY).filter(
        building__compound=link.compound, building__name=door_part(said.building), removed_at=None,
        room=door_part(said.room),
    )  # fmt: skip
    if said.unit.strip():
        rows = rows.filter(unit=door_part(said.unit))
    found = list(rows[:2])
    return found[0] if len(found) == 1 else None


def _fill(report: SelfReport, said: Said) -> None:
    report.kind, report.place, report.people = said.kind, body.place_of(said), len(said.people)
    report.arrives_on = said.arrives_on
    report.body = said.model_dump_json(by_alias=True)


def said_in(report: SelfReport) -> Said | None:
    """What the report says; None when it was withdrawn."""
    return Said.model_validate_json(report.body) if report.body else None


@transaction.atomic
def correct(*, receipt: str, version: int, said: Said, now: datetime) -> SelfReport:
    """Say it anew, as long as nobody has handled it; what is masked in it stays as it was.

    Raises not_found, conflict, self_report.handled, self_report.day.
    """
    report = _mine(receipt, version, now)
    before = said_in(report)
    told = body.unmasked(said, before, mask) if before else said
    if told.kind != report.kind or not body.fitting_day(told, local_date(now)):
        raise ProblemError(errors.DAY)
    if before is None or body.place_of(before) != body.place_of(told):
        door = find_door(report.link, told)
        report.dwelling, report.path = (door.pk, door.path) if door else (None, report.link.path)
        if door is None:
            drop_arrival(report)
            report.task = None
    _fill(report, told)
    plan_arrival(report, told, now=now, by_name=RESIDENT.name)
    report.corrected += 1
    return _saved(report, now, "self_report.corrected")


@transaction.atomic
def withdraw(*, receipt: str, version: int, now: datetime) -> SelfReport:
    """What was said is gone; nobody has to go because of it. Raises not_found, conflict, self_report.handled."""
    report = _mine(receipt, version, now)
    drop_arrival(report)
    report.body, report.state, report.place, report.people = "", ReportState.WITHDRAWN.value, "", 0
    return _saved(report, now, "self_report.withdrawn")


def _mine(receipt: str, version: int, now: datetime) -> SelfReport:
    report = access.report_of_receipt(receipt, now=now)
    rows = SelfReport.objects.unscoped(reason=_HELD).filter(pk=report.pk)
    if report.state not in UNHANDLED:
        raise ProblemError(errors.HANDLED)
    # The conditional update is the claim: the desk may take it over in the same moment.
    if not rows.filter(version=version, state=report.state).update(version=version + 1):
        raise ProblemError(CONFLICT)
    report.version = version + 1
    return report


def _saved(report: SelfReport, now: datetime, action: str) -> SelfReport:
    report.changed_at = now
    report.save()
    audit.record(
        actor=RESIDENT, action=action, now=now, kind="self_report", object_id=report.pk, path=report.path
    )
    return report
