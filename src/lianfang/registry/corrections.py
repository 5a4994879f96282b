"""Patches of a person: what is shown, and by what he is found and recognised, follows them at once.

Who may correct what, and whether a value can be right, is decided above (linkage.corrections).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lianfang.kernel.actor import Actor
from lianfang.registry import matching
from lianfang.registry.keys import identifiers, search_keys
from lianfang.registry.models import Identifier, IdentifierKind, Patch, Person, PersonKey, Residence
from lianfang.registry.rules import frame_of

#: The fields of `Person` that a patch changes, with the characters that fit; other fields live in the dossier alone.
COLUMNS: Mapping[str, int] = {
    "name": 80, "sex": 1, "birth": 10, "id_number": 40, "phone": 40, "address": 200,
}  # fmt: skip
_WHY = "the person has been found in the actor's scope"


@dataclass(frozen=True)
class Said:
    """What a clerk says: `was` is what was shown, `own_in_run` what the current run itself chose."""

    field: str
    value: str
    reason: str
    was: str
    own_in_run: str
    path: str
    rows: Sequence[int]


def patches(persons: Iterable[int]) -> list[Patch]:
    """All patches of persons whom the actor may see, oldest first, undone ones too."""
    return list(Patch.objects.unscoped(reason=_WHY).filter(person__in=list(persons)).order_by("pk"))


def standing(persons: Iterable[int]) -> dict[int, dict[str, Patch]]:
    """person → field → the patch that is shown."""
    shown: dict[int, dict[str, Patch]] = {}
    rows = Patch.objects.unscoped(reason=_WHY).filter(person__in=list(persons), undone_at=None)
    for patch in rows.order_by("pk"):
        shown.setdefault(patch.person, {})[patch.field] = patch
    return shown


def known_since(number: int) -> datetime | None:
    """When the person came into the registry."""
    people = Person.objects.unscoped(reason=_WHY).filter(pk=number)
    return people.values_list("created_at", flat=True).first()


def hold(number: int) -> Person | None:
    """The person, locked until the transaction ends."""
    people = Person.objects.unscoped(reason=_WHY).filter(pk=number)
    return people.select_for_update().first()


def add(*, actor: Actor, now: datetime, person: Person, said: Said) -> Patch:
    """Keep a patch of a person held by `hold`, and show it. Inside a transaction."""
    before = standing([person.pk]).get(person.pk, {})
    below = before.get(said.field)
    patch = Patch(
        person=person.pk,
        field=said.field,
        value=said.value,
        reason=said.reason,
        was=said.was,
        own=below.own if below else _text(person, said.field),
        own_in_run=below.own_in_run if below else said.own_in_run,
        path=said.path,
        rows=list(said.rows),
        by=actor.user_id,
        by_name=actor.name,
        at=now,
    )
    _put(person, said.field, said.value)
    patch.description = _described(person, now)
    patch.save(force_insert=True)
    _follow(person, {**before, said.field: patch})
    return patch


def undo(*, actor: Actor, now: datetime, person: Person, patch: Patch) -> Patch | None:
    """Take a patch back; answers the patch that is now shown for its field, if any. Inside a transaction."""
    patch.undone_at, patch.undone_by, patch.undone_by_name = now, actor.user_id, actor.name
    patch.save(update_fields=["undone_at", "undone_by", "undone_by_name"])
    left = standing([person.pk]).get(person.pk, {})
    below = left.get(patch.field)
    _put(person, patch.field, below.value if below else patch.own)
    if left:
        # The newest patch that stands describes the person as he is shown now.
        newest = max(left.values(), key=lambda one: one.pk)
        newest.description = _described(person, now)
        newest.save(update_fields=["description"])
    _follow(person, left)
    return below


def show_again(person: Person, shown: Mapping[str, Patch]) -> None:
    """After a run has brought values and descriptions of its own: the patches lie on top of them again.

    Not of a person whom the run left alone: what is shown there is the patch already.
    """
    if person.digest:
        for field, patch in shown.items():
            patch.own = _text(person, field)
            patch.save(update_fields=["own"])
    for field, patch in shown.items():
        _put(person, field, patch.value)
    _follow(person, shown)


def _follow(person: Person, shown: Mapping[str, Patch]) -> None:
    """Descriptions, identifiers and search keys of a person whose patches `shown` stand."""
    before: Sequence[Mapping[str, Any]] = person.descriptions
    kept = [one for one in before if not one.get("corrected")]
    newest = max(shown.values(), key=lambda one: one.pk, default=None)
    if newest is not None and newest.description:
        kept.append(newest.description)
    person.descriptions = kept
    person.version += 1
    person.digest = 0  # the next run writes its own values again, and the patches over them
    person.save()
    _follow_keys(person, before, kept)
    _follow_identifiers(person, before, kept)


def _follow_keys(
    person: Person, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> None:
    new = set(search_keys(frame_of({person.pk: after}))["key"].to_list())
    gone = set(search_keys(frame_of({person.pk: before}))["key"].to_list()) - new
    keys = PersonKey.objects.unscoped(reason=_WHY)
    keys.filter(key__in=gone, person=person.pk).delete()
    homes = Residence.objects.unscoped(reason=_WHY).filter(person=person, until=None)
    paths = sorted(set(homes.values_list("path", flat=True)))
    rows = [PersonKey(key=key, path=path, person=person.pk) for key in sorted(new) for path in paths]
    PersonKey.objects.bulk_create(rows, ignore_conflicts=True)


def _follow_identifiers(
    person: Person, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> None:
    """Identifiers that only the corrected values gave, or give no more. Somebody else's valid number stays his."""
    new, old = (set(_pairs(person, some)) for some in (after, before))
    for kind, value in old - new:
        person.identifiers.filter(kind=kind, value=value).delete()
    number = IdentifierKind.ID_NUMBER
    for kind, value in sorted(new - old):
        held = Identifier.objects.filter(kind=kind, value=value)
        if not (held if kind == number else held.filter(person=person)).exists():
            Identifier.objects.create(person=person, kind=kind, value=value)


def _pairs(person: Person, descriptions: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    found = identifiers(frame_of({person.pk: descriptions}))
    return list(found.select("kind", "value").iter_rows())


def _described(person: Person, now: datetime) -> dict[str, Any]:
    shown = {field: _text(person, field) or None for field in COLUMNS}
    return {**matching.matcher().describe(shown, now.date()), "corrected": True}


def _text(person: Person, field: str) -> str:
    if field not in COLUMNS:
        return ""
    value = getattr(person, field)
    return "" if value is None else str(value)


def _put(person: Person, field: str, value: str) -> None:
    if field == "birth":
        person.birth = date.fromisoformat(value) if value else None
    elif field in COLUMNS:
        setattr(person, field, value[: COLUMNS[field]])


def taken(kind: str, value: str, *, but: int) -> bool:
    """Whether a valid ID number (or whatever identifier) belongs to somebody else, in any area."""
    return Identifier.objects.filter(kind=kind, value=value).exclude(person=but).exists()
