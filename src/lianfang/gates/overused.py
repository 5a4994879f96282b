"""Quotas that were used at two gates which did not see each other: looked for when crossings have come in. All stand.

A batch is looked at as one: its quotas, the crossings of its subjects, and what was noticed before are a question each.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count

from lianfang.gates.crossed import Crossed, Shown
from lianfang.gates.crossing_body import Decision
from lianfang.gates.kinds import quotas_of
from lianfang.gates.models import Crossing, DoubleUse
from lianfang.gates.quota import Crossing as Passage
from lianfang.gates.quota import Direction, Policy, double_uses
from lianfang.gates.quota import DoubleUse as Found
from lianfang.kernel import bulk, exclusive
from lianfang.kernel.among import among
from lianfang.kernel.prepared import Given, Prepared
from lianfang.kernel.scoping import ScopedQuerySet

_WHY = "crossings of one subject, whichever gates they were at"
Limited = Mapping[str, tuple[Shown, Policy]]


def notice(rows: Sequence[Crossed], passes: Mapping[str, Shown], *, now: datetime) -> None:
    """Keep double uses of the passes that crossed; those kept before stay. Inside the caller's transaction."""
    shown = [(row, passes[row.serial]) for row in rows if row.serial in passes and _through(row)]
    quotas = quotas_of({of.path for _, of in shown})
    limited: dict[str, tuple[Shown, Policy]] = {}
    since: list[datetime] = []
    for row, of in shown:
        quota = quotas[of.path].get(of.quota)
        if quota is not None and (quota.policy.exits or quota.policy.entries):
            limited[of.subject] = (of, quota.policy)
            since.append(row.at - timedelta(days=quota.policy.window_days))
    if not limited:
        return
    hold()
    first = min(since)
    if more := _more_than_allowed(limited, first):
        _keep(
            [
                (limited[subject][0], double)
                for subject, passages in _passages(more, first).items()
                for double in double_uses(limited[subject][1], passages)
            ],
            now,
        )


def hold() -> None:
    """Of two batches at the same moment, each with one of two crossings, the later one sees both. Nobody may hold the
    audit record when he comes here.
    """
    exclusive.hold("crossings")


def _through(row: Crossed) -> bool:
    return row.decision != Decision.REFUSED


def _kept() -> ScopedQuerySet[Crossing]:
    rows = Crossing.objects.unscoped(reason=_WHY)
    rows = rows.filter(among("subject", Given("subjects", str)), at__gte=Given("since", datetime))
    # The index holds no empty subjects, and neither database sees by itself that none of these is.
    return rows.exclude(subject="").exclude(decision=Decision.REFUSED).order_by()


_COUNTED = Prepared(
    lambda: _kept().values_list("subject", "direction").annotate(n=Count("pk")).filter(n__gt=1)
)
_PASSAGES = Prepared(lambda: _kept().values_list("subject", "id", "gate", "direction", "at"))


def _more_than_allowed(limited: Limited, since: datetime) -> list[str]:
    """Subjects who went out or in more often than their window allows, windows apart: very few."""
    counted = _COUNTED(subjects=limited, since=since)
    return [subject for subject, direction, n in counted if 0 < limited[subject][1].allowed(direction) < n]


def _passages(subjects: Collection[str], since: datetime) -> dict[str, list[Passage]]:
    found: dict[str, list[Passage]] = defaultdict(list)
    for subject, pk, gate, direction, at in _PASSAGES(subjects=subjects, since=since):
        way: Direction = "out" if direction == "out" else "in"
        found[subject].append(Passage(str(pk), gate, way, int(at.timestamp())))
    return found


def _keep(found: Sequence[tuple[Shown, Found]], now: datetime) -> None:
    if not found:
        return
    columns: dict[str, list[Any]] = {
        "path": [of.path for of, _ in found],
        "subject": [of.subject for of, _ in found],
        "of_id": [of.pk for of, _ in found],
        "reason": [one.reason for _, one in found],
        "first": [UUID(one.first.id) for _, one in found],
        "second": [UUID(one.second.id) for _, one in found],
        "first_gate": [one.first.gate for _, one in found],
        "second_gate": [one.second.gate for _, one in found],
        "first_at": [_moment(one.first.at) for _, one in found],
        "second_at": [_moment(one.second.at) for _, one in found],
    }
    bulk.put(DoubleUse, columns, {"noticed_at": now}, once=True)


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC)
