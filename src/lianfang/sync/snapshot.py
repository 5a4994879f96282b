"""What a phone holds: its own area, in parts, of which only those are sent that it has not got."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock
from typing import Any

from django.utils.timezone import localdate

from lianfang.accounts.devices import Bearer
from lianfang.accounts.errors import DEVICE_WITHDRAWN
from lianfang.gates import for_phones, lately
from lianfang.incidents.queries import tips_of
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor, Scope
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.screening import exposed, field

FIELD_PARTS: tuple[str, ...] = ("doors", "people", "work", "campaigns", "forms", "risk", "tips", "words")
GATE_PARTS: tuple[str, ...] = ("gate", "gate_index", "gate_refused", "gate_past", "gate_now")
PARTS = (*FIELD_PARTS, *GATE_PARTS)
Made = dict[str, Callable[[], Any]]
_NONE: Mapping[str, int] = {}


def snapshot(
    *,
    bearer: Bearer,
    now: datetime,
    have: Mapping[str, str],
    gate: bool = False,
    refused: Mapping[str, int] = _NONE,
) -> dict[str, Any]:
    """The parts whose digest is not the one that the phone has; `digests` of all. That it was fetched is recorded.

    `gate`: with what a gate needs, for whoever works at gates; a guard, who works nowhere else, gets only that.
    `refused`: which lists of refused passes the phone has, area → number; it gets what has changed since.
    Raises device.withdrawn (the phone wipes itself), forbidden (no longer appointed), screening.doors_many.
    """
    if bearer.withdrawn:
        raise ProblemError(DEVICE_WITHDRAWN)
    actor, user = bearer.actor, bearer.device.user
    at_gates = for_phones.area_of(actor)
    made: Made = {}
    if actor.can(Permission.FIELD_WORK) or at_gates is None:
        scope = field.area_of(actor)
        made |= _field(actor, scope, now)
    else:
        scope, gate = at_gates, True
    if gate and at_gates is not None:
        made |= _gate(actor, at_gates, now, refused)
    digests, parts = _changed(made, have, actor, now)
    audit.read(
        actor=actor, action="snapshot.fetched", now=now, kind="device", object_id=str(bearer.device.pk),
        path=scope.paths[0] if scope.paths else "",
    )  # fmt: skip
    return {
        "as_of": now,
        "user": {"id": user.pk, "name": str(user), "language": user.language},
        "device": {"id": bearer.device.pk, "name": bearer.device.name, "last_seq": bearer.device.last_seq},
        "areas": field.areas(scope),
        "digests": digests,
        "parts": parts,
    }


def _changed(
    made: Made, have: Mapping[str, str], actor: Actor, now: datetime
) -> tuple[dict[str, str], dict[str, Any]]:
    """Digests of all parts, and those parts that the phone has not got."""
    parts: dict[str, Any] = {}
    digests: dict[str, str] = {}
    for name in made:
        mark = _mark(name, actor, now) if name in have else None
        known = _KNOWN.get(mark) if mark is not None else None
        if known is not None and have[name] == known:
            digests[name] = known
            continue
        data = made[name]()
        digests[name] = digest_of(data)
        _remember(mark, digests[name])
        if have.get(name) != digests[name]:
            parts[name] = {"digest": digests[name], "data": data}
    return digests, parts


#: Digests of large parts by what these were made of, the newest last: a gate's phone asks every minute, and mostly has
#: them already. Of this process only; without them a part is made to be compared.
_KNOWN: dict[tuple[object, ...], str] = {}
_MOST_KNOWN = 1_000
_LOCK = Lock()


def _mark(name: str, actor: Actor, now: datetime) -> tuple[object, ...] | None:
    if name == "gate_index":
        return (name, *for_phones.index_mark(actor, now=now))
    past = lately.past_mark(actor, now=now) if name == "gate_past" else None
    return (name, *past) if past else None


def _remember(mark: tuple[object, ...] | None, digest: str) -> None:
    """`mark` is from before the part was made: nobody who asks later has one that is older than his part."""
    if mark is None:
        return
    with _LOCK:
        _KNOWN[mark] = digest
        while len(_KNOWN) > _MOST_KNOWN:
            del _KNOWN[next(iter(_KNOWN))]


def _field(actor: Actor, scope: Scope, now: datetime) -> Made:
    user = actor.user_id
    return {
        "doors": lambda: field.doors(scope),
        "people": lambda: {**field.people(field.behind(scope)), **field.doorless(scope)},
        "work": lambda: field.work(scope, user),
        "campaigns": lambda: field.campaigns(scope, user, now=now),
        "forms": field.forms,
        "risk": lambda: exposed.for_phones(scope, localdate(now)),
        "tips": lambda: tips_of(actor),
        "words": dict,
    }


def _gate(actor: Actor, scope: Scope, now: datetime, refused: Mapping[str, int]) -> Made:
    return {
        "gate": lambda: for_phones.gates(actor, scope, now=now),
        "gate_index": lambda: for_phones.index(actor, now=now),
        "gate_refused": lambda: for_phones.revocations(actor, now=now, have=refused),
        "gate_past": lambda: lately.past(actor, now=now),
        "gate_now": lambda: lately.present(actor, scope, now=now),
    }


def digest_of(data: Any) -> str:
    """Of the part as JSON: the same content, the same digest."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def have_in(text: str) -> dict[str, str]:
    """`doors:1a2b…,people:…` as the phone sends it; what does not fit is not had."""
    pairs = (one.split(":", 1) for one in text.split(",") if ":" in one)
    return {name: digest for name, digest in pairs if name in PARTS}


def refused_in(text: str) -> dict[str, int]:
    """`330109005001:7,…` as the phone sends it: area and number of the lists that it has."""
    pairs = (one.split(":", 1) for one in text.split(",") if ":" in one)
    return {area: int(number) for area, number in pairs if number.isdecimal() and len(number) < 10}
