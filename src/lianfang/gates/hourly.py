"""Crossings by the hour: counted as they come in, added up when somebody asks for days."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Sum

from lianfang.gates.crossed import Crossed
from lianfang.gates.models import GateHour
from lianfang.kernel import bulk
from lianfang.kernel.clock import LOCAL
from lianfang.kernel.scoping import ScopedQuerySet

_KEY, _SUMS = ("gate", "hour", "direction", "decision"), ("crossings", "fevers")


def beginning(at: datetime) -> datetime:
    """Of the local hour."""
    return at.astimezone(LOCAL).replace(minute=0, second=0, microsecond=0)


def count(rows: Iterable[Crossed]) -> None:
    """Add new crossings. Inside the transaction that keeps them: both are there, or neither."""
    found: dict[tuple[int, datetime, str, str], list[Crossed]] = {}
    for row in rows:
        found.setdefault((row.gate, beginning(row.at), row.direction, row.decision), []).append(row)
    keys = sorted(found)
    if not keys:
        return
    firsts = [found[key][0] for key in keys]
    columns: dict[str, Sequence[Any]] = {
        **dict(zip(_KEY, zip(*keys, strict=True), strict=True)),
        "path": [one.path for one in firsts],
        "compound": [one.compound for one in firsts],
        "crossings": [len(found[key]) for key in keys],
        "fevers": [sum(one.fever for one in found[key]) for key in keys],
    }
    bulk.add(GateHour, columns, key=_KEY, sums=_SUMS)


def newest_first(rows: ScopedQuerySet[GateHour], fever: bool | None) -> list[tuple[datetime, int]]:
    """When each hour began, and how many crossings it had: all of them, or those with fever, or those without."""
    told = rows.order_by("-hour").values_list("hour").annotate(all=Sum("crossings"), hot=Sum("fevers"))
    return [(began, {None: count, True: hot, False: count - hot}[fever]) for began, count, hot in told]
