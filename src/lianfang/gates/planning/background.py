"""Comparisons that take longer than a request may; thin."""

from collections.abc import Mapping

from lianfang.gates.planning import actions
from lianfang.kernel import clock, jobs


@jobs.work(actions.KIND, attempts=2)
def reckon(job: jobs.Running) -> Mapping[str, object]:
    """One plan's comparison."""
    made = actions.reckon_now(
        actor=job.actor, now=clock.now(), plan=job.params["plan"], version=job.params["version"]
    )
    return {"plan": made.pk}
