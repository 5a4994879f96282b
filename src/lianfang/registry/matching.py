"""What the registry asks of the linkage engine. `wiring` connects the two, because leaves lie above the registry."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

Description = Mapping[str, Any]


class Verdict(Protocol):
    """Whether a candidate is the stranger: enough to take him for the same (`link`), or to ask (`ask`)."""

    @property
    def probability(self) -> float: ...
    @property
    def link(self) -> bool: ...
    @property
    def ask(self) -> bool: ...


@dataclass(frozen=True)
class Matcher:
    """`describe`: values as typed → one standardised description. `judge`: stranger, candidates, and how many people
    bear his name, how many one that sounds so, how many people there are → one verdict a candidate.
    """

    describe: Callable[[Mapping[str, str | None], date], dict[str, Any]]
    judge: Callable[[Description, Sequence[Sequence[Description]], tuple[int, int, int]], Sequence[Verdict]]


_connected: list[Matcher] = []


def connect(matcher: Matcher) -> None:
    """Use this matcher from now on."""
    _connected[:] = [matcher]


def matcher() -> Matcher:
    """The connected one. Raises RuntimeError before `wiring` has run."""
    if not _connected:
        raise RuntimeError("lianfang.wiring is not among the INSTALLED_APPS")
    return _connected[0]
