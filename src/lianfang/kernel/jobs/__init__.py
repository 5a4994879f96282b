"""Background work: started by an action, done by a worker process, with progress, cancel, and resume after a kill.

    @jobs.work("import.dry_run")
    def dry_run(job: jobs.Running) -> dict[str, object]: ...

    jobs.start(actor=actor, now=now, kind="import.dry_run", title="import.dry_run", params={"list": 7})

See docs/develop/jobs.md.
"""

from lianfang.kernel.jobs.access import visible
from lianfang.kernel.jobs.actions import cancel, start
from lianfang.kernel.jobs.audit_chain import start_verification
from lianfang.kernel.jobs.handlers import connect, work
from lianfang.kernel.jobs.running import BreakOff, Cancelled, Lost, Running, Stopped
from lianfang.kernel.jobs.worker import drain

__all__ = [
    "BreakOff",
    "Cancelled",
    "Lost",
    "Running",
    "Stopped",
    "cancel",
    "connect",
    "drain",
    "start",
    "start_verification",
    "visible",
    "work",
]
