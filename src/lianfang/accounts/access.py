"""Which users and appointments an actor may see or change, and what an appointment grants now."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from lianfang.accounts.errors import USER_NOT_YOURS
from lianfang.accounts.models import Appointment, User
from lianfang.accounts.roles import PERMISSIONS, WITHHELD, Role
from lianfang.kernel.actor import Actor, Scope
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.kernel.prepared import Given
from lianfang.kernel.scoping import path_condition


def running(now: datetime | Given) -> Q:
    """The condition that an appointment counts at `now`."""
    return Q(starts_at__lte=now) & (Q(ends_at=None) | Q(ends_at__gt=now))


def roles_of(user: User, *, now: datetime) -> set[Role]:
    """The roles that the user holds somewhere at `now`."""
    return {
        Role(role)
        for role in Appointment.objects.filter(running(now), user=user).values_list("role", flat=True)
    }


def appointments(scope: Scope) -> QuerySet[Appointment]:
    """Appointments over areas inside `scope`, past ones as well; those over the whole territory only for everywhere."""
    return Appointment.objects.filter(path_condition(scope, "area__path"))


def users(actor: Actor, permission: Permission = Permission.USER_VIEW) -> QuerySet[User]:
    """Users with an appointment where the actor holds `permission`; who holds it everywhere sees all.

    Raises `forbidden` when he holds it nowhere.
    """
    scope = actor.require(permission)
    if scope.everywhere:
        return User.objects.all()
    return User.objects.filter(Exists(appointments(scope).filter(user=OuterRef("pk"))))


def user(actor: Actor, pk: int, permission: Permission = Permission.USER_VIEW) -> User:
    """One of `users`. Raises forbidden, not_found."""
    found = users(actor, permission).filter(pk=pk).first()
    if found is None:
        raise ProblemError(NOT_FOUND)
    return found


def user_to_manage(actor: Actor, pk: int, *, now: datetime) -> User:
    """A user whose account the actor may change: all that he is appointed to, the actor could have given him.

    Otherwise locking a user, or choosing his password, would reach into other areas. Raises forbidden, not_found,
    user.not_yours.
    """
    found = user(actor, pk, Permission.USER_MANAGE)
    if not may_manage(actor, found, now=now):
        raise ProblemError(USER_NOT_YOURS)
    return found


def may_manage(actor: Actor, found: User, *, now: datetime) -> bool:
    """Whether the actor could have given everything that the user is or will be appointed to."""
    open_ones = Appointment.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), user=found).select_related(
        "area"
    )
    return all(_given_by(actor, one) for one in open_ones)


def lacking(actor: Actor, role: Role, path: str) -> frozenset[Permission]:
    """What keeps the actor from giving `role` over `path`: permissions of the role that he himself lacks there.

    The system's administrator also gives what his own role withholds from him.
    """
    needed = PERMISSIONS[role]
    if actor.can(Permission.SYSTEM_MANAGE, path):
        needed = needed - WITHHELD
    return frozenset(permission for permission in needed if not actor.can(permission, path))


def _given_by(actor: Actor, appointment: Appointment) -> bool:
    path = appointment.area.path if appointment.area else ""
    return actor.can(Permission.USER_MANAGE, path) and not lacking(actor, Role(appointment.role), path)
