"""What a phone holds: its own area, in parts, of which only those are sent that it has not got."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from lianfang.accounts.devices import Bearer
from lianfang.accounts.errors import DEVICE_WITHDRAWN
from lianfang.incidents.queries import tips_of
from lianfang.kernel import audit
from lianfang.kernel.errors import ProblemError
from lianfang.screening import exposed, field

PARTS: tuple[str, ...] = ("doors", "people", "work", "campaigns", "forms", "risk", "tips", "words")


def snapshot(*, bearer: Bearer, now: datetime, have: Mapping[str, str]) -> dict[str, Any]:
    """The parts whose digest is not the one that the phone has; `digests` of all. That it was fetched is recorded.

    Raises device.withdrawn (the phone wipes itself), forbidden (no longer appointed), screening.doors_many.
    """
    if bearer.withdrawn:
        raise ProblemError(DEVICE_WITHDRAWN)
    actor, user = bearer.actor, bearer.device.user
    scope = field.area_of(actor)
    made: Mapping[str, Callable[[], Any]] = {
        "doors": lambda: field.doors(scope),
        "people": lambda: {**field.people(field.behind(scope)), **field.doorless(scope)},
        "work": lambda: field.work(scope, user.pk),
        "campaigns": lambda: field.campaigns(scope, user.pk, now=now),
        "forms": field.forms,
        "risk": lambda: exposed.for_phones(scope, localdate(now)),
        "tips": lambda: tips_of(actor),
        "words": dict,
    }
    parts: dict[str, Any] = {}
    digests: dict[str, str] = {}
    for name in PARTS:
        data = made[name]()
        digests[name] = digest_of(data)
        if have.get(name) != digests[name]:
            parts[name] = {"digest": digests[name], "data": data}
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


def digest_of(data: Any) -> str:
    """Of the part as JSON: the same content, the same digest."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def have_in(text: str) -> dict[str, str]:
    """`doors:1a2b…,people:…` as the phone sends it; what does not fit is not had."""
    pairs = (one.split(":", 1) for one in text.split(",") if ":" in one)
    return {name: digest for name, digest in pairs if name in PARTS}
