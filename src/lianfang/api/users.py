"""Users and their appointments, for those who see or manage them."""

from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest
from ninja.params import Query

from lianfang.accounts import actions, appointments, links, queries
from lianfang.accounts.appointments import Post
from lianfang.accounts.queries import Filters, UserFile, state_of
from lianfang.accounts.roles import Role
from lianfang.api import users_schemas as out
from lianfang.api.linkage_schemas import PageOut
from lianfang.api.qr import picture
from lianfang.api.routing import BIGGEST, ActingRequest, GuardedRouter, Key, PageNumber, PageSize, Words
from lianfang.kernel import clock
from lianfang.kernel.permissions import Permission

router = GuardedRouter(tags=["users"])
AreaNumber = Annotated[int | None, Query(ge=0, le=BIGGEST)]


def _file(request: ActingRequest, user: int) -> dict[str, Any]:
    found: UserFile = queries.user_file(request.actor, user, now=clock.now())
    own = found.user
    return {
        "id": own.pk,
        "version": own.version,
        "username": own.username,
        "display_name": own.display_name,
        "language": own.language,
        "state": state_of(own),
        "created_at": own.created_at,
        "last_login": own.last_login,
        "factors": found.factors,
        "second_factor": found.advice,
        "sessions": found.sessions,
        "link": found.link,
        "manageable": found.manageable,
        "yourself": found.yourself,
        "appointments": found.appointments,
    }


def _post(body: out.PostIn) -> Post:
    return Post(body.role, body.area, body.starts_on, body.ends_on, body.note)


def _fresh_link(request: ActingRequest, user: int, version: int) -> dict[str, Any]:
    token = links.issue_password_link(actor=request.actor, user=user, version=version, now=clock.now())
    url = f"{_origin(request)}/join#{token}"
    file = _file(request, user)
    return {"user": file, "url": url, "qr": picture(url), "expires_at": file["link"].expires_at}


def _origin(request: HttpRequest) -> str:
    """The address under which the invited user reaches the server: the setting, else the one that was asked."""
    return str(settings.LIANFANG_ORIGIN) or f"{request.scheme}://{request.get_host()}"


@router.get("", permission=Permission.USER_VIEW, response=PageOut[out.UserRowOut])
def list_users(
    request: ActingRequest,
    text: Words = "",
    state: out.State | None = None,
    role: Role | None = None,
    area: AreaNumber = None,
    factor: Literal["with", "without"] | None = None,
    sort: out.Sort = "name",
    page: PageNumber = 1,
    size: PageSize = 50,
) -> Any:
    """Users with an appointment in one's area; all of them for who sees users everywhere."""
    filters = Filters(text.strip(), state or "", role.value if role else "", area, factor or "")
    return queries.users_page(request.actor, filters, sort=sort, page=page, size=size, now=clock.now())


@router.post("", permission=Permission.USER_MANAGE, response=out.FreshLinkOut)
def invite_user(request: ActingRequest, body: out.InviteIn) -> Any:
    """A new user and the link with which he chooses a password.

    Errors: username.invalid, username.taken, not_found (area), role.above, appointment.needed, appointment.period.
    """
    made = actions.invite_user(
        actor=request.actor,
        username=body.username,
        display_name=body.display_name,
        language=body.language,
        post=_post(body.appointment) if body.appointment else None,
        now=clock.now(),
    )
    return _fresh_link(request, made.pk, made.version)


@router.get("/roles", permission=Permission.USER_VIEW, response=list[out.RoleOut])
def list_roles(request: ActingRequest, area: AreaNumber = None) -> Any:
    """What each role may do; `lacking` keeps one from giving it over `area` (none: the whole territory)."""
    return queries.roles(request.actor, area)


@router.get("/{user}", permission=Permission.USER_VIEW, response=out.UserFileOut)
def show_user(request: ActingRequest, user: Key) -> Any:
    """One user; his appointments in one's area, past ones as well."""
    return _file(request, user)


