"""Withdrawing a pass for a time: with a reason out of a list, in words, and always with an end.

There is no withdrawal without an end and none longer than the area's rule says: nobody is shut out for good. The holder
is told, and may object (objecting.py).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from lianfang.gates import access, errors
from lianfang.gates.issuing import record
from lianfang.gates.models import GateRule, Pass, Revocation
from lianfang.gates.rules import LEAST_WORDS, PassState, Reason, ancestors_or_self
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.clock import LOCAL
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.territory.access import area_for

_ABOVE = "the rule of an area above holds here as well"
_SAME = "whether it is withdrawn already does not depend on who asks"
TOLD = ("notice", "message", "phone", "page")


@dataclass(frozen=True)
class Limits:
    """Hours within which an objection is decided; the most hours of a guard, the most days of a withdrawal."""

    objection_hours: int
    suspend_hours: int
    revoke_days: int


USUAL = Limits(24, 12, 14)
_MOST = Limits(72, 24, 30)


def limits_at(path: str) -> Limits:
    """Of the nearest area that has a rule; else the usual ones."""
    rows = GateRule.objects.unscoped(reason=_ABOVE).filter(path__in=ancestors_or_self(path))
    found = max(rows, key=lambda one: len(one.path), default=None)
    return Limits(found.objection_hours, found.suspend_hours, found.revoke_days) if found else USUAL


@transaction.atomic
def put_limits(*, actor: Actor, now: datetime, area: int, limits: Limits) -> GateRule:
    """An area's own rule. Raises forbidden, not_found, pass.kind_unfit."""
    place = area_for(actor, access.MANAGE, area)
    for name, most in vars(_MOST).items():
        if not 1 <= getattr(limits, name) <= most:
            raise ProblemError(errors.KIND_UNFIT, field=name)
    values = {**vars(limits), "changed_at": now, "changed_by_name": actor.name[:150]}
    made, _ = GateRule.objects.unscoped(reason=_ABOVE).update_or_create(path=place.path, defaults=values)
    audit.record(
        actor=actor, action="pass.limits_put", now=now, kind="gate_rule", object_id=made.pk, path=place.path,
        details=dict(vars(limits)),
    )  # fmt: skip
    return made


@transaction.atomic
def revoke(
    *, actor: Actor, now: datetime, pass_: int, reason: Reason, text: str, until: datetime
) -> Revocation:
    """Refuse a pass everywhere until a moment. Raises forbidden, not_found, pass.words, pass.end, pass.over,
    pass.already_revoked.
    """
    found = access.one_pass(actor, pass_, access.REVOKE)
    hours = limits_at(found.path).revoke_days * 24
    return _withdraw(actor, now, found, reason, text, (now, until), hours)


def revoke_for(
    *, actor: Actor, now: datetime, pass_: int, reason: Reason, text: str, hours: int
) -> Revocation:
    """`revoke` for so many hours from now."""
    until = now + timedelta(hours=hours)
    return revoke(actor=actor, now=now, pass_=pass_, reason=reason, text=text, until=until)


@transaction.atomic
def suspend(
    *, actor: Actor, now: datetime, serial: str, reason: Reason, text: str, hours: int, fact: UUID | None,
    at: datetime | None = None,
) -> Revocation:  # fmt: skip
    """Refuse a pass for hours, by a guard at a gate; sent again (the same `fact`) it is the same one.

    `at`: when the guard did it. Raises forbidden, not_found, pass.words, pass.end, pass.over, pass.already_revoked.
    """
    scope = actor.require(Permission.GATE_WORK)
    if fact is not None:
        same = Revocation.objects.unscoped(reason=_SAME).select_related("of").filter(fact=fact).first()
        if same is not None:
            return same
    found = Pass.objects.within(scope).filter(serial=serial).first() or _at_own_gate(actor, serial)
    since = min(at or now, now)
    most = limits_at(found.path).suspend_hours
    spans = (since, since + timedelta(hours=hours))
    return _withdraw(actor, now, found, reason, text, spans, most, fact=fact, by_guard=True)


def _at_own_gate(actor: Actor, serial: str) -> Pass:
    """A pass that lies higher up but is for a compound where the guard works. Raises not_found."""
    rows = Pass.objects.unscoped(reason="of a compound where the guard works, checked in the next line")
    found = rows.filter(serial=serial).first()
    access.compound(actor, Permission.GATE_WORK, found.compound if found else 0)
    assert found is not None
    return found


