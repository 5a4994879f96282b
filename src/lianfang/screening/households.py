"""Who lives behind a door now: by the lists, by the registry for whoever was registered there, and by what visits said.

A household is the people now behind one dwelling.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lianfang.kernel.actor import Scope
from lianfang.registry.models import Residence
from lianfang.registry.rules import mask
from lianfang.screening import reconciled
from lianfang.screening.models import VisitedPerson
from lianfang.territory.models import Dwelling

_GONE = ("no", "moved")
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Dweller:
    """One person behind a door. ID number and phone masked; `by`: "lists", "registered" or "visit"."""

    uid: int
    name: str
    sex: str
    birth: date | None
    relation: str
    phone: str
    id_number: str
    by: str = "lists"
    on_register: bool = True
    sources: int = 0


Households = dict[int, dict[int, Dweller]]


def households(scope: Scope, dwellings: Sequence[int] | None = None) -> Households:
    """dwelling → number in the registry → person, inside `scope`; of some doors when they are named."""
    found: Households = defaultdict(dict)
    for one in reconciled.lists().residents(scope, None):
        if one.dwelling is not None:
            found[one.dwelling][one.uid] = _listed(one)
    _registered(scope, found)
    _visited(scope, found)
    if dwellings is not None:
        return {pk: found[pk] for pk in dwellings if pk in found}
    return {pk: people for pk, people in found.items() if people}


def _listed(one: reconciled.Resident) -> Dweller:
    return Dweller(
        one.uid, one.name, one.sex, one.birth, one.relation, one.phone, one.id_number, "lists",
        one.on_register, one.sources,
    )  # fmt: skip


def _registered(scope: Scope, found: Households) -> None:
    """Whoever somebody registered there, at a door or gate."""
    homes = Residence.objects.within(scope).filter(until=None, listed=False).exclude(place="")
    homes = homes.filter(person__merged_into=None, person__pending=False).select_related("person")
    rows = list(homes.order_by("person", "since"))
    places = sorted({home.place for home in rows})
    doors: dict[str, int] = {}
    for start in range(0, len(places), _AT_ONCE):
        portion = Dwelling.objects.within(scope).filter(key__in=places[start : start + _AT_ONCE])
        doors |= dict(portion.values_list("key", "pk"))
    for home in rows:
        person, door = home.person, doors.get(home.place)
        if door is not None and person.pk not in found[door]:
            found[door][person.pk] = Dweller(
                person.pk, person.name, person.sex, person.birth, "", mask(person.phone), mask(person.id_number),
                "registered", on_register=False,
            )  # fmt: skip


def _visited(scope: Scope, found: Households) -> None:
    """What visits said last of each person and door: whoever is gone is not behind it."""
    rows = VisitedPerson.objects.within(scope).filter(void=False, dwelling__isnull=False)
    last: dict[tuple[int, int], str] = {}
    for door, person, here in rows.order_by("at").values_list("dwelling", "person", "here"):
        if door is not None and here != "unknown":
            last[door, person] = here
    for (door, person), here in last.items():
        if here in _GONE:
            found[door].pop(person, None)


def uids_of(people: Iterable[Dweller]) -> list[int]:
    return sorted(one.uid for one in people)
