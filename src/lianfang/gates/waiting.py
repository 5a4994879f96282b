"""What waits for somebody at the desk: a number for the navigation, asked every minute."""

from datetime import datetime

from lianfang.gates import access, alerts
from lianfang.kernel.actor import Actor


def counts(actor: Actor, *, now: datetime) -> dict[str, int]:
    """Alerts nobody has dealt with; double uses nobody has seen; objections that this actor may decide, and how many
    of them are overdue.
    """
    found = {
        "alerts": alerts.at_desk(actor, waiting=True).count(),
        "double_uses": 0,
        "objections": 0,
        "overdue": 0,
    }
    if actor.can(access.VIEW):
        found["double_uses"] = access.double_uses(actor).filter(seen_at=None).count()
    if actor.can(access.DECIDE):
        mine = access.objections(actor, access.DECIDE).filter(decided_at=None)
        mine = mine.exclude(against__by=actor.user_id).exclude(clerk=actor.user_id)
        found["objections"] = mine.count()
        found["overdue"] = mine.filter(due_at__lt=now).count()
    return found
