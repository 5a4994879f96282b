"""Which kinds of passes and quotas hold at a place: the nearest area's own, else the shipped ones."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from lianfang.gates import access, errors
from lianfang.gates.models import PassKind, QuotaPolicy
from lianfang.gates.quota import Policy
from lianfang.gates.rules import LONGEST_DAYS, Holder, ancestors_or_self, free_number
from lianfang.gates.shipped import Kind, shipped
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor, Scope
from lianfang.kernel.among import among
from lianfang.kernel.errors import CONFLICT, ProblemError
from lianfang.kernel.prepared import Given, Prepared
from lianfang.territory.access import area_for

_WHY = "rules of the areas above hold here as well"
_QUOTAS = Prepared(
    lambda: QuotaPolicy.objects.unscoped(reason=_WHY).filter(among("path", Given("paths", str)))
)
_COLOUR, _HOUR = re.compile(r"#[0-9a-f]{6}"), re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
_FIELDS = (
    "number",
    "code",
    "zh",
    "en",
    "colour",
    "quota",
    "days",
    "budgeted",
    "at_gate",
    "print_zh",
    "print_en",
)


@dataclass(frozen=True)
class NumberedQuota:
    """A quota with its number; `title` empty: a shipped one. `path`: of the area whose it is."""

    number: int
    policy: Policy
    title: str = ""
    path: str = ""
    retired: bool = False


def kinds_at(path: str) -> list[Kind]:
    """Every kind that holds at `path`, by number."""
    found = dict(shipped()[0])
    rows = PassKind.objects.unscoped(reason=_WHY).filter(path__in=ancestors_or_self(path))
    for row in sorted(rows, key=lambda one: len(one.path)):
        found[row.number] = kind_of(row)
    return [found[number] for number in sorted(found)]


def kind_at(path: str, code: str) -> Kind:
    """Raises pass.kind."""
    found = next((one for one in kinds_at(path) if one.code == code), None)
    if found is None:
        raise ProblemError(errors.KIND, holder="")
    return found


def kind_of(row: PassKind) -> Kind:
    return Kind(
        **{name: getattr(row, name) for name in _FIELDS}, holder=Holder(row.holder),
        hours=tuple((a, b) for a, b in row.hours), path=row.path, shipped=False,
    )  # fmt: skip


def quotas_at(path: str) -> dict[int, NumberedQuota]:
    """Every quota that a pass issued at `path` may name, retired ones too."""
    return quotas_of({path})[path]


def quotas_of(paths: Collection[str]) -> dict[str, dict[int, NumberedQuota]]:
    """`quotas_at` for several places at once."""
    above = {path: ancestors_or_self(path) for path in paths}
    wanted = {step for steps in above.values() for step in steps}
    rows: list[QuotaPolicy] = _QUOTAS(paths=wanted) if wanted else []
    return {
        path: {**_shipped_quotas(), **{row.number: quota_of(row) for row in rows if row.path in steps}}
        for path, steps in above.items()
    }


def _shipped_quotas() -> dict[int, NumberedQuota]:
    return {number: NumberedQuota(number, policy) for number, policy in shipped()[1].items()}


def quota_of(row: QuotaPolicy) -> NumberedQuota:
    policy = Policy(row.per, row.window_days, row.exits, row.entries, row.minutes_outside)
    return NumberedQuota(row.number, policy, row.title, row.path, row.retired_at is not None)


def rules_in(scope: Scope) -> tuple[list[Kind], list[NumberedQuota]]:
    """Kinds and quotas that a checker in the scope has to know: the shipped ones, those inside, those above."""
    kinds = PassKind.objects.unscoped(reason=_WHY).filter(access.reaching(scope)).order_by("path", "number")
    quotas = (
        QuotaPolicy.objects.unscoped(reason=_WHY).filter(access.reaching(scope)).order_by("path", "number")
    )
    return (
        [*shipped()[0].values(), *map(kind_of, kinds)],
        [*_shipped_quotas().values(), *map(quota_of, quotas)],
    )


@transaction.atomic
def add_quota(*, actor: Actor, now: datetime, area: int, title: str, policy: Policy) -> QuotaPolicy:
    """A quota of an area's own. Raises forbidden, not_found, pass.quota, pass.numbers."""
    place = area_for(actor, access.MANAGE, area)
    _demand_policy(title, policy)
    made = QuotaPolicy.objects.create(
        path=place.path, number=_number(QuotaPolicy.objects.unscoped(reason=_WHY), place.path), title=title.strip(),
        per=policy.per, window_days=policy.window_days, exits=policy.exits, entries=policy.entries,
        minutes_outside=policy.minutes_outside, made_at=now, made_by_name=actor.name[:150],
    )  # fmt: skip
    _record(actor, now, "pass.quota_added", "quota", made.pk, place.path)
    return made


