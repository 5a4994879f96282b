"""What was refused: shown with its reason, tried again when the cause is gone. Never edited, never dropped."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from lianfang.accounts.models import Device
from lianfang.kernel import audit
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import ProblemError
from lianfang.registry.rules import mask
from lianfang.sync import access, envelope, errors, judging
from lianfang.sync.envelope import Signed
from lianfang.sync.models import Fact, Verdict

NOBODY = UUID(int=0)
#: Refused for good: what came is not what the phone wrote, or its place is taken.
FINAL = frozenset({errors.UNREADABLE, errors.LARGE, errors.SIGNATURE, errors.ALTERED, errors.SEQUENCE})


@dataclass(frozen=True)
class Page:
    """One page; `codes`: how many of each code there are."""

    items: Sequence[dict[str, Any]]
    total: int
    page: int
    size: int
    codes: dict[str, int]


def listed(actor: Actor, *, code: str, page: int, size: int) -> Page:
    """Refused facts, newest first. Raises forbidden."""
    rows = access.refused(actor)
    codes = dict(rows.order_by().values_list("code").annotate(n=Count("pk")))
    if code:
        rows = rows.filter(code=code)
    start = (page - 1) * size
    items = [_line(one) for one in rows.order_by("-received_at", "-pk")[start : start + size]]
    return Page(items, rows.count(), page, size, codes)


def _line(one: Fact) -> dict[str, Any]:
    names = (
        "id", "fact", "device", "seq", "kind", "v", "at", "corrected_at", "skew", "received_at", "user_name",
        "imported_by_name", "code", "params", "times", "retried_at", "retried_by_name",
    )  # fmt: skip
    return {**{name: getattr(one, name) for name in names}, "final": one.code in FINAL}


def read(*, actor: Actor, now: datetime, number: int) -> dict[str, Any]:
    """One refused fact with what it says, numbers masked. That somebody looked is recorded."""
    found = access.refused_one(actor, number)
    audit.read(actor=actor, action="fact.viewed", now=now, kind="fact", object_id=number, path=found.path)
    return {**_line(found), "said": _said(found.payload)}


def _said(payload: str) -> str:
    """The payload to be read by people; as it came when it is no JSON. Long numbers are masked either way."""
    try:
        text = json.dumps(json.loads(payload), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        text = payload
    return "".join(_masked(text))[:20_000]


def _masked(text: str) -> list[str]:
    """Runs of seven digits and more, but for those of an id or a time, as everybody may see them."""
    parts: list[str] = []
    digits = ""
    for character in f"{text}\0":
        if character.isdigit():
            digits += character
            continue
        if digits:
            last = character in "Xx" and len(digits) == 17
            parts.append(mask(digits) if len(digits) > 6 else digits)
            digits = ""
            if last:
                continue
        parts.append(character)
    return parts[:-1]


def retry(*, actor: Actor, now: datetime, number: int) -> Fact:
    """Judge a refused fact again, as if it came now; accepted, it has its effect. Its text stays to the letter.

    Of a withdrawn device, what was recorded before it was withdrawn is taken: somebody answers for it. Raises
    forbidden, not_found, fact.taken_already, and the code for which it is refused again.
    """
    with transaction.atomic():
        found = access.refused_one(actor, number)
        device = (
            Device.objects.select_for_update(of=("self",))
            .select_related("user")
            .filter(pk=found.device or NOBODY)
            .first()
        )
        rows = Fact.objects.unscoped(reason="the actor has been let in")
        if rows.filter(fact=found.fact, fact__isnull=False, verdict=Verdict.ACCEPTED).exists():
            raise ProblemError(errors.RETRIED)
        problem = _judged(found, device, now)
        found.retried_at, found.retried_by_name = now, actor.name[:150]
        if problem is None:
            found.verdict, found.code, found.params = Verdict.ACCEPTED, "", {}
        else:
            found.code, found.params = problem.code, problem.params
        found.save(update_fields=["verdict", "code", "params", "retried_at", "retried_by_name"])
        audit.record(
            actor=actor, action="fact.retried", now=now, kind="fact", object_id=number, path=found.path,
            details={"verdict": found.verdict, "code": found.code},
        )  # fmt: skip
    if problem is not None:
        raise problem
    return found


def _judged(found: Fact, device: Device | None, now: datetime) -> ProblemError | None:
    item = judging.Item(Signed(found.payload, found.sig))
    try:
        item.envelope = envelope.opened(item.signed)
        if device is None:
            raise ProblemError(errors.DEVICE)
        envelope.demand_signature(item.signed, bytes(device.public_key))
    except ProblemError as problem:
        return problem
    if device.withdrawn_at is not None and found.corrected_at and found.corrected_at < device.withdrawn_at:
        device.withdrawn_at = None  # of this judgement alone; the row stays as it is
    item.device = device
    judging.read(item)
    judging.judge(item)
    skew = (found.corrected_at - found.at) if found.corrected_at and found.at else None
    post = judging.Post(now, skew if skew is not None else judging.NONE, [item])
    judging.take([post], now=now)
    return item.problem
