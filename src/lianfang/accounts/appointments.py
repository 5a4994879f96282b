"""Appointing users to areas for a time, and ending that. Appointments are never deleted: they are the history."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from lianfang.accounts import access, versions
from lianfang.accounts.errors import (
    APPOINTMENT_ENDED,
    APPOINTMENT_EXISTS,
    APPOINTMENT_PERIOD,
    LAST_ADMINISTRATOR,
    ROLE_ABOVE,
    USER_YOURSELF,
)
from lianfang.accounts.models import Appointment, User
from lianfang.accounts.roles import Role
from lianfang.kernel.actor import Actor
from lianfang.kernel.clock import LOCAL, local_date
from lianfang.kernel.errors import NOT_FOUND, ProblemError
from lianfang.kernel.permissions import Permission
from lianfang.territory.access import area_for
from lianfang.territory.models import Area


@dataclass(frozen=True)
class Post:
    """What somebody is appointed to: a role over an area (None: the whole territory), first and last day."""

    role: Role
    area: int | None = None
    starts_on: date | None = None  # None: at once
    ends_on: date | None = None  # the last day; None: until it is ended
    note: str = ""


def appoint(*, actor: Actor, now: datetime, user: int, version: int, post: Post) -> Appointment:
    """Appoint a user. Raises forbidden, not_found (user or area), user.yourself, role.above, user.changed,
    appointment.period, appointment.exists.
    """
    found = access.user(actor, user, Permission.USER_MANAGE)
    if found.pk == actor.user_id:
        raise ProblemError(USER_YOURSELF)
    area = area_to_give(actor, post)
    with transaction.atomic():
        path = area.path if area else ""
        details: dict[str, object] = {"role": post.role.value, "area": area.code if area else ""}
        versions.change(
            actor=actor,
            action="appointment.added",
            user=found,
            version=version,
            now=now,
            path=path,
            details=details,
        )
        return write(actor=actor, user=found, area=area, post=post, now=now)


def area_to_give(actor: Actor, post: Post) -> Area | None:
    """The area of a post that the actor may give. Raises forbidden, not_found, role.above."""
    actor.require(Permission.USER_MANAGE, "" if post.area is None else None)
    area = None if post.area is None else area_for(actor, Permission.USER_MANAGE, post.area)
    if lacking := access.lacking(actor, post.role, area.path if area else ""):
        raise ProblemError(ROLE_ABOVE, lacking=sorted(lacking))
    return area


def write(*, actor: Actor, user: User, area: Area | None, post: Post, now: datetime) -> Appointment:
    """Add the row; the caller has checked and recorded. Raises appointment.period, appointment.exists."""
    starts, ends = _period(post, now)
    same = Appointment.objects.filter(user=user, role=post.role.value, area=area)
    later_end = Q(ends_at=None) | Q(ends_at__gt=starts)
    if same.filter(later_end, **({"starts_at__lt": ends} if ends else {})).exists():
        raise ProblemError(APPOINTMENT_EXISTS)
    return Appointment.objects.create(
        user=user,
        role=post.role.value,
        area=area,
        starts_at=starts,
        ends_at=ends,
        note=post.note.strip()[:200],
        appointed_by_id=actor.user_id,
    )


def end(
    *,
    actor: Actor,
    now: datetime,
    user: int,
    version: int,
    appointment: int,
    ends_on: date | None,
    reason: str,
) -> Appointment:
    """End an appointment now, or after the day `ends_on`; one that has not begun never will.

    Raises forbidden, not_found, user.changed, appointment.ended, appointment.period, reason.needed,
    user.last_administrator.
    """
    words = versions.reason_in(reason)
    found = access.user(actor, user, Permission.USER_MANAGE)
    scope = actor.require(Permission.USER_MANAGE)
    own = access.appointments(scope).select_related("area").filter(user=found, pk=appointment).first()
    if own is None:
        raise ProblemError(NOT_FOUND)
    ends = _end(own, ends_on, now)
    with administrators_kept(now), transaction.atomic():
        versions.change(
            actor=actor,
            action="appointment.ended",
            user=found,
            version=version,
            now=now,
            path=own.area.path if own.area else "",
            details={"role": own.role, "area": own.area.code if own.area else "", "reason": words},
        )
        own.ends_at, own.ended_by_id = ends, actor.user_id
        own.save(update_fields=["ends_at", "ended_by"])
    return own


@contextmanager
def administrators_kept(now: datetime) -> Iterator[None]:
    """A transaction after which somebody still administers everything; else it is undone.

    Raises user.last_administrator. The administrators' rows are locked first, in order: of two who end each
    other's appointments at once, the second finds himself alone.
    """
    everywhere = Appointment.objects.filter(role=Role.ADMINISTRATOR.value, area=None)
    lasting = everywhere.filter(access.running(now), ends_at=None)
    with transaction.atomic():
        list(User.objects.select_for_update().filter(pk__in=everywhere.values("user")).order_by("pk"))
        yield
        able = lasting.filter(user__is_active=True).exclude(user__password__startswith="!")
        if not able.exists():
            raise ProblemError(LAST_ADMINISTRATOR)


def _period(post: Post, now: datetime) -> tuple[datetime, datetime | None]:
    today = local_date(now)
    starts_on = post.starts_on or today
    if starts_on < today or (post.ends_on and post.ends_on < starts_on):
        raise ProblemError(APPOINTMENT_PERIOD)
    starts = now if starts_on == today else _midnight(starts_on)
    return starts, _after(post.ends_on) if post.ends_on else None


def _end(own: Appointment, ends_on: date | None, now: datetime) -> datetime:
    if ends_on and ends_on < local_date(now):
        raise ProblemError(APPOINTMENT_PERIOD)
    ends = max(_after(ends_on) if ends_on else now, own.starts_at)
    if own.ends_at and own.ends_at <= ends:
        raise ProblemError(APPOINTMENT_ENDED)
    return ends


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def _after(day: date) -> datetime:
    """The moment in which `day` is over. Raises appointment.period for the last day of the calendar."""
    try:
        return _midnight(day + timedelta(days=1))
    except OverflowError as problem:
        raise ProblemError(APPOINTMENT_PERIOD) from problem
