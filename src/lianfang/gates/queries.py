"""Reads for screens, always from access."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q

from lianfang.gates import access, objecting, overdue, register, retention, where, withdrawing
from lianfang.gates.kinds import kind_at, kinds_at, quotas_at
from lianfang.gates.models import (
    Crossing,
    IssueBatch,
    IssueBudget,
    IssuingKey,
    LookupSalt,
    Objection,
    Pass,
    Revocation,
)
from lianfang.gates.own import state_of, token_of
from lianfang.gates.rules import PassState, clean_phone, clean_plate, lookup_key, spoken_name
from lianfang.kernel.actor import Actor
from lianfang.kernel.scoping import ScopedQuerySet
from lianfang.registry.queries import find_numbers
from lianfang.territory.access import gates as visible_gates
from lianfang.territory.models import Dwelling

_SHOWN = "of passes that the actor sees"
STATES = ("valid", "early", "over", "revoked", "suspended", "replaced", "void", "returned")


@dataclass(frozen=True)
class PassFilter:
    """`text`: name, phone, plate, or the end of a serial. None and "" leave a question open."""

    text: str = ""
    code: str = ""
    state: str = ""
    compound: int | None = None
    batch: int | None = None
    key: int | None = None
    person: int | None = None
    dwelling: int | None = None


@dataclass(frozen=True)
class Page:
    items: list[dict[str, Any]]
    total: int
    page: int
    size: int


def passes(actor: Actor, chosen: PassFilter, *, now: datetime, page: int, size: int) -> Page:
    """Passes of one's area, the newest first."""
    rows = chosen_passes(actor, chosen, now=now)
    start = (page - 1) * size
    found = list(rows.order_by("-pk")[start : start + size])
    return Page(lines(found, now), rows.count(), page, size)


def chosen_passes(actor: Actor, chosen: PassFilter, *, now: datetime) -> ScopedQuerySet[Pass]:
    rows = access.passes(actor)
    same = {name: getattr(chosen, name) for name in ("compound", "batch", "key", "person", "dwelling")}
    rows = rows.filter(**{name: value for name, value in same.items() if value is not None})
    if chosen.code:
        rows = rows.filter(code=chosen.code)
    if chosen.state:
        rows = rows.filter(_in_state(chosen.state, now))
    if chosen.text.strip():
        rows = rows.filter(_saying(actor, chosen.text.strip()))
    return rows


def _in_state(state: str, now: datetime) -> Q:
    if state in (PassState.REPLACED, PassState.VOID, PassState.RETURNED):
        return Q(state=state)
    valid = Q(state=PassState.VALID.value)
    if state == "over":
        return valid & Q(valid_until__lte=now)
    counting = valid & Q(valid_until__gt=now)
    running = Revocation.objects.unscoped(reason=_SHOWN).filter(lifted_at=None, since__lte=now, until__gt=now)
    held = Q(pk__in=running.values("of"))
    if state in ("revoked", "suspended"):
        return counting & Q(pk__in=running.filter(by_guard=state == "suspended").values("of"))
    early = Q(valid_from__gt=now)
    return counting & ~held & (early if state == "early" else ~early)


def _saying(actor: Actor, text: str) -> Q:
    """Who bears this name, phone or plate; or a serial that ends so. Residents as the registry finds them."""
    salts = list(LookupSalt.objects.values_list("salt", flat=True))
    names = [lookup_key(salt, "name", spoken_name(text)) for salt in salts]
    fits = Q(name_key__in=names)
    digits = clean_phone(text)
    if len(digits) >= 4:
        fits |= Q(phone_key__in=[lookup_key(salt, "phone", digits) for salt in salts])
        fits |= Q(phone_tail=digits) if len(digits) == 4 else Q()
    if plate := clean_plate(text):
        fits |= Q(plate__endswith=plate)
    if len(text) >= 4 and all(char in "0123456789abcdef" for char in text.lower()):
        fits |= Q(serial__endswith=text.lower())
    numbers, _ = find_numbers(actor=actor, text=text)
    return fits | Q(person__in=numbers)


def lines(found: Sequence[Pass], now: datetime) -> list[dict[str, Any]]:
    """Passes as tables show them."""
    running = _running([one.pk for one in found], now)
    doors = _doors([one.dwelling for one in found if one.dwelling])
    kinds: dict[tuple[str, str], Any] = {}
    places = where.told(found)
    for one in found:
        if (one.path, one.code) not in kinds:
            kinds[one.path, one.code] = kind_at(one.path, one.code)
    names = (
        "serial", "code", "name", "plate", "compound", "compound_name", "whole_area", "person", "dwelling", "quota",
        "valid_from", "valid_until", "issued_at", "issued_by_name", "printed_at", "phone_tail", "ended_at",
        "ended_reason", "batch_id", "replaced_by_id",
    )  # fmt: skip
    told = []
    for one in found:
        kind, held, place = kinds[one.path, one.code], running.get(one.pk), places.get(one.pk, where.Where())
        told.append({
            "id": one.pk, **{name: getattr(one, name) for name in names}, "kind_zh": kind.zh, "kind_en": kind.en,
            "colour": kind.colour, "state": state_of(one, held, now), "door": doors.get(one.dwelling or 0, ""),
            "until": held.until if held else None, "gates": place.gates, "further": place.further,
        })  # fmt: skip
    return told


