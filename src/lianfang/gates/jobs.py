"""Background work of gates; thin."""

from collections.abc import Mapping
from datetime import datetime

from lianfang.gates import lists, overdue, replacing, retention
from lianfang.gates.planning import actions as planning
from lianfang.kernel import clock, jobs
from lianfang.kernel.jobs.chores import chore


@jobs.work(lists.KIND)
def issue_list(job: jobs.Running) -> Mapping[str, object]:
    """Passes for a list."""
    lists.run(
        actor=job.actor, number=job.params["batch"], now=clock.now, tell=job.tell, finishing=job.finishing
    )
    return {}


@jobs.work(replacing.REISSUE)
def reissue(job: jobs.Running) -> Mapping[str, object]:
    """New passes in place of those that a stolen key signed."""
    return {"passes": replacing.reissue(actor=job.actor, key=job.params["key"], now=clock.now, tell=job.tell)}


@jobs.work(planning.KIND, attempts=2)
def compare(job: jobs.Running) -> Mapping[str, object]:
    """A gate plan's comparison that takes longer than a request may."""
    made = planning.reckon_now(
        actor=job.actor, now=clock.now(), plan=job.params["plan"], version=job.params["version"]
    )
    return {"plan": made.pk}


@chore
def escalate(now: datetime) -> None:
    """Objections whose clock has run out: with the secretaries, and whoever may decide is told."""
    overdue.look(now=now)


@jobs.work(overdue.KIND)
def tell_overdue(job: jobs.Running) -> Mapping[str, object]:
    """A message of what is overdue."""
    return overdue.send(job, now=clock.now())


@chore
def forget_crossings(now: datetime) -> None:
    """Crossings older than the rule of retention."""
    retention.forget(now=now)