def _withdraw(
    actor: Actor, now: datetime, found: Pass, reason: Reason, text: str, span: tuple[datetime, datetime],
    most: int, *, fact: UUID | None = None, by_guard: bool = False,
) -> Revocation:  # fmt: skip
    since, until = span
    words = text.strip()
    if len(words) < LEAST_WORDS:
        raise ProblemError(errors.WORDS, least=LEAST_WORDS)
    if not timedelta() < until - since <= timedelta(hours=most):
        raise ProblemError(errors.END, most=most)
    if found.state != PassState.VALID or found.valid_until <= now:
        raise ProblemError(errors.OVER, state=found.state)
    # The row is locked: of two who withdraw at once, one does.
    Pass.objects.unscoped(reason=_SAME).select_for_update().get(pk=found.pk)
    running = running_of(found, now)
    if running is not None and (by_guard or not running.by_guard):
        raise ProblemError(errors.REVOKED, until=running.until.isoformat())
    made = Revocation.objects.create(
        path=found.path, of=found, fact=fact, by_guard=by_guard, reason=reason.value, text=words[:500], since=since,
        until=until, made_at=now, by=actor.user_id, by_name=actor.name[:150],
    )  # fmt: skip
    action = "pass.suspended" if by_guard else "pass.revoked"
    record(actor, now, action, found, reason=reason.value, until=until.isoformat())
    return made


def running_of(one: Pass, now: datetime) -> Revocation | None:
    """The withdrawal that holds now: the one that ends last."""
    rows = Revocation.objects.unscoped(reason=_SAME).filter(
        of=one.pk, lifted_at=None, since__lte=now, until__gt=now
    )
    return rows.order_by("by_guard", "-until").first()


@transaction.atomic
def lift(*, actor: Actor, now: datetime, revocation: int, text: str) -> Revocation:
    """End a withdrawal before its time. Raises forbidden, not_found, pass.words, pass.lifted."""
    found = access.revocation(actor, revocation, access.REVOKE)
    words = text.strip()
    if len(words) < LEAST_WORDS:
        raise ProblemError(errors.WORDS, least=LEAST_WORDS)
    end(found, now=now, by_name=actor.name, text=words)
    record(actor, now, "pass.revocation_lifted", found.of, revocation=found.pk)
    return found


def end(found: Revocation, *, now: datetime, by_name: str, text: str) -> None:
    """Inside the caller's transaction, who records it. Raises pass.lifted."""
    rows = Revocation.objects.unscoped(reason="the caller has found it in his own area")
    values = {"lifted_at": now, "lifted_by_name": by_name[:150], "lifted_text": text[:500]}
    if not rows.filter(pk=found.pk, lifted_at=None, until__gt=now).update(**values):
        raise ProblemError(errors.LIFTED)
    for name, value in values.items():
        setattr(found, name, value)


@transaction.atomic
def tell(*, actor: Actor, now: datetime, revocation: int, how: str) -> Revocation:
    """Write down that the holder was told, and how. Raises forbidden, not_found."""
    found = access.revocation(actor, revocation, access.REVOKE)
    rows = Revocation.objects.within(actor.require(access.REVOKE)).filter(pk=found.pk, told_at=None)
    if rows.update(told_at=now, told_how=how, told_by_name=actor.name[:150]):
        record(actor, now, "pass.holder_told", found.of, revocation=found.pk, how=how)
    found.refresh_from_db()
    return found


def notice(found: Revocation) -> dict[str, str]:
    """What the holder is told, as a message in both languages: why, until when, and how to object."""
    tail = found.of.serial[-4:].upper()
    return {
        "zh": f"您的出入证（尾号{tail}）自{_day(found.since)}起暂停使用，到{_day(found.until)}自动恢复。"
        f"原因：{found.text}。如有异议，可在出入证页面或到居委会提出，由另一人裁定。",
        "en": f"Your pass (ending in {tail}) does not count from {_clock(found.since)} until {_clock(found.until)}; "
        f"then it counts again by itself. Why: {found.text}. You may object on the pass's own page or at the "
        "committee; somebody else decides.",
    }


def _day(moment: datetime) -> str:
    at = moment.astimezone(LOCAL)
    return f"{at.month}月{at.day}日{at.hour}时{at.minute:02d}分"


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(LOCAL):%Y-%m-%d %H:%M}"
