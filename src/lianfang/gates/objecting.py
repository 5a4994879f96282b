"""Objections against a withdrawal: made by the holder, decided by somebody else, within a clock."""

from datetime import datetime, timedelta

from django.db import transaction

from lianfang.accounts.workers import holders
from lianfang.gates import access, errors, withdrawing
from lianfang.gates.issuing import record
from lianfang.gates.models import Objection, Revocation
from lianfang.gates.rules import LEAST_WORDS, ObjectionVerdict
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor, system
from lianfang.kernel.errors import CONFLICT, ProblemError

HOLDER = Actor(user_id=None, name="holder")
LONGEST = 1000
_OWN = "the holder's own pass, by its own link"


@transaction.atomic
def object_to(*, now: datetime, revocation: Revocation, text: str, clerk: Actor | None = None) -> Objection:
    """An objection, by the holder himself (his pass's page) or written down by a clerk who may see the pass.

    Raises pass.words, pass.lifted, objection.made.
    """
    words = text.strip()
    if len(words) < LEAST_WORDS:
        raise ProblemError(errors.WORDS, least=LEAST_WORDS)
    if revocation.lifted_at is not None or revocation.until <= now:
        raise ProblemError(errors.LIFTED)
    # The row is locked so that two at once make one objection.
    Revocation.objects.unscoped(reason=_OWN).select_for_update().get(pk=revocation.pk)
    open_ = Objection.objects.unscoped(reason=_OWN).filter(against=revocation.pk, decided_at=None)
    if open_.exists():
        raise ProblemError(errors.OBJECTED)
    hours = withdrawing.limits_at(revocation.path).objection_hours
    made = Objection.objects.create(
        path=revocation.path, against=revocation, text=words[:LONGEST], channel="desk" if clerk else "page",
        made_at=now, clerk=clerk.user_id if clerk else None, clerk_name=clerk.name[:150] if clerk else "",
        due_at=now + timedelta(hours=hours),
    )  # fmt: skip
    record(clerk or HOLDER, now, "objection.made", revocation.of, objection=made.pk, channel=made.channel)
    return made


def write_down(*, actor: Actor, now: datetime, revocation: int, text: str) -> Objection:
    """By a clerk, of what the holder said. Raises forbidden, not_found, and what `object_to` raises."""
    found = access.revocation(actor, revocation, access.REVOKE)
    return object_to(now=now, revocation=found, text=text, clerk=actor)


@transaction.atomic
def decide(
    *, actor: Actor, now: datetime, objection: int, version: int, verdict: ObjectionVerdict, answer: str
) -> Objection:
    """Uphold the withdrawal or lift it, with a reason that the holder is told. By somebody else than who withdrew.

    Raises forbidden, not_found, conflict, pass.words, objection.same_person, objection.decided.
    """
    found = access.objection(actor, objection, access.DECIDE)
    words = answer.strip()
    if len(words) < LEAST_WORDS:
        raise ProblemError(errors.WORDS, least=LEAST_WORDS)
    if found.decided_at is not None:
        raise ProblemError(errors.DECIDED)
    if actor.user_id in (found.against.by, found.clerk) and not actor.is_system:
        raise ProblemError(errors.SAME_PERSON)
    rows = Objection.objects.within(actor.require(access.DECIDE)).filter(
        pk=objection, version=version, decided_at=None
    )
    done = rows.update(
        version=version + 1, decided_at=now, decided_by=actor.user_id, decided_by_name=actor.name[:150],
        verdict=verdict.value, answer=words[:LONGEST],
    )  # fmt: skip
    if not done:
        raise ProblemError(CONFLICT)
    running = found.against.lifted_at is None and found.against.until > now
    if verdict == ObjectionVerdict.LIFTED and running:
        withdrawing.end(found.against, now=now, by_name=actor.name, text=words)
    record(actor, now, "objection.decided", found.against.of, objection=found.pk, verdict=verdict.value)
    return access.objection(actor, objection, access.DECIDE)


def escalate(*, now: datetime) -> int:
    """Objections that nobody decided in time go to the secretaries; how many did just now."""
    rows = Objection.objects.unscoped(reason="of all areas: their clock has run out")
    with transaction.atomic():
        # Locked, so that of two workers one counts them.
        fresh = rows.filter(decided_at=None, escalated_at=None, due_at__lt=now).select_for_update()
        late = list(fresh.values_list("pk", "path"))
        rows.filter(pk__in=[pk for pk, _ in late], escalated_at=None).update(escalated_at=now)
        for pk, path in late:
            audit.record(
                actor=system("gates"),
                action="objection.escalated",
                now=now,
                kind="objection",
                object_id=pk,
                path=path,
            )
    return len(late)


def deciders(found: Objection, *, now: datetime) -> list[str]:
    """Names of who may decide it: neither who withdrew nor who wrote it down. The secretaries when it is late."""
    fit = [one for one in holders(access.DECIDE, now=now) if one.covers(found.path)]
    fit = [one for one in fit if one.id not in (found.against.by, found.clerk)]
    if found.escalated_at is not None:
        fit = [one for one in fit if one.role == "secretary"] or fit
    return [one.name for one in fit]
