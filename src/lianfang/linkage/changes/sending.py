"""The daily update goes out by itself: the text that the page offers to copy, counts only, through apprise."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction

from lianfang.kernel import clock, jobs, notify
from lianfang.kernel.actor import Actor, system
from lianfang.kernel.clock import local_date
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.jobs.chores import chore
from lianfang.kernel.models import Job
from lianfang.linkage.changes import queries
from lianfang.linkage.importing import access
from lianfang.linkage.models import Run

KIND = "changes.send"


def send(*, actor: Actor, now: datetime) -> Job:
    """Begin to send today's update. Raises forbidden, not_found (importing.access.whole), notify.nowhere."""
    access.whole(actor)
    if not notify.possible():
        raise ProblemError(notify.NOWHERE)
    return jobs.start(actor=actor, now=now, kind=KIND, title=KIND)


@chore
def daily(now: datetime) -> None:
    """Once a day, from LIANFANG_NOTIFY_HOUR on; a day without a register is left out."""
    local = now.astimezone(clock.LOCAL)
    if not notify.possible() or local.hour < settings.LIANFANG_NOTIFY_HOUR:
        return
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    with transaction.atomic():
        # Two workers at once: one waits here, and then sees the job of the other.
        run = Run.objects.select_for_update().filter(current=True).first()
        today = Job.objects.filter(kind=KIND, owner_id=None, created_at__gte=midnight)
        if run is not None and not today.exists():
            jobs.start(actor=system("daily"), now=now, kind=KIND, title=KIND)


@jobs.work(KIND)
def work(job: jobs.Running) -> Mapping[str, object]:
    """The day's text, to every address."""
    return {"sent": notify.deliver(job, title=_title(clock.now()), text=message(clock.now()))}


def message(now: datetime) -> dict[str, str]:
    """The text for the whole register: counts, no names."""
    everybody = system("daily")
    span = queries.span(everybody, since=None, now=now)
    return queries.message(queries.figures(everybody, span), span, now)


def _title(now: datetime) -> str:
    return f"联防每日更新 Lianfang daily update {local_date(now)}"
