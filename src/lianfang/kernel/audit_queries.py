"""Reading the audit record."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.models import AuditRecord
from lianfang.kernel.permissions import Permission
from lianfang.kernel.scoping import path_condition


@dataclass(frozen=True)
class Filter:
    """Which records: all conditions together. `action` may end with a dot: all that begins so."""

    actor: str = ""
    action: str = ""
    kind: str = ""
    object_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


def records(actor: Actor, which: Filter) -> QuerySet[AuditRecord]:
    """Records of the area that the actor audits, newest first. Those of no area are for who audits everywhere."""
    scope = actor.require(Permission.AUDIT_VIEW)
    found = AuditRecord.objects.filter(path_condition(scope, "path"))
    if which.actor:
        found = found.filter(actor_name__icontains=which.actor)
    if which.action.endswith("."):
        found = found.filter(action__startswith=which.action)
    elif which.action:
        found = found.filter(action=which.action)
    if which.kind:
        found = found.filter(kind=which.kind)
    if which.object_id:
        found = found.filter(object_id=which.object_id)
    if which.since:
        found = found.filter(at__gte=which.since)
    if which.until:
        found = found.filter(at__lt=which.until)
    return found.order_by("-pk")


def export(*, actor: Actor, now: datetime, which: Filter) -> QuerySet[AuditRecord]:
    """The records chosen, for a file; that they were taken is recorded before."""
    chosen = records(actor, which)
    newest = chosen.values_list("pk", flat=True).first() or 0
    audit.record(
        actor=actor, action="audit.exported", now=now, kind="audit", details={"rows": chosen.count()}
    )
    return chosen.filter(pk__lte=newest)
