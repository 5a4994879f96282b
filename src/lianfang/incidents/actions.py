"""Receiving tips and working on them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from lianfang.accounts.workers import Holder, holders
from lianfang.incidents import access, errors, placing
from lianfang.incidents.models import Tip, TipStep
from lianfang.incidents.rules import (
    LEAST_WORDS,
    LONGEST_TEXT,
    MOST_AT_ONCE,
    USUAL,
    WAITING,
    TipAct,
    TipChannel,
    TipState,
)
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import CONFLICT, NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.registry import access as registry

WORK = Permission.TIP_WORK
_CLOCKS_DIFFER = timedelta(minutes=5)
_LONGEST = timedelta(days=366)
_PAGE = Actor(user_id=None, name="resident")


@dataclass(frozen=True)
class Received:
    """One tip as somebody types it in. `place`: (kind, id); `person`: number in the registry; `name`, `phone`: of
    whoever told it, empty when he did not say.
    """

    key: UUID
    channel: TipChannel
    text: str
    said_at: datetime
    name: str = ""
    phone: str = ""
    place_text: str = ""
    place: tuple[str, int] | None = None
    person: int | None = None


@transaction.atomic
def receive(*, actor: Actor, now: datetime, tips: Sequence[Received]) -> list[Tip]:
    """Keep tips; one sent again is kept once. Without a place they lie with the data centre.

    Raises forbidden, not_found (place or person), tip.words, tip.many, tip.later.
    """
    actor.require(WORK)
    if len(tips) > MOST_AT_ONCE:
        raise ProblemError(errors.MANY, most=MOST_AT_ONCE)
    made = []
    for one in tips:
        _demand_words(one.text)
        if one.said_at > now + _CLOCKS_DIFFER:
            raise ProblemError(errors.LATER)
        found = placing.place(actor, *one.place) if one.place else None
        where = placing.columns(found) if found else {"path": access.nowhere(actor)}
        person = _person(actor, one.person)
        made.append(_keep(actor, now, one, {**where, "person": person}))
    return made


def receive_from_page(
    *, now: datetime, key: UUID, path: str, compound: int, compound_name: str, text: str, place: str, name: str,
    phone: str,
) -> None:  # fmt: skip
    """Something that somebody without an account reports of his compound."""
    told = Received(key, TipChannel.SELF, text.strip(), now, name.strip(), phone.strip(), place.strip())
    where = {"path": path, "place_kind": "compound", "place_id": compound, "place": compound_name}
    with transaction.atomic():
        _keep(_PAGE, now, told, where)


def receive_from_gate(
    *, actor: Actor, now: datetime, key: UUID, place: placing.Place, text: str, text_en: str, name: str, phone: str,
    person: int | None,
) -> None:  # fmt: skip
    """Somebody has come back: a gate tells the people of the place, in both languages. Inside the caller's transaction;
    sent again it is the same tip.
    """
    told = Received(key, TipChannel.GATE, text, now, name.strip(), phone.strip())
    _keep(actor, now, told, {**placing.columns(place), "person": person, "text_en": text_en[:LONGEST_TEXT]})


def _keep(actor: Actor, now: datetime, one: Received, where: dict[str, Any]) -> Tip:
    known = Tip.objects.unscoped(reason="the same tip sent again by whoever made its key")
    found = known.filter(key=one.key).first()
    if found is not None:
        if found.received_by != actor.user_id:
            raise ProblemError(NOT_FOUND)
        return found
    teller = {"name": one.name, "phone": one.phone} if one.name or one.phone else None
    tip = Tip.objects.create(
        key=one.key, channel=one.channel.value, text=one.text.strip()[:1000], said_at=min(one.said_at, now),
        received_at=now, received_by=actor.user_id, received_by_name=actor.name[:150],
        teller=json.dumps(teller, ensure_ascii=False) if teller else "", place_text=one.place_text[:120],
        due_at=now + USUAL, **where,
    )  # fmt: skip
    _step(tip, actor, now, TipAct.RECEIVED)
    audit.record(
        actor=actor, action="tip.received", now=now, kind="tip", object_id=tip.pk, path=tip.path,
        details={"channel": tip.channel, "named": teller is not None},
    )  # fmt: skip
    return tip


@transaction.atomic
def put_place(*, actor: Actor, now: datetime, tip: int, version: int, place: tuple[str, int] | None) -> Tip:
    """Say which place a tip is about; None: nobody knows. It moves to the people of that place.

    Raises forbidden, not_found, conflict.
    """
    found = _claimed(actor, tip, version)
    chosen = placing.place(actor, *place) if place else None
    for name, value in placing.columns(chosen).items():
        setattr(found, name, value)
    if chosen is None:
        found.path = access.nowhere(actor)
    worker = _holder(found.worker, found.path, now)
    if found.worker is not None and worker is None:  # he has nothing to do with that place
        found.worker, found.worker_name = None, ""
        found.state = TipState.NEW.value if found.state == TipState.ASSIGNED else found.state
    return _done(actor, now, found, TipAct.PLACED, found.place)


@transaction.atomic
def put_person(*, actor: Actor, now: datetime, tip: int, version: int, person: int | None) -> Tip:
    """Say whom a tip is about. Raises forbidden, not_found, conflict."""
    found = _claimed(actor, tip, version)
    found.person = _person(actor, person)
    return _done(actor, now, found, TipAct.NAMED, "")


@transaction.atomic
def assign(
    *, actor: Actor, now: datetime, tip: int, version: int, worker: int | None, due_at: datetime, note: str
) -> Tip:
    """Give a tip to somebody who works there (None: back to all), with a time by which it is answered.

    Raises forbidden, not_found, conflict, tip.settled, tip.worker, tip.due.
    """
    found = _claimed(actor, tip, version, waiting=True)
    if not now < due_at <= now + _LONGEST:
        raise ProblemError(errors.DUE)
    holder = _holder(worker, found.path, now)
    if worker is not None and holder is None:
        raise ProblemError(errors.WORKER)
    found.worker, found.worker_name = (holder.id, holder.name[:150]) if holder else (None, "")
    found.state = (TipState.ASSIGNED if holder else TipState.NEW).value
    found.due_at = due_at
    return _done(actor, now, found, TipAct.ASSIGNED, note)


@transaction.atomic
def note(*, actor: Actor, now: datetime, tip: int, version: int, text: str) -> Tip:
    """Add to a tip's history. Raises forbidden, not_found, conflict, tip.words."""
    _demand_words(text)
    return _done(actor, now, _claimed(actor, tip, version), TipAct.NOTED, text)


