"""Verifying the audit chain as background work."""

from collections.abc import Mapping
from datetime import datetime

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.jobs.actions import start
from lianfang.kernel.jobs.handlers import work
from lianfang.kernel.jobs.running import Running
from lianfang.kernel.models import Job
from lianfang.kernel.permissions import Permission

KIND = "audit.verify"


def start_verification(*, actor: Actor, now: datetime) -> Job:
    """Verify the whole chain in the background; the job's result is `{"records", "broken"}`."""
    actor.require(Permission.AUDIT_VIEW)
    return start(actor=actor, now=now, kind=KIND, title=KIND)


@work(KIND)
def verify(job: Running) -> Mapping[str, object]:
    """`broken`: null when the chain is whole, else the first record that does not fit, 0 for its end."""
    job.actor.require(Permission.AUDIT_VIEW)
    walked = 0

    def tell(count: int, total: int) -> None:
        nonlocal walked
        walked = count
        job.tell("audit.walking", count / total if total else 1.0)

    broken = audit.verify(tell)
    return {"records": walked, "broken": broken}
