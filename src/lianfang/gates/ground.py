"""What a batch of crossings speaks of, read together: one question for gates, one for passes, one for people."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from lianfang.accounts.models import User
from lianfang.accounts.sessions import actor_for
from lianfang.gates import access, health
from lianfang.gates.crossed import Shown
from lianfang.gates.crossing_body import CrossingBody
from lianfang.gates.models import Pass
from lianfang.kernel.actor import Actor
from lianfang.kernel.among import among
from lianfang.kernel.prepared import Given, Prepared
from lianfang.registry.models import Person, Residence
from lianfang.territory.access import compounds
from lianfang.territory.models import Compound, Gate

_WHY = "whether its compound is the guard's is decided right after"
_GATES = Prepared(
    lambda: (
        Gate.objects.unscoped(reason=_WHY)
        .filter(among("pk", Given("gates", int)))
        .select_related("compound")
        .defer("compound__geometry")
    )
)
_SHOWN = Prepared(
    lambda: (
        Pass.objects.unscoped(reason=_WHY)
        .filter(among("serial", Given("serials", str)))
        .values_list(*Shown._fields)
    )
)


class Recorded(Protocol):
    """A fact as sync hands it over (sync.judging)."""

    id: UUID
    actor: Actor
    user: User | None
    corrected_at: datetime
    received_at: datetime
    body: CrossingBody


@dataclass
class Ground:
    """`homes`: person → paths of residences."""

    gates: dict[int, Gate]
    passes: dict[str, Shown]
    homes: dict[int, list[str]]
    names: dict[int, str]
    _allowed: dict[tuple[int | None, datetime | None], set[int]] = field(default_factory=dict)
    _inside: dict[tuple[int | None, int], bool] = field(default_factory=dict)
    _fever: dict[str, float] = field(default_factory=dict)

    def allowed(self, fact: Recorded, compound: Compound) -> bool:
        """Whether the guard works at this compound now, or did when he recorded it: a hand-over loses nothing."""
        key = (fact.actor.user_id, compound.pk)
        if key not in self._inside:
            # Most lie in his area as a whole; of the others a door may, and that is a longer question.
            scope = fact.actor.scope(access.GATE)
            self._inside[key] = scope.covers(compound.path) or compound.pk in self._compounds(
                fact.actor, None
            )
        return self._inside[key] or self._was_allowed(fact, compound.pk)

    def _was_allowed(self, fact: Recorded, compound: int) -> bool:
        if fact.user is None:
            return False
        hour = fact.corrected_at.replace(minute=0, second=0, microsecond=0)
        then = (fact.actor.user_id, hour)
        if then not in self._allowed:
            self._compounds(actor_for(fact.user, now=fact.corrected_at), hour)
        return compound in self._allowed[then]

    def _compounds(self, actor: Actor, hour: datetime | None) -> set[int]:
        key = (actor.user_id, hour)
        if key not in self._allowed:
            wanted = {one.compound_id for one in self.gates.values()}
            rows = compounds(actor, access.GATE).filter(pk__in=wanted) if actor.can(access.GATE) else None
            self._allowed[key] = set(rows.values_list("pk", flat=True)) if rows is not None else set()
        return self._allowed[key]

    def fever(self, path: str) -> float:
        """°C from which on a temperature is a fever there."""
        if path not in self._fever:
            self._fever[path] = health.known().fever(path)
        return self._fever[path]


def read(facts: Sequence[Recorded]) -> Ground:
    """What these crossings name, as far as it is there."""
    bodies = [one.body for one in facts]
    uids = {one.person for one in bodies if one.person is not None}
    return Ground(
        {one.pk: one for one in _GATES(gates={one.gate for one in bodies})},
        _passes({one.serial for one in bodies if one.serial}),
        _homes(uids),
        _names(uids),
    )


def _passes(serials: Collection[str]) -> dict[str, Shown]:
    if not serials:
        return {}
    return {row[1]: Shown(*row) for row in _SHOWN(serials=serials)}


def _homes(uids: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    if uids:
        rows = Residence.objects.unscoped(reason=_WHY).filter(person__in=uids, until=None)
        for person, path in rows.values_list("person", "path"):
            found[person].append(path)
    return found


def _names(uids: Iterable[int]) -> dict[int, str]:
    if not uids:
        return {}
    return dict(Person.objects.unscoped(reason=_WHY).filter(pk__in=uids).values_list("pk", "name"))
