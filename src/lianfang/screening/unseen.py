"""How many people no list has, by community and grid: reckoned by a job from the current reconciliation."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from lianfang.kernel import audit, jobs
from lianfang.kernel.actor import Actor
from lianfang.kernel.models import Job, JobState
from lianfang.kernel.permissions import Permission
from lianfang.screening.engine.estimate import (
    ASSUMPTIONS,
    WARNINGS,
    Estimate,
    Histories,
    estimate_all,
    method,
    sentence,
)
from lianfang.screening.models import UnseenEstimate
from lianfang.territory.models import Area
from lianfang.territory.rules import ancestors

KIND = "screening.unseen"
LEVELS = ("district", "subdistrict", "community", "grid")
_WHY = "the system reckons for the whole territory"


@dataclass(frozen=True)
class Appearances:
    """The current reconciliation: its number, names of its lists, and for each person with a place the path of it and
    his lists as bits.
    """

    run: int
    lists: Sequence[str]
    people: Iterable[tuple[str, int]]


_connected: list[Callable[[], Appearances | None]] = []


def connect(appearances: Callable[[], Appearances | None]) -> None:
    """Use this from now on; None where no reconciliation is current. `wiring` knows who has it."""
    _connected[:] = [appearances]


def start(*, actor: Actor, now: datetime) -> int:
    """A job reckons anew; its number. One that waits already will do it. Raises forbidden."""
    actor.require(Permission.SCREENING_MANAGE)
    waiting = Job.objects.filter(kind=KIND, state=JobState.QUEUED).first()
    if waiting is not None:
        return int(waiting.pk)
    with transaction.atomic():
        job = jobs.start(actor=actor, now=now, kind=KIND, title=KIND)
        audit.record(actor=actor, action="unseen.started", now=now, kind="job", object_id=job.pk)
    return int(job.pk)


def reckon(*, now: datetime, tell: Callable[[str, float], object]) -> int:
    """Reckon every area from districts to grids and keep the results in place of the former ones; how many."""
    if not _connected:
        raise RuntimeError("lianfang.wiring is not among the INSTALLED_APPS")
    found = _connected[0]()
    if found is None:
        return 0
    tell(KIND, 0.1)
    areas = {
        one.path: one for one in Area.objects.unscoped(reason=_WHY).filter(level__in=LEVELS).defer("geometry")
    }
    histories = _by_area(found, areas)
    tell(KIND, 0.4)
    within = {path: above for path in histories if (above := _above(path, histories)) is not None}
    results = estimate_all(histories, within)
    rows = [
        UnseenEstimate(
            path=path, run=found.run, area=areas[path].pk, level=areas[path].level, name=areas[path].name[:120],
            result=asdict(one), made_at=now,
        )
        for path, one in results.items()
    ]  # fmt: skip
    with transaction.atomic():
        UnseenEstimate.objects.unscoped(reason=_WHY).delete()
        UnseenEstimate.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _by_area(found: Appearances, areas: Mapping[str, Area]) -> dict[str, Histories]:
    """Histories of every area with people; a person counts for all areas that his place lies in."""
    at_path: dict[str, Counter[int]] = defaultdict(Counter)
    for path, lists in found.people:
        at_path[path][lists] += 1
    counted: dict[str, Counter[int]] = defaultdict(Counter)
    for path, counts in at_path.items():
        for area in ancestors(path):
            if area in areas:
                counted[area].update(counts)
    cells = 1 << len(found.lists)
    return {
        path: Histories(tuple(found.lists), tuple(counts.get(one, 0) if one else 0 for one in range(cells)))
        for path, counts in sorted(counted.items())
    }


def _above(path: str, histories: Mapping[str, Histories]) -> str | None:
    return next(
        (one for one in sorted(ancestors(path), key=len, reverse=True) if one in histories and one != path),
        None,
    )


def results(actor: Actor, level: str | None) -> list[dict[str, Any]]:
    """What was reckoned for areas that the actor sees, with words in both languages; in the order of the tree."""
    rows = UnseenEstimate.objects.within(actor.require(Permission.FINDING_VIEW))
    if level:
        rows = rows.filter(level=level)
    return [_told(row) for row in rows.order_by("path")]


def _told(row: UnseenEstimate) -> dict[str, Any]:
    kept: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in row.result.items()}
    one = Estimate(**kept)
    return {
        **asdict(one),
        "area": row.area,
        "path": row.path,
        "level": row.level,
        "name": row.name,
        "run": row.run,
        "made_at": row.made_at,
        "zh": sentence(one, "zh"),
        "en": sentence(one, "en"),
        "method_zh": method(one, "zh"),
        "method_en": method(one, "en"),
        "warnings": [
            {"code": code, "zh": WARNINGS[code][0], "en": WARNINGS[code][1]} for code in one.warnings
        ],
    }


def assumptions() -> list[dict[str, str]]:
    """Under what the numbers hold, in plain words."""
    return [{"code": code, "zh": zh, "en": en} for code, zh, en in ASSUMPTIONS]
