"""Work for the tests, and a worker process that knows it: `python -m tests.jobs.handlers OPTIONS OF lianfang work`."""

import os
import sys
import time
from pathlib import Path

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "lianfang.settings"
    django.setup()

from lianfang.commands import work
from lianfang.kernel import audit, clock, jobs


def effect(job: jobs.Running) -> None:
    """What must happen once."""
    audit.record(actor=job.actor, action="test.effect", now=clock.now(), kind="job", object_id=job.number)


def wait_for(file: Path, job: jobs.Running) -> None:
    """Until the test lets the work go on."""
    while not file.exists():
        job.tell("waiting")
        time.sleep(0.02)


@jobs.work("test.parts")
def parts(job: jobs.Running) -> dict[str, object]:
    """Ten parts, each kept; waits in the middle. Says in a log which parts were made, by which attempt."""
    place = Path(job.params["place"])
    for part in range(10):
        kept = job.folder / str(part)
        if not kept.exists():
            with (place / "log").open("a") as log:
                log.write(f"{job.attempt}:{part}\n")
            kept.touch()
        job.tell("part", part / 10)
        if part == 4:
            wait_for(place / "go", job)
    with job.finishing() as result:
        effect(job)
        result["parts"] = 10
    if job.params.get("linger"):
        (place / "finished").touch()
        time.sleep(60)
    return {}


@jobs.work("test.quick")
def quick(job: jobs.Running) -> dict[str, object]:
    effect(job)
    return {"twice": job.params["number"] * 2}


@jobs.work("test.stubborn", attempts=2)
def stubborn(job: jobs.Running) -> dict[str, object]:
    """Kills its own process."""
    os.kill(os.getpid(), 9)
    return {}


if __name__ == "__main__":
    raise SystemExit(work.main(sys.argv[1:]))
