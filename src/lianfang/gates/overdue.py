"""Objections that nobody has decided in time: whoever may decide is told, and told again every day until it is done."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from lianfang.gates import objecting
from lianfang.gates.models import Objection
from lianfang.kernel import jobs, notify
from lianfang.kernel.actor import system
from lianfang.kernel.clock import local_date
from lianfang.kernel.models import Job
from lianfang.territory.models import Area

KIND = "objections.tell"
AGAIN = timedelta(hours=24)
_MOST_AREAS, _MOST_NAMES = 20, 5
_WHY = "of all areas: their clock has run out"


@transaction.atomic
def look(*, now: datetime) -> Job | None:
    """Hand what has become overdue to the secretaries, and begin to send a message; None where none is due now.

    Told at once of every objection that has just become overdue, and a day after the last message of what still waits.
    """
    fresh = objecting.escalate(now=now)
    if not notify.possible() or not waiting(now):
        return None
    lately = Job.objects.filter(kind=KIND, owner_id=None, created_at__gt=now - AGAIN)
    if not fresh and lately.exists():
        return None
    return jobs.start(actor=system("gates"), now=now, kind=KIND, title=KIND)


def waiting(now: datetime) -> list[Objection]:
    """Those whose clock has run out, the longest overdue first."""
    rows = Objection.objects.unscoped(reason=_WHY).filter(decided_at=None, due_at__lt=now)
    return list(rows.select_related("against").order_by("due_at", "pk"))


def message(now: datetime) -> dict[str, str]:
    """How many wait where, since when, and who may decide them; nothing of whose passes they are."""
    late = defaultdict(list)
    for one in waiting(now):
        late[one.path].append(one)
    names = dict(Area.objects.unscoped(reason=_WHY).filter(path__in=list(late)).values_list("path", "name"))
    zh = [f"出入证异议：{sum(map(len, late.values()))} 件超过答复期限"]
    en = [f"Objections to withdrawn passes: {sum(map(len, late.values()))} overdue"]
    for path, rows in list(late.items())[:_MOST_AREAS]:
        hours, place = hours_late(rows[0], now), names.get(path, path)
        people = _deciders(rows, now)
        zh.append(f"{place}：{len(rows)} 件，最久的已超 {hours} 小时；可裁定：{'、'.join(people) or '无人'}")
        en.append(
            f"{place}: {len(rows)}, the longest by {hours} h; may decide: {', '.join(people) or 'nobody'}"
        )
    zh.append("请在“异议”页面裁定，由未参与暂停的人答复。")
    en.append("Decide on the page Objections; whoever withdrew the pass does not.")
    return {"zh": "\n".join(zh), "en": "\n".join(en)}


def hours_late(one: Objection, now: datetime) -> int:
    """Whole hours since it was due; 0 while it is not, or once it is decided."""
    return max(0, int((now - one.due_at).total_seconds() // 3600)) if one.decided_at is None else 0


def send(job: jobs.Running, *, now: datetime) -> Mapping[str, object]:
    """The work of the job; nothing is sent when all were decided meanwhile. Raises notify.failed, notify.invalid."""
    if not waiting(now):
        return {"sent": 0}
    title = f"联防 异议超期 Lianfang overdue objections {local_date(now)}"
    return {"sent": notify.deliver(job, title=title, text=message(now))}


def _deciders(rows: list[Objection], now: datetime) -> list[str]:
    """Names of those who may decide one of them, in the order of the objections."""
    found = dict.fromkeys(name for one in rows[:_MOST_NAMES] for name in objecting.deciders(one, now=now))
    return list(found)[:_MOST_NAMES]
