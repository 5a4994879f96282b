"""What the desk does with a report: looks, plans, takes it over as a visit, or says why not."""

import uuid
from datetime import date, datetime

from django.db import transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import CONFLICT, NOT_FOUND, ProblemError
from lianfang.screening.facts import Recorded, take_visits
from lianfang.screening.rules import Channel
from lianfang.screening.selfreport import access, errors
from lianfang.screening.selfreport.arrivals import drop_arrival, plan_arrival
from lianfang.screening.selfreport.body import Said, as_visit
from lianfang.screening.selfreport.models import ReportLink, SelfReport
from lianfang.screening.selfreport.rules import UNHANDLED, Means, ReportState
from lianfang.screening.selfreport.sending import said_in, send
from lianfang.territory.models import Dwelling

_OF_THE_COMPOUND = "cut to the report's compound, and to the actor's scope right after"


def look(*, actor: Actor, now: datetime, report: int) -> SelfReport:
    """Open a report; that somebody looked is recorded, and shown to whoever reported. Raises forbidden, not_found."""
    found = access.report(actor, report)
    if found.state == ReportState.RECEIVED:
        rows = access.reports(actor).filter(pk=report, state=ReportState.RECEIVED.value)
        rows.update(state=ReportState.LOOKING.value, changed_at=now)
        found.refresh_from_db()
    audit.read(
        actor=actor, action="self_report.read", now=now, kind="self_report", object_id=report, path=found.path
    )
    return found


@transaction.atomic
def plan(
    *, actor: Actor, now: datetime, report: int, version: int, on: date, answer: str, door: int | None = None
) -> SelfReport:
    """Somebody will come on that day. For an arrival the door's task is made if it is not there yet.

    Raises forbidden, not_found, conflict, self_report.handled, self_report.door.
    """
    found = _claimed(actor, report, version)
    _at_door(actor, found, door)
    said = said_in(found)
    if said is not None:
        plan_arrival(found, said, now=now, by_name=actor.name)
    found.planned_on = on
    return _handled(actor, now, found, ReportState.PLANNED, answer)


@transaction.atomic
def take(
    *, actor: Actor, now: datetime, report: int, version: int, answer: str, door: int | None = None
) -> SelfReport:
    """A family's report becomes a visit, with everything that follows from one; an arrival becomes the door's work.

    Raises forbidden, not_found, conflict, self_report.handled, self_report.door, and what a visit is refused for.
    """
    found = _claimed(actor, report, version)
    path = _at_door(actor, found, door)
    said = said_in(found)
    if said is None or found.dwelling is None or path is None:
        raise ProblemError(errors.DOOR)
    if found.kind == "arrival":
        plan_arrival(found, said, now=now, by_name=actor.name)
        found.planned_on = found.arrives_on
        return _handled(actor, now, found, ReportState.PLANNED, answer)
    channel = Channel.PAPER if found.means == Means.PAPER else Channel.SELF
    fact = Recorded(
        id=uuid.uuid4(), actor=actor, user=None, device=None, at=found.received_at,
        corrected_at=found.received_at, received_at=now,
        body=as_visit(said, door=found.dwelling, channel=channel),
    )  # fmt: skip
    refused = take_visits(now=now, facts=[fact])[0]
    if refused is not None:
        raise refused
    found.visit = fact.id
    return _handled(actor, now, found, ReportState.TAKEN, answer)


@transaction.atomic
def refuse(
    *, actor: Actor, now: datetime, report: int, version: int, verdict: ReportState, answer: str
) -> SelfReport:
    """Known already, or no such door: with an answer. Raises forbidden, not_found, conflict, self_report.handled,
    self_report.answer.
    """
    if verdict == ReportState.WRONG_DOOR and not answer.strip():
        raise ProblemError(errors.ANSWER)
    found = _claimed(actor, report, version)
    drop_arrival(found)
    return _handled(actor, now, found, verdict, answer)


@transaction.atomic
def type_in(
    *, actor: Actor, now: datetime, link: ReportLink, said: Said, key: uuid.UUID, door: int | None
) -> tuple[SelfReport, str]:
    """A paper form, typed in at the desk; taken over at once where its door is known or named. With its receipt.

    Raises self_report.day, self_report.door, not_found, and what a visit is refused for.
    """
    made, receipt = send(link=link, said=said, key=key, now=now, actor=actor, means=Means.PAPER)
    if made.state == ReportState.RECEIVED and (made.dwelling is not None or door is not None):
        actor.require(access.MANAGE, made.path)
        made = take(actor=actor, now=now, report=made.pk, version=made.version, answer="", door=door)
    return made, receipt


def _claimed(actor: Actor, report: int, version: int) -> SelfReport:
    """The report, this actor's to decide: of two who decide at once, one does."""
    found = access.report(actor, report)
    if found.state not in UNHANDLED:
        raise ProblemError(errors.HANDLED)
    rows = access.reports(actor).filter(pk=report, version=version, state=found.state)
    if not rows.update(version=version + 1):
        raise ProblemError(CONFLICT)
    found.version = version + 1
    return found


def _at_door(actor: Actor, report: SelfReport, door: int | None) -> str | None:
    """Put the report behind the door that the actor names; the path, None when there is no door yet."""
    pk = door if door is not None else report.dwelling
    if pk is None:
        return None
    rows = Dwelling.objects.unscoped(reason=_OF_THE_COMPOUND)
    found = rows.filter(pk=pk, building__compound=report.link.compound, removed_at=None).first()
    if found is None:
        raise ProblemError(errors.DOOR if door is not None else NOT_FOUND)
    actor.require(access.MANAGE, found.path)
    report.dwelling, report.path = found.pk, found.path
    return str(found.path)


def _handled(actor: Actor, now: datetime, report: SelfReport, state: ReportState, answer: str) -> SelfReport:
    report.state, report.answer, report.changed_at = state.value, answer.strip()[:300], now
    report.handled_by_name = actor.name[:150]
    report.save()
    audit.record(
        actor=actor, action=f"self_report.{state.value}", now=now, kind="self_report", object_id=report.pk,
        path=report.path,
    )  # fmt: skip
    return report
