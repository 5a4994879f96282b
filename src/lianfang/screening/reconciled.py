"""What screening asks of the lists: who lives where, about whom there is a question. `wiring` connects it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lianfang.kernel.actor import Actor, Scope


@dataclass(frozen=True, slots=True)
class Resident:
    """A person of the current run. `id_number` and `phone` masked."""

    uid: int
    dwelling: int | None
    path: str
    name: str
    sex: str
    birth: date | None
    relation: str
    phone: str
    id_number: str
    address: str
    on_register: bool
    sources: int


@dataclass(frozen=True)
class Question:
    """Why somebody is to be asked: a finding. `points` as the work list weighs it; sentences with masked numbers."""

    uid: int
    code: str
    points: int
    zh: str
    en: str


@dataclass(frozen=True)
class Answered:
    """What a visit tells of one person, for the questions about him."""

    uid: int
    here: str  # yes, no, moved, unknown
    zh: str
    en: str


@dataclass(frozen=True)
class Lists:
    """`residents`, `questions`: of the current run inside a scope; of some people only when `uids` is given.
    `answered`: told after a visit.
    """

    residents: Callable[[Scope, Sequence[int] | None], Iterable[Resident]]
    questions: Callable[[Scope, Sequence[int] | None], Iterable[Question]]
    answered: Callable[[Actor, datetime, Sequence[Answered]], Any]


_connected: list[Lists] = []


def connect(lists: Lists) -> None:
    """Use these from now on."""
    _connected[:] = [lists]


def lists() -> Lists:
    """The connected ones. Raises RuntimeError before `wiring` has run."""
    if not _connected:
        raise RuntimeError("lianfang.wiring is not among the INSTALLED_APPS")
    return _connected[0]