@transaction.atomic
def answer(
    *, actor: Actor, now: datetime, tip: int, version: int, found: str, told: str, told_at: datetime | None
) -> Tip:
    """What was found, and what whoever told it was told, when. Raises forbidden, not_found, conflict, tip.settled,
    tip.words, tip.later.
    """
    _demand_words(found)
    if told_at is not None and told_at > now + _CLOCKS_DIFFER:
        raise ProblemError(errors.LATER)
    row = _claimed(actor, tip, version, waiting=True)
    row.found, row.told = found.strip()[:1000], told.strip()[:1000]
    row.told_at = (told_at or now) if row.told else None
    row.state, row.settled_at = TipState.ANSWERED.value, now
    return _done(actor, now, row, TipAct.ANSWERED, found)


@transaction.atomic
def settle(*, actor: Actor, now: datetime, tip: int, version: int, text: str, passed_to: str = "") -> Tip:
    """Close a tip with a reason, or pass it on to another office. Raises forbidden, not_found, conflict, tip.settled,
    tip.words.
    """
    _demand_words(text)
    row = _claimed(actor, tip, version, waiting=True)
    passed = passed_to.strip()[:120]
    row.passed_to, row.settled_at = passed, now
    row.state = (TipState.PASSED_ON if passed else TipState.CLOSED).value
    return _done(actor, now, row, TipAct.PASSED_ON if passed else TipAct.CLOSED, text, to_name=passed)


@transaction.atomic
def reopen(*, actor: Actor, now: datetime, tip: int, version: int, text: str) -> Tip:
    """Work on it again. Raises forbidden, not_found, conflict, tip.not_settled, tip.words."""
    _demand_words(text)
    row = _claimed(actor, tip, version)
    if row.state in WAITING:
        raise ProblemError(errors.NOT_SETTLED)
    row.state = (TipState.ASSIGNED if row.worker else TipState.NEW).value
    row.settled_at, row.duplicate_of = None, None
    row.due_at = max(row.due_at, now + USUAL)
    return _done(actor, now, row, TipAct.REOPENED, text)


