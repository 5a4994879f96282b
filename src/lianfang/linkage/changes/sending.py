"""The daily update goes out by itself: the text that the page offers to copy, counts only, through apprise."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from lianfang.kernel import clock, jobs
from lianfang.kernel.actor import Actor, system
from lianfang.kernel.clock import local_date
from lianfang.kernel.errors import ProblemError, declare
from lianfang.kernel.jobs.chores import chore
from lianfang.kernel.models import Job
from lianfang.linkage.changes import queries
from lianfang.linkage.importing import access
from lianfang.linkage.models import Run

if TYPE_CHECKING:
    import apprise

KIND = "changes.send"
NOWHERE = declare("notify.nowhere", 409, "LIANFANG_NOTIFY names nobody to whom messages are sent.")
INVALID = declare(
    "notify.invalid", 422, "Entries of LIANFANG_NOTIFY that are no address apprise knows: params.places."
)
FAILED = declare("notify.failed", 502, "The message did not reach params.services; the log tells more.")


def possible() -> bool:
    """Whether there is anybody to send to."""
    return bool(settings.LIANFANG_NOTIFY)


def send(*, actor: Actor, now: datetime) -> Job:
    """Begin to send today's update. Raises forbidden, not_found (importing.access.whole), notify.nowhere."""
    access.whole(actor)
    if not possible():
        raise ProblemError(NOWHERE)
    return jobs.start(actor=actor, now=now, kind=KIND, title=KIND)


@chore
def daily(now: datetime) -> None:
    """Once a day, from LIANFANG_NOTIFY_HOUR on; a day without a register is left out."""
    local = now.astimezone(clock.LOCAL)
    if not possible() or local.hour < settings.LIANFANG_NOTIFY_HOUR:
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
    """Send to every address; those that fail are named by their service, never by their secrets."""
    job.tell("changes.send", 0.1)
    text = message(clock.now())
    places, invalid = _places()
    failed = []
    for done, place in enumerate(places):
        job.tell("changes.send", 0.1 + 0.8 * done / len(places))
        if not place.notify(body=f"{text['zh']}\n\n{text['en']}", title=_title(clock.now())):
            failed.append(str(place.service_name))
    if failed:
        raise ProblemError(FAILED, services=sorted(failed))
    if invalid:
        raise ProblemError(INVALID, places=invalid)
    return {"sent": len(places)}


def message(now: datetime) -> dict[str, str]:
    """The text for the whole register: counts, no names."""
    everybody = system("daily")
    span = queries.span(everybody, since=None, now=now)
    return queries.message(queries.figures(everybody, span), span, now)


def _title(now: datetime) -> str:
    return f"联防每日更新 Lianfang daily update {local_date(now)}"


def _places() -> tuple[list["apprise.NotifyBase"], list[str]]:
    """The services of LIANFANG_NOTIFY, and the numbers, from 1, of the entries that are none."""
    import apprise  # noqa: PLC0415  # a hundred services, wanted once a day

    made = [apprise.Apprise.instantiate(url, suppress_exceptions=True) for url in settings.LIANFANG_NOTIFY]
    return [one for one in made if one], [str(number) for number, one in enumerate(made, 1) if not one]
