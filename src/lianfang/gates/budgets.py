"""How many passes of a kind may be issued in an area in a time."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from lianfang.gates import access, errors
from lianfang.gates.kinds import kind_at
from lianfang.gates.models import IssueBudget
from lianfang.gates.rules import ancestors_or_self
from lianfang.gates.shipped import Kind
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.clock import local_date
from lianfang.kernel.errors import CONFLICT, ProblemError
from lianfang.territory.access import area_for

MOST = 1_000_000
_ABOVE = "a budget of an area above holds here as well"


@transaction.atomic
def make_budget(
    *,
    actor: Actor,
    now: datetime,
    area: int,
    code: str,
    first_on: date,
    last_on: date,
    allowed: int,
    note: str,
) -> IssueBudget:
    """Raises forbidden, not_found, pass.kind, pass.budget_unfit."""
    place = area_for(actor, access.MANAGE, area)
    kind_at(place.path, code)
    if not first_on <= last_on or last_on < local_date(now) or not 1 <= allowed <= MOST:
        raise ProblemError(errors.BUDGET_UNFIT)
    made = IssueBudget.objects.create(
        path=place.path, code=code, first_on=first_on, last_on=last_on, allowed=allowed, note=note.strip()[:120],
        made_at=now, made_by_name=actor.name[:150],
    )  # fmt: skip
    audit.record(
        actor=actor, action="pass.budget_made", now=now, kind="pass_budget", object_id=made.pk, path=place.path,
        details={"code": code, "allowed": allowed},
    )  # fmt: skip
    return made


@transaction.atomic
def end_budget(*, actor: Actor, now: datetime, budget: int) -> IssueBudget:
    """Nothing more is issued within it. Raises forbidden, not_found, conflict."""
    found = access.budget(actor, budget)
    if not access.budgets(actor).filter(pk=budget, ended_at=None).update(ended_at=now):
        raise ProblemError(CONFLICT)
    found.ended_at = now
    audit.record(
        actor=actor,
        action="pass.budget_ended",
        now=now,
        kind="pass_budget",
        object_id=budget,
        path=found.path,
    )
    return found


def running(path: str, code: str, on: date) -> list[IssueBudget]:
    """Budgets that hold for a kind at `path` on a day."""
    rows = IssueBudget.objects.unscoped(reason=_ABOVE).filter(
        path__in=ancestors_or_self(path), code=code, first_on__lte=on, last_on__gte=on, ended_at=None
    )
    return list(rows.order_by("pk"))


def demand(kind: Kind, path: str, count: int, now: datetime) -> None:
    """Whether the budgets would bear it, before a job begins. Raises pass.no_budget, pass.budget_used."""
    found = running(path, kind.code, local_date(now))
    if kind.budgeted and not found:
        raise ProblemError(errors.NO_BUDGET)
    left = min((one.allowed - one.used for one in found), default=count)
    if left < count:
        raise ProblemError(errors.BUDGET_USED, left=max(0, left), wanted=count)


def spend(kind: Kind, path: str, count: int, now: datetime) -> None:
    """Take `count` passes out of every budget that holds there. Inside the caller's transaction, which rolls back
    what was taken when something refuses. Raises pass.no_budget, pass.budget_used.
    """
    found = running(path, kind.code, local_date(now))
    if kind.budgeted and not found:
        raise ProblemError(errors.NO_BUDGET)
    rows = IssueBudget.objects.unscoped(reason=_ABOVE)
    for one in found:
        # Conditional: two who issue at once do not pass the limit together.
        if not rows.filter(pk=one.pk, used__lte=F("allowed") - count).update(used=F("used") + count):
            left = rows.get(pk=one.pk)
            raise ProblemError(errors.BUDGET_USED, left=max(0, left.allowed - left.used), wanted=count)