@transaction.atomic
def link_duplicate(*, actor: Actor, now: datetime, tip: int, version: int, of: int) -> Tip:
    """Say that this tip tells the same as another one: it is closed, the other one goes on.

    Raises forbidden, not_found, conflict, tip.settled, tip.same.
    """
    first = access.tip(actor, of, WORK)
    row = _claimed(actor, tip, version, waiting=True)
    if first.pk == row.pk or first.duplicate_of_id is not None or _has_duplicates(row):
        raise ProblemError(errors.SAME)
    row.duplicate_of, row.state, row.settled_at = first, TipState.CLOSED.value, now
    _step(first, actor, now, TipAct.LINKED, f"#{row.pk}")
    return _done(actor, now, row, TipAct.LINKED, f"#{first.pk}")


def reveal_teller(*, actor: Actor, now: datetime, tip: int, reason: str) -> dict[str, str]:
    """Who told it, for a reason, recorded. Raises forbidden, not_found, tip.reason, tip.nobody."""
    found = access.tip(actor, tip, WORK)
    if len(reason.strip()) < 2 * LEAST_WORDS:
        raise ProblemError(errors.TELLER_WHY, least=2 * LEAST_WORDS)
    if not found.teller:
        raise ProblemError(errors.NOBODY)
    with transaction.atomic():
        audit.record(
            actor=actor, action="tip.teller_shown", now=now, kind="tip", object_id=tip, path=found.path,
            details={"reason": reason.strip()[:300]},
        )  # fmt: skip
    said: dict[str, str] = json.loads(found.teller)
    return said


def workers(*, actor: Actor, now: datetime, path: str) -> list[Holder]:
    """Who may be given a tip that lies at `path`; those nearest to it first. Raises forbidden, not_found."""
    actor.require(WORK, path)
    fits = [one for one in holders(WORK, now=now) if one.covers(path)]
    return sorted(fits, key=lambda one: (-max(map(len, one.paths)), one.name))


def _has_duplicates(tip: Tip) -> bool:
    rows = Tip.objects.unscoped(reason="only whether there are any, of a tip that the actor works on")
    return rows.filter(duplicate_of=tip.pk).exists()


def _holder(worker: int | None, path: str, now: datetime) -> Holder | None:
    if worker is None:
        return None
    return next((one for one in holders(WORK, now=now) if one.id == worker and one.covers(path)), None)


def _person(actor: Actor, person: int | None) -> int | None:
    """Raises not_found for somebody outside the actor's area."""
    if person is not None and not registry.people(actor).filter(pk=person).exists():
        raise ProblemError(NOT_FOUND)
    return person


def _demand_words(text: str) -> None:
    if len(text.strip()) < LEAST_WORDS:
        raise ProblemError(errors.WORDS, least=LEAST_WORDS)


def _claimed(actor: Actor, tip: int, version: int, *, waiting: bool = False) -> Tip:
    """The tip, this actor's to change: of two who change it at once, one does."""
    found = access.tip(actor, tip, WORK)
    if waiting and found.state not in WAITING:
        raise ProblemError(errors.SETTLED)
    if not access.tips(actor, WORK).filter(pk=tip, version=version).update(version=version + 1):
        raise ProblemError(CONFLICT)
    found.version = version + 1
    return found


def _done(actor: Actor, now: datetime, tip: Tip, act: TipAct, text: str, to_name: str = "") -> Tip:
    tip.save()
    _step(tip, actor, now, act, text, to_name or (tip.worker_name if act == TipAct.ASSIGNED else ""))
    audit.record(actor=actor, action=f"tip.{act.value}", now=now, kind="tip", object_id=tip.pk, path=tip.path)
    return tip


def _step(tip: Tip, actor: Actor, now: datetime, act: TipAct, text: str = "", to_name: str = "") -> None:
    TipStep.objects.create(
        tip=tip, at=now, act=act.value, by=actor.user_id, by_name=actor.name[:150], to_name=to_name,
        text=text.strip()[:1000],
    )  # fmt: skip
