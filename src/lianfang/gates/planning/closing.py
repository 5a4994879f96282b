"""Closing gates with a reason, a day of review and exceptions; looking at them again; opening them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from lianfang.gates.planning import access
from lianfang.gates.planning.errors import CLOSED, LAST_GATE, OPEN, REOPENED, REVIEW, WORDS
from lianfang.gates.planning.models import GateClosure, GatePlan
from lianfang.gates.planning.rules import LEAST_WORDS, LONGEST_CLOSURE_DAYS, ClosedFor, Exempt
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.clock import local_date
from lianfang.kernel.errors import CONFLICT, ProblemError
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.territory import gates
from lianfang.territory.models import Gate


@dataclass(frozen=True)
class Order:
    """Why gates are closed, when somebody looks at that again, and for whom they are opened all the same."""

    reason: ClosedFor
    text: str
    review_on: date
    exempt: tuple[Exempt, ...] = ()
    exempt_text: str = ""


def demand(order: Order, now: datetime) -> None:
    """Raises plan.words, plan.review."""
    demand_words(order.text)
    demand_day(order.review_on, now)


def demand_words(text: str) -> None:
    """Raises plan.words."""
    if len(text.strip()) < LEAST_WORDS:
        raise ProblemError(WORDS, least=LEAST_WORDS)


def demand_day(day: date, now: datetime) -> None:
    """Raises plan.review."""
    if not timedelta(days=1) <= day - local_date(now) <= timedelta(days=LONGEST_CLOSURE_DAYS):
        raise ProblemError(REVIEW, most=LONGEST_CLOSURE_DAYS)


def settle(actor: Actor, now: datetime, plan: GatePlan, gate: Gate, order: Order, *, is_open: bool) -> None:
    """Leave one gate open or closed by a decision, inside its transaction. A closure that stands is superseded."""
    for one in _standing_of(gate):
        _over(actor, now, one, one.version, order.text)
    gates.set_open(actor=actor, now=now, gate=gate, is_open=is_open)
    if not is_open:
        _make(actor, now, gate, order, plan)


def close(*, actor: Actor, now: datetime, gate: int, version: int, order: Order) -> GateClosure:
    """Close one gate without a plan; or say why one is closed of which a map said no more than that.

    `version`: of the gate. Raises plan.words, plan.review, plan.closed, plan.last_gate, conflict, forbidden, not_found.
    """
    found = access.gate(actor, gate)
    demand(order, now)
    with transaction.atomic():
        _at(found, version)
        if _standing_of(found).exists():
            raise ProblemError(CLOSED)
        others = Gate.objects.unscoped(reason="of the same compound").filter(compound=found.compound_id)
        if found.is_open and not others.filter(is_open=True, walking=True).exclude(pk=found.pk).exists():
            raise ProblemError(LAST_GATE)
        gates.set_open(actor=actor, now=now, gate=found, is_open=False)
        try:
            with transaction.atomic():
                made = _make(actor, now, found, order, None)
        except IntegrityError as twice:  # of two who say why at once, one does
            raise ProblemError(CLOSED) from twice
        _record(actor, "gate_closure.made", now, made)
    return made


def open_gate(*, actor: Actor, now: datetime, gate: int, version: int, text: str) -> Gate:
    """Open one gate again, also one of which nobody said why it is closed.

    Raises plan.words, plan.open, conflict, forbidden, not_found.
    """
    found = access.gate(actor, gate)
    demand_words(text)
    with transaction.atomic():
        _at(found, version)
        if found.is_open:
            raise ProblemError(OPEN)
        for one in _standing_of(found):
            _over(actor, now, one, one.version, text)
        gates.set_open(actor=actor, now=now, gate=found, is_open=True, why=text)
    return found


def _at(gate: Gate, version: int) -> None:
    if gate.version != version:
        raise ProblemError(CONFLICT, name=gate.name)


def _standing_of(gate: Gate) -> ScopedQuerySet[GateClosure]:
    rows = GateClosure.objects.unscoped(reason="of a gate that the actor decides on")
    return rows.filter(gate=gate, reopened_at=None)


def _make(actor: Actor, now: datetime, gate: Gate, order: Order, plan: GatePlan | None) -> GateClosure:
    return GateClosure.objects.create(
        path=gate.compound.path, gate=gate, gate_name=gate.name, plan=plan, compound=gate.compound,
        reason=order.reason.value, text=order.text.strip(), review_on=order.review_on,
        exempt=[one.value for one in order.exempt], exempt_text=order.exempt_text.strip(), decided_at=now,
        decided_by_name=actor.name,
    )  # fmt: skip


def reopen(*, actor: Actor, now: datetime, closure: int, version: int, text: str) -> GateClosure:
    """Open one gate again. Raises plan.words, plan.reopened, conflict, forbidden, not_found."""
    found = access.closure(actor, closure)
    demand_words(text)
    _standing(found)
    with transaction.atomic():
        lift(actor, now, found, version, text)
    return found


def review(
    *, actor: Actor, now: datetime, closure: int, version: int, text: str, review_on: date
) -> GateClosure:
    """Looked at again: it stays closed, until another day. Raises plan.words, plan.review, plan.reopened, …"""
    found = access.closure(actor, closure)
    demand_words(text)
    demand_day(review_on, now)
    _standing(found)
    with transaction.atomic():
        told = {"reviewed_by_name": actor.name, "reviewed_text": text.strip()}
        _claim(found, version, review_on=review_on, reviewed_at=now, **told)
        _record(actor, "gate_closure.reviewed", now, found)
    return found


def lift(actor: Actor, now: datetime, closure: GateClosure, version: int, text: str) -> None:
    """Open its gate, inside the caller's transaction. Raises conflict."""
    _over(actor, now, closure, version, text)
    if closure.gate is not None:  # a gate taken off the map is open to nobody
        gates.set_open(actor=actor, now=now, gate=closure.gate, is_open=True)


def _over(actor: Actor, now: datetime, closure: GateClosure, version: int, text: str) -> None:
    told = {"reopened_by_name": actor.name, "reopened_text": text.strip()}
    _claim(closure, version, reopened_at=now, **told)
    _record(actor, "gate_closure.ended", now, closure)


def _standing(closure: GateClosure) -> None:
    if closure.reopened_at is not None:
        raise ProblemError(REOPENED)


def _claim(closure: GateClosure, version: int, **changes: object) -> None:
    rows = GateClosure.objects.unscoped(reason="the caller has been let in")
    if not rows.filter(pk=closure.pk, version=version).update(version=F("version") + 1, **changes):
        raise ProblemError(CONFLICT)
    for name, value in {**changes, "version": version + 1}.items():
        setattr(closure, name, value)


def _record(actor: Actor, action: str, now: datetime, closure: GateClosure) -> None:
    audit.record(
        actor=actor, action=action, now=now, kind="gate_closure", object_id=closure.pk, path=closure.path,
        details={"gate": closure.gate_name, "review_on": closure.review_on.isoformat()},
    )  # fmt: skip
