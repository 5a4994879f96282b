"""Crossings come in from phones: judged one by one, written together, never refused for a quota.

Whether a fact came before is for sync to know; here each is taken once, inside the caller's transaction.
"""

from collections.abc import Sequence
from datetime import datetime

from lianfang.gates import access, alerts, hourly, overused, returnees
from lianfang.gates.crossed import Crossed
from lianfang.gates.crossing_body import CrossingBody
from lianfang.gates.ground import Ground, Recorded, read
from lianfang.gates.models import Crossing
from lianfang.gates.rules import clean_phone, clean_plate, lookup_key, masked_name, spoken_name
from lianfang.kernel import bulk
from lianfang.kernel.errors import NOT_FOUND, ProblemError


def take_crossings(*, now: datetime, facts: Sequence[Recorded]) -> list[ProblemError | None]:
    """One answer a fact, in their order: None, or why it is refused: not_found (the gate or person is not the
    guard's).
    """
    ground, rows, told = read(facts), list[Crossed](), list[ProblemError | None]()
    for fact in facts:
        try:
            rows.append(_row(fact, ground))
        except ProblemError as problem:
            told.append(problem)
        else:
            told.append(None)
    taken = [fact for fact, problem in zip(facts, told, strict=True) if problem is None]
    hourly.count(rows)  # first: whoever holds the locks below may not wait for an hour's row
    came = [(row, fact.body, fact.actor) for row, fact in zip(rows, taken, strict=True)]
    if coming := returnees.coming(came):
        overused.hold()  # before the audit record
        returnees.hand_over(coming, ground.gates, now=now)
    bulk.append(rows, into=Crossing)
    alerts.raise_for(rows, ground.gates, now=now)
    overused.notice(rows, ground.passes, now=now)
    return told


def _row(fact: Recorded, ground: Ground) -> Crossed:
    body = fact.body
    gate = ground.gates.get(body.gate)
    if gate is None or not ground.allowed(fact, gate.compound):
        raise ProblemError(NOT_FOUND)
    path, hottest = gate.compound.path, body.hottest
    row = Crossed(
        id=fact.id, path=path, compound=gate.compound_id, gate=gate.pk, at=fact.corrected_at,
        received_at=fact.received_at, direction=body.direction, decision=body.decision.value, reasons=body.reasons,
        plate=clean_plate(body.plate) if body.plate else "", occupants=len(body.occupants),
        document_seen=body.document_seen, temperature=hottest,
        fever=hottest is not None and hottest >= ground.fever(path), by_hand=body.by_hand,
        guard=fact.actor.user_id, guard_name=fact.actor.name[:150],
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


def _by_pass(row: Crossed, serial: str, ground: Ground) -> None:
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


def _by_person(row: Crossed, person: int, ground: Ground, fact: Recorded) -> None:
    """Somebody of the guard's own area, without a pass. Raises not_found."""
    scope = fact.actor.scope(access.GATE)
    if not any(home.startswith(row.path) or scope.covers(home) for home in ground.homes.get(person, ())):
        raise ProblemError(NOT_FOUND)
    row.kind, row.person, row.name = "person", person, masked_name(ground.names.get(person, ""))
    row.subject = row.who = f"p{person}"


def _by_visitor(row: Crossed, body: CrossingBody) -> None:
    said = body.visitor
    assert said is not None
    phone = clean_phone(said.phone)
    row.kind = "returnee" if said.returnee else "visitor"
    row.name, row.phone_tail = masked_name(said.name), phone[-4:]
    # So that the same visitor who leaves is known: nobody reads a name out of it without trying all.
    key = lookup_key(f"{row.compound}", "who", f"{spoken_name(said.name)}{phone}")
    row.who = f"v{row.plate}" if row.plate else f"n{key}"
