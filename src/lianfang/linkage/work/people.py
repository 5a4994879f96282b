"""Who can be given findings: users whose appointments let them work on findings in the area."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from lianfang.accounts.models import Appointment
from lianfang.accounts.roles import PERMISSIONS
from lianfang.kernel.actor import Actor
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission

_ROLES = [role.value for role, held in PERMISSIONS.items() if Permission.FINDING_WORK in held]


@dataclass(frozen=True)
class Worker:
    """A user who works on findings; `paths` of his areas, "" for the whole territory."""

    id: int
    name: str
    role: str
    paths: tuple[str, ...]

    def covers(self, path: str) -> bool:
        return any(path.startswith(own) for own in self.paths)


def workers(actor: Actor, *, now: datetime) -> list[Worker]:
    """Users whose area touches the actor's, who may work on findings now; by name. Raises forbidden."""
    scope = actor.require(Permission.FINDING_WORK)
    valid = Q(starts_at__lte=now) & (Q(ends_at=None) | Q(ends_at__gt=now))
    rows = Appointment.objects.filter(valid, role__in=_ROLES, user__is_active=True).values_list(
        "user", "user__display_name", "user__username", "role", "area__path"
    )
    found: dict[int, Worker] = {}
    for user, display, username, role, area in rows:
        path = area or ""
        if not (scope.covers(path) or any(own.startswith(path) for own in scope.paths)):
            continue
        paths = (*found[user].paths, path) if user in found else (path,)
        found[user] = Worker(user, display or username, role, paths)
    return sorted(found.values(), key=lambda one: (one.name, one.id))


def worker(actor: Actor, user: int, *, now: datetime) -> Worker:
    """One of them. Raises not_found."""
    found = next((one for one in workers(actor, now=now) if one.id == user), None)
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def own_paths(actor: Actor) -> list[str]:
    """The areas in which the actor works on findings himself; the whole territory is nobody's own."""
    held = [grant.path for grant in actor.grants if Permission.FINDING_WORK in grant.permissions]
    return sorted({path for path in held if path})
