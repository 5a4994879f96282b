"""Registering one person; loading many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.registry import access, matching
from lianfang.registry.errors import ID_TAKEN, NOTHING_SAID
from lianfang.registry.keys import identifiers, search_keys
from lianfang.registry.locks import hold
from lianfang.registry.models import Identifier, IdentifierKind, Person, PersonKey, Residence
from lianfang.registry.rules import differs, frame_of

#: People who share a value beyond this are not looked at: it identifies nobody (the hotel's phone).
CANDIDATES = 100
#: Different descriptions kept of one person; what the engine compares of a person as well.
DESCRIPTIONS = 6
TELLING = ("name", "id_text", "phone")


@dataclass(frozen=True)
class Registered:
    """The person; whether he is new; and persons whom the actor may see and who may be the same, likeliest first."""

    person: Person
    created: bool
    doubtful: tuple[int, ...]


@dataclass(frozen=True)
class _Stranger:
    """Who stands at the door: what he says, standardised, and his identifiers as (kind, value)."""

    description: dict[str, Any]
    identifiers: tuple[tuple[str, str], ...]
    values: Mapping[str, str | None]
    path: str


@dataclass(frozen=True)
class _Opinion:
    """What the engine says of candidates in these versions."""

    candidates: Mapping[int, int]  # person -> version
    same: int | None
    doubtful: tuple[int, ...]


def register_person(
    *,
    actor: Actor,
    now: datetime,
    path: str,
    name: str | None = None,
    id_number: str | None = None,
    phone: str | None = None,
    address: str | None = None,
    sex: str | None = None,
    birth: str | None = None,
) -> Registered:
    """The person known by these values, or a new one; either way with a residence in the area at `path`.

    Two who register the same stranger in the same second get one person: the decision is taken while the stranger's
    keys are held. Values are as typed. Raises person.nothing_said, person.id_taken, forbidden, not_found.
    """
    actor.require(Permission.PERSON_REGISTER, path)
    given = {
        "name": name,
        "id_number": id_number,
        "phone": phone,
        "address": address,
        "sex": sex,
        "birth": birth,
    }
    stranger = _stranger(given, now.date(), path)
    # The engine needs a tenth of a second: it judges before the locks, and again only if somebody came between.
    opinion = _opinion(stranger, _candidates(stranger))
    with transaction.atomic():
        hold(f"{kind}:{value}" for kind, value in stranger.identifiers)
        candidates = _candidates(stranger)
        if {person.pk: person.version for person in candidates} != opinion.candidates:
            opinion = _opinion(stranger, candidates)
        known = next((person for person in candidates if person.pk == opinion.same), None)
        person = known or _create(stranger, now, candidates)
        _add(person, stranger, now, is_new=known is None)
        action = "person.recognised" if known else "person.registered"
        audit.record(actor=actor, action=action, now=now, kind="person", object_id=person.pk, path=path)
    return Registered(person, known is None, _visible(actor, opinion.doubtful))


def _stranger(given: Mapping[str, str | None], on: date, path: str) -> _Stranger:
    description = matching.matcher().describe(given, on)
    if not any(description.get(field) for field in TELLING):
        raise ProblemError(NOTHING_SAID)
    found = identifiers(frame_of({0: [description]}))
    return _Stranger(description, tuple(found.select("kind", "value").rows()), given, path)


def _candidates(stranger: _Stranger) -> list[Person]:
    """Everybody who shares an identifier, in any area: a stranger here may be at home there."""
    numbers: set[int] = set()
    for kind, value in stranger.identifiers:
        kinds = (IdentifierKind.ID_NUMBER, IdentifierKind.ID_TEXT) if kind.startswith("id_") else (kind,)
        shared = Identifier.objects.filter(value=value, kind__in=kinds).order_by("person")
        numbers.update(shared.values_list("person", flat=True)[:CANDIDATES])
    people = Person.objects.unscoped(reason="whether a person is known must not depend on who asks")
    return list(people.filter(pk__in=numbers).order_by("pk"))


def _opinion(stranger: _Stranger, candidates: Sequence[Person]) -> _Opinion:
    versions = {person.pk: person.version for person in candidates}
    verdicts = matching.matcher().judge(
        stranger.description, [person.descriptions for person in candidates], _frequency(stranger)
    )
    pairs = sorted(zip(verdicts, candidates, strict=True), key=lambda pair: -pair[0].probability)
    same = next((person.pk for verdict, person in pairs if verdict.link), None)
    doubtful = tuple(person.pk for verdict, person in pairs if verdict.ask and person.pk != same)
    return _Opinion(versions, same, doubtful)


def _frequency(stranger: _Stranger) -> tuple[int, int, int]:
    """How many people bear the name, how many one that sounds so, and how many there are."""
    keys = PersonKey.objects.unscoped(reason="how common a name is, is no secret of any area")
    name = stranger.description.get("name") or ""
    sound = (stranger.description.get("name_py") or "").replace(" ", "")
    people = Person.objects.unscoped(reason="a number of people, nothing about them")
    newest = people.order_by("-pk").values_list("pk", flat=True).first() or 1
    bearers, sounding = (keys.filter(key=key)[:1000].count() if key else 0 for key in (name, sound))
    return bearers, sounding, newest


def _create(stranger: _Stranger, now: datetime, candidates: Sequence[Person]) -> Person:
    """A new person without keys. Raises person.id_taken."""
    numbers = [value for kind, value in stranger.identifiers if kind == IdentifierKind.ID_NUMBER]
    if candidates and Identifier.objects.filter(kind=IdentifierKind.ID_NUMBER, value__in=numbers).exists():
        raise ProblemError(ID_TAKEN)
    said = stranger.description
    return Person.objects.create(
        name=(said.get("name") or stranger.values.get("name") or "")[:80],
        sex=said.get("sex") or "",
        birth=date.fromisoformat(said["birth"]) if said.get("birth") else None,
        id_number=(said.get("id_text") or "")[:40],
        phone=(said.get("phone") or "")[:40],
        address=(stranger.values.get("address") or "")[:200],
        descriptions=[said],
        met=[said],
        created_at=now,
    )


def _add(person: Person, stranger: _Stranger, now: datetime, *, is_new: bool) -> None:
    """What the stranger says is kept with the person: description, identifiers, residence, keys."""
    if not is_new and differs(stranger.description, person.descriptions):
        # What somebody corrected is not pushed out by what others say.
        corrected = [one for one in person.descriptions if one.get("corrected")]
        others = [one for one in person.descriptions if not one.get("corrected")]
        person.descriptions = [*[*others, stranger.description][-DESCRIPTIONS:], *corrected]
        person.met = [*person.met, stranger.description][-DESCRIPTIONS:]
        person.digest = 0
        person.version += 1
        _fill(person, stranger)
        person.save()
    held = set(person.identifiers.values_list("kind", "value"))
    number = IdentifierKind.ID_NUMBER
    # A second valid number, or somebody else's, identifies nobody; it stays in the description.
    taken = any(kind == number for kind, _ in held) or (
        Identifier.objects.filter(
            kind=number, value__in=[v for k, v in stranger.identifiers if k == number]
        ).exists()
    )
    for kind, value in stranger.identifiers:
        if (kind, value) not in held and not (taken and kind == number):
            Identifier.objects.create(person=person, kind=kind, value=value)
    place = (stranger.description.get("place") or "")[:160]
    homes = Residence.objects.unscoped(reason="the person's own").filter(person=person, until=None)
    if not homes.filter(path=stranger.path, place=place).exists():
        address = (stranger.values.get("address") or "")[:200]
        Residence.objects.create(person=person, path=stranger.path, place=place, address=address, since=now)
    _index(person)


def _fill(person: Person, stranger: _Stranger) -> None:
    said = stranger.description
    person.name = person.name or (said.get("name") or "")[:80]
    person.sex = person.sex or said.get("sex") or ""
    person.id_number = person.id_number or (said.get("id_text") or "")[:40]
    person.phone = person.phone or (said.get("phone") or "")[:40]
    person.address = person.address or (stranger.values.get("address") or "")[:200]


def _index(person: Person) -> None:
    """Adds the keys that are not there yet, under every area where the person lives."""
    homes = Residence.objects.unscoped(reason="the person's own").filter(person=person, until=None)
    paths = sorted(set(homes.values_list("path", flat=True)))
    keys = search_keys(frame_of({person.pk: person.descriptions}))["key"].to_list()
    rows = [PersonKey(key=key, path=path, person=person.pk) for key in keys for path in paths]
    PersonKey.objects.bulk_create(rows, ignore_conflicts=True)


def _visible(actor: Actor, persons: Sequence[int]) -> tuple[int, ...]:
    """Of these, those whom the actor may see: nobody learns that somebody elsewhere exists."""
    if not persons or not actor.can(Permission.PERSON_VIEW):
        return ()
    seen = set(access.people(actor).filter(pk__in=persons).values_list("pk", flat=True))
    return tuple(person for person in persons if person in seen)
