"""Whom a pass is for: people of the registry, households, vehicles, and outsiders who are on no register."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lianfang.gates import access, errors
from lianfang.gates.kinds import kind_at
from lianfang.gates.rules import Holder, clean_plate
from lianfang.gates.shipped import Kind
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.registry import access as registry
from lianfang.registry.models import Person, Residence
from lianfang.territory.models import Dwelling

MOST_AT_ONCE = 20  # in one request; more are a list, issued by a job
_LIVES = "of a door that the actor may issue passes for"


@dataclass(frozen=True)
class For:
    """Somebody, or a vehicle. `person` and `dwelling`: numbers, where known; `path`: where he lives."""

    name: str
    phone: str = ""
    person: int | None = None
    dwelling: int | None = None
    plate: str = ""
    path: str = ""
    more: dict[str, str] = field(default_factory=dict)  # employer, from, remarks of an outsider


def of_people(actor: Actor, uids: Sequence[int]) -> list[For]:
    """People by their numbers in the registry, in this order. Raises forbidden, not_found when one is not there."""
    found = {one.pk: one for one in registry.people(actor).filter(pk__in=uids)}
    if set(uids) - set(found):
        raise ProblemError(NOT_FOUND)
    homes = _homes(actor, list(found))
    return [_person(found[uid], *homes.get(uid, (None, ""))) for uid in dict.fromkeys(uids)]


def _homes(actor: Actor, uids: Sequence[int]) -> dict[int, tuple[int | None, str]]:
    """Person → door and path, where the actor may see it."""
    rows = Residence.objects.within(actor.require(access.ISSUE)).filter(person__in=uids, until=None)
    lives = list(rows.order_by("since").values_list("person", "place", "path"))
    doors = Dwelling.objects.unscoped(reason=_LIVES).filter(key__in={place for _, place, _ in lives if place})
    by_key = dict(doors.values_list("key", "pk"))
    return {person: (by_key.get(place), path) for person, place, path in lives}


def of_door(actor: Actor, code: str, compound: int, dwelling: int) -> list[For]:
    """`of_household` for a kind by its code. Raises pass.kind as well."""
    place = access.compound(actor, access.ISSUE, compound)
    return of_household(actor, kind_at(place.path, code), dwelling)


def of_household(actor: Actor, kind: Kind, dwelling: int) -> list[For]:
    """Everybody who lives behind a door; or the household as one, for a kind that is given to households.

    Raises forbidden, not_found, pass.nobody.
    """
    door = access.door(actor, dwelling)
    homes = Residence.objects.unscoped(reason=_LIVES).filter(place=door.key, until=None)
    people = Person.objects.unscoped(reason=_LIVES).filter(
        pk__in=homes.values("person"), pending=False, merged_into=None
    )
    found = [_person(one, door.pk, door.path) for one in people.order_by("birth", "pk")]
    if not found:
        raise ProblemError(errors.NOBODY)
    if kind.holder != Holder.HOUSEHOLD:
        return found
    first = found[0]
    return [For(first.name, first.phone, first.person, door.pk, "", door.path)]


def _person(one: Person, dwelling: int | None, path: str) -> For:
    return For(one.name, one.phone, one.pk, dwelling, "", path)


def demand(kind: Kind, one: For) -> For:
    """The holder as the kind needs him. Raises pass.name, pass.plate, pass.kind."""
    if not one.name.strip():
        raise ProblemError(errors.NAME)
    plate = clean_plate(one.plate)
    if kind.holder == Holder.VEHICLE:
        if not 2 <= len(plate) <= 8 or len(plate.encode()) > 12:
            raise ProblemError(errors.PLATE)
    elif plate:
        raise ProblemError(errors.KIND, holder="vehicle")
    if kind.holder == Holder.HOUSEHOLD and one.dwelling is None:
        raise ProblemError(errors.KIND, holder="household")
    return For(one.name.strip(), one.phone.strip(), one.person, one.dwelling, plate, one.path, one.more)