def _running(pks: Iterable[int], now: datetime) -> dict[int, Revocation]:
    rows = Revocation.objects.unscoped(reason=_SHOWN).filter(
        of__in=list(pks), lifted_at=None, since__lte=now, until__gt=now
    )
    # The one that counts comes last: a withdrawal by the desk, of several the one that ends last.
    return {one.of_id: one for one in rows.order_by("-by_guard", "until")}


def _doors(pks: Iterable[int]) -> dict[int, str]:
    rows = Dwelling.objects.unscoped(reason=_SHOWN).filter(pk__in=set(pks)).select_related("building")
    return {
        one.pk: "-".join(part for part in (one.building.name, one.unit, one.room) if part) for one in rows
    }


def detail(actor: Actor, one: Pass, *, now: datetime) -> dict[str, Any]:
    """One pass with its history."""
    held = Revocation.objects.unscoped(reason=_SHOWN).filter(of=one.pk).order_by("-pk")
    against = (
        Objection.objects.unscoped(reason=_SHOWN).filter(against__of=one.pk).select_related("against__of")
    )
    (line,) = lines([one], now)
    before = Pass.objects.unscoped(reason=_SHOWN).filter(replaced_by=one.pk).first()
    return {
        **line, "text": one.text, "kid": one.key.kid, "subject": one.subject,
        "policy": vars(quotas_at(one.path)[one.quota].policy), "replaces": before.pk if before else None,
        "own_token": token_of(one), "limits": vars(withdrawing.limits_at(one.path)),
        "revocations": [revocation(each, now=now) for each in held],
        "objections": [objection(actor, each, now=now) for each in against.order_by("-pk")],
        "may": {
            "issue": actor.can(access.ISSUE, one.path), "revoke": actor.can(access.REVOKE, one.path),
        },
    }  # fmt: skip


def revocation(one: Revocation, *, now: datetime) -> dict[str, Any]:
    names = (
        "reason", "text", "since", "until", "by_guard", "made_at", "by_name", "told_at", "told_how", "told_by_name",
        "lifted_at", "lifted_by_name", "lifted_text",
    )  # fmt: skip
    return {
        "id": one.pk, **{name: getattr(one, name) for name in names}, "message": withdrawing.notice(one),
        "running": one.lifted_at is None and one.since <= now < one.until,
    }  # fmt: skip


def objections(
    actor: Actor, state: str, *, now: datetime, page: int, size: int
) -> tuple[Page, dict[str, int]]:
    """Objections of one's area: those that wait first, the most urgent before all; counts by state."""
    rows = access.objections(actor)
    waiting, late = Q(decided_at=None), Q(decided_at=None, due_at__lt=now)
    chosen = {"waiting": waiting, "overdue": late, "decided": ~waiting}.get(state, Q())
    order = ("-decided_at",) if state == "decided" else ("due_at", "pk")
    start = (page - 1) * size
    found = list(rows.filter(chosen).order_by(*order)[start : start + size])
    counts = {"waiting": rows.filter(waiting).count(), "overdue": rows.filter(late).count()}
    counts["decided"] = rows.count() - counts["waiting"]
    return Page(
        [objection(actor, one, now=now) for one in found], rows.filter(chosen).count(), page, size
    ), counts


def objection(actor: Actor, one: Objection, *, now: datetime) -> dict[str, Any]:
    names = (
        "text", "channel", "made_at", "clerk_name", "due_at", "escalated_at", "decided_at", "decided_by_name",
        "verdict", "answer", "version",
    )  # fmt: skip
    against = one.against
    mine = actor.user_id in (against.by, one.clerk) and not actor.is_system
    waits = one.decided_at is None
    return {
        "id": one.pk, **{name: getattr(one, name) for name in names}, "overdue": waits and one.due_at < now,
        "hours_late": overdue.hours_late(one, now),
        "pass_id": against.of_id, "pass_name": against.of.name or against.of.plate,
        "compound_name": against.of.compound_name, "serial": against.of.serial,
        "revocation": revocation(against, now=now),
        "decidable": waits and not mine and actor.can(access.DECIDE, one.path),
        "deciders": objecting.deciders(one, now=now) if waits else [],
    }  # fmt: skip


