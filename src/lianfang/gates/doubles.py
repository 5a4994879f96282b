"""Quotas that were used at two gates which did not see each other: noticed when the crossings come in."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from lianfang.gates import access
from lianfang.gates.kinds import quotas_at
from lianfang.gates.models import DoubleUse, Pass
from lianfang.gates.quota import Crossing, double_uses
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError

_WHY = "crossings of one subject, whichever gates they were at"


@transaction.atomic
def notice(*, now: datetime, of: Pass, crossings: Sequence[Crossing]) -> list[DoubleUse]:
    """Keep the double uses among the admitted crossings of the pass's subject; those kept before stay as they are.

    `crossings`: all admitted ones of the subject over the window of its quota, `id` a UUID. The new ones.
    """
    quota = quotas_at(of.path).get(of.quota)
    if quota is None:
        return []
    found = double_uses(quota.policy, crossings)
    known = set(
        DoubleUse.objects.unscoped(reason=_WHY)
        .filter(second__in=[UUID(one.second.id) for one in found])
        .values_list("second", flat=True)
    )
    made = [
        DoubleUse(
            path=of.path, subject=of.subject, of=of, reason=one.reason, first=UUID(one.first.id),
            second=UUID(one.second.id), first_gate=one.first.gate, second_gate=one.second.gate,
            first_at=_moment(one.first.at), second_at=_moment(one.second.at), noticed_at=now,
        )
        for one in found
        if UUID(one.second.id) not in known
    ]  # fmt: skip
    return DoubleUse.objects.bulk_create(made, ignore_conflicts=True)


def of_subjects(
    passes: Mapping[str, Pass], by_subject: Mapping[str, Sequence[Crossing]], now: datetime
) -> int:
    """`notice` for several subjects; how many are new."""
    return sum(
        len(notice(now=now, of=passes[subject], crossings=rows))
        for subject, rows in by_subject.items()
        if subject in passes
    )


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)


@transaction.atomic
def see(*, actor: Actor, now: datetime, double: int) -> DoubleUse:
    """Somebody has taken note. Raises forbidden, not_found."""
    rows = access.double_uses(actor, access.REVOKE).filter(pk=double)
    found = rows.first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    if rows.filter(seen_at=None).update(seen_at=now, seen_by_name=actor.name[:150]):
        audit.record(
            actor=actor,
            action="pass.double_use_seen",
            now=now,
            kind="double_use",
            object_id=double,
            path=found.path,
        )
    found.refresh_from_db()
    return found
