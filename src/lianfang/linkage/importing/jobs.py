"""Which function does which work; thin."""

from collections.abc import Mapping
from datetime import datetime

from lianfang.kernel import clock, jobs
from lianfang.kernel.jobs.chores import chore
from lianfang.linkage.importing import at_rest, drafts, files, steps, work
from lianfang.linkage.importing.models import Import, ListVersion


@jobs.work("import.read")
def read(job: jobs.Running) -> Mapping[str, object]:
    """Look into an uploaded file. One that was taken out again is no fault."""
    job.tell("import.read", 0.05)
    version = ListVersion.objects.select_related("source").filter(pk=job.params["version"]).first()
    return {"rows": drafts.read(version, now=clock.now()).rows} if version else {}


@jobs.work("import.dry_run")
def dry_run(job: jobs.Running) -> Mapping[str, object]:
    """What a batch would change."""
    batch = Import.objects.get(pk=job.params["import"])
    try:
        work.dry_run(batch, now=clock.now(), tell=job.tell, finishing=job.finishing)
    except (jobs.Stopped, jobs.Lost):
        raise  # somebody goes on with what is there
    except BaseException:
        files.clear(batch.pk)
        raise
    return {}


@jobs.work("import.apply")
def apply(job: jobs.Running) -> Mapping[str, object]:
    """Make a batch live."""
    batch = Import.objects.get(pk=job.params["import"])
    work.apply(batch, actor=job.actor, now=clock.now(), tell=job.tell, finishing=job.finishing)
    return {}


@jobs.work("lists.withdraw")
def withdraw(job: jobs.Running) -> Mapping[str, object]:
    """Take lists away."""
    batch = Import.objects.get(pk=job.params["import"])
    work.withdraw(batch, actor=job.actor, now=clock.now(), tell=job.tell, finishing=job.finishing)
    return {}


@chore
def tidy(now: datetime) -> None:
    """No list stays open that nobody reads, and no table that nobody works with."""
    files.sweep()
    at_rest.sweep()


@chore
def expire(now: datetime) -> None:
    """Lists whose time is over go."""
    steps.expire(now=now)
