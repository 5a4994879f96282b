"""What is done without anybody asking."""

from datetime import datetime

from lianfang.kernel.jobs.chores import chore
from lianfang.screening.selfreport import links


@chore
def forget_old(now: datetime) -> None:
    """Reports are deleted when the day has passed that their people were told."""
    links.forget_old(now=now)
