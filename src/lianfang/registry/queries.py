"""Finding people while somebody types. Values leave here masked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lianfang.kernel.actor import Actor
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.registry import access
from lianfang.registry.keys import ROOM, tokens
from lianfang.registry.models import Person, PersonKey
from lianfang.registry.rules import fitting, mask

#: How many keys a token may match before the other tokens have to choose among the first of them.
ENOUGH = 2_000
#: So few people can be looked at one by one: no other word needs to be asked for.
FEW = 200


@dataclass(frozen=True)
class FoundPerson:
    """One line of the answer; ID number and phone are masked."""

    id: int
    name: str
    sex: str
    birth: date | None
    id_number: str
    phone: str
    address: str


@dataclass(frozen=True)
class Found:
    """`more`: there are more people than shown, or than were looked at."""

    people: Sequence[FoundPerson]
    more: bool


def find_people(*, actor: Actor, text: str, limit: int = 20) -> Found:
    """People in the actor's scope whose name, pinyin, initials, ID number, phone or address begins like each word.

    Exact ones come first. Raises forbidden.
    """
    chosen, more = find_numbers(actor=actor, text=text, limit=limit)
    return Found(_shown(access.people(actor), chosen), more)


def find_numbers(*, actor: Actor, text: str, limit: int = ENOUGH) -> tuple[list[int], bool]:
    """The numbers of the people whom `find_people` finds, and whether there are more. Raises forbidden."""
    keys = access.keys(actor)
    words = tokens(text)
    if not words:
        return [], False
    first = _fewest(keys, words)
    chosen = first[: limit + 1] if len(words) == 1 else _with_all(actor, first[:ENOUGH], words, limit + 1)
    return chosen[:limit], len(chosen) > limit or len(first) > ENOUGH


def _fewest(keys: ScopedQuerySet[PersonKey], words: Sequence[str]) -> list[int]:
    """The persons of a word that has few, or of the one with fewest; more than ENOUGH are not read.

    What may be the number of a room is looked for together with what stands beside it: 王 501, 云滨湾 501.
    """
    rooms = [word for word in words if ROOM.fullmatch(word)]
    telling = [word for word in words if word not in rooms] or rooms
    found = []
    for word in telling:
        found.append(_persons(keys, word))
        if len(found[-1]) <= FEW:
            return found[-1]
    fewest = min(found, key=len)
    if not rooms or telling == rooms:
        return fewest
    near = [person for room in rooms for word in ("", *telling) for person in _persons(keys, word + room)]
    surname = any(len(word) == 1 for word in telling)
    return list(dict.fromkeys(near if surname else [*near, *fewest]))


def _persons(keys: ScopedQuerySet[PersonKey], word: str) -> list[int]:
    rows = keys.filter(key__gte=word, key__lt=after(word)).order_by("key", "path", "person")
    return list(dict.fromkeys(rows.values_list("person", flat=True)[: ENOUGH + 1]))


def after(word: str) -> str:
    """The first text behind all that begin with `word`, byte by byte."""
    return word + "\U0010ffff"


def _with_all(actor: Actor, candidates: Sequence[int], words: Sequence[str], limit: int) -> list[int]:
    """The candidates whom every word fits, looked up in small portions until there are enough."""
    chosen: list[int] = []
    for start in range(0, len(candidates), 500):
        portion = candidates[start : start + 500]
        found = access.people(actor).filter(pk__in=portion)
        fit = fitting(dict(found.values_list("pk", "descriptions")), words)
        chosen += [pk for pk in portion if pk in fit]
        if len(chosen) >= limit:
            break
    return chosen


def _shown(people: ScopedQuerySet[Person], chosen: Iterable[int]) -> list[FoundPerson]:
    wanted = list(chosen)
    by_id = {person.pk: person for person in people.filter(pk__in=wanted).defer("descriptions")}
    return [
        FoundPerson(
            id=person.pk,
            name=person.name,
            sex=person.sex,
            birth=person.birth,
            id_number=mask(person.id_number),
            phone=mask(person.phone),
            address=person.address,
        )
        for person in (by_id[pk] for pk in wanted if pk in by_id)
    ]


def heir_of(person: int) -> int:
    """The number under which somebody is found: that of whomever he was merged into, else his own.

    A number says nothing about anybody: whoever asks looks in his own scope who bears it.
    """
    people = Person.objects.unscoped(reason="a number leads to another one")
    heir, seen = person, {person}
    while (following := people.filter(pk=heir).values_list("merged_into", flat=True).first()) is not None:
        if following in seen:
            break
        heir = following
        seen.add(heir)
    return heir
