"""When people come to a compound's gates: by its own register where that tells enough, else as on a usual day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Sum

from lianfang.gates.models import GateHour
from lianfang.gates.plan.terms import USUAL_DAY
from lianfang.gates.rules import start_of_day
from lianfang.kernel.clock import LOCAL, local_date
from lianfang.territory.models import Compound

#: Whole days that are looked back on; on how many of them the register must tell something, and how much in all.
LOOKED_BACK, LEAST_DAYS, LEAST_CROSSINGS = 14, 3, 200
_BOUNDS = (0.05, 10.0)  # crossings a person and day that a plan can be reckoned with
_WHY = "of a compound that the caller has been let in to"


@dataclass(frozen=True)
class Hours:
    """`crossings` on `days` local days from `first_on` to `last_on`, refused tries as well: they take their time too.

    `day`: the shares of the 24 hours.
    """

    day: tuple[float, ...]
    crossings: int
    days: int
    first_on: date
    last_on: date

    def a_person(self, people: int) -> float | None:
        """Crossings a person and day; None where nobody is counted in the buildings."""
        if not people:
            return None
        low, high = _BOUNDS
        return round(min(max(self.crossings / self.days / people, low), high), 2)


def of_register(compound: Compound, now: datetime) -> Hours | None:
    """What the register says of the days before today; None where it says too little. Days without anything in it do
    not count: then nobody wrote.
    """
    today = local_date(now)
    rows = GateHour.objects.unscoped(reason=_WHY).filter(
        compound=compound.pk,
        hour__gte=start_of_day(today - timedelta(days=LOOKED_BACK)),
        hour__lt=start_of_day(today),
    )
    hours, days = [0] * 24, set[date]()
    for began, count in rows.order_by().values_list("hour").annotate(n=Sum("crossings")):
        hours[began.astimezone(LOCAL).hour] += count
        days.add(local_date(began))
    total = sum(hours)
    if len(days) < LEAST_DAYS or total < LEAST_CROSSINGS:
        return None
    shares = tuple(round(count / total, 6) for count in hours)
    return Hours(shares, total, len(days), min(days), max(days))


def chosen(
    said: Mapping[str, Any], found: Hours | None, people: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The terms to reckon with, and where their hours come from, for the page: what a plan says itself comes first."""
    terms = dict(said)
    if "day" in terms:
        return terms, {"source": "given"}
    if found is None:
        return {**terms, "day": USUAL_DAY}, {"source": "usual"}
    a_person = found.a_person(people)
    if "crossings" not in terms and a_person is not None:
        terms["crossings"] = a_person
    told = {
        "source": "register", "crossings": found.crossings, "days": found.days,
        "first_on": found.first_on.isoformat(), "last_on": found.last_on.isoformat(),
    }  # fmt: skip
    return {**terms, "day": found.day}, told
