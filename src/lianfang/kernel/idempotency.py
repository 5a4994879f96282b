"""The same write twice has one effect: the answer is kept for a day under the key that the sender chose."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from lianfang.kernel.crypto import seal, unseal
from lianfang.kernel.errors import KEY_BROKEN, KEY_REUSED, KEY_RUNNING, KEY_UNFIT, ProblemError
from lianfang.kernel.models import KeptAnswer

KEPT = timedelta(hours=24)
BROKEN = timedelta(minutes=10)  # longer than any request takes
_PURPOSE = "idempotency"


@dataclass(frozen=True)
class Answer:
    """What was answered the first time."""

    status: int
    content_type: str
    body: bytes


def begin(*, user_id: int, key: str, fingerprint: str, now: datetime) -> tuple[int, Answer | None]:
    """Claim `key` for this request: the row's number, and the answer if it was given already.

    Raises idempotency.unfit, idempotency.reused (the key came with another request), idempotency.running (the
    first is still being done), idempotency.broken_off (it ended without an answer, e.g. the server was killed).
    """
    if not 8 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
        raise ProblemError(KEY_UNFIT)
    key_hash = hashlib.sha256(key.encode()).hexdigest()
    KeptAnswer.objects.filter(user_id=user_id, key_hash=key_hash, begun_at__lt=now - KEPT).delete()
    try:
        with transaction.atomic():
            row = KeptAnswer.objects.create(
                user_id=user_id, key_hash=key_hash, fingerprint=fingerprint, begun_at=now
            )
        return row.pk, None
    except IntegrityError:
        kept = KeptAnswer.objects.filter(user_id=user_id, key_hash=key_hash).first()
    if kept is None:  # the first one has just been given up
        raise ProblemError(KEY_RUNNING)
    if kept.fingerprint != fingerprint:
        raise ProblemError(KEY_REUSED)
    if kept.status is None:
        raise ProblemError(KEY_BROKEN if kept.begun_at < now - BROKEN else KEY_RUNNING)
    body = base64.b64decode(unseal(kept.body, purpose=_PURPOSE))
    return kept.pk, Answer(kept.status, kept.content_type, body)


def keep(number: int, answer: Answer) -> None:
    """Keep the answer to the request that claimed the key."""
    sealed = seal(base64.b64encode(answer.body).decode("ascii"), purpose=_PURPOSE)
    KeptAnswer.objects.filter(pk=number).update(
        status=answer.status, content_type=answer.content_type[:100], body=sealed
    )


def give_up(number: int) -> None:
    """Free the key: the request failed on our side and may be sent again."""
    KeptAnswer.objects.filter(pk=number).delete()


def expire(now: datetime) -> int:
    """Forget answers older than a day; how many."""
    return KeptAnswer.objects.filter(begun_at__lt=now - KEPT).delete()[0]
