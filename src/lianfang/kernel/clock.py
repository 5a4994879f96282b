"""The time, in one place, so that tests inject it and no code asks the machine on its own."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, aware, in UTC. Actions take it as an argument; only entry points call this."""
    return datetime.now(UTC)


def local_date(moment: datetime) -> date:
    """The calendar day that people in China call today at `moment` (which must be aware)."""
    return moment.astimezone(LOCAL).date()
