"""Which kinds of facts there are: the shape of the body, and whose they are. A leaf above takes them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from lianfang.gates.alerts import AlertBody, take_acknowledgements
from lianfang.gates.crossing_body import CrossingBody
from lianfang.gates.crossings import take_crossings
from lianfang.gates.facts import SuspendBody, take_suspensions
from lianfang.incidents.facts import TipBody, take_answers
from lianfang.kernel.errors import ProblemError
from lianfang.screening.facts import take_visits
from lianfang.screening.visit_body import VisitBody

#: now, facts (screening.intake.Recorded, or what other leaves take) → for each None, or why it is refused.
Take = Callable[..., list[ProblemError | None]]


@dataclass(frozen=True)
class Kind:
    """`take`: inside the caller's transaction."""

    schema: type[BaseModel]
    take: Take


#: In this order: what comes behind crossings writes to the audit record, which others wait for.
KINDS: Mapping[str, Kind] = {
    "visit": Kind(VisitBody, take_visits),
    "crossing": Kind(CrossingBody, take_crossings),
    "suspend": Kind(SuspendBody, take_suspensions),
    "alert": Kind(AlertBody, take_acknowledgements),
    "tip": Kind(TipBody, take_answers),
}


def take(kind: str, *, now: datetime, facts: Sequence[Any]) -> list[ProblemError | None]:
    """Give facts of one kind to whoever takes them."""
    return KINDS[kind].take(now=now, facts=facts)
