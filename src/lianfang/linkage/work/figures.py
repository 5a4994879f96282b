"""How many findings there are, and how many of them wait for somebody. Every screen that shows a count asks here.

The run's figures were added up when it was loaded; what people have settled since is counted and taken off.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, F, Sum

from lianfang.kernel.actor import Actor
from lianfang.linkage import access
from lianfang.linkage.models import Run, RunFinding, RunPerson
from lianfang.linkage.work.rules import SETTLED, TODO, TOUCHED, WorkState

_WHY = "how many wait is written down for everybody"
#: People named in one query.
_AT_ONCE = 500


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


def by_path(actor: Actor, run: Run) -> Counter[str]:
    """How many findings wait for somebody, by the area in which they lie."""
    rows = access.figures(actor, run).filter(measure="findings").order_by().values_list("path")
    found = Counter(dict(rows.annotate(sum=Sum("n"))))
    found.subtract(_touched(actor, run, by="path", only=SETTLED))
    return found


def _touched(actor: Actor, run: Run, *, by: str, only: Sequence[WorkState] = TOUCHED) -> Counter[str]:
    rows = access.counted_findings(actor, run).filter(state__in=[state.value for state in only])
    found: Counter[str] = Counter()
    # Grouped by the state first, SQLite takes the index of states, where what has been touched is little.
    for _, key, n in rows.order_by().values_list("state", F(by)).annotate(n=Count("*")):
        found[key] += n
    return found


def count_again(run: Run, persons: Iterable[int]) -> None:
    """Write down anew how many findings of each of these people wait for somebody, and how many conflicts there are."""
    wanted = sorted(set(persons))
    for start in range(0, len(wanted), _AT_ONCE):
        _count_some(run, wanted[start : start + _AT_ONCE])


def count_settled(run: Run) -> None:
    """`count_again` for whoever has a finding that was settled before the run was made."""
    rows = RunFinding.objects.unscoped(reason=_WHY).filter(run=run, state__in=[one.value for one in SETTLED])
    persons = rows.exclude(person=None).order_by().values_list("person", flat=True).distinct()
    count_again(run, [person for person in persons if person is not None])


def _count_some(run: Run, persons: Sequence[int]) -> None:
    shown = RunFinding.objects.unscoped(reason=_WHY).filter(run=run, hidden=False, person__in=persons)
    waiting: Counter[int] = Counter()
    conflicts: Counter[int] = Counter()
    for person, code, state in shown.values_list("person", "code", "state"):
        if person is not None:
            waiting[person] += state in TODO
            conflicts[person] += code.startswith("conflict.")
    changed = []
    people = RunPerson.objects.unscoped(reason=_WHY).filter(run=run, hidden=False, person__in=persons)
    for one in people.only("person", "findings", "conflicts"):
        if (one.findings, one.conflicts) != (waiting[one.person], conflicts[one.person]):
            one.findings, one.conflicts = waiting[one.person], conflicts[one.person]
            changed.append(one)
    RunPerson.objects.unscoped(reason=_WHY).bulk_update(changed, ["findings", "conflicts"])
