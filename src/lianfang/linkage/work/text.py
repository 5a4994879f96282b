"""Findings by what their names and sentences say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Q

from lianfang.kernel.actor import Actor
from lianfang.kernel.among import among
from lianfang.linkage import access
from lianfang.linkage.finding_text import Numbers, Sought, parts_of, plain
from lianfang.linkage.models import Run

#: So many are looked at one by one. Of more, a few may hold the pieces of a text and not the text itself.
EXACT = 5_000
_SAID = ("name", "reason_zh", "reason_en")


@dataclass(frozen=True)
class Fitting:
    """Findings that hold a text: the engine's by number, rising, and those that decisions made."""

    numbers: Numbers
    derived: Sequence[tuple[int, int]]  # number, id

    def __len__(self) -> int:
        return len(self.numbers) + len(self.derived)

    def condition(self) -> Q:
        """Which rows of RunFinding these are."""
        return Q(among("number", self.numbers.tolist())) & Q(derived=False) | Q(
            pk__in=[pk for _, pk in self.derived]
        )

    def page(self, *, start: int, size: int, down: bool) -> list[int]:
        """The numbers of one page in their order, or from the end."""
        every = np.sort(np.append(self.numbers, np.array([number for number, _ in self.derived], np.uint32)))
        chosen: list[int] = (every[::-1] if down else every)[start : start + size].tolist()
        return chosen


def fitting(actor: Actor, run: Run, text: str) -> Fitting | None:
    """The findings in the actor's scope whose name or sentences hold `text`; None for a run loaded without an index."""
    words = plain(text)
    rows = access.texts(actor, run)
    if not rows.exists():
        return None
    sought = Sought.of(words)
    buckets = rows.filter(bucket__in=sought.buckets).values_list("path", "part", "bucket", "packed")
    found = [sought.within(part) for part in parts_of(buckets)]
    numbers = np.sort(np.concatenate(found)) if found else np.zeros(0, np.uint32)
    shown = access.findings(actor, run, walked=True)  # by number, or the few that decisions made
    if len(numbers) <= EXACT:
        numbers = _holding(shown.filter(among("number", numbers.tolist()), derived=False), words)
    else:
        hidden = list(access.hidden_findings(actor, run).values_list("number", flat=True))
        numbers = np.setdiff1d(numbers, np.array(hidden, np.uint32), assume_unique=True)
    made = shown.filter(derived=True).values_list("number", "pk", *_SAID)
    return Fitting(numbers, [(number, pk) for number, pk, *said in made if _holds(said, words)])


def _holding(rows: Any, words: str) -> Numbers:
    said = rows.values_list("number", *_SAID)
    return np.array(sorted(number for number, *texts in said if _holds(texts, words)), np.uint32)


def _holds(texts: Sequence[str | None], words: str) -> bool:
    return any(words in text.lower() for text in texts if text)
