"""How many findings there are, and how many of them wait for somebody. Every screen that shows a count asks here.

The run's figures were added up when it was loaded; what people have settled since is counted and taken off.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Sum

from lianfang.kernel.actor import Actor
from lianfang.linkage import access
from lianfang.linkage.models import Run
from lianfang.linkage.work.rules import SETTLED, TOUCHED, WorkState


def moment(since: datetime) -> str:
    """As the figures write when a finding was found first: texts of one length, in the order of time."""
    return since.astimezone(UTC).isoformat(timespec="microseconds")


def by_kind(actor: Actor, run: Run) -> list[dict[str, Any]]:
    """code, severity, findings (all) and todo (not settled) of every kind that was found."""
    rows = access.figures(actor, run).filter(measure="findings").order_by().values("a", "b")
    settled = _touched(actor, run, by="code", only=SETTLED)
    return [
        {
            "code": row["a"],
            "severity": row["b"],
            "findings": row["sum"],
            "todo": row["sum"] - settled[row["a"]],
        }
        for row in rows.annotate(sum=Sum("n")).order_by("a", "b")
    ]


def by_state(actor: Actor, run: Run) -> dict[str, int]:
    """How many findings stand in each state; together they are all there are."""
    touched = _touched(actor, run, by="state")
    total = access.figures(actor, run).filter(measure="findings").aggregate(sum=Sum("n"))["sum"] or 0
    found = {state.value: touched[state.value] for state in WorkState}
    found[WorkState.OPEN.value] = total - sum(touched.values())
    return found


def _touched(actor: Actor, run: Run, *, by: str, only: Sequence[WorkState] = TOUCHED) -> Counter[str]:
    rows = access.findings(actor, run).filter(state__in=[state.value for state in only])
    return Counter(dict(rows.order_by().values_list(by).annotate(n=Count("pk"))))
