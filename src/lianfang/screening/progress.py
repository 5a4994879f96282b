"""How far a campaign is. Every screen and phone that shows a count asks here; counts come out of indexes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from django.db.models import Count

from lianfang.accounts.workers import names_of
from lianfang.kernel.actor import Scope
from lianfang.kernel.clock import local_date
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.screening.models import Screening, ScreeningTask
from lianfang.screening.rules import TaskState
from lianfang.territory.models import Area
from lianfang.territory.rules import ancestors

#: Rows, not values of a column: the index of counts has no other columns.
_ROWS = Count("*")
#: Days that the present pace is measured over: yesterday's rain must not move the end of the campaign.
PACE_DAYS = 3


@dataclass(frozen=True)
class Figures:
    """Doors (and people without one) of a campaign in an area. `pace`: done a day, over the last PACE_DAYS days with
    today as far as it is; `expected_on`: the day on which the rest is done at that pace, None without a pace.
    """

    total: int
    done: int
    open: int
    returned: int
    with_secretary: int
    closed: int
    nobodys: int  # open and nobody's
    pace: float = 0.0
    expected_on: date | None = None
    days: Sequence[tuple[date, int]] = field(default=())

    @property
    def left(self) -> int:
        return self.open + self.returned + self.with_secretary

    def as_json(self) -> dict[str, Any]:
        found = asdict(self)
        found["days"] = [[day.isoformat(), n] for day, n in self.days]
        found["expected_on"] = self.expected_on.isoformat() if self.expected_on else None
        return found


def figures(campaign: Screening, scope: Scope, *, now: datetime) -> Figures:
    """Of one campaign, inside `scope`."""
    states, days = Counter[str](), Counter[date]()
    free = 0
    columns = ("state", "worker", "done_on")
    for state, worker, day, n in _tasks(campaign, scope).order_by().values_list(*columns).annotate(n=_ROWS):
        states[state] += n
        if day is not None:
            days[day] += n
        if worker is None and state not in (TaskState.DONE, TaskState.CLOSED):
            free += n
    return _figured(states, free, sorted(days.items()), campaign, now)


def _figured(
    states: Mapping[str, int], free: int, days: Sequence[tuple[date, int]], campaign: Screening, now: datetime
) -> Figures:
    counts = {state.value: states.get(state.value, 0) for state in TaskState}
    left = counts["open"] + counts["returned"] + counts["with_secretary"]
    pace = pace_of(dict(days), campaign.starts_at, now)
    expected = local_date(now) + timedelta(days=ceil(left / pace)) if pace and left else None
    return Figures(
        total=sum(counts.values()), done=counts["done"], open=counts["open"], returned=counts["returned"],
        with_secretary=counts["with_secretary"], closed=counts["closed"], nobodys=free, pace=round(pace, 1),
        expected_on=expected, days=days,
    )  # fmt: skip


def pace_of(days: Mapping[date, int], starts_at: datetime, now: datetime) -> float:
    """Done a day: over the last PACE_DAYS days, fewer when the campaign is younger."""
    today = local_date(now)
    since = max(today - timedelta(days=PACE_DAYS - 1), local_date(starts_at))
    span = (today - since).days + 1
    if span <= 0:
        return 0.0
    done = sum(n for day, n in days.items() if since <= day <= today)
    return done / span


def by_area(campaign: Screening, scope: Scope) -> list[dict[str, Any]]:
    """Counts by state of every path that the campaign has work in."""
    return _by(_tasks(campaign, scope), "path")


def named_areas(campaign: Screening, scope: Scope) -> list[dict[str, Any]]:
    """by_area with each area's name and level, and the sums of the communities above grids; in tree order."""
    rows = {row["path"]: row for row in by_area(campaign, scope)}
    added: dict[str, dict[str, Any]] = {}
    for path, row in rows.items():
        for above in ancestors(path) or [path]:
            if scope.covers(above):
                total = added.setdefault(above, {name: 0 for name in row if name != "path"})
                for name in total:
                    total[name] += row[name]
    areas = Area.objects.within(scope).filter(path__in=list(added)).defer("geometry").order_by("path")
    named = [
        {"area": one.pk, "path": one.path, "name": one.name, "level": one.level, **added[one.path]}
        for one in areas
    ]
    outside = rows.get("")
    return [*named, {"area": None, "name": "", "level": "", **outside}] if outside else named


def by_worker(campaign: Screening, scope: Scope) -> list[dict[str, Any]]:
    """Counts by state of every worker with his name; `worker` None: nobody's."""
    rows = _by(_tasks(campaign, scope), "worker")
    names = names_of([row["worker"] for row in rows if row["worker"] is not None])
    return sorted(
        ({**row, "name": names.get(row["worker"], "")} for row in rows),
        key=lambda row: (row["worker"] is not None, row["name"]),
    )


def _by(rows: ScopedQuerySet[ScreeningTask], column: str) -> list[dict[str, Any]]:
    found: dict[Any, dict[str, Any]] = {}
    for key, state, n in rows.order_by(column).values_list(column, "state").annotate(n=_ROWS):
        row = found.setdefault(key, {column: key, **{one.value: 0 for one in TaskState}})
        row[state] += n
    for row in found.values():
        row["total"] = sum(row[one.value] for one in TaskState)
    return list(found.values())


def _tasks(campaign: Screening, scope: Scope) -> ScopedQuerySet[ScreeningTask]:
    return ScreeningTask.objects.within(scope).filter(screening=campaign)