@router.get("/{user}/history", permission=Permission.USER_VIEW, response=list[out.UserActOut])
def show_history(request: ActingRequest, user: Key) -> Any:
    """What was done with the user, newest first."""
    return queries.history(request.actor, user)


@router.post("/{user}", permission=Permission.USER_MANAGE, response=out.UserFileOut)
def rename_user(request: ActingRequest, user: Key, body: out.UserRenameIn) -> Any:
    """Errors: user.not_yours, user.changed."""
    actions.rename_user(
        actor=request.actor,
        user=user,
        version=body.version,
        display_name=body.display_name,
        now=clock.now(),
    )
    return _file(request, user)


@router.post("/{user}/lock", permission=Permission.USER_MANAGE, response=out.UserFileOut)
def lock_user(request: ActingRequest, user: Key, body: out.UserReasonIn) -> Any:
    """Errors: user.not_yours, user.changed, user.yourself, user.last_administrator, reason.needed."""
    actions.lock_user(
        actor=request.actor, user=user, version=body.version, reason=body.reason, now=clock.now()
    )
    return _file(request, user)


@router.post("/{user}/unlock", permission=Permission.USER_MANAGE, response=out.UserFileOut)
def unlock_user(request: ActingRequest, user: Key, body: out.UserVersionIn) -> Any:
    """Errors: user.not_yours, user.changed, user.yourself."""
    actions.unlock_user(actor=request.actor, user=user, version=body.version, now=clock.now())
    return _file(request, user)


@router.delete("/{user}/sessions", permission=Permission.USER_MANAGE, response=out.UserFileOut)
def end_sessions(request: ActingRequest, user: Key) -> Any:
    """Sign the user out everywhere. Errors: user.not_yours."""
    actions.end_sessions(actor=request.actor, user=user, now=clock.now())
    return _file(request, user)


@router.post("/{user}/reset-second-factor", permission=Permission.USER_MANAGE, response=out.UserFileOut)
def reset_second_factor(request: ActingRequest, user: Key, body: out.UserReasonIn) -> Any:
    """Errors: user.not_yours, user.changed, user.yourself, reason.needed."""
    actions.reset_second_factor(
        actor=request.actor, user=user, version=body.version, reason=body.reason, now=clock.now()
    )
    return _file(request, user)


@router.post("/{user}/link", permission=Permission.USER_MANAGE, response=out.FreshLinkOut)
def issue_link(request: ActingRequest, user: Key, body: out.UserVersionIn) -> Any:
    """A fresh link to choose a password; an earlier one is void. Errors: user.not_yours, user.changed, user.locked."""
    return _fresh_link(request, user, body.version)


@router.post("/{user}/link/withdraw", permission=Permission.USER_MANAGE, response=out.UserFileOut)
def withdraw_link(request: ActingRequest, user: Key, body: out.UserVersionIn) -> Any:
    """Errors: user.not_yours, user.changed, link.invalid."""
    links.withdraw_password_link(actor=request.actor, user=user, version=body.version, now=clock.now())
    return _file(request, user)


@router.post("/{user}/appointments", permission=Permission.USER_MANAGE, response=out.UserFileOut)
def appoint(request: ActingRequest, user: Key, body: out.AppointIn) -> Any:
    """Errors: not_found (area), user.yourself, user.changed, role.above, appointment.period, appointment.exists."""
    appointments.appoint(
        actor=request.actor,
        now=clock.now(),
        user=user,
        version=body.version,
        post=_post(body.appointment),
    )
    return _file(request, user)


@router.post(
    "/{user}/appointments/{appointment}/end", permission=Permission.USER_MANAGE, response=out.UserFileOut
)
def end_appointment(request: ActingRequest, user: Key, appointment: Key, body: out.AppointmentEndIn) -> Any:
    """Errors: user.changed, user.last_administrator, appointment.ended, appointment.period, reason.needed."""
    appointments.end(
        actor=request.actor,
        now=clock.now(),
        user=user,
        version=body.version,
        appointment=appointment,
        ends_on=body.ends_on,
        reason=body.reason,
    )
    return _file(request, user)
