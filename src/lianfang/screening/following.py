"""What follows from visits, by a job: newcomers are registered, questions about people who were met are answered."""

from collections import defaultdict
from datetime import datetime

from lianfang.kernel import jobs
from lianfang.kernel.actor import system
from lianfang.kernel.clock import LOCAL
from lianfang.kernel.models import Job, JobState
from lianfang.screening import newcomers, reconciled
from lianfang.screening.models import Visit, VisitedPerson
from lianfang.screening.rules import Channel

KIND = "screening.follow"
_WHY = "visits of all areas, for the system's own work"
_AT_ONCE = 500
_BY_ZH = {"door": "上门", "phone": "电话", "chat": "聊天工具", "paper": "纸质表", "self": "本人申报"}
_BY_EN = {
    "door": "at the door",
    "phone": "by phone",
    "chat": "by chat",
    "paper": "on paper",
    "self": "by himself",
}


def enqueue(*, now: datetime) -> None:
    """A job does it when the caller's transaction has committed; one that waits already will do it as well."""
    if not Job.objects.filter(kind=KIND, state=JobState.QUEUED).exists():
        jobs.start(actor=system("screening"), now=now, kind=KIND, title=KIND)


def follow(*, now: datetime) -> int:
    """Whatever has not been followed; how many newcomers were registered."""
    registered = newcomers.register_waiting(now=now)
    rows = Visit.objects.unscoped(reason=_WHY).filter(followed=False).defer("body")
    while portion := list(rows.order_by("pk")[:_AT_ONCE]):
        _answer(portion, now)
        Visit.objects.unscoped(reason=_WHY).filter(pk__in=[one.pk for one in portion]).update(followed=True)
    return registered


def _answer(visits: list[Visit], now: datetime) -> None:
    seen: dict[object, list[tuple[int, str]]] = defaultdict(list)
    persons = VisitedPerson.objects.unscoped(reason=_WHY).filter(visit__in=visits, void=False)
    for visit, person, here in persons.order_by("at").values_list("visit", "person", "here"):
        seen[visit].append((person, here))
    answers = [_answered(visit, person, here) for visit in visits for person, here in seen[visit.pk]]
    if answers:
        reconciled.lists().answered(system("visits"), now, answers)


def _answered(visit: Visit, person: int, here: str) -> reconciled.Answered:
    when = visit.corrected_at.astimezone(LOCAL)
    by_zh, by_en = (words[Channel(visit.channel).value] for words in (_BY_ZH, _BY_EN))
    zh, en = _FOUND[here]
    return reconciled.Answered(
        uid=person,
        here=here,
        zh=f"{when:%m-%d %H:%M} {visit.worker_name}{by_zh}走访：{zh}",
        en=f"{when:%m-%d %H:%M} visited {by_en} by {visit.worker_name}: {en}",
    )


_FOUND = {
    "yes": ("本人住在这里", "lives here"),
    "no": ("不住在这里", "does not live here"),
    "moved": ("已搬走", "has moved away"),
    "unknown": ("没见到本人", "was not met"),
}
