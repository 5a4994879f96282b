"""Messages to whoever the installation names: the addresses of LIANFANG_NOTIFY, through apprise."""

from typing import TYPE_CHECKING

from django.conf import settings

from lianfang.kernel.errors import ProblemError, declare
from lianfang.kernel.jobs.running import Running

if TYPE_CHECKING:
    import apprise

NOWHERE = declare("notify.nowhere", 409, "LIANFANG_NOTIFY names nobody to whom messages are sent.")
INVALID = declare(
    "notify.invalid", 422, "Entries of LIANFANG_NOTIFY that are no address apprise knows: params.places."
)
FAILED = declare("notify.failed", 502, "The message did not reach params.services; the log tells more.")


def possible() -> bool:
    """Whether there is anybody to send to."""
    return bool(settings.LIANFANG_NOTIFY)


def deliver(job: Running, *, title: str, text: dict[str, str]) -> int:
    """Send to every address, as the work of a job; to how many. `text`: "zh" and "en".

    Those that fail are named by their service, never by their secrets. Raises notify.failed, notify.invalid.
    """
    job.tell("notify.send", 0.1)
    places, invalid = _places()
    failed = []
    for done, place in enumerate(places):
        job.tell("notify.send", 0.1 + 0.8 * done / len(places))
        if not place.notify(body=f"{text['zh']}\n\n{text['en']}", title=title):
            failed.append(str(place.service_name))
    if failed:
        raise ProblemError(FAILED, services=sorted(failed))
    if invalid:
        raise ProblemError(INVALID, places=invalid)
    return len(places)


def _places() -> tuple[list["apprise.NotifyBase"], list[str]]:
    """The services of LIANFANG_NOTIFY, and the numbers, from 1, of the entries that are none."""
    import apprise  # noqa: PLC0415  # a hundred services, wanted seldom

    made = [apprise.Apprise.instantiate(url, suppress_exceptions=True) for url in settings.LIANFANG_NOTIFY]
    return [one for one in made if one], [str(number) for number, one in enumerate(made, 1) if not one]
