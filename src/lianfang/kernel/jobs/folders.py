"""One folder for each job that needs one, below the data folder; only for its owner."""

import os
import shutil
from pathlib import Path

from django.conf import settings

from lianfang.kernel.models import Job, JobState


def root() -> Path:
    """Where the folders and the workers' signs of life are."""
    return Path(settings.LIANFANG_DATA) / "work"


def make(number: int) -> Path:
    """The folder of this job, made if it is not there."""
    folder = root() / str(number)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def remove(number: int) -> None:
    """Remove the folder with everything in it. What resists stays for `sweep`."""
    shutil.rmtree(root() / str(number), ignore_errors=True)


def sweep() -> None:
    """Remove folders of jobs that are over: a worker may have died between its last two lines."""
    if not root().is_dir():
        return
    numbers = {int(name) for name in os.listdir(root()) if name.isdecimal()}
    alive = Job.objects.filter(pk__in=numbers, state__in=(JobState.QUEUED, JobState.RUNNING))
    for number in numbers - set(alive.values_list("pk", flat=True)):
        remove(number)
