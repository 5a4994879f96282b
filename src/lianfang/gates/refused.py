"""What a gate refuses: the list of serials, in numbered editions, so that a phone gets only what is new."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from lianfang.gates.models import Pass, Revocation, RevocationEdition, RevocationState
from lianfang.gates.passcode.claims import SERIAL_BYTES
from lianfang.gates.rules import PassState
from lianfang.territory.rules import CODE_LENGTH

#: Editions that are kept: a phone that was away for longer gets the whole list.
KEPT = 200
#: By name, not as "other than valid": the index finds these, who are few, and each phone asks every minute.
_DEAD = [one.value for one in PassState if one != PassState.VALID]
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
    dead = set(rows.filter(state__in=_DEAD).values_list("serial", flat=True))
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


def edition(code: str, now: datetime) -> tuple[RevocationEdition, Refused]:
    """The newest numbered state of what is refused in an area, made when it differs from the one before it."""
    found = in_area(code, now)
    newest = _newest(code)
    if newest is not None and bytes(newest.serials) == joined(found):
        return newest, found
    with transaction.atomic():
        RevocationState.objects.get_or_create(area=code)
        # The row is held: of two who notice a change at once, the later one looks again.
        RevocationState.objects.filter(area=code).update(sequence=F("sequence") + 1)
        found, newest = in_area(code, now), _newest(code)
        if newest is not None and bytes(newest.serials) == joined(found):
            return newest, found
        number = RevocationState.objects.get(area=code).sequence
        made = RevocationEdition.objects.create(area=code, number=number, made_at=now, serials=joined(found))
        RevocationEdition.objects.filter(area=code, number__lte=number - KEPT).delete()
    return made, found


def since(newest: RevocationEdition, number: int) -> tuple[frozenset[bytes], frozenset[bytes]] | None:
    """What is refused and was not in the edition `number`, and the other way round; None when that one is not kept, or
    so much has changed that the whole list is shorter.
    """
    before = newest if number == newest.number else _numbered(newest.area, number)
    if before is None:
        return None
    then, now = _apart(bytes(before.serials)), _apart(bytes(newest.serials))
    added, gone = now - then, then - now
    return None if len(added) + len(gone) > max(len(now) // 2, 4) else (added, gone)


def anew(areas: Iterable[str]) -> None:
    """A key was withdrawn: what it signed opens no more, so phones of these areas (codes) get whole lists again."""
    for code in areas:
        RevocationEdition.objects.filter(_touching(code, "area")).delete()


def joined(found: Refused) -> bytes:
    return b"".join(sorted(bytes.fromhex(one) for one in found.serials))


def _apart(serials: bytes) -> frozenset[bytes]:
    return frozenset(serials[at : at + SERIAL_BYTES] for at in range(0, len(serials), SERIAL_BYTES))


def _newest(code: str) -> RevocationEdition | None:
    return RevocationEdition.objects.filter(area=code).order_by("-number").first()


def _numbered(code: str, number: int) -> RevocationEdition | None:
    return RevocationEdition.objects.filter(area=code, number=number).first()


def _touching(code: str, column: str) -> Q:
    """The area itself, those below it, and those above it, whose passes may be for a compound that lies in it."""
    above = [code[:length] for length in CODE_LENGTH.values() if length < len(code)]
    return Q(**{f"{column}__startswith": code}) | Q(**{f"{column}__in": above})
