"""Answers to tips that workers recorded on their phones, offline as likely as not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from lianfang.incidents import access, actions
from lianfang.incidents.models import Tip
from lianfang.incidents.rules import LEAST_WORDS, LONGEST_TEXT, WAITING
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import ProblemError
from lianfang.kernel.permissions import Permission

_NO_NUL = r"^[^\x00]*$"
_WHY = "locked in their order; whether they are the worker's is decided one by one"
Said = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=LEAST_WORDS, max_length=LONGEST_TEXT, pattern=_NO_NUL
    ),
]


class TipBody(BaseModel):
    """What was found. `act` "noted": somebody was there, it is not settled. `told`: what whoever told it was told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    tip: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
    act: Literal["answered", "noted"]
    found: Said
    told: Annotated[str, StringConstraints(max_length=LONGEST_TEXT, pattern=_NO_NUL)] = ""


class RecordedAnswer(Protocol):
    """An answer as it came: by whom, and when by our clock."""

    @property
    def id(self) -> UUID: ...
    @property
    def actor(self) -> Actor: ...
    @property
    def corrected_at(self) -> datetime: ...
    @property
    def body(self) -> TipBody: ...


def take_answers(*, now: datetime, facts: Sequence[RecordedAnswer]) -> list[ProblemError | None]:
    """Take the answers in their order, inside the caller's transaction; for each None, or why it is refused.

    Refusals: forbidden, not_found (no such tip in the worker's area), tip.settled (somebody was quicker). A tip
    that was placed or given to somebody else meanwhile is answered all the same: what was found is worth keeping.
    """
    numbers = sorted({one.body.tip for one in facts})
    # All at once, before the audit record: whoever works on one at the desk waits for us, never we for him as well.
    list(Tip.objects.unscoped(reason=_WHY).select_for_update().filter(pk__in=numbers).order_by("pk"))
    return [_taken(one, now) for one in facts]


def _taken(fact: RecordedAnswer, now: datetime) -> ProblemError | None:
    body = fact.body
    try:
        tip = access.tip(fact.actor, body.tip, Permission.TIP_WORK)
        if body.act == "noted" and tip.state in WAITING:
            actions.note(actor=fact.actor, now=now, tip=tip.pk, version=tip.version, text=body.found)
        else:
            actions.answer(
                actor=fact.actor, now=now, tip=tip.pk, version=tip.version, found=body.found, told=body.told,
                told_at=fact.corrected_at if body.told else None,
            )  # fmt: skip
    except ProblemError as problem:
        return problem
    return None
