"""Writing and verifying the audit chain."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NotRequired, TypedDict, Unpack

from django.db import transaction
from django.db.models import F

from lianfang.kernel import bulk
from lianfang.kernel.actor import Actor
from lianfang.kernel.models import AuditHead, AuditRecord
from lianfang.kernel.prepared import Given, Prepared, PreparedUpdate

GENESIS = "0" * 64
SAME_LOOK = timedelta(minutes=10)
_BATCH = 2000
_HEAD = Prepared(lambda: AuditHead.objects.select_for_update().filter(pk=1).values_list("seal", flat=True))
_GROW = PreparedUpdate(
    lambda: (
        AuditHead.objects.filter(pk=1),
        {"seal": Given("seal", str), "records": F("records") + Given("more", int)},
    )
)


class _Said(TypedDict):
    """One act. `details` must be JSON and must not hold personal data."""

    actor: Actor
    action: str
    now: datetime
    kind: NotRequired[str]
    object_id: NotRequired[int | str]
    path: NotRequired[str]
    details: NotRequired[Mapping[str, object] | None]


def record(**said: Unpack[_Said]) -> None:
    """Append one record, inside the caller's transaction: an act that rolls back leaves no record.

    Raises TypeError for details that JSON cannot carry.
    """
    append([entry(**said)])


def entry(**said: Unpack[_Said]) -> AuditRecord:
    """A record that `append` will write, with others."""
    return AuditRecord(
        at=said["now"].astimezone(UTC),
        actor_id=said["actor"].user_id,
        actor_name=said["actor"].name,
        action=said["action"],
        kind=said.get("kind", ""),
        object_id=str(said.get("object_id", "")),
        path=said.get("path", ""),
        details=dict(said.get("details") or {}),
    )


def append(entries: Sequence[AuditRecord]) -> None:
    """Append what `entry` made, in this order. As `record`."""
    with transaction.atomic(savepoint=False):
        # The head is locked until the caller commits; that orders the writers and keeps the chain whole.
        seals = _HEAD()
        if not seals:
            AuditHead.objects.get_or_create(pk=1, defaults={"seal": GENESIS})
            seals = _HEAD()
        (before,) = seals
        for one in entries:
            before = one.seal = _seal(before, one)
        bulk.append(entries)
        _GROW(seal=before, more=len(entries))


def read(
    *,
    actor: Actor,
    action: str,
    now: datetime,
    kind: str,
    object_id: int | str,
    path: str = "",
    details: Mapping[str, object] | None = None,
) -> None:
    """Record that the actor looked at something, e.g. a person's file. Call it when the answer is ready.

    The same look again within ten minutes is not recorded again: a reload says nothing new, and one indexed
    question costs less than a write.
    """
    same = AuditRecord.objects.filter(
        kind=kind, object_id=str(object_id), actor_id=actor.user_id, action=action, at__gt=now - SAME_LOOK
    )
    if not same.exists():
        record(
            actor=actor, action=action, now=now, kind=kind, object_id=object_id, path=path, details=details
        )


def verify(tell: Callable[[int, int], None] | None = None) -> int | None:
    """Walk the whole chain. None when it is whole, else the id of the first record that does not fit.

    Records removed from or added to the end are found by the head's count and seal; then the answer is 0. Others
    may write meanwhile. `tell(walked, total)` is called every two thousand records.
    """
    seal, count, last = GENESIS, 0, 0
    while True:
        head = AuditHead.objects.filter(pk=1).first()
        total = head.records if head else 0
        # Read after the head, so that it holds at least what the head counts.
        batch = list(AuditRecord.objects.filter(pk__gt=last).order_by("pk")[:_BATCH])
        for entry in batch:
            if entry.seal != _seal(seal, entry):
                return int(entry.pk)
            seal, count, last = entry.seal, count + 1, int(entry.pk)
            if head and count == total and seal != head.seal:
                return 0
        if tell:
            tell(count, max(total, count))
        if len(batch) < _BATCH:
            return _end(seal, count)


def _end(seal: str, count: int) -> int | None:
    """Whether the head agrees with the end of the walk, or with what was written since."""
    with transaction.atomic():
        head = AuditHead.objects.select_for_update().filter(pk=1).first()
        since = AuditRecord.objects.order_by("pk")[count:]
        for entry in since:
            if entry.seal != _seal(seal, entry):
                return int(entry.pk)
            seal, count = entry.seal, count + 1
    expected = (head.seal, head.records) if head else (GENESIS, 0)
    return None if expected == (seal, count) else 0


def _seal(previous: str, entry: AuditRecord) -> str:
    body = [
        previous,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.actor_name,
        entry.action,
        entry.kind,
        entry.object_id,
        entry.path,
        entry.details,
    ]
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
