"""What gates ask of screening: the fever of the profiles in use, and who is under a confirmed measure."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q

from lianfang.kernel.actor import Scope
from lianfang.kernel.among import among
from lianfang.kernel.clock import local_date
from lianfang.kernel.prepared import Given, Prepared
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.screening import diseases
from lianfang.screening.field import FEVER
from lianfang.screening.measures import MeasureState
from lianfang.screening.models import MeasureProposal

#: Measures of profiles under which somebody stays where he is.
STAYING = ("observe_home", "observe_central", "isolate_home", "mosquito_isolation")
_WHY = "a gate asks yes or no; nothing of the measure is told"


def fever(path: str) -> float:
    """°C from which on a temperature counts as a fever at `path`: the lowest of the profiles of campaigns that run
    there or above; the usual one where none runs.
    """
    return min((one.fever.threshold for one in diseases.at(path)), default=FEVER)


def held(people: Iterable[int], now: datetime) -> set[int]:
    """Those of them who have to stay at home now."""
    return set(_HELD(people=set(people), today=local_date(now)))


def held_in(scope: Scope, now: datetime) -> set[int]:
    """Everybody of the scope who has to stay at home now."""
    rows = _running(MeasureProposal.objects.within(scope), local_date(now))
    return set(rows.values_list("person", flat=True))


def _running(rows: ScopedQuerySet[MeasureProposal], today: date | Given) -> ScopedQuerySet[MeasureProposal]:
    return rows.filter(
        Q(until=None) | Q(until__gte=today), Q(since=None) | Q(since__lte=today),
        state=MeasureState.CONFIRMED.value, measure__in=STAYING,
    )  # fmt: skip


_HELD = Prepared(
    lambda: (
        _running(MeasureProposal.objects.unscoped(reason=_WHY), Given("today", date))
        .filter(among("person", Given("people", int)))
        .values_list("person", flat=True)
    )
)
