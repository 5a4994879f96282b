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


def total(rows: ScopedQuerySet[GateHour]) -> tuple[int, int]:
    """Crossings, and those with fever."""
    found = rows.aggregate(crossings=Sum("crossings"), fevers=Sum("fevers"))
    return found["crossings"] or 0, found["fevers"] or 0
