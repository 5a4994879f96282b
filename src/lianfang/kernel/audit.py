"""Writing and verifying the audit chain."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import transaction

from lianfang.kernel.actor import Actor
from lianfang.kernel.models import AuditHead, AuditRecord

GENESIS = "0" * 64


def record(
    *,
    actor: Actor,
    action: str,
    now: datetime,
    kind: str = "",
    object_id: int | str = "",
    path: str = "",
    details: Mapping[str, object] | None = None,
) -> AuditRecord:
    """Append one record, inside the caller's transaction: an act that rolls back leaves no record.

    `details` must be JSON and must not hold personal data. Raises TypeError for values JSON cannot carry.
    """
    entry = AuditRecord(
        at=now.astimezone(UTC),
        actor_id=actor.user_id,
        actor_name=actor.name,
        action=action,
        kind=kind,
        object_id=str(object_id),
        path=path,
        details=dict(details or {}),
    )
    with transaction.atomic():
        # The head is locked until the caller commits; that orders the writers and keeps the chain whole.
        AuditHead.objects.get_or_create(pk=1, defaults={"seal": GENESIS})
        head = AuditHead.objects.select_for_update().get(pk=1)
        entry.seal = _seal(head.seal, entry)
        entry.save(force_insert=True)
        head.seal = entry.seal
        head.records += 1
        head.save(update_fields=["seal", "records"])
    return entry


def verify() -> int | None:
    """Walk the whole chain. None when it is whole, else the id of the first record that does not fit.

    Removed records at the end are found by the head's count and seal; then the answer is 0.
    """
    seal, count = GENESIS, 0
    for entry in AuditRecord.objects.order_by("pk").iterator(chunk_size=2000):
        if entry.seal != _seal(seal, entry):
            return int(entry.pk)
        seal, count = entry.seal, count + 1
    head = AuditHead.objects.filter(pk=1).first()
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
