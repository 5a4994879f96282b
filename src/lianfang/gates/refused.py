"""What a gate refuses: the signed list of serials, with a number that says which state of it this is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from lianfang.gates.models import Pass, Revocation, RevocationState
from lianfang.gates.rules import PassState
from lianfang.territory.rules import CODE_LENGTH

_WHY = "what is refused in an area is refused at each of its gates"


@dataclass(frozen=True)
class Refused:
    """Serials (hexadecimal) that count nowhere now; and those that guards have suspended, each with its end
    (seconds since 1970), which end by themselves.
    """

    serials: frozenset[str]
    suspended: dict[str, int]


def in_area(code: str, now: datetime) -> Refused:
    """Of passes that the area `code`, an area below or one above it issued. What is over by its days is not named."""
    rows = Pass.objects.unscoped(reason=_WHY).filter(_touching(code, "area"), valid_until__gt=now)
    dead = set(rows.exclude(state=PassState.VALID.value).values_list("serial", flat=True))
    running = Revocation.objects.unscoped(reason=_WHY).filter(
        _touching(code, "of__area"), of__valid_until__gt=now, of__state=PassState.VALID.value, lifted_at=None,
        since__lte=now, until__gt=now,
    )  # fmt: skip
    suspended: dict[str, int] = {}
    for serial, by_guard, until in running.values_list("of__serial", "by_guard", "until"):
        if by_guard:
            suspended[serial] = max(suspended.get(serial, 0), int(until.timestamp()))
        else:
            dead.add(serial)
    return Refused(frozenset(dead), suspended)


def changed(areas: Iterable[str]) -> None:
    """Something is refused, or refused no more, in these areas (codes). Inside the caller's transaction."""
    for code in sorted(set(areas)):
        RevocationState.objects.get_or_create(area=code)
        RevocationState.objects.filter(area=code).update(sequence=F("sequence") + 1)


def sequence(code: str) -> int:
    """The number of the newest change in an area; grows with every change."""
    return sum(RevocationState.objects.filter(_touching(code, "area")).values_list("sequence", flat=True))


def _touching(code: str, column: str) -> Q:
    """The area itself, those below it, and those above it, whose passes may be for a compound that lies in it."""
    above = [code[:length] for length in CODE_LENGTH.values() if length < len(code)]
    return Q(**{f"{column}__startswith": code}) | Q(**{f"{column}__in": above})
