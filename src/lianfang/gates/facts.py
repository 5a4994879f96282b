"""What phones at gates send: suspensions. Each is taken, or refused with a reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from lianfang.gates import withdrawing
from lianfang.gates.rules import Reason
from lianfang.kernel.errors import ProblemError


class SuspendBody(BaseModel):
    """A guard refuses a pass for hours."""

    model_config = ConfigDict(extra="forbid")

    serial: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]
    reason: Reason
    text: Annotated[str, StringConstraints(min_length=4, max_length=500, pattern=r"^[^\x00]*$")]
    hours: Annotated[int, Field(ge=1, le=24)]


def take_suspensions(*, now: datetime, facts: Sequence[Any]) -> list[ProblemError | None]:
    """One answer a fact (sync.kinds.Take): None, or why it is refused. Each stands by itself."""
    told: list[ProblemError | None] = []
    for fact in facts:
        body: SuspendBody = fact.body
        try:
            with transaction.atomic():
                withdrawing.suspend(
                    actor=fact.actor, now=now, serial=body.serial, reason=body.reason, text=body.text, hours=body.hours,
                    fact=fact.id, at=fact.corrected_at,
                )  # fmt: skip
            told.append(None)
        except ProblemError as problem:
            told.append(problem)
    return told
