"""Background work of screening; thin."""

from collections.abc import Mapping

from lianfang.kernel import clock, jobs
from lianfang.screening import following, making, measures, unseen
from lianfang.screening.models import Screening
from lianfang.screening.published import RENEW


@jobs.work("screening.make")
def make(job: jobs.Running) -> Mapping[str, object]:
    """The work lists of a new campaign."""
    rows = Screening.objects.unscoped(reason="the job's own campaign")
    campaign = rows.get(pk=job.params["screening"])
    making.make(campaign, now=clock.now(), tell=job.tell, finishing=job.finishing)
    return {}


@jobs.work(following.KIND)
def follow(job: jobs.Running) -> Mapping[str, object]:
    """People whom visits found and nobody knew are registered; questions about people who were met are answered."""
    job.tell("screening.follow", 0.1)
    return {"people": following.follow(now=clock.now())}


@jobs.work(RENEW)
def propose(job: jobs.Running) -> Mapping[str, object]:
    """What the rules propose, anew."""
    return {"open": measures.renew(str(job.params["path"]), now=clock.now(), tell=job.tell)}


@jobs.work(unseen.KIND)
def reckon_unseen(job: jobs.Running) -> Mapping[str, object]:
    """How many people no list has."""
    return {"areas": unseen.reckon(now=clock.now(), tell=job.tell)}