def rules(path: str) -> dict[str, Any]:
    """Kinds, quotas and limits that hold at a place."""
    quotas = sorted(quotas_at(path).values(), key=lambda one: one.number)
    return {
        "kinds": [
            {**{k: v for k, v in vars(one).items() if k not in ("path", "hours", "holder")}, "holder": one.holder.value,
             "hours": [list(span) for span in one.hours], "own": one.path == path and not one.shipped}
            for one in kinds_at(path)
        ],
        "quotas": [
            {"number": one.number, "title": one.title, "own": one.path == path and one.number >= 100,
             "retired": one.retired, **vars(one.policy)}
            for one in quotas
        ],
        "limits": vars(withdrawing.limits_at(path)), "retention": retention.told(path),
    }  # fmt: skip


def keys(actor: Actor, *, now: datetime) -> list[dict[str, Any]]:
    """Keys of one's area, those that sign first; how many of their passes still count, or wait for a new one."""
    told = []
    for one in access.keys(actor).order_by("-pk"):
        mine = Pass.objects.unscoped(reason=_SHOWN).filter(key=one.pk, valid_until__gt=now)
        told.append(_key(one, mine, now))
    return sorted(told, key=lambda one: ("signs", "verifies", "withdrawn").index(one["state"]))


def _key(one: IssuingKey, mine: ScopedQuerySet[Pass], now: datetime) -> dict[str, Any]:
    names = (
        "kid",
        "area",
        "since",
        "until",
        "made_by_name",
        "withdrawn_at",
        "withdrawn_by_name",
        "withdrawn_reason",
    )
    state = "withdrawn" if one.withdrawn_at else "signs" if one.since <= now < one.until else "verifies"
    return {
        "id": one.pk, **{name: getattr(one, name) for name in names}, "state": state,
        "ends_soon": state == "signs" and one.until < now + timedelta(days=14),
        "passes": mine.filter(state=PassState.VALID.value).count(),
        "void": mine.filter(state=PassState.VOID.value, replaced_by=None).count(),
    }  # fmt: skip


def budgets(actor: Actor) -> list[dict[str, Any]]:
    """Budgets of one's area, those that run first."""
    return [budget(one) for one in access.budgets(actor, access.ISSUE).order_by("-last_on", "-pk")[:300]]


def budget(one: IssueBudget) -> dict[str, Any]:
    names = (
        "path",
        "code",
        "first_on",
        "last_on",
        "allowed",
        "used",
        "note",
        "made_at",
        "made_by_name",
        "ended_at",
    )
    return {"id": one.pk, **{name: getattr(one, name) for name in names}}


def batches(actor: Actor) -> list[dict[str, Any]]:
    return [batch(one) for one in access.batches(actor).order_by("-pk")[:100]]


def batch(one: IssueBatch) -> dict[str, Any]:
    names = (
        "title", "code", "compound", "total", "issued", "held", "rejected", "job", "made_at", "made_by_name", "done_at",
    )  # fmt: skip
    return {"id": one.pk, **{name: getattr(one, name) for name in names}}


def double_uses(actor: Actor, *, page: int, size: int) -> Page:
    """Quotas used at two gates: those that nobody has seen first, then the newest; with both crossings."""
    rows = access.double_uses(actor)
    start = (page - 1) * size
    names = (
        "subject", "reason", "first", "second", "first_gate", "second_gate", "first_at", "second_at", "noticed_at",
        "seen_at", "seen_by_name",
    )  # fmt: skip
    found = list(rows.order_by(F("seen_at").desc(nulls_first=True), "-pk")[start : start + size])
    # One of the two may lie elsewhere: of that one no more is told than that it is another gate.
    numbers = {gate for one in found for gate in (one.first_gate, one.second_gate)}
    seen = visible_gates(actor, access.VIEW).filter(pk__in=numbers).values_list("pk", flat=True)
    gates = register.gate_names(set(seen))
    crossings = Crossing.objects.within(actor.require(access.VIEW)).filter(
        pk__in=[pk for one in found for pk in (one.first, one.second)]
    )
    guards = dict(crossings.values_list("pk", "guard_name"))
    told = [
        {
            "id": one.pk, **{name: getattr(one, name) for name in names}, "pass_id": one.of_id,
            "name": (one.of.name or one.of.plate) if one.of else "",
            "first_gate_name": gates.get(one.first_gate, ""), "second_gate_name": gates.get(one.second_gate, ""),
            "first_guard": guards.get(one.first, ""), "second_guard": guards.get(one.second, ""),
        }
        for one in found
    ]  # fmt: skip
    return Page(told, rows.count(), page, size)
