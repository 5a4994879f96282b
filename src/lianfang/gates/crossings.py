"""Crossings come in from phones: judged one by one, written together, never refused for a quota.

Whether a fact came before is for sync to know; here each is taken once, inside the caller's transaction.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from lianfang.accounts.models import User
from lianfang.accounts.sessions import actor_for
from lianfang.gates import access, alerts, health, overused, returnees
from lianfang.gates.crossing_body import CrossingBody, Decision
from lianfang.gates.models import Crossing, Pass
from lianfang.gates.rules import clean_phone, clean_plate, lookup_key, masked_name, spoken_name
from lianfang.kernel import bulk
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.registry.models import Person, Residence
from lianfang.territory.access import compounds
from lianfang.territory.models import Gate

_WHY = "whether its compound is the guard's is decided right after"


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
    """What a batch of crossings speaks of."""

    gates: dict[int, Gate]
    passes: dict[str, Pass]
    homes: dict[int, list[str]]  # person -> paths of residences
    names: dict[int, str]
    _allowed: dict[tuple[int | None, datetime | None], set[int]] = field(default_factory=dict)
    _fever: dict[str, float] = field(default_factory=dict)

    def allowed(self, fact: Recorded, compound: int) -> bool:
        """Whether the guard works at this compound now, or did when he recorded it: a hand-over loses nothing."""
        if compound in self._compounds(fact.actor, None):
            return True
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
        if path not in self._fever:
            self._fever[path] = health.known().fever(path)
        return self._fever[path]


def take_crossings(*, now: datetime, facts: Sequence[Recorded]) -> list[ProblemError | None]:
    """One answer a fact, in their order: None, or why it is refused: not_found (the gate or person is not the
    guard's).
    """
    ground, rows, told = _read(facts), list[Crossing](), list[ProblemError | None]()
    for fact in facts:
        try:
            rows.append(_row(fact, ground))
        except ProblemError as problem:
            told.append(problem)
        else:
            told.append(None)
    taken = [fact for fact, problem in zip(facts, told, strict=True) if problem is None]
    came = [(row, fact.body, fact.actor) for row, fact in zip(rows, taken, strict=True)]
    returnees.hand_over(came, ground.gates, now=now)
    bulk.append(rows)
    alerts.raise_for(rows, ground.gates, now=now)
    overused.notice(rows, ground.passes, now=now)
    return told


def _read(facts: Sequence[Recorded]) -> Ground:
    bodies = [one.body for one in facts]
    gates = Gate.objects.unscoped(reason=_WHY).filter(pk__in={one.gate for one in bodies})
    serials = {one.serial for one in bodies if one.serial}
    passes = (
        Pass.objects.unscoped(reason=_WHY).filter(serial__in=serials).defer("text", "holder")
        if serials
        else []
    )
    uids = {one.person for one in bodies if one.person is not None}
    return Ground(
        {one.pk: one for one in gates.select_related("compound").defer("compound__geometry")},
        {one.serial: one for one in passes},
        _homes(uids),
        _names(uids),
    )


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


def _row(fact: Recorded, ground: Ground) -> Crossing:
    body = fact.body
    gate = ground.gates.get(body.gate)
    if gate is None or not ground.allowed(fact, gate.compound_id):
        raise ProblemError(NOT_FOUND)
    hottest = body.hottest
    row = Crossing(
        id=fact.id, path=gate.compound.path, compound=gate.compound_id, gate=gate.pk, at=fact.corrected_at,
        received_at=fact.received_at, direction=body.direction, decision=body.decision.value,
        reasons=list(body.reasons), plate=clean_plate(body.plate), occupants=len(body.occupants),
        document_seen=body.document_seen, temperature=hottest,
        fever=hottest is not None and hottest >= ground.fever(gate.compound.path), by_hand=body.by_hand,
        guard=fact.actor.user_id, guard_name=fact.actor.name[:150], kind="none",
    )  # fmt: skip
    if body.serial is not None:
        _by_pass(row, body.serial, ground)
    elif body.person is not None:
        _by_person(row, body.person, ground, fact)
    elif body.visitor is not None:
        _by_visitor(row, body)
    if body.visitor is not None or body.occupants:
        row.said = body.model_dump_json(
            by_alias=True, include={"visitor", "occupants"}, exclude_defaults=True
        )
    return row


def _by_pass(row: Crossing, serial: str, ground: Ground) -> None:
    """A serial that nobody knows here stays: the gate has judged by its signature."""
    known = ground.passes.get(serial)
    row.serial, row.who = serial, f"s{serial}"
    if known is None:
        return
    row.kind, row.name, row.person, row.subject = known.code, known.name, known.person, known.subject
    row.phone_tail, row.plate = known.phone_tail, row.plate or known.plate
    if known.plate:
        row.who = f"v{known.plate}"
    elif known.person is not None:
        row.who = f"p{known.person}"


def _by_person(row: Crossing, person: int, ground: Ground, fact: Recorded) -> None:
    """Somebody of the guard's own area, without a pass. Raises not_found."""
    scope = fact.actor.scope(access.GATE)
    if not any(home.startswith(row.path) or scope.covers(home) for home in ground.homes.get(person, ())):
        raise ProblemError(NOT_FOUND)
    row.kind, row.person, row.name = "person", person, masked_name(ground.names.get(person, ""))
    row.subject = row.who = f"p{person}"


def _by_visitor(row: Crossing, body: CrossingBody) -> None:
    said = body.visitor
    assert said is not None
    phone = clean_phone(said.phone)
    row.kind = "returnee" if said.returnee else "visitor"
    row.name, row.phone_tail = masked_name(said.name), phone[-4:]
    # So that the same visitor who leaves is known: nobody reads a name out of it without trying all.
    key = lookup_key(f"{row.compound}", "who", f"{spoken_name(said.name)}{phone}")
    row.who = f"v{row.plate}" if row.plate else f"n{key}"


def said_of(row: Crossing) -> dict[str, Any]:
    """What a visitor said, and who else was in the vehicle."""
    found: dict[str, Any] = json.loads(row.said) if row.said else {}
    return found


def admitted(row: Crossing) -> bool:
    """Whether somebody went through."""
    return row.decision != Decision.REFUSED