def _demand_policy(title: str, policy: Policy) -> None:
    bounds = {"window_days": (1, 31), "exits": (0, 50), "entries": (0, 50), "minutes_outside": (0, 10_080)}
    if not title.strip():
        raise ProblemError(errors.QUOTA, field="title")
    for name, (least, most) in bounds.items():
        if not least <= getattr(policy, name) <= most:
            raise ProblemError(errors.QUOTA, field=name)


@transaction.atomic
def retire_quota(*, actor: Actor, now: datetime, quota: int) -> QuotaPolicy:
    """Offer a quota no more; passes that name it keep it. Raises forbidden, not_found, conflict."""
    rows = QuotaPolicy.objects.within(actor.require(access.MANAGE))
    found = access._one(rows, quota)
    if not rows.filter(pk=quota, retired_at=None).update(retired_at=now):
        raise ProblemError(CONFLICT)
    found.retired_at = now
    _record(actor, now, "pass.quota_retired", "quota", found.pk, found.path)
    return found


@transaction.atomic
def put_kind(*, actor: Actor, now: datetime, area: int, kind: Kind) -> PassKind:
    """An area's own kind, or its copy of one that holds there under the same code.

    Raises forbidden, not_found, pass.kind_unfit, pass.quota, pass.numbers.
    """
    place = area_for(actor, access.MANAGE, area)
    known = next((one for one in kinds_at(place.path) if one.code == kind.code), None)
    _demand_kind(kind, known, quotas_at(place.path))
    rows = PassKind.objects.unscoped(reason=_WHY)
    values = {
        **{name: getattr(kind, name) for name in _FIELDS if name not in ("number", "code")},
        "holder": kind.holder.value, "hours": [list(span) for span in kind.hours], "changed_at": now,
        "changed_by_name": actor.name[:150],
    }  # fmt: skip
    number = known.number if known else _number(rows, place.path)
    made, _ = rows.update_or_create(path=place.path, code=kind.code, defaults={**values, "number": number})
    _record(actor, now, "pass.kind_put", "pass_kind", made.pk, place.path)
    return made


def _demand_kind(kind: Kind, known: Kind | None, quotas: dict[int, NumberedQuota]) -> None:
    fits = {
        "code": re.fullmatch(r"[a-z][a-z_]{1,18}", kind.code) is not None,
        "zh": 0 < len(kind.zh.strip()) <= 30,
        "en": 0 < len(kind.en.strip()) <= 40,
        "colour": _COLOUR.fullmatch(kind.colour) is not None,
        "days": 1 <= kind.days <= LONGEST_DAYS,
        # A pass's subject follows from its holder: a kind of which there are passes keeps its own.
        "holder": known is None or known.holder == kind.holder,
        "hours": len(kind.hours) <= 4
        and all(_HOUR.fullmatch(a) and _HOUR.fullmatch(b) and a < b for a, b in kind.hours),
    }
    for field, fine in fits.items():
        if not fine:
            raise ProblemError(errors.KIND_UNFIT, field=field)
    if kind.quota not in quotas or quotas[kind.quota].retired:
        raise ProblemError(errors.QUOTA, field="number")


def _number(rows: Iterable[PassKind] | Iterable[QuotaPolicy], path: str) -> int:
    """A number that no area above or below has given to something else."""
    taken = (row.number for row in rows if row.path.startswith(path) or path.startswith(row.path))
    number = free_number(taken)
    if number is None:
        raise ProblemError(errors.NUMBERS)
    return number


def _record(actor: Actor, now: datetime, action: str, kind: str, pk: int, path: str) -> None:
    audit.record(actor=actor, action=action, now=now, kind=kind, object_id=pk, path=path)


def open_at(hours: Sequence[tuple[str, str]], clock: str) -> bool:
    """Whether a kind counts at this local time ("14:30")."""
    return not hours or any(start <= clock < end for start, end in hours)
