"""How long the register is kept: in weeks, by a rule that a data centre sets for an area; applied by the daily job."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from lianfang.gates import errors, hourly
from lianfang.gates.models import Crossing, GateHour, RegisterRule
from lianfang.gates.rules import LEAST_WORDS, ancestors_or_self
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor, system
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.territory.access import area_for

#: As long as an incubation needs to be looked back on, twice.
USUAL_WEEKS = 4
LEAST_WEEKS, MOST_WEEKS = 1, 26
_EVERYWHERE = "the rule of retention holds everywhere"
_ABOVE = "the rule of an area above holds here as well"


@transaction.atomic
def put(*, actor: Actor, now: datetime, area: int, weeks: int, why: str) -> RegisterRule:
    """An area's own rule. Raises forbidden, not_found, pass.kind_unfit, pass.words."""
    place = area_for(actor, Permission.GATE_RETAIN, area)
    if not LEAST_WEEKS <= weeks <= MOST_WEEKS:
        raise ProblemError(errors.KIND_UNFIT, field="weeks")
    words = why.strip()
    if len(words) < LEAST_WORDS:
        raise ProblemError(errors.WORDS, least=LEAST_WORDS)
    before = weeks_at(place.path)
    values = {"weeks": weeks, "why": words[:300], "changed_at": now, "changed_by_name": actor.name[:150]}
    rows = RegisterRule.objects.unscoped(reason=_ABOVE)
    made, _ = rows.update_or_create(path=place.path, defaults=values)
    audit.record(
        actor=actor, action="gate.retention_put", now=now, kind="register_rule", object_id=made.pk, path=place.path,
        details={"weeks": weeks, "before": before, "why": words[:300]},
    )  # fmt: skip
    return made


def rule_at(path: str) -> RegisterRule | None:
    """Of the nearest area that has one."""
    rows = RegisterRule.objects.unscoped(reason=_ABOVE).filter(path__in=ancestors_or_self(path))
    return max(rows, key=lambda one: len(one.path), default=None)


def weeks_at(path: str) -> int:
    """Weeks for which crossings at `path` are kept."""
    found = rule_at(path)
    return found.weeks if found else USUAL_WEEKS


def told(path: str) -> dict[str, Any]:
    """The rule that holds at `path`, as a screen shows it."""
    found = rule_at(path)
    if found is None:
        return {"weeks": USUAL_WEEKS, "why": "", "changed_at": None, "changed_by_name": "", "own": False}
    names = ("weeks", "why", "changed_at", "changed_by_name")
    return {**{name: getattr(found, name) for name in names}, "own": found.path == path}


def forget(*, now: datetime) -> int:
    """Delete crossings that are older than the rule of their area says, and record how many. How many."""
    rules = dict(RegisterRule.objects.unscoped(reason=_ABOVE).values_list("path", "weeks"))
    rules.setdefault("", USUAL_WEEKS)
    return sum(_forget(path, rules, now) for path in sorted(rules))


def _forget(path: str, rules: Mapping[str, int], now: datetime) -> int:
    until = hourly.beginning(now - timedelta(weeks=rules[path]))  # whole hours, as they are counted
    nearer = [one for one in rules if one != path and one.startswith(path)]
    here = _below([path]) & ~_below(nearer)
    old = Crossing.objects.unscoped(reason=_EVERYWHERE).filter(here, at__lt=until)
    counts = GateHour.objects.unscoped(reason=_EVERYWHERE).filter(here, hour__lt=until)
    with transaction.atomic():
        count = old.count()
        if count:
            old.delete()
            counts.delete()
            audit.record(
                actor=system("gates"), action="gate.register_forgotten", now=now, kind="crossing", path=path,
                details={"count": count, "before": until.isoformat(), "weeks": rules[path]},
            )  # fmt: skip
    return count


def _below(paths: Iterable[str]) -> Q:
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(path__gte=path, path__lt=f"{path}~")
    return found
