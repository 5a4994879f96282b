"""Who works where: users whose appointments give them a permission over an area, to give work to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from lianfang.accounts.access import running
from lianfang.accounts.models import Appointment, User
from lianfang.accounts.roles import PERMISSIONS, Role
from lianfang.kernel.permissions import Permission


@dataclass(frozen=True)
class Holder:
    """A user with his areas' paths, "" for the whole territory; `own` are those he was appointed to as grid worker."""

    id: int
    name: str
    role: str
    paths: tuple[str, ...]
    own: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        return any(path.startswith(one) for one in self.paths)


def holders(permission: Permission, *, now: datetime) -> list[Holder]:
    """Everybody who holds `permission` somewhere at `now`, by name. What of it an actor may see is for the caller."""
    roles = [role.value for role, held in PERMISSIONS.items() if permission in held]
    rows = Appointment.objects.filter(running(now), role__in=roles, user__is_active=True)
    found: dict[int, Holder] = {}
    columns = ("user", "user__display_name", "user__username", "role", "area__path")
    for user, display, username, role, area in rows.order_by("pk").values_list(*columns):
        path = area or ""
        before = found.get(user, Holder(user, display or username, role, ()))
        own = (*before.own, path) if role == Role.GRID_WORKER and path else before.own
        found[user] = Holder(user, before.name, before.role, (*before.paths, path), own)
    return sorted(found.values(), key=lambda one: (one.name, one.id))


def names_of(users: Collection[int]) -> dict[int, str]:
    """User -> his name; only of those there are."""
    return {one.pk: str(one) for one in User.objects.filter(pk__in=users).only("display_name", "username")}


def nearest(holders: Sequence[Holder], path: str) -> list[Holder]:
    """The grid workers whose own area holds `path` most closely; nobody when none does."""
    fits = [
        (max(map(len, near)), one) for one in holders if (near := [p for p in one.own if path.startswith(p)])
    ]
    closest = max((length for length, _ in fits), default=0)
    return [one for length, one in fits if length == closest]
