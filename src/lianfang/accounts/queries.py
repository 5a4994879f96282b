"""What the screens of users ask; every answer starts in access.py."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from lianfang.accounts import access, links, presence, second_factor
from lianfang.accounts.models import Appointment, Authenticator, OneTimeLink, Passkey, User
from lianfang.accounts.roles import PERMISSIONS, RECOMMENDED_SECOND_FACTOR, Role
from lianfang.kernel.actor import Actor
from lianfang.kernel.models import AuditRecord
from lianfang.kernel.permissions import Permission
from lianfang.territory.access import area_for

HISTORY = 200  # acts shown of one user
SORTS = {
    "name": ("display_name", "username"),
    "-name": ("-display_name", "-username"),
    "username": ("username",),
    "-username": ("-username",),
    "last_login": ("last_login", "username"),
    "-last_login": ("-last_login", "username"),
}


@dataclass(frozen=True)
class Filters:
    """What a list of users is narrowed to; empty: everybody."""

    text: str = ""
    state: str = ""
    role: str = ""
    area: int | None = None
    factor: str = ""


@dataclass(frozen=True)
class UserFile:
    """One user as a page shows him, with what the actor may do."""

    user: User
    appointments: Sequence[Appointment]
    factors: list[str]
    advice: str
    sessions: int
    link: OneTimeLink | None
    manageable: bool
    yourself: bool


@dataclass(frozen=True)
class RoleInfo:
    """A role: what it may do, and whether a second factor is asked of its holders."""

    role: Role
    permissions: list[Permission]
    second_factor: str
    lacking: list[Permission] = field(default_factory=list)


def state_of(user: User) -> str:
    """ "locked", "invited" (no password yet) or "active"."""
    if not user.is_active:
        return "locked"
    return "active" if user.has_usable_password() else "invited"


def users_page(
    actor: Actor, filters: Filters, *, sort: str, page: int, size: int, now: datetime
) -> dict[str, object]:
    """One page of the users whom the actor may see, with their appointments in his area that run or will."""
    scope = actor.require(Permission.USER_VIEW)
    found = _narrowed(actor, access.users(actor), filters, now)
    shown = access.appointments(scope).filter(Q(ends_at=None) | Q(ends_at__gt=now)).select_related("area")
    authenticators = Authenticator.objects.filter(user=OuterRef("pk"), confirmed_at__isnull=False)
    rows = (
        found.annotate(
            has_factor=Exists(authenticators) | Exists(Passkey.objects.filter(user=OuterRef("pk")))
        )
        .prefetch_related(Prefetch("appointments", shown.order_by("starts_at", "pk"), to_attr="shown"))
        .order_by(*SORTS[sort], "pk")[(page - 1) * size : page * size]
    )
    return {"items": list(rows), "total": found.count(), "page": page, "size": size}


def user_file(actor: Actor, pk: int, *, now: datetime) -> UserFile:
    """One user. Raises forbidden, not_found."""
    found = access.user(actor, pk)
    scope = actor.require(Permission.USER_VIEW)
    own = access.appointments(scope).filter(user=found).select_related("area", "appointed_by", "ended_by")
    factors = second_factor.factors_of(found)
    return UserFile(
        user=found,
        appointments=list(own.order_by("-starts_at", "-pk")),
        factors=factors,
        advice=second_factor.advice(access.roles_of(found, now=now), has_factor=bool(factors)),
        sessions=len(presence.running(found, now=now)),
        link=links.open_links(found).filter(expires_at__gt=now).first(),
        manageable=actor.can(Permission.USER_MANAGE) and access.may_manage(actor, found, now=now),
        yourself=found.pk == actor.user_id,
    )


def history(actor: Actor, pk: int) -> list[AuditRecord]:
    """What was done with a user, newest first; appointments only where the actor may see users."""
    found = access.user(actor, pk)
    scope = actor.require(Permission.USER_VIEW)
    acts = AuditRecord.objects.filter(kind="user", object_id=str(found.pk)).order_by("-pk")[:HISTORY]
    return [act for act in acts if not act.action.startswith("appointment.") or scope.covers(act.path)]


def roles(actor: Actor, area: int | None) -> list[RoleInfo]:
    """All roles, and what keeps the actor from giving each over `area` (None: the whole territory)."""
    path = area_for(actor, Permission.USER_VIEW, area).path if area is not None else ""
    return [
        RoleInfo(
            role=role,
            permissions=sorted(PERMISSIONS[role]),
            second_factor=_asked_of(role),
            lacking=sorted(access.lacking(actor, role, path)),
        )
        for role in Role
    ]


def own_appointments(user: User) -> list[Appointment]:
    """All of one's own appointments, the newest first."""
    own = Appointment.objects.filter(user=user).select_related("area", "appointed_by", "ended_by")
    return list(own.order_by("-starts_at", "-pk"))


def _asked_of(role: Role) -> str:
    if role in settings.LIANFANG_SECOND_FACTOR:
        return "required"
    return "recommended" if role in RECOMMENDED_SECOND_FACTOR else ""


def _narrowed(actor: Actor, found: QuerySet[User], filters: Filters, now: datetime) -> QuerySet[User]:
    if filters.text:
        found = found.filter(Q(username__icontains=filters.text) | Q(display_name__icontains=filters.text))
    if filters.state:
        invited = Q(is_active=True, password__startswith="!")
        states = {
            "locked": Q(is_active=False),
            "invited": invited,
            "active": Q(is_active=True) & ~Q(password__startswith="!"),
        }
        found = found.filter(states[filters.state])
    if filters.factor:
        with_one = Q(authenticator__confirmed_at__isnull=False) | Q(passkeys__isnull=False)
        pks = User.objects.filter(with_one).values("pk")
        found = found.filter(pk__in=pks) if filters.factor == "with" else found.exclude(pk__in=pks)
    if filters.role or filters.area is not None:
        held = access.appointments(actor.require(Permission.USER_VIEW)).filter(access.running(now))
        if filters.role:
            held = held.filter(role=filters.role)
        if filters.area is not None:
            path = area_for(actor, Permission.USER_VIEW, filters.area).path
            held = held.filter(area__path__startswith=path)
        found = found.filter(Exists(held.filter(user=OuterRef("pk"))))
    return found
