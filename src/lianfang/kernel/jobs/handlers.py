"""Which function does which kind of work, and who an owner is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from lianfang.kernel.actor import Actor, system
from lianfang.kernel.errors import JOB_OWNER_GONE, JOB_UNKNOWN, ProblemError
from lianfang.kernel.jobs.running import Running
from lianfang.kernel.models import Job
from lianfang.kernel.permissions import Permission

ATTEMPTS = 8

Function = Callable[[Running], Mapping[str, object]]
FindActor = Callable[[int, datetime], Actor | None]


@dataclass(frozen=True)
class Handler:
    """What does one kind of work, and how often it is begun before it is given up."""

    function: Function
    attempts: int


_HANDLERS: dict[str, Handler] = {}
_ACTORS: list[FindActor] = []


def work(kind: str, *, attempts: int = ATTEMPTS) -> Callable[[Function], Function]:
    """Register the decorated function for `kind`. It is begun at most `attempts` times if its process dies.

    It gets a `Running`, may find in `job.folder` what an attempt that died has kept there, and returns the
    result (JSON). Raises ValueError when two functions claim one kind.
    """

    def register(function: Function) -> Function:
        new = Handler(function, attempts)
        if _HANDLERS.setdefault(kind, new) != new:
            raise ValueError(f"two functions do {kind!r}")
        return function

    return register


def handler(kind: str) -> Handler:
    """Raises job.unknown_kind."""
    found = _HANDLERS.get(kind)
    if found is None:
        raise ProblemError(JOB_UNKNOWN, kind=kind)
    return found


def connect(find: FindActor) -> None:
    """Say how the actor of a user's number is found; None for a user who may no longer act. Called by wiring."""
    _ACTORS[:] = [find]


def actor_of(job: Job, now: datetime) -> Actor:
    """The owner with what he may do at `now`: who was dismissed since loses it. Raises job.owner_gone."""
    if job.owner_id is None:
        return system(job.owner_name)
    actor = _ACTORS[0](job.owner_id, now)
    if actor is None:
        raise ProblemError(JOB_OWNER_GONE)
    return actor.narrowed(None if job.limit is None else frozenset(map(Permission, job.limit)))


def named_owner(job: Job) -> Actor:
    """The owner for the audit record, whatever has become of him."""
    if job.owner_id is None:
        return system(job.owner_name)
    return Actor(user_id=job.owner_id, name=job.owner_name)
