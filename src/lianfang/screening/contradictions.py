"""Two workers at one household at once: what their visits contradict one another in."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from lianfang.screening.models import Visit, VisitConflict
from lianfang.screening.rules import AT_ONCE, IN_VAIN, differing

_WHY = "visits to the same door"


def notice(visits: Sequence[Visit], *, now: datetime) -> list[VisitConflict]:
    """Note what the new visits contradict others in. In vain is no contradiction: somebody came later or earlier."""
    telling = [one for one in visits if one.outcome not in IN_VAIN and one.dwelling is not None]
    if not telling:
        return []
    doors = {one.dwelling for one in telling}
    earliest = min(one.corrected_at for one in telling) - AT_ONCE
    latest = max(one.corrected_at for one in telling) + AT_ONCE
    near = Visit.objects.unscoped(reason=_WHY).filter(
        ~Q(outcome__in=[one.value for one in IN_VAIN]),
        dwelling__in=doors, corrected_at__gte=earliest, corrected_at__lte=latest,
    )  # fmt: skip
    others = list(near.defer("body").order_by("corrected_at", "pk"))
    at: dict[int | None, list[Visit]] = defaultdict(list)
    for other in others:
        at[other.dwelling].append(other)
    pairs = {_pair(one, other) for one in telling for other in at[one.dwelling] if _at_once(one, other)}
    return _noted(pairs, {one.pk: one for one in [*others, *telling]}, now) if pairs else []


def _at_once(one: Visit, other: Visit) -> bool:
    """At one door, near in time, by two people or with two phones."""
    if one.pk == other.pk or one.dwelling != other.dwelling:
        return False
    if (one.worker, one.device, one.worker_name) == (other.worker, other.device, other.worker_name):
        return False  # paper forms of two workers, typed in by one, are two
    return abs(one.corrected_at - other.corrected_at) <= AT_ONCE


def _pair(one: Visit, other: Visit) -> tuple[object, object]:
    first, second = sorted((one, other), key=lambda visit: (visit.corrected_at, str(visit.pk)))
    return (first.pk, second.pk)


def _noted(
    pairs: Iterable[tuple[object, object]], visits: dict[object, Visit], now: datetime
) -> list[VisitConflict]:
    made = []
    for first, second in sorted(pairs, key=str):
        one, other = visits[first], visits[second]
        about = differing(answers(one), answers(other))
        if about:
            made.append(
                VisitConflict(
                    path=other.path,
                    dwelling=other.dwelling,
                    first=one,
                    second=other,
                    about=list(about),
                    noticed_at=now,
                )
            )
    VisitConflict.objects.bulk_create(made, ignore_conflicts=True)
    return made


def answers(visit: Visit) -> dict[str, str]:
    """What the visit answers, by question: outcome, and of each person known by number what is said."""
    body = json.loads(visit.body)
    found = {"outcome": str(visit.outcome)}
    for seen in body.get("people", []):
        if seen.get("uid") is None:
            continue
        for name in ("here", "returned_on", "from", "health"):
            if seen.get(name) is not None:
                key = f"person:{seen['uid']}:{name}"
                found[key] = json.dumps(seen[name], ensure_ascii=False, sort_keys=True)
    return found
