"""Quotas that were used at two gates: looked for when crossings have come in. All of them stand."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from lianfang.gates import doubles
from lianfang.gates.crossing_body import Decision
from lianfang.gates.kinds import NumberedQuota, quotas_at
from lianfang.gates.models import Crossing, Pass
from lianfang.gates.quota import Crossing as Passage
from lianfang.gates.quota import double_uses

_WHY = "crossings of one subject, whichever gates they were at"


def notice(rows: Sequence[Crossing], passes: Mapping[str, Pass], *, now: datetime) -> None:
    """Keep double uses of the passes that crossed. Inside the caller's transaction."""
    quotas: dict[str, dict[int, NumberedQuota]] = {}
    limited: dict[str, tuple[Pass, NumberedQuota]] = {}
    earliest: datetime | None = None
    for row in rows:
        of = passes.get(row.serial)
        if of is None or row.decision == Decision.REFUSED:
            continue
        if of.path not in quotas:
            quotas[of.path] = quotas_at(of.path)
        quota = quotas[of.path].get(of.quota)
        if quota is not None and (quota.policy.exits or quota.policy.entries):
            limited[of.subject] = (of, quota)
            since = row.at - timedelta(days=quota.policy.window_days)
            earliest = since if earliest is None else min(earliest, since)
    if earliest is None:
        return
    for subject, found in _passages(limited, earliest).items():
        of, quota = limited[subject]
        if double_uses(quota.policy, found):
            doubles.notice(now=now, of=of, crossings=found)


def _passages(subjects: Mapping[str, object], since: datetime) -> dict[str, list[Passage]]:
    found: dict[str, list[Passage]] = defaultdict(list)
    kept = Crossing.objects.unscoped(reason=_WHY).filter(subject__in=list(subjects), at__gte=since)
    columns = ("subject", "id", "gate", "direction", "at")
    for subject, pk, gate, direction, at in kept.exclude(decision=Decision.REFUSED).values_list(*columns):
        found[subject].append(Passage(str(pk), gate, direction, int(at.timestamp())))
    return found
